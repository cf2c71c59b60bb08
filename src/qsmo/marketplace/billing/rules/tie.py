"""Whether usage, lines, bill, settlement and the books of both sides say the same, each check with its two figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from qsmo.contract.documents import JournalLine
from qsmo.kernel.money import Money, round_to_integer
from qsmo.marketplace.billing.rules.lines import Line
from qsmo.marketplace.billing.rules.posting import Event, Party, moved
from qsmo.marketplace.billing.rules.price import ROUNDING, Metered, Price, in_force

# For each event: the account and side on which the whole amount of the bill must stand.
STANDS_ON: Mapping[Event, tuple[Party, str, str]] = {
    "performed": ("seller", "131000", "receivable of the seller"),
    "accepted": ("buyer", "211000", "payable of the buyer"),
    "paid": ("buyer", "101000", "funds paid by the buyer"),
    "collected": ("seller", "101000", "funds collected by the seller"),
}
_CREDITED = ("accepted", "paid")


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison: what is compared, the two figures, and whether they are the same."""

    words: str
    left: str
    right: str

    @property
    def holds(self) -> bool:
        """Whether both sides are the same."""
        return self.left == self.right


def day_by_day(usages: Sequence[Metered], plan: str, prices: Sequence[Price]) -> Money:
    """What usages cost, computed another way than bills are: each day by itself, exact, settled per usage and price."""
    exact: dict[tuple[str, str], Fraction] = {}
    for usage in usages:
        for day in usage.during:
            price = in_force(prices, plan, usage.meter, day)
            cost = usage.quantity / usage.during.days * price.figures["unit"]
            exact[usage.key, price.key] = exact.get((usage.key, price.key), Fraction(0)) + cost
    return Money(sum(round_to_integer(each, ROUNDING) for each in exact.values()))


def sum_checks(recomputed: Money, lines: Sequence[Line], total: Money) -> list[Check]:
    """Usage times price, lines and bill; corrections of other periods stand beside the period's own usage."""
    own = Money.total(line.amount for line in lines if line.kind == "usage")
    other = Money.total(line.amount for line in lines if line.kind != "usage")
    return [
        Check("sealed usage × price of each day = lines for usage", f"{recomputed}", f"{own}"),
        Check("lines for usage + lines of correction = bill", f"{own + other}", f"{total}"),
    ]


def journal_checks(total: Money, journals: Mapping[Event, Sequence[JournalLine]]) -> list[Check]:
    """For each journal left: the bill's amount stands on its account, and debits equal credits."""
    found = []
    for event, lines in journals.items():
        party, account, words = STANDS_ON[event]
        stands = moved(lines, account, "credit" if event in _CREDITED else "debit")
        found.append(Check(f"{words} ({account}) = bill", f"{stands}", f"{total}"))
        debits = Money.total(line.amount for line in lines if line.side == "debit")
        credits = Money.total(line.amount for line in lines if line.side == "credit")
        found.append(Check(f"debits = credits of the {party}, {event}", f"{debits}", f"{credits}"))
    return found
