"""Measurements side by side, run by hand (`make bench`) and reported in docs/performance.md. Nothing imports this."""
