"""What usage costs: every day at the price in force on it, each stretch of days rounded once.

The days of one usage are cut wherever a price takes effect; a stretch carries the part of the quantity that its days
are of the whole. All prices count: several inside one usage, and one that takes effect on its first day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money, Rounding, round_to_integer
from qsmo.kernel.period import Period

Figures = Mapping[str, Fraction]
ROUNDING = Rounding.HALF_UP


@dataclass(frozen=True, slots=True)
class Price:
    """A price of one meter of one plan from a day on. `figures` are exact; amounts among them are in cents.

    Of two prices effective on the same day the one `recorded` later (any sortable text) is in force.
    """

    key: str
    plan: str
    meter: str
    effective: date
    figures: Figures
    model: str = "per_unit"
    recorded: str = ""


@dataclass(frozen=True, slots=True)
class PriceModel:
    """One way to charge: which figures a price states, the exact cost in cents of a quantity, the price in words."""

    figures: tuple[str, ...]
    cost: Callable[[Fraction, Figures], Fraction]
    words: Callable[[Figures], str]


@dataclass(frozen=True, slots=True)
class Metered:
    """A sealed quantity of a meter over days, with the key under which it was sealed."""

    key: str
    meter: str
    during: Period
    quantity: Fraction


@dataclass(frozen=True, slots=True)
class Charge:
    """One line: the part of a usage that falls on the days of one price, and what it costs to the whole cent."""

    usage: Metered
    price: Price
    during: Period
    amount: Money

    @property
    def share(self) -> Fraction:
        """The part that these days are of all days of the usage."""
        return Fraction(self.during.days, self.usage.during.days)

    @property
    def quantity(self) -> Fraction:
        """The part of the quantity that falls on these days, exact."""
        return self.usage.quantity * self.share


def in_force(prices: Iterable[Price], plan: str, meter: str, day: date) -> Price:
    """The price of a meter on a day. Refused (422, `price-gap`) with plan, meter and day where there is none."""
    started = [
        price for price in prices if (price.plan, price.meter) == (plan, meter) and price.effective <= day
    ]
    if not started:
        raise Refusal("price-gap", f"Plan {plan} has no price for {meter} on {day}", status=422)
    return max(started, key=lambda price: (price.effective, price.recorded))


def charges(usage: Metered, plan: str, prices: Sequence[Price]) -> list[Charge]:
    """The lines of one usage, in order of days. They cover each day once; their quantities add up to the whole."""
    own = [price for price in prices if (price.plan, price.meter) == (plan, usage.meter)]
    stretches = usage.during.split(*(price.effective for price in own))
    lines: list[Charge] = []
    for stretch in stretches:
        price = in_force(own, plan, usage.meter, stretch.start)
        if lines and lines[-1].price == price:
            stretch = Period(lines.pop().during.start, stretch.end)
        lines.append(Charge(usage, price, stretch, amount(usage, stretch, price)))
    return lines


def amount(usage: Metered, during: Period, price: Price) -> Money:
    """What the days of a stretch cost, rounded once. Refused (422) for a price model that is not known."""
    model = PRICE_MODELS.get(price.model)
    if model is None:
        known = ", ".join(PRICE_MODELS)
        raise Refusal("price-model", f"“{price.model}” is not a price model; known: {known}", status=422)
    quantity = usage.quantity * Fraction(during.days, usage.during.days)
    return Money(round_to_integer(model.cost(quantity, price.figures), ROUNDING))


def arithmetic(charge: Charge) -> str:
    """The sum in words, such as `1,988 × 7/14 × $4.1250 = $4,100.25`; the days' part is left out where it is all."""
    days = f" × {charge.during.days}/{charge.usage.during.days}" if charge.share != 1 else ""
    price = PRICE_MODELS[charge.price.model].words(charge.price.figures)
    return f"{exact_words(charge.usage.quantity)}{days} × {price} = ${charge.amount}"


def exact_words(value: Fraction) -> str:
    """An exact number in words: `1,988`, `0.125`, or `1/3` where no number of decimals is enough."""
    if value.denominator == 1:
        return f"{value.numerator:,}"
    exact = _decimal(value)
    return f"{value.numerator:,}/{value.denominator:,}" if exact is None else f"{exact.normalize():,f}"


def unit_words(cents: Fraction) -> str:
    """An exact amount in dollars with all its decimals, in an even number of them: `$4.00`, `-$4.1250`, `$1/3`."""
    dollars, sign = abs(cents) / 100, "-" if cents < 0 else ""
    exact = _decimal(dollars)
    if exact is None:
        return f"{sign}${dollars.numerator:,}/{dollars.denominator:,}"
    needed = max(2, len(f"{exact.normalize():f}".partition(".")[2]))
    return f"{sign}${exact:,.{needed + needed % 2}f}"


def _decimal(value: Fraction) -> Decimal | None:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact if Fraction(exact) == value else None


PRICE_MODELS: Mapping[str, PriceModel] = {
    "per_unit": PriceModel(
        ("unit",),
        cost=lambda quantity, figures: quantity * figures["unit"],
        words=lambda figures: unit_words(figures["unit"]),
    )
}
