"""Rates of pay: from plan, grade, step and locality area, or from what human resources gave, to the hourly rate."""

from __future__ import annotations

import narwhals as nw

from qsmo.services.payroll.rules.columns import MILLION, at_most, half_up, millionths, where
from qsmo.services.payroll.rules.rule import Cell, Lookup, Reading, Rule


def _plan_rows(law: Reading) -> list[dict[str, Cell]]:
    return [
        {
            "pay_plan": row.text("plan"),
            "hours_in_year": row.integer("hours_in_year"),
            "title5_premium": row.integer("title5_premium"),
            "prevailing_rate": row.integer("fws"),
        }
        for row in law.version("pay_plans").rows
    ]


def _base_rows(law: Reading) -> list[dict[str, Cell]]:
    return [
        {
            "grade": row.integer("grade"),
            "step": row.integer("step"),
            "table_base_cents": row.cents("annual").cents,
        }
        for row in law.version("gs").rows
    ]


def _area_rows(law: Reading) -> list[dict[str, Cell]]:
    none: dict[str, Cell] = {"area": "", "area_millionths": 0}
    if not law.on_file("locality"):
        return [none]
    rows: list[dict[str, Cell]] = [
        {"area": row.text("area"), "area_millionths": millionths(row.rate("percent") / 100)}
        for row in law.version("locality").rows
    ]
    return [none, *rows]


PLANS = Lookup("pay_plans", ("pay_plan",), ("pay_plans",), _plan_rows)
GS = Lookup("gs", ("grade", "step"), ("gs",), _base_rows, otherwise=0)
LOCALITY = Lookup("locality", ("area",), ("locality",), _area_rows)


def with_locality(law: Reading, base: nw.Expr, percent: nw.Expr) -> nw.Expr:
    """An annual rate with locality pay: whole dollars, half a dollar and over up, not above level IV."""
    dollars = half_up(base * (percent + MILLION), 100 * MILLION)
    return at_most(dollars * 100, law.cents("executive", "level_iv"))


def _adjusted(
    law: Reading,
    base: nw.Expr,
    percent: nw.Expr,
    stands: nw.Expr,
    given: nw.Expr,
    hourly: nw.Expr,
    hours: nw.Expr,
) -> nw.Expr:
    by_hour = half_up(hourly * hours, 100) * 100
    return where(stands == 0, with_locality(law, base, percent), where(hourly > 0, by_hour, given))


PLAN_RULES = [
    Rule(
        name="hours_in_year",
        kind="rate",
        title="Hours of a work year",
        unit="number",
        words="The hours by which an annual rate of the pay plan is divided.",
        cite="5 U.S.C. 5504(b)-(c)",
        inputs=("pay_plan",),
        lookup=PLANS,
        tables=("pay_plans",),
    ),
    Rule(
        name="title5_premium",
        kind="rate",
        title="May receive premium pay under title 5",
        unit="number",
        words="Whether the pay plan is under the premium pay rules of title 5 and their limits.",
        cite="5 U.S.C. 5541(2)",
        inputs=("pay_plan",),
        lookup=PLANS,
        tables=("pay_plans",),
    ),
    Rule(
        name="prevailing_rate",
        kind="rate",
        title="Prevailing rate system",
        unit="number",
        words="Whether the pay plan is one of the Federal Wage System, with its own overtime and shift differentials.",
        cite="5 U.S.C. 5342, 5544",
        inputs=("pay_plan",),
        lookup=PLANS,
        tables=("pay_plans",),
    ),
]

ANNUAL_RULES = [
    Rule(
        name="table_base_cents",
        kind="rate",
        title="General Schedule base rate of the table",
        words="The annual rate of the grade and step in the General Schedule, without locality pay.",
        cite="5 U.S.C. 5332",
        inputs=("grade", "step"),
        lookup=GS,
        tables=("gs",),
    ),
    Rule(
        name="base_pay_cents",
        kind="rate",
        title="Annual base rate",
        words="The base rate of the General Schedule; the rate that human resources gave where no table on file has "
        "it, or where it is not the one of the grade and step, which is then said.",
        cite="5 U.S.C. 5332, 5343, 5372a, 5376, 5382",
        inputs=("table_base_cents", "rate_stands", "given_base_cents"),
        expression=lambda table, stands, given: where(stands == 1, given, table),
    ),
    Rule(
        name="area_millionths",
        kind="rate",
        title="Locality percentage of the area",
        unit="millionths",
        words="The percentage that the locality pay area of the official worksite adds to the base rate.",
        cite="5 U.S.C. 5304",
        inputs=("area",),
        lookup=LOCALITY,
        tables=("locality",),
    ),
    Rule(
        name="locality_millionths",
        kind="rate",
        title="Locality percentage",
        unit="millionths",
        words="The percentage of the locality pay area; where no table on file has it, the percentage in the rates "
        "that human resources gave.",
        cite="5 U.S.C. 5304",
        inputs=("area_millionths", "given_locality_millionths"),
        expression=lambda area, given: area + given,
    ),
    Rule(
        name="adjusted_pay_cents",
        kind="rate",
        title="Annual rate with locality pay",
        words="The base rate and the locality percentage of it, to the nearest dollar, not above level IV of the "
        "Executive Schedule. Where the rate of human resources stands, that rate; for a rate by the hour, its year.",
        cite="5 U.S.C. 5304(g)",
        inputs=(
            "base_pay_cents",
            "locality_millionths",
            "rate_stands",
            "given_pay_cents",
            "given_hourly_cents",
            "hours_in_year",
        ),
        expression=_adjusted,
        tables=("executive",),
    ),
    Rule(
        name="hourly_cents",
        kind="rate",
        title="Hourly rate",
        words="The annual rate with locality pay divided by the hours of a work year, to the nearest cent; a rate that "
        "is set by the hour stands.",
        cite="5 U.S.C. 5504(b)(1)",
        inputs=("adjusted_pay_cents", "hours_in_year", "given_hourly_cents"),
        expression=lambda annual, hours, given: where(given > 0, given, half_up(annual, hours)),
    ),
]

RATES = [*PLAN_RULES, *ANNUAL_RULES]
