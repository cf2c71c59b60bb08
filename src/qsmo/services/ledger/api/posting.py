"""Entries over HTTP: read, posted by their rules, and reversed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from qsmo.kernel.money import Money
from qsmo.platform.api.door import PROBLEMS, FindingOut, Key, PageNumber, PageSize, Word, paged, viewer_of
from qsmo.services.ledger import actions
from qsmo.services.ledger.models import Entry, Line
from qsmo.services.ledger.queries import entries as queries
from qsmo.services.ledger.queries import reports
from qsmo.services.ledger.rules.position import NAMES, attributes_of
from qsmo.services.ledger.rules.posting import Event

router = Router()
LARGEST = 10**17
EntryNumber = Annotated[int, Field(ge=1, le=2**62)]
Cents = Annotated[int, Field(ge=1, le=LARGEST, description="Whole cents, above zero.")]
Tas = Annotated[str, Field(min_length=1, max_length=40)]
Account = Annotated[str, Field(pattern=r"^\d{6}$")]
Code = Annotated[str, Field(max_length=60)]


class EntryLineOut(Schema):
    """A line of an entry; cents, debit positive; `attributes` that are empty are left out."""

    tas: str
    account: str
    cents: int
    document: str
    words: str
    attributes: dict[str, str]


class EntryOut(Schema):
    """An entry without its lines."""

    id: int
    book: str
    year: int
    period: int
    on: date
    rule: str
    rule_version: str
    source: str
    key: str
    digest: str
    words: str
    reverses: int | None
    posted_at: datetime
    posted_by: str


class EntriesOut(Schema):
    """One page of entries."""

    items: list[EntryOut]
    page: int
    more: bool


class WholeEntryOut(EntryOut):
    """An entry with its lines."""

    lines: list[EntryLineOut]


class EventIn(Schema):
    """An event to post. `amounts` by the names of the rule (mostly `amount`), `attributes` by their names.

    Where `taken_back`, it is an accrual, which is reversed on the first day of the next month.
    """

    rule: Word
    tas: Tas
    on: date
    source: Annotated[str, Field(min_length=1, max_length=60)]
    key: Annotated[str, Field(min_length=1, max_length=120)]
    amounts: dict[Word, Cents]
    words: Word = ""
    attributes: dict[Word, Code] = {}
    accounts: list[Account] = []
    document: Code = ""
    taken_back: bool = False
    of_year: Annotated[int, Field(ge=0, le=9999)] = 0


class BudgetIn(Schema):
    """A budget of the agency's own over lines that say all of `over`; where it `stops`, what is more is refused."""

    account: Key
    year: Annotated[int, Field(ge=2000, le=2100)]
    cents: Annotated[int, Field(ge=0, le=LARGEST)]
    stops: bool
    over: dict[Word, Code]
    warn_below_cents: Annotated[int, Field(ge=0, le=LARGEST)] = 0


class BudgetOut(Schema):
    """A budget and what is left of it."""

    id: int
    words: str
    year: int
    stops: bool
    left_cents: int


class PostedOut(Schema):
    """The entry of a document, whether it is new, and the limits that are near."""

    entry: int
    is_new: bool
    warnings: list[FindingOut]


class ReverseIn(Schema):
    """When and why an entry is reversed."""

    on: date
    why: Annotated[str, Field(min_length=1, max_length=240)]


@router.get("/books/{book}/entries", response={200: EntriesOut, **PROBLEMS})
def entries(
    request: HttpRequest,
    book: Key,
    tas: Word = "",
    account: Word = "",
    page: PageNumber = 1,
    size: PageSize = 25,
) -> dict[str, Any]:
    """The entries of books, newest first; all, or those with a line in an account."""
    viewer = viewer_of(request)
    found = queries.entries(viewer, reports.book(viewer, book), tas=tas, account=account)
    return paged(found, page, size, _entry)


@router.get("/entries/{number}", response={200: WholeEntryOut, **PROBLEMS})
def entry(request: HttpRequest, number: EntryNumber) -> dict[str, Any]:
    """One entry with its lines."""
    viewer = viewer_of(request)
    found = queries.entry(viewer, number)
    return {**_entry(found), "lines": [_line(each) for each in queries.lines_of(viewer, found)]}


@router.post("/books/{book}/events", response={200: PostedOut, **PROBLEMS})
def post(request: HttpRequest, book: Key, event: EventIn) -> dict[str, Any]:
    """Post an event by its rule; the same document again is the same entry. What is refused is kept as a document."""
    made = Event(
        rule=event.rule,
        tas=event.tas,
        on=event.on,
        amounts={name: Money(cents) for name, cents in event.amounts.items()},
        source=event.source,
        key=event.key,
        words=event.words,
        attributes=attributes_of(event.attributes),
        chosen=frozenset(event.accounts),
        document=event.document,
        of_year=event.of_year,
    )
    return posted_out(actions.post_event(viewer_of(request), book, made, taken_back=event.taken_back))


@router.post("/books/{book}/budgets", response={200: BudgetOut, **PROBLEMS})
def set_budget(request: HttpRequest, book: Key, said: BudgetIn) -> dict[str, Any]:
    """Set a budget of the agency's own, or set one anew."""
    made = actions.set_budget(
        viewer_of(request), book, said.account, year=said.year, amount=Money(said.cents), stops=said.stops,
        mask=said.over, warn_below=Money(said.warn_below_cents),
    )  # fmt: skip
    named = {name: getattr(made, name) for name in ("words", "year", "left_cents")}
    return {"id": made.pk, "stops": made.hard, **named}


@router.post("/entries/{number}/reversal", response={200: PostedOut, **PROBLEMS})
def reverse(request: HttpRequest, number: EntryNumber, said: ReverseIn) -> dict[str, Any]:
    """Post an entry with the sides of another swapped; again it is the same entry."""
    return posted_out(actions.reverse(viewer_of(request), number, on=said.on, why=said.why))


def _entry(row: Entry) -> dict[str, Any]:
    named = ("year", "period", "on", "rule", "rule_version", "source", "key", "digest", "words")
    return {
        **{name: getattr(row, name) for name in named},
        "id": row.pk,
        "book": row.book_id,
        "reverses": row.reverses_id,
        "posted_at": row.made_at,
        "posted_by": row.made_name,
    }


def _line(row: Line) -> dict[str, Any]:
    said = row.combination
    return {
        "tas": said.symbol.tas,
        "account": said.account,
        "cents": row.cents,
        "document": row.document,
        "words": row.words,
        "attributes": {name: getattr(said, name) for name in NAMES if getattr(said, name)},
    }


def posted_out(posted: actions.Posted) -> dict[str, Any]:
    """An entry that was posted, as `PostedOut`."""
    warnings = [each.as_dict() for each in posted.warnings]
    return {"entry": posted.entry, "is_new": posted.is_new, "warnings": warnings}
