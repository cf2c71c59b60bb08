"""Checks of certified time: what a day and a pay period may hold, and who has time at all."""

from __future__ import annotations

from datetime import date

import polars as pl

from qsmo.kernel.calendar import SATURDAY, SUNDAY, Holiday, holidays
from qsmo.kernel.period import PayPeriod
from qsmo.services.payroll.rules.earnings.codes import TIME_CODES
from qsmo.services.payroll.rules.intake.people import Check
from qsmo.services.payroll.rules.rule import Figures

HOLIDAY = ["holiday", "holiday_worked"]


def entry_checks(pay_period: PayPeriod, law: Figures) -> list[Check]:
    """What one entry must hold by itself."""
    during = pay_period.during
    most = law.version("pay_rates").integer("hours_in_day") * 100
    return [
        Check(
            "other-pay-period",
            "pay period",
            (pl.col("during_start") != during.start) | (pl.col("during_end") != during.end),
            "The time record is for {during_start} up to {during_end}, another pay period.",
            f"{during.start} up to {during.end}",
        ),
        Check(
            "day-outside",
            "day",
            pl.col("week") == "",
            "{on} is not a day of the pay period.",
            f"{during.start} to {during.last}",
        ),
        Check(
            "not-employed",
            "day",
            pl.col("outside") & (pl.col("week") != ""),
            "There is time on {on}, a day on which the person is not employed.",
            "time from the day of the appointment to the last day of employment",
        ),
        Check(
            "time-code",
            "time code",
            pl.col("name").is_null(),
            "Time code {code} on {on} is not known.",
            ", ".join(TIME_CODES),
        ),
        Check(
            "hours",
            "hours",
            (pl.col("centihours") <= 0) | (pl.col("centihours") > most),
            "{centihours} hours of time code {code} on {on} cannot be.",
            "more than 0 and at most 24 hours",
        ),
        *_no_holiday(pay_period),
    ]


def _no_holiday(pay_period: PayPeriod) -> list[Check]:
    return [
        Check(
            "no-holiday",
            "time code",
            pl.col("name").is_in(HOLIDAY) & pl.lit(not _holidays_in(pay_period)),
            "Holiday hours on {on}, but no legal holiday falls in the pay period.",
            "regular hours or leave",
        ),
    ]


def repeated_checks() -> list[Check]:
    """Entries whose code stands on their day more than once, with how often."""
    return [
        Check(
            "time-twice",
            "time code",
            pl.col("times") > 1,
            "Time code {code} is recorded {times} times on {on}.",
            "one entry for one day and time code",
        ),
    ]


def beside_checks(pay_period: PayPeriod) -> list[Check]:
    """Holiday hours on another day than a holiday."""
    return [
        Check(
            "not-the-holiday",
            "day",
            pl.col("beside_holiday"),
            "Holiday hours are recorded on {on}, which is neither a holiday nor the day in lieu of one that falls on a "
            "day off.",
            "holiday hours on " + (", ".join(map(str, lawful_days(pay_period))) or "no day"),
        ),
    ]


def day_checks(pay_period: PayPeriod, law: Figures) -> list[Check]:
    """What the hours of a day must hold."""
    most = law.version("pay_rates").integer("hours_in_day") * 100
    leave = law.version("premium").integer("night_leave_hours") * 100
    around = [day for day in pay_period.during if _touches_sunday(day)]
    return [
        Check(
            "day-hours",
            "hours",
            pl.col("clock_centihours") > most,
            "{clock_centihours} hours are recorded on {on}.",
            "at most 24 hours in a day",
        ),
        Check(
            "night-hours",
            "hours",
            pl.col("night_centihours") > pl.col("clock_centihours") - pl.col("unpaid_centihours"),
            "{night_centihours} night hours on {on} are more than the {clock_centihours} hours recorded.",
            "at most the hours of the day",
        ),
        Check(
            "night-on-leave",
            "hours",
            (pl.col("night_centihours") > pl.col("at_work_centihours"))
            & (pl.col("leave_centihours") >= leave),
            "Night hours on {on} fall in paid leave, and leave of the pay period is not under 8 hours.",
            "night hours of work only",
        ),
        Check(
            "sunday-hours",
            "hours",
            pl.col("sunday_centihours") > pl.col("work_centihours"),
            "{sunday_centihours} Sunday hours on {on} are more than the {work_centihours} regular hours worked.",
            "at most the regular hours worked that day",
        ),
        Check(
            "not-sunday",
            "day",
            (pl.col("sunday_centihours") > 0) & ~pl.col("on").is_in(around),
            "Sunday hours are recorded on {on}, when no tour touches a Sunday.",
            "a tour of which a part falls on Sunday",
        ),
    ]


def people_checks() -> list[Check]:
    """Time without an assignment, and the other way round."""
    return [
        Check(
            "no-assignment",
            "employee",
            pl.col("assigned").is_null(),
            "There is time for {employee}, and no pay assignment.",
            "a pay assignment in effect in the pay period",
        ),
        Check(
            "no-time",
            "employee",
            pl.col("timed").is_null() & ~pl.col("paid").fill_null(False),
            "There is no certified time for {employee} in the pay period.",
            "a time record; for a last payment after separation, the payment in the assignment",
        ),
    ]


def holiday_checks(pay_period: PayPeriod) -> list[Check]:
    """How many days may have holiday hours."""
    count = len(_holidays_in(pay_period))
    return [
        Check(
            "holiday-days",
            "day",
            (pl.col("holiday_days") > count) & pl.lit(count > 0),
            "Holiday hours are recorded on {holiday_days} days.",
            f"at most {count}: a holiday and the day in lieu of it are not both given",
        )
    ]


def _holidays_in(pay_period: PayPeriod) -> list[Holiday]:
    during = pay_period.during
    years = sorted({during.start.year, during.last.year, during.last.year + 1})
    all_ = [holiday for year in years for holiday in holidays(year, washington=True)]
    return [holiday for holiday in all_ if holiday.legal_on in during or holiday.observed_on in during]


def legal_days(pay_period: PayPeriod) -> list[date]:
    """The days of the law on which the holidays of a pay period fall."""
    return [holiday.legal_on for holiday in _holidays_in(pay_period)]


def lawful_days(pay_period: PayPeriod) -> list[date]:
    """The holidays of a pay period, and the days on which they are observed."""
    found = _holidays_in(pay_period)
    return sorted({day for holiday in found for day in (holiday.legal_on, holiday.observed_on)})


def _touches_sunday(day: date) -> bool:
    return day.weekday() in (SATURDAY, SUNDAY, 0)
