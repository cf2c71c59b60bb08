"""General terms between two organisations, and the funded orders under them, each approved by four people."""
