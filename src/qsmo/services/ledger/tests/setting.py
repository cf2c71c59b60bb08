"""A stage for the ledger: one agency, its provider, books of FY2026 with money apportioned and allotted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from qsmo.contract.service import Done, Subscription
from qsmo.kernel.money import Money
from qsmo.platform.access.models import Organisation
from qsmo.platform.access.viewer import Held, Viewer
from qsmo.services.ledger import actions
from qsmo.services.ledger.actions.posting import Posted
from qsmo.services.ledger.models import Balance, Book, Control, Entry, Line
from qsmo.services.ledger.plug import service
from qsmo.services.ledger.queries.books import positions
from qsmo.services.ledger.rules.position import Attributes
from qsmo.services.ledger.rules.posting import Event

TODAY = date(2026, 1, 20)
TAS = "073-2026/2026-0100-000"
TERMS = {"first_year": "2026", "tas": TAS, "financing": "appropriated", "category": "A"}
CUSTOMER, PROVIDER = "test/agency", "test/keeper"


@dataclass
class Stage:
    """The books and the people who work on them."""

    book: Book
    accountant: Viewer
    officer: Viewer
    events: int = 0

    def post(self, rule: str, dollars: str, *, tas: str = TAS, on: date = TODAY, **said: Any) -> Posted:
        """Post one event of one amount, by whoever may."""
        self.events += 1
        event = Event(
            rule=rule,
            tas=tas,
            on=on,
            amounts={"amount": Money.parse(dollars)},
            source=said.pop("source", "test"),
            key=said.pop("key", f"{rule}-{self.events}"),
            attributes=said.pop("attributes", Attributes()),
            **said,
        )
        return actions.post_event(self.viewer(rule), self.book.pk, event)

    def viewer(self, rule: str) -> Viewer:
        """Who posts events of a rule."""
        return self.officer if rule in ("APPORTION", "ALLOT", "APPORTION_ANTICIPATED") else self.accountant

    def funded(self, dollars: str, **said: Any) -> Stage:
        """Money appropriated, apportioned and allotted."""
        for rule in ("APPROPRIATE", "APPORTION", "ALLOT"):
            self.post(rule, dollars, **said)
        return self

    def balances(self, year: int = 2026, period: int = 15) -> dict[str, str]:
        """What is in each account, as dollars; those at zero left out."""
        sums: dict[str, int] = {}
        for each in positions(self.accountant, self.book, year, period):
            sums[each.account] = sums.get(each.account, 0) + each.ending
        return {account: str(Money(cents)) for account, cents in sums.items() if cents}

    def left(self, level: str) -> str:
        """What is left at a level of funds control, over all its keys."""
        rows = Control.seen_by(self.accountant).filter(book=self.book, level=level)
        return str(Money(sum(each.left_cents for each in rows)))

    def counts(self) -> tuple[int, ...]:
        """How many rows the books have: what a refusal must leave as it was."""
        return tuple(model.every.count() for model in (Entry, Line, Balance))


def stage() -> Stage:
    """Books opened by the contract."""
    for key, kind in ((CUSTOMER, "agency"), (PROVIDER, "provider")):
        Organisation.objects.get_or_create(pk=key, defaults={"name": key, "kind": kind})
    done = service.open(Subscription("test-books", CUSTOMER, PROVIDER, TERMS))
    assert isinstance(done, Done), done
    accountant = Viewer("Accountant", person="accountant", held=(Held("ledger-accountant", PROVIDER),))
    officer = Viewer("Officer", person="officer", held=(Held("budget-officer", CUSTOMER),))
    return Stage(Book.seen_by(accountant).get(), accountant, officer)
