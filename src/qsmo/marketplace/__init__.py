"""The story of the memorandum in the order in which it happens: from standards to the settled bill."""
