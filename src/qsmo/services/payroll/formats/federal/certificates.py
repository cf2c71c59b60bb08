"""Further entries of Form W-4, and the state certificate, as columns of our tables and as entries of our namespace."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from qsmo.contract.documents import PayAssignment, StateWithholding
from qsmo.services.payroll.formats.message import Element
from qsmo.services.payroll.formats.reading import Reading
from qsmo.services.payroll.rules.tax.certificates import (
    read_letter,
    read_state,
    spell_letter,
    spell_state,
)

Stated = TypeVar("Stated")

LETTER = "a lock-in letter such as 2020 status=single step3=500.00"
STATE = "a certificate such as VA status=all exemptions=2"


@dataclass(frozen=True, slots=True)
class Names:
    """What the entries are called in one format, and how it says yes."""

    signed_on: str
    alien: str
    letter: str
    state: str
    yes: str


COLUMNS = Names("form_on", "alien", "letter", "state_form", "true")
"""As the columns of a frame of assignments are called, which such a table is read as."""
ENTRIES = Names("W4SignedOn", "W4NonresidentAlien", "W4Letter", "StateForm", "Yes")


def names_of(names: Names) -> tuple[str, ...]:
    """The columns or entries, in order."""
    return (names.signed_on, names.alien, names.letter, names.state)


def written(person: PayAssignment, names: Names) -> dict[str, str]:
    """The cells of these entries; empty where nothing is said."""
    form = person.withholding
    return {
        names.signed_on: form.signed_on.isoformat() if form.signed_on else "",
        names.alien: names.yes if form.nonresident_alien else "",
        names.letter: spell_letter(form.letter),
        names.state: spell_state(person.state),
    }


def of_form(reading: Reading, part: Element, names: Names) -> dict[str, Any]:
    """The fields of Form W-4 that these entries fill; those that say nothing are left out."""
    found: dict[str, Any] = {}
    if _said(part.attributes, names.signed_on):
        found["signed_on"] = reading.day(part, names.signed_on)
    if _said(part.attributes, names.alien):
        found["nonresident_alien"] = reading.one_of(part, names.alien, {names.yes: "it holds"}) == names.yes
    if _said(part.attributes, names.letter):
        found["letter"] = _read(reading, part, names.letter, read_letter, LETTER)
    return found


def of_state(reading: Reading, part: Element, names: Names) -> StateWithholding:
    """The state certificate; nothing on file where the entry says nothing."""
    if not _said(part.attributes, names.state):
        return StateWithholding()
    return _read(reading, part, names.state, read_state, STATE) or StateWithholding()


def _said(given: Mapping[str, str], name: str) -> bool:
    return given.get(name, "") != ""


def _read(
    reading: Reading, part: Element, name: str, read: Callable[[str], Stated], expected: str
) -> Stated | None:
    try:
        return read(part.attributes[name])
    except ValueError as fault:
        reading.wrong("certificate-wrong", f"{fault}.", part.line, part.named(name), expected)
        return None
