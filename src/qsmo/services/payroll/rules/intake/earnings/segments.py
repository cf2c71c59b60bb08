"""Which assignment holds on which days of the pay period: hires, separations, and changes that split it into parts."""

from __future__ import annotations

from datetime import date

import polars as pl

from qsmo.kernel.calendar import SATURDAY, SUNDAY
from qsmo.kernel.period import PayPeriod
from qsmo.services.payroll.rules.earnings.codes import FIRST_CODE
from qsmo.services.payroll.rules.earnings.facts import SEGMENT, WEEKS
from qsmo.services.payroll.rules.intake.earnings.rates import rate_facts
from qsmo.services.payroll.rules.intake.entry import ALONE, NAMES, WHO
from qsmo.services.payroll.rules.rule import Figures

SETS_EARNINGS = [
    "duty_station",
    "pay_plan",
    "grade",
    "step",
    "basic_pay_cents",
    "adjusted_pay_cents",
    "pay_basis",
    "flsa",
    "pay_table",
    "standby_millionths",
    "auo_millionths",
    "availability",
    "law_enforcement",
    "environment_base_cents",
]
"""A change in one of these makes a new part of the pay period; any other change holds for the period as a whole."""


def in_effect(people: pl.DataFrame, pay_period: PayPeriod) -> pl.DataFrame:
    """The assignments that hold in the pay period, one row for each part of it, with its first and last day.

    Who has no assignment by the end of the period keeps the earliest later one, for the finding that says so. Whoever
    has one part has `segment` 0.
    """
    start, last = pay_period.during.start, pay_period.during.last
    again = people["employee"].is_duplicated()
    once = people.filter(~again).with_columns(
        same_day=pl.lit(1, pl.UInt32), begins=pl.col("effective_on"), **{SEGMENT: pl.lit(0, pl.Int64)}
    )
    once = _employed(_dated(once, pl.col("ends_on"), start, last), start, last)
    if not again.any():
        return once
    several = people.filter(again).with_columns(same_day=pl.len().over("employee", "effective_on"))
    return pl.concat([once, _split(_held(several, start, last), start, last).select(once.columns)])


def _split(held: pl.DataFrame, start: date, last: date) -> pl.DataFrame:
    held = held.sort("employee", "effective_on", maintain_order=True)
    terms = pl.struct(SETS_EARNINGS)
    changed = (terms != terms.shift(1)).fill_null(True)
    first = pl.col("employee") != pl.col("employee").shift(1).fill_null("")
    marked = held.with_columns(run=(changed | first).cum_sum())
    begins = marked.group_by("run").agg(begins=pl.col("effective_on").min())
    parts = marked.unique("run", keep="last", maintain_order=True).join(
        begins, on="run", maintain_order="left"
    )
    count, place = pl.len().over("employee"), pl.int_range(pl.len()).over("employee") + 1
    numbered = parts.with_columns(pl.when(count > 1).then(place).otherwise(0).cast(pl.Int64).alias(SEGMENT))
    following = pl.col("begins").shift(-1).over("employee", order_by=SEGMENT)
    before = pl.min_horizontal(following.dt.offset_by("-1d"), pl.col("ends_on"))
    return _employed(_dated(numbered.drop("run"), before, start, last), start, last, over="employee")


def _held(people: pl.DataFrame, start: date, last: date) -> pl.DataFrame:
    """The latest on or before the first day, and all inside; else the earliest after the period."""
    on = pl.col("effective_on")
    early = people.filter(on <= start).sort("employee", "effective_on", maintain_order=True)
    early = early.unique("employee", keep="last", maintain_order=True)
    inside = people.filter((on > start) & (on <= last))
    known = pl.concat([early, inside])
    later = people.join(known.select("employee"), on="employee", how="anti")
    later = later.sort("employee", "effective_on", maintain_order=True)
    later = later.unique("employee", keep="first", maintain_order=True)
    once = known.unique(["employee", "effective_on"], keep="last", maintain_order=True)
    return pl.concat([once, later])


def _dated(parts: pl.DataFrame, ends: pl.Expr, start: date, last: date) -> pl.DataFrame:
    return parts.with_columns(
        first_day=pl.max_horizontal("begins", pl.lit(start)), last_day=pl.min_horizontal(ends, pl.lit(last))
    )


def _employed(parts: pl.DataFrame, start: date, last: date, over: str = "") -> pl.DataFrame:
    """With the first and last day of all parts of a person, who is one row or has the name `over`."""
    begin, end = pl.col("first_day"), pl.col("last_day")
    if over:
        begin, end = begin.min().over(over), end.max().over(over)
    return parts.with_columns(
        employed_from=begin, employed_through=end, whole_period=(begin == start) & (end == last)
    )


def paid_by_status(
    named: pl.DataFrame, people: pl.DataFrame, pay_period: PayPeriod, law: Figures
) -> pl.DataFrame:
    """Time entries, and the full tour of officers outside the leave system for whom no time was sent.

    They are entitled to the pay of their office by their status (5 U.S.C. 5508, 6301(2)(x)-(xi)).
    """
    officers = people.filter((pl.col("paid_by_hours") == 0) & pl.col("whole_period"))
    if officers.height:
        officers = officers.join(named.select("employee"), on="employee", how="anti")
    if officers.is_empty():
        return named
    week = law.version("pay_rates").integer("hours_in_week")
    weekdays = [day for day in pay_period.during if day.weekday() not in (SATURDAY, SUNDAY)]
    days = pl.DataFrame({"on": weekdays})
    numbered = officers.select("employee", SEGMENT).unique("employee")
    numbered = numbered.with_row_index(WHO, offset=named[WHO].n_unique())
    entries = numbered.join(days, how="cross")
    half = pay_period.during.start.toordinal() + pay_period.during.days // 2
    entries = entries.with_columns(
        code=pl.lit(FIRST_CODE["regular"]),
        name=pl.lit("regular", NAMES),
        week=pl.when(pl.col("on") < pl.lit(date.fromordinal(half)))
        .then(pl.lit(WEEKS[0]))
        .otherwise(pl.lit(WEEKS[1])),
        centihours=pl.lit(week * 100 * 2 // len(weekdays), pl.Int64),
        during_start=pl.lit(pay_period.during.start),
        during_end=pl.lit(pay_period.during.end),
        outside=pl.lit(False),
        **{ALONE: pl.lit(True)},
    )
    return pl.concat([named, entries], how="diagonal")


def earnings_facts() -> dict[str, pl.Expr]:
    """Facts of earnings from the columns of the intake."""
    flags = ("availability", "law_enforcement", "annual_cap", "certified_appraisal")
    return {
        **rate_facts(),
        **{name: pl.col(name).cast(pl.Int64) for name in flags},
        "first_day": pl.col("first_day").cast(pl.String),
        "last_day": pl.col("last_day").cast(pl.String),
    }
