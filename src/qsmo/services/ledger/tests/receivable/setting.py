"""Books with an account of customers' orders, one of the General Fund's receipts, a clearing account, and debtors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from qsmo.kernel.money import Money
from qsmo.services.ledger import actions
from qsmo.services.ledger.actions import receivable as verbs
from qsmo.services.ledger.models import Debtor, Receipt, Receivable, ReceivableLine, Symbol
from qsmo.services.ledger.queries import receivable as queries
from qsmo.services.ledger.tests import setting
from qsmo.services.ledger.tests.setting import Stage

ORDERS, RECEIPTS, CLEARING = "073-X-4500-000", "073-3220-000", "073-F-3875-000"
BILLED = date(2026, 1, 20)


@dataclass
class Desk:
    """The stage, with what receivables need."""

    stage: Stage
    person: Debtor
    agency: Debtor

    def symbol(self, tas: str) -> Symbol:
        """One of the Treasury accounts."""
        return Symbol.seen_by(self.stage.accountant).get(tas=tas)

    def billed(self, dollars: str, number: str = "R-1", **said: Any) -> Receivable:
        """A debt of a person, or by `kind` another receivable, issued on the day of the tests."""
        kind = said.pop("kind", "general-fund")
        of = {
            "general-fund": (self.person, RECEIPTS, "532000"),
            "reimbursable": (self.agency, ORDERS, ""),
            "advance": (self.agency, ORDERS, "462000"),
        }
        debtor, tas, account = of[kind]
        made = verbs.draft(
            self.stage.accountant, self.stage.book.pk, number=number, debtor_id=debtor.pk,
            symbol_id=self.symbol(tas).pk, kind=kind, amount=Money.parse(dollars), due_on=date(2026, 2, 19),
            words="a debt", account=account, **said,
        )  # fmt: skip
        return verbs.issue(self.stage.accountant, made.pk, on=BILLED)

    def left(self, found: Receivable) -> dict[str, str]:
        """What is open by part, as dollars; after holding it against the books."""
        assert all(each.holds for each in queries.agreement(self.stage.accountant, found))
        whole = queries.left_of(self.stage.accountant, found)
        found.refresh_from_db()
        assert found.open_cents == Money.total(whole.values()).cents
        return {part: str(amount) for part, amount in sorted(whole.items()) if amount}

    def counts(self) -> tuple[Any, ...]:
        """What a refusal leaves as it was."""
        rows = (Receivable.every.count(), ReceivableLine.every.count(), Receipt.every.count())
        return (*rows, *self.stage.counts(), tuple(sorted(self.stage.balances().items())))


def desk() -> Desk:
    """The books with their accounts and debtors."""
    made = setting.stage()
    for tas, financing in ((ORDERS, "revolving"), (RECEIPTS, "receipts"), (CLEARING, "clearing")):
        actions.keep_symbol(
            made.accountant, made.book.pk, tas=tas, title=tas, financing=financing, category="E"
        )
    person = verbs.keep_debtor(made.accountant, made.book.pk, name="Ada Person")
    agency = verbs.keep_debtor(made.accountant, made.book.pk, name="Agency", agency="073", main="0100")
    return Desk(made, person, agency)
