"""Overtime in a workweek with hours without pay: as much of it takes their place and is paid at the basic rate.

Work outside the tour on the day of the absence comes first; then work that is overtime by the forty hours of the week
alone. What is beyond eight hours on another day stays overtime (5 CFR 550.112(d)).
"""

from __future__ import annotations

import polars as pl

from qsmo.services.payroll.rules.earnings.pay import BASIC_HOURS
from qsmo.services.payroll.rules.intake.entry import NAMES
from qsmo.services.payroll.rules.rule import Figures

KIND = "substituted"
WEEK = ["employee", "week"]
DAY = [*WEEK, "on"]


def with_substitution(named: pl.DataFrame, law: Figures) -> pl.DataFrame:
    """The time entries, with overtime that takes the place of unpaid hours as entries of its own kind."""
    days = _days(named)
    if days.is_empty():
        return named
    most = law.version("premium").integer("standard_day_hours") * 100
    same_day = pl.min_horizontal("overtime", "unpaid")
    rest = pl.col("overtime") - pl.col("same_day")
    by_day = (pl.col("basic") + rest - most).clip(lower_bound=0)
    days = days.sort(DAY).with_columns(same_day=same_day)
    days = days.with_columns(by_week=rest - pl.min_horizontal(by_day, rest))
    left = (pl.col("unpaid") - pl.col("same_day")).sum().over(WEEK)
    before = pl.col("by_week").cum_sum().over(WEEK) - pl.col("by_week")
    taken = (left - before).clip(lower_bound=0)
    found = days.select(*DAY, instead=pl.col("same_day") + pl.min_horizontal(taken, "by_week"))
    found = found.filter(pl.col("instead") > 0)
    is_overtime = pl.col("name") == "overtime"
    joined = named.join(found, on=DAY, how="left", maintain_order="left").with_columns(
        pl.col("instead").fill_null(0)
    )
    moved = joined.filter(is_overtime & (pl.col("instead") > 0)).with_columns(
        centihours=pl.col("instead"), code=pl.lit(KIND), name=pl.lit(KIND, NAMES)
    )
    kept = joined.with_columns(
        centihours=pl.when(is_overtime).then(pl.col("centihours") - pl.col("instead")).otherwise("centihours")
    )
    return pl.concat([kept, moved]).drop("instead")


def _days(named: pl.DataFrame) -> pl.DataFrame:
    """Days of the workweeks in which overtime and unpaid hours meet, with the hours of each."""

    def hours(*names: str) -> pl.Expr:
        return pl.when(pl.col("name").is_in(names)).then("centihours").otherwise(0).sum()

    both = (
        named.filter(pl.col("name").is_in(["overtime", "unpaid"]))
        .group_by(WEEK)
        .agg(n=pl.col("name").n_unique())
    )
    both = both.filter(pl.col("n") > 1)
    weeks = named.join(both, on=WEEK, how="semi") if both.height else named.clear()
    return weeks.group_by(*DAY).agg(
        overtime=hours("overtime"), unpaid=hours("unpaid"), basic=hours(*BASIC_HOURS)
    )
