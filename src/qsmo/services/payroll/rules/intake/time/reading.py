"""Certified time as a whole: what is wrong with it, and the hours it adds up to for everybody who has any."""

from __future__ import annotations

import polars as pl

from qsmo.kernel.finding import Finding
from qsmo.kernel.period import PayPeriod
from qsmo.services.payroll.rules.earnings.facts import SEGMENT
from qsmo.services.payroll.rules.intake.documents import TIME_ENTRY
from qsmo.services.payroll.rules.intake.earnings.segments import paid_by_status
from qsmo.services.payroll.rules.intake.earnings.substitution import with_substitution
from qsmo.services.payroll.rules.intake.schedules import limit_unknown
from qsmo.services.payroll.rules.intake.time.entries import named_entries
from qsmo.services.payroll.rules.intake.time.found import time_checks
from qsmo.services.payroll.rules.intake.time.hours import week_hours
from qsmo.services.payroll.rules.intake.time.sheets import LIKE, alike
from qsmo.services.payroll.rules.rule import Figures

PLAIN = [
    *("employee", SEGMENT, "first_day", "last_day", "ends_on", "whole_period", "paid_by_hours"),
    *("work_schedule", "tour_hours", "schedule", "flsa", "pay_plan", "plan_fws", "plan_premium"),
    *("standby_millionths", "auo_millionths", "environment_base_cents"),
]
READ = [*TIME_ENTRY, "file", "line"]
"""All of an entry that is read; the last two only where they are known."""


def certified(
    entries: pl.DataFrame, people: pl.DataFrame, pay_period: PayPeriod, law: Figures
) -> tuple[list[Finding], pl.DataFrame]:
    """All findings on the time of a pay period, and hours by employee and part.

    Time is read once for all who are alike. Where something is found of one of them, the others are read by
    themselves: a finding is about a person.
    """
    entries = entries.select(pl.col(name for name in READ if name in entries.columns))
    people = _read_with(people, law)
    ones, others = alike(entries, people, pay_period)
    one = people.join(others, on="employee", how="anti")
    named = _named(ones, one, pay_period, law)
    found = time_checks(named, one, pay_period, law)
    hours = week_hours(with_substitution(named, law))
    marked = others.filter(pl.col(LIKE).is_in({each.who for each in found}))
    if marked.height:
        theirs, them = (each.join(marked, on="employee", how="semi") for each in (entries, people))
        found += time_checks(_named(theirs, them, pay_period, law), them, pay_period, law)
    same = others.join(hours, left_on=LIKE, right_on="employee").select(hours.columns)
    return found, pl.concat([hours, same])


def _named(entries: pl.DataFrame, people: pl.DataFrame, pay_period: PayPeriod, law: Figures) -> pl.DataFrame:
    return paid_by_status(named_entries(entries, people, pay_period), people, pay_period, law)


def _read_with(people: pl.DataFrame, law: Figures) -> pl.DataFrame:
    """All of a person that time is read with. Nothing else of them is there, so that nothing else can be asked."""
    return people.select(
        *PLAIN, paid_beside=pl.col("entitlements") != "", overtime_limit_unknown=limit_unknown(law)
    )
