"""Prompt payment: the day on which an invoice is received and due, interest on late payment, and discounts.

Every answer carries the steps by which it was reached. 31 U.S.C. 3901-3907; 5 CFR 1315.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from qsmo.kernel.calendar import on_or_after_workday
from qsmo.kernel.finding import Refusal
from qsmo.kernel.law import Row, Version
from qsmo.kernel.money import Money, round_to_integer
from qsmo.services.ledger.rules.chart import law
from qsmo.services.ledger.rules.payable.told import Told

DAY = timedelta(days=1)
MILLION = 100**2 * 100


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was delivered, and when it was accepted, if it was."""

    delivered_on: date
    accepted_on: date | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What an order says: the case of the law, days of its own, days of acceptance longer than those of the law."""

    kind: str = "ordinary"
    days: int = 0
    acceptance_days: int = 0
    goal: bool = False


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice as far as time goes. `received_on` is None where the office did not stamp it; `late_return_days` are
    those by which the agency was late in returning the improper invoice that it replaces."""

    dated_on: date
    received_on: date | None
    deliveries: tuple[Delivery, ...] = ()
    late_return_days: int = 0


@dataclass(frozen=True, slots=True)
class Due:
    """When an invoice is due. `goal_on` is the day by which a small business is to be paid; it owes no interest."""

    received_on: date
    on: date
    goal_on: date
    pays_interest: bool
    told: Told


@dataclass(frozen=True, slots=True)
class Interest:
    """What late payment costs, of how many days; `owed` before the least amount that is paid."""

    days: int
    owed: Money
    paid: Money
    told: Told


@dataclass(frozen=True, slots=True)
class Discount:
    """A discount for early payment: what it comes to, through which day, and whether it is worth taking."""

    amount: Money
    through: date
    taken: bool
    told: Told


def version_on(day: date) -> Version:
    """The law of prompt payment on a day."""
    return law()["prompt_payment"].at(on=day)


def kinds(day: date) -> dict[str, str]:
    """The cases that the law tells apart, with what each is called."""
    return {row.text("kind"): row.text("title") for row in version_on(day).rows}


def due(bill: Bill, terms: Terms) -> Due:
    """The day by which an invoice is to be paid. Refused (422) where the contract must say the days and does not."""
    said = version_on(bill.received_on or bill.dated_on)
    row = said.row(kind=terms.kind)
    steps: list[str] = []
    received = _received(bill, terms, said, steps)
    days = _days(row, terms)
    begins, words = _begin(row, bill, received)
    on = begins + days * DAY
    steps.append(f"{days} days from {words} of {begins} end on {on}")
    if bill.late_return_days:
        on -= bill.late_return_days * DAY
        steps.append(f"{bill.late_return_days} days less, for the late return of the invoice before: {on}")
    moved = on_or_after_workday(on)
    if moved != on:
        steps.append(f"{on} is not a workday; payment on the next one, {moved}, owes no interest")
    goal = moved
    if terms.goal:
        goal = min(moved, on_or_after_workday(begins + said.integer("goal_days") * DAY))
        steps.append(
            f"A small business is to be paid by {goal} where it can be; no interest is owed for that"
        )
    if not row.cells["interest"]:
        steps.append("Late payment of this kind owes no interest")
    inputs: dict[str, object] = {
        "case": row.text("title"),
        "invoice of": bill.dated_on,
        "stamped as received": bill.received_on or "not stamped",
        "days": f"{days} ({'of the contract' if terms.days == days else 'of the law'})",
    }
    told = Told.of(said, "Due", moved, "Payment due date (5 CFR 1315.4)", inputs, steps)
    return Due(received, moved, goal, bool(row.cells["interest"]), told)


def _days(row: Row, terms: Terms) -> int:
    stated = row.cells["days"]
    own = terms.days if terms.kind in ("ordinary", "financing") else 0
    if own or stated:
        return own or int(stated)
    raise Refusal(
        "terms", f"{row.text('title')}: the contract says the days, and the order has none", status=422
    )


