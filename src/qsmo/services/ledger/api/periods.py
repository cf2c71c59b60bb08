"""Documents that were refused, and accounting periods, over HTTP."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from qsmo.platform.api.door import PROBLEMS, Key, PageNumber, PageSize, paged, viewer_of
from qsmo.services.ledger import actions
from qsmo.services.ledger.api.posting import PostedOut, posted_out
from qsmo.services.ledger.models import Accounting, SourceDocument
from qsmo.services.ledger.queries import entries as queries
from qsmo.services.ledger.queries import reports

router = Router()


class DocumentWhyIn(Schema):
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


class AccountingPeriodOut(Schema):
    """An accounting period."""

    id: str
    year: int
    number: int
    state: str


@router.get("/books/{book}/documents", response={200: DocumentsOut, **PROBLEMS})
def documents(request: HttpRequest, book: Key, page: PageNumber = 1, size: PageSize = 25) -> dict[str, Any]:
    """The documents that were refused, with what was wrong."""
    viewer = viewer_of(request)
    return paged(queries.documents(viewer, reports.book(viewer, book)), page, size, _document)


@router.post("/documents/{document}/dismissal", response={200: DocumentOut, **PROBLEMS})
def dismiss(request: HttpRequest, document: Key, said: DocumentWhyIn) -> dict[str, Any]:
    """Take a refused document off the work list, with a reason."""
    return _document(actions.dismiss(viewer_of(request), document, said.why))


@router.post("/documents/{document}/again", response={200: PostedOut, **PROBLEMS})
def post_again(request: HttpRequest, document: Key) -> dict[str, Any]:
    """Post a refused journal as it came; refused again, it stays on the list."""
    return posted_out(actions.post_again(viewer_of(request), document))


@router.get("/books/{book}/periods/{year}", response={200: list[AccountingPeriodOut], **PROBLEMS})
def periods(
    request: HttpRequest, book: Key, year: Annotated[int, Field(ge=1, le=9999)]
) -> list[dict[str, Any]]:
    """The accounting periods of a fiscal year."""
    viewer = viewer_of(request)
    return [_period(each) for each in queries.periods(viewer, reports.book(viewer, book), year)]


@router.post("/periods/{period}/close", response={200: AccountingPeriodOut, **PROBLEMS})
def close_period(request: HttpRequest, period: Key) -> dict[str, Any]:
    """Close a period."""
    return _period(actions.close_period(viewer_of(request), period))


@router.post("/periods/{period}/reopen", response={200: AccountingPeriodOut, **PROBLEMS})
def reopen_period(request: HttpRequest, period: Key, said: DocumentWhyIn) -> dict[str, Any]:
    """Open a period again that another person closed, with a reason."""
    return _period(actions.reopen_period(viewer_of(request), period, said.why))


def _document(row: SourceDocument) -> dict[str, Any]:
    named = ("kind", "source", "key", "state", "findings")
    return {"id": row.pk, **{name: getattr(row, name) for name in named}}


def _period(row: Accounting) -> dict[str, Any]:
    return {"id": row.pk, "year": row.year, "number": row.number, "state": row.state}
