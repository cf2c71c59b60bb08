"""Retirement: what the plan asks of the employee, and of the agency."""

from __future__ import annotations

from qsmo.services.payroll.rules.columns import at_millionths, millionths
from qsmo.services.payroll.rules.rule import Cell, Lookup, Reading, Rule


def _retirement_rows(law: Reading) -> list[dict[str, Cell]]:
    values = law.version("retirement").values
    return [
        {"retirement": code, "retirement_millionths": millionths(values.rate(code))}
        for code in sorted(values.cells)
    ]


PLANS = Lookup("retirement", ("retirement",), ("retirement",), _retirement_rows)

RETIREMENT = [
    Rule(
        name="retirement_millionths",
        kind="rate",
        title="Retirement deduction rate",
        unit="millionths",
        words="The percentage of basic pay that the retirement plan asks of the employee.",
        cite="5 U.S.C. 8422(a)(3)",
        inputs=("retirement",),
        lookup=PLANS,
        tables=("retirement",),
    ),
    Rule(
        name="retirement_cents",
        kind="deduction",
        title="Retirement (FERS)",
        words="The retirement percentage of basic pay.",
        cite="5 U.S.C. 8422(a)",
        inputs=("basic_pay_cents", "retirement_millionths"),
        expression=lambda basic, rate: at_millionths(basic, rate),
        rate="retirement_millionths",
    ),
    Rule(
        name="agency_retirement_cents",
        kind="employer",
        title="Retirement (FERS), agency",
        words="The normal-cost percentage, as the agency supplied it from the notice of the fiscal year, of basic pay.",
        cite="5 U.S.C. 8423(a)",
        inputs=("basic_pay_cents", "agency_retirement_millionths"),
        expression=lambda basic, rate: at_millionths(basic, rate),
        rate="agency_retirement_millionths",
    ),
]
