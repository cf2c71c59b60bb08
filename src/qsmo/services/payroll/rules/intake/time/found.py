"""What is found wrong with certified time: each check over the smallest frame in which it can fail."""

from __future__ import annotations

import polars as pl

from qsmo.kernel.finding import Finding
from qsmo.kernel.period import PayPeriod
from qsmo.services.payroll.rules.earnings.codes import NOTED
from qsmo.services.payroll.rules.earnings.facts import SEGMENT
from qsmo.services.payroll.rules.intake.entry import ALONE, WHO
from qsmo.services.payroll.rules.intake.people import all_findings
from qsmo.services.payroll.rules.intake.schedules import (
    premium_checks,
    standard_day_checks,
    standard_week_checks,
    tour_checks,
)
from qsmo.services.payroll.rules.intake.time.checks import (
    HOLIDAY,
    beside_checks,
    day_checks,
    entry_checks,
    holiday_checks,
    lawful_days,
    legal_days,
    people_checks,
    repeated_checks,
)
from qsmo.services.payroll.rules.intake.time.entries import day_of, owners
from qsmo.services.payroll.rules.intake.time.hours import TOUR, by_day, by_kind, by_week
from qsmo.services.payroll.rules.rule import Figures

OF_ENTRIES = [WHO, ALONE, SEGMENT, "employee", "on", "week", "name", "code", "centihours"]
OF_SCHEDULE = ["employee", "work_schedule", "tour_hours", "schedule", "whole_period"]


def time_checks(
    named: pl.DataFrame, people: pl.DataFrame, pay_period: PayPeriod, law: Figures
) -> list[Finding]:
    """All findings on named entries; `people` holds the employees who have an assignment."""
    sound = named.select(OF_ENTRIES).filter(
        pl.col("name").is_not_null() & (pl.col("week") != "") & ~pl.col("name").is_in(list(NOTED))
    )
    persons = owners(named)
    known = _last_parts(people).select(OF_SCHEDULE)
    weeks = by_week(sound)
    periods = weeks.group_by(WHO).agg(pl.col("tour_centihours", "on_leave_centihours").sum())
    numbered = persons.join(known, on="employee", how="left")
    leave = periods.select(WHO, leave_centihours="on_leave_centihours")
    days = by_day(sound.filter(~_plain(law)))
    of_days = days.join(leave, on=WHO, how="left").join(numbered.drop("employee"), on=WHO, how="left")
    full = periods.select(WHO, whole_centihours="tour_centihours")
    of_weeks = weeks.join(numbered, on=WHO).join(full, on=WHO)
    of_periods = known.join(persons.join(periods, on=WHO), on="employee", how="left").with_columns(
        pl.col("tour_centihours", "on_leave_centihours").fill_null(0)
    )
    checked = [
        (entry_checks(pay_period, law), named),
        (repeated_checks(), _repeated(named)),
        (beside_checks(pay_period), _beside_holidays(named, pay_period)),
        (day_checks(pay_period, law), of_days),
        (standard_day_checks(law), of_days),
        (standard_week_checks(law), of_weeks),
        (tour_checks(law), of_periods),
        (premium_checks(), _kinds(sound, people)),
        (holiday_checks(pay_period), _holiday_days(sound)),
        (people_checks(), _everybody(people, persons)),
    ]
    found = [finding for checks, frame in checked for finding in all_findings(checks, frame)]
    return list(dict.fromkeys(found))


def _last_parts(people: pl.DataFrame) -> pl.DataFrame:
    if people.filter(pl.col(SEGMENT) > 0).is_empty():
        return people
    ordered = people.sort("employee", SEGMENT)
    return ordered.unique("employee", keep="last", maintain_order=True)


def _plain(law: Figures) -> pl.Expr:
    """The only entry of its day, of no more hours than a standard day and of no premium: no check of a day can fail."""
    premium, rates = law.version("premium"), law.version("pay_rates")
    most = min(premium.integer("standard_day_hours"), rates.integer("hours_in_day")) * 100
    ordinary = pl.col("centihours").is_between(1, most) & ~pl.col("name").is_in(["night", "sunday"])
    return pl.col(ALONE) & ordinary.fill_null(False)


def _repeated(named: pl.DataFrame) -> pl.DataFrame:
    """Entries whose code stands on their day more than once."""
    several = named.select(WHO, "on", "code", ALONE).with_row_index("entry").filter(~pl.col(ALONE))
    several = several.with_columns(code=pl.col("code").cast(pl.Categorical).to_physical().cast(pl.Int64))
    codes = several.select(pl.col("code").max() + 1).item()
    again = several.filter((day_of() * codes + pl.col("code")).is_duplicated())
    counted = again.select("entry", times=pl.len().over(WHO, "on", "code"))
    return named[counted["entry"]].with_columns(counted["times"])


def _everybody(people: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    assigned = people.select("employee", assigned=pl.lit(True), paid="paid_beside").unique("employee")
    timed = persons.select("employee", timed=pl.lit(True))
    return assigned.join(timed, on="employee", how="full", coalesce=True)


def _kinds(entries: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Hours of the kinds that not everybody may have, by person and part, beside the terms of the person."""
    return people.join(by_kind(entries), on=["employee", SEGMENT])


def _holiday_days(entries: pl.DataFrame) -> pl.DataFrame:
    on_holidays = entries.filter(pl.col("name").is_in(HOLIDAY))
    return on_holidays.group_by("employee").agg(holiday_days=pl.col("on").n_unique())


def _beside_holidays(named: pl.DataFrame, pay_period: PayPeriod) -> pl.DataFrame:
    """Entries of holiday hours on another day, and whether each is on no holiday and not in lieu of one.

    A day is in lieu when the holiday, and each day between the two, is a day off of this person: without hours of the
    tour (5 U.S.C. 6103(b), E.O. 11582).
    """
    legal = pl.DataFrame({"legal": legal_days(pay_period)}, schema={"legal": pl.Date})
    doubtful = named.filter(pl.col("name").is_in(HOLIDAY) & ~pl.col("on").is_in(lawful_days(pay_period)))
    if doubtful.is_empty() or legal.is_empty():
        return doubtful.clear().with_columns(beside_holiday=pl.lit(False))
    days = doubtful.select(WHO, "on").unique()
    theirs = named.filter(pl.col("name").is_in(TOUR) & pl.col(WHO).is_in(days[WHO].unique().implode()))
    workdays = theirs.select(WHO, workday="on").unique()
    first, last = pl.min_horizontal("on", "legal"), pl.max_horizontal("on", "legal")
    between = pl.col("workday").is_between(first, last) & (pl.col("workday") != pl.col("on"))
    worked = days.join(legal, how="cross").join(workdays, on=WHO, how="left")
    worked = worked.group_by(WHO, "on", "legal").agg(worked=between.any())
    wrong = worked.group_by(WHO, "on").agg(beside_holiday=pl.col("worked").all())
    return doubtful.join(wrong, on=[WHO, "on"], how="left", maintain_order="left")
