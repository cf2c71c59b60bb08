"""Columns that a table of people may have or leave out: one text for each, in a small notation of its own.

A table without such a column, and a cell that is empty, say nothing: the field of the assignment keeps its default.
Each part of payroll adds its lines to `MORE`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qsmo.contract.documents import Election, PayAssignment
from qsmo.services.payroll.formats.message import Element
from qsmo.services.payroll.formats.reading import Reading
from qsmo.services.payroll.formats.terms import EARNINGS
from qsmo.services.payroll.rules.deductions.elections import KINDS, parsed
from qsmo.services.payroll.rules.deductions.elections import written as elections_written

ACCOUNTING_FORM = re.compile(r"[ -~]{1,60}")
ADDRESS_FORM = re.compile(r"[^|\x00-\x1f]{1,60}\|[^|\x00-\x1f]{1,40}\|[A-Z]{2}\|\d{5}(-\d{4})?")

ADDRESS = "HREmployeeAddress"
ADDRESS_PARTS = ("AddrLine", "AddrCity", "AddrState", "AddrPostalCode")


@dataclass(frozen=True, slots=True)
class More:
    """One column: the field of the assignment that it fills, how a value is written, how a cell is read."""

    name: str
    words: str
    shown: Callable[[Any], str]
    taken: Callable[[Reading, Element, str], Any]


def text(name: str, form: re.Pattern[str], words: str) -> More:
    """A column that holds its value as it is."""
    return More(
        name,
        words,
        str,
        lambda reading, row, column: reading.text(row, column, form, words, code="text-wrong"),
    )


def _elections(reading: Reading, row: Element, column: str) -> tuple[Election, ...]:
    try:
        return parsed(row.attributes[column])
    except ValueError as fault:
        words = f"The elections cannot be read: {fault}."
        reading.wrong("elections-wrong", words, row.line, column, f"entries of {', '.join(KINDS)}")
        return ()


MORE = [
    More("elections", "elections and orders in their notation", elections_written, _elections),
    text("accounting", ACCOUNTING_FORM, "the accounting text of the position, at most 60 characters"),
    text("address", ADDRESS_FORM, "street|city|state|ZIP, the state in two letters"),
    *(More(*column) for column in EARNINGS),
]


def written(person: PayAssignment) -> dict[str, str]:
    """The cells of these columns."""
    return {each.name: each.shown(getattr(person, each.name)) for each in MORE}


def taken(reading: Reading, row: Element) -> dict[str, Any]:
    """The fields that these columns fill; those that say nothing are left out."""
    return {
        each.name: each.taken(reading, row, each.name) for each in MORE if row.attributes.get(each.name, "")
    }


def of_message(record: Element, position: Element) -> dict[str, Any]:
    """Accounting and address of an HR record of the federal message, as far as they have the form of our columns.

    Neither sets anybody's pay: one that has another form, such as an address abroad, is left out.
    """
    accounting = position.attributes.get("PosApprText", "").strip()
    address = next((part.attributes for part in record.parts if part.tag == ADDRESS), {})
    whole = "|".join(address.get(name, "").strip() for name in ADDRESS_PARTS)
    return {
        "accounting": accounting if ACCOUNTING_FORM.fullmatch(accounting) else "",
        "address": whole if ADDRESS_FORM.fullmatch(whole) else "",
    }


def address_cells(person: PayAssignment) -> dict[str, str]:
    """The address of a person as the federal message has it; empty where it is not known."""
    return dict(zip(ADDRESS_PARTS, person.address.split("|"), strict=True)) if person.address else {}
