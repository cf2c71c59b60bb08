"""Records of a payment request: where their fields are, and what each field alone may hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from qsmo.services.ledger.rules.chart import law
from qsmo.services.ledger.rules.checking.report import Report, Rule, register_of

KIND = "PAM"
OWN_RULES = {
    "AgencyLocationCode": "location-code",
    "RoutingNumber": "routing-number",
    "ScheduleCount": "schedule-count",
    "ScheduleAmount": "schedule-amount",
    "TotalCount_Records": "file-records",
    "TotalCount_Payments": "file-payments",
    "TotalAmount_Payments": "file-amount",
    "StandardEntryClassCode": "entry-class",
}
"""Fields whose fault is that of a rule of their own, because Treasury rejects more than the payment."""


@dataclass(frozen=True, slots=True)
class Place:
    """A field in a record: from and up to, counted from zero; digits, and the codes that it may hold if filled."""

    name: str
    start: int
    end: int
    digits: bool
    codes: frozenset[str]


@dataclass(frozen=True)
class Form:
    """The fields of one record."""

    places: Mapping[str, Place]
    numbers: tuple[Place, ...]
    coded: tuple[Place, ...]
    fillers: tuple[Place, ...]


@dataclass
class Records:
    """A file as records of full width, with the line of each and the report that it is checked into."""

    name: str
    records: Sequence[str]
    lines: Sequence[int]
    report: Report

    def found(
        self, code: str, place: int | None, words: str, field: str = "", expected: str = "", who: str = ""
    ) -> None:
        """A finding on a record, or on the file."""
        line = None if place is None else self.lines[place]
        self.report.found(
            code, KIND, words, file=self.name, line=line, field=field, expected=expected, who=who
        )


@dataclass
class Payment:
    """A payment and what stands with it. `cents` is None where the amount could not be read."""

    place: int
    code: str
    id: str
    record: str
    cents: int | None
    symbols: int = 0
    debits: int = 0
    credits: int = 0
    unsure: bool = False
    addenda: list[tuple[str, int, str]] = field(default_factory=list)
    stubs: int = 0
    screenings: int = 0


@dataclass
class Schedule:
    """A schedule and its payments so far."""

    place: int
    code: str
    number: str
    entry_class: str
    encloses: bool
    payments: list[tuple[int, int | None, str, str]] = field(default_factory=list)
    ids: dict[str, int] = field(default_factory=dict)
    routing: str = ""

    @property
    def is_ach(self) -> bool:
        """Whether it pays to accounts, not by check."""
        return self.code == "01"

    @property
    def cents(self) -> int | None:
        """The sum of its payments; None where one of them could not be read."""
        amounts = [cents for _, cents, _, _ in self.payments]
        return None if None in amounts else sum(each or 0 for each in amounts)


@cache
def rules() -> dict[tuple[str, str], Rule]:
    """The register of rules."""
    return register_of(law()["payment_rules"].versions[-1])


@cache
def figure(name: str) -> int:
    """A limit of the register."""
    return law()["payment_rules"].versions[-1].integer(name)


@cache
def words_of(name: str, between: str | None = None) -> tuple[str, ...]:
    """A list of codes of the register."""
    return tuple(law()["payment_rules"].versions[-1].text(name).split(between))


@cache
def forms() -> dict[str, Form]:
    """The records by code, one or two characters."""
    rows: dict[str, list[Place]] = {}
    for row in law()["payment_layout"].versions[-1].rows:
        place = Place(
            row.text("field"),
            row.integer("start") - 1,
            row.integer("end"),
            row.text("kind") == "N",
            frozenset(row.cells["codes"].split()),
        )
        rows.setdefault(row.text("record"), []).append(place)
    return {
        code: Form(
            {place.name: place for place in places},
            tuple(place for place in places if place.digits),
            tuple(place for place in places if place.codes),
            tuple(place for place in places if place.name == "Filler"),
        )
        for code, places in rows.items()
    }


def width() -> int:
    """How many characters a record has."""
    return law()["payment_layout"].versions[-1].integer("width")


def cell(record: str, name: str) -> str:
    """A field of a record, without blanks around it."""
    place = forms()[record[:2].strip()].places[name]
    return record[place.start : place.end].strip()


def number(record: str, name: str) -> int | None:
    """A numeric field of a record; None where it is not digits throughout."""
    place = forms()[record[:2].strip()].places[name]
    text = record[place.start : place.end]
    return int(text) if text.isdigit() and text.isascii() else None


def check_fields(file: Records, place: int, form: Form, record: str) -> None:
    """What each field alone may hold: digits, codes, blanks."""
    for each in form.numbers:
        text = record[each.start : each.end]
        if not (text.isdigit() and text.isascii()):
            rule = OWN_RULES.get(each.name, "field-number")
            words = f"{each.name} is “{text.strip()}”, not {each.end - each.start} digits"
            file.found(rule, place, words, each.name, "digits to the right, zeros before them")
    for each in form.coded:
        text = record[each.start : each.end].strip()
        if text and text not in each.codes:
            rule = OWN_RULES.get(each.name, "field-code")
            file.found(
                rule,
                place,
                f"“{text}” is not a code of {each.name}",
                each.name,
                ", ".join(sorted(each.codes)),
            )
    for each in form.fillers:
        if not record[each.start : each.end].isspace():
            text = record[each.start : each.end].strip()[: 2 * 12]
            file.found(
                "filler", place, f"Filler from position {each.start + 1} holds “{text}”", "Filler", "blanks"
            )
