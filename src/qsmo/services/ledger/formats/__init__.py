"""Files that the ledger reads and writes, one module a format."""
