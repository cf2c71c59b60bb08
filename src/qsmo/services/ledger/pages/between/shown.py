"""Dealings with other agencies: balances beside theirs, documents that differ by cause, settlement files out and in."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase

from qsmo.kernel import clock
from qsmo.kernel.finding import Finding
from qsmo.platform.access.second_lock.opened import opened_and_sent
from qsmo.platform.web import charts
from qsmo.platform.web.page import render
from qsmo.platform.web.table import Column, Table
from qsmo.services.ledger.formats.settlement import read_settlements, write_settlements
from qsmo.services.ledger.pages.parts import about, asked_of, at, sent, viewer_of
from qsmo.services.ledger.queries import between as queries
from qsmo.services.ledger.queries import reports
from qsmo.services.ledger.queries.reports import Asked
from qsmo.services.ledger.rules.between.agreeing import CAUSES, Difference

MOST_BYTES = 10_000_000


class FileForm(forms.Form):
    """A partner's settlement file."""

    file = forms.FileField(
        label="Settlement file of a partner", help_text="Held against these books; nothing is kept"
    )

    def clean_file(self) -> Any:
        """The file, if it is not too large to be one."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError("The file is larger than ten million bytes")
        return file


@opened_and_sent
def between(request: HttpRequest, key: str) -> HttpResponseBase:
    """Balances with every partner beside theirs, every document that differs, and a partner's file held against it."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    asked = asked_of(request, found)
    agreed = queries.agreed(viewer, found, asked)
    form = FileForm(sent(request), request.FILES or None)
    wrong: tuple[Finding, ...] = ()
    unlike: tuple[Difference, ...] | None = None
    status = 200
    if form.is_valid():
        file = form.cleaned_data["file"]
        said, wrong = read_settlements(file.name, file.read())
        unlike = None if wrong else queries.held_against(viewer, found, asked, said)
        status = 422 if wrong else 200
    elif form.is_bound:
        status = 422
    tables = {
        "balances": _balances(request, agreed, asked),
        "differences": _differences(request, agreed.differences, "Documents that differ", "differences"),
    }
    for table in tables.values():
        if table.csv_wanted:
            return table.csv()
    causes = Counter(each.cause for each in agreed.differences)
    chart = charts.bar(
        "Differences by cause", [(title, causes[name]) for name, title in CAUSES.items()], unit="number",
        about="How many documents the books of both sides do not say alike, by cause.",
    )  # fmt: skip
    context = about(
        found, asked, "Dealings with other agencies", **tables, chart=chart if causes else None, form=form,
        wrong=wrong, held=_differences(request, unlike, "The file against these books", "file") if unlike else None,
        alike=unlike is not None and not unlike, file_at=at("settlement-file", key, asked),
        unequal=sum(bool(each.difference) for each in agreed.balances), count=len(agreed.differences),
        unseen=sorted({each.partner for each in agreed.balances if each.there is None}),
    )  # fmt: skip
    return render(request, "ledger/between/shown.html", context, status=status)


def settlement_file(request: HttpRequest, key: str) -> HttpResponseBase:
    """The settlements of one period as a file for partners."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    asked = asked_of(request, found)
    said, agency = queries.settlements(viewer, found, asked), queries.agency_of(viewer, found)
    content = write_settlements(said, agency, asked.year, asked.period, clock.today())
    name = f"settlements-{asked.year}-{asked.period:02d}.txt"
    return HttpResponse(
        content, content_type="text/plain", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _balances(request: HttpRequest, agreed: queries.Agreed, asked: Asked) -> Table:
    def link(row: Any) -> str:
        book = agreed.seen.get(row.partner)
        return at("book", book.pk, asked) if book is not None else ""

    columns = [
        Column("partner", "Partner", sort=True, link=link),
        Column("title", "Accounts", sort=True),
        Column("here", "These books", kind="money", sort=True),
        Column("there", "Books of the partner", kind="money"),
        Column("difference", "Difference", kind="money"),
    ]
    return Table(
        request.GET, list(agreed.balances), columns, caption="Balances with partners", name="balances"
    )


def _differences(request: HttpRequest, rows: Any, caption: str, name: str) -> Table:
    columns = [
        Column("document", "Document", sort=True),
        Column("meaning", "What", kind="state", sort=True),
        Column("cause", "Cause", value=lambda row: CAUSES[row.cause], sort=True),
        Column("words", "Particulars"),
        Column("cents", "Higher here by", kind="money", sort=True),
        Column("here", "Here", value=lambda row: _entry(row.here), link=lambda row: _link(row.here)),
        Column("there", "There", value=lambda row: _entry(row.there), link=lambda row: _link(row.there)),
    ]
    return Table(request.GET, list(rows), columns, caption=caption, name=name)


def _entry(said: Any) -> str:
    return "nothing" if said is None else f"Entry {said.entry}" if said.entry else "in the file"


def _link(said: Any) -> str:
    return at("entry", said.entry) if said is not None and said.entry else ""
