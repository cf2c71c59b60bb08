"""Premium pay: overtime under title 5 and the Fair Labor Standards Act, night, Sunday and holiday pay, the cap."""

from __future__ import annotations

import narwhals as nw

from qsmo.services.payroll.rules.columns import at_least, for_hours, half_up, times, where
from qsmo.services.payroll.rules.earnings.pay import hours_rule, with_locality
from qsmo.services.payroll.rules.rule import Reading, Rule

FLSA = "29 U.S.C. 207; 5 CFR 551.512"
CAP = "5 U.S.C. 5547(a); 5 CFR 550.105"


def _rate_of_step(law: Reading, percent: nw.Expr, grade: str, step: str) -> nw.Expr:
    row = law.row("gs", grade=law.integer("premium", grade), step=law.integer("premium", step))
    return with_locality(law, nw.lit(row.cents("annual").cents, nw.Int64), percent)


def _hourly(law: Reading, annual: nw.Expr) -> nw.Expr:
    return half_up(annual, law.integer("pay_rates", "hours_in_year"))


def _overtime_rate(
    law: Reading, hourly: nw.Expr, annual: nw.Expr, limit: nw.Expr, limit_hourly: nw.Expr
) -> nw.Expr:
    rate = law.rate("premium", "overtime")
    return where(annual <= limit, times(hourly, rate), at_least(times(limit_hourly, rate), hourly))


def _differential(name: str, title: str, words: str, cite: str) -> list[Rule]:
    hours = "holiday_worked" if name == "holiday" else name
    return [
        Rule(
            name=f"{name}_rate_cents",
            kind="rate",
            title=f"{title}, hourly rate",
            words=f"{words} The hourly rate times that percentage, to the nearest cent.",
            cite=cite,
            inputs=("hourly_cents",),
            expression=lambda law, hourly: times(hourly, law.rate("premium", name)),
            tables=("premium",),
        ),
        Rule(
            name=f"{name}_premium_cents",
            kind="earning",
            title=title,
            words=f"{words} Paid on top of basic pay for the same hours.",
            cite=cite,
            inputs=(f"{name}_rate_cents", f"{hours}_centihours"),
            expression=lambda rate, hours: for_hours(rate, hours),
            quantity=f"{hours}_centihours",
            rate=f"{name}_rate_cents",
        ),
    ]


DIFFERENTIALS = [
    hours_rule("overtime", "Overtime hours"),
    hours_rule("night", "Night hours"),
    hours_rule("sunday", "Sunday hours"),
    *_differential(
        "night", "Night pay", "For regularly scheduled work at night.", "5 U.S.C. 5545(a); 5 CFR 550.121"
    ),
    *_differential(
        "sunday",
        "Sunday premium",
        "For the regular tour of which a part falls on Sunday.",
        "5 U.S.C. 5546(a); 5 CFR 550.171",
    ),
    *_differential(
        "holiday",
        "Holiday premium",
        "For work on a holiday within the regular tour.",
        "5 U.S.C. 5546(b); 5 CFR 550.131",
    ),
]

TITLE_5 = [
    Rule(
        name="overtime_limit_pay_cents",
        kind="limit",
        title="GS-10 step 1 with the same locality pay",
        words="The annual rate up to which overtime is paid at one and a half times the own hourly rate.",
        cite="5 U.S.C. 5542(a)",
        inputs=("locality_millionths",),
        expression=lambda law, percent: _rate_of_step(
            law, percent, "overtime_limit_grade", "overtime_limit_step"
        ),
        tables=("premium", "gs", "executive"),
    ),
    Rule(
        name="overtime_limit_hourly_cents",
        kind="limit",
        title="Hourly rate of GS-10 step 1",
        words="The annual rate of GS-10 step 1 divided by the hours of a work year, to the nearest cent.",
        cite="5 U.S.C. 5504(b), 5542(a)",
        inputs=("overtime_limit_pay_cents",),
        expression=_hourly,
        tables=("pay_rates",),
    ),
    Rule(
        name="overtime_rate_cents",
        kind="rate",
        title="Overtime hourly rate under title 5",
        words="Up to GS-10 step 1: one and a half times the hourly rate. Above: one and a half times the rate of GS-10 "
        "step 1, or the own hourly rate if that is more.",
        cite="5 U.S.C. 5542(a)(1)-(2); 5 CFR 550.113",
        inputs=(
            "hourly_cents",
            "adjusted_pay_cents",
            "overtime_limit_pay_cents",
            "overtime_limit_hourly_cents",
        ),
        expression=_overtime_rate,
        tables=("premium",),
    ),
    Rule(
        name="title5_week1_cents",
        kind="total",
        title="Overtime under title 5, first workweek",
        words="The title 5 overtime rate times the overtime hours of the first workweek.",
        cite="5 U.S.C. 5542(a)",
        inputs=("overtime_rate_cents", "overtime_week1_centihours"),
        expression=lambda rate, hours: for_hours(rate, hours),
    ),
    Rule(
        name="title5_week2_cents",
        kind="total",
        title="Overtime under title 5, second workweek",
        words="The title 5 overtime rate times the overtime hours of both workweeks, less the amount of the first.",
        cite="5 U.S.C. 5542(a)",
        inputs=("overtime_rate_cents", "overtime_centihours", "title5_week1_cents"),
        expression=lambda rate, hours, first: for_hours(rate, hours) - first,
    ),
]

