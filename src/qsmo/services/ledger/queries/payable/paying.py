"""Schedules and payments: lists, what may be paid on a day, the file, and the checks before certification."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from qsmo.kernel.finding import Refusal
from qsmo.kernel.fiscal import FiscalYear
from qsmo.platform.access.door import one
from qsmo.platform.access.viewer import Viewer
from qsmo.services.ledger.formats.checking import check_payments
from qsmo.services.ledger.formats.paying.schedule import Paid, Sheet
from qsmo.services.ledger.formats.paying.spr import write_spr
from qsmo.services.ledger.models import (
    Book,
    Invoice,
    PayingOffice,
    Payment,
    PaymentSchedule,
    Screened,
    Vendor,
)
from qsmo.services.ledger.queries.books import funds_of
from qsmo.services.ledger.queries.payable import owed
from qsmo.services.ledger.rules.chart import law
from qsmo.services.ledger.rules.payable.prompt import Discount, Due, Interest, earliest

OF_BOOK = ("book__customer", "book__provider")


@dataclass(frozen=True, slots=True)
class Check:
    """One of the checks before certification: what it is, whether it may be waived, and what is wrong, if anything."""

    code: str
    title: str
    may_be_waived: bool
    wrong: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong


@dataclass(frozen=True, slots=True)
class Costs:
    """What paying an invoice on a day comes to."""

    invoice: Invoice
    due: Due
    interest: Interest
    discount: Discount | None

    @property
    def off(self) -> int:
        """The discount that is taken, in cents."""
        return self.discount.amount.cents if self.discount and self.discount.taken else 0

    @property
    def cents(self) -> int:
        """What goes to the vendor."""
        return self.invoice.amount_cents - self.off + self.interest.paid.cents


def schedules(viewer: Viewer, book: Book) -> QuerySet[PaymentSchedule]:
    """The payment schedules of a book, the latest day first."""
    return PaymentSchedule.seen_by(viewer).filter(book=book)


def schedule(viewer: Viewer, key: str) -> PaymentSchedule:
    """One of them with its book."""
    found = PaymentSchedule.seen_by(viewer).select_related(*OF_BOOK).filter(pk=key).first()
    return found if found is not None else one(PaymentSchedule, viewer, key)


def payments(viewer: Viewer, found: PaymentSchedule) -> QuerySet[Payment]:
    """The payments of a schedule with invoice and vendor."""
    return (
        Payment.seen_by(viewer)
        .filter(schedule=found)
        .select_related("invoice__vendor", "invoice__order__vendor", "invoice__book", "invoice__replaces")
        .order_by("key")
    )


def payment(viewer: Viewer, key: str) -> Payment:
    """One payment with its schedule, invoice and book."""
    found = (
        Payment.seen_by(viewer)
        .select_related(
            "schedule__book__customer", "schedule__book__provider", "invoice__vendor", "invoice__order"
        )
        .filter(pk=key)
        .first()
    )
    return found if found is not None else one(Payment, viewer, key)


def payments_of(viewer: Viewer, found: Invoice) -> QuerySet[Payment]:
    """The payments of an invoice, the first one first."""
    return Payment.seen_by(viewer).filter(invoice=found).order_by("made_at", "id")


def office_of(viewer: Viewer, book: Book) -> PayingOffice | None:
    """What the paying office of a book states about itself."""
    return PayingOffice.seen_by(viewer).filter(book=book).first()


def costs_of(viewer: Viewer, found: Invoice, pays_on: date) -> Costs:
    """What paying an invoice on a day comes to. Refused (422) where a rate is needed and not on file."""
    due = owed.due_of(viewer, found)
    discount = owed.discount_of(viewer, found, due, pays_on)
    return Costs(found, due, owed.interest_of(viewer, found, due, pays_on), discount)


def ready(viewer: Viewer, book: Book) -> QuerySet[Invoice]:
    """Invoices that agree with their orders and wait for payment, those due first."""
    rows = Invoice.seen_by(viewer).filter(book=book, state="matched", vendor__state="active")
    return rows.select_related("vendor", "order__vendor", "book", "replaces").order_by("due_on", "id")


def is_time(costs: Costs, pays_on: date) -> bool:
    """Whether a day is not too early: within days of the due day, a discount, or a small business."""
    return (
        pays_on >= earliest(costs.due.on)
        or bool(costs.off)
        or (costs.due.goal_on < costs.due.on and pays_on >= earliest(costs.due.goal_on))
    )


def sheet_of(viewer: Viewer, found: PaymentSchedule) -> Sheet:
    """A schedule as the writers of files take it."""
    office = office_of(viewer, found.book)
    paid = tuple(
        Paid(
            each.key, each.payee, each.invoice.vendor.uei, each.taxpayer, each.routing, each.account,
            each.account_kind == "savings", each.cents, each.invoice.number, each.symbols,
        )
        for each in payments(viewer, found)
    )  # fmt: skip
    return Sheet(found.number, found.pays_on, found.made_on, office.said if office else {}, paid)


def request_of(viewer: Viewer, found: PaymentSchedule) -> bytes:
    """The payment request of a schedule, always the same bytes. Refused (422) where the office lacks an item."""
    return write_spr(sheet_of(viewer, found))


def checks_of(viewer: Viewer, found: PaymentSchedule) -> tuple[Check, ...]:
    """Every check of the table on a schedule as it stands, in the order of the table."""
    wrong: dict[str, list[str]] = {}
    funds = funds_of(viewer, found.book)
    for each in payments(viewer, found):
        for code, words in _of_payment(viewer, each, found):
            wrong.setdefault(code, []).append(f"{each.invoice.number} of {each.payee}: {words}")
        for tas in each.symbols:
            life = funds[tas].life(found.pays_on)
            if life not in ("unexpired", "expired"):
                wrong.setdefault("available", []).append(f"{each.invoice.number}: {tas} is {life}")
    try:
        report = check_payments((f"{found.number}.txt", request_of(viewer, found)))
        wrong["format"] = [each.words for each in report.in_order() if each.severity == "error"]
    except Refusal as refusal:
        wrong["format"] = [refusal.words]
    return tuple(
        Check(
            row.text("check"),
            row.text("title"),
            row.cells["waived"] == "yes",
            tuple(wrong.get(row.text("check"), ())),
        )
        for row in law()["payment_checks"].at(on=found.pays_on).rows
    )


def _of_payment(viewer: Viewer, paid: Payment, found: PaymentSchedule) -> Iterator[tuple[str, str]]:
    invoice, vendor = paid.invoice, paid.invoice.vendor
    if not owed.first_year_of(viewer, found.book, invoice.order.number):
        yield "authorized", f"there is no obligation {invoice.order.number}"
    snapshot = (paid.payee, paid.routing, paid.account, paid.account_kind, paid.taxpayer)
    if vendor.state != "active":
        yield "payee", f"the vendor is {vendor.state}"
    elif snapshot != (vendor.legal_name, vendor.routing, vendor.account, vendor.account_kind, vendor.ein):
        yield "payee", "the vendor was changed after the schedule was proposed"
    if not paid.taxpayer:
        yield "taxpayer", "there is none"
    for other in owed.lookalikes(viewer, invoice):
        yield "duplicate", f"the amount and the day are those of {other.number}"
    match = owed.match_of(viewer, invoice)
    for finding in match.findings:
        yield ("received" if finding.code == "received" else "matched"), finding.words
    yield from _amounts(viewer, paid, found.pays_on)
    yield from _screening(viewer, paid, vendor)


def _amounts(viewer: Viewer, paid: Payment, pays_on: date) -> Iterator[tuple[str, str]]:
    try:
        costs = costs_of(viewer, paid.invoice, pays_on)
    except Refusal as refusal:
        yield "amount", refusal.words
        return
    now = (costs.off, costs.interest.paid.cents, costs.cents)
    if now != (paid.discount_cents, paid.interest_cents, paid.cents):
        yield "amount", "it is not what the invoice, discount and interest come to now"
    if costs.discount and pays_on <= costs.discount.through and not costs.off:
        yield "discount", "the discount is worth less than the current value of funds"
    if not is_time(costs, pays_on):
        yield "early", f"it is due on {costs.due.on}, and would be paid before {earliest(costs.due.on)}"


def _screening(viewer: Viewer, paid: Payment, vendor: Vendor) -> Iterator[tuple[str, str]]:
    rows = list(Screened.seen_by(viewer).filter(vendor=vendor))
    for row in law()["screening"].at(on=paid.schedule.pays_on).rows:
        own = [each for each in rows if each.listing == row.text("list")]
        if not any(each.asked_on >= paid.invoice.received_on for each in own):
            yield "screened", f"not asked since {paid.invoice.received_on}: {row.text('title')}"
        for each in own:
            if each.matched and not each.cleared and row.text("effect") == "stop":
                yield "listed", f"{row.text('title')}, {each.reference or each.asked_on}"


def lists() -> dict[str, str]:
    """The lists on which payees are looked for, with their titles."""
    return {row.text("list"): row.text("title") for row in law()["screening"].versions[-1].rows}


def answers(viewer: Viewer, vendors: Iterable[Vendor]) -> QuerySet[Screened]:
    """What the lists said of vendors, the latest first."""
    return Screened.seen_by(viewer).filter(vendor__in=list(vendors)).select_related("vendor")


def next_number(viewer: Viewer, book: Book, pays_on: date) -> str:
    """A number for the next schedule of a fiscal year."""
    year = FiscalYear.of(pays_on).year
    return f"V{year}-{schedules(viewer, book).filter(year=year).count() + 1:05d}"
