"""The verbs of payables and payments."""
