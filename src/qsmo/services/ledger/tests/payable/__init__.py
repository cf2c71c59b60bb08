"""Payables tried."""
