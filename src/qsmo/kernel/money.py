"""Money as whole US cents, exact rates, and roundings that carry the name the law gives them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from qsmo.kernel.finding import Refusal

_DOLLARS = re.compile(r"(-)?\$?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?")
_RATE = re.compile(r"-?\d+(?:\.\d+)?(?:/\d+)?")


class Rounding(Enum):
    """How a part of a cent is settled. HALF_UP works on the magnitude: half a cent and over goes away from zero."""

    HALF_UP = "half up"
    HALF_EVEN = "half even"
    DOWN = "towards zero"
    UP = "away from zero"


def round_to_integer(value: Fraction, rounding: Rounding = Rounding.HALF_UP) -> int:
    """The whole number for an exact value, under a named rounding; the sign is restored at the end."""
    sign = -1 if value < 0 else 1
    whole, rest = divmod(abs(value.numerator), value.denominator)
    twice = 2 * rest
    up = {
        Rounding.HALF_UP: twice >= value.denominator,
        Rounding.HALF_EVEN: twice > value.denominator or (twice == value.denominator and whole % 2 == 1),
        Rounding.DOWN: False,
        Rounding.UP: rest > 0,
    }[rounding]
    return sign * (whole + (1 if up else 0))


@dataclass(frozen=True, order=True, slots=True)
class Money:
    """An amount of US money in whole cents. Adds, compares and sums; it is never divided into a float."""

    cents: int

    def __post_init__(self) -> None:
        if not isinstance(self.cents, int) or isinstance(self.cents, bool):
            raise TypeError(f"Money is whole cents, not {self.cents!r}")

    @classmethod
    def parse(cls, text: str) -> Money:
        """Read dollars such as `1,234.50`, `-3` or `$0.07`; anything else is refused with code `money-form`."""
        match = _DOLLARS.fullmatch(text.strip())
        if match is None:
            raise Refusal("money-form", f"“{text}” is not an amount of dollars such as 1,234.50", status=422)
        sign, whole, part = match.groups()
        cents = int(whole.replace(",", "")) * 100 + int((part or "0").ljust(2, "0"))
        return cls(-cents if sign else cents)

    @classmethod
    def total(cls, amounts: Iterable[Money]) -> Money:
        """The sum of amounts; nothing adds up to zero."""
        return cls(sum(amount.cents for amount in amounts))

    def times(self, rate: Fraction | int, rounding: Rounding = Rounding.HALF_UP) -> Money:
        """This amount times an exact rate, settled once to the cent."""
        return Money(round_to_integer(self.cents * _exact(rate), rounding))

    def __add__(self, other: Money) -> Money:
        return Money(self.cents + other.cents)

    def __sub__(self, other: Money) -> Money:
        return Money(self.cents - other.cents)

    def __neg__(self) -> Money:
        return Money(-self.cents)

    def __abs__(self) -> Money:
        return Money(abs(self.cents))

    def __bool__(self) -> bool:
        return self.cents != 0

    def __str__(self) -> str:
        sign = "-" if self.cents < 0 else ""
        whole, part = divmod(abs(self.cents), 100)
        return f"{sign}{whole:,}.{part:02d}"


ZERO = Money(0)


def rate(text: str) -> Fraction:
    """An exact rate from text such as `0.062`, `2/3` or `-1`; anything else is refused with code `rate-form`."""
    stripped = text.strip()
    if _RATE.fullmatch(stripped) is None:
        raise Refusal("rate-form", f"“{text}” is not a rate such as 0.062", status=422)
    if "/" in stripped and "." in stripped:
        raise Refusal("rate-form", f"“{text}” mixes a decimal point and a division", status=422)
    try:
        return Fraction(stripped)
    except ZeroDivisionError:
        raise Refusal("rate-form", f"“{text}” divides by zero", status=422) from None


def allocate(total: Money, weights: Sequence[Fraction | int]) -> list[Money]:
    """Split a total by weights so that the parts add back to it (largest remainder, earliest part first on a tie).

    Weights are zero or more and not all zero; otherwise ValueError. A negative total is split as its magnitude.
    """
    exact = [_exact(weight) for weight in weights]
    whole = sum(exact, Fraction(0))
    if whole <= 0 or any(weight < 0 for weight in exact):
        raise ValueError("weights must be zero or more, and at least one above zero")
    sign = -1 if total.cents < 0 else 1
    shares = [abs(total.cents) * weight / whole for weight in exact]
    floors = [share.numerator // share.denominator for share in shares]
    left = abs(total.cents) - sum(floors)
    by_remainder = sorted(range(len(shares)), key=lambda place: (floors[place] - shares[place], place))
    for place in by_remainder[:left]:
        floors[place] += 1
    return [Money(sign * cents) for cents in floors]


def _exact(rate: Fraction | int) -> Fraction:
    if not isinstance(rate, Fraction | int):
        raise TypeError(f"a rate or weight is an exact fraction, not {rate!r}")
    return Fraction(rate)
