"""The only place that imports everything: settings, addresses, the command line, the story told from end to end."""
