"""What makes terms, funding and orders right: pure functions from facts and tables to findings."""
