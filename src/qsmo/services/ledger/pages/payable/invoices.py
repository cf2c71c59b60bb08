"""Invoices on pages: the list, one with its match, due day and interest opened, taking in a file, and each step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import django_filters
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from qsmo.kernel import clock
from qsmo.kernel.finding import Finding, Refusal
from qsmo.platform.access.door import allow
from qsmo.platform.access.second_lock.opened import only_sent, opened_and_sent
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.web.formats import dollars, words
from qsmo.platform.web.page import listing, render
from qsmo.platform.web.table import Column, Table
from qsmo.services.ledger.actions.payable import invoices as actions
from qsmo.services.ledger.flow import INVOICE
from qsmo.services.ledger.formats.invoices import REQUIRED, read_invoices
from qsmo.services.ledger.models import Book, Invoice
from qsmo.services.ledger.pages.forms import ReasonForm, refused_in
from qsmo.services.ledger.pages.parts import at, sent, trail, viewer_of
from qsmo.services.ledger.pages.payable.forms import FileForm, PayDayForm, StepForm
from qsmo.services.ledger.queries import reports
from qsmo.services.ledger.queries.payable import owed, paying
from qsmo.services.ledger.rules.payable.match import Compared, number
from qsmo.services.ledger.rules.payable.prompt import Due

STEPS: dict[str, tuple[str, str, Callable[..., Invoice]]] = {
    "return": ("improper", "Return it to the vendor", actions.return_invoice),
    "dispute": ("received", "Say that it is disputed", actions.dispute_invoice),
    "settle": ("disputed", "Say that the dispute is settled", actions.settle_invoice),
    "withdraw": ("received improper disputed", "Take it off", actions.withdraw_invoice),
}
"""What can be done to an invoice beside matching it: from which states, in which words, by which action."""


class InvoiceFilter(django_filters.FilterSet):
    """Invoices by state, vendor, number and the day on which they are due."""

    state = django_filters.ChoiceFilter(
        label="State", choices=[(each, words(each)) for each in INVOICE.states], empty_label="Any"
    )
    vendor = django_filters.CharFilter(
        label="Vendor", field_name="vendor__legal_name", lookup_expr="icontains", max_length=80
    )
    order = django_filters.CharFilter(label="Order", field_name="order__number", max_length=60)
    due_by = django_filters.DateFilter(
        label="Due by (such as 2026-01-31)", field_name="due_on", lookup_expr="lte"
    )

    class Meta:
        model = Invoice
        fields = ("state", "vendor", "order", "due_by")


def columns_of_invoices() -> list[Column]:
    """The columns of a list of invoices."""
    return [
        Column("number", "Invoice", sort=True, link=lambda row: at("invoice", row.pk)),
        Column("vendor", "Vendor", value="vendor.legal_name", sort="vendor__legal_name"),
        Column("order", "Order", value="order.number", sort="order__number"),
        Column("received_on", "Received", kind="date", sort=True),
        Column("due_on", "Due", kind="date", sort=True),
        Column("amount_cents", "Amount", kind="money", sort=True),
        Column("state", "State", kind="state", sort=True),
    ]


def invoices(request: HttpRequest, key: str) -> HttpResponseBase:
    """The invoices of a book, with the ways to everything that belongs to them."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    rows: QuerySet[Invoice] = owed.invoices(viewer, found)
    table = Table(
        request.GET, rows, columns_of_invoices(), caption="Invoices", order="due_on", filterset=InvoiceFilter
    )
    context = {
        "book": found, "trail": trail(found, "Invoices"), "late": owed.overdue(viewer, found).count(),
        "may": _may(viewer, found),
        "ways": [
            (at("schedules", key), "Payment schedules"),
            (at("orders", key), "Orders, deliveries and new invoices"),
            (at("vendors", key), "Vendors"),
            (at("rates", key), "Published rates of interest"),
        ],
    }  # fmt: skip
    return listing(request, "ledger/payable/invoices.html", table, context)


def _may(viewer: Viewer, book: Book) -> bool:
    return book.is_open and viewer.may("ledger.payable", book)


def invoice(request: HttpRequest, key: str) -> HttpResponseBase:
    """One invoice: beside its order and what was accepted, when it is due and why, what paying it on a day costs."""
    viewer = viewer_of(request)
    found = owed.invoice(viewer, key)
    asked = request.GET if "pays_on" in request.GET else {"pays_on": clock.today().isoformat()}
    form = PayDayForm(asked)
    due, match = owed.due_of(viewer, found), owed.match_of(viewer, found)
    table = Table(request.GET, list(match.lines), _columns(), caption="Beside its order", name="lines")
    if table.csv_wanted:
        return table.csv()
    told: list[Any] = [due.told]
    missing: list[str] = []
    if form.is_valid():
        for line, why in _costs(viewer, found, due, form.cleaned_data["pays_on"]):
            told += [line] if line else []
            missing += [why] if why else []
    may = viewer.may("ledger.payable", found)
    steps = [(at("invoice-step", key, None, verb), label) for verb, (states, label, _do) in STEPS.items()
             if may and found.state in states.split()]  # fmt: skip
    context = {
        "invoice": found, "table": table, "items": _items(found, due), "told": told, "missing": missing, "form": form,
        "findings": [Finding(**each) for each in found.findings], "alike": _alike(viewer, found),
        "payments": _payments(viewer, found),
        "may_match": may and found.state == "received", "steps": steps, "due": due,
        "trail": trail(found.book, f"Invoice {found.number}", ("Invoices", at("invoices", found.book_id))),
    }  # fmt: skip
    return render(request, "ledger/payable/invoice.html", context, status=200 if form.is_valid() else 422)


