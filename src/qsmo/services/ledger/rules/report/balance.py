"""The trial balance: what each account opened with, how it moved and where it stands, in debit and credit columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qsmo.kernel.finding import Finding
from qsmo.services.ledger.rules.chart import Account, Half, chart
from qsmo.services.ledger.rules.position import Position, added, half
from qsmo.services.ledger.rules.report.fund import dollars

HALVES: tuple[Half, ...] = ("budgetary", "proprietary", "memorandum")


@dataclass(frozen=True, slots=True)
class Columns:
    """One amount as it stands in the two columns, in cents."""

    debit: int
    credit: int

    @classmethod
    def of(cls, cents: int) -> Columns:
        """A balance, debit positive, in its column."""
        return cls(max(cents, 0), max(-cents, 0))

    def __add__(self, other: Columns) -> Columns:
        return Columns(self.debit + other.debit, self.credit + other.credit)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the trial balance. `account` is None where the chart of the year does not have the number."""

    position: Position
    account: Account | None

    @property
    def title(self) -> str:
        """The account's title."""
        return self.account.title if self.account else "Not in the chart of the year"

    @property
    def opening(self) -> Columns:
        """What it opened with."""
        return Columns.of(self.position.opening)

    @property
    def movement(self) -> Columns:
        """What was added to it since, net."""
        return Columns.of(self.position.movement)

    @property
    def ending(self) -> Columns:
        """Where it stands."""
        return Columns.of(self.position.ending)

    @property
    def abnormal(self) -> bool:
        """Whether it stands on the side that is not its normal one."""
        wrong = self.ending.credit if self.account and self.account.normal == "debit" else self.ending.debit
        return self.account is not None and wrong > 0


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Rows by symbol and account, and per half the columns opening, movement and ending."""

    rows: tuple[Row, ...]
    totals: dict[Half, tuple[Columns, Columns, Columns]]
    findings: tuple[Finding, ...]


def trial_balance(positions: Iterable[Position], year: int, *by: str) -> TrialBalance:
    """The trial balance of all symbols among the positions, with the attributes named as further keys."""
    known = chart(year)
    rows = tuple(
        Row(position, known.get(position.account))
        for position in added(positions, *by)
        if position.opening or position.ending
    )
    totals = {}
    for name in HALVES:
        own = [row for row in rows if half(row.position.account) == name]
        totals[name] = (
            sum((row.opening for row in own), Columns(0, 0)),
            sum((row.movement for row in own), Columns(0, 0)),
            sum((row.ending for row in own), Columns(0, 0)),
        )
    return TrialBalance(rows, totals, (*_unbalanced(rows), *_unknown(rows, year)))


def _unbalanced(rows: tuple[Row, ...]) -> Iterable[Finding]:
    """A finding for each symbol and half whose debits and credits differ, at the opening or now."""
    sums: dict[tuple[str, Half], Columns] = {}
    opening: dict[tuple[str, Half], Columns] = {}
    for row in rows:
        key = (row.position.symbol, row.position.half)
        sums[key] = sums.get(key, Columns(0, 0)) + row.ending
        opening[key] = opening.get(key, Columns(0, 0)) + row.opening
    for when, found in (("opening", opening), ("ending", sums)):
        for (symbol, name), columns in sorted(found.items()):
            if columns.debit != columns.credit:
                words = (
                    f"The {when} {name} balances do not balance: debits {dollars(columns.debit)}, "
                    f"credits {dollars(columns.credit)}"
                )
                yield Finding("trial-balance", words, expected=dollars(columns.debit), who=symbol)


def _unknown(rows: tuple[Row, ...], year: int) -> Iterable[Finding]:
    for row in rows:
        if row.account is None:
            words = f"Account {row.position.account} is not in the chart of FY{year}"
            yield Finding("account-unknown", words, field=row.position.account, who=row.position.symbol)
