"""Which price version counts on a day, and what an agency's volumes would cost under a plan's dated prices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money, Rounding, rate, round_to_integer
from qsmo.kernel.period import PayCalendar, Period
from qsmo.marketplace.catalogue.rules.listing import LAW

RECURS = {
    "pay_period": "each pay period",
    "month": "each month",
    "use": "each use, over the year",
}


@dataclass(frozen=True, slots=True)
class Price:
    """One price version: exact dollars per unit (as text, and as a fraction) from a day on."""

    id: str
    plan: str
    meter: str
    unit: str
    recurs: str
    text: str
    effective_on: date
    recorded_on: date
    announced_on: date
    order: str = ""
    note: str = ""
    is_invented: bool = False

    @property
    def unit_price(self) -> Fraction:
        """Dollars per unit, exact."""
        return unit_price(self.text)

    @property
    def shown(self) -> str:
        """The exact price in dollars, at least two decimals: `6.15`, `6.3375`; a fraction stays one."""
        return exact_dollars(self.text)


@dataclass(frozen=True, slots=True)
class Priced:
    """One line of an estimate: a quantity on days that share one price version, and its amount."""

    during: Period
    quantity: Fraction
    price: Price
    amount: Money


@dataclass(frozen=True, slots=True)
class Share:
    """The lines of an estimate that one price version makes, taken together."""

    price: Price
    quantity: Fraction
    amount: Money
    lines: tuple[Priced, ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a volume would cost in a calendar year. The total is the sum of rounded lines, as on a bill."""

    plan: str
    meter: str
    year: int
    volume: int
    occasions: int
    lines: tuple[Priced, ...]
    shares: tuple[Share, ...]
    total: Money
    average: Money


def unit_price(text: str) -> Fraction:
    """An exact price of zero or more dollars from text such as `6.3375` or `1/3`; refused (422) otherwise."""
    value = rate(text)
    if value < 0:
        raise Refusal("price-negative", f"A price is zero or more, not {text}", status=422)
    return value


def exact_dollars(text: str) -> str:
    """The exact text of a price as dollars are written: `6850` is `6,850.00`, `6.3375` and `1/3` stay as they are."""
    if "/" in text:
        return text
    whole, _, part = text.strip().partition(".")
    return f"{int(whole):,}.{part.ljust(2, '0')}"


def in_force(prices: Iterable[Price], meter: str, on: date, known_by: date | None = None) -> Price | None:
    """The price of a meter on a day; of two from the same day the one recorded later. None before the first."""
    open_ = [
        price
        for price in prices
        if price.meter == meter
        and price.effective_on <= on
        and (known_by is None or price.recorded_on <= known_by)
    ]
    return max(open_, key=lambda price: (price.effective_on, price.recorded_on, price.order), default=None)


def spread(
    prices: Sequence[Price], meter: str, during: Period, quantity: Fraction, known_by: date | None = None
) -> tuple[Priced, ...]:
    """A quantity over the days of a period, cut where the price changes and shared by days; refused without a price.

    Every version counts, also two in one period and one on its first day. Each line is rounded half up to the cent.
    """
    cuts = sorted({price.effective_on for price in prices if price.meter == meter})
    lines: list[Priced] = []
    for part in _joined(prices, meter, during.split(*cuts), known_by):
        price = in_force(prices, meter, part.start, known_by)
        if price is None:
            words = f"No price of “{meter}” is on file for {part.start}; choose a period that starts later"
            raise Refusal("price-missing", words, status=422)
        share = quantity * part.days / during.days
        lines.append(Priced(part, share, price, amount(share, price)))
    return tuple(lines)


def amount(quantity: Fraction, price: Price) -> Money:
    """Quantity times exact price, rounded once, half up, to the cent."""
    return Money(round_to_integer(quantity * price.unit_price * 100, Rounding.HALF_UP))


def estimate(
    prices: Sequence[Price], meter: str, volume: int, year: int, known_by: date | None = None
) -> Estimate:
    """What `volume` units on each occasion of a calendar year would cost; refused where the meter has no price.

    Occasions: pay periods by pay date (2026 has 27), calendar months, or the year as one with its volume spread
    evenly over its days.
    """
    known = [price for price in prices if price.meter == meter]
    if not known:
        raise Refusal("meter-unknown", f"This plan has no price for “{meter}”", status=404)
    if volume < 0:
        raise Refusal("volume-negative", "A volume is zero or more", status=422)
    periods = occasions(known[-1].recurs, year)
    lines = tuple(
        line for during in periods for line in spread(known, meter, during, Fraction(volume), known_by)
    )
    shares = tuple(_share(price, lines) for price in dict.fromkeys(line.price for line in lines))
    total = Money.total(line.amount for line in lines)
    average = Money(round_to_integer(Fraction(total.cents, len(periods))))
    return Estimate(known[0].plan, meter, year, volume, len(periods), lines, shares, total, average)


def occasions(recurs: str, year: int) -> tuple[Period, ...]:
    """The periods of a calendar year in which a unit counts anew."""
    if recurs == "pay_period":
        return tuple(each.during for each in pay_calendar(year).pay_periods_in(year))
    if recurs == "month":
        return tuple(Period.month(year, month) for month in range(1, 12 + 1))
    return (Period(date(year, 1, 1), date(year + 1, 1, 1)),)


def pay_calendar(year: int) -> PayCalendar:
    """The biweekly calendar whose pay dates decide which pay periods are of a year."""
    version = LAW["pay-calendar"].at(on=date(year, 12, 1))
    return PayCalendar(date.fromisoformat(version.text("first_day")), version.integer("pay_lag_days"))


def _joined(
    prices: Sequence[Price], meter: str, parts: Iterable[Period], known_by: date | None
) -> list[Period]:
    """Neighbouring parts with the same price as one: a version superseded on its own day cuts nothing."""
    joined: list[Period] = []
    for part in parts:
        same = joined and in_force(prices, meter, joined[-1].start, known_by) == in_force(
            prices, meter, part.start, known_by
        )
        if same:
            joined[-1] = Period(joined[-1].start, part.end)
        else:
            joined.append(part)
    return joined


def _share(price: Price, lines: Iterable[Priced]) -> Share:
    own = tuple(line for line in lines if line.price == price)
    quantity = sum((line.quantity for line in own), Fraction(0))
    return Share(price, quantity, Money.total(line.amount for line in own), own)
