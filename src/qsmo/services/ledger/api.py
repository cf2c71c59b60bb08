"""The ledger over HTTP: books, entries, trial balance and SF-133, events posted by their rules, work lists, periods."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from qsmo.kernel.money import Money
from qsmo.platform.api.door import PROBLEMS, FindingOut, Key, PageNumber, PageSize, Word, paged, viewer_of
from qsmo.services.ledger import actions
from qsmo.services.ledger.models import Accounting, Book, Entry, Line, SourceDocument
from qsmo.services.ledger.queries import entries as queries
from qsmo.services.ledger.queries import reports
from qsmo.services.ledger.rules.position import NAMES, attributes_of
from qsmo.services.ledger.rules.posting import Event

router = Router(tags=["ledger"])
LARGEST = 10**17
EntryNumber = Annotated[int, Field(ge=1, le=2**62)]
Cents = Annotated[int, Field(ge=1, le=LARGEST, description="Whole cents, above zero.")]
Tas = Annotated[str, Field(min_length=1, max_length=40)]
Account = Annotated[str, Field(pattern=r"^\d{6}$")]
Code = Annotated[str, Field(max_length=60)]


class Which(Schema):
    """Of which year, through which period, and as known when; the present ones where nothing is said."""

    year: Annotated[int, Field(ge=0, le=9999)] = 0
    period: Annotated[int, Field(ge=0, le=15)] = 0
    known_at: datetime | None = None


class BookOut(Schema):
    """Books: of whom, kept by whom, since which fiscal year, and whether they are open."""

    id: str
    customer: str
    provider: str
    first_year: int
    is_open: bool


class BooksOut(Schema):
    """One page of books."""

    items: list[BookOut]
    page: int
    more: bool


class BalanceOut(Schema):
    """A balance in a Treasury account and ledger account: opening on 1 October and ending, cents, debit positive."""

    tas: str
    account: str
    title: str
    opening_cents: int
    ending_cents: int


class TrialOut(Schema):
    """The trial balance, and what is wrong with it."""

    year: int
    period: int
    rows: list[BalanceOut]
    findings: list[FindingOut]


class ReportLineOut(Schema):
    """A line of the SF-133; `mark` is how sure its place is."""

    line: str
    title: str
    amount_cents: int
    mark: str


class TieOut(Schema):
    """Two amounts that must be equal."""

    code: str
    words: str
    left_cents: int
    right_cents: int
    holds: bool


class ReportOut(Schema):
    """The SF-133 of one Treasury account with what must tie."""

    tas: str
    year: int
    period: int
    lines: list[ReportLineOut]
    ties: list[TieOut]


class LineOut(Schema):
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

    lines: list[LineOut]


class EventIn(Schema):
    """An event to post. `amounts` by the names of the rule (mostly `amount`), `attributes` by their names."""

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
    of_year: Annotated[int, Field(ge=0, le=9999)] = 0


class PostedOut(Schema):
    """The entry of a document, whether it is new, and the limits that are near."""

    entry: int
    is_new: bool
    warnings: list[FindingOut]


class ReverseIn(Schema):
    """When and why an entry is reversed."""

    on: date
    why: Annotated[str, Field(min_length=1, max_length=240)]


class WhyIn(Schema):
    """A reason."""

    why: Annotated[str, Field(min_length=1, max_length=240)]


class DocumentOut(Schema):
    """A document that was refused, with what was wrong."""

    id: str
    kind: str
    source: str
    key: str
    state: str
    findings: list[dict[str, Any]]


class DocumentsOut(Schema):
    """One page of documents."""

    items: list[DocumentOut]
    page: int
    more: bool


class PeriodOut(Schema):
    """An accounting period."""

    id: str
    year: int
    number: int
    state: str


@router.get("/books", response={200: BooksOut, **PROBLEMS})
def books(request: HttpRequest, page: PageNumber = 1, size: PageSize = 25) -> dict[str, Any]:
    """The books that the caller may see."""
    return paged(reports.books(viewer_of(request)), page, size, _book)


@router.get("/books/{book}/trial-balance", response={200: TrialOut, **PROBLEMS})
def trial_balance(request: HttpRequest, book: Key, which: Query[Which]) -> dict[str, Any]:
    """The trial balance by Treasury account and ledger account."""
    viewer = viewer_of(request)
    kept = reports.book(viewer, book)
    asked = reports.now_asked(kept, which.year, which.period, which.known_at)
    trial = reports.trial_of(viewer, kept, asked)
    rows = [
        {
            "tas": row.position.symbol,
            "account": row.position.account,
            "title": row.title,
            "opening_cents": row.position.opening,
            "ending_cents": row.position.ending,
        }
        for row in trial.rows
    ]
    found = [each.as_dict() for each in trial.findings]
    return {"year": asked.year, "period": asked.period, "rows": rows, "findings": found}


@router.get("/books/{book}/sf133", response={200: list[ReportOut], **PROBLEMS})
def sf133(request: HttpRequest, book: Key, which: Query[Which]) -> list[dict[str, Any]]:
    """The SF-133 of every Treasury account, and what must tie."""
    viewer = viewer_of(request)
    kept = reports.book(viewer, book)
    asked = reports.now_asked(kept, which.year, which.period, which.known_at)
    return [
        {
            "tas": tas,
            "year": asked.year,
            "period": asked.period,
            "lines": [
                {"line": number, "title": each.form.title, "amount_cents": each.amount, "mark": each.mark}
                for number, each in execution.lines.items()
            ],
            "ties": [
                {
                    "code": tie.code,
                    "words": tie.words,
                    "left_cents": tie.left,
                    "right_cents": tie.right,
                    "holds": tie.holds,
                }
                for tie in reports.ties_of(execution, asked)
            ],
        }
        for tas, execution in reports.executions(viewer, kept, asked).items()
    ]


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
    return _posted(actions.post_event(viewer_of(request), book, made))


@router.post("/entries/{number}/reversal", response={200: PostedOut, **PROBLEMS})
def reverse(request: HttpRequest, number: EntryNumber, said: ReverseIn) -> dict[str, Any]:
    """Post an entry with the sides of another swapped; again it is the same entry."""
    return _posted(actions.reverse(viewer_of(request), number, on=said.on, why=said.why))


@router.get("/books/{book}/documents", response={200: DocumentsOut, **PROBLEMS})
def documents(request: HttpRequest, book: Key, page: PageNumber = 1, size: PageSize = 25) -> dict[str, Any]:
    """The documents that were refused, with what was wrong."""
    viewer = viewer_of(request)
    return paged(queries.documents(viewer, reports.book(viewer, book)), page, size, _document)


@router.post("/documents/{document}/dismissal", response={200: DocumentOut, **PROBLEMS})
def dismiss(request: HttpRequest, document: Key, said: WhyIn) -> dict[str, Any]:
    """Take a refused document off the work list, with a reason."""
    return _document(actions.dismiss(viewer_of(request), document, said.why))


@router.post("/documents/{document}/again", response={200: PostedOut, **PROBLEMS})
def post_again(request: HttpRequest, document: Key) -> dict[str, Any]:
    """Post a refused journal as it came; refused again, it stays on the list."""
    return _posted(actions.post_again(viewer_of(request), document))


@router.get("/books/{book}/periods/{year}", response={200: list[PeriodOut], **PROBLEMS})
def periods(
    request: HttpRequest, book: Key, year: Annotated[int, Field(ge=1, le=9999)]
) -> list[dict[str, Any]]:
    """The accounting periods of a fiscal year."""
    viewer = viewer_of(request)
    return [_period(each) for each in queries.periods(viewer, reports.book(viewer, book), year)]


@router.post("/periods/{period}/close", response={200: PeriodOut, **PROBLEMS})
def close_period(request: HttpRequest, period: Key) -> dict[str, Any]:
    """Close a period."""
    return _period(actions.close_period(viewer_of(request), period))


@router.post("/periods/{period}/reopen", response={200: PeriodOut, **PROBLEMS})
def reopen_period(request: HttpRequest, period: Key, said: WhyIn) -> dict[str, Any]:
    """Open a period again that another person closed, with a reason."""
    return _period(actions.reopen_period(viewer_of(request), period, said.why))


def _book(row: Book) -> dict[str, Any]:
    named = {name: getattr(row, name) for name in ("first_year", "is_open")}
    return {"id": row.pk, "customer": row.customer_id, "provider": row.provider_id, **named}


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


def _posted(posted: actions.Posted) -> dict[str, Any]:
    warnings = [each.as_dict() for each in posted.warnings]
    return {"entry": posted.entry, "is_new": posted.is_new, "warnings": warnings}


def _document(row: SourceDocument) -> dict[str, Any]:
    named = ("kind", "source", "key", "state", "findings")
    return {"id": row.pk, **{name: getattr(row, name) for name in named}}


def _period(row: Accounting) -> dict[str, Any]:
    return {"id": row.pk, "year": row.year, "number": row.number, "state": row.state}
