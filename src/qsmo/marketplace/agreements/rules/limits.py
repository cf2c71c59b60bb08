"""Whether the days and the ceiling of general terms lie within what the marketplace takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from qsmo.kernel.finding import Finding
from qsmo.kernel.law import Version
from qsmo.kernel.money import Money
from qsmo.marketplace.agreements.rules.funding import years_later


@dataclass(frozen=True, slots=True)
class Limits:
    """The first and the last day on which terms may start, their longest run in years, and their largest ceiling."""

    earliest: date
    latest: date
    years: int
    ceiling: Money


def limits_of(version: Version, today: date) -> Limits:
    """The limits of a version, as they stand on a day."""
    return Limits(
        date.fromisoformat(version.text("earliest_start")),
        years_later(today, version.integer("years_ahead")),
        version.integer("longest_years"),
        Money(version.integer("largest_ceiling_cents")),
    )


def start(starts_on: date, limits: Limits) -> Iterator[Finding]:
    """Terms start after the marketplace began, and not further ahead than anybody plans."""
    expected = f"a day from {limits.earliest} to {limits.latest}"
    if starts_on < limits.earliest:
        words = f"{starts_on} is before the marketplace began"
        yield Finding("start-too-early", words, field="starts_on", expected=expected)
    if starts_on > limits.latest:
        words = f"{starts_on} is too far ahead to agree on now"
        yield Finding("start-too-late", words, field="starts_on", expected=expected)


def term(starts_on: date, ends_on: date, limits: Limits) -> Iterator[Finding]:
    """Terms end after they start (`ends_on` is the first day after) and run no longer than the limit."""
    if ends_on <= starts_on:
        expected = f"a last day on or after {starts_on}"
        yield Finding("period-empty", "the terms end before they start", field="ends_on", expected=expected)
    elif ends_on.year - starts_on.year >= limits.years and ends_on > years_later(starts_on, limits.years):
        words = f"general terms run at most {limits.years} years, then the two sides agree anew"
        expected = f"a last day before {years_later(starts_on, limits.years)}"
        yield Finding("term-too-long", words, field="ends_on", expected=expected)


def ceiling(amount: Money, taken: Money, limits: Limits) -> Iterator[Finding]:
    """A ceiling is an amount, not below what orders have taken, and not beyond the limit."""
    least = f"at least ${taken}" if taken.cents else "more than $0.00"
    expected = f"{least} and at most ${limits.ceiling}"
    if amount.cents <= 0:
        yield Finding(
            "ceiling", f"a ceiling of ${amount} allows no order", field="ceiling_cents", expected=expected
        )
    elif amount < taken:
        words = f"${amount} is below the ${taken} that orders have taken"
        yield Finding("ceiling", words, field="ceiling_cents", expected=expected)
    elif amount > limits.ceiling:
        words = f"${amount} is more than any general terms here allow"
        yield Finding("ceiling-too-large", words, field="ceiling_cents", expected=expected)
