"""The files that payroll writes: for people, banks, Treasury, OPM, the record keeper, tax offices and the ledger."""
