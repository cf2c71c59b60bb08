"""Open debts by how many days they are past due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from qsmo.kernel.money import Money
from qsmo.services.ledger.rules.chart import law


@dataclass(frozen=True, slots=True)
class Age:
    """One group of the table with what is open in it, and how many debts there are."""

    name: str
    title: str
    amount: Money
    count: int


def age(due_on: date, on: date) -> str:
    """The name of the group of a debt that was due on a day."""
    days = (on - due_on).days
    for row in law()["debt_aging"].at(on=on).rows:
        first, last = row.cells["first"], row.cells["last"]
        if (not first or days >= int(first)) and (not last or days <= int(last)):
            return row.text("name")
    raise ValueError(f"no group of ages holds {days} days")


def ages(debts: Iterable[tuple[date, Money]], on: date) -> tuple[Age, ...]:
    """Debts, each with the day it was due and what is open, by group; every group of the table is there."""
    sums: dict[str, tuple[Money, int]] = {}
    for due_on, amount in debts:
        before, count = sums.get(name := age(due_on, on), (Money(0), 0))
        sums[name] = before + amount, count + 1
    return tuple(
        Age(name, row.text("title"), *sums.get(name, (Money(0), 0)))
        for row in law()["debt_aging"].at(on=on).rows
        for name in (row.text("name"),)
    )
