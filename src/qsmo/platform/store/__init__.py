"""Bulk files kept by the digest of their content: what was stored once is never changed."""
