"""A service in memory that keeps every promise of the contract: the measure for those that break one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from qsmo.contract.documents import Usage
from qsmo.contract.service import (
    Claim,
    Done,
    ExportedFile,
    Manifest,
    Meter,
    Refused,
    Service,
    Step,
    Subscription,
    Term,
    term_findings,
)
from qsmo.kernel.period import Period
from tests.contract.case import Case, World

MARCH = Period.month(2026, 3)
WORLD = World(
    permissions=frozenset({"water.read"}),
    activities=frozenset({"UTL.010.010"}),
    capabilities={
        "UTL.CAP.1": ("UTL.010.010", "Water Act § 1"),
        "UTL.CAP.2": ("UTL.010.020", "Water Act § 2"),
    },
    measures=frozenset({"UTL-AM-001"}),
)
CLAIM = Claim("UTL.CAP.1", "Water Act § 1", "table taps", "section 1")
MANIFEST = Manifest(
    slug="water",
    name="Water",
    area="UTL",
    words="Water by the litre, delivered to a tap",
    meters=(Meter("litre", "litre", "litres that ran, spread evenly over a delivery", measure="UTL-AM-001"),),
    permissions=("water.read",),
    terms=(
        Term("tap", "choice", "which tap", choices=("north", "south")),
        Term("start", "date", "the first day"),
        Term("note", "text", "anything else", required=False),
    ),
    activities=("UTL.010.010",),
    capabilities=(CLAIM,),
)


@dataclass(frozen=True)
class Delivery:
    """Litres that ran over some days."""

    during: Period
    litres: int


@dataclass
class Customer:
    """One account."""

    customer: str
    terms: dict[str, str]
    is_open: bool = True
    deliveries: list[Delivery] = field(default_factory=list)


class Water:
    """A sound service. `accounts` is its whole memory."""

    manifest = MANIFEST

    def __init__(self) -> None:
        self.accounts: dict[str, Customer] = {}

    def open(self, sub: Subscription) -> Step:
        """Make an account, unless it is there."""
        found = term_findings(self.manifest, sub.terms)
        if found:
            return Refused("The terms are not complete", found)
        self.accounts.setdefault(sub.id, Customer(sub.customer, dict(sub.terms)))
        return Done()

    def change(self, sub: Subscription) -> Step:
        """Take the terms over."""
        found = term_findings(self.manifest, sub.terms)
        if found:
            return Refused("The terms are not complete", found)
        account = self.account(sub)
        if account is None:
            return Refused("There is no such account")
        account.terms = dict(sub.terms)
        return Done()

    def close(self, sub: Subscription) -> Step:
        """Close the account and keep its data."""
        account = self.account(sub)
        if account is not None:
            account.is_open = False
        return Done()

    def usage(self, sub: Subscription, period: Period) -> Iterable[Usage]:
        """Each delivery by its share of days."""
        account = self.account(sub)
        for number, delivery in enumerate(account.deliveries if account else ()):
            shared = delivery.during.overlap(period)
            if shared is not None:
                litres = Fraction(delivery.litres * shared.days, delivery.during.days)
                yield Usage("litre", shared, litres, evidence=f"water/{sub.id}/{number}")

    def export(self, sub: Subscription) -> Iterable[ExportedFile]:
        """All deliveries as CSV."""
        account = self.account(sub)
        if account is not None:
            lines = [f"{delivery.during},{delivery.litres}\n" for delivery in account.deliveries]
            content = ["during,litres\n", *lines]
            yield ExportedFile("deliveries.csv", "text/csv", [line.encode() for line in content], len(lines))

    def account(self, sub: Subscription) -> Customer | None:
        """The account, if it is this customer's."""
        found = self.accounts.get(sub.id)
        return found if found and found.customer == sub.customer else None


def prepare(service: Service) -> Case:
    """Two customers, one of which had three deliveries around March."""
    terms = {"tap": "north", "start": "2026-02-01"}
    mine = Subscription("sub-1", "047", "020/2036", terms)
    other = Subscription("sub-2", "012", "020/2036", {**terms, "tap": "south"})
    service.open(mine)
    deliveries = [
        Delivery(Period(date(2026, 2, 20), date(2026, 3, 6)), 100),
        Delivery(Period(date(2026, 3, 6), date(2026, 3, 20)), 101),
        Delivery(Period(date(2026, 3, 20), date(2026, 4, 3)), 103),
    ]
    assert isinstance(service, Water)
    if account := service.accounts.get(mine.id):
        account.deliveries = deliveries
    return Case(mine, other, MARCH, (date(2026, 3, 6), date(2026, 3, 11), date(2026, 3, 27)))
