"""How amounts, rates, dates and states are written on pages: exact, the same everywhere, without a float."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

from qsmo.kernel.money import Money, round_to_integer

NOTHING = "—"

_TONES = {
    "good": "active certified confirmed in_performance accepted approved paid settled signed complete completed "
    "done sealed designated published passed",
    "warn": "waiting pending disputed suspended paused expiring held partial",
    "bad": "refused failed rejected cancelled canceled expired revoked terminated error broken",
    "info": "draft shared pre_designated collecting calculated submitted requested proposed running calculating "
    "provisioning started new",
}
_TONE_OF = {state: tone for tone, states in _TONES.items() for state in states.split()}


def dollars(amount: int | Money | None) -> str:
    """Whole cents as `$1,234.50`; a negative amount is `-$3.00`; nothing is a dash."""
    if amount is None:
        return NOTHING
    money = amount if isinstance(amount, Money) else Money(amount)
    return f"{'-' if money.cents < 0 else ''}${abs(money)}"


def whole_dollars(amount: int | Money | None) -> str:
    """Whole cents as `$1,235`, rounded half up; for headlines, never for bills."""
    if amount is None:
        return NOTHING
    cents = amount.cents if isinstance(amount, Money) else amount
    whole = round_to_integer(Fraction(cents, 100))
    return f"{'-' if whole < 0 else ''}${abs(whole):,}"


def number(value: int | Fraction | None, places: int = 2) -> str:
    """A count or quantity as `12,345` or `1.25`, to at most so many places, half up, without closing zeros."""
    if value is None:
        return NOTHING
    scaled = round_to_integer(Fraction(value) * 10**places)
    whole, part = divmod(abs(scaled), 10**places)
    tail = f"{part:0{places}d}".rstrip("0") if places else ""
    return f"{'-' if scaled < 0 else ''}{whole:,}{'.' + tail if tail else ''}"


def percent(value: int | Fraction | None, places: int = 2) -> str:
    """An exact rate as `6.2%`; 1 is `100%`."""
    return NOTHING if value is None else f"{number(Fraction(value) * 100, places)}%"


def ratio(value: int | Fraction | None) -> str:
    """An exact rate as it stands in a table: `0.062` where a decimal is exact, else `2/3`."""
    if value is None:
        return NOTHING
    exact = Fraction(value)
    for places in range(13):
        if (exact * 10**places).denominator == 1:
            return number(exact, places)
    return f"{exact.numerator}/{exact.denominator}"


def day(value: date | None) -> str:
    """A date as `November 22, 2026`."""
    return NOTHING if value is None else f"{value:%B} {value.day}, {value.year}"


def instant(value: datetime | None) -> str:
    """An instant as `Nov 22, 2026, 3:04 p.m. UTC`."""
    if value is None:
        return NOTHING
    there = value.astimezone(UTC)
    half = "a.m." if there.hour < 12 else "p.m."
    return f"{there:%b} {there.day}, {there.year}, {there.hour % 12 or 12}:{there.minute:02d} {half} UTC"


def words(state: object) -> str:
    """A state or slug as a person reads it: `in_review` is `In review`, `pre_designated` is `Pre-designated`."""
    text = str(state or "").replace("_", " ").replace("-", " ").strip()
    text = f"pre-{text[4:]}" if text.startswith("pre ") else text
    return text[:1].upper() + text[1:]


def tone(state: object) -> str:
    """Which of good, warn, bad, info, neutral a state is shown as; an unknown state is neutral."""
    return _TONE_OF.get(str(state or "").lower(), "neutral")
