"""What receivables begin with: customers and debtors, a draft, and money of which is not yet known what it pays."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.platform.access.second_lock.opened import opened_and_sent
from qsmo.platform.web.page import render
from qsmo.platform.web.table import Column, Table
from qsmo.services.ledger.actions import receivable as verbs
from qsmo.services.ledger.pages.forms import refused_in
from qsmo.services.ledger.pages.parts import at, sent, trail, viewer_of
from qsmo.services.ledger.pages.receivable.forms import DebtorForm, DepositForm, DraftForm
from qsmo.services.ledger.queries import receivable as queries
from qsmo.services.ledger.queries import reports
from qsmo.services.ledger.rules.receivable.debt import cleared_by

FIELDS = {"debtor": "debtor_id", "symbol": "symbol_id"}
"""Where a finding about a field of the action stands in the form."""


@opened_and_sent
def draft(request: HttpRequest, key: str) -> HttpResponseBase:
    """Draft a receivable."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    if not viewer.may("ledger.post", found):
        raise Refusal("not-allowed", "Receivables are drafted by an accountant", status=403)
    form = DraftForm(queries.debtors(viewer, found), reports.symbols(viewer, found), sent(request))
    status = 200
    if form.is_valid():
        try:
            made = verbs.draft(viewer, key, **form.cleaned_data)
        except Refusal as refusal:
            status = refused_in(form, refusal, FIELDS)
        else:
            messages.success(request, f"{made.number} is drafted. It is owed when its notice is sent.")
            return HttpResponseRedirect(at("receivable", made.pk))
    elif form.is_bound:
        status = 422
    context = {
        "title": "Draft a receivable", "form": form, "cancel": at("receivables", key),
        "about": f"Books of {found.customer.name}.",
        "words": "Nothing is posted before its notice is sent. A customer or debtor is taken in first.",
        "trail": trail(found, "Draft", ("Receivables", at("receivables", key))),
    }  # fmt: skip
    return render(request, "ledger/act.html", context, status=status)


@opened_and_sent
def debtors(request: HttpRequest, key: str) -> HttpResponseBase:
    """The customers and debtors, and the form that takes one in."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    may = found.is_open and viewer.may("ledger.post", found)
    form = DebtorForm(sent(request)) if may or request.method == "POST" else None
    status = 200
    if form is not None and form.is_valid():
        try:
            made = verbs.keep_debtor(viewer, key, **form.cleaned_data)
        except Refusal as refusal:
            status = refused_in(form, refusal)
        else:
            messages.success(request, f"{made.name} is taken in.")
            return HttpResponseRedirect(at("debtors", key))
    elif form is not None and form.is_bound:
        status = 422
    columns = [
        Column("name", "Name", sort=True),
        Column("agency", "Agency", sort=True),
        Column("main", "Main account"),
        Column("reference", "Own number", sort=True),
        Column("address", "Address for notices"),
    ]
    rows = queries.debtors(viewer, found)
    table = Table(request.GET, rows, columns, caption="Customers and debtors", order="name")
    if table.csv_wanted:
        return table.csv()
    context = {
        "book": found, "form": form, "table": table,
        "trail": trail(found, "Customers and debtors", ("Receivables", at("receivables", key))),
    }  # fmt: skip
    return render(request, "ledger/receivable/debtors.html", context, status=status)


@opened_and_sent
def receipts(request: HttpRequest, key: str) -> HttpResponseBase:
    """The money that came, what of it is in suspense and until when, and the form that takes it in."""
    viewer, today = viewer_of(request), clock.today()
    found = reports.book(viewer, key)
    may = found.is_open and viewer.may("ledger.post", found)
    symbols = reports.symbols(viewer, found)
    shown = may or request.method == "POST"
    form = DepositForm(symbols, sent(request), initial={"on": today}) if shown else None
    status = 200
    if form is not None and form.is_valid():
        try:
            made = verbs.deposit(viewer, key, **form.cleaned_data)
        except Refusal as refusal:
            status = refused_in(form, refusal, FIELDS)
        else:
            messages.success(request, f"{made.number} is in suspense.")
            return HttpResponseRedirect(at("receipt", made.pk))
    elif form is not None and form.is_bound:
        status = 422
    columns = [
        Column("number", "Number", sort=True, link=lambda row: at("receipt", row.pk)),
        Column("received_on", "Came", kind="date", sort=True),
        Column("payer", "Payer", sort=True),
        Column("cents", "Amount", kind="money", sort=True),
        Column("state", "State", kind="state", sort=True),
        Column("by", "To be cleared by", kind="date",
               value=lambda row: cleared_by(row.received_on, today) if row.state == "held" else None),
        Column("receivable", "Applied to", value=lambda row: row.receivable.number if row.receivable else "",
               link=lambda row: at("receivable", row.receivable_id) if row.receivable_id else ""),
    ]  # fmt: skip
    rows = queries.receipts(viewer, found)
    table = Table(request.GET, rows, columns, caption="Money that came", order="-received_on")
    if table.csv_wanted:
        return table.csv()
    held = list(rows.filter(state="held"))
    context = {
        "book": found, "form": form, "table": table, "held": sum(each.cents for each in held), "count": len(held),
        "late": sum(cleared_by(each.received_on, today) < today for each in held),
        "trail": trail(found, "Money that came", ("Receivables", at("receivables", key))),
    }  # fmt: skip
    return render(request, "ledger/receivable/receipts.html", context, status=status)
