"""Collecting: payments applied in the order of the law, money in suspense, and advances earned or given back."""

from __future__ import annotations

from datetime import date

from qsmo.kernel import clock
from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.money import Money
from qsmo.platform.access.door import action, add, allow, move, one
from qsmo.platform.access.viewer import Viewer
from qsmo.services.ledger.actions.posting import record
from qsmo.services.ledger.actions.receivable.billing import charge_by_law
from qsmo.services.ledger.actions.receivable.posting import SOURCE, held, note, post, settled
from qsmo.services.ledger.models import Book, Receipt, Receivable, Symbol
from qsmo.services.ledger.queries.receivable import left_of, lines_of
from qsmo.services.ledger.rules.posting import Event
from qsmo.services.ledger.rules.receivable import debt


@action("ledger.post")
def collect(viewer: Viewer, key: str, *, number: str, amount: Money, on: date, payer: str = "") -> Receipt:
    """Take in a payment on a receivable: what is owed by its day is charged first, then it is applied by law."""
    found = _owing(viewer, key)
    receipt = _received(
        viewer, found.book, number=number, amount=amount, on=on, payer=payer or found.debtor.name
    )
    _apply(viewer, found, receipt, posted_on=on)
    return move(viewer, receipt, "apply", receivable=found)


@action("ledger.post")
def deposit(
    viewer: Viewer, book_id: str, *, number: str, symbol_id: str, amount: Money, on: date, payer: str
) -> Receipt:
    """Take in money of which is not yet known what it pays, into a clearing account."""
    book, symbol = one(Book, viewer, book_id), one(Symbol, viewer, symbol_id)
    allow(viewer, "ledger.post", book)
    if symbol.book_id != book.pk or symbol.financing != "clearing":
        words = f"{symbol.tas} is no clearing account of these books"
        finding = Finding(
            "symbol", words, field="symbol", expected="a clearing account such as 073-F-3875-000"
        )
        raise Refusal("clearing", words, status=422, findings=(finding,))
    receipt = _received(viewer, book, number=number, amount=amount, on=on, payer=payer, symbol=symbol)
    _clearing(viewer, receipt, symbol, "SUSPENSE_IN", on)
    return receipt


@action("ledger.post")
def apply(viewer: Viewer, receipt_id: str, receivable_id: str, *, on: date) -> Receipt:
    """Apply money in suspense to a receivable: it leaves the clearing account and is a payment of the day it came."""
    receipt = one(Receipt, viewer, receipt_id)
    allow(viewer, "ledger.post", receipt)
    found = _owing(viewer, receivable_id)
    if found.book_id != receipt.book_id:
        raise Refusal("other-books", "Receipt and receivable are of different books", status=422)
    if receipt.state != "held" or receipt.symbol is None:
        raise Refusal("receipt-state", f"{receipt} is not in suspense")
    if on < receipt.received_on:
        words = f"The money came on {receipt.received_on}; it cannot be applied before"
        raise Refusal("day", words, status=422, findings=(Finding("day", words, field="on"),))
    _clearing(viewer, receipt, receipt.symbol, "SUSPENSE_OUT", on)
    _apply(viewer, found, receipt, posted_on=on)
    return move(viewer, receipt, "apply", receivable=found)


@action("ledger.post")
def earn(viewer: Viewer, key: str, *, on: date, amount: Money, words: str) -> Receivable:
    """Earn a part of an advance by work done: the liability becomes revenue."""
    return _use(viewer, key, "earn", on, amount, words)


@action("ledger.post")
def refund(viewer: Viewer, key: str, *, on: date, amount: Money, words: str) -> Receivable:
    """Give back to the customer what of an advance was not used."""
    return _use(viewer, key, "refund", on, amount, words)


def _use(viewer: Viewer, key: str, event: str, on: date, amount: Money, words: str) -> Receivable:
    found = held(viewer, key, "open", kind="advance")
    left = Money.total(left_of(viewer, found).values())
    if not 0 < amount.cents <= left.cents:
        said = f"{left} of the advance is left, not {amount}"
        raise Refusal("amount", said, status=422, findings=(Finding("amount", said, field="amount"),))
    number = f"{event}/{len(lines_of(viewer, found))}"
    entry = post(viewer, found, event, debt.PRINCIPAL, amount, on=on, key=number, words=words)
    note(viewer, found, event, debt.PRINCIPAL, -amount, on=on, entry=entry, words=words)
    return settled(viewer, found)


def _owing(viewer: Viewer, key: str) -> Receivable:
    found = held(viewer, key, "open")
    if found.kind == "advance":
        raise Refusal("receivable-kind", f"{found} is an advance: it was paid when it came", status=422)
    return found


def _received(
    viewer: Viewer, book: Book, *, number: str, amount: Money, on: date, payer: str,
    symbol: Symbol | None = None,
) -> Receipt:  # fmt: skip
    if Receipt.seen_by(viewer).filter(book=book, number=number).exists():
        words = f"The receipt {number} was taken in before"
        raise Refusal("receipt-there", words, findings=(Finding("number", words, field="number"),))
    if on > clock.today():
        words = f"{on} is not yet here"
        raise Refusal("day", words, status=422, findings=(Finding("day", words, field="on"),))
    made = Receipt(book=book, number=number, cents=amount.cents, received_on=on, payer=payer, symbol=symbol)
    return add(viewer, made, "ledger.post")


def _clearing(viewer: Viewer, receipt: Receipt, symbol: Symbol, rule: str, on: date) -> None:
    event = Event(
        rule=rule, tas=symbol.tas, on=on, amounts={"amount": Money(receipt.cents)}, source=SOURCE,
        key=f"{receipt.number}/{rule.lower()}", words=f"{receipt.number} of {receipt.payer}", document=receipt.number,
    )  # fmt: skip
    record(viewer, receipt.book_id, event)


def _apply(viewer: Viewer, found: Receivable, receipt: Receipt, *, posted_on: date) -> None:
    day = receipt.received_on
    if found.noticed_on is None or day < found.noticed_on:
        words = f"{found} was billed on {found.noticed_on}; a payment of {day} is before that"
        raise Refusal("day", words, status=422, findings=(Finding("day", words, field="on"),))
    charge_by_law(viewer, found, day, posted_on=posted_on)
    parts = debt.applied(Money(receipt.cents), left_of(viewer, found), found.noticed_on)
    for part, amount in parts.items():
        words = f"{debt.TITLES[part]} paid by {receipt.number} of {day}"
        key = f"{receipt.number}/{part}"
        entry = post(viewer, found, "collect", part, amount, on=posted_on, key=key, words=words)
        note(
            viewer, found, "collect", part, -amount, on=day, entry=entry, words=words, receipt=receipt,
            cite="31 CFR 901.9(f)",
        )  # fmt: skip
    settled(viewer, found)
