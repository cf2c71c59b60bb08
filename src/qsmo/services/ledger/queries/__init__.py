"""What people read of the books."""
