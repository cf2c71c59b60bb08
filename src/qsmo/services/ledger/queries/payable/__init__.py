"""What people read of payables and payments."""
