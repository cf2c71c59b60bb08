"""What people and time have in common: which rows are left to the reader, and one file made of both."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from qsmo.services.payroll.formats.rows import Schema, parquet_schema, readable

ROW = "row_of_file"
TOGETHER = 100_000
"""Rows written as one group: what is read again later is a stretch of people."""


def fits(path: Path, schema: Schema, called: str, more: Schema | None = None) -> bool:
    """Whether the columns of a file are of our types. Refused (422) where it is no Parquet or has other columns."""
    with readable(called):
        there = parquet_schema(path, schema, called, tuple(more or {}))
    return all(there[name] == kind for name, kind in (schema | (more or {})).items() if name in there)


def as_written(path: Path, schema: Schema, more: Schema | None = None) -> list[pl.Expr]:
    """The columns of a file that fits, as they are written: an empty text where one of `more` says nothing."""
    there = pl.read_parquet_schema(path)
    said = [pl.col(name) if name in there else pl.lit(None, pl.String).alias(name) for name in more or {}]
    return [*(pl.col(name) for name in schema), *(each.fill_null("") for each in said)]


def written(
    path: Path, target: Path, columns: list[pl.Expr], left: pl.Series, read: pl.DataFrame, together: int
) -> None:
    """One file of the rows that are plainly right and of what was `read` of those `left` to the reader, in their order.

    `read` has the number of the row beside the columns. Neither file is in memory.
    """
    rows = pl.scan_parquet(path).with_row_index(ROW).with_columns(pl.col(ROW).cast(pl.Int64))
    rows = rows.select(ROW, *columns)
    if left.len():
        rows = rows.filter(~pl.col(ROW).is_in(left.implode()))
        rows = rows.merge_sorted(read.lazy().set_sorted(ROW), key=ROW)
    rows.drop(ROW).sink_parquet(target, row_group_size=together)
