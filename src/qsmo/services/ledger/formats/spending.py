"""DATA Act files and SF-133 data as bytes: UTF-8, commas, a heading, dollars and cents with a point."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from qsmo.services.ledger.rules.report.dataact import SpendingFile


def dollars_plain(cents: int) -> str:
    """An amount as these files have it: `-1234.50`, no separators."""
    sign = "-" if cents < 0 else ""
    whole, part = divmod(abs(cents), 100)
    return f"{sign}{whole}.{part:02d}"


def write_spending(file: SpendingFile) -> bytes:
    """File A, B or C with all its columns; a field that a row does not have is blank."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(file.columns)
    for row in file.rows:
        writer.writerow(
            dollars_plain(row.amounts[name]) if name in row.amounts else row.texts.get(name, "")
            for name in file.columns
        )
    return out.getvalue().encode()


def write_budget(lines: Sequence[dict[str, str]]) -> bytes:
    """The SF-133 of several accounts as the public data has it, one row a line."""
    out = io.StringIO(newline="")
    if lines:
        writer = csv.DictWriter(out, list(lines[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({**line, "Amount": dollars_plain(int(line["Amount"]))} for line in lines)
    return out.getvalue().encode()
