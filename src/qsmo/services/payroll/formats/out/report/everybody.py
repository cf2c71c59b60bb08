"""Every line of everybody in a run as one table, in the form in which a customer leaves (`results.py` reads it)."""

from __future__ import annotations

from datetime import date

import polars as pl

from qsmo.services.payroll.formats.out.report.tables import decimal
from qsmo.services.payroll.formats.out.results import RESULTS
from qsmo.services.payroll.rules.calculation import rules_on
from qsmo.services.payroll.rules.explain import SECTIONS, SHOWN_TOTALS, in_order
from qsmo.services.payroll.rules.leave.kept import KINDS
from qsmo.services.payroll.rules.rule import Rule, figures

PARTS_OF_MILLION = 10_000
"""Millionths in a hundredth of a percent."""


def lines_of(frame: pl.DataFrame, label: str, starts_on: date, pays_on: date) -> pl.DataFrame:
    """Every line that is not nothing, and the totals, person by person in the order of a statement."""
    if not frame.height:
        return pl.DataFrame(schema=RESULTS)
    shown = [
        rule
        for section in SECTIONS
        for rule in in_order([rule for rule in rules_on(pays_on) if rule.kind == section], section)
        if rule.name in frame.columns and (section != "total" or rule.name in SHOWN_TOTALS)
    ]
    parts = [_rows(frame, rule, place, label, starts_on, pays_on) for place, rule in enumerate(shown)]
    parts += _leave(frame, len(parts), label, starts_on, pays_on)
    return pl.concat(parts).sort("employee", "place").select(*RESULTS)


def _rows(
    frame: pl.DataFrame, rule: Rule, place: int, label: str, starts_on: date, pays_on: date
) -> pl.DataFrame:
    kept = frame if rule.kind == "total" else frame.filter(pl.col(rule.name) != 0)
    law = figures(starts_on, pays_on)
    because = "; ".join([*(law.version(name).reference for name in rule.tables), rule.cite])
    return kept.select(
        "employee",
        pl.lit(label).alias("pay_period"),
        pl.lit(rule.kind).alias("section"),
        pl.lit(rule.name).alias("name"),
        pl.lit(rule.title).alias("title"),
        _cell(frame, rule.quantity).alias("quantity"),
        _cell(frame, rule.rate).alias("rate"),
        pl.col(rule.name).alias("amount_cents"),
        pl.lit(because).alias("because"),
        pl.lit(place).alias("place"),
    )


def _leave(frame: pl.DataFrame, place: int, label: str, starts_on: date, pays_on: date) -> list[pl.DataFrame]:
    """Hours of leave earned, used, forfeited and left, of those who have accounts; frames of old runs have none."""
    if not {"leave_kept", *KINDS[-1].columns} <= set(frame.columns):
        return []
    table = figures(starts_on, pays_on).version("leave").reference
    every = [
        (kind, name, columns, kind.always and name.endswith("balance"))
        for kind in KINDS
        for name, columns in kind.figures.items()
    ]
    return [
        frame.with_columns(hours=pl.sum_horizontal(columns))
        .filter((pl.col("leave_kept") == 1) & ((pl.col("hours") != 0) | always))
        .select(
            "employee",
            pl.lit(label).alias("pay_period"),
            pl.lit("leave").alias("section"),
            pl.lit(name).alias("name"),
            pl.lit(f"{kind.title}, {name.rpartition('_')[2]}").alias("title"),
            decimal(pl.col("hours")).alias("quantity"),
            pl.lit("").alias("rate"),
            pl.lit(0, pl.Int64).alias("amount_cents"),
            pl.lit(f"{table}; {kind.cite}" if kind.by_table else kind.cite).alias("because"),
            pl.lit(number).alias("place"),
        )
        for number, (kind, name, columns, always) in enumerate(every, start=place)
    ]


def _cell(frame: pl.DataFrame, name: str) -> pl.Expr:
    """A quantity or a rate as plain decimals: hours and dollars with two, a percentage with four."""
    if not name or name not in frame.columns:
        return pl.lit("")
    if name.endswith("_millionths"):
        whole, part = pl.col(name) // PARTS_OF_MILLION, pl.col(name) % PARTS_OF_MILLION
        return pl.concat_str(
            [whole.cast(pl.String), pl.lit("."), part.cast(pl.String).str.zfill(4), pl.lit("%")]
        )
    if name.endswith(("_cents", "_centihours")):
        return decimal(pl.col(name))
    return pl.col(name).cast(pl.String)
