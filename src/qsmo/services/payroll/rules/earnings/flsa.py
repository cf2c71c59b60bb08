"""Overtime under the Fair Labor Standards Act by workweek, and the greater of it and title 5 for each week."""

from __future__ import annotations

import narwhals as nw

from qsmo.services.payroll.rules.columns import for_hours, half_up, times, where
from qsmo.services.payroll.rules.earnings.premium import HOURS_OF
from qsmo.services.payroll.rules.rule import Rule

FLSA = "29 U.S.C. 207; 5 CFR 551.512"
DIFFERENTIALS = ("night", "sunday", "holiday", "second_shift", "third_shift", "hazard", "environmental")
_FIRST_RATES = ("hourly_cents", *(f"{name}_rate_cents" for name in DIFFERENTIALS))
_FIRST_HOURS = ("basic", *(HOURS_OF.get(name, name) for name in DIFFERENTIALS))
_ALL_AMOUNTS = ("time_pay_cents", *(f"{name}_premium_cents" for name in DIFFERENTIALS))


def _first_week(*columns: nw.Expr) -> nw.Expr:
    rates, hours = columns[: len(_FIRST_RATES)], columns[len(_FIRST_RATES) :]
    total = for_hours(rates[0], hours[0])
    for rate, worked in zip(rates[1:], hours[1:], strict=True):
        total = total + for_hours(rate, worked)
    return total


def _second_week(first: nw.Expr, *amounts: nw.Expr) -> nw.Expr:
    total = amounts[0]
    for amount in amounts[1:]:
        total = total + amount
    return total - first


STRAIGHT = [
    Rule(
        name="straight_week1_cents",
        kind="total",
        title="Basic pay and differentials, first workweek",
        words="Basic pay and the differentials by the hour for the hours of the first workweek.",
        cite="5 CFR 551.511(a)",
        inputs=(*_FIRST_RATES, *(f"{name}_week1_centihours" for name in _FIRST_HOURS)),
        expression=_first_week,
    ),
    Rule(
        name="straight_week2_cents",
        kind="total",
        title="Basic pay and differentials, second workweek",
        words="Basic pay and the differentials by the hour of the pay period, less those of its first workweek.",
        cite="5 CFR 551.511(a)",
        inputs=("straight_week1_cents", *_ALL_AMOUNTS),
        expression=_second_week,
    ),
]


def _plain_week(week: str, words: str) -> list[Rule]:
    return [
        Rule(
            name=f"overtime_straight_{week}_cents",
            kind="total",
            title=f"Overtime hours at the plain rate, {words}",
            words=f"The plain hourly rate for the overtime hours of the {words}.",
            cite="5 CFR 551.512(a)(1)",
            inputs=("hourly_cents", f"overtime_{week}_centihours"),
            expression=for_hours,
        ),
        Rule(
            name=f"remuneration_{week}_cents",
            kind="total",
            title=f"Total remuneration, {words}",
            words=f"Basic pay and differentials of the {words}, and the plain hourly rate for its overtime hours.",
            cite="5 CFR 551.511, 551.512(a)",
            inputs=(f"straight_{week}_cents", f"overtime_straight_{week}_cents"),
            expression=lambda straight, overtime: straight + overtime,
        ),
    ]


WORDS = {"week1": "first workweek", "week2": "second workweek"}
REMUNERATION = [*STRAIGHT, *(rule for week, words in WORDS.items() for rule in _plain_week(week, words))]


def _regular_rate(remuneration: nw.Expr, basic: nw.Expr, overtime: nw.Expr) -> nw.Expr:
    hours = basic + overtime
    return where(hours == 0, 0, half_up(remuneration * 100, where(hours == 0, 1, hours)))


def _flsa_week(week: str, words: str) -> list[Rule]:
    return [
        Rule(
            name=f"regular_rate_{week}_cents",
            kind="rate",
            title=f"Hourly regular rate, {words}",
            words="Total remuneration of the workweek divided by its hours of work, paid absence included.",
            cite="5 CFR 551.511(a)",
            inputs=(f"remuneration_{week}_cents", f"basic_{week}_centihours", f"overtime_{week}_centihours"),
            expression=_regular_rate,
        ),
        Rule(
            name=f"half_rate_{week}_cents",
            kind="rate",
            title=f"Half of the hourly regular rate, {words}",
            words="One half of the hourly regular rate, to the nearest cent.",
            cite="5 CFR 551.512(a)(2)",
            inputs=(f"regular_rate_{week}_cents",),
            expression=lambda law, rate: times(rate, law.rate("premium", "flsa_half")),
            tables=("premium",),
        ),
        Rule(
            name=f"flsa_{week}_cents",
            kind="total",
            title=f"Overtime under the FLSA, {words}",
            words="For employees covered by the Fair Labor Standards Act: the plain hourly rate and half of the "
            "regular rate for each overtime hour.",
            cite=FLSA,
            inputs=(
                "nonexempt",
                f"overtime_straight_{week}_cents",
                f"half_rate_{week}_cents",
                f"overtime_{week}_centihours",
            ),
            expression=lambda covered, plain, half, hours: where(
                covered == 1, plain + for_hours(half, hours)
            ),
        ),
    ]


def _overtime(one5: nw.Expr, two5: nw.Expr, one: nw.Expr, two: nw.Expr) -> nw.Expr:
    return where(one >= one5, 0, one5) + where(two >= two5, 0, two5)


def _flsa(one5: nw.Expr, two5: nw.Expr, one: nw.Expr, two: nw.Expr) -> nw.Expr:
    return where(one >= one5, one) + where(two >= two5, two)


_OVERTIME = ("title5_week1_cents", "title5_week2_cents", "flsa_week1_cents", "flsa_week2_cents")

OVERTIME = [
    *(rule for week, words in WORDS.items() for rule in _flsa_week(week, words)),
    Rule(
        name="overtime_cents",
        kind="earning",
        title="Overtime (title 5)",
        words="Title 5 overtime of each workweek in which it gives more than the Fair Labor Standards Act, or of "
        "employees whom that Act does not cover.",
        cite="5 U.S.C. 5542(a); 5 CFR 550.113",
        inputs=_OVERTIME,
        expression=_overtime,
        quantity="overtime_centihours",
        rate="overtime_rate_cents",
    ),
    Rule(
        name="flsa_overtime_cents",
        kind="earning",
        title="Overtime (FLSA)",
        words="Overtime under the Fair Labor Standards Act of each workweek in which it gives as much as title 5 or "
        "more.",
        cite=f"{FLSA}; 5 U.S.C. 5542(c)",
        inputs=_OVERTIME,
        expression=_flsa,
        quantity="overtime_centihours",
    ),
]
