"""What came out of a pay run, line by line, as CSV or Parquet: the file with which a customer leaves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from qsmo.kernel.finding import Finding
from qsmo.kernel.money import Money
from qsmo.services.payroll.formats.message import Element
from qsmo.services.payroll.formats.reading import RECORD_ID, Reading, whose
from qsmo.services.payroll.formats.rows import Schema, rows_of, write_rows

SECTIONS = {
    "earning": "paid to the employee",
    "deduction": "kept from pay",
    "employer": "paid by the agency on top",
    "total": "a sum",
    "leave": "hours of leave, as the quantity",
}
RESULTS: Schema = {
    **dict.fromkeys(("employee", "pay_period", "section", "name", "title", "quantity", "rate"), pl.String),
    "amount_cents": pl.Int64,
    "because": pl.String,
}
_PERIOD = re.compile(r"\d{4}-\d{2}")
_NAME = re.compile("[a-z][a-z0-9_]*")
_TEXT = re.compile(r"(?s:.*)")
_CENTS = re.compile(r"-?\d{1,14}")


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One line of one employee's pay in a pay period such as `2026-05`; `because` names the law it rests on."""

    employee: str
    pay_period: str
    section: str
    name: str
    title: str
    quantity: str
    rate: str
    amount: Money
    because: str


def write_results(path: Path, lines: Iterable[ResultLine]) -> int:
    """Write result lines, CSV or Parquet by the suffix; `read_results` reads them back equal."""
    return write_rows(path, RESULTS, (asdict(line) | {"amount_cents": line.amount.cents} for line in lines))


def read_results(path: Path, *, name: str = "") -> Iterator[ResultLine | Finding]:
    """Each row as a ResultLine, or as the findings that keep it from being one."""
    called = name or path.name
    for number, row in enumerate(rows_of(path, RESULTS, called), start=1):
        reading = Reading(called, whose(row, "employee", number))
        if reading.whole_record(row):
            line = _line(reading, row)
        if reading.findings:
            yield from reading.findings
        else:
            yield line


def _line(reading: Reading, row: Element) -> ResultLine:
    period = reading.text(row, "pay_period", _PERIOD, "a pay period such as 2026-05", code="pay-period-wrong")
    cents = reading.text(row, "amount_cents", _CENTS, "whole cents such as -6319200", code="amount-wrong")
    title, quantity, rate, because = (
        reading.text(row, column, _TEXT, "text", code="text-wrong")
        for column in ("title", "quantity", "rate", "because")
    )
    return ResultLine(
        employee=reading.text(row, "employee", RECORD_ID, "an employee number", code="id-wrong"),
        pay_period=period,
        section=reading.one_of(row, "section", SECTIONS),
        name=reading.text(row, "name", _NAME, "the name of a rule", code="name-wrong"),
        title=title,
        quantity=quantity,
        rate=rate,
        amount=Money(int(cents or 0)),
        because=because,
    )
