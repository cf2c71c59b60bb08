"""The periods of a fiscal year as a board; closing one, opening it again with a reason, closing the year."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from qsmo.kernel.finding import Refusal
from qsmo.kernel.fiscal import FiscalYear
from qsmo.platform.access.door import barring, open_moves
from qsmo.platform.access.second_lock.opened import only_sent, opened_and_sent
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.web.formats import instant
from qsmo.platform.web.page import listing, render
from qsmo.platform.web.table import Column, Table
from qsmo.services.ledger import actions
from qsmo.services.ledger.flow import PERIOD
from qsmo.services.ledger.models import Accounting
from qsmo.services.ledger.pages.forms import ReasonForm, refused_in
from qsmo.services.ledger.pages.parts import about, asked_of, at, period_words, sent, trail, viewer_of
from qsmo.services.ledger.queries import closing, entries, reports

DID = {"close": "closed", "reopen": "opened again"}


def board(request: HttpRequest, key: str) -> HttpResponseBase:
    """The fifteen periods of a year: state, entries, who closed or opened each, and what may be done."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    asked = asked_of(request, found)
    held = entries.periods(viewer, found, asked.year)
    first = next((each for each in held if each.state == "open"), None)
    posted, moves = entries.posted_in(viewer, found, asked.year), closing.moves_of(held)
    columns = [
        Column("number", "Period", value=lambda row: period_words(row.number), sort="number"),
        Column("state", "State", kind="state", sort=True),
        Column("entries", "Entries", kind="number", value=lambda row: posted.get(row.number, 0), sort=True,
               link=lambda row: at("entries", key, None, year=str(row.year), period=str(row.number))),
        Column("who", "Closed or opened again", value=lambda row: _told(moves[row.pk])),
        Column("act", "What may be done", value=lambda row: _offered(viewer, row, first),
               link=lambda row: at("period", row.pk)),
    ]  # fmt: skip
    table = Table(request.GET, held, columns, caption=f"Periods of FY{asked.year}", per_page=15)
    context = about(
        found, asked, "Accounting periods",
        closes=viewer.may("ledger.close", found) and found.is_open and held,
        next=first if first is not None and "close" in _moves(viewer, first) else None,
        year_at=at("close-year", key, None, asked.year),
        open=sum(each.state == "open" for each in held), all=len(held),
    )  # fmt: skip
    return listing(request, "ledger/periods.html", table, context)


@only_sent
def close(request: HttpRequest, key: str) -> HttpResponseBase:
    """Close a period."""
    closed = actions.close_period(viewer_of(request), key)
    messages.success(request, f"{closed} is closed.")
    return HttpResponseRedirect(_board(closed))


@opened_and_sent
def period(request: HttpRequest, key: str) -> HttpResponseBase:
    """One period: who closed and opened it when and why, and the form that closes it or opens it again."""
    viewer = viewer_of(request)
    found = entries.period(viewer, key)
    moves = _moves(viewer, found)
    form = ReasonForm(sent(request)) if "reopen" in moves or request.method == "POST" else None
    status = 200
    if form is not None and form.is_valid():
        try:
            actions.reopen_period(viewer, key, **form.cleaned_data)
        except Refusal as refusal:
            status = refused_in(form, refusal)
        else:
            messages.success(request, f"{found} is open again.")
            return HttpResponseRedirect(_board(found))
    elif form is not None and form.is_bound:
        status = 422
    context = {
        "period": found, "form": form, "may_close": "close" in moves, "called": period_words(found.number),
        "told": closing.moves_of([found])[found.pk], "did": DID,
        "barred": _barred(viewer, found),
        "trail": trail(found.book, str(found), ("Accounting periods", _board(found))),
    }  # fmt: skip
    return render(request, "ledger/period.html", context, status=status)


@opened_and_sent
def close_year(request: HttpRequest, key: str, year: int) -> HttpResponseBase:
    """Close a fiscal year: what must be settled first, the entries that would be posted, and the button."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    held = entries.periods(viewer, found, year)
    if not held:
        raise Refusal("year", f"These books have no {FiscalYear(year)}", status=404)
    may = viewer.may("ledger.close", found)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            posted = actions.close_year(viewer, key, year)
        except Refusal as refused:
            if refused.status in (403, 404):
                raise
            refusal = refused
        else:
            words = (
                f"FY{year} is closed by {len(posted)} entries." if posted else f"FY{year} was closed before."
            )
            messages.success(request, words)
            return HttpResponseRedirect(reverse("ledger:close-year", args=[key, year]))
    findings, drafts = closing.unsettled(viewer, found, year, held)
    back = ("Accounting periods", at("periods", key, None, year=str(year)))
    context: dict[str, Any] = {
        "book": found, "year": year, "findings": findings, "may": may and found.is_open, "refusal": refusal,
        "drafts": [(draft.lines[0].symbol, len(draft.lines), _turnover(draft.lines)) for draft in drafts],
        "closing_at": at("entries", key, None, rule="CLOSE", year=str(year)),
        "trail": trail(found, f"Close FY{year}", back),
    }  # fmt: skip
    return render(request, "ledger/close_year.html", context, status=refusal.status if refusal else 200)


def _turnover(lines: Any) -> int:
    return sum(line.cents for line in lines if line.cents > 0)


def _moves(viewer: Viewer, found: Accounting) -> set[str]:
    return {move.name for move in PERIOD.legal(found.state) if viewer.may(move.permission, found)}


def _barred(viewer: Viewer, found: Accounting) -> bool:
    """Whether the viewer could open it again, had they not closed it."""
    open_ = {move.name for move in open_moves(viewer, found)}
    return any(
        move.name not in open_ and barring(viewer, found, move)
        for move in PERIOD.legal(found.state)
        if viewer.may(move.permission, found)
    )


def _offered(viewer: Viewer, row: Accounting, first: Accounting | None) -> str:
    names = {"close": "Close", "reopen": "Open again"}
    moves = _moves(viewer, row) - (set() if row == first else {"close"})
    return ", ".join(names[each] for each in sorted(moves)) or "Look"


def _told(moves: list[tuple[str, str, Any, str]]) -> str:
    if not moves:
        return ""
    verb, name, when, why = moves[-1]
    return f"{DID[verb]} by {name}, {instant(when)}{': ' + why if why else ''}"


def _board(found: Accounting) -> str:
    return at("periods", found.book_id, None, year=str(found.year))
