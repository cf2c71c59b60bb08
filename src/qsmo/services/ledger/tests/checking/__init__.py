"""Checks of files of others: small files that keep every rule, and each rule broken once."""
