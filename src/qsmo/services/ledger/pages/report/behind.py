"""The page behind a number of a report: the positions that make it up, each open to its lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from qsmo.platform.web.page import listing
from qsmo.platform.web.table import Column, Table
from qsmo.services.ledger.models import Book
from qsmo.services.ledger.pages.parts import about, at, marked, said, title_of, viewer_of
from qsmo.services.ledger.queries.reports import Asked, combinations_of
from qsmo.services.ledger.rules.report.crosswalk import Part


def behind(
    request: HttpRequest,
    book: Book,
    asked: Asked,
    title: str,
    parts: Iterable[Part],
    *between: tuple[str, str],
    **more: Any,
) -> HttpResponseBase:
    """A number with its parts. `more` may say its `mark`, its `source` and a `lead`."""
    held = [part for part in parts if part.amount]
    keys = combinations_of(viewer_of(request), book, [part.position for part in held])

    def link(part: Part) -> str:
        each = part.position
        key = keys.get((each.symbol, each.account, each.attributes))
        return at("combination", key, asked) if key else ""

    columns = [
        Column("account", "Account", value="position.account", sort=True, link=link),
        Column("title", "Title", value=lambda part: title_of(part.position.account, asked.year)),
        Column("symbol", "Treasury account", value="position.symbol", sort=True),
        Column("says", "Classified by", value=lambda part: said(part.position.attributes)),
        Column("opening", "Opening balance", kind="money", value="position.opening", sort=True),
        Column("ending", "Balance now", kind="money", value="position.ending", sort=True),
        Column("amount", "Counts as", kind="money", sort=True, link=link),
        Column("mark", "Placed", value="mark"),
    ]  # fmt: skip
    table = Table(request.GET, held, columns, caption="What makes it up", name="behind")
    mark = more.pop("mark", "")
    context = about(book, asked, title, *between, amount=sum(part.amount for part in held), **more)
    if mark:
        context["marked"] = marked(mark)
    return listing(request, "ledger/behind.html", table, context)
