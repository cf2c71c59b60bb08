"""Status of funds: what an authority, an organization or an object class got, promised, used and has left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from qsmo.services.ledger.rules.position import Position
from qsmo.services.ledger.rules.report.crosswalk import Part, version
from qsmo.services.ledger.rules.report.fund import Fund, of
from qsmo.services.ledger.rules.report.sf133 import sf133


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its amount in cents and the positions behind it."""

    name: str
    title: str
    amount: int
    parts: tuple[Part, ...]
    mark: str


@dataclass(frozen=True, slots=True)
class Status:
    """The status of one group of balances. `group` are the codes of the attributes asked for, in their order."""

    fund: Fund
    group: tuple[str, ...]
    columns: dict[str, Column]

    def amount(self, name: str) -> int:
        """A column's amount in cents."""
        return self.columns[name].amount

    def rate(self, part: str, whole: str) -> Fraction | None:
        """One column as a share of another; None where the whole is nothing."""
        return Fraction(self.amount(part), self.amount(whole)) if self.amount(whole) else None

    @property
    def obligation_rate(self) -> Fraction | None:
        """Obligated of what was allotted."""
        return self.rate("obligated", "allotted")

    @property
    def payment_rate(self) -> Fraction | None:
        """Paid of what was obligated this year."""
        return self.rate("paid", "obligated")


def status(fund: Fund, positions: Iterable[Position], year: int, *by: str) -> tuple[Status, ...]:
    """The status of a fund, whole or by attributes (`organization`, `object_class`, `program`, …), in stable order.

    A group shows what carries its codes: authority that was given to no organization stands in the group without one.
    """
    groups: dict[tuple[str, ...], list[Position]] = {}
    for position in of(fund, positions):
        key = tuple(getattr(position.attributes, name) for name in by)
        groups.setdefault(key, []).append(position)
    return tuple(_status(fund, key, groups[key], year) for key in sorted(groups))


def _status(fund: Fund, group: tuple[str, ...], positions: list[Position], year: int) -> Status:
    execution = sf133(fund, positions, year)
    columns = {}
    for row in version("fund_status", year).rows:
        parts = tuple(part for part in execution.parts(row.text("terms")) if part.amount)
        name = row.text("name")
        amount = sum(part.amount for part in parts)
        columns[name] = Column(name, row.text("title"), amount, parts, row.text("mark"))
    return Status(fund, group, columns)
