"""The files that payroll reads and writes, one module per format."""
