"""The second lock on rows: on PostgreSQL the database itself shows what is opened to its viewer, and no more."""
