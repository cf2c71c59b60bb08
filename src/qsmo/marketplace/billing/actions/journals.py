"""Leaving the journals of both sides in the outbox, for whoever keeps their ledgers."""

from __future__ import annotations

from qsmo.contract.documents import Journal
from qsmo.kernel import clock
from qsmo.marketplace.agreements.flow import REQUESTING, SERVICING
from qsmo.marketplace.agreements.models import Funding
from qsmo.marketplace.billing.models import Bill
from qsmo.marketplace.billing.rules.posting import EVENTS, Books, Event, Fund, Party, journal
from qsmo.platform.access.viewer import program
from qsmo.platform.record.outbox import put

SIDES: dict[Party, str] = {"buyer": REQUESTING, "seller": SERVICING}
BILLING = program("billing")


def funding_of(bill: Bill, party: Party) -> list[Funding]:
    """The funding lines of one side of the order as it stands, in their order."""
    return list(bill.order.present_funding.filter(side=SIDES[party]).order_by("number"))


def books_of(bill: Bill, party: Party) -> Books:
    """Whose books one side's journals go to, with its funds; the partner is the other side's first account."""
    entity = bill.customer_id if party == "buyer" else bill.provider_id
    other = funding_of(bill, "seller" if party == "buyer" else "buyer")[0]
    funds = tuple(Fund(str(line.tas), line.cited.amount) for line in funding_of(bill, party))
    return Books(entity, f"{other.aid}-{other.main}", funds)


def leave_journal(bill: Bill, event: Event) -> Journal | None:
    """Leave the journal of one event, once; a bill of zero has none."""
    if not bill.total_cents:
        return None
    books = books_of(bill, dict(EVENTS)[event])
    made = journal(
        event, books, bill.total, key=f"{bill.pk}/{event}", on=clock.today(), source=f"bill {bill.pk}"
    )
    put(
        BILLING,
        made,
        key=made.key,
        sender="billing",
        to="ledger",
        customer=bill.customer_id,
        entity=books.entity,
    )
    return made
