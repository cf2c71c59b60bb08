"""Earlier pay periods once more, as they should have been: the difference to what was paid, line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from qsmo.kernel.law import register
from qsmo.kernel.money import Money
from qsmo.kernel.period import PayPeriod
from qsmo.services.payroll.rules.calculation import rules_on
from qsmo.services.payroll.rules.rule import LAW, Kind
from qsmo.services.payroll.rules.tax import TAX

SECTIONS: tuple[Kind, ...] = ("earning", "deduction", "employer")
TAXES = frozenset(rule.name for rule in TAX)
"""Taxes follow the day of payment: they are taken of the difference in the pay period that pays it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of an earlier pay period: what it should have been, less what was paid."""

    of: PayPeriod
    section: Kind
    name: str
    title: str
    cents: int


@dataclass(frozen=True, slots=True)
class Overpaid:
    """What was paid too much, as a debt: taken from pay at once where the law allows it, else only after notice."""

    of: PayPeriod
    amount: Money
    noticed_on: date
    hearing_by: date
    waiver_by: date
    at_once: bool


def differences(
    of: PayPeriod, before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> list[Difference]:
    """The lines that differ between two calculated rows of one pay period; none before counts as nothing."""
    found = []
    for rule in rules_on(of.pay_date):
        if rule.kind not in SECTIONS or rule.name in TAXES:
            continue
        cents = int(after.get(rule.name) or 0) - int((before or {}).get(rule.name) or 0)
        if cents:
            found.append(Difference(of, rule.kind, rule.name, rule.title, cents))
    return found


def gross(found: Sequence[Difference]) -> int:
    """The difference of gross pay, in cents."""
    return sum(each.cents for each in found if each.section == "earning")


def overpaid(of: PayPeriod, before: Mapping[str, Any], after: Mapping[str, Any], now: PayPeriod) -> Overpaid:
    """The debt where a pay period was paid too much: the difference of net pay.

    An adjustment of the last four pay periods, or of a small amount, is taken at once (5 U.S.C. 5514(a)(3)); for
    anything else notice, hearing and waiver come first.
    """
    law = register(LAW)["overpayments"].at(on=now.pay_date).values
    amount = Money(int(before["net_cents"]) - int(after["net_cents"]))
    periods = (now.during.start - of.during.start).days // now.during.days
    at_once = periods <= law.integer("adjusted_pay_periods") or amount <= law.cents("small")
    noticed = now.pay_date
    years = law.integer("waiver_years")
    return Overpaid(
        of=of,
        amount=amount,
        noticed_on=noticed,
        hearing_by=noticed + timedelta(days=law.integer("hearing_days")),
        waiver_by=date(noticed.year + years, noticed.month, 1) + timedelta(days=noticed.day - 1),
        at_once=at_once,
    )
