"""Whether an order stays inside its general terms, and its lines add up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from qsmo.kernel.finding import Finding
from qsmo.kernel.money import Money
from qsmo.kernel.period import Period


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What general terms allow: days, amount, and how much of the amount orders have taken."""

    during: Period
    amount: Money
    taken: Money

    @property
    def left(self) -> Money:
        """What orders may still take."""
        return self.amount - self.taken


@dataclass(frozen=True, slots=True)
class Wanted:
    """One order line as stated: units, exact price of one in dollars, and the most it may ever cost."""

    number: int
    quantity: int
    unit_price: Fraction
    ceiling: Money

    @property
    def amount(self) -> Money:
        """Quantity times the exact unit price in dollars, rounded once, half up, to the cent."""
        return Money(100).times(self.unit_price * self.quantity)


def inside(ceiling: Ceiling, during: Period, total: Money) -> Iterator[Finding]:
    """The order's days lie inside the general terms' days, and its amount inside what is left of the ceiling."""
    if during.start < ceiling.during.start or during.end > ceiling.during.end:
        words = f"the order runs {during.start} to {during.last}, outside its general terms"
        expected = f"days from {ceiling.during.start} to {ceiling.during.last}"
        field = "starts_on" if during.start < ceiling.during.start else "ends_on"
        yield Finding("outside-period", words, field=field, expected=expected)
    if total > ceiling.left:
        words = (
            f"the order of {total} is more than the {ceiling.left} left of the ceiling of {ceiling.amount}"
        )
        yield Finding("over-ceiling", words, field="total", expected=f"at most {ceiling.left}")


def lines(wanted: Sequence[Wanted]) -> Iterator[Finding]:
    """There is a line; each has units and a price, and its ceiling is not below its amount."""
    if not wanted:
        yield Finding("no-lines", "an order has at least one line", field="lines", expected="a line")
    for line in wanted:
        place = f"line {line.number}"
        if line.quantity <= 0 or line.unit_price < 0:
            words = f"{line.quantity} units at {line.unit_price} are not an order"
            yield Finding("line-quantity", words, file=place, field="quantity", expected="at least one unit")
        if line.ceiling < line.amount:
            words = f"the line's ceiling of {line.ceiling} is below its amount of {line.amount}"
            yield Finding(
                "line-ceiling", words, file=place, field="ceiling", expected=f"at least {line.amount}"
            )


def notice(today: date, ends_on: date, days: int) -> Iterator[Finding]:
    """A termination leaves the agreed days of notice."""
    if (ends_on - today).days < days:
        words = f"ending on {ends_on} leaves {max((ends_on - today).days, 0)} days; {days} are agreed"
        yield Finding("notice-short", words, field="ends_on", expected=f"{days} days after {today} or later")
