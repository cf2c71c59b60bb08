"""Premium pay by the hour: night, Sunday, holiday, shift, hazard, environment, and overtime under title 5."""

from __future__ import annotations

import narwhals as nw

from qsmo.services.payroll.rules.columns import at_least, at_millionths, for_hours, half_up, times, where
from qsmo.services.payroll.rules.earnings.pay import hours_rule
from qsmo.services.payroll.rules.earnings.rates import with_locality
from qsmo.services.payroll.rules.rule import Reading, Rule


def rate_of_step(law: Reading, percent: nw.Expr, grade: str, step: str) -> nw.Expr:
    """The annual rate of the grade and step that the premium table names, with a locality percentage."""
    row = law.row("gs", grade=law.integer("premium", grade), step=law.integer("premium", step))
    return with_locality(law, nw.lit(row.cents("annual").cents, nw.Int64), percent)


def by_the_hour(law: Reading, annual: nw.Expr) -> nw.Expr:
    """An annual rate of the General Schedule by the hour, to the nearest cent."""
    return half_up(annual, law.integer("pay_rates", "hours_in_year"))


def _overtime_rate(
    law: Reading,
    hourly: nw.Expr,
    annual: nw.Expr,
    limit: nw.Expr,
    limit_hourly: nw.Expr,
    prevailing: nw.Expr,
    base: nw.Expr,
    unknown: nw.Expr,
) -> nw.Expr:
    rate = law.rate("premium", "overtime")
    least = _least_limit(law)
    in_full = (prevailing == 1) | ((unknown == 0) & (annual <= limit)) | ((unknown == 1) & (base <= least))
    return where(in_full, times(hourly, rate), at_least(times(limit_hourly, rate), hourly))


def _shift_rate(
    law: Reading, rate: nw.Expr, hourly: nw.Expr, prevailing: nw.Expr, basic: nw.Expr, *shifts: nw.Expr
) -> nw.Expr:
    second_hours, second, third_hours, third = shifts
    on_shift = where(second_hours == basic, second) + where(third_hours == basic, third)
    with_shift = times(hourly + on_shift, law.rate("premium", "overtime"))
    return where((prevailing == 1) & (basic > 0) & (on_shift > 0), with_shift, rate)


def _rate_of_week(week: str, words: str) -> Rule:
    return Rule(
        name=f"overtime_rate_{week}_cents",
        kind="rate",
        title=f"Overtime hourly rate under title 5, {words}",
        words="The overtime hourly rate. For a prevailing rate employee all of whose basic hours of the workweek are "
        "in one night shift, one and a half times the hourly rate with its differential, a part of basic pay.",
        cite="5 U.S.C. 5343(f), 5544(a); 5 CFR 532.505",
        inputs=(
            *("overtime_rate_cents", "hourly_cents", "prevailing_rate", f"basic_{week}_centihours"),
            *(f"second_shift_{week}_centihours", "second_shift_rate_cents"),
            *(f"third_shift_{week}_centihours", "third_shift_rate_cents"),
        ),
        expression=_shift_rate,
        tables=("premium",),
    )


def _second_title5(
    first_rate: nw.Expr, rate: nw.Expr, hours: nw.Expr, own: nw.Expr, first: nw.Expr
) -> nw.Expr:
    return where(first_rate == rate, for_hours(rate, hours) - first, for_hours(rate, own))


def _least_limit(law: Reading) -> int:
    """The base rate of GS-10 step 1: whoever's base rate is not above it is not above the limit of any area."""
    grade, step = (law.integer("premium", f"overtime_limit_{name}") for name in ("grade", "step"))
    return law.row("gs", grade=grade, step=step).cents("annual").cents


def _differential(name: str, title: str, words: str, cite: str) -> list[Rule]:
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
        _premium(name, title, words, cite),
    ]


def _by_percent(name: str, base: str, title: str, words: str, cite: str) -> list[Rule]:
    return [
        Rule(
            name=f"{name}_rate_cents",
            kind="rate",
            title=f"{title}, hourly rate",
            words=f"{words} That rate times the percentage of the time code, to the nearest cent.",
            cite=cite,
            inputs=(base, f"{name}_millionths"),
            expression=at_millionths,
        ),
        _premium(name, title, words, cite),
    ]


def _premium(name: str, title: str, words: str, cite: str) -> Rule:
    hours = HOURS_OF.get(name, name)
    return Rule(
        name=f"{name}_premium_cents",
        kind="earning",
        title=title,
        words=f"{words} Paid on top of basic pay for the same hours.",
        cite=cite,
        inputs=(f"{name}_rate_cents", f"{hours}_centihours"),
        expression=for_hours,
        quantity=f"{hours}_centihours",
        rate=f"{name}_rate_cents",
    )


