"""What is reported from balances: pure functions over positions, each cell open to the positions that make it up."""
