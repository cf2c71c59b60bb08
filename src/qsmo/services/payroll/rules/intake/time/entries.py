"""Time entries with what each means: the kind of its code, its workweek, and the part of the period it lies in.

Entries of one person stand together and carry the number of that person in the frame, so that everything after this
is added up and matched by whole numbers instead of by names: there are ten entries to a person.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from qsmo.kernel.period import PayPeriod
from qsmo.services.payroll.rules.earnings.codes import TIME_CODES
from qsmo.services.payroll.rules.earnings.facts import SEGMENT, WEEKS
from qsmo.services.payroll.rules.intake.entry import ALONE, NAMES, WHO

DAYS = date.max.toordinal()
"""How many days there are."""


def named_entries(entries: pl.DataFrame, people: pl.DataFrame, pay_period: PayPeriod) -> pl.DataFrame:
    """Time entries with the kind of their code, their workweek and part, and whose they are as a number."""
    during = pay_period.during
    day = (pl.col("on") - pl.lit(during.start)).dt.total_days()
    week = (
        pl.when((day < 0) | (day >= during.days))
        .then(pl.lit(""))
        .when(day < during.days // 2)
        .then(pl.lit(WEEKS[0]))
        .otherwise(pl.lit(WEEKS[1]))
    )
    kinds = pl.Series(list(TIME_CODES.values()), dtype=NAMES)
    name = pl.col("code").replace_strict(list(TIME_CODES), kinds, default=None, return_dtype=NAMES)
    named = together(entries).with_columns(name=name, week=week, **{ALONE: day_of().is_unique()})
    return _in_parts(named, people)


def day_of() -> pl.Expr:
    """Person and day as one number."""
    return pl.col(WHO).cast(pl.Int64) * DAYS + pl.col("on").to_physical().cast(pl.Int64)


def owners(named: pl.DataFrame) -> pl.DataFrame:
    """The employee of each number, in the order of the numbers."""
    return named.filter((pl.col(WHO) != pl.col(WHO).shift(1)).fill_null(True)).select(WHO, "employee")


def together(entries: pl.DataFrame) -> pl.DataFrame:
    """The entries of each person beside each other, numbered by person; the order of one person's own stays."""
    numbered = entries.with_columns(pl.col("employee").rle_id().alias(WHO))
    heads = owners(numbered)
    if heads["employee"].n_unique() < heads.height:
        numbered = entries.sort("employee", maintain_order=True).with_columns(
            pl.col("employee").rle_id().alias(WHO)
        )
    return numbered


def _in_parts(named: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Each entry with the part of the period that its day lies in, null where the person is not employed that day."""
    never = (pl.col("first_day") > pl.col("last_day")) & pl.col("ends_on").is_null()
    spans = people.filter(~never).select("employee", SEGMENT, "first_day", "last_day")
    whole = spans.filter(pl.col(SEGMENT) == 0).drop(SEGMENT)
    parts = spans.filter(pl.col(SEGMENT) > 0)
    persons = owners(named)
    days = persons.join(whole, on="employee", how="left", maintain_order="left")
    first, last = (days[name].gather(named[WHO]) for name in ("first_day", "last_day"))
    one = named.with_columns(
        outside=first.is_not_null() & ~named["on"].is_between(first, last), **{SEGMENT: pl.lit(0, pl.Int64)}
    )
    if parts.is_empty():
        return one
    split = persons.join(parts, on="employee", how="semi")[WHO]
    several = one.filter(pl.col(WHO).is_in(split.implode())).drop("outside", SEGMENT)
    numbered = several.with_row_index("entry")
    inside = pl.col("on").is_between("first_day", "last_day")
    placed = numbered.join(parts, on="employee").filter(inside).select("entry", SEGMENT)
    put = numbered.join(placed, on="entry", how="left").with_columns(outside=pl.col(SEGMENT).is_null())
    put = put.with_columns(pl.col(SEGMENT).fill_null(1)).drop("entry")
    rest = one.filter(~pl.col(WHO).is_in(split.implode()))
    return pl.concat([rest, put.select(rest.columns)])
