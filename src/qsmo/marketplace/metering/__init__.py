"""Usage pulled from services for closed periods, and sealed: what was delivered, beyond later doubt."""
