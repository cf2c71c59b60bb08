"""From an accepted order to a running use of a service, and out again with the data."""
