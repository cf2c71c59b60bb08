"""Why a line is what it is: usage with its evidence, the price version, the arithmetic, the rounding rule."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Sum

from qsmo.kernel.money import Money
from qsmo.kernel.period import Period
from qsmo.marketplace.billing.models import Bill, BillLine
from qsmo.marketplace.billing.queries.bills import line as line_seen
from qsmo.marketplace.billing.queries.bills import lines, plan_words
from qsmo.marketplace.billing.rules.posting import tables
from qsmo.marketplace.billing.rules.price import exact_words, unit_words
from qsmo.marketplace.catalogue.models import PriceVersion
from qsmo.marketplace.metering import queries as metering
from qsmo.marketplace.metering.models import UsageLine
from qsmo.platform.access.viewer import Viewer, program

KINDS = {
    "usage": "Charged for usage of this period",
    "withdrawn": "Taken back: the service corrected its answer after this had been billed",
    "added": "Charged in addition: the service corrected its answer after the period had been billed",
}


@dataclass(frozen=True, slots=True)
class Explained:
    """A line opened up, in the shape that the page component `c-explain` takes."""

    label: str
    amount: str
    rule: str
    inputs: tuple[tuple[str, str], ...]
    table: str
    version: str
    source: str
    cite: str
    steps: tuple[str, ...]
    evidence: tuple[tuple[str, str], ...]
    is_invented: bool


@dataclass(frozen=True, slots=True)
class PricedDays:
    """The lines of a bill that one price version makes on the same days, added up."""

    during: Period
    unit_price: str
    amount: Money


def explain_line(viewer: Viewer, line: BillLine | str, *, shows_evidence: bool = True) -> Explained:
    """Open one line. Without `shows_evidence` the service is not asked to expand its pointer."""
    row = line_seen(viewer, line) if isinstance(line, str) else line
    price, usage = row.price, row.usage_line
    amount = unit_words(Fraction(row.amount_cents))
    rounding = tables()["rounding"].at(on=row.bill.ends_on)
    shown = metering.evidence(program("billing"), usage).shown if shows_evidence else ()
    return Explained(
        label=f"{row.meter}, {row.during.start} to {row.during.last}",
        amount=amount,
        rule=f"{KINDS[row.kind]}. Usage of a day is charged at the price in force on that day.",
        inputs=(*_usage_inputs(row, usage), *_price_inputs(price), ("Evidence named", usage.evidence)),
        table=f"Prices of {plan_words(price.plan)}",
        version=f"{unit_words(price.exact * 100)} from {price.effective_on}",
        source=price.note or f"approved by {price.approved_by}",
        cite=f"{rounding.text('words')} ({rounding.cite}; {rounding.source})",
        steps=(
            row.sum_words,
            f"Exactly {unit_words(_exact(row))}",
            f"Rounded {rounding.text('rounding')} to the cent: {amount}",
        ),
        evidence=shown,
        is_invented=price.is_invented,
    )


def _exact(row: BillLine) -> Fraction:
    """What the line comes to before it is settled to the cent, in cents."""
    line = row.line
    exact = line.quantity * Fraction(line.during.days, line.of.days) * line.unit
    return -exact if line.kind == "withdrawn" else exact


def _usage_inputs(row: BillLine, usage: UsageLine) -> list[tuple[str, str]]:
    sealed = usage.sealed
    given = [
        ("Quantity", f"{exact_words(usage.quantity)} {row.price.unit}"),
        ("Days of the usage", f"{row.of.start} to {row.of.last}, {row.of.days} days"),
        ("Days of this line", f"{row.during.start} to {row.during.last}, {row.during.days} days"),
        ("Sealed answer", f"{sealed.number}, signed by {sealed.signed_name}, digest {sealed.digest[:12]}…"),
    ]
    return given + ([("The service says", usage.words)] if usage.words else [])


def _price_inputs(price: PriceVersion) -> list[tuple[str, str]]:
    return [
        ("Unit price", unit_words(price.exact * 100)),
        ("In force from", str(price.effective_on)),
        ("Announced", str(price.announced_on)),
        ("Approved by", price.approved_by),
        ("Public or invented", "invented for demonstration" if price.is_invented else "as published"),
    ]


def priced_days(viewer: Viewer, bill: Bill) -> list[PricedDays]:
    """What each stretch of days at one price adds to a bill, in order of days: the figures of the bill's chart."""
    sums = lines(viewer, bill).order_by("starts_on", "ends_on", "unit_exact")
    return [
        PricedDays(Period(starts_on, ends_on), unit_words(Fraction(unit)), Money(cents))
        for starts_on, ends_on, unit, cents in sums.values_list(
            "starts_on", "ends_on", "unit_exact"
        ).annotate(cents=Sum("amount_cents"))
    ]
