"""What people ask about pay: why it differs from last time, and what a change would do. Nothing is written."""
