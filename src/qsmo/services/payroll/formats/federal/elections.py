"""Entries of withholding forms that the federal messages have no place for, as a table of our own (CSV).

One row is what one employee says from a day on; an empty cell leaves an entry as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qsmo.kernel.finding import Finding
from qsmo.services.payroll.formats.message import Element, refuse_size
from qsmo.services.payroll.formats.reading import RECORD_ID, Reading, whose
from qsmo.services.payroll.formats.rows import csv_rows
from qsmo.services.payroll.rules.timeline.events import ELECTION, Event

COLUMNS = (
    *("employee", "from", "form", "status", "step3", "step4a", "step4b", "extra", "allowances", "exempt"),
    *("state_exemptions", "state_extra"),
)
MAX_FILE_BYTES = 100_000_000
CHOICES = {
    "form": {"2020": "form of 2020 or later", "2019": "form of 2019 or earlier"},
    "status": {"single": "single", "married": "married", "head": "head of household"},
}
MONEY = ("step3", "step4a", "step4b", "extra", "state_extra")
COUNTS = ("allowances", "state_exemptions")


def is_elections(path: Path) -> bool:
    """Whether a file is such a table: CSV whose first line is its heading."""
    if path.suffix.lower() != ".csv":
        return False
    with path.open("rb") as file:
        return file.readline(4096).decode("utf-8-sig", "replace").strip().split(",") == list(COLUMNS)


def read_elections(path: Path, *, name: str = "") -> Iterator[Event | Finding]:
    """Each row as an event, or as the findings that keep it from being one."""
    called = name or path.name
    refuse_size(path, called, MAX_FILE_BYTES)
    for number, row in enumerate(csv_rows(path, COLUMNS, called), start=1):
        reading = Reading(called, whose(row, "employee", number))
        event = _election(reading, row) if reading.whole_record(row) else None
        if event is None or reading.findings:
            yield from reading.findings
        else:
            yield event


def _election(reading: Reading, row: Element) -> Event:
    entries: dict[str, Any] = {}
    given = {name for name, value in row.attributes.items() if value}
    for name, known in CHOICES.items():
        if name in given:
            entries[name] = reading.one_of(row, name, known)
    for name in MONEY:
        if name in given:
            entries[name] = reading.dollars(row, name)
    for name in COUNTS:
        if name in given:
            entries[name] = reading.whole(row, name, high=99)
    if "exempt" in given:
        entries["exempt"] = reading.yes(row, "exempt")
    employee = reading.text(row, "employee", RECORD_ID, "an employee number", code="id-wrong")
    if not entries:
        reading.wrong("row-empty", "The row says nothing.", row.line, "row", "at least one entry")
    return Event(
        employee,
        reading.day(row, "from"),
        ELECTION,
        {"entries": entries},
        file=reading.file,
        line=row.line,
    )
