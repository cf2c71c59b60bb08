"""What people read of receivables: lists, what is open by part, lines, ages, and whether the books say the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Max, QuerySet, Sum

from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.platform.access.door import one
from qsmo.platform.access.viewer import Viewer
from qsmo.services.ledger.models import (
    Balance,
    Book,
    Debtor,
    Line,
    Receipt,
    Receivable,
    ReceivableLine,
    Symbol,
)
from qsmo.services.ledger.rules.receivable.aging import Age, ages
from qsmo.services.ledger.rules.receivable.debt import PRINCIPAL, Debt
from qsmo.services.ledger.rules.receivable.postings import standing

OWED = ("open", "ending")
UNFILLED = "422100"
"""Orders of customers without an advance that are not yet filled."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the lines of a receivable say is open in an account, and what the entries of the books say."""

    account: str
    kept: Money
    booked: Money

    @property
    def holds(self) -> bool:
        """Whether both say the same."""
        return self.kept == self.booked


def debtors(viewer: Viewer, book: Book) -> QuerySet[Debtor]:
    """The customers and debtors of a book."""
    return Debtor.seen_by(viewer).filter(book=book)


def receivables(viewer: Viewer, book: Book) -> QuerySet[Receivable]:
    """The receivables and advances of a book."""
    return Receivable.seen_by(viewer).filter(book=book).select_related("debtor", "symbol")


def receivable(viewer: Viewer, key: str) -> Receivable:
    """One of them with its book; 404 where there is none for this viewer."""
    found = (
        Receivable.seen_by(viewer)
        .select_related("debtor", "symbol", "book__customer", "book__provider")
        .filter(pk=key)
        .first()
    )
    return found if found is not None else one(Receivable, viewer, key)


def lines_of(viewer: Viewer, found: Receivable) -> list[ReceivableLine]:
    """What happened to a receivable, in the order in which it was noted."""
    rows = ReceivableLine.seen_by(viewer).filter(receivable=found).select_related("receipt")
    return list(rows.order_by("made_at", "id"))


def left_of(viewer: Viewer, found: Receivable) -> dict[str, Money]:
    """What is open of a receivable by part."""
    rows = ReceivableLine.seen_by(viewer).filter(receivable=found).order_by()
    return {part: Money(cents) for part, cents in rows.values_list("part").annotate(cents=Sum("cents"))}


def debt_of(viewer: Viewer, found: Receivable) -> Debt:
    """A receivable that was issued, as far as charges on it depend on it."""
    if found.noticed_on is None:
        raise Refusal("not-issued", f"No notice of {found} was sent yet")
    less = ReceivableLine.seen_by(viewer).filter(receivable=found, part=PRINCIPAL, cents__lt=0)
    paid = tuple((each.on, Money(-each.cents)) for each in less.order_by("on"))
    return Debt(
        Money(found.principal_cents), found.noticed_on, found.due_on, paid, is_person=not found.debtor.agency
    )


def charged_before(viewer: Viewer, found: Receivable, part: str) -> tuple[Money, date | None]:
    """How much of a charge was made of a receivable, and through which day."""
    rows = ReceivableLine.seen_by(viewer).filter(receivable=found, part=part, event="charge")
    made = rows.aggregate(cents=Sum("cents", default=0), last=Max("on"))
    return Money(made["cents"]), made["last"]


def unfilled(viewer: Viewer, symbol: Symbol) -> Money:
    """What customers have ordered without an advance in a Treasury account and was not yet earned (422100)."""
    rows = Balance.seen_by(viewer).filter(combination__symbol=symbol, combination__account=UNFILLED)
    net = rows.aggregate(cents=Sum(F("debits_cents") - F("credits_cents"), default=0))["cents"]
    return Money(net)


def agreement(viewer: Viewer, found: Receivable) -> list[Agreement]:
    """What is open by account, beside the balance of the entries that name the receivable."""
    left = left_of(viewer, found)
    sign = -1 if found.kind == "advance" else 1
    rows = Line.seen_by(viewer).filter(
        entry__book=found.book_id, entry__sealed=True, document=found.number, combination__symbol=found.symbol_id
    )  # fmt: skip
    booked = dict(rows.order_by().values_list("combination__account").annotate(cents=Sum("cents")))
    return [
        Agreement(
            account,
            Money.total(left.get(part, Money(0)) for part in parts),
            Money(sign * booked.get(account, 0)),
        )
        for account, parts in standing(found.kind, found.due_on).items()
    ]


def ages_of(viewer: Viewer, book: Book, on: date) -> tuple[Age, ...]:
    """The receivables that are owed on a day by how long they are past due; advances are owed by us and left out."""
    rows = receivables(viewer, book).filter(state__in=OWED).exclude(kind="advance")
    return ages([(each.due_on, Money(each.open_cents)) for each in rows], on)


def receipts(viewer: Viewer, book: Book) -> QuerySet[Receipt]:
    """The money that came, in suspense or applied."""
    return Receipt.seen_by(viewer).filter(book=book).select_related("receivable", "symbol")


def receipt(viewer: Viewer, key: str) -> Receipt:
    """One of them with its book."""
    found = (
        Receipt.seen_by(viewer)
        .select_related("receivable", "symbol", "book__customer", "book__provider")
        .filter(pk=key)
        .first()
    )
    return found if found is not None else one(Receipt, viewer, key)
