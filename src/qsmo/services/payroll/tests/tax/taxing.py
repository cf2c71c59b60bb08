"""Taxes of invented people from wages and a few facts, for tests."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import polars as pl

from qsmo.services.payroll.rules.calculation import evaluate
from qsmo.services.payroll.rules.rule import Figures, figures
from qsmo.services.payroll.rules.tax import TAX
from qsmo.services.payroll.rules.tax.federal import INCOME_TAX
from qsmo.services.payroll.rules.tax.fica import FICA

PLAIN = {
    "employee": "E1",
    "withholding_periods": 26,
    "oasdi_applies": 1,
    "new_form": 1,
    "joint": 0,
    "step2": 0,
    "tax_table": "single_or_mfs standard",
    "health_cents": 0,
    "savings_traditional_cents": 0,
    "untaxed_pay_cents": 0,
    "imputed_settled_cents": 0,
}
FACTS = (
    "supplemental_pay_cents",
    "step3_cents",
    "step4a_cents",
    "step4b_cents",
    "extra_cents",
    "allowances",
    "tax_exempt",
)


def law_of(year: int, month: int = 2) -> Figures:
    """The figures of a pay date in that year."""
    paid = date(year, month, 24)
    return figures(paid - timedelta(days=24), paid)


def taxes(year: int, *people: dict[str, Any], month: int = 2) -> list[dict[str, Any]]:
    """Every tax for people given as changes to a single person without entries."""
    return evaluate(frame_of(*people), TAX, law_of(year, month)).to_dicts()


def frame_of(*people: dict[str, Any]) -> pl.DataFrame:
    """The facts of people given as changes to a single person without entries."""
    nothing = dict.fromkeys(FACTS, 0)
    rows = [
        {
            **PLAIN,
            **nothing,
            "employee": f"E{number:06d}",
            "pretax_cents": each.get("health_cents", 0),
            **each,
        }
        for number, each in enumerate(people)
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def federal(year: int, *people: dict[str, Any]) -> list[dict[str, Any]]:
    """Federal taxes alone."""
    return evaluate(frame_of(*people), [*INCOME_TAX, *FICA], law_of(year)).to_dicts()


def tax(year: int, gross: str, *, month: int = 2, **facts: Any) -> dict[str, Any]:
    """Every tax of one person with this gross pay in dollars."""
    (row,) = taxes(year, {"gross_cents": cents(gross), **facts}, month=month)
    return row


def cents(dollars: str) -> int:
    """Dollars as written, in cents."""
    return int(Fraction(dollars) * 100)


def rounded(amount: Fraction) -> int:
    """Half up, for amounts that are not negative."""
    return int(amount + Fraction(1, 2))
