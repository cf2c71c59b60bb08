"""The settlement of an accepted bill: scheduled with both sides' accounting, sent, confirmed with a reference."""

from __future__ import annotations

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import allocate
from qsmo.marketplace.billing.actions.journals import funding_of, leave_journal
from qsmo.marketplace.billing.flow import SETTLE
from qsmo.marketplace.billing.models import PARTIES, Bill, Settlement, SettlementPart
from qsmo.marketplace.billing.rules.posting import Party
from qsmo.platform.access.door import action, add, add_many, move, one
from qsmo.platform.access.viewer import Viewer


@action(SETTLE)
def schedule(viewer: Viewer, /, bill_id: str) -> Settlement:
    """The settlement of an accepted bill: the one that is there, else a new one with the funding of both sides."""
    bill = one(Bill, viewer, bill_id)
    there = Settlement.seen_by(viewer).filter(bill=bill).first()
    if there is not None:
        return there
    if bill.state != "accepted" or not bill.total_cents:
        words = f"Only an accepted bill above zero is settled; this one is {bill.state}, with ${bill.total}"
        raise Refusal("bill-not-accepted", words)
    settlement = Settlement(
        bill=bill,
        customer_id=bill.customer_id,
        provider_id=bill.provider_id,
        amount_cents=bill.total_cents,
    )
    add(viewer, settlement, SETTLE)
    parts = [part for party in PARTIES for part in _parts(settlement, party)]
    add_many(viewer, parts, SETTLE)
    return settlement


@action(SETTLE)
def send(viewer: Viewer, /, settlement_id: str) -> Settlement:
    """Note that the settlement went to Treasury."""
    return move(viewer, one(Settlement, viewer, settlement_id), "send")


@action(SETTLE)
def confirm(viewer: Viewer, /, settlement_id: str, *, reference: str) -> Settlement:
    """Note Treasury's confirmation: the bill is settled, and the journals of payment and collection are left."""
    if not reference.strip():
        raise Refusal(
            "reference-missing", "A confirmation has the reference that Treasury gave it", status=422
        )
    settlement = one(Settlement, viewer, settlement_id)
    confirmed = move(viewer, settlement, "confirm", reference=reference.strip(), confirmed_on=clock.today())
    bill = settlement.bill
    leave_journal(bill, "paid")
    leave_journal(bill, "collected")
    move(viewer, bill, "settle", evidence=settlement.reference)
    return confirmed


def _parts(settlement: Settlement, party: Party) -> list[SettlementPart]:
    funding = funding_of(settlement.bill, party)
    amounts = allocate(settlement.amount, [line.amount_cents for line in funding])
    return [
        SettlementPart(
            settlement=settlement,
            customer_id=settlement.customer_id,
            provider_id=settlement.provider_id,
            party=party,
            number=number,
            tas=str(line.tas),
            betc=line.betc,
            alc=line.alc,
            amount_cents=amount.cents,
        )
        for number, (line, amount) in enumerate(zip(funding, amounts, strict=True), start=1)
        if amount
    ]
