"""Certified time: entries with what their codes mean, what is wrong with them, and the hours they add up to."""

from __future__ import annotations

from qsmo.services.payroll.rules.intake.time.reading import certified

__all__ = ["certified"]
