"""An agency's list of accounts: which Treasury account symbol, fund and program an accounting text leads to, as CSV.

The accounting text is what human resources gives with a position; people without one, or with one that is not listed,
are paid from the symbol of the account.
"""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

from qsmo.kernel.finding import Finding
from qsmo.services.payroll.formats.message import refuse_size
from qsmo.services.payroll.formats.reading import Reading
from qsmo.services.payroll.formats.rows import csv_rows
from qsmo.services.payroll.rules.outcome.accounting import CHART

MAX_FILE_BYTES = 50_000_000
"""A hundred thousand accounts of a few hundred characters each."""
_ACCOUNTING = re.compile(r"[ -~]{1,60}")
_TAS = re.compile(r"(\d{3}-)?\d{3}-(\d{4}/\d{4}|[A-Z])-\d{4}-\d{3}", re.ASCII)
_CODE = re.compile(r"[ -~]{0,20}")
_SOURCE = re.compile(r"(?s:.*\S.*)")


def read_chart(path: Path, *, name: str = "") -> tuple[pl.DataFrame, list[Finding]]:
    """The list as the rules take it, and what is wrong with lines that were not used."""
    called = name or path.name
    refuse_size(path, called, MAX_FILE_BYTES)
    rows: dict[str, tuple[str, ...]] = {}
    found: list[Finding] = []
    for row in csv_rows(path, tuple(CHART), called):
        reading = Reading(called, "")
        if reading.whole_record(row):
            cells = (
                reading.text(row, "accounting", _ACCOUNTING, "an accounting text", code="accounting-wrong"),
                reading.text(row, "tas", _TAS, "a symbol such as 073-2026/2026-0100-000", code="tas-wrong"),
                reading.text(row, "fund", _CODE, "at most 20 characters", code="code-wrong"),
                reading.text(row, "program", _CODE, "at most 20 characters", code="code-wrong"),
                reading.text(row, "source", _SOURCE, "where it is from", code="source-missing"),
            )
            if cells[0] in rows and not reading.findings:
                words = f"{cells[0]} stands there twice."
                reading.wrong("accounting-twice", words, row.line, "accounting", "each text once")
            if not reading.findings:
                rows[cells[0]] = cells
        found.extend(reading.findings)
    return pl.DataFrame(list(rows.values()), schema=CHART, orient="row"), found
