"""Whether the accounting of an order is complete, well formed, adds up, and is in life for what it pays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from qsmo.kernel.finding import Finding
from qsmo.kernel.law import Version
from qsmo.kernel.money import Money
from qsmo.kernel.period import Period
from qsmo.marketplace.agreements.rules.tas import Tas, form_findings, stage

_BETC = re.compile(r"[A-Z][A-Z0-9]{1,7}")
_ALC = re.compile(r"\d{8}")


@dataclass(frozen=True, slots=True)
class Cited:
    """One funding line as stated: whose, which account, which transaction code and location, and how much."""

    side: str
    number: int
    tas: Tas
    betc: str
    alc: str
    amount: Money

    @property
    def place(self) -> str:
        """How findings name this line."""
        return f"{self.side} funding line {self.number}"


def form(lines: Sequence[Cited]) -> Iterator[Finding]:
    """The form of each line by itself: account symbol, BETC of two to eight characters, ALC of eight digits."""
    for line in lines:
        yield from form_findings(line.tas, line.place)
        if not _BETC.fullmatch(line.betc):
            words = f"“{line.betc}” is not a business event type code"
            expected = "two to eight letters or digits, such as DISB or COLL"
            yield Finding("betc-form", words, file=line.place, field="betc", expected=expected)
        if not _ALC.fullmatch(line.alc):
            words = f"“{line.alc}” is not an agency location code"
            yield Finding("alc-form", words, file=line.place, field="alc", expected="eight digits")
        if line.amount.cents <= 0:
            words = f"a funding line of {line.amount} funds nothing"
            yield Finding("funding-amount", words, file=line.place, field="amount", expected="more than 0.00")


def completeness(lines: Sequence[Cited], total: Money, sides: Sequence[str]) -> Iterator[Finding]:
    """Whether each side's lines add up to the order, and the two sides settle between different locations."""
    for side in sides:
        own = [line for line in lines if line.side == side]
        stated = Money.total(line.amount for line in own)
        if stated != total:
            words = f"the {side} side's funding adds up to {stated}, the order to {total}"
            yield Finding("funding-total", words, field=f"{side} funding", expected=str(total))
    locations = [{line.alc for line in lines if line.side == side} for side in sides]
    for alc in sorted(set.intersection(*locations)) if len(locations) > 1 else []:
        words = f"both sides settle at the agency location code {alc}"
        yield Finding("alc-same", words, field="alc", expected="a different location for each side")


def life(
    tas: Tas, place: str, during: Period, obligated_on: date, severable: bool, accounts: Version
) -> Iterator[Finding]:
    """Whether an account may be obligated on a day for a period of service (31 U.S.C. 1502, bona fide need).

    It must be unexpired on the day of obligation and on the first day of service. A severable service may run past the
    account's last year, but not longer than one year in all (41 U.S.C. 3902); what is not severable is one need of its
    first day.
    """
    for day, what in ((obligated_on, "on the day of obligation"), (during.start, "when the service starts")):
        standing = stage(tas, day, accounts)
        if standing != "unexpired":
            words = f"account {tas} is {standing} {what} ({day})"
            yield Finding(
                "funds-life", words, file=place, field="epoa", expected="an account in its own years"
            )
    years = accounts.integer("severable_years")
    if severable and not tas.is_no_year and stage(tas, during.last, accounts) != "unexpired":
        longest = years_later(during.start, years)
        if during.end > longest:
            words = f"the severable service runs to {during.last}, past the years of account {tas}"
            expected = f"an end by {longest}, or an order for each year"
            yield Finding("severable-too-long", words, file=place, field="ends_on", expected=expected)


def years_later(day: date, years: int) -> date:
    """The day so many years later."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February has no anniversary: the day after it counts
        return date(day.year + years, day.month + 1, 1)
