"""A service that answers as a test wants, a subscription to it, and the programs that seal and bill."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction

from qsmo.contract.documents import Usage
from qsmo.contract.service import Done, ExportedFile, Manifest, Meter, Step, Subscription
from qsmo.kernel import clock
from qsmo.kernel.period import Period
from qsmo.marketplace.agreements import actions as agreements
from qsmo.marketplace.agreements.models import Order, OrderLine
from qsmo.marketplace.agreements.tests.setting import TODAY, Cast, accepted_order, cast
from qsmo.marketplace.orders.models import Instance
from qsmo.platform import plugs
from qsmo.platform.access.viewer import program

METERING = program("metering")
PERIOD = Period(date(2026, 3, 8), date(2026, 3, 22))
NEXT = Period(date(2026, 3, 22), date(2026, 4, 5))
ASKED_ON = date(2026, 4, 20)

Answer = Callable[[Subscription, Period], Iterable[Usage]]


def paid(quantity: str = "1988", during: Period = PERIOD, evidence: str = "run:2026-06") -> Usage:
    """So many employees paid."""
    return Usage("employee-paid", during, Fraction(quantity), evidence, "Employees paid")


class PayService:
    """A service whose usage is whatever the test puts into `answer`."""

    manifest = Manifest(
        slug="pay",
        name="Pay",
        area="HCM",
        words="pays employees",
        meters=(Meter("employee-paid", "employee paid", "employees paid in a period", closes_after_days=5),),
    )

    def __init__(self) -> None:
        self.answer: Answer = lambda _sub, period: [paid(during=period, evidence=f"run:{period.start}")]

    def open(self, sub: Subscription) -> Step:
        return Done()

    def change(self, sub: Subscription) -> Step:
        return Done()

    def close(self, sub: Subscription) -> Step:
        return Done()

    def usage(self, sub: Subscription, period: Period) -> Iterable[Usage]:
        return self.answer(sub, period)

    def export(self, sub: Subscription) -> Iterable[ExportedFile]:
        return ()

    def evidence(self, sub: Subscription, pointer: str) -> Iterable[tuple[str, str]]:
        return [("Pay run", pointer), ("Customer", sub.customer)]


def install(monkeypatch) -> PayService:
    """Make the service the only one that is found."""
    service = PayService()
    monkeypatch.setattr(plugs, "services", lambda: {"pay": service})
    return service


def subscribed(people: Cast, dollars: int = 100_000, order: Order | None = None) -> Instance:
    """An active subscription to the service under an order in performance."""
    if order is None:
        with clock.at(TODAY):
            order = accepted_order(people, dollars=dollars)
    agreements.start_performance(program("orders"), order.id)
    line = OrderLine.every.get(order=order, revision=order.revision)
    return Instance.every.create(
        order=order,
        line=line,
        customer_id=order.requesting_id,
        provider_id=order.servicing_id,
        service_slug="pay",
        state="active",
        active_on=TODAY,
    )


def people() -> Cast:
    """Both sides, with a plan of the service on sale."""
    return cast("pay")
