"""Rows of CSV and Parquet files as text by column, and back: one schema, one set of refusals for both."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, cast

import polars as pl

from qsmo.kernel.finding import Finding, Refusal
from qsmo.services.payroll.formats.message import MAX_FILE_BYTES, Element, refuse_file, refuse_size

BATCH = 50_000
"""Rows of a Parquet file held in memory at a time."""

Schema = dict[str, type[pl.DataType]]


def write_rows(path: Path, schema: Schema, rows: Iterable[dict[str, Any]]) -> int:
    """Write rows under a header, CSV or Parquet by the suffix; hands back how many."""
    if path.suffix == ".parquet":
        left = iter(rows)
        batches = [pl.DataFrame(schema=schema)]
        while batch := list(islice(left, BATCH)):
            batches.append(pl.DataFrame(batch, schema=schema))
        whole = pl.concat(batches)
        whole.write_parquet(path)
        return whole.height
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(schema)
        for row in rows:
            writer.writerow([_text(row[name]) for name in schema])
            count += 1
    return count


def _text(value: str | int | bool | date | None) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def rows_of(path: Path, schema: Schema, called: str, *, more: tuple[str, ...] = ()) -> Iterator[Element]:
    """The rows of a CSV or Parquet file as text by column, each with its line (the row, in Parquet).

    `more` are columns that may be there as well. Refused whole (422), before the first row is handed out, when it is
    empty, too large, of another kind, broken off, not UTF-8, or has other columns.
    """
    refuse_size(path, called, MAX_FILE_BYTES)
    yield from (
        _parquet(path, schema, called, more)
        if path.suffix == ".parquet"
        else csv_rows(path, tuple(schema), called, more=more)
    )


def _parquet(path: Path, schema: Schema, called: str, more: tuple[str, ...]) -> Iterator[Element]:
    with readable(called):
        there = tuple(parquet_schema(path, schema, called, more))
        total = sum(batch.height for batch in batches(path, there))
    if not total:
        refuse_file("records-none", "The file has no rows.", called, expected="at least one row")
    number = 0
    for batch in batches(path, there):
        for row in batch.iter_rows(named=True):
            number += 1
            yield row_of(row, number)


def parquet_schema(path: Path, schema: Schema, called: str, more: tuple[str, ...]) -> Schema:
    """The columns of a Parquet file with their types. Refused (422) where it has not those of the schema."""
    there = dict(pl.read_parquet_schema(path))
    _same_columns(tuple(there), tuple(schema), called, more)
    return cast(Schema, there)


@contextmanager
def readable(called: str) -> Iterator[None]:
    """Refuses (422) a file that cannot be read as Parquet, wherever that is found out."""
    try:
        yield
    except (pl.exceptions.PolarsError, OSError) as fault:
        words = "The file cannot be read as Parquet; it may be broken off or of another kind."
        raise _refusal("parquet-unreadable", words, called) from fault


def row_of(row: Mapping[str, Any], number: int) -> Element:
    """A row of a Parquet file as text by column."""
    return Element("", number, {name: _text(value) for name, value in row.items()})


def batches(path: Path, columns: Sequence[str], rows: int = BATCH) -> Iterator[pl.DataFrame]:
    """Some columns of a Parquet file, so many rows at a time."""
    frame = pl.scan_parquet(path).select(columns)
    start = 0
    while not (batch := frame.slice(start, rows).collect()).is_empty():
        yield batch
        start += batch.height


def csv_rows(
    path: Path, columns: tuple[str, ...], called: str, *, more: tuple[str, ...] = ()
) -> Iterator[Element]:
    """The rows of a CSV as text by column. Refused whole (422) when it is not UTF-8 or CSV, or lacks a column; the
    whole file is gone through once before the first row is handed out."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = tuple(next(reader, ()))
            _same_columns(header, columns, called, more)
            rows = sum(1 for row in reader if row)
    except UnicodeDecodeError as fault:
        raise _refusal("encoding-wrong", "The file has characters that are not UTF-8.", called) from fault
    except csv.Error as fault:
        raise _refusal("csv-malformed", f"The file is not CSV: {fault}.", called) from fault
    if not rows:
        refuse_file("records-none", "The file has a header and no rows.", called, expected="at least one row")
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        next(reader)
        for row in reader:
            if row:
                cut = len(row) != len(header)
                yield Element("", reader.line_num, dict(zip(header, row, strict=False)), cut=cut)


def _same_columns(
    actual: tuple[str, ...], columns: tuple[str, ...], called: str, more: tuple[str, ...] = ()
) -> None:
    lacking = [name for name in columns if name not in actual]
    unknown = [name for name in actual if name not in (*columns, *more)]
    if lacking or unknown or len(set(actual)) != len(actual):
        said = [f"lacks {', '.join(lacking)}"] if lacking else []
        said += [f"has unknown {', '.join(unknown)[:200]}"] if unknown else []
        words = f"The header {' and '.join(said) or 'names a column twice'}."
        raise _refusal("columns-wrong", words, called, line=1, expected=",".join(columns))


def _refusal(code: str, words: str, file: str, *, line: int | None = None, expected: str = "") -> Refusal:
    found = Finding(code, words, file=file, line=line, expected=expected)
    return Refusal(code, f"{file} was not read. {words}", status=422, findings=(found,))
