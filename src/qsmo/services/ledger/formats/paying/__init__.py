"""Files of payments: what goes to Treasury or a bank, and the answers that come back."""
