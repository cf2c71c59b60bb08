"""Payroll's rules over columns: from documents to facts, from facts to pay, and from each amount back to its law."""

from qsmo.services.payroll.rules.calculation import Calculated, calculate
from qsmo.services.payroll.rules.earnings.codes import TIME_CODES
from qsmo.services.payroll.rules.explain import (
    Explanation,
    Input,
    Line,
    TableUse,
    explain,
    lines,
    year_to_date,
)
from qsmo.services.payroll.rules.facts import (
    AgencyRates,
    FehbRate,
    RetirementRate,
)
from qsmo.services.payroll.rules.intake.documents import assignment_frame, time_frame
from qsmo.services.payroll.rules.intake.prepare import Prepared, prepare
from qsmo.services.payroll.rules.totals import RULES, Check, Totals, totals

__all__ = [
    "RULES",
    "TIME_CODES",
    "AgencyRates",
    "Calculated",
    "Check",
    "Explanation",
    "FehbRate",
    "Input",
    "Line",
    "Prepared",
    "RetirementRate",
    "TableUse",
    "Totals",
    "assignment_frame",
    "calculate",
    "explain",
    "lines",
    "prepare",
    "time_frame",
    "totals",
    "year_to_date",
]
