"""What waits for somebody in billing: bills to compute, review, issue and accept, and settlements to go on with."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from qsmo.marketplace.billing.flow import BILL
from qsmo.marketplace.billing.models import Bill, Settlement
from qsmo.marketplace.billing.queries.bills import bills
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.access.waiting import MOST, Waiting, by_moves

FORWARD = {
    "calculate": "Calculate the bill",
    "review": "Review the bill",
    "issue": "Issue the bill to the customer",
    "accept": "Accept the bill and the services",
    "settle": "Schedule the settlement",
}
SETTLING = {"send": "Send the settlement to Treasury", "confirm": "Note Treasury’s confirmation"}


def waiting(viewer: Viewer, most: int = MOST) -> Iterator[Waiting]:
    """The oldest bills and settlements of which the viewer may make the next move."""
    settled = Settlement.seen_by(viewer).filter(bill_id=OuterRef("pk"))
    to_settle = next(move for move in BILL.moves if move.name == "settle").from_
    rows = bills(viewer).exclude(Exists(settled), state__in=to_settle)
    for bill, what in by_moves(viewer, rows, FORWARD, most):
        yield _of(bill, what)
    settling = Settlement.seen_by(viewer).select_related("bill__customer", "bill__provider")
    for settlement, what in by_moves(viewer, settling, SETTLING, most, since="bill__made_at"):
        yield _of(settlement.bill, what)


def _of(bill: Bill, what: str) -> Waiting:
    name = f"{bill.starts_on} to {bill.during.last}"
    about = f"{bill.provider.name} to {bill.customer.name}"
    return Waiting(what, name, about, bill.made_at, "billing:bill", bill.pk)
