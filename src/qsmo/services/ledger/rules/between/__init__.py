"""What two agencies must say alike: the same documents in both books, entry by entry, and balances with each other."""
