"""Checks of time against schedule and plan: the tour, the standard day and week, premiums that a plan may have."""

from __future__ import annotations

import polars as pl

from qsmo.services.payroll.rules.intake.earnings.position import FULL_TIME, INTERMITTENT, PART_TIME
from qsmo.services.payroll.rules.intake.people import Check
from qsmo.services.payroll.rules.rule import Figures


def tour_checks(law: Figures) -> list[Check]:
    """All hours of the tour are accounted for, and none of it twice.

    Days outside of employment have no time: for a hire or separation inside the period the tour is the most there
    can be. Who works part time is paid the hours in a pay status, and hours missing from the tour are asked for
    before pay is certified. Who works intermittently has no tour.
    """
    period, week = (law.version("pay_rates").integer(key) for key in ("hours_in_pay_period", "hours_in_week"))
    most, hours = period * 100, pl.col("tour_centihours")
    schedule, whole = pl.col("work_schedule"), pl.col("whole_period")
    by_week = pl.col("tour_hours") < week
    part = pl.when(by_week).then(pl.col("tour_hours") * 2).otherwise(pl.col("tour_hours")) * 100
    timed = hours > 0
    return [
        Check(
            "tour",
            "hours",
            schedule.is_in(FULL_TIME) & whole & timed & (hours != most),
            "{tour_centihours} hours of work, holiday, leave and leave without pay are recorded.",
            f"{period} hours, the full-time tour of a pay period",
        ),
        Check(
            "tour-exceeded",
            "hours",
            (~schedule.is_in(FULL_TIME) | ~whole) & (hours > most),
            "{tour_centihours} hours of work, holiday, leave and leave without pay are recorded.",
            f"at most {period} hours; what is beyond a tour is overtime",
        ),
        Check(
            "part-time-hours",
            "hours",
            schedule.is_in(PART_TIME) & whole & timed & (hours < part),
            "{tour_centihours} hours are recorded, less than the part-time tour of {tour_hours} hours; these are paid.",
            "every hour of the tour as work, holiday, leave or leave without pay",
            "warning",
        ),
        Check(
            "intermittent-leave",
            "hours",
            schedule.is_in(INTERMITTENT) & (pl.col("on_leave_centihours") > 0),
            "Paid leave is recorded for an employee without a tour of duty.",
            "hours of work only (5 U.S.C. 6301(2)(ii))",
        ),
    ]


def standard_week_checks(law: Figures) -> list[Check]:
    """The basic workweek: an error where the schedule is said to be standard, a warning where nobody said it."""
    week = law.version("pay_rates").integer("hours_in_week") * 100
    other = (
        pl.col("whole_period")
        & pl.col("work_schedule").is_in(FULL_TIME)
        & (pl.col("tour_centihours") != week)
    )
    words = "{tour_centihours} hours of the tour are recorded in one workweek."
    expected = f"{week // 100} hours in each workweek; more is overtime (5 U.S.C. 5542(a), 6101(a))"
    alternative = "; a flexible or compressed schedule is said in the terms of pay"
    return [
        Check("standard-week", "hours", other & (pl.col("schedule") == "standard"), words, expected),
        Check(
            "uneven-weeks",
            "hours",
            other & (pl.col("schedule") == "") & (pl.col("whole_centihours") == week * 2),
            words,
            expected + alternative,
            "warning",
        ),
    ]


def standard_day_checks(law: Figures) -> list[Check]:
    """Regular hours above the daily limit are overtime, unless the schedule is flexible, compressed or first 40."""
    most = law.version("premium").integer("standard_day_hours") * 100
    return [
        Check(
            "standard-day",
            "hours",
            (pl.col("schedule") == "standard") & (pl.col("tour_centihours") > most),
            "{tour_centihours} hours of the tour are recorded on {on} under a standard schedule.",
            f"at most {most // 100} hours; more is overtime (5 U.S.C. 5542(a))",
        )
    ]


