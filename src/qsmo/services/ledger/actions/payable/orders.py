"""Orders described line by line, what was delivered on them, and its acceptance, which posts the receipt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from fractions import Fraction

from qsmo.kernel import clock
from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.money import Money, rate
from qsmo.platform.access.door import action, add, allow, move, one
from qsmo.platform.access.viewer import Viewer
from qsmo.services.ledger.actions.posting import post_for
from qsmo.services.ledger.actions.retrying import retried
from qsmo.services.ledger.models import Book, Delivery, PurchaseOrder, Vendor
from qsmo.services.ledger.queries.payable import owed
from qsmo.services.ledger.rules.payable.drafts import OrderDraft, exact, order_findings, order_total, refuse
from qsmo.services.ledger.rules.payable.match import number, worth
from qsmo.services.ledger.rules.payable.shares import Share, shares
from qsmo.services.ledger.rules.posting import Event

SOURCE = "payable"
"""What the entries of payables and payments name as the source of their documents."""


@action("ledger.payable")
def enter_order(viewer: Viewer, book_id: str, draft: OrderDraft) -> PurchaseOrder:
    """Describe an order whose obligation stands in the books. The same once more is the same order.

    Refused (409) where the books have less obligated under its number than its lines come to.
    """
    book = one(Book, viewer, book_id)
    refuse("order", "The order is not right", order_findings(draft, clock.today()))
    vendor = Vendor.seen_by(viewer).filter(book=book, pk=draft.vendor).first()
    if vendor is None:
        raise Refusal("vendor", "These books have no such vendor", status=422)
    body = {
        "number": draft.number, "vendor_id": vendor.pk, "title": draft.title, "kind": draft.kind,
        "terms_days": draft.terms_days, "acceptance_days": draft.acceptance_days,
        "tolerance_rate": draft.tolerance_rate, "tolerance_cents": draft.tolerance.cents,
        "lines": [asdict(each) for each in draft.lines],
    }  # fmt: skip
    there = PurchaseOrder.seen_by(viewer).filter(book=book, number=draft.number).first()
    if there is not None and all(getattr(there, name) == value for name, value in body.items()):
        return there
    obligated = Money(sum(each.cents for each in owed.open_of(viewer, book, draft.number, owed.ORDERED)))
    if obligated < order_total(draft):
        words = f"Order {draft.number} comes to {order_total(draft)}, and the books have {obligated} obligated for it"
        finding = Finding(
            "obligation", words, field="number", expected="an obligation under this number, first"
        )
        raise Refusal("obligation", words, findings=(finding,))
    return add(viewer, PurchaseOrder(book=book, **body), "ledger.payable")


@action("ledger.receive")
def record_delivery(
    viewer: Viewer, order_id: str, *, key: str, line: int, quantity: str, delivered_on: date
) -> Delivery:
    """Record what was delivered of a line of an order, by the number of the receipt: the same twice is one."""
    order = one(PurchaseOrder, viewer, order_id)
    amount = exact(quantity)
    known = {each["number"] for each in order.lines}
    wrong = []
    if line not in known:
        expected = ", ".join(map(str, sorted(known)))
        wrong.append(Finding("order-line", f"The order has no line {line}", field="line", expected=expected))
    if not amount:
        words = f"“{quantity[:20]}” is not a quantity"
        wrong.append(Finding("quantity", words, field="quantity", expected="above zero, such as 12.5"))
    if delivered_on > clock.today():
        words = f"{delivered_on} is still to come"
        wrong.append(Finding("delivered", words, field="delivered_on", expected=f"{clock.today()} or before"))
    if not key.strip():
        wrong.append(Finding("key", "The receipt has no number", field="key", expected="a number of its own"))
    refuse("delivery", "The delivery is not right", wrong)
    said = {"quantity": quantity, "delivered_on": delivered_on}
    there = Delivery.seen_by(viewer).filter(order=order, key=key, line=line).first()
    if there is not None:
        if all(getattr(there, name) == value for name, value in said.items()):
            return there
        raise Refusal("document-differs", f"Receipt {key} was recorded before, with other content")
    return add(viewer, Delivery(order=order, key=key, line=line, **said), "ledger.receive")


@retried
@action("ledger.receive")
def accept_delivery(viewer: Viewer, delivery_id: str, on: date) -> Delivery:
    """Accept what was delivered: the goods are there, and the agency owes for them. Posts the receipt by its rule.

    Refused (422) for a day that cannot be, (409) where more than was ordered would be accepted or the books say no.
    """
    delivery = one(Delivery, viewer, delivery_id)
    allow(viewer, "ledger.receive", delivery)
    if not delivery.delivered_on <= on <= clock.today():
        words = f"It is accepted between its delivery on {delivery.delivered_on} and today, not on {on}"
        raise Refusal("accepted", words, status=422)
    order = (
        PurchaseOrder.seen_by(viewer)
        .select_related("book")
        .select_for_update(of=("self",))
        .get(pk=delivery.order_id)
    )
    before = owed.accepted_of(owed.deliveries(viewer, order)).get(delivery.line, Fraction(0))
    line, quantity = order.line(delivery.line, before, Fraction(0)), rate(delivery.quantity)
    if line is None or before + quantity > line.quantity:
        most = line.quantity if line else Fraction(0)
        words = f"{number(before + quantity)} of line {delivery.line} would be accepted, and {number(most)} are ordered"
        raise Refusal("ordered", words)
    done = move(viewer, delivery, "accept", accepted_on=on)
    value = worth(before, quantity, line.unit_price)
    if value:
        found = shares(
            value, owed.open_of(viewer, order.book, order.number, owed.ORDERED), f"order {order.number}"
        )
        words = f"Receipt {delivery.key} on order {order.number}: {line.words}"
        post_shares(viewer, order.book, "RECEIVE", found, on, f"delivery/{delivery.pk}", words, order.number)
    return done


@action("ledger.receive")
def reject_delivery(viewer: Viewer, delivery_id: str, why: str) -> Delivery:
    """Reject what was delivered, with a reason: nothing is owed for it."""
    if not why.strip():
        raise Refusal("reason", "Say why it is rejected", status=422)
    return move(viewer, one(Delivery, viewer, delivery_id), "reject", why=why)


def post_shares(
    viewer: Viewer,
    book: Book,
    rule: str,
    found: Iterable[Share],
    on: date,
    key: str,
    words: str,
    document: str,
    of_year: int = 0,
) -> list[int]:
    """Post an event for each share of an amount, in the transaction of the action that asks. Answers the entries."""
    made = []
    for place, each in enumerate(found, start=1):
        event = Event(
            rule=rule,
            tas=each.tas,
            on=on,
            amounts={"amount": Money(each.cents)},
            source=SOURCE,
            key=f"{key}/{rule}/{place}",
            words=words[:240],
            attributes=each.attributes,
            document=document,
            of_year=of_year,
        )
        made.append(post_for(viewer, book, event).entry)
    return made
