"""Invoices: taken in, returned where they are improper, matched, disputed and settled; many at once, each by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from qsmo.kernel import clock
from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.fiscal import FiscalYear
from qsmo.kernel.ids import digest
from qsmo.kernel.money import Money
from qsmo.platform.access.door import action, add, allow, move, one
from qsmo.platform.access.viewer import Viewer
from qsmo.services.ledger.actions.payable.orders import post_shares
from qsmo.services.ledger.actions.retrying import retried
from qsmo.services.ledger.models import Book, Invoice, PurchaseOrder
from qsmo.services.ledger.queries.payable import owed
from qsmo.services.ledger.rules.payable.drafts import InvoiceDraft, improper, invoice_findings, refuse
from qsmo.services.ledger.rules.payable.match import plain_number
from qsmo.services.ledger.rules.payable.shares import Share, shares

GONE = ("returned", "withdrawn")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an invoice of a file: its record and whether it is new, or what is wrong with it."""

    number: str
    invoice: str = ""
    is_new: bool = False
    findings: tuple[Finding, ...] = ()


@action("ledger.payable")
def take_in_invoice(viewer: Viewer, book_id: str, draft: InvoiceDraft) -> tuple[Invoice, bool]:
    """Take an invoice in, once: answers it and whether it is new. An improper one is kept as such, to be returned.

    Refused: what cannot be read as an invoice (422); the same number with other content (409, `duplicate`).
    """
    book = one(Book, viewer, book_id)
    found = list(invoice_findings(draft))
    if draft.received_on > clock.today():
        words = f"{draft.received_on} is still to come"
        found.append(Finding("received", words, field="received_on", expected=f"{clock.today()} or before"))
    refuse("invoice", f"Invoice {draft.number}: it is not right", found)
    order = (
        PurchaseOrder.seen_by(viewer).filter(book=book, number=draft.order).select_related("vendor").first()
    )
    if order is None:
        words = f"These books have no order {draft.order}"
        finding = Finding("order", words, field="order", expected="an order that is described here")
        raise Refusal("invoice", words, status=422, findings=(finding,))
    body, same = digest(draft), _same(viewer, order, draft)
    there = next((each for each in same if each.state not in GONE), None)
    if there is not None:
        if there.digest == body:
            return there, False
        words = f"Invoice {there.number} of {order.vendor.legal_name} came before, with other content"
        finding = Finding(
            "duplicate", words, field="number", expected="an invoice that was not taken in before"
        )
        raise Refusal("duplicate", words, findings=(finding,))
    before = next((each for each in same if each.state == "returned"), None)
    missing = [each.as_dict() for each in improper(draft)]
    said = {name: getattr(draft, name) for name in _COPIED}
    lines = [{**asdict(each), "cents": each.amount.cents} for each in draft.lines]
    for line in lines:
        del line["amount"]
    made = Invoice(
        book=book, order=order, vendor=order.vendor, plain=plain_number(draft.number), digest=body, lines=lines,
        amount_cents=draft.amount.cents, replaces=before, findings=missing, **said,
    )  # fmt: skip
    made.due_on = owed.due_of(viewer, made).on
    kept = add(viewer, made, "ledger.payable")
    return (move(viewer, kept, "refuse"), True) if missing else (kept, True)


_COPIED = ("number", "dated_on", "received_on", "is_stamped", "discount_rate", "discount_days")


def _same(viewer: Viewer, order: PurchaseOrder, draft: InvoiceDraft) -> list[Invoice]:
    rows = Invoice.seen_by(viewer).filter(vendor=order.vendor, plain=plain_number(draft.number))
    return list(rows.filter(replaced_by__isnull=True).order_by("-made_at", "-id"))


def take_in_many(
    viewer: Viewer, book_id: str, drafts: Iterable[InvoiceDraft], done: Callable[[int], None]
) -> list[Taken]:
    """Take many invoices in, each in a transaction of its own; what is wrong with one keeps no other back."""
    outcomes = []
    for draft in drafts:
        try:
            made, is_new = take_in_invoice(viewer, book_id, draft)
            wrong = tuple(Finding(**each) for each in made.findings) if is_new else ()
            outcomes.append(Taken(draft.number, made.pk, is_new, wrong))
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            told = refusal.findings or (Finding(refusal.code, refusal.words),)
            outcomes.append(Taken(draft.number, findings=told))
        done(1)
    return outcomes


@action("ledger.payable")
def return_invoice(viewer: Viewer, invoice_id: str, *, on: date, why: str) -> Invoice:
    """Say that an improper invoice went back to its vendor; a corrected one begins anew."""
    invoice = one(Invoice, viewer, invoice_id)
    _between(invoice, on, "returned")
    return move(viewer, invoice, "return", why=_reason(why), returned_on=on)


