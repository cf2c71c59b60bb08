"""From sealed usage to an accepted bill: opened, calculated as often as needed, reviewed, issued, accepted.

Locks are always taken in the order subscription, general terms, order, trail. A bill killed half way has changed
nothing, because each action is one transaction; done again it has the same lines and the same digest.
"""

from __future__ import annotations

from fractions import Fraction

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.kernel.ids import plain
from qsmo.kernel.period import Period
from qsmo.marketplace.agreements.actions.orders import spend
from qsmo.marketplace.billing import queries
from qsmo.marketplace.billing.actions.journals import leave_journal
from qsmo.marketplace.billing.flow import ACCEPT, CALCULATE, ISSUE, REVIEW
from qsmo.marketplace.billing.models import Bill, BillLine
from qsmo.marketplace.billing.rules.lines import Line, bill_digest, total
from qsmo.marketplace.billing.rules.price import unit_words
from qsmo.marketplace.metering.models import SealedUsage
from qsmo.marketplace.orders.models import Instance
from qsmo.platform.access.door import action, add, add_many, move, one
from qsmo.platform.access.viewer import Viewer, program

BILLING = program("billing")


@action(CALCULATE)
def open_bill(viewer: Viewer, /, instance_id: str, period: Period) -> Bill:
    """The bill of a subscription for a period: the one that is there, else a new open one."""
    instance = _lock(viewer, instance_id)
    days = {"instance": instance, "starts_on": period.start, "ends_on": period.end}
    there = Bill.seen_by(viewer).filter(**days).first()
    if there is not None:
        return there
    bill = Bill(
        order_id=instance.order_id,
        plan_id=instance.line.plan_id,
        customer_id=instance.customer_id,
        provider_id=instance.provider_id,
        **days,
    )
    return add(viewer, bill, CALCULATE)


@action(CALCULATE)
def calculate(viewer: Viewer, /, bill_id: str) -> Bill:
    """Compute a bill from the latest sealed answer, the plan's prices, and corrections of periods billed before.

    Until it is issued it may be computed again; with the same result nothing changes, and a bill under review stays
    there. Refused: already issued (409); no sealed usage for its period (409); a day without a price (422).
    """
    bill = _locked(viewer, bill_id)
    if bill.is_issued:
        words = f"This bill was issued on {bill.issued_on}; a correction is a line of the next bill"
        raise Refusal("bill-issued", words)
    sealed, lines = _computed(bill)
    digest = bill_digest(sealed.digest, queries.plan_words(bill.plan), lines)
    if bill.state != "open" and bill.digest == digest:
        return bill
    if bill.state != "open":
        move(viewer, bill, "reopen")
    calculation = bill.calculation + 1
    add_many(viewer, _rows(bill, lines, calculation), CALCULATE)
    return move(
        viewer,
        bill,
        "calculate",
        sealed_id=sealed.pk,
        calculation=calculation,
        total_cents=total(lines).cents,
        digest=digest,
    )


@action(REVIEW)
def review(viewer: Viewer, /, bill_id: str, *, why: str = "") -> Bill:
    """Put a calculated bill under review."""
    return move(viewer, one(Bill, viewer, bill_id), "review", why=why)


@action(ISSUE)
def issue(viewer: Viewer, /, bill_id: str, *, why: str = "") -> Bill:
    """Issue a reviewed bill: it is frozen, the order has spent its total, the seller's journal of the work is left.

    By another person than the reviewer. Refused (409): usage, prices or corrections changed since it was calculated;
    its total is below zero; its total is more than what is left of the order.
    """
    bill = _locked(viewer, bill_id)
    issued = move(viewer, bill, "issue", why=why, evidence=bill.digest, issued_on=clock.today())
    sealed, lines = _computed(bill)
    if bill_digest(sealed.digest, queries.plan_words(bill.plan), lines) != bill.digest:
        words = f"Usage, prices or corrections changed since this bill was calculated: it would now be ${total(lines)}"
        raise Refusal("bill-stale", f"{words} instead of ${bill.total}. Calculate it again.")
    if bill.total_cents < 0:
        owed = unit_words(Fraction(bill.total_cents))
        words = f"Corrections exceed the charges: the bill is {owed}, and only an amount owed is issued"
        raise Refusal("bill-below-zero", words)
    spend(BILLING, bill.order_id, bill.total_cents, reference=f"bill {bill.pk}")
    leave_journal(bill, "performed")
    return issued


@action(ACCEPT)
def accept(viewer: Viewer, /, bill_id: str, *, why: str = "") -> Bill:
    """Accept an issued bill and the services on it: the buyer's journal of receipt is left. Zero is settled by that."""
    bill = move(viewer, one(Bill, viewer, bill_id), "accept", why=why, accepted_on=clock.today())
    leave_journal(bill, "accepted")
    return bill if bill.total_cents else move(BILLING, bill, "settle", why="nothing to settle")


def _lock(viewer: Viewer, instance_id: str) -> Instance:
    """The subscription, locked until the transaction ends; the first lock that an action on a bill takes."""
    found = Instance.seen_by(viewer).select_for_update().filter(pk=instance_id).first()
    return found or one(Instance, viewer, instance_id)


def _locked(viewer: Viewer, bill_id: str) -> Bill:
    """The bill, read after its subscription was locked: corrections are counted once across all its bills."""
    _lock(BILLING, one(Bill, viewer, bill_id).instance_id)
    return one(Bill, viewer, bill_id)


def _computed(bill: Bill) -> tuple[SealedUsage, list[Line]]:
    sealed = queries.latest_answer(BILLING, bill)
    if sealed is None:
        words = (
            f"No usage is sealed for {bill.during}. Seal it first: metering asks the service for the period."
        )
        raise Refusal("usage-not-sealed", words)
    return sealed, queries.lines_now(BILLING, bill, sealed)


def _rows(bill: Bill, lines: list[Line], calculation: int) -> list[BillLine]:
    return [
        BillLine(
            bill=bill,
            customer_id=bill.customer_id,
            provider_id=bill.provider_id,
            calculation=calculation,
            number=number,
            kind=line.kind,
            usage_line_id=line.usage,
            price_id=line.price,
            corrects_id=line.corrects or None,
            meter=line.meter,
            quantity_exact=plain(line.quantity),
            unit_exact=plain(line.unit),
            starts_on=line.during.start,
            ends_on=line.during.end,
            usage_starts_on=line.of.start,
            usage_ends_on=line.of.end,
            amount_cents=line.amount.cents,
            sum_words=line.sum_words,
        )
        for number, line in enumerate(lines, start=1)
    ]
