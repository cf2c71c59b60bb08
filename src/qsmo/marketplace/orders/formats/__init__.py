"""What people type into the pages of instances."""
