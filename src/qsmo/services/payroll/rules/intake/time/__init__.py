"""Certified time: entries with what their codes mean, what is wrong with them, and the hours they add up to."""

from __future__ import annotations

from qsmo.services.payroll.rules.intake.time.entries import named_entries
from qsmo.services.payroll.rules.intake.time.found import time_checks
from qsmo.services.payroll.rules.intake.time.hours import week_hours

__all__ = ["named_entries", "time_checks", "week_hours"]
