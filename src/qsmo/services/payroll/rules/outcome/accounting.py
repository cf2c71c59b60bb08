"""Whose money a run spends: gross by object class, net, withheld, contributions; by account symbol, fund, program.

The accounting text of the HR record leads to them by the agency's own list; where there is none, the symbol of the
account pays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

import polars as pl

from qsmo.kernel.law import register
from qsmo.services.payroll.rules.calculation import rules_on
from qsmo.services.payroll.rules.rule import LAW

CHART = dict.fromkeys(("accounting", "tas", "fund", "program", "source"), pl.String)
WHERE = ("tas", "fund", "program")
GROSS, NET, WITHHELD, EMPLOYER = "gross", "net", "withheld", "employer"
SHARE = {**dict.fromkeys((*WHERE, "measure", "object_class"), pl.String), "cents": pl.Int64}
BASIC, FULL_TIME = "basic", "F"


def needed(on: date) -> list[str]:
    """The columns of a computed frame that `shares` reads."""
    return ["employee", *_earnings(on), "gross_cents", "net_cents", "employer_cents"]


def shares(
    frame: pl.DataFrame,
    people: pl.DataFrame,
    chart: pl.DataFrame,
    *,
    tas: str,
    on: date,
    unpaid: Collection[str] = (),
) -> pl.DataFrame:
    """What a run costs, one row for each account symbol, fund, program, measure and object class.

    `people` has `employee`, `work_schedule` and, where human resources gave it, `accounting`. The net pay of those who
    are `unpaid` is left out; everything else of them stays.
    """
    if not frame.height:
        return pl.DataFrame(schema=SHARE)
    text = pl.col("accounting") if "accounting" in people.columns else pl.lit("")
    known = people.select("employee", "work_schedule", text.fill_null("").alias("accounting"))
    placed = known.join(chart.select("accounting", *WHERE), on="accounting", how="left").with_columns(
        pl.col("tas").fill_null(tas), pl.col("fund").fill_null(""), pl.col("program").fill_null("")
    )
    classed = frame.join(placed, on="employee", how="left").with_columns(_classes(on))
    parts = [
        _sum(classed, GROSS, pl.col(name), pl.col(_class_of(name)))
        for name in _earnings(on)
        if name in frame.columns
    ]
    values = register(LAW)["object_classes"].at(on=on).values
    parts += [
        _sum(classed.filter(~pl.col("employee").is_in(list(unpaid))), NET, pl.col("net_cents"), pl.lit("")),
        _sum(classed, WITHHELD, pl.col("gross_cents") - pl.col("net_cents"), pl.lit("")),
        _sum(classed, EMPLOYER, pl.col("employer_cents"), pl.lit(values.text("contributions"))),
    ]
    return added(parts)


def added(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """The shares of several parts of a run as one, in order, without those of nothing."""
    whole = pl.concat([pl.DataFrame(schema=SHARE), *parts])
    summed = whole.group_by(*WHERE, "measure", "object_class").agg(pl.col("cents").sum())
    return summed.filter(pl.col("cents") != 0).select(*SHARE).sort(*WHERE, "measure", "object_class")


def unlisted(people: pl.DataFrame, chart: pl.DataFrame) -> list[str]:
    """The accounting texts of people that the agency's list does not hold; the account's own symbol pays for them."""
    if "accounting" not in people.columns or not chart.height:
        return []
    texts = people.select(pl.col("accounting").fill_null("")).unique()
    left = texts.filter(pl.col("accounting") != "").join(chart, on="accounting", how="anti")
    return sorted(left["accounting"].to_list())


def _classes(on: date) -> list[pl.Expr]:
    """A column for each earning with its object class; that of basic pay goes by the work schedule."""
    values = register(LAW)["object_classes"].at(on=on).values
    full_time, part_time = pl.lit(values.text("full_time")), pl.lit(values.text("other_than_full_time"))
    basic = pl.when(pl.col("work_schedule") == FULL_TIME).then(full_time).otherwise(part_time)
    other = values.text("other")
    classes = {name: values.cells.get(name, other) for name in _earnings(on)}
    return [
        (basic if place == BASIC else pl.lit(place)).alias(_class_of(name)) for name, place in classes.items()
    ]


def _earnings(on: date) -> list[str]:
    return [rule.name for rule in rules_on(on) if rule.kind == "earning"]


def _class_of(earning: str) -> str:
    return f"class of {earning}"


def _sum(frame: pl.DataFrame, measure: str, cents: pl.Expr, object_class: pl.Expr) -> pl.DataFrame:
    row = frame.select(
        *WHERE, pl.lit(measure).alias("measure"), object_class.alias("object_class"), cents.alias("cents")
    )
    return row.group_by(*WHERE, "measure", "object_class").agg(pl.col("cents").sum()).select(*SHARE)
