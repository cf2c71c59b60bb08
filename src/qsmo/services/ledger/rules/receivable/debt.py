"""Interest, penalty and costs on a debt to the Government, line by line, and to what a part payment goes first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from qsmo.kernel.finding import Refusal
from qsmo.kernel.law import Version
from qsmo.kernel.money import Money, round_to_integer
from qsmo.services.ledger.rules.chart import law

PRINCIPAL, INTEREST, PENALTY, HANDLING, CONTINGENCY = PARTS = (
    "principal", "interest", "penalty", "handling", "contingency",
)  # fmt: skip
TITLES = {
    PRINCIPAL: "Principal",
    INTEREST: "Interest",
    PENALTY: "Penalty for late payment",
    HANDLING: "Administrative costs",
    CONTINGENCY: "Costs paid out of what is collected",
}


@dataclass(frozen=True, slots=True)
class Debt:
    """A debt as far as charges on it depend on it.

    `paid` are the amounts by which its principal became less, with their days; `is_person` is false for agencies of
    the United States, which owe no such charges (31 U.S.C. 3701(c)).
    """

    principal: Money
    noticed_on: date
    due_on: date
    paid: tuple[tuple[date, Money], ...] = ()
    is_person: bool = True

    def open_on(self, day: date) -> Money:
        """The principal that is left at the end of a day."""
        return self.principal - Money.total(amount for on, amount in self.paid if on <= day)


@dataclass(frozen=True, slots=True)
class Span:
    """Days over which the same amount bore the same rate: from `first`, up to and including `last`."""

    first: date
    last: date
    amount: Money

    @property
    def days(self) -> int:
        """How many days are charged."""
        return (self.last - self.first).days


@dataclass(frozen=True, slots=True)
class Charged:
    """What a part of a debt has come to by a day: the exact sum settled once to the cent, with how it came about."""

    part: str
    amount: Money
    rate: Fraction
    spans: tuple[Span, ...]
    words: str
    cite: str
    table: str

    @property
    def steps(self) -> tuple[str, ...]:
        """Each span in words, for people."""
        return tuple(
            f"{span.amount} at {self.rate * 100} percent a year from {span.first} to {span.last}: {span.days} days"
            for span in self.spans
        )


def charges_law(noticed_on: date) -> Version:
    """The law on charges for a debt of which notice was given on a day."""
    return law()["debt_charges"].at(on=noticed_on)


def rate_of(noticed_on: date) -> Version:
    """The published rate for debts of which notice was given on a day; LawGap where its notice is not on file."""
    return law()["debt_rates"].at(on=noticed_on)


def interest(debt: Debt, on: date) -> Charged:
    """Interest through a day: from the notice, at its rate, on what was not paid within the days that are free."""
    rules = charges_law(debt.noticed_on)
    free = debt.noticed_on + timedelta(days=rules.integer("free_days"))
    if not debt.is_person:
        return _nothing(
            INTEREST, "An agency of the United States owes no interest", rules, "31 U.S.C. 3701(c)"
        )
    if on <= free:
        words = f"No interest on what is paid through {free}"
        return _nothing(INTEREST, words, rules, "31 U.S.C. 3717(d)")
    rate = rate_of(debt.noticed_on)
    spans = tuple(_spans(debt, debt.noticed_on, free, on))
    return _charged(
        INTEREST, spans, rate.rate("rate"), rules,
        f"Simple interest from the day of the notice at the rate of that day, {rate.reference}",
        "31 U.S.C. 3717(a) to (d)", rate.reference,
    )  # fmt: skip


def penalty(debt: Debt, on: date) -> Charged:
    """The penalty through a day: from when it was due, on what is more than so many days past due."""
    rules = charges_law(debt.noticed_on)
    late = debt.due_on + timedelta(days=rules.integer("penalty_after_days"))
    if not debt.is_person:
        return _nothing(PENALTY, "An agency of the United States owes no penalty", rules, "31 U.S.C. 3701(c)")
    if on <= late:
        return _nothing(PENALTY, f"No penalty through {late}", rules, "31 U.S.C. 3717(e)(2)")
    spans = tuple(_spans(debt, debt.due_on, late, on))
    return _charged(
        PENALTY, spans, rules.rate("penalty_rate"), rules,
        f"On what was not paid by {late}, from the day it was due", "31 U.S.C. 3717(e)(2)", rules.reference,
    )  # fmt: skip


def _spans(debt: Debt, start: date, free: date, on: date) -> Iterator[Span]:
    """The spans of what was still open after the days that are free; what was paid by then bears nothing."""
    left, first = debt.open_on(free), start
    for day, amount in sorted(pair for pair in debt.paid if free < pair[0] < on):
        if left:
            yield Span(first, day, left)
        left, first = left - amount, day
    if left:
        yield Span(first, on, left)


def _charged(
    part: str, spans: tuple[Span, ...], rate: Fraction, rules: Version, words: str, cite: str, table: str
) -> Charged:
    exact = sum((span.amount.cents * span.days for span in spans), 0) * rate / rules.integer("days_in_year")
    return Charged(part, Money(round_to_integer(Fraction(exact))), rate, spans, words, cite, table)


def _nothing(part: str, words: str, rules: Version, cite: str) -> Charged:
    return Charged(part, Money(0), Fraction(0), (), words, cite, rules.reference)


def applied(amount: Money, left: Mapping[str, Money], noticed_on: date) -> dict[str, Money]:
    """A payment over the parts of a debt in the order of the law; more than all of it is refused (422)."""
    order = charges_law(noticed_on).text("order").split()
    whole = Money.total(left.values())
    if amount.cents <= 0 or amount > whole:
        words = f"{whole} is owed; a payment of {amount} cannot be applied to it"
        raise Refusal("payment-amount", words, status=422)
    found, rest = {}, amount
    for part in order:
        taken = min(rest, left.get(part, Money(0)))
        if taken:
            found[part] = taken
            rest -= taken
    return found


def goes_to_treasury_on(noticed_on: date, due_on: date) -> date:
    """The day after which an unpaid debt is referred to Treasury for collection (31 U.S.C. 3711(g), 3716(c)(6))."""
    return due_on + timedelta(days=charges_law(noticed_on).integer("referral_days"))


def needs_justice(noticed_on: date, principal: Money) -> bool:
    """Whether only the Department of Justice may end collection of a debt (31 U.S.C. 3711(a)(2))."""
    return principal > charges_law(noticed_on).cents("justice_above")


def cleared_by(received_on: date, on: date) -> date:
    """The day by which money in suspense is to be cleared."""
    days = law()["debt_charges"].at(on=on).integer("suspense_days")
    return received_on + timedelta(days=days)
