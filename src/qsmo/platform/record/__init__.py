"""What was done and what was handed over: the hash-chained trail, append-only tables, the outbox of documents."""
