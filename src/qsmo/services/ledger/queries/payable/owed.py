"""Vendors, orders, deliveries and invoices: lists, single ones, and what the rules say of an invoice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from django.db.models import QuerySet, Sum

from qsmo.kernel import clock
from qsmo.kernel.money import Money, rate
from qsmo.platform.access.door import one
from qsmo.platform.access.viewer import Viewer
from qsmo.services.ledger.models import (
    Book,
    Combination,
    Delivery,
    Invoice,
    Line,
    PublishedRate,
    PurchaseOrder,
    Vendor,
)
from qsmo.services.ledger.rules.payable import prompt
from qsmo.services.ledger.rules.payable.match import Match, match
from qsmo.services.ledger.rules.payable.shares import Share, bare, covering

ORDERED, ACCRUED = "480100", "490100"
"""Orders that are not delivered, and what was delivered and is not paid."""
OF_BOOK = ("book__customer", "book__provider")


def vendors(viewer: Viewer, book: Book) -> QuerySet[Vendor]:
    """The vendors of a book."""
    return Vendor.seen_by(viewer).filter(book=book)


def vendor(viewer: Viewer, key: str) -> Vendor:
    """One of them; 404 where there is none for this viewer."""
    found = Vendor.seen_by(viewer).select_related(*OF_BOOK).filter(pk=key).first()
    return found if found is not None else one(Vendor, viewer, key)


def orders(viewer: Viewer, book: Book) -> QuerySet[PurchaseOrder]:
    """The orders that are described, newest first."""
    return PurchaseOrder.seen_by(viewer).filter(book=book).select_related("vendor")


def order(viewer: Viewer, key: str) -> PurchaseOrder:
    """One of them with its book and vendor."""
    found = PurchaseOrder.seen_by(viewer).select_related(*OF_BOOK, "vendor").filter(pk=key).first()
    return found if found is not None else one(PurchaseOrder, viewer, key)


def deliveries(viewer: Viewer, found: PurchaseOrder) -> QuerySet[Delivery]:
    """What was delivered on an order, in the order of days."""
    return Delivery.seen_by(viewer).filter(order=found)


def invoices(viewer: Viewer, book: Book) -> QuerySet[Invoice]:
    """The invoices of a book, the last received first."""
    return Invoice.seen_by(viewer).filter(book=book).select_related("vendor", "order")


def invoice(viewer: Viewer, key: str) -> Invoice:
    """One of them with its order, vendor and book."""
    found = (
        Invoice.seen_by(viewer)
        .select_related(*OF_BOOK, "vendor", "order__vendor", "replaces")
        .filter(pk=key)
        .first()
    )
    return found if found is not None else one(Invoice, viewer, key)


def rates(viewer: Viewer, book: Book) -> QuerySet[PublishedRate]:
    """The published rates that the books keep."""
    return PublishedRate.seen_by(viewer).filter(book=book)


def rate_on(viewer: Viewer, book: Book, kind: str, day: date) -> Fraction | None:
    """The rate in force on a day; None where the books have none."""
    found = rates(viewer, book).filter(kind=kind, begins_on__lte=day, ends_on__gte=day).first()
    return rate(found.rate) if found else None


def open_of(viewer: Viewer, book: Book, document: str, account: str) -> list[Share]:
    """What is open of a document in an account that holds credits, by accounting, in the order of its making."""
    rows = (
        Line.seen_by(viewer)
        .filter(entry__book=book, entry__sealed=True, document=document, combination__account=account)
        .values_list("combination_id")
        .annotate(cents=Sum("cents"))
        .order_by("combination_id")
    )
    left = {key: -cents for key, cents in rows if cents < 0}
    said = Combination.seen_by(viewer).filter(pk__in=list(left)).select_related("symbol").order_by("pk")
    return [Share(each.symbol.tas, bare(each.attributes, each.symbol.fund), left[each.pk]) for each in said]


def first_year_of(viewer: Viewer, book: Book, document: str) -> int:
    """The fiscal year in which a document was first obligated."""
    lines = Line.seen_by(viewer).filter(
        entry__book=book, entry__sealed=True, document=document, combination__account=ORDERED
    )
    return lines.order_by("entry__year").values_list("entry__year", flat=True).first() or 0


def left_of(viewer: Viewer, book: Book, document: str) -> dict[str, int]:
    """What is left of a document, in cents, by account: on order, and accrued."""
    lines = Line.seen_by(viewer).filter(
        entry__book=book, entry__sealed=True, document=document, combination__account__in=(ORDERED, ACCRUED)
    )
    rows = (
        lines.values_list("combination__account")
        .annotate(cents=Sum("cents"))
        .order_by("combination__account")
    )
    return {account: -cents for account, cents in rows}


def accepted_of(made: Iterable[Delivery]) -> dict[int, Fraction]:
    """How much of each line of an order was accepted, by its deliveries."""
    sums: dict[int, Fraction] = {}
    for each in made:
        if each.state == "accepted":
            sums[each.line] = sums.get(each.line, Fraction(0)) + rate(each.quantity)
    return sums


def invoiced_of(sent: Iterable[Invoice]) -> dict[int, Fraction]:
    """How much of each line of an order stands in its invoices that were matched."""
    sums: dict[int, Fraction] = {}
    for each in sent:
        for line in each.lines if each.processed_on else ():
            sums[line["number"]] = sums.get(line["number"], Fraction(0)) + rate(line["quantity"])
    return sums


def before_of(viewer: Viewer, found: Invoice) -> dict[int, Fraction]:
    """How much of each line was invoiced before this invoice: as it was when it was matched, or as it is now."""
    if found.processed_on is None:
        return invoiced_of(Invoice.seen_by(viewer).filter(order=found.order, processed_on__isnull=False))
    before: dict[int, Fraction] = {}
    for line in found.lines:
        before.setdefault(line["number"], rate(line["before"]))
    return before


def match_of(viewer: Viewer, found: Invoice) -> Match:
    """An invoice beside its order and what was accepted; one that was matched as it was then."""
    accepted, before = accepted_of(deliveries(viewer, found.order)), before_of(viewer, found)
    ordered = {}
    for each in found.order.lines:
        number, nothing = each["number"], Fraction(0)
        line = found.order.line(number, accepted.get(number, nothing), before.get(number, nothing))
        if line is not None:
            ordered[number] = line
    left = Money(sum(each.cents for each in open_of(viewer, found.book, found.order.number, ORDERED)))
    room = found.amount if found.processed_on else left
    return match(found.billed, ordered, found.order.tolerance, room)


def delivered_for(viewer: Viewer, found: Invoice) -> tuple[prompt.Delivery, ...]:
    """The deliveries that an invoice pays; what was rejected is none."""
    before, made = before_of(viewer, found), deliveries(viewer, found.order).exclude(state="rejected")
    held = [
        (each.line, rate(each.quantity), prompt.Delivery(each.delivered_on, each.accepted_on))
        for each in made
    ]
    paid: list[prompt.Delivery] = []
    for line in found.billed:
        own = [(quantity, delivery) for number, quantity, delivery in held if number == line.number]
        begins = before.get(line.number, Fraction(0))
        paid += covering(own, begins, line.quantity)
        before[line.number] = begins + line.quantity
    return tuple(dict.fromkeys(paid))


def due_of(viewer: Viewer, found: Invoice) -> prompt.Due:
    """When an invoice is due, as far as is known now. Refused (422) where the order does not say its days."""
    late = 0
    if found.replaces and found.replaces.returned_on:
        late = prompt.late_return_days(found.replaces.received_on, found.replaces.returned_on)
    stamped = found.received_on if found.is_stamped else None
    bill = prompt.Bill(found.dated_on, stamped, delivered_for(viewer, found), late)
    return prompt.due(bill, found.order.terms)


def interest_of(viewer: Viewer, found: Invoice, due: prompt.Due, pays_on: date) -> prompt.Interest:
    """What paying an invoice on a day costs beside it. Refused (422) where a rate is needed and not on file."""
    owed_on = due.on if due.pays_interest else max(due.on, pays_on)
    published = rate_on(viewer, found.book, "prompt-payment", owed_on + prompt.DAY)
    spans = [
        (date.fromisoformat(each["first"]), date.fromisoformat(each["last"]) if each["last"] else pays_on)
        for each in found.pauses
    ]
    return prompt.interest(found.amount, owed_on, pays_on, published, spans)


def discount_of(viewer: Viewer, found: Invoice, due: prompt.Due, pays_on: date) -> prompt.Discount | None:
    """The discount that a day of payment allows; None where none is offered."""
    part = rate(found.discount_rate)
    if not part:
        return None
    return prompt.discount(
        found.amount,
        part,
        found.discount_days,
        dated_on=found.dated_on,
        pays_on=pays_on,
        due_days=(due.on - found.dated_on).days,
        value_of_funds=rate_on(viewer, found.book, "value-of-funds", pays_on),
    )


def lookalikes(viewer: Viewer, found: Invoice) -> list[Invoice]:
    """Other invoices of the vendor over the same amount and of the same day: perhaps the same once more."""
    others = Invoice.seen_by(viewer).filter(
        vendor=found.vendor, amount_cents=found.amount_cents, dated_on=found.dated_on
    )
    return list(others.exclude(pk=found.pk).exclude(state__in=("returned", "withdrawn")))


def overdue(viewer: Viewer, book: Book) -> QuerySet[Invoice]:
    """Invoices that are not paid and were due before today."""
    return (
        invoices(viewer, book)
        .filter(due_on__lt=clock.today())
        .filter(state__in=("received", "matched", "scheduled"))
    )
