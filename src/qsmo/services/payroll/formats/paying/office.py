"""Who pays: what banks, Treasury, SSA and the record keeper want to know of the employer's payroll office, as CSV.

One line for each item: `item,value,source`. Nothing of it can be known here; a file that needs an item which the
office has not given is not written, and the item is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from qsmo.kernel.finding import Finding, Refusal
from qsmo.services.payroll.formats.message import refuse_size
from qsmo.services.payroll.formats.paying.banks import is_routing
from qsmo.services.payroll.formats.reading import Reading
from qsmo.services.payroll.formats.rows import csv_rows

COLUMNS = ("item", "value", "source")
MAX_FILE_BYTES = 100_000
"""Three dozen items of one line each."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item: what it is, and the form of its value."""

    words: str
    form: str


ITEMS = {
    "ein": Item("employer identification number", r"\d{9}"),
    "employer_name": Item("name of the employer", r"[ -~]{1,57}"),
    "employer_location": Item("room, suite or building", r"[ -~]{0,22}"),
    "employer_delivery": Item("street or post office box", r"[ -~]{1,22}"),
    "employer_city": Item("city", r"[ -~]{1,22}"),
    "employer_state": Item("state, two letters", r"[A-Z]{2}"),
    "employer_postal_code": Item("ZIP code", r"\d{5}"),
    "ach_destination": Item("routing number of the ACH operator that takes the file", r"\d{9}"),
    "ach_destination_name": Item("name of the ACH operator", r"[ -~]{1,23}"),
    "ach_origin": Item("identification of the sender, ten characters", r"[ -~]{10}"),
    "ach_origin_name": Item("name of the sender", r"[ -~]{1,23}"),
    "ach_company": Item("identification of the payer, ten characters", r"[ -~]{10}"),
    "ach_company_name": Item("name of the payer on the bank statement", r"[ -~]{1,16}"),
    "ach_bank": Item("routing number of the originating institution, eight digits", r"\d{8}"),
    "ach_status": Item("originator status code: 1, or 2 for a federal agency", r"[12]"),
    "location_code": Item("agency location code, eight digits", r"\d{8}"),
    "schedule_prefix": Item("first characters of the schedule numbers", r"[0-9A-Z]{1,6}"),
    "request_version": Item("version of the Standard Payment Request, three characters", r"[0-9A-Z]{3}"),
    "input_system": Item("name of the input system in the Standard Payment Request", r"[ -~]{1,40}"),
    "event_type": Item("business event type code of disbursements", r"[0-9A-Z]{1,8}"),
    "ssa_user": Item("user identification given by SSA, eight characters", r"[0-9A-Z]{8}"),
    "contact_name": Item("whom to ask", r"[ -~]{1,27}"),
    "contact_phone": Item("telephone number, digits", r"\d{10,15}"),
    "contact_email": Item("electronic mail address", r"[!-~]+@[!-~]+"),
    "payroll_office": Item("number of the payroll office at the record keeper and at OPM", r"[0-9A-Z]{1,8}"),
}


class Office(Mapping[str, str]):
    """The items of one payroll office. `need` refuses (422) and names every item that is lacking for a file."""

    def __init__(self, items: Mapping[str, str]) -> None:
        self._items = dict(items)

    def __getitem__(self, item: str) -> str:
        return self._items[item]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def need(self, what: str, *items: str) -> Office:
        """The office itself, if it has all these items."""
        lacking = [item for item in items if not self._items.get(item)]
        if lacking:
            named = ", ".join(f"{item} ({ITEMS[item].words})" for item in lacking)
            words = f"{what} is not written: the payroll office has not given {named}"
            raise Refusal("office-incomplete", words, status=422)
        return self


def read_office(path: Path, *, name: str = "") -> tuple[Office, list[Finding]]:
    """The items of an office, and what is wrong with lines that were not used."""
    called = name or path.name
    refuse_size(path, called, MAX_FILE_BYTES)
    items: dict[str, str] = {}
    found: list[Finding] = []
    for row in csv_rows(path, COLUMNS, called):
        reading = Reading(called, "")
        if reading.whole_record(row):
            item = reading.one_of(row, "item", {each: known.words for each, known in ITEMS.items()})
            reading.text(row, "source", re.compile(r"(?s:.*\S.*)"), "where it is from", code="source-missing")
            if not reading.findings:
                known = ITEMS[item]
                reading.text(row, "value", re.compile(known.form), known.words, code="value-wrong")
            if item == "ach_destination" and not reading.findings and not is_routing(row.attributes["value"]):
                words = "The routing number of the ACH operator has a wrong check digit."
                reading.wrong("routing-wrong", words, row.line, "value", "nine digits with their check digit")
            if item in items and not reading.findings:
                reading.wrong("item-twice", f"{item} stands there twice.", row.line, "item", "each item once")
            if not reading.findings:
                items[item] = row.attributes["value"]
        found.extend(reading.findings)
    return Office(items), found
