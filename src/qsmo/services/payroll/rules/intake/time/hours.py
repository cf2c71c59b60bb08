"""Hours added up: by person and part for the rules, by day, week and period for the checks."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from qsmo.services.payroll.rules.columns import millionths
from qsmo.services.payroll.rules.earnings.codes import KINDS, PERCENTS
from qsmo.services.payroll.rules.earnings.facts import SEGMENT, WEEKS
from qsmo.services.payroll.rules.earnings.pay import BASIC_HOURS
from qsmo.services.payroll.rules.intake.entry import WHO
from qsmo.services.payroll.rules.intake.time.entries import day_of

CLOCK = [*BASIC_HOURS, "unpaid", "overtime", "comp_earned", "credit_earned"]
TOUR = [name for name in (*BASIC_HOURS, "unpaid") if name != "substituted"]
LEAVE = ["annual_leave", "restored_leave", "sick_leave", "other_leave", "comp_used", "credit_used"]
WORK = ["regular", "holiday_worked"]
SHIFT = ["second_shift", "third_shift"]
BY_PERCENT = ("hazard", "environmental")
PREMIUM = ["holiday_worked", "overtime", "night", "sunday", "comp_earned", "hazard"]
"""Hours that only plans under the premium pay rules of title 5 have; prevailing rate plans have some of them too."""
SLOTS = [f"{name}_{week}_centihours" for name in KINDS for week in WEEKS]
"""The columns of hours, in the order of the kinds and within one of the weeks."""
WIDTH = 100
"""More than there are columns of hours, and more than a pay period has parts."""


def week_hours(named: pl.DataFrame) -> pl.DataFrame:
    """Hours by person and part, kind and workweek, zero where none, and the percentage of hazard and exposure."""
    counted = named.filter(pl.col("name").is_in(list(KINDS)) & (pl.col("week") != ""))
    sums = counted.group_by(key=_person() * WIDTH + _slot()).agg(pl.col("centihours").sum())
    sums = sums.select("centihours", person=pl.col("key") // WIDTH, slot=pl.col("key") % WIDTH)
    held = {place: SLOTS[place] for place in sums["slot"].unique().sort()}
    wide = sums.group_by("person").agg(
        _where(pl.col("slot") == place).alias(slot) for place, slot in held.items()
    )
    none = [pl.lit(0, pl.Int64).alias(slot) for slot in SLOTS if slot not in held.values()]
    people = counted.select("employee", SEGMENT, person=_person()).unique("person")
    wide = people.join(wide, on="person").with_columns(none).select("employee", SEGMENT, *SLOTS)
    rated = named.filter(pl.col("name").is_in(BY_PERCENT))
    if rated.is_empty():
        return wide.with_columns(pl.lit(0, pl.Int64).alias(f"{name}_millionths") for name in BY_PERCENT)
    percents = {code: millionths(rate) for code, rate in PERCENTS.items()}
    rate = pl.col("code").replace_strict(percents, default=0, return_dtype=pl.Int64)
    found = (
        rated.with_columns(rate=rate)
        .group_by("employee", SEGMENT)
        .agg(
            pl.when(pl.col("name") == name).then("rate").otherwise(0).max().alias(f"{name}_millionths")
            for name in BY_PERCENT
        )
    )
    joined = wide.join(found, on=["employee", SEGMENT], how="left")
    return joined.with_columns(pl.col(f"{name}_millionths" for name in BY_PERCENT).fill_null(0))


def by_day(entries: pl.DataFrame) -> pl.DataFrame:
    """Hours of each person and day, by what the checks of a day ask for."""
    return (
        entries.group_by(day=day_of())
        .agg(
            pl.col(WHO, "employee", "on", "week").first(),
            clock_centihours=_hours(CLOCK),
            tour_centihours=_hours(TOUR),
            work_centihours=_hours(WORK),
            night_centihours=_hours(["night"]),
            at_work_centihours=_hours([*WORK, "holiday", "overtime"]),
            sunday_centihours=_hours(["sunday"]),
            overtime_centihours=_hours(["overtime"]),
            unpaid_centihours=_hours(["unpaid"]),
        )
        .drop("day")
    )


def by_week(entries: pl.DataFrame) -> pl.DataFrame:
    """Hours of the tour, and of leave in it, of each person and workweek."""
    return (
        entries.group_by(key=pl.col(WHO).cast(pl.Int64) * len(WEEKS) + _second())
        .agg(pl.col(WHO, "week").first(), tour_centihours=_hours(TOUR), on_leave_centihours=_hours(LEAVE))
        .drop("key")
    )


def by_kind(entries: pl.DataFrame) -> pl.DataFrame:
    """Hours of the kinds that not everybody may have, by person and part; who has none of them is not there."""
    special = entries.filter(pl.col("name").is_in([*PREMIUM, *SHIFT, "environmental"]))
    return special.group_by("employee", SEGMENT).agg(
        premium_centihours=_hours(PREMIUM),
        night_centihours=_hours(["night"]),
        shift_centihours=_hours(SHIFT),
        overtime_centihours=_hours(["overtime", "comp_earned"]),
        paid_overtime_centihours=_hours(["overtime"]),
        hazard_centihours=_hours(["hazard"]),
        environmental_centihours=_hours(["environmental"]),
        percents=pl.col("code").filter(pl.col("name") == "hazard").n_unique(),
        exposures=pl.col("code").filter(pl.col("name") == "environmental").n_unique(),
    )


def _person() -> pl.Expr:
    """Person and part as one number."""
    return pl.col(WHO).cast(pl.Int64) * WIDTH + pl.col(SEGMENT)


def _slot() -> pl.Expr:
    """The place of an entry among the columns of hours."""
    return pl.col("name").to_physical().cast(pl.Int64) * len(WEEKS) + _second()


def _second() -> pl.Expr:
    return (pl.col("week") == WEEKS[1]).cast(pl.Int64)


def _hours(names: Iterable[str]) -> pl.Expr:
    return _where(pl.col("name").is_in(list(names)))


def _where(condition: pl.Expr) -> pl.Expr:
    return pl.when(condition).then("centihours").otherwise(0).sum()
