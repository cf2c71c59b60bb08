"""Pages of questions about pay: why it differs from last time, and what a change would do."""
