"""Basic pay: from grade, step and locality area to the hourly rate, and from hours to the lines of basic pay."""

from __future__ import annotations

import narwhals as nw

from qsmo.services.payroll.rules.columns import MILLION, at_most, for_hours, half_up, millionths
from qsmo.services.payroll.rules.rule import Cell, Lookup, Reading, Rule

BASIC_HOURS = ("regular", "holiday", "holiday_worked", "annual_leave", "sick_leave")
WEEKS = ("week1", "week2")


def _base_rows(law: Reading) -> list[dict[str, Cell]]:
    return [
        {
            "grade": row.integer("grade"),
            "step": row.integer("step"),
            "base_pay_cents": row.cents("annual").cents,
        }
        for row in law.version("gs").rows
    ]


def _area_rows(law: Reading) -> list[dict[str, Cell]]:
    return [
        {"area": row.text("area"), "locality_millionths": millionths(row.rate("percent") / 100)}
        for row in law.version("locality").rows
    ]


GS = Lookup("gs", ("grade", "step"), ("gs",), _base_rows)
LOCALITY = Lookup("locality", ("area",), ("locality",), _area_rows)


def with_locality(law: Reading, base: nw.Expr, percent: nw.Expr) -> nw.Expr:
    """An annual rate with locality pay: whole dollars, half a dollar and over up, not above level IV."""
    dollars = half_up(base * (percent + MILLION), 100 * MILLION)
    return at_most(dollars * 100, law.cents("executive", "level_iv"))


def _sum(first: nw.Expr, *others: nw.Expr) -> nw.Expr:
    total = first
    for other in others:
        total = total + other
    return total


def _slice(hourly: nw.Expr, hours: nw.Expr, *before: nw.Expr) -> nw.Expr:
    if not before:
        return for_hours(hourly, hours)
    start = _sum(*before)
    return for_hours(hourly, start + hours) - for_hours(hourly, start)


def hours_rule(name: str, title: str) -> Rule:
    """The hours of one kind in both workweeks of the pay period."""
    return Rule(
        name=f"{name}_centihours",
        kind="hours",
        title=title,
        unit="centihours",
        words=f"{title} are the hours recorded in both workweeks of the pay period.",
        cite="5 U.S.C. 5504(a)",
        inputs=tuple(f"{name}_{week}_centihours" for week in WEEKS),
        expression=_sum,
    )


def _basic_line(place: int, title: str) -> Rule:
    name = BASIC_HOURS[place]
    return Rule(
        name=f"{name}_pay_cents",
        kind="earning",
        title=title,
        words="The hourly rate for these hours. Lines of basic pay are rounded one after the other, so that together "
        "they are the hourly rate times all paid hours.",
        cite="5 U.S.C. 5504(b)",
        inputs=("hourly_cents", *(f"{each}_centihours" for each in (name, *BASIC_HOURS[:place]))),
        expression=_slice,
        quantity=f"{name}_centihours",
        rate="hourly_cents",
    )


RATES = [
    Rule(
        name="base_pay_cents",
        kind="rate",
        title="General Schedule base rate",
        words="The annual rate of the grade and step in the General Schedule, without locality pay.",
        cite="5 U.S.C. 5332",
        inputs=("grade", "step"),
        lookup=GS,
        tables=("gs",),
    ),
    Rule(
        name="locality_millionths",
        kind="rate",
        title="Locality percentage",
        unit="millionths",
        words="The percentage that the locality pay area of the official worksite adds to the base rate.",
        cite="5 U.S.C. 5304",
        inputs=("area",),
        lookup=LOCALITY,
        tables=("locality",),
    ),
    Rule(
        name="adjusted_pay_cents",
        kind="rate",
        title="Annual rate with locality pay",
        words="The base rate and the locality percentage of it, to the nearest dollar, not above level IV of the "
        "Executive Schedule.",
        cite="5 U.S.C. 5304(g)",
        inputs=("base_pay_cents", "locality_millionths"),
        expression=with_locality,
        tables=("executive",),
    ),
    Rule(
        name="hourly_cents",
        kind="rate",
        title="Hourly rate",
        words="The annual rate with locality pay divided by the hours of a work year, to the nearest cent.",
        cite="5 U.S.C. 5504(b)(1)",
        inputs=("adjusted_pay_cents",),
        expression=lambda law, annual: half_up(annual, law.integer("pay_rates", "hours_in_year")),
        tables=("pay_rates",),
    ),
]

HOURS = [
    hours_rule("regular", "Regular hours"),
    hours_rule("holiday", "Holiday hours not worked"),
    hours_rule("holiday_worked", "Holiday hours worked"),
    hours_rule("annual_leave", "Annual leave hours"),
    hours_rule("sick_leave", "Sick leave hours"),
    hours_rule("unpaid", "Hours of leave without pay"),
    *(
        Rule(
            name=f"basic_{week}_centihours",
            kind="hours",
            title=f"Paid basic hours, {words}",
            unit="centihours",
            words=f"Regular hours, holiday hours and paid leave of the {words}.",
            cite="5 U.S.C. 5504(a); 5 CFR 551.401(b)",
            inputs=tuple(f"{name}_{week}_centihours" for name in BASIC_HOURS),
            expression=_sum,
        )
        for week, words in zip(WEEKS, ("first workweek", "second workweek"), strict=True)
    ),
    Rule(
        name="basic_centihours",
        kind="hours",
        title="Paid basic hours",
        unit="centihours",
        words="All hours of the pay period for which basic pay is due.",
        cite="5 U.S.C. 5504(a)",
        inputs=tuple(f"basic_{week}_centihours" for week in WEEKS),
        expression=_sum,
    ),
]

LINES = [
    _basic_line(0, "Regular pay"),
    _basic_line(1, "Holiday not worked"),
    _basic_line(2, "Holiday worked, basic pay"),
    _basic_line(len(BASIC_HOURS) - 2, "Annual leave"),
    _basic_line(len(BASIC_HOURS) - 1, "Sick leave"),
    Rule(
        name="basic_pay_cents",
        kind="total",
        title="Basic pay",
        words="The hourly rate times all paid basic hours: what retirement and savings percentages are taken of.",
        cite="5 U.S.C. 5504(b), 8331(3)",
        inputs=("hourly_cents", "basic_centihours"),
        expression=lambda hourly, hours: for_hours(hourly, hours),
        quantity="basic_centihours",
        rate="hourly_cents",
    ),
]

PAY = [*RATES, *HOURS, *LINES]
