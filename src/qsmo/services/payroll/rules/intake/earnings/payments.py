"""Payments beside hours as text in a table column, and as facts: `award 500.00; annual_leave 120.50h 2026-01-17`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction

import polars as pl

from qsmo.contract.documents import Entitlement
from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.kernel.period import PAY_PERIOD_DAYS
from qsmo.services.payroll.rules.earnings.facts import AMOUNTS
from qsmo.services.payroll.rules.intake.people import Check
from qsmo.services.payroll.rules.leave.facts import GRANTED, granted
from qsmo.services.payroll.rules.rule import Figures

BY_HOUR = {"annual_leave": "lump_leave_centihours", "credit_paid": "credit_paid_centihours"}
"""Payments that may be ordered in hours, and the fact that holds them."""
RESTORED = "restored_leave"
PAYMENT_FACTS = (
    *(f"{group}_due_cents" for group in AMOUNTS),
    *BY_HOUR.values(),
    "supplemental_due_cents",
    "untaxed_due_cents",
    *(granted(name) for name in GRANTED),
)


def payments_text(payments: Iterable[Entitlement]) -> str:
    """Payments as the text of one cell: code, amount or hours with an h, and the day of the action, by semicolons."""
    return "; ".join(_text(each) for each in payments)


def payments_of(text: str) -> tuple[Entitlement, ...]:
    """The payments of a cell; Refusal (422) says what cannot be read. Words of a payment are not in the notation."""
    return tuple(_payment(each) for each in text.split(";") if each.strip())


def with_payments(people: pl.DataFrame, law: Figures) -> pl.DataFrame:
    """People with the sums of their payments by group, and a code that no table knows as `unknown_payment`."""
    ordered = people.filter(pl.col("entitlements") != "").select("employee", "entitlements").unique()
    sums = [(row[0], *_sums(row[1], law)) for row in ordered.rows()]
    schema: dict[str, type[pl.DataType]] = {"employee": pl.String, "unknown_payment": pl.String}
    frame = pl.DataFrame(sums, schema={**schema, **dict.fromkeys(PAYMENT_FACTS, pl.Int64)}, orient="row")
    added = frame.group_by("employee").agg(
        pl.col("unknown_payment").max(), *(pl.col(name).sum() for name in PAYMENT_FACTS)
    )
    joined = people.join(added, on="employee", how="left", maintain_order="left")
    return joined.with_columns(pl.col(*PAYMENT_FACTS).fill_null(0), pl.col("unknown_payment").fill_null(""))


def payment_checks(law: Figures) -> list[Check]:
    """Codes that are known, and amounts that can be."""
    codes = [row.text("code") for row in law.version("entitlements").rows]
    return [
        Check(
            "payment-code",
            "entitlements",
            pl.col("unknown_payment") != "",
            "The payment “{unknown_payment}” is not known, or cannot be read.",
            f"code and amount, or {' or '.join(BY_HOUR)} and hours, or {RESTORED}, hours and the day from which its "
            "two years run; "
            f"codes are {', '.join(codes)}",
        ),
    ]


def _text(each: Entitlement) -> str:
    words = [each.code]
    if each.amount.cents or not each.centihours:
        words.append(str(each.amount).replace(",", ""))
    if each.centihours:
        words.append(f"{Money(each.centihours)}h".replace(",", ""))
    if each.on:
        words.append(each.on.isoformat())
    return " ".join(words)


def _payment(text: str) -> Entitlement:
    code, *rest = text.split()
    amount, hours, on = Money(0), 0, None
    try:
        for word in rest:
            if word.endswith("h"):
                hours = int(Fraction(word[:-1]) * 100)
            elif word.count("-") == 2:
                on = date.fromisoformat(word)
            else:
                amount = Money.parse(word)
    except ValueError as fault:
        raise Refusal("payment", f"“{text.strip()}” is not a payment: {fault}", status=422) from fault
    return Entitlement(code, amount, hours, on)


def _sums(text: str, law: Figures) -> tuple[str | int, ...]:
    rows = {row.text("code"): row for row in law.version("entitlements").rows}
    sums = dict.fromkeys(PAYMENT_FACTS, 0)
    try:
        payments = payments_of(text)
    except Refusal:
        return (text, *sums.values())
    for each in payments:
        account = _account(each, law)
        if account:
            sums[account] += each.centihours
            continue
        if each.code not in rows or (each.centihours and each.code not in BY_HOUR):
            return (each.code, *dict.fromkeys(PAYMENT_FACTS, 0).values())
        row = rows[each.code]
        sums[f"{row.text('group')}_due_cents"] += each.amount.cents
        if each.centihours:
            sums[BY_HOUR[each.code]] += each.centihours
        sums["supplemental_due_cents"] += each.amount.cents * row.integer("supplemental")
        sums["untaxed_due_cents"] += each.amount.cents * (1 - row.integer("taxed"))
    return ("", *sums.values())


def _account(each: Entitlement, law: Figures) -> str:
    """The account of leave that is restored, by the leave year in which its two years end; "" for anything else, for
    leave without its day, and where they are over (5 CFR 630.306)."""
    if each.code != RESTORED or each.on is None or each.amount:
        return ""
    years = law.version("leave").integer("restored_years")
    until = _years_after(each.on, years)
    begins = law.start + timedelta(days=(until - law.start).days // PAY_PERIOD_DAYS * PAY_PERIOD_DAYS)
    place = begins.year - law.start.year
    return granted(list(GRANTED)[place]) if 0 <= place < len(GRANTED) else ""


def _years_after(day: date, years: int) -> date:
    """The same day so many years later; of 29 February the first of March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return (day + timedelta(days=1)).replace(year=day.year + years)