def _received(bill: Bill, terms: Terms, said: Version, steps: list[str]) -> date:
    """The day on which a proper invoice counts as received."""
    came = bill.received_on or bill.dated_on
    steps.append(
        f"The invoice was received on {came}"
        if bill.received_on
        else f"The invoice was not stamped; its own day, {came}, counts"
    )
    if not bill.deliveries:
        return came
    least = max(terms.acceptance_days, said.integer("acceptance_days"))
    each = [(_accepted(delivery, least), delivery) for delivery in bill.deliveries]
    accepted, last = max(each, key=lambda pair: pair[0])
    if last.accepted_on == accepted:
        steps.append(f"What was delivered on {last.delivered_on} was accepted on {accepted}")
    else:
        steps.append(
            f"What was delivered on {last.delivered_on} counts as accepted after {least} days: {accepted}"
        )
    received = max(came, accepted)
    steps.append(f"The later of both days counts: {received}")
    return received


def _accepted(delivery: Delivery, least: int) -> date:
    constructive = delivery.delivered_on + least * DAY
    return min(delivery.accepted_on or constructive, constructive)


def _begin(row: Row, bill: Bill, received: date) -> tuple[date, str]:
    delivered = max((each.delivered_on for each in bill.deliveries), default=received)
    accepted = max((each.accepted_on or received for each in bill.deliveries), default=received)
    return {
        "receipt": (received, "the receipt"),
        "delivery": (delivered, "the delivery"),
        "invoice": (bill.received_on or bill.dated_on, "the receipt of the invoice"),
        "acceptance": (accepted, "the acceptance"),
    }[row.text("from")]


def interest(
    principal: Money,
    owed_on: date,
    paid_on: date,
    rate: Fraction | None,
    paused: Sequence[tuple[date, date]] = (),
) -> Interest:
    """Interest on what is paid after the day on which it was owed, by the rate in force on the day after it.

    Unpaid interest is added to the principal every 30 days; a year at most is counted. `paused` are days, first and
    last, that do not count: a dispute in good faith, bank details that were wrong. Refused (422) where there is no
    rate and one is needed.
    """
    said = version_on(paid_on)
    last = min(paid_on, _years_later(owed_on, said.integer("most_years")))
    whole = max((last - owed_on).days, 0)
    off = _days_within(paused, owed_on + DAY, last)
    days = whole - off
    inputs: dict[str, object] = {"principal": principal, "owed on": owed_on, "paid on": paid_on}
    if days <= 0:
        words = f"Paid on {paid_on}, not after {owed_on}: no interest"
        if whole:
            words = f"All {whole} days after {owed_on} are paused: no interest"
        return _no_interest(said, inputs, [words])
    if rate is None:
        first = owed_on + DAY
        words = f"{days} days of late payment owe interest, and no prompt payment rate in force on {first} is on file"
        raise Refusal("interest-rate", words, status=422)
    inputs["rate in force on " + str(owed_on + DAY)] = percent(rate)
    steps = [f"From the day after {owed_on} through {last}: {whole} days"]
    if last != paid_on:
        steps.append("Interest accrues for a year at most")
    if off:
        steps.append(f"{off} of them do not count (dispute, or wrong bank details): {days} days")
    periods, rest = divmod(days, said.integer("compounding_days"))
    year, months = said.integer("year_days"), said.integer("months")
    grown = principal.cents * (1 + rate / months) ** periods * (1 + rate * rest / year)
    owed = Money(round_to_integer(grown - principal.cents))
    if periods:
        steps.append(
            f"{periods} full periods of {said.text('compounding_days')} days, each {percent(rate)} / {months}, and "
            f"{rest} days of {percent(rate)} / {year}"
        )
        steps.append(
            f"{principal} × (1 + {percent(rate)} / {months})^{periods} × (1 + {percent(rate)} / {year} × {rest}) "
            f"− {principal} = {owed}"
        )
    else:
        steps.append(f"{principal} × {percent(rate)} / {year} × {days} = {owed}")
    least = said.integer("least_interest_cents")
    paid = owed if owed.cents >= least else Money(0)
    if not paid:
        steps.append(f"Less than {Money(least)} is not paid")
    return Interest(days, owed, paid, _told_interest(said, paid, inputs, steps))


