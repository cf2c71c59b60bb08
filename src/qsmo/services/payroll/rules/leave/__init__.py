"""Leave accounts: what a pay period earns, takes and loses of each kind of leave, as rules over columns."""
