"""Checks of certified time: what a day, a workweek and a pay period may hold, and who has time at all."""

from __future__ import annotations

from datetime import date

import polars as pl
from polars import selectors as cs

from qsmo.kernel.calendar import SATURDAY, SUNDAY, Holiday, holidays
from qsmo.kernel.finding import Finding
from qsmo.kernel.period import PayPeriod
from qsmo.services.payroll.rules.columns import millionths
from qsmo.services.payroll.rules.earnings.codes import KINDS, NOTED, PERCENTS, TIME_CODES
from qsmo.services.payroll.rules.earnings.facts import SEGMENT, WEEKS
from qsmo.services.payroll.rules.earnings.pay import BASIC_HOURS
from qsmo.services.payroll.rules.intake.people import Check, findings_of
from qsmo.services.payroll.rules.intake.schedules import (
    premium_checks,
    standard_day_checks,
    standard_week_checks,
    tour_checks,
)
from qsmo.services.payroll.rules.rule import Figures

CLOCK = [*BASIC_HOURS, "unpaid", "overtime", "comp_earned", "credit_earned"]
TOUR = [name for name in (*BASIC_HOURS, "unpaid") if name != "substituted"]
LEAVE = ["annual_leave", "sick_leave", "other_leave", "comp_used", "credit_used"]
WORK = ["regular", "holiday_worked"]
HOLIDAY = ["holiday", "holiday_worked"]
SHIFT = ["second_shift", "third_shift"]
OF_SCHEDULE = ["employee", "work_schedule", "tour_hours", "schedule", "whole_period", "entitlements"]
BY_PERCENT = ("hazard", "environmental")
PREMIUM = ["holiday_worked", "overtime", "night", "sunday", "comp_earned", "hazard"]
""" Hours that only plans under the premium pay rules of title 5 have; prevailing rate plans have some of them too."""


def time_checks(
    named: pl.DataFrame, people: pl.DataFrame, pay_period: PayPeriod, law: Figures
) -> list[Finding]:
    """All findings on named entries; `people` holds the employees who have an assignment."""
    sound = named.filter(pl.col("name").is_not_null() & (pl.col("week") != "") & ~pl.col("name").is_in(NOTED))
    who = (
        people.sort("employee", SEGMENT)
        .unique("employee", keep="last", maintain_order=True)
        .select(OF_SCHEDULE)
    )
    days = _days(sound)
    weeks = _added(days, "employee", "week")
    periods = _added(weeks, "employee")
    leave = periods.select("employee", leave_centihours="on_leave_centihours")
    of_days = days.join(leave, on="employee", how="left").join(who, on="employee", how="left")
    full = periods.select("employee", whole_centihours="tour_centihours")
    of_weeks = weeks.join(who, on="employee", how="left").join(full, on="employee", how="left")
    of_periods = who.join(periods, on="employee", how="left").with_columns(
        cs.ends_with("_centihours").fill_null(0)
    )
    checked = [
        (_entry_checks(pay_period, law), _beside_holidays(named, pay_period)),
        (_day_checks(pay_period, law), of_days),
        (standard_day_checks(law), of_days),
        (standard_week_checks(law), of_weeks),
        (tour_checks(law), of_periods),
        (premium_checks(law), _kinds(sound, people)),
        (_holiday_checks(pay_period), _holiday_days(sound)),
        (_people_checks(), _everybody(people, named)),
    ]
    found = [
        finding for checks, frame in checked for check in checks for finding in findings_of(check, frame)
    ]
    return list(dict.fromkeys(found))


def week_hours(named: pl.DataFrame) -> pl.DataFrame:
    """Hours by person and part, kind and workweek, zero where none, and the percentage of hazard and exposure."""
    slots = [f"{name}_{week}_centihours" for name in KINDS for week in WEEKS]
    keys = ["employee", SEGMENT]
    sums = named.group_by(*keys, "name", "week").agg(pl.col("centihours").sum())
    sums = sums.with_columns(slot=pl.concat_str("name", "week", pl.lit("centihours"), separator="_"))
    wide = sums.filter(pl.col("slot").is_in(slots)).pivot(
        "slot", on_columns=slots, index=keys, values="centihours"
    )
    wide = wide.with_columns(pl.col(slots).fill_null(0))
    rated = named.filter(pl.col("name").is_in(BY_PERCENT))
    if rated.is_empty():
        return wide.with_columns(pl.lit(0, pl.Int64).alias(f"{name}_millionths") for name in BY_PERCENT)
    percents = {code: millionths(rate) for code, rate in PERCENTS.items()}
    rate = pl.col("code").replace_strict(percents, default=0, return_dtype=pl.Int64)
    found = (
        rated.with_columns(rate=rate)
        .group_by(keys)
        .agg(
            pl.when(pl.col("name") == name).then("rate").otherwise(0).max().alias(f"{name}_millionths")
            for name in BY_PERCENT
        )
    )
    joined = wide.join(found, on=keys, how="left")
    return joined.with_columns(pl.col(f"{name}_millionths" for name in BY_PERCENT).fill_null(0))


