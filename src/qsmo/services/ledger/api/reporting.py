"""Books over HTTP, with their trial balance and the report on budget execution."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from qsmo.platform.api.door import PROBLEMS, FindingOut, Key, PageNumber, PageSize, paged, viewer_of
from qsmo.services.ledger.models import Book
from qsmo.services.ledger.queries import reports

router = Router()


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


class ReportTieOut(Schema):
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
    ties: list[ReportTieOut]


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


def _book(row: Book) -> dict[str, Any]:
    named = {name: getattr(row, name) for name in ("first_year", "is_open")}
    return {"id": row.pk, "customer": row.customer_id, "provider": row.provider_id, **named}
