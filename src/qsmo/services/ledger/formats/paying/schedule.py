"""A schedule of payments as the writers of payment files take it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from qsmo.kernel.finding import Finding, Refusal


@dataclass(frozen=True, slots=True)
class Paid:
    """One payment: to whom, to which account, how much, for which invoice, and cents by Treasury account."""

    key: str
    payee: str
    payee_number: str
    taxpayer: str
    routing: str
    account: str
    savings: bool
    cents: int
    invoice: str
    symbols: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A schedule: its number, the day on which the accounts are credited, and what the office states about itself."""

    number: str
    pays_on: date
    made_at: datetime
    office: Mapping[str, str]
    payments: tuple[Paid, ...]

    @property
    def cents(self) -> int:
        """What all payments come to."""
        return sum(each.cents for each in self.payments)

    @property
    def in_order(self) -> tuple[Paid, ...]:
        """The payments by routing number, as Treasury wants them."""
        return tuple(sorted(self.payments, key=lambda each: (each.routing, each.key)))

    def need(self, what: str, *names: str) -> None:
        """Refuse (422) a file for which the office has not stated something."""
        missing = [name for name in names if not self.office.get(name)]
        if missing:
            listed = ", ".join(name.replace("_", " ") for name in missing)
            words = f"{what} needs what the paying office has not stated: {listed}"
            found = tuple(Finding("office", f"{name} is missing", field=name) for name in missing)
            raise Refusal("office", words, status=422, findings=found)
