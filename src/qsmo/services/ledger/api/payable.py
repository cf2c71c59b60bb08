"""Payables over HTTP: vendors, orders, deliveries, invoices with their match, due day and what late payment costs."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.platform.api.door import PROBLEMS, FindingOut, Key, PageNumber, PageSize, Word, paged, viewer_of
from qsmo.services.ledger.actions.payable import invoices as invoicing
from qsmo.services.ledger.actions.payable import orders as ordering
from qsmo.services.ledger.actions.payable import vendors as keeping
from qsmo.services.ledger.models import Delivery, Invoice, PurchaseOrder, Vendor
from qsmo.services.ledger.queries import reports
from qsmo.services.ledger.queries.payable import owed
from qsmo.services.ledger.rules.payable.drafts import (
    InvoiceDraft,
    InvoiceLine,
    OrderDraft,
    OrderLine,
    VendorDraft,
)
from qsmo.services.ledger.rules.payable.told import Told

router = Router()
Number = Annotated[int, Field(ge=0, le=32767)]
Exact = Annotated[str, Field(max_length=20, description="An exact number such as 12.5.")]
Cents = Annotated[int, Field(ge=0, le=10**12)]


class VendorIn(Schema):
    """A vendor as it is entered."""

    legal_name: Annotated[str, Field(max_length=120)]
    uei: Annotated[str, Field(max_length=12)]
    ein: Annotated[str, Field(max_length=9)]
    routing: Annotated[str, Field(max_length=9)]
    account: Annotated[str, Field(max_length=17)]
    account_kind: Annotated[str, Field(max_length=8)] = "checking"
    is_small: bool = False
    registered_until: date | None = None


class VendorOut(Schema):
    """A vendor; of its account only the last characters."""

    id: str
    legal_name: str
    uei: str
    account: str
    is_small: bool
    registered_until: date | None
    state: str


class VendorsOut(Schema):
    """One page of vendors."""

    items: list[VendorOut]
    page: int
    more: bool


class OrderLineIn(Schema):
    """A line of an order."""

    number: Number
    words: Word
    quantity: Exact
    unit_price: Exact


class PurchaseOrderIn(Schema):
    """An order whose obligation stands in the books under its number."""

    number: Annotated[str, Field(min_length=1, max_length=60)]
    vendor: Key
    title: Word
    lines: list[OrderLineIn]
    kind: Annotated[str, Field(max_length=16)] = "ordinary"
    terms_days: Number = 0
    acceptance_days: Number = 0
    tolerance_rate: Annotated[str, Field(max_length=12)] = "0"
    tolerance_cents: Cents = 0


class PurchaseOrderOut(PurchaseOrderIn):
    """An order as it is kept."""

    id: str


class OrdersOut(Schema):
    """One page of orders."""

    items: list[PurchaseOrderOut]
    page: int
    more: bool


class DeliveryIn(Schema):
    """What was delivered of a line of an order; `key` is the number of the receipt."""

    key: Annotated[str, Field(max_length=60)]
    line: Number
    quantity: Exact
    delivered_on: date


class DeliveryOut(DeliveryIn):
    """A delivery as it is kept."""

    id: str
    accepted_on: date | None
    state: str


class OnIn(Schema):
    """A day."""

    on: date


class PayableWhyIn(Schema):
    """A reason."""

    why: Annotated[str, Field(min_length=1, max_length=240)]


class OnWhyIn(OnIn, PayableWhyIn):
    """A day and a reason."""


class InvoiceLineIn(Schema):
    """A line of an invoice, by the number of the line of its order."""

    number: Number
    quantity: Exact
    unit_price: Exact
    cents: Cents


class InvoiceIn(Schema):
    """An invoice as it came."""

    number: Annotated[str, Field(min_length=1, max_length=40)]
    order: Annotated[str, Field(max_length=60)]
    dated_on: date
    received_on: date
    lines: list[InvoiceLineIn]
    is_stamped: bool = True
    discount_rate: Annotated[str, Field(max_length=12)] = "0"
    discount_days: Number = 0
    says_contact: bool = True
    says_terms: bool = True


class InvoiceOut(Schema):
    """An invoice as it is kept; `findings` say why it is improper."""

    id: str
    number: str
    vendor: str
    order: str
    dated_on: date
    received_on: date
    due_on: date | None
    amount_cents: int
    state: str
    findings: list[FindingOut]


class InvoicesOut(Schema):
    """One page of invoices."""

    items: list[InvoiceOut]
    page: int
    more: bool


class ToldOut(Schema):
    """A figure or day with the way to it."""

    label: str
    amount: str
    rule: str
    inputs: list[tuple[str, str]]
    steps: list[str]
    table: str
    source: str
    cite: str


class ComparedOut(Schema):
    """A line of an invoice beside its order."""

    number: int
    amount_cents: int
    expected_cents: int
    outcome: str


class WholeInvoiceOut(InvoiceOut):
    """An invoice with its match, its due day, and what payment on a day costs; `missing` names rates not on file."""

    lines: list[ComparedOut]
    told: list[ToldOut]
    missing: list[str]


@router.get("/books/{book}/vendors", response={200: VendorsOut, **PROBLEMS})
def vendors(request: HttpRequest, book: Key, page: PageNumber = 1, size: PageSize = 25) -> dict[str, Any]:
    """The vendors of books."""
    viewer = viewer_of(request)
    return paged(owed.vendors(viewer, reports.book(viewer, book)), page, size, _vendor)


@router.post("/books/{book}/vendors", response={200: VendorOut, **PROBLEMS})
def enter_vendor(request: HttpRequest, book: Key, vendor: VendorIn) -> dict[str, Any]:
    """Enter a vendor; it waits for another person to approve it."""
    return _vendor(keeping.enter_vendor(viewer_of(request), book, VendorDraft(**vendor.dict())))


@router.post("/vendors/{vendor}/approval", response={200: VendorOut, **PROBLEMS})
def approve_vendor(request: HttpRequest, vendor: Key) -> dict[str, Any]:
    """Approve a vendor that another person entered or changed."""
    return _vendor(keeping.approve_vendor(viewer_of(request), vendor))


@router.get("/books/{book}/orders", response={200: OrdersOut, **PROBLEMS})
def orders(request: HttpRequest, book: Key, page: PageNumber = 1, size: PageSize = 25) -> dict[str, Any]:
    """The orders that are described."""
    viewer = viewer_of(request)
    return paged(owed.orders(viewer, reports.book(viewer, book)), page, size, _order)


@router.post("/books/{book}/orders", response={200: PurchaseOrderOut, **PROBLEMS})
def enter_order(request: HttpRequest, book: Key, order: PurchaseOrderIn) -> dict[str, Any]:
    """Describe an order; its obligation is posted first."""
    said = order.dict()
    cents, lines = said.pop("tolerance_cents"), tuple(OrderLine(**each) for each in said.pop("lines"))
    draft = OrderDraft(**said, lines=lines, tolerance=Money(cents))
    return _order(ordering.enter_order(viewer_of(request), book, draft))


@router.post("/orders/{order}/deliveries", response={200: DeliveryOut, **PROBLEMS})
def record_delivery(request: HttpRequest, order: Key, delivery: DeliveryIn) -> Delivery:
    """Record what was delivered; the same receipt again is the same delivery."""
    return ordering.record_delivery(viewer_of(request), order, **delivery.dict())


@router.post("/deliveries/{delivery}/acceptance", response={200: DeliveryOut, **PROBLEMS})
def accept_delivery(request: HttpRequest, delivery: Key, said: OnIn) -> Delivery:
    """Accept a delivery; its receipt is posted."""
    return ordering.accept_delivery(viewer_of(request), delivery, said.on)


@router.get("/books/{book}/invoices", response={200: InvoicesOut, **PROBLEMS})
def invoices(
    request: HttpRequest, book: Key, state: Word = "", page: PageNumber = 1, size: PageSize = 25
) -> dict[str, Any]:
    """The invoices of books, all or those in a state."""
    viewer = viewer_of(request)
    found = owed.invoices(viewer, reports.book(viewer, book))
    return paged(found.filter(state=state) if state else found, page, size, _invoice)


@router.post("/books/{book}/invoices", response={200: InvoiceOut, **PROBLEMS})
def take_in(request: HttpRequest, book: Key, invoice: InvoiceIn) -> dict[str, Any]:
    """Take an invoice in; the same one again is the same invoice."""
    said = invoice.dict()
    lines = tuple(
        InvoiceLine(each["number"], each["quantity"], each["unit_price"], Money(each["cents"]))
        for each in said.pop("lines")
    )
    return _invoice(invoicing.take_in_invoice(viewer_of(request), book, InvoiceDraft(**said, lines=lines))[0])


@router.get("/invoices/{invoice}", response={200: WholeInvoiceOut, **PROBLEMS})
def invoice(request: HttpRequest, invoice: Key, pays_on: date | None = None) -> dict[str, Any]:
    """An invoice with everything that follows from it; paid on a day, or today."""
    viewer = viewer_of(request)
    found = owed.invoice(viewer, invoice)
    due, missing = owed.due_of(viewer, found), []
    told: list[Told] = [due.told]
    for of in (owed.interest_of, owed.discount_of):
        try:
            made = of(viewer, found, due, pays_on or clock.today())
        except Refusal as refusal:
            missing.append(refusal.words)
        else:
            told += [made.told] if made else []
    lines = [
        {
            "number": each.billed.number,
            "amount_cents": each.billed.amount.cents,
            "expected_cents": each.expected.cents,
            "outcome": each.outcome,
        }
        for each in owed.match_of(viewer, found).lines
    ]
    return {**_invoice(found), "lines": lines, "told": told, "missing": missing}


@router.post("/invoices/{invoice}/match", response={200: InvoiceOut, **PROBLEMS})
def match(request: HttpRequest, invoice: Key) -> dict[str, Any]:
    """Match an invoice with its order and what was accepted."""
    return _invoice(invoicing.match_invoice(viewer_of(request), invoice))


@router.post("/invoices/{invoice}/return", response={200: InvoiceOut, **PROBLEMS})
def return_invoice(request: HttpRequest, invoice: Key, said: OnWhyIn) -> dict[str, Any]:
    """Say that an improper invoice went back to its vendor."""
    return _invoice(invoicing.return_invoice(viewer_of(request), invoice, on=said.on, why=said.why))


@router.post("/invoices/{invoice}/withdrawal", response={200: InvoiceOut, **PROBLEMS})
def withdraw(request: HttpRequest, invoice: Key, said: PayableWhyIn) -> dict[str, Any]:
    """Take an invoice off that was withdrawn or entered by mistake."""
    return _invoice(invoicing.withdraw_invoice(viewer_of(request), invoice, said.why))


def _vendor(row: Vendor) -> dict[str, Any]:
    named = ("legal_name", "uei", "is_small", "registered_until", "state")
    return {"id": row.pk, "account": row.account_shown, **{name: getattr(row, name) for name in named}}


def _order(row: PurchaseOrder) -> dict[str, Any]:
    named = (
        "number",
        "title",
        "lines",
        "kind",
        "terms_days",
        "acceptance_days",
        "tolerance_rate",
        "tolerance_cents",
    )
    return {"id": row.pk, "vendor": row.vendor_id, **{name: getattr(row, name) for name in named}}


def _invoice(row: Invoice) -> dict[str, Any]:
    named = ("number", "dated_on", "received_on", "due_on", "amount_cents", "state", "findings")
    said = {name: getattr(row, name) for name in named}
    return {"id": row.pk, "vendor": row.vendor_id, "order": row.order.number, **said}
