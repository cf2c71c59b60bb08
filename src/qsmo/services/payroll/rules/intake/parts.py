"""The parts of the payroll that bring something of their own to the intake, in order."""

from __future__ import annotations

from qsmo.services.payroll.rules.intake.benefits import BENEFITS
from qsmo.services.payroll.rules.intake.elections import ELECTIONS
from qsmo.services.payroll.rules.intake.leave.part import LEAVE_PART
from qsmo.services.payroll.rules.intake.part import Part
from qsmo.services.payroll.rules.tax.intake import TAX_PART

PARTS: list[Part] = [ELECTIONS, BENEFITS, TAX_PART, LEAVE_PART]
"""Each part adds one line here and keeps the rest in its own file."""