_FIRST_RATES = ("hourly_cents", "night_rate_cents", "sunday_rate_cents", "holiday_rate_cents")
_FIRST_HOURS = ("basic", "night", "sunday", "holiday_worked")
_ALL_AMOUNTS = ("basic_pay_cents", "night_premium_cents", "sunday_premium_cents", "holiday_premium_cents")


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
        words="Basic pay, night pay, Sunday premium and holiday premium for the hours of the first workweek.",
        cite="5 CFR 551.511(a)",
        inputs=(*_FIRST_RATES, *(f"{name}_week1_centihours" for name in _FIRST_HOURS)),
        expression=_first_week,
    ),
    Rule(
        name="straight_week2_cents",
        kind="total",
        title="Basic pay and differentials, second workweek",
        words="Basic pay, night pay, Sunday premium and holiday premium of the pay period, less those of its first "
        "workweek.",
        cite="5 CFR 551.511(a)",
        inputs=("straight_week1_cents", *_ALL_AMOUNTS),
        expression=_second_week,
    ),
]


def _regular_rate(remuneration: nw.Expr, basic: nw.Expr, overtime: nw.Expr) -> nw.Expr:
    hours = basic + overtime
    return where(hours == 0, 0, half_up(remuneration * 100, where(hours == 0, 1, hours)))


def _flsa_week(week: str, words: str) -> list[Rule]:
    return [
        Rule(
            name=f"remuneration_{week}_cents",
            kind="total",
            title=f"Total remuneration, {words}",
            words=f"Basic pay and differentials of the {words}, and the plain hourly rate for its overtime hours.",
            cite="5 CFR 551.511, 551.512(a)",
            inputs=(f"straight_{week}_cents", "hourly_cents", f"overtime_{week}_centihours"),
            expression=lambda straight, hourly, hours: straight + for_hours(hourly, hours),
        ),
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
            inputs=("nonexempt", "hourly_cents", f"half_rate_{week}_cents", f"overtime_{week}_centihours"),
            expression=lambda covered, hourly, half, hours: where(
                covered == 1, for_hours(hourly, hours) + for_hours(half, hours)
            ),
        ),
    ]


def _overtime(one5: nw.Expr, two5: nw.Expr, one: nw.Expr, two: nw.Expr) -> nw.Expr:
    return where(one >= one5, 0, one5) + where(two >= two5, 0, two5)


def _flsa(one5: nw.Expr, two5: nw.Expr, one: nw.Expr, two: nw.Expr) -> nw.Expr:
    return where(one >= one5, one) + where(two >= two5, two)


_OVERTIME = ("title5_week1_cents", "title5_week2_cents", "flsa_week1_cents", "flsa_week2_cents")

OVERTIME = [
    *_flsa_week("week1", "first workweek"),
    *_flsa_week("week2", "second workweek"),
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


def _capped(limit: nw.Expr, basic: nw.Expr, *premiums: nw.Expr) -> nw.Expr:
    total = basic
    for premium in premiums:
        total = total + premium
    over = at_least(total - limit, 0)
    most = total - basic
    return -where(over > most, most, over)


LIMIT = [
    Rule(
        name="cap_annual_cents",
        kind="limit",
        title="Annual rate behind the biweekly limit",
        words="GS-15 step 10 with the same locality pay, or level V of the Executive Schedule if that is more.",
        cite=CAP,
        inputs=("locality_millionths",),
        expression=lambda law, percent: at_least(
            _rate_of_step(law, percent, "cap_grade", "cap_step"), law.cents("executive", "level_v")
        ),
        tables=("premium", "gs", "executive"),
    ),
    Rule(
        name="cap_cents",
        kind="limit",
        title="Biweekly limit on basic and premium pay",
        words="That annual rate by the hour, to the nearest cent, times the hours of a full pay period.",
        cite=CAP,
        inputs=("cap_annual_cents",),
        expression=lambda law, annual: _hourly(law, annual) * law.integer("pay_rates", "hours_in_pay_period"),
        tables=("pay_rates",),
    ),
    Rule(
        name="over_cap_cents",
        kind="earning",
        title="Premium pay above the biweekly limit",
        words="Title 5 premium pay is cut where it would lift pay above the biweekly limit; FLSA overtime is not.",
        cite=CAP,
        inputs=(
            "cap_cents",
            "basic_pay_cents",
            "overtime_cents",
            "night_premium_cents",
            "sunday_premium_cents",
            "holiday_premium_cents",
        ),
        expression=_capped,
    ),
]

PREMIUM = [*DIFFERENTIALS, *TITLE_5, *STRAIGHT, *OVERTIME, *LIMIT]
