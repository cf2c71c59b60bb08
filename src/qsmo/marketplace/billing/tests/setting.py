"""A subscription with sealed usage, two prices that meet inside the period, and a bill as far as needed."""

from __future__ import annotations

from datetime import date

from qsmo.kernel import clock
from qsmo.kernel.period import Period
from qsmo.marketplace.agreements.tests.setting import Cast
from qsmo.marketplace.billing import actions
from qsmo.marketplace.billing.models import Bill, BillLine, Settlement, SettlementPart
from qsmo.marketplace.catalogue.models import Plan, PriceVersion
from qsmo.marketplace.metering.actions import seal
from qsmo.marketplace.metering.tests.setting import ASKED_ON, METERING, PERIOD
from qsmo.marketplace.orders.models import Instance
from qsmo.platform.access.viewer import program
from qsmo.platform.record.models import OutboxDocument, TrailEntry

BILLING = program("billing")


def price(plan: Plan, dollars: str, effective_on: date) -> PriceVersion:
    """A price of the meter from a day on."""
    return PriceVersion.every.create(
        plan=plan,
        meter="employee-paid",
        unit="employee paid",
        recurs="pay_period",
        unit_price=dollars,
        effective_on=effective_on,
        announced_on=date(2025, 6, 2),
        approved_by="Dora Director",
        note="Invented for this test",
        is_invented=True,
    )


def two_prices(plan: Plan) -> None:
    """$4.1250 for years, $4.50 from the second half of the period on."""
    price(plan, "4.1250", date(2025, 10, 1))
    price(plan, "4.50", date(2026, 3, 15))


def calculated(instance: Instance, period: Period = PERIOD) -> Bill:
    """The bill of a period whose usage has just been sealed."""
    with clock.at(ASKED_ON):
        seal(METERING, instance.id, period)
        bill = actions.open_bill(BILLING, instance.id, period)
        return actions.calculate(BILLING, bill.pk)


def issued(people: Cast, bill: Bill) -> Bill:
    """The bill after review by one person and issue by another."""
    actions.review(people.seller_program, bill.pk)
    return actions.issue(people.seller_funding, bill.pk)


def settled(people: Cast, bill: Bill) -> Settlement:
    """The settlement of the bill, confirmed."""
    actions.accept(people.funding, issued(people, bill).pk)
    settlement = actions.schedule(BILLING, bill.pk)
    actions.send(BILLING, settlement.pk)
    return actions.confirm(BILLING, settlement.pk, reference="IPAC-77")


def counts() -> tuple[int, ...]:
    """How many rows there are of everything that billing writes, and of the trail."""
    models = (Bill, BillLine, Settlement, SettlementPart, OutboxDocument)
    return (*(model.every.count() for model in models), TrailEntry.objects.count())
