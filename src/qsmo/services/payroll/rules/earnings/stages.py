"""The two stages of earnings: what is computed for each part of the pay period, and what for the person as a whole."""

from __future__ import annotations

from qsmo.services.payroll.rules.earnings.caps import LIMIT
from qsmo.services.payroll.rules.earnings.entitlements import BASIC, ENTITLEMENTS
from qsmo.services.payroll.rules.earnings.flsa import OVERTIME, REMUNERATION
from qsmo.services.payroll.rules.earnings.pay import PAY, total
from qsmo.services.payroll.rules.earnings.premium import ANNUAL, COMP, DIFFERENTIALS, TITLE_5
from qsmo.services.payroll.rules.earnings.rates import RATES
from qsmo.services.payroll.rules.rule import Rule

OF_PARTS = [*RATES, *PAY, *DIFFERENTIALS, *TITLE_5, *COMP, *ANNUAL, *REMUNERATION]
"""Rules over the days of one assignment: nearly everybody has one in a pay period; several are added up."""
OF_PEOPLE = [*OVERTIME, *LIMIT, *ENTITLEMENTS, *BASIC]
"""Rules over the whole pay period of a person: by workweek, by the limits, and what was ordered."""
EARNINGS = tuple(rule.name for rule in [*OF_PARTS, *OF_PEOPLE] if rule.kind == "earning")
GROSS = [
    Rule(
        name="gross_cents",
        kind="total",
        title="Gross pay",
        words="All earnings of the pay period.",
        cite="5 U.S.C. 5504",
        inputs=EARNINGS,
        expression=total,
    ),
]
EARNING_RULES = [*OF_PARTS, *OF_PEOPLE, *GROSS]
SUMMED = ("hours", "earning", "total")
"""Kinds of columns that are added up over the parts; of all others the last part's figure stands."""
