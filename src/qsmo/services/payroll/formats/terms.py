"""Columns of a table of people for the end of employment, the terms of pay, and payments beside hours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from qsmo.contract.documents import LeaveTerms
from qsmo.kernel.finding import Refusal
from qsmo.services.payroll.formats.message import Element
from qsmo.services.payroll.formats.reading import Reading
from qsmo.services.payroll.rules.intake.earnings.payments import payments_of, payments_text
from qsmo.services.payroll.rules.intake.earnings.terms import terms_of, terms_text
from qsmo.services.payroll.rules.intake.leave.terms import leave_of, leave_text

ENDS = "the last day of employment, such as 2026-03-08"
SINCE = "the service computation date for leave, such as 2012-05-20"
TERMS = "schedule=compressed; pay_table=L002; standby=0.25; auo=0.25; availability; environment_base=26.11"
LEAVE = "annual 120.00; sick 300.50; restored 8.00; abroad; appointed 2026-01-11; limited 2026-03-31"
PAYMENTS = "award 500.00; annual_leave 120.50h 2026-01-17; restored_leave 24.00h 2026-01-12"


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _read_day(reading: Reading, row: Element, name: str) -> date:
    return reading.day(row, name)


def _by(read: Callable[[str], Any], otherwise: Any, expected: str) -> Callable[[Reading, Element, str], Any]:
    def taken(reading: Reading, row: Element, name: str) -> Any:
        try:
            return read(row.attributes[name])
        except Refusal as refusal:
            reading.wrong("text-wrong", refusal.words, row.line, name, expected)
            return otherwise

    return taken


EARNINGS: tuple[tuple[str, str, Callable[[Any], str], Callable[[Reading, Element, str], Any]], ...] = (
    ("ends_on", ENDS, _day, _read_day),
    ("leave_since", SINCE, _day, _read_day),
    ("leave", LEAVE, leave_text, _by(leave_of, leave_of(""), LEAVE)),
    ("terms", TERMS, terms_text, _by(terms_of, terms_of(""), TERMS)),
    ("entitlements", PAYMENTS, payments_text, _by(payments_of, (), PAYMENTS)),
)
"""Name of the field, words, how it is written, how a cell is read."""


def leave_entry(reading: Reading, part: Element, name: str) -> LeaveTerms:
    """The terms of leave of an attribute that may be left out."""
    taken: LeaveTerms = (
        _by(leave_of, LeaveTerms(), LEAVE)(reading, part, name) if part.attributes.get(name) else LeaveTerms()
    )
    return taken
