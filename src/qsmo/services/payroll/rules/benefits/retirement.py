"""Retirement: what the plan asks of the employee, and of the agency."""

from __future__ import annotations

import narwhals as nw

from qsmo.services.payroll.rules.columns import MILLION, at_least, at_millionths, at_most, half_up, millionths
from qsmo.services.payroll.rules.rule import Cell, Lookup, Reading, Rule


def _plans(law: Reading) -> list[dict[str, Cell]]:
    return [
        {
            "retirement": row.text("code"),
            "retirement_millionths": millionths(row.rate("employee")),
            "retirement_over_base_millionths": millionths(row.rate("over_base")),
            "oasdi_applies": row.integer("oasdi"),
            "agency_saves": row.integer("savings"),
        }
        for row in law.version("retirement").rows
    ]


PLANS = Lookup("retirement", ("retirement",), ("retirement",), _plans)


def _deduction(law: Reading, basic: nw.Expr, *rest: nw.Expr) -> nw.Expr:
    rate, over_rate, wages_before = rest
    room = at_least(law.cents("fica", "oasdi_base") - wages_before, 0)
    within = at_most(basic, room)
    return half_up(within * rate + (basic - within) * over_rate, MILLION)


def _looked_up(name: str, title: str, words: str, cite: str) -> Rule:
    return Rule(
        name=name,
        kind="rate",
        title=title,
        unit="millionths" if name.endswith("_millionths") else "number",
        words=words,
        cite=cite,
        inputs=("retirement",),
        lookup=PLANS,
        tables=("retirement",),
    )


RETIREMENT = [
    _looked_up(
        "retirement_millionths",
        "Retirement deduction rate",
        "The percentage of basic pay that the retirement plan asks of the employee.",
        "5 U.S.C. 8334(a)(1), 8422(a)(3)",
    ),
    _looked_up(
        "retirement_over_base_millionths",
        "Retirement rate above the wage base",
        "The percentage once the year's wages have reached the Social Security wage base; another only in CSRS Offset.",
        "5 U.S.C. 8334(k)",
    ),
    _looked_up(
        "oasdi_applies",
        "Social Security applies",
        "Whether pay under the retirement plan is Social Security wages.",
        "26 U.S.C. 3121(b)(5)",
    ),
    _looked_up(
        "agency_saves",
        "Agency contributes to the TSP",
        "Whether the agency adds its automatic and matching contributions: under FERS only.",
        "5 U.S.C. 8351(b), 8432(c)",
    ),
    Rule(
        name="retirement_cents",
        kind="deduction",
        title="Retirement",
        words="The retirement percentage of basic pay. In CSRS Offset the lower rate holds up to the Social Security "
        "wage base of the year and the full rate above it, within the pay period in which the base is met.",
        cite="5 U.S.C. 8334(a)(1), (k), 8422(a)",
        inputs=(
            "basic_pay_cents",
            "retirement_millionths",
            "retirement_over_base_millionths",
            "ytd_oasdi_wages_cents",
        ),
        expression=_deduction,
        tables=("fica",),
        rate="retirement_millionths",
    ),
    Rule(
        name="agency_retirement_cents",
        kind="employer",
        title="Retirement, agency",
        words="The agency's percentage of basic pay: by statute in CSRS; in FERS the normal cost of the fiscal year, "
        "from our table or as the agency supplied it.",
        cite="5 U.S.C. 8334(a)(1), 8423(a)",
        inputs=("basic_pay_cents", "agency_retirement_millionths"),
        expression=lambda basic, rate: at_millionths(basic, rate),
        rate="agency_retirement_millionths",
    ),
]
