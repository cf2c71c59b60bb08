"""Work for later: jobs that may be run twice, retried with patience, rescued from dead workers, and a schedule."""
