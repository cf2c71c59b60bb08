"""Prescribed reports over HTTP: the items with what fills them, and the rows."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from qsmo.platform.api.door import PROBLEMS, Key, PageNumber, PageSize, Word, paged, viewer_of
from qsmo.services.ledger.api.reporting import Which
from qsmo.services.ledger.queries import reports
from qsmo.services.ledger.queries.core import core_rows, spelled
from qsmo.services.ledger.rules.report.core import dimensions, items

router = Router()


class ItemOut(Schema):
    """An item that is prescribed; `taken` is the name under which rows have it, empty where nothing is kept of it."""

    number: int
    label: str
    element: str
    taken: str
    mark: str


class CoreOut(Schema):
    """One page of a report: its items, and rows by what is taken; cents, shares as n/d, days as YYYY-MM-DD."""

    columns: list[ItemOut]
    items: list[dict[str, Any]]
    page: int
    more: bool


@router.get("/books/{book}/core/{report}", response={200: CoreOut, **PROBLEMS})
def core_report(
    request: HttpRequest,
    book: Key,
    report: Annotated[str, Field(max_length=40)],
    which: Query[Which],
    tas: Word = "",
    by: Word = "",
    document: Word = "",
    page: PageNumber = 1,
    size: PageSize = 25,
) -> dict[str, Any]:
    """A prescribed report: status-of-funding, obligation-status, trial-balance or transaction-detail."""
    viewer = viewer_of(request)
    kept = reports.book(viewer, book)
    asked = reports.now_asked(kept, which.year, which.period, which.known_at)
    every = items(report, asked.year)
    rows = core_rows(viewer, kept, asked, report, tas=tas, by=dimensions(report, by), document=document)
    columns = [
        {"number": each.number, "label": each.label, "element": each.element, "taken": each.taken,
         "mark": each.mark}
        for each in every
    ]  # fmt: skip
    return {**paged(rows, page, size, _row), "columns": columns}


def _row(row: Any) -> dict[str, Any]:
    return {name: _plain(value) for name, value in spelled(row).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    return value.isoformat() if isinstance(value, date) else value
