"""The three-way match: what was ordered, what was received and accepted, and what is invoiced, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from qsmo.kernel.finding import Finding
from qsmo.kernel.money import Money, round_to_integer


@dataclass(frozen=True, slots=True)
class Ordered:
    """A line of an order: how much of it was ordered, accepted, and invoiced before."""

    number: int
    words: str
    quantity: Fraction
    unit_price: Fraction
    accepted: Fraction
    invoiced: Fraction


@dataclass(frozen=True, slots=True)
class Billed:
    """A line of an invoice, for a line of the order."""

    number: int
    quantity: Fraction
    unit_price: Fraction
    amount: Money


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How much more than ordered may be paid: a part of the price, and an amount for the whole invoice at most."""

    rate: Fraction = Fraction(0)
    most: Money = Money(0)  # frozen


@dataclass(frozen=True, slots=True)
class Compared:
    """A line of an invoice beside its line of the order. `expected` is its quantity at the price of the order."""

    billed: Billed
    ordered: Ordered | None
    expected: Money
    findings: tuple[Finding, ...]

    @property
    def outcome(self) -> str:
        """What came of it, in words."""
        return "; ".join(each.words for each in self.findings) or "agrees"


@dataclass(frozen=True, slots=True)
class Match:
    """An invoice beside its order. `difference` is what it asks beyond what was accrued for the same quantities."""

    lines: tuple[Compared, ...]
    amount: Money
    expected: Money
    findings: tuple[Finding, ...]

    @property
    def difference(self) -> Money:
        """Invoice less accrual."""
        return self.amount - self.expected


def worth(before: Fraction, quantity: Fraction, unit_price: Fraction) -> Money:
    """What a quantity is worth after another of the same line, so that all of them add up to the whole, to the cent."""
    return Money(_cents((before + quantity) * unit_price) - _cents(before * unit_price))


def _cents(dollars: Fraction) -> int:
    return round_to_integer(dollars * 100)


def match(
    billed: Iterable[Billed], ordered: Mapping[int, Ordered], tolerance: Tolerance, open_: Money
) -> Match:
    """Compare an invoice with its order and what was accepted. `open_` is what of the order is not yet accrued."""
    taken: dict[int, Fraction] = {}
    lines = []
    for each in billed:
        before = taken.get(each.number, Fraction(0))
        lines.append(_compared(each, ordered.get(each.number), before, tolerance))
        taken[each.number] = before + each.quantity
    amount = Money.total(each.billed.amount for each in lines)
    expected = Money.total(each.expected for each in lines)
    found = [finding for each in lines for finding in each.findings]
    over = amount - expected
    if over > tolerance.most and not found:
        words = f"The invoice asks {over} more than was ordered, and {tolerance.most} is allowed"
        found.append(
            Finding("tolerance", words, field="amount", expected=f"at most {expected + tolerance.most}")
        )
    if over > open_ and not found:
        words = f"The invoice asks {over} more than was accrued, and {open_} of the order is left"
        found.append(Finding("obligation", words, field="amount", expected="an order that was increased"))
    return Match(tuple(lines), amount, expected, tuple(found))


def _compared(billed: Billed, ordered: Ordered | None, before: Fraction, tolerance: Tolerance) -> Compared:
    if ordered is None:
        words = f"The order has no line {billed.number}"
        found = (
            Finding("order-line", words, line=billed.number, field="line", expected="a line of the order"),
        )
        return Compared(billed, None, Money(0), found)
    invoiced = ordered.invoiced + before
    expected = worth(invoiced, billed.quantity, ordered.unit_price)
    return Compared(billed, ordered, expected, tuple(_differences(billed, ordered, invoiced, tolerance)))


def _differences(
    billed: Billed, ordered: Ordered, invoiced: Fraction, tolerance: Tolerance
) -> Iterator[Finding]:
    most = ordered.unit_price * (1 + tolerance.rate)
    if billed.unit_price > most:
        words = f"Line {billed.number}: {number(billed.unit_price)} a unit, ordered at {number(ordered.unit_price)}"
        yield Finding(
            "price", words, line=billed.number, field="unit_price", expected=f"at most {number(most)}"
        )
    whole, left = invoiced + billed.quantity, max(ordered.quantity - invoiced, Fraction(0))
    if whole > ordered.quantity:
        words = f"Line {billed.number}: {number(whole)} invoiced of {number(ordered.quantity)} ordered"
        yield Finding(
            "ordered", words, line=billed.number, field="quantity", expected=f"at most {number(left)}"
        )
    elif whole > ordered.accepted:
        words = f"Line {billed.number}: {number(whole)} invoiced of {number(ordered.accepted)} accepted"
        yield Finding("received", words, line=billed.number, field="quantity", expected="what was accepted")


def arithmetic(billed: Billed) -> Finding | None:
    """The finding where quantity times price is not the amount of a line."""
    right = Money(_cents(billed.quantity * billed.unit_price))
    if right == billed.amount:
        return None
    words = f"{number(billed.quantity)} at {number(billed.unit_price)} are {right}, not {billed.amount}"
    return Finding("arithmetic", words, line=billed.number, field="amount", expected=str(right))


def number(value: Fraction) -> str:
    """An exact quantity or price as a person writes it."""
    return f"{(Decimal(value.numerator) / Decimal(value.denominator)).normalize():,f}"


def plain_number(text: str) -> str:
    """An invoice number without what people write in different ways: capitals, blanks, signs, zeros in front."""
    bare = "".join(each for each in text.upper() if each.isalnum())
    return bare.lstrip("0") or bare