@retried
@action("ledger.payable")
def match_invoice(viewer: Viewer, invoice_id: str) -> Invoice:
    """Match an invoice with its order and what was accepted; what it asks more or less than was accrued is posted.

    Refused (409, `match`) with each difference, and nothing is changed.
    """
    invoice = one(Invoice, viewer, invoice_id)
    allow(viewer, "ledger.payable", invoice)
    # whoever matches another invoice of the order waits here
    PurchaseOrder.seen_by(viewer).select_for_update(of=("self",)).get(pk=invoice.order_id)
    invoice = owed.invoice(viewer, invoice_id)
    invoice.flow.move("match", invoice.state)
    found = owed.match_of(viewer, invoice)
    if found.findings:
        words = f"Invoice {invoice.number} does not agree with its order and what was accepted"
        raise Refusal("match", words, findings=found.findings)
    due, before = owed.due_of(viewer, invoice), owed.before_of(viewer, invoice)
    lines = [{**line, "before": _text(before.get(line["number"]))} for line in invoice.lines]
    deliveries = owed.delivered_for(viewer, invoice)
    today = clock.today()
    done = move(
        viewer, invoice, "match", lines=lines, due_on=due.on, processed_on=invoice.processed_on or today
    )
    _post_difference(viewer, done, found.difference.cents, [each.accepted_on or today for each in deliveries])
    return done


def _text(value: Any) -> str:
    return str(value) if value else "0"


def _post_difference(viewer: Viewer, invoice: Invoice, cents: int, accepted: list[date]) -> None:
    book, order, today = invoice.book, invoice.order, clock.today()
    words = f"Invoice {invoice.number} beside what was accrued on order {order.number}"
    key = f"invoice/{invoice.pk}"
    if cents > 0:
        found = shares(
            Money(cents), owed.open_of(viewer, book, order.number, owed.ORDERED), f"order {order.number}"
        )
        post_shares(viewer, book, "RECEIVE", found, today, key, words, order.number)
    if cents < 0:
        reduce_accrual(viewer, invoice, -cents, today, key, words, min(accepted, default=today))


def reduce_accrual(
    viewer: Viewer,
    invoice: Invoice,
    cents: int,
    on: date,
    key: str,
    words: str,
    accepted_on: date,
    from_: Iterable[Share] = (),
) -> list[int]:
    """Post that less is owed than was accrued: in the year of the receipt, or as an adjustment of an earlier year.

    `from_` says where it is taken off; without it, what is accrued on the order. Answers the entries.
    """
    book, order = invoice.book, invoice.order
    found = tuple(from_) or shares(
        Money(cents),
        owed.open_of(viewer, book, order.number, owed.ACCRUED),
        f"what is accrued on order {order.number}",
    )
    if accepted_on >= FiscalYear.of(on).during.start:
        return post_shares(viewer, book, "RECEIVE_LESS", found, on, key, words, order.number)
    year = owed.first_year_of(viewer, book, order.number)
    return post_shares(viewer, book, "DOWN_DO", found, on, key, words, order.number, of_year=year)


@action("ledger.payable")
def dispute_invoice(viewer: Viewer, invoice_id: str, *, on: date, why: str) -> Invoice:
    """Say that an invoice is disputed in good faith from a day on: these days owe no interest."""
    invoice = one(Invoice, viewer, invoice_id)
    _between(invoice, on, "disputed")
    pauses = [*invoice.pauses, {"kind": "dispute", "first": on.isoformat(), "last": ""}]
    return move(viewer, invoice, "dispute", why=_reason(why), pauses=pauses)


@action("ledger.payable")
def settle_invoice(viewer: Viewer, invoice_id: str, *, on: date, why: str) -> Invoice:
    """Say that the dispute of an invoice was settled on a day; the day after owes interest again."""
    invoice = one(Invoice, viewer, invoice_id)
    _between(invoice, on, "settled")
    pauses = [{**each, "last": each["last"] or on.isoformat()} for each in invoice.pauses]
    return move(viewer, invoice, "settle", why=_reason(why), pauses=pauses)


@action("ledger.payable")
def withdraw_invoice(viewer: Viewer, invoice_id: str, why: str) -> Invoice:
    """Take an invoice off that the vendor withdrew or that was entered by mistake."""
    return move(viewer, one(Invoice, viewer, invoice_id), "withdraw", why=_reason(why))


def _between(invoice: Invoice, on: date, what: str) -> None:
    if not invoice.received_on <= on <= clock.today():
        words = f"It is {what} between its receipt on {invoice.received_on} and today, not on {on}"
        raise Refusal("day", words, status=422)


def _reason(why: str) -> str:
    if not why.strip():
        raise Refusal("reason", "Say why", status=422)
    return why
