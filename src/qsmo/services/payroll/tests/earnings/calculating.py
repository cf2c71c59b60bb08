"""Earnings of one invented person from a few facts, for tests."""

from __future__ import annotations

from typing import Any

import polars as pl

from qsmo.kernel.period import PayPeriod
from qsmo.services.payroll.rules.calculation import evaluate
from qsmo.services.payroll.rules.earnings.stages import EARNING_RULES
from qsmo.services.payroll.rules.rule import figures
from qsmo.services.payroll.tests.pay.random_people import FIRST

PLAIN: dict[str, Any] = {
    "employee": "E1",
    "grade": 12,
    "step": 5,
    "area": "RUS",
    "nonexempt": 0,
    "regular_week1_centihours": 4_000,
    "regular_week2_centihours": 4_000,
}
GIVEN: dict[str, Any] = {"area": "", "rate_stands": 1, "locality_unknown": 1, "grade": 0, "step": 0}
"""Facts of a person whose rate human resources gave and no table has."""


def earnings(*periods: PayPeriod, **facts: Any) -> dict[str, Any]:
    """Every rule of earnings for a GS-12 of 80 regular hours with these changes.

    The pay period is the first of the rates of 2026 unless another is named.
    """
    pay_period = periods[0] if periods else FIRST
    frame = pl.DataFrame([PLAIN | facts])
    law = figures(pay_period.during.start, pay_period.pay_date)
    return evaluate(frame, EARNING_RULES, law).row(0, named=True)


def dollars(row: dict[str, Any], *names: str) -> list[str]:
    """Columns in cents as dollars."""
    return [f"{row[f'{name}_cents'] / 100:.2f}" for name in names]
