"""Tests of the files that payroll writes."""
