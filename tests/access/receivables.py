"""What is owed to an agency of the small world: a debt partly paid, and money in suspense."""

from __future__ import annotations

from datetime import timedelta

from qsmo.kernel import clock
from qsmo.kernel.money import Money
from qsmo.platform.access.viewer import Viewer
from qsmo.services.ledger import actions as ledger
from qsmo.services.ledger.actions import receivable as verbs
from qsmo.services.ledger.models import Book

RECEIPTS, CLEARING = "073-3220-000", "073-F-3875-000"


def owed(accountant: Viewer, book: Book, mark: str) -> None:
    """A debtor, a receivable with a payment, a draft, and a receipt of which is not yet known what it pays."""
    today = clock.today()
    receipts, clearing = (
        ledger.keep_symbol(accountant, book.pk, tas=tas, title=tas, financing=financing, category="E")
        for tas, financing in ((RECEIPTS, "receipts"), (CLEARING, "clearing"))
    )
    debtor = verbs.keep_debtor(accountant, book.pk, name=f"Debtor {mark}", reference=mark)
    for number in (f"R-{mark}", f"D-{mark}"):
        made = verbs.draft(
            accountant, book.pk, number=number, debtor_id=debtor.pk, symbol_id=receipts.pk, kind="general-fund",
            amount=Money(500_00), due_on=today + timedelta(days=30), words=f"fine {mark}", account="532000",
        )  # fmt: skip
        if number.startswith("R"):
            verbs.issue(accountant, made.pk, on=today)
            verbs.collect(accountant, made.pk, number=f"P-{mark}", amount=Money(100_00), on=today)
    verbs.deposit(
        accountant, book.pk, number=f"S-{mark}", symbol_id=clearing.pk, amount=Money(50_00), on=today,
        payer=f"Payer {mark}",
    )  # fmt: skip