HOURS_OF = {"holiday": "holiday_worked"}
"""The hours of a differential, where they have another name."""
DIFFERENTIALS = [
    hours_rule("overtime", "Overtime hours"),
    hours_rule("night", "Night hours"),
    hours_rule("sunday", "Sunday hours"),
    hours_rule("second_shift", "Hours of the second shift"),
    hours_rule("third_shift", "Hours of the third shift"),
    hours_rule("hazard", "Hours of the days with hazardous duty"),
    hours_rule("environmental", "Hours with an environmental differential"),
    hours_rule("comp_earned", "Compensatory time earned, hours"),
    hours_rule("credit_earned", "Credit hours earned"),
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
    *_differential(
        "second_shift",
        "Night differential, second shift",
        "For the shift of a prevailing rate employee of which most hours fall between 15:00 and midnight.",
        "5 U.S.C. 5343(f); 5 CFR 532.505",
    ),
    *_differential(
        "third_shift",
        "Night differential, third shift",
        "For the shift of a prevailing rate employee of which most hours fall between 23:00 and 8:00.",
        "5 U.S.C. 5343(f); 5 CFR 532.505",
    ),
    *_by_percent(
        "hazard",
        "hourly_cents",
        "Hazard pay",
        "For the hours in pay status of a day with hazardous duty: of the hourly rate.",
        "5 U.S.C. 5545(d); 5 CFR 550.904-905",
    ),
    *_by_percent(
        "environmental",
        "environment_base_cents",
        "Environmental differential",
        "For hours of exposure of a prevailing rate employee: of the rate of WG-10 step 2 in the wage area.",
        "5 U.S.C. 5343(c)(4); 5 CFR 532.511",
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
        expression=lambda law, percent: rate_of_step(
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
        expression=by_the_hour,
        tables=("pay_rates",),
    ),
    Rule(
        name="overtime_rate_cents",
        kind="rate",
        title="Overtime hourly rate under title 5",
        words="Up to GS-10 step 1: one and a half times the hourly rate. Above: one and a half times the rate of GS-10 "
        "step 1, or the own hourly rate if that is more. Prevailing rate employees have no such limit.",
        cite="5 U.S.C. 5542(a)(1)-(2), 5544(a); 5 CFR 550.113",
        inputs=(
            "hourly_cents",
            "adjusted_pay_cents",
            "overtime_limit_pay_cents",
            "overtime_limit_hourly_cents",
            "prevailing_rate",
            "base_pay_cents",
            "locality_unknown",
        ),
        expression=_overtime_rate,
        tables=("premium", "gs"),
    ),
    _rate_of_week("week1", "first workweek"),
    _rate_of_week("week2", "second workweek"),
    Rule(
        name="title5_week1_cents",
        kind="total",
        title="Overtime under title 5, first workweek",
        words="The title 5 overtime rate times the overtime hours of the first workweek.",
        cite="5 U.S.C. 5542(a)",
        inputs=("overtime_rate_week1_cents", "overtime_week1_centihours"),
        expression=for_hours,
    ),
    Rule(
        name="title5_week2_cents",
        kind="total",
        title="Overtime under title 5, second workweek",
        words="The title 5 overtime rate times the overtime hours of both workweeks, less the amount of the first; "
        "where the workweeks have different rates, its own rate times its own hours.",
        cite="5 U.S.C. 5542(a)",
        inputs=(
            *("overtime_rate_week1_cents", "overtime_rate_week2_cents", "overtime_centihours"),
            *("overtime_week2_centihours", "title5_week1_cents"),
        ),
        expression=_second_title5,
    ),
]

COMP = [
    Rule(
        name="comp_value_cents",
        kind="total",
        title="Value of compensatory time earned",
        words="The overtime rate for the hours of compensatory time earned: it is not paid, and counts toward the "
        "limit on premium pay.",
        cite="5 U.S.C. 5543, 5547(a); 5 CFR 550.114",
        inputs=("overtime_rate_cents", "comp_earned_centihours"),
        expression=for_hours,
    ),
]


def _standby(hourly: nw.Expr, limit: nw.Expr, hours: nw.Expr, percent: nw.Expr) -> nw.Expr:
    return at_millionths(for_hours(where(hourly > limit, limit, hourly), hours), percent)


ANNUAL = [
    Rule(
        name="standby_pay_cents",
        kind="earning",
        title="Standby duty pay",
        words="The percentage set for standby duty, of the part of basic pay that is not above GS-10 step 1.",
        cite="5 U.S.C. 5545(c)(1); 5 CFR 550.141-144",
        inputs=("hourly_cents", "overtime_limit_hourly_cents", "basic_centihours", "standby_millionths"),
        expression=_standby,
    ),
    Rule(
        name="auo_pay_cents",
        kind="earning",
        title="Administratively uncontrollable overtime",
        words="The percentage set for administratively uncontrollable overtime, of basic pay.",
        cite="5 U.S.C. 5545(c)(2); 5 CFR 550.151-154",
        inputs=("time_pay_cents", "auo_millionths"),
        expression=at_millionths,
    ),
    Rule(
        name="availability_pay_cents",
        kind="earning",
        title="Availability pay",
        words="A quarter of basic pay for criminal investigators who are available for unscheduled duty.",
        cite="5 U.S.C. 5545a; 5 CFR 550.181-187",
        inputs=("time_pay_cents", "availability"),
        expression=lambda law, pay, entitled: where(
            entitled == 1, times(pay, law.rate("premium", "availability"))
        ),
        tables=("premium",),
    ),
]
