"""All that a service and the marketplace ever say to each other, in plain Python."""
