"""Which accounting an amount falls on, where an order has several: in their order, each as far as it goes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.money import Money
from qsmo.services.ledger.rules.fund import DIRECT, REIMBURSABLE, Fund
from qsmo.services.ledger.rules.payable.prompt import Delivery
from qsmo.services.ledger.rules.position import Attributes


@dataclass(frozen=True, slots=True)
class Share:
    """A part of an amount: its Treasury account, what its lines say beside, and cents."""

    tas: str
    attributes: Attributes
    cents: int


def bare(attributes: Attributes, fund: Fund) -> Attributes:
    """Attributes of a budgetary line without those that follow from the account, for lines of both halves."""
    usual = {
        "category": fund.category,
        "program_b": fund.program_b,
        "bea": fund.bea,
        "reimbursable": REIMBURSABLE if fund.financing == "revolving" else DIRECT,
    }
    return replace(
        attributes, **{name: "" for name, value in usual.items() if getattr(attributes, name) == value}
    )


def shares(amount: Money, open_: Iterable[Share], what: str) -> tuple[Share, ...]:
    """An amount over what is open, the first first. Refused (409) where less is open than that."""
    left, found = amount.cents, []
    for each in open_:
        taken = min(left, each.cents)
        if taken > 0:
            found.append(replace(each, cents=taken))
            left -= taken
    if left:
        there = amount - Money(left)
        words = f"{amount} are to be taken from {what}, and {there} are open"
        finding = Finding("obligation", words, field="amount", expected=f"at most {there}")
        raise Refusal("obligation", words, findings=(finding,))
    return tuple(found)


def covering(
    delivered: Iterable[tuple[Fraction, Delivery]], before: Fraction, quantity: Fraction
) -> tuple[Delivery, ...]:
    """The deliveries of a line that an invoice for a quantity pays, where so much was invoiced before."""
    reached, found = Fraction(0), []
    for each, delivery in sorted(delivered, key=lambda pair: pair[1].delivered_on):
        begins, reached = reached, reached + each
        if reached > before and begins < before + quantity:
            found.append(delivery)
    return tuple(found)


def reserved(open_: Iterable[Share], taken: Iterable[Share]) -> tuple[Share, ...]:
    """What is open after others have taken their shares; in the same order."""
    left: dict[tuple[str, Attributes], int] = {}
    for each in taken:
        left[each.tas, each.attributes] = left.get((each.tas, each.attributes), 0) + each.cents
    found = []
    for each in open_:
        off = min(left.get((each.tas, each.attributes), 0), each.cents)
        left[each.tas, each.attributes] = left.get((each.tas, each.attributes), 0) - off
        if each.cents > off:
            found.append(replace(each, cents=each.cents - off))
    return tuple(found)


def split(whole: Iterable[Share], less: int) -> tuple[tuple[Share, ...], tuple[Share, ...]]:
    """Shares without an amount that is taken off at their end, and that amount."""
    kept: list[Share] = []
    off: list[Share] = []
    for each in reversed(tuple(whole)):
        taken = min(each.cents, less)
        less -= taken
        if taken:
            off.append(replace(each, cents=taken))
        if each.cents > taken:
            kept.append(replace(each, cents=each.cents - taken))
    return tuple(reversed(kept)), tuple(reversed(off))
