"""What follows from a calculated run: who is paid where, who gets what was withheld, and what the books say."""
