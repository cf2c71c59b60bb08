"""What the lists say of payees, and what the paying office states about itself, on pages."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from qsmo.kernel.finding import Refusal
from qsmo.platform.access.door import allow, one
from qsmo.platform.access.second_lock.opened import opened_and_sent
from qsmo.platform.web.page import render
from qsmo.platform.web.table import Column, Table
from qsmo.services.ledger.actions.payable import paying as actions
from qsmo.services.ledger.formats.paying.answers import HEADER, Recorded
from qsmo.services.ledger.models import Screened
from qsmo.services.ledger.pages.forms import ReasonForm, refused_in
from qsmo.services.ledger.pages.parts import at, sent, trail, viewer_of
from qsmo.services.ledger.pages.payable.forms import FileForm, OfficeForm
from qsmo.services.ledger.queries import reports
from qsmo.services.ledger.queries.payable import owed, paying


@opened_and_sent
def screening(request: HttpRequest, key: str) -> HttpResponseBase:
    """The answers of the lists, and the form that takes recorded answers in."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    form = FileForm(sent(request), request.FILES or None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            new, matched = actions.screen(
                viewer, key, Recorded(file.read(), file.name, frozenset(paying.lists()))
            )
        except Refusal as refusal:
            status = refused_in(form, refusal)
        else:
            messages.success(request, f"{new:,} new answers, {matched:,} of them found somebody.")
            return HttpResponseRedirect(at("screening", key))
    titles = paying.lists()

    def clear(row: Screened) -> str:
        open_ = row.matched and not row.cleared and viewer.may("ledger.certify", row)
        return at("clear-match", row.pk) if open_ else ""

    columns = [
        Column("vendor", "Vendor", value="vendor.legal_name", sort="vendor__legal_name",
               link=lambda row: at("vendor", row.vendor_id)),
        Column("listing", "List", value=lambda row: titles.get(row.listing, row.listing), sort=True),
        Column("asked_on", "Asked on", kind="date", sort=True),
        Column("matched", "Found", kind="yesno", sort=True),
        Column("reference", "Reference"),
        Column("cleared", "Why another is meant", value=lambda row: row.cleared or ("open" if row.matched else ""),
               link=clear),
    ]  # fmt: skip
    rows = paying.answers(viewer, owed.vendors(viewer, found))
    table = Table(request.GET, rows, columns, caption="Answers", name="answers")
    if table.csv_wanted:
        return table.csv()
    context = {
        "book": found, "table": table, "form": form if viewer.may("ledger.payable", found) else None,
        "header": ", ".join(HEADER), "lists": ", ".join(titles),
        "trail": trail(found, "Lists", ("Payment schedules", at("schedules", key))),
    }  # fmt: skip
    return render(request, "ledger/payable/screening.html", context, status=status)


@opened_and_sent
def clear(request: HttpRequest, key: str) -> HttpResponseBase:
    """Say why a match means somebody else."""
    viewer = viewer_of(request)
    found = one(Screened, viewer, key)
    allow(viewer, "ledger.certify", found)
    vendor = owed.vendor(viewer, found.vendor_id)
    form = ReasonForm(sent(request))
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            actions.clear_match(viewer, key, form.cleaned_data["why"])
        except Refusal as refusal:
            status = refused_in(form, refusal)
        else:
            return HttpResponseRedirect(at("screening", vendor.book_id))
    context = {
        "heading": "Another is meant", "form": form, "cancel": at("screening", vendor.book_id),
        "words": f"{vendor.legal_name}: {paying.lists().get(found.listing, found.listing)}, asked on {found.asked_on}.",
        "trail": trail(vendor.book, "Another is meant", ("Lists", at("screening", vendor.book_id))),
    }  # fmt: skip
    return render(request, "ledger/payable/entered.html", context, status=status)


@opened_and_sent
def office(request: HttpRequest, key: str) -> HttpResponseBase:
    """What the paying office states about itself."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    allow(viewer, "ledger.payable", found)
    kept = paying.office_of(viewer, found)
    form = OfficeForm(sent(request), initial=kept.said if kept else {})
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            actions.keep_office(viewer, key, form.cleaned_data)
        except Refusal as refusal:
            status = refused_in(form, refusal)
        else:
            messages.success(request, "It is kept.")
            return HttpResponseRedirect(at("paying-office", key))
    context = {
        "heading": "The paying office", "form": form, "cancel": at("schedules", key),
        "words": "The layout of Treasury’s request is given only on request: a file is written once the office "
                 "states the version that it agreed on.",
        "trail": trail(found, "The paying office", ("Payment schedules", at("schedules", key))),
    }  # fmt: skip
    return render(request, "ledger/payable/entered.html", context, status=status)
