"""Payroll measured: what stands beside it, and how it is reported."""
