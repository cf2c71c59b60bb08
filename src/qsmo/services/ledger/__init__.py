"""Core financial management: federal books on the US Standard General Ledger, with funds control in the database."""