def _no_interest(said: Version, inputs: dict[str, object], steps: list[str]) -> Interest:
    return Interest(0, Money(0), Money(0), _told_interest(said, Money(0), inputs, steps))


def _told_interest(said: Version, amount: Money, inputs: dict[str, object], steps: list[str]) -> Told:
    return Told.of(said, "Interest penalty", amount, "Late payment interest (5 CFR 1315.10)", inputs, steps)


def _years_later(day: date, years: int) -> date:
    """The last day of years that begin on the day after; after 29 February that is 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=day.day - 1)


def _days_within(paused: Iterable[tuple[date, date]], first: date, last: date) -> int:
    """How many days of a span are paused, each counted once."""
    counted, reached = 0, first
    for begins, ends in sorted(paused):
        begins, ends = max(begins, reached), min(ends, last)
        if begins <= ends:
            counted += (ends - begins).days + 1
            reached = ends + DAY
    return counted


def discount(
    amount: Money,
    rate: Fraction,
    days: int,
    *,
    dated_on: date,
    pays_on: date,
    due_days: int,
    value_of_funds: Fraction | None,
) -> Discount:
    """A discount offered for payment within days of the invoice's date, and whether to take it on a day of payment.

    It is taken where a year's worth of it is at least the current value of funds. Refused (422) where it could be
    taken and that rate is not on file.
    """
    said = version_on(pays_on)
    through = dated_on + days * DAY
    offered = amount.times(rate)
    inputs: dict[str, object] = {
        "amount": amount,
        "discount": percent(rate),
        "days": days,
        "paid on": pays_on,
    }
    steps = [f"{amount} × {percent(rate)} = {offered}, for payment by {through}"]
    taken = pays_on <= through
    if not taken:
        steps.append(f"{pays_on} is after {through}: it is not taken")
    elif due_days > days:
        yearly = rate / (1 - rate) * said.integer("year_days") / (due_days - days)
        steps.append(
            f"A year's worth: {percent(rate)} / (1 − {percent(rate)}) × {said.text('year_days')} / "
            f"({due_days} − {days}) = {percent(yearly)}"
        )
        if value_of_funds is None:
            words = (
                f"{offered} could be taken off, and no current value of funds rate of {pays_on} is on file"
            )
            raise Refusal("interest-rate", words, status=422)
        taken = yearly >= value_of_funds
        inputs["current value of funds"] = percent(value_of_funds)
        steps.append(
            f"{'At least' if taken else 'Less than'} the current value of funds, {percent(value_of_funds)}: "
            f"it is {'taken' if taken else 'not taken'}"
        )
    told = Told.of(
        said, "Discount", offered if taken else Money(0), "Discounts (5 CFR 1315.7)", inputs, steps
    )
    return Discount(offered, through, taken, told)


def percent(rate: Fraction) -> str:
    """A rate as per cent, to a millionth of it."""
    shown = Decimal(round_to_integer(rate * MILLION * 100)) / MILLION
    return f"{shown.normalize():,f} percent"


def earliest(due_on: date) -> date:
    """The first day on which an invoice is paid without a reason for paying early."""
    return due_on - version_on(due_on).integer("early_days") * DAY


def late_return_days(received_on: date, returned_on: date) -> int:
    """By how many days an agency was late in returning an improper invoice."""
    allowed = version_on(received_on).integer("return_days")
    return max((returned_on - received_on).days - allowed, 0)


def bank_pause_ends(corrected_on: date) -> date:
    """The last day that does not count after bank details were corrected."""
    return corrected_on + version_on(corrected_on).integer("bank_data_days") * DAY


def interest_class() -> str:
    """The object class that interest on late payment is charged to (5 CFR 1315.10; OMB circular A-11)."""
    return law()["prompt_payment"].versions[-1].text("interest_class")