def named_entries(entries: pl.DataFrame, people: pl.DataFrame, pay_period: PayPeriod) -> pl.DataFrame:
    """Time entries with the kind of their code, their workweek and part, and how often the code stands on the day."""
    during = pay_period.during
    day = (pl.col("on") - pl.lit(during.start)).dt.total_days()
    week = (
        pl.when((day < 0) | (day >= during.days))
        .then(pl.lit(""))
        .when(day < during.days // 2)
        .then(pl.lit(WEEKS[0]))
        .otherwise(pl.lit(WEEKS[1]))
    )
    keys = ["employee", "on", "code"]
    twice = entries.group_by(keys).agg(times=pl.len()).filter(pl.col("times") > 1)
    name = pl.col("code").replace_strict(TIME_CODES, default=None, return_dtype=pl.String)
    named = entries.with_columns(name=name, week=week).join(twice, on=keys, how="left")
    return _in_parts(named, people)


def _in_parts(named: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Each entry with the part of the period that its day lies in, null where the person is not employed that day."""
    never = (pl.col("first_day") > pl.col("last_day")) & pl.col("ends_on").is_null()
    spans = people.filter(~never).select("employee", SEGMENT, "first_day", "last_day")
    whole = spans.filter(pl.col(SEGMENT) == 0)
    parts = spans.filter(pl.col(SEGMENT) > 0)
    inside = pl.col("on").is_between("first_day", "last_day")
    one = named.join(whole, on="employee", how="left", maintain_order="left")
    one = one.with_columns(
        outside=pl.col("first_day").is_not_null() & ~inside, **{SEGMENT: pl.lit(0, pl.Int64)}
    ).drop("first_day", "last_day")
    if parts.is_empty():
        return one
    several = one.join(parts.select("employee").unique(), on="employee", how="semi").drop("outside", SEGMENT)
    numbered = several.with_row_index("entry")
    placed = numbered.join(parts, on="employee").filter(inside).select("entry", SEGMENT)
    put = numbered.join(placed, on="entry", how="left").with_columns(outside=pl.col(SEGMENT).is_null())
    put = put.with_columns(pl.col(SEGMENT).fill_null(1)).drop("entry")
    rest = one.join(parts.select("employee").unique(), on="employee", how="anti")
    return pl.concat([rest, put.select(rest.columns)])


def _days(entries: pl.DataFrame) -> pl.DataFrame:
    def hours(*names: str) -> pl.Expr:
        return pl.when(pl.col("name").is_in(names)).then("centihours").otherwise(0).sum()

    return entries.group_by("employee", "on", "week").agg(
        clock_centihours=hours(*CLOCK),
        tour_centihours=hours(*TOUR),
        work_centihours=hours(*WORK),
        night_centihours=hours("night"),
        at_work_centihours=hours(*WORK, "holiday", "overtime"),
        sunday_centihours=hours("sunday"),
        overtime_centihours=hours("overtime"),
        unpaid_centihours=hours("unpaid"),
        on_leave_centihours=hours(*LEAVE),
    )


def _added(frame: pl.DataFrame, *keys: str) -> pl.DataFrame:
    return frame.group_by(keys).agg(cs.ends_with("_centihours").sum())


def _entry_checks(pay_period: PayPeriod, law: Figures) -> list[Check]:
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
        Check(
            "time-twice",
            "time code",
            pl.col("times").is_not_null(),
            "Time code {code} is recorded {times} times on {on}.",
            "one entry for one day and time code",
        ),
        *_holiday_entry_checks(pay_period),
    ]


def _holiday_entry_checks(pay_period: PayPeriod) -> list[Check]:
    return [
        Check(
            "no-holiday",
            "time code",
            pl.col("name").is_in(HOLIDAY) & pl.lit(not _holidays_in(pay_period)),
            "Holiday hours on {on}, but no legal holiday falls in the pay period.",
            "regular hours or leave",
        ),
        Check(
            "not-the-holiday",
            "day",
            pl.col("beside_holiday"),
            "Holiday hours are recorded on {on}, which is neither a holiday nor the day in lieu of one that falls on a "
            "day off.",
            "holiday hours on " + (", ".join(map(str, _days_of(pay_period))) or "no day"),
        ),
    ]


def _day_checks(pay_period: PayPeriod, law: Figures) -> list[Check]:
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


def _people_checks() -> list[Check]:
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


def _everybody(people: pl.DataFrame, entries: pl.DataFrame) -> pl.DataFrame:
    assigned = people.select("employee", assigned=pl.lit(True), paid=pl.col("entitlements") != "").unique(
        "employee"
    )
    timed = entries.select("employee", timed=pl.lit(True)).unique("employee")
    return assigned.join(timed, on="employee", how="full", coalesce=True).sort("employee")


def _kinds(entries: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Hours of the kinds that not everybody may have, by person and part, beside the terms of the person."""
    keys = ["employee", SEGMENT]

    def hours(*names: str) -> pl.Expr:
        return pl.when(pl.col("name").is_in(names)).then("centihours").otherwise(0).sum()

    found = entries.group_by(keys).agg(
        premium_centihours=hours(*PREMIUM),
        night_centihours=hours("night"),
        shift_centihours=hours(*SHIFT),
        overtime_centihours=hours("overtime", "comp_earned"),
        paid_overtime_centihours=hours("overtime"),
        hazard_centihours=hours("hazard"),
        environmental_centihours=hours("environmental"),
        percents=pl.col("code").filter(pl.col("name") == "hazard").n_unique(),
        exposures=pl.col("code").filter(pl.col("name") == "environmental").n_unique(),
    )
    return people.drop("file", "line", strict=False).join(found, on=keys)


def _holiday_checks(pay_period: PayPeriod) -> list[Check]:
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


def _holiday_days(entries: pl.DataFrame) -> pl.DataFrame:
    on_holidays = entries.filter(pl.col("name").is_in(HOLIDAY))
    return on_holidays.group_by("employee").agg(holiday_days=pl.col("on").n_unique())


def _beside_holidays(named: pl.DataFrame, pay_period: PayPeriod) -> pl.DataFrame:
    """Entries, and whether each has holiday hours on a day that is no holiday and not in lieu of one.

    A day is in lieu when the holiday, and each day between the two, is a day off of this person: without hours of the
    tour (5 U.S.C. 6103(b), E.O. 11582).
    """
    found = _holidays_in(pay_period)
    right = pl.col("on").is_in(_days_of(pay_period))
    doubtful = named.filter(pl.col("name").is_in(HOLIDAY) & ~right & pl.lit(bool(found)))
    days = doubtful.select("employee", "on").unique()
    workdays = named.filter(pl.col("name").is_in(TOUR)).select("employee", workday="on").unique()
    legal = pl.DataFrame({"legal": [holiday.legal_on for holiday in found]}, schema={"legal": pl.Date})
    first, last = pl.min_horizontal("on", "legal"), pl.max_horizontal("on", "legal")
    between = pl.col("workday").is_between(first, last) & (pl.col("workday") != pl.col("on"))
    worked = days.join(legal, how="cross").join(workdays, on="employee", how="left")
    worked = worked.group_by("employee", "on", "legal").agg(worked=between.any())
    wrong = worked.group_by("employee", "on").agg(beside_holiday=pl.col("worked").all())
    of_day = named.join(wrong, on=["employee", "on"], how="left", maintain_order="left")
    return of_day.with_columns(pl.col("beside_holiday").fill_null(False) & pl.col("name").is_in(HOLIDAY))


def _holidays_in(pay_period: PayPeriod) -> list[Holiday]:
    during = pay_period.during
    years = sorted({during.start.year, during.last.year, during.last.year + 1})
    all_ = [holiday for year in years for holiday in holidays(year, washington=True)]
    return [holiday for holiday in all_ if holiday.legal_on in during or holiday.observed_on in during]


def _days_of(pay_period: PayPeriod) -> list[date]:
    found = _holidays_in(pay_period)
    return sorted({day for holiday in found for day in (holiday.legal_on, holiday.observed_on)})


def _touches_sunday(day: date) -> bool:
    return day.weekday() in (SATURDAY, SUNDAY, 0)