def _costs(viewer: Viewer, found: Invoice, due: Due, pays_on: date) -> list[tuple[Any, str]]:
    costs: list[tuple[Any, str]] = []
    for of in (owed.interest_of, owed.discount_of):
        try:
            made = of(viewer, found, due, pays_on)
        except Refusal as refusal:
            costs.append((None, refusal.words))
        else:
            costs.append((made.told if made else None, ""))
    return costs


def _columns() -> list[Column]:
    def ordered(of: str) -> Callable[[Compared], str]:
        return lambda row: number(getattr(row.ordered, of)) if row.ordered else ""

    return [
        Column("number", "Line", value=lambda row: str(row.billed.number)),
        Column("words", "What", value=lambda row: row.ordered.words if row.ordered else "not on the order"),
        Column("quantity", "Invoiced", value=lambda row: number(row.billed.quantity)),
        Column("accepted", "Accepted", value=ordered("accepted")),
        Column("ordered", "Ordered", value=ordered("quantity")),
        Column("before", "Invoiced before", value=ordered("invoiced")),
        Column("price", "Unit price", value=lambda row: number(row.billed.unit_price)),
        Column("agreed", "Price of the order", value=ordered("unit_price")),
        Column("amount", "Amount", kind="money", value="billed.amount"),
        Column("expected", "At the price of the order", kind="money"),
        Column("outcome", "Outcome"),
    ]


def _items(found: Invoice, due: Due) -> list[tuple[str, ...]]:
    return [
        ("Vendor", found.vendor.legal_name, at("vendor", found.vendor_id)),
        ("Order", found.order.number, at("order", found.order_id)),
        ("Amount", dollars(found.amount_cents)),
        ("Date of the invoice", str(found.dated_on)),
        ("Received", f"{found.received_on}{'' if found.is_stamped else ', not stamped'}"),
        ("Counts as received", str(due.received_on)),
        ("Due", str(due.on)),
        *([("To be paid if possible by", f"{due.goal_on}, a small business")] if due.goal_on != due.on else []),
        *([("Replaces", "one that was returned", at("invoice", found.replaces_id))] if found.replaces_id else []),
        ("Entries", "What was posted for its order", at("entries", found.book_id, None, q=found.order.number)),
    ]  # fmt: skip


def _payments(viewer: Viewer, found: Invoice) -> list[tuple[str, str]]:
    return [
        (at("payment", each.pk), f"{each.key}, {dollars(each.cents)}, {words(each.state)}")
        for each in paying.payments_of(viewer, found)
    ]


def _alike(viewer: Viewer, found: Invoice) -> list[tuple[str, str]]:
    return [(at("invoice", each.pk), each.number) for each in owed.lookalikes(viewer, found)]


@only_sent
def match(request: HttpRequest, key: str) -> HttpResponseBase:
    """Match an invoice; where it does not agree, its page says why."""
    try:
        actions.match_invoice(viewer_of(request), key)
    except Refusal as refusal:
        if refusal.status in (403, 404) or refusal.code == "move-not-open":
            raise
        messages.error(request, f"{refusal.words}. {' '.join(each.words for each in refusal.findings)}")
    else:
        messages.success(request, "The invoice agrees with its order and what was accepted.")
    return HttpResponseRedirect(at("invoice", key))


@opened_and_sent
def step(request: HttpRequest, key: str, verb: str) -> HttpResponseBase:
    """Return, dispute, settle or take off an invoice, with a reason."""
    viewer = viewer_of(request)
    found = owed.invoice(viewer, key)
    allow(viewer, "ledger.payable", found)
    if verb not in STEPS:
        raise Refusal("not-found", f"There is no step {verb[:20]}", status=404)
    _states, label, do = STEPS[verb]
    kind = ReasonForm if verb == "withdraw" else StepForm
    form = kind(sent(request), initial={"on": clock.today()})
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            do(viewer, key, **form.cleaned_data)
        except Refusal as refusal:
            status = refused_in(form, refusal)
        else:
            messages.success(request, f"{label}: done.")
            return HttpResponseRedirect(at("invoice", key))
    context = {
        "invoice": found, "form": form, "label": label, "cancel": at("invoice", key),
        "trail": trail(found.book, label, (f"Invoice {found.number}", at("invoice", key))),
    }  # fmt: skip
    return render(request, "ledger/payable/step.html", context, status=status)


@opened_and_sent
def take_in(request: HttpRequest, key: str) -> HttpResponseBase:
    """Take in a file of invoices: which went in, which not and why."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    allow(viewer, "ledger.payable", found)
    form = FileForm(sent(request), request.FILES or None)
    status, taken, wrong = 422 if form.is_bound else 200, [], []
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            read = read_invoices(file.read(), file.name)
            taken = actions.take_in_many(viewer, key, read.drafts, lambda _count: None)
        except Refusal as refusal:
            status = refused_in(form, refusal)
        else:
            wrong = [*read.findings, *(finding for each in taken for finding in each.findings)]
            status = 422 if wrong else 200
    rows = [{"number": each.number, "invoice": each.invoice, "outcome": _outcome(each)} for each in taken]
    columns = [
        Column("number", "Invoice", link=lambda row: at("invoice", row["invoice"]) if row["invoice"] else ""),
        Column("outcome", "Outcome"),
    ]
    context = {
        "book": found, "form": form, "findings": wrong, "required": ", ".join(REQUIRED),
        "table": Table(request.GET, rows, columns, caption="What became of the file", per_page=100) if rows else None,
        "trail": trail(found, "A file of invoices", ("Invoices", at("invoices", key))),
    }  # fmt: skip
    return render(request, "ledger/payable/take_in.html", context, status=status)


def _outcome(taken: actions.Taken) -> str:
    if not taken.invoice:
        return "refused"
    if taken.findings:
        return "taken in as improper, to be returned"
    return "taken in" if taken.is_new else "was there before"
