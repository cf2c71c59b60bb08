"""Which office leads which area, for what scope, at what stage, since when; what was true and what was known."""
