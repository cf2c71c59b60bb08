"""The ledger beside two others and beside the floor of plain inserts: entries a second, balances, sizes."""
