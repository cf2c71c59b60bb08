"""A new service as one folder: its template, and the command that writes it."""
