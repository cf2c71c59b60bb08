"""Orders on pages: the list, one with its deliveries and invoices, describing one, and accepting what was delivered."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money, rate
from qsmo.platform.access.door import allow, one
from qsmo.platform.access.second_lock.opened import opened_and_sent
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.web.formats import dollars
from qsmo.platform.web.page import listing, render
from qsmo.platform.web.table import Column, Table
from qsmo.services.ledger.actions.payable import invoices as invoicing
from qsmo.services.ledger.actions.payable import orders as actions
from qsmo.services.ledger.models import Delivery, Invoice, PurchaseOrder
from qsmo.services.ledger.pages.forms import ReasonForm, refused_in
from qsmo.services.ledger.pages.parts import at, sent, trail, viewer_of
from qsmo.services.ledger.pages.payable.forms import AcceptForm, DeliveryForm, InvoiceForm, OrderForm
from qsmo.services.ledger.pages.payable.invoices import columns_of_invoices
from qsmo.services.ledger.queries import reports
from qsmo.services.ledger.queries.payable import owed
from qsmo.services.ledger.rules.payable.match import number
from qsmo.services.ledger.rules.payable.prompt import kinds


def orders(request: HttpRequest, key: str) -> HttpResponseBase:
    """The orders of a book that are described line by line."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    columns = [
        Column("number", "Order", sort=True, link=lambda row: at("order", row.pk)),
        Column("title", "What it is for", sort=True),
        Column("vendor", "Vendor", value="vendor.legal_name", sort="vendor__legal_name"),
        Column("made_at", "Entered", kind="instant", sort=True),
    ]
    table = Table(request.GET, owed.orders(viewer, found), columns, caption="Orders", order="-made_at")
    context = {
        "book": found, "may": found.is_open and viewer.may("ledger.payable", found),
        "trail": trail(found, "Orders", ("Invoices", at("invoices", key))),
    }  # fmt: skip
    return listing(request, "ledger/payable/orders.html", table, context)


@opened_and_sent
def enter(request: HttpRequest, key: str) -> HttpResponseBase:
    """Describe an order whose obligation stands in the books."""
    viewer = viewer_of(request)
    found = reports.book(viewer, key)
    allow(viewer, "ledger.payable", found)
    choices = [(each.pk, each.legal_name) for each in owed.vendors(viewer, found)]
    form = OrderForm(choices, clock.today(), sent(request))
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            made = actions.enter_order(viewer, key, form.draft)
        except Refusal as refusal:
            status = refused_in(form, refusal)
        else:
            messages.success(request, "The order is described.")
            return HttpResponseRedirect(at("order", made.pk))
    context = {
        "heading": "Describe an order", "form": form, "cancel": at("orders", key),
        "words": "Its obligation is posted first, under its number; its accounting is taken from there.",
        "trail": trail(found, "A new order", ("Orders", at("orders", key))),
    }  # fmt: skip
    return render(request, "ledger/payable/entered.html", context, status=status)


@opened_and_sent
def order(request: HttpRequest, key: str) -> HttpResponseBase:
    """One order: its lines with what was accepted and invoiced of them, deliveries, invoices, and a new delivery."""
    viewer = viewer_of(request)
    found = owed.order(viewer, key)
    may_receive = found.book.is_open and viewer.may("ledger.receive", found)
    form: Any = DeliveryForm(found, sent(request), initial={"delivered_on": clock.today()})
    if not may_receive and request.method != "POST":
        form = None
    status = 422 if form is not None and form.is_bound else 200
    if form is not None and form.is_valid():
        said = {**form.cleaned_data, "line": int(form.cleaned_data["line"])}
        try:
            made = actions.record_delivery(viewer, key, **said)
        except Refusal as refusal:
            status = refused_in(form, refusal)
        else:
            return HttpResponseRedirect(at("delivery", made.pk))
    made_of, sent_of = list(owed.deliveries(viewer, found)), list(_invoices(viewer, found))
    delivered = Table(request.GET, made_of, _columns(), caption="Deliveries", name="deliveries")
    invoiced = Table(request.GET, sent_of, columns_of_invoices(), caption="Invoices", name="invoices")
    rows = _lines(found, owed.accepted_of(made_of), owed.invoiced_of(sent_of))
    lines = Table(request.GET, rows, _columns_of_lines(), caption="Lines", name="lines")
    for table in (lines, delivered, invoiced):
        if table.csv_wanted:
            return table.csv()
    context = {
        "order": found, "lines": lines, "delivered": delivered, "invoiced": invoiced, "form": form,
        "items": _items(viewer, found),
        "may_enter": found.book.is_open and viewer.may("ledger.payable", found),
        "trail": trail(found.book, f"Order {found.number}", ("Orders", at("orders", found.book_id))),
    }  # fmt: skip
    return render(request, "ledger/payable/order.html", context, status=status)


