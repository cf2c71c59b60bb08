"""The lines of a bill before they are stored: charges for usage, and corrections of bills issued before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from qsmo.kernel.ids import digest
from qsmo.kernel.money import Money
from qsmo.kernel.period import Period
from qsmo.marketplace.billing.rules.correction import changed
from qsmo.marketplace.billing.rules.price import Metered, Price, arithmetic, charges

Kind = Literal["usage", "withdrawn", "added"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `during` are its days, `of` the days of the whole usage, `quantity` that of the whole usage.

    `usage`, `price` and `corrects` are keys; a withdrawn line names in `corrects` the line that it takes back.
    """

    kind: Kind
    usage: str
    price: str
    meter: str
    quantity: Fraction
    during: Period
    of: Period
    unit: Fraction
    amount: Money
    sum_words: str
    corrects: str = ""


@dataclass(frozen=True, slots=True)
class Billed:
    """A line of an issued bill that no later line takes back, with the content of the usage it charged."""

    key: str
    content: tuple[str, ...]
    line: Line


@dataclass(frozen=True, slots=True)
class Answered:
    """A usage of the latest answer of a period, with its content as text for comparison."""

    usage: Metered
    content: tuple[str, ...]


def charged(
    usages: Sequence[Metered], plan: str, prices: Sequence[Price], kind: Kind = "usage"
) -> list[Line]:
    """The lines of usages in their order, each at the prices of its own days."""
    return [
        Line(
            kind=kind,
            usage=each.usage.key,
            price=each.price.key,
            meter=each.usage.meter,
            quantity=each.usage.quantity,
            during=each.during,
            of=each.usage.during,
            unit=each.price.figures["unit"],
            amount=each.amount,
            sum_words=arithmetic(each),
        )
        for usage in usages
        for each in charges(usage, plan, prices)
    ]


def corrected(
    billed: Sequence[Billed], answered: Sequence[Answered], plan: str, prices: Sequence[Price]
) -> list[Line]:
    """What a later answer for a period billed before adds to the next bill: old lines taken back, new ones charged."""
    before = {each.line.usage: each.content for each in billed}
    after = {each.usage.key: each.content for each in answered}
    gone, fresh = changed(before, after)
    back = [_taken_back(each) for each in billed if each.line.usage in gone]
    new: Mapping[str, Metered] = {each.usage.key: each.usage for each in answered}
    return back + charged([new[key] for key in fresh], plan, prices, "added")


def _taken_back(billed: Billed) -> Line:
    line = billed.line
    return Line(
        kind="withdrawn",
        usage=line.usage,
        price=line.price,
        meter=line.meter,
        quantity=line.quantity,
        during=line.during,
        of=line.of,
        unit=line.unit,
        amount=-line.amount,
        sum_words=f"taken back: {line.sum_words}",
        corrects=billed.key,
    )


def total(lines: Sequence[Line]) -> Money:
    """The bill: the sum of its rounded lines."""
    return Money.total(line.amount for line in lines)


def bill_digest(answer: str, plan: str, lines: Sequence[Line]) -> str:
    """The SHA-256 of a bill's content: the sealed answer's digest, the plan, and each line without stored keys."""
    content = [
        (line.kind, line.meter, line.quantity, line.during, line.of, line.unit, line.amount, line.sum_words)
        for line in lines
    ]
    return digest({"answer": answer, "plan": plan, "lines": content})
