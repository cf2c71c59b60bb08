"""One bill tied together: usage × price = lines = bill = settlement = journals of both sides, to the cent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qsmo.contract.documents import JournalLine
from qsmo.kernel.money import Money
from qsmo.marketplace.billing.flow import ISSUED
from qsmo.marketplace.billing.models import PARTIES, Bill
from qsmo.marketplace.billing.queries.bills import bill as bill_seen
from qsmo.marketplace.billing.queries.bills import (
    journals,
    lines,
    metered,
    plan_words,
    prices,
    settlement_of,
    settlement_parts,
)
from qsmo.marketplace.billing.rules.lines import bill_digest
from qsmo.marketplace.billing.rules.posting import EVENTS, Event
from qsmo.marketplace.billing.rules.tie import Check, day_by_day, journal_checks, sum_checks
from qsmo.marketplace.metering import queries as metering
from qsmo.platform.access.viewer import Viewer, program

# The sums of the other side's books are shown to both, so that each can see that they agree; the entries are not.
BILLING = program("billing")


@dataclass(frozen=True, slots=True)
class Tie:
    """All checks of one bill that can be made in its state."""

    checks: tuple[Check, ...]

    @property
    def holds(self) -> bool:
        """Whether every check holds."""
        return all(check.holds for check in self.checks)


def tie(viewer: Viewer, of: Bill | str) -> Tie:
    """Compare everything there is about a bill that the viewer may see. A bill not yet calculated has no checks.

    A bill already read, or its identifier; the latter is refused (404) when the viewer cannot see it.
    """
    bill = bill_seen(viewer, of) if isinstance(of, str) else of
    sealed = bill.sealed
    if sealed is None:
        return Tie(())
    rows = [row.line for row in lines(BILLING, bill).prefetch_related(None)]  # without their prices
    usages = [metered(row) for row in metering.lines(BILLING, sealed)]
    plan = plan_words(bill.plan)
    recomputed = day_by_day(usages, plan, prices(BILLING, bill.plan))
    checks = [
        Check("sealed usage is unaltered (digest)", metering.digest_now(BILLING, sealed), sealed.digest),
        *sum_checks(recomputed, rows, bill.total),
        Check("lines are those calculated (digest)", bill_digest(sealed.digest, plan, rows), bill.digest),
    ]
    if bill.state in ISSUED:
        left = _journal_lines(bill)
        checks += [*journal_checks(bill.total, left), _all_left(bill, left)]
    settlement = settlement_of(BILLING, bill)
    if settlement is not None:
        checks.append(Check("bill = settlement", f"{bill.total}", f"{settlement.amount}"))
        parts = list(settlement_parts(BILLING, settlement))
        for party in PARTIES:
            amount = Money(sum(part.amount_cents for part in parts if part.party == party))
            checks.append(
                Check(f"settlement = accounting of the {party}", f"{settlement.amount}", f"{amount}")
            )
    return Tie(tuple(checks))


def _journal_lines(bill: Bill) -> dict[Event, list[JournalLine]]:
    by_key = {each.key: each.body for each in journals(BILLING, bill)}
    found: dict[Event, list[JournalLine]] = {}
    for event, _party in EVENTS:
        body = by_key.get(f"{bill.pk}/{event}")
        if body is not None:
            found[event] = [
                JournalLine(
                    account=line["account"],
                    side=line["side"],
                    amount=Money(line["amount"]),
                    tas=line["tas"],
                    words=line["words"],
                )
                for line in body["lines"]
            ]
    return found


def _all_left(bill: Bill, left: Iterable[Event]) -> Check:
    due = {"issued": 1, "accepted": 2, "settled": len(EVENTS)}[bill.state] if bill.total_cents else 0
    expected = [event for event, _party in EVENTS][:due]
    return Check("journals left = journals due", ", ".join(left) or "none", ", ".join(expected) or "none")