def premium_checks() -> list[Check]:
    """Premiums that the plan does not have, percentages that collide, and limits that cannot be known."""
    return [*kind_checks(), *limit_checks()]


def kind_checks() -> list[Check]:
    """Kinds of hours that only one system of pay knows."""
    fws, title5 = pl.col("plan_fws") == 1, pl.col("plan_premium") == 1
    return [
        Check(
            "no-premium",
            "time code",
            ~fws & ~title5 & (pl.col("premium_centihours") > 0),
            "{premium_centihours} premium hours are recorded for an employee of pay plan {pay_plan}, who has no "
            "premium pay (5 U.S.C. 5541(2)).",
            "regular hours and leave",
        ),
        Check(
            "night-of-prevailing-rate",
            "time code",
            fws & (pl.col("night_centihours") > 0),
            "{night_centihours} night hours are recorded for an employee of pay plan {pay_plan}.",
            "second_shift or third_shift for the hours of the shift (5 U.S.C. 5343(f))",
        ),
        Check(
            "shift-of-general-schedule",
            "time code",
            ~fws & (pl.col("shift_centihours") > 0),
            "{shift_centihours} shift hours are recorded for an employee of pay plan {pay_plan}.",
            "night hours (5 U.S.C. 5545(a)); shifts are of prevailing rate employees",
        ),
        Check(
            "hazard-plan",
            "time code",
            (fws & (pl.col("hazard_centihours") > 0)) | (~fws & (pl.col("environmental_centihours") > 0)),
            "Hazard pay is for the General Schedule, environmental differentials for prevailing rate plans; this is "
            "pay plan {pay_plan}.",
            "the code of the own system (5 U.S.C. 5545(d), 5343(c)(4))",
        ),
    ]


def limit_unknown(law: Figures) -> pl.Expr:
    """Whether the rates of a person do not show the limit of overtime, and it could be above theirs."""
    premium = law.version("premium")
    keys = {key: premium.integer(f"overtime_limit_{key}") for key in ("grade", "step")}
    limit = law.version("gs").row(**keys).cents("annual")
    by_area = pl.col("area").is_null() & (
        pl.col("percent_given").is_null() | pl.col("special_rate").fill_null(True)
    )
    yearly = pl.when(pl.col("pay_basis") == "PA").then("basic_pay_cents").otherwise(limit.cents + 1)
    return by_area & (yearly > limit.cents)


def limit_checks() -> list[Check]:
    """What a percentage or a limit needs to be known, and premiums that cannot stand beside each other."""
    title5 = pl.col("plan_premium") == 1
    annual = (pl.col("standby_millionths") > 0) | (pl.col("auo_millionths") > 0)
    return [
        Check(
            "environment-base",
            "terms of pay",
            (pl.col("environmental_centihours") > 0) & (pl.col("environment_base_cents") <= 0),
            "The rate of WG-10 step 2 of the wage area, of which the differential is a percentage, is missing.",
            "environment_base in the terms of pay (5 CFR 532.511)",
        ),
        Check(
            "two-percentages",
            "time code",
            (pl.col("percents") > 1) | (pl.col("exposures") > 1),
            "Hours of two percentages of hazard or exposure are recorded in one part of the pay period.",
            "one percentage in a pay period; the other with the next one, or by hand",
        ),
        Check(
            "overtime-limit",
            "adjusted pay",
            title5 & pl.col("overtime_limit_unknown") & (pl.col("overtime_centihours") > 0),
            "Overtime depends on the rate of GS-10 step 1 with the same locality or special rate, which the rates "
            "given do not show.",
            "base and adjusted rate of one locality percentage, or overtime paid by hand (5 U.S.C. 5542(a)(2))",
        ),
        Check(
            "annual-premium-overtime",
            "time code",
            annual & (pl.col("flsa") == "nonexempt") & (pl.col("paid_overtime_centihours") > 0),
            "FLSA overtime beside standby pay or uncontrollable overtime is not covered.",
            "one or the other (5 CFR 551.501(a)(1), (5))",
        ),
    ]
