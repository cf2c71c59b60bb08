"""Tests of the payroll law and its rules: published examples, cases by hand, a second computation, properties."""