def _invoices(viewer: Viewer, found: PurchaseOrder) -> QuerySet[Invoice]:
    return owed.invoices(viewer, found.book).filter(order=found)


def _lines(
    found: PurchaseOrder, accepted: dict[int, Fraction], invoiced: dict[int, Fraction]
) -> list[dict[str, str]]:
    return [
        {
            "number": str(each["number"]), "words": each["words"], "quantity": number(rate(each["quantity"])),
            "price": number(rate(each["unit_price"])), "accepted": number(accepted.get(each["number"], Fraction(0))),
            "invoiced": number(invoiced.get(each["number"], Fraction(0))),
        }
        for each in found.lines
    ]  # fmt: skip


def _columns_of_lines() -> list[Column]:
    heads = (("number", "Line"), ("words", "What"), ("quantity", "Ordered"), ("price", "Unit price"),
             ("accepted", "Accepted"), ("invoiced", "Invoiced"))  # fmt: skip
    return [Column(key, label) for key, label in heads]


def _columns() -> list[Column]:
    return [
        Column("key", "Receipt", link=lambda row: at("delivery", row.pk)),
        Column("line", "Line"),
        Column("quantity", "Quantity"),
        Column("delivered_on", "Delivered", kind="date"),
        Column("accepted_on", "Accepted", kind="date"),
        Column("state", "State", kind="state"),
    ]


def _items(viewer: Viewer, found: PurchaseOrder) -> list[tuple[str, ...]]:
    left = owed.left_of(viewer, found.book, found.number)
    days = f", in {found.terms_days} days by contract" if found.terms_days else ""
    return [
        ("Vendor", found.vendor.legal_name, at("vendor", found.vendor_id)),
        ("What it is for", found.title),
        ("Obligated and not delivered", dollars(left.get(owed.ORDERED, 0))),
        ("Delivered and not paid", dollars(left.get(owed.ACCRUED, 0))),
        ("Prompt payment", f"{kinds(clock.today())[found.kind]}{days}"),
        ("Tolerance", f"{found.tolerance_rate} of the price, {Money(found.tolerance_cents)} of an invoice"),
        ("Entries", "What was posted for it", at("entries", found.book_id, None, q=found.number)),
    ]


@opened_and_sent
def enter_invoice(request: HttpRequest, key: str) -> HttpResponseBase:
    """Enter an invoice for an order."""
    viewer = viewer_of(request)
    found = owed.order(viewer, key)
    allow(viewer, "ledger.payable", found)
    form = InvoiceForm(found, sent(request), initial={"received_on": clock.today()})
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            made, is_new = invoicing.take_in_invoice(viewer, found.book_id, form.draft)
        except Refusal as refusal:
            status = refused_in(form, refusal, {"unit_price": "price-1", "number": "number"})
        else:
            said = "The invoice was taken in." if is_new else "The invoice was there before."
            messages.success(request, said)
            return HttpResponseRedirect(at("invoice", made.pk))
    context = {
        "heading": f"An invoice for order {found.number}", "form": form, "cancel": at("order", key),
        "words": f"{found.vendor.legal_name}. Leave the quantity empty of lines that it does not ask for.",
        "trail": trail(found.book, "A new invoice", (f"Order {found.number}", at("order", key))),
    }  # fmt: skip
    return render(request, "ledger/payable/entered.html", context, status=status)


@opened_and_sent
def delivery(request: HttpRequest, key: str) -> HttpResponseBase:
    """One delivery: accepted on a day, or rejected with a reason."""
    viewer = viewer_of(request)
    found = one(Delivery, viewer, key)
    held = owed.order(viewer, found.order_id)
    rejects = request.method == "POST" and "why" in request.POST
    may = found.state == "delivered" and viewer.may("ledger.receive", found)
    accepting: Any = AcceptForm(None if rejects else sent(request), initial={"on": clock.today()})
    rejecting: Any = ReasonForm(sent(request) if rejects else None)
    form, status = (rejecting if rejects else accepting), 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                if rejects:
                    actions.reject_delivery(viewer, key, **form.cleaned_data)
                else:
                    actions.accept_delivery(viewer, key, **form.cleaned_data)
            except Refusal as refusal:
                status = refused_in(form, refusal)
            else:
                messages.success(
                    request, "It is rejected." if rejects else "It is accepted; the receipt is posted."
                )
                return HttpResponseRedirect(at("order", held.pk))
    context = {
        "delivery": found, "order": held, "accepting": accepting, "rejecting": rejecting, "may": may or form.is_bound,
        "items": [
            ("Order", held.number, at("order", held.pk)),
            ("Line", str(found.line)),
            ("Quantity", found.quantity),
            ("Delivered", str(found.delivered_on)),
            ("Accepted", str(found.accepted_on or "no")),
        ],
        "trail": trail(held.book, f"Receipt {found.key}", (f"Order {held.number}", at("order", held.pk))),
    }  # fmt: skip
    return render(request, "ledger/payable/delivery.html", context, status=status)
