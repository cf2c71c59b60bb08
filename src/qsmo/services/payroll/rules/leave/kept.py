"""Leave accounts read off calculated rows: as a statement shows them, and over pay periods that are computed anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from qsmo.services.payroll.rules.leave.accounts import (
    ANNUAL,
    COMP,
    CREDIT,
    EARNED,
    LEAVE,
    RESTORED,
    SICK,
    TAKEN,
)
from qsmo.services.payroll.rules.leave.facts import BALANCES, GRANTED, after, before, granted
from qsmo.services.payroll.rules.rule import Figures, figures
from qsmo.services.payroll.rules.single import program_of

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of leave: the columns that make up each figure of its account. `balance` opens it on a statement."""

    kind: str
    title: str
    cite: str
    balance: str
    before: tuple[str, ...]
    earned: tuple[str, ...]
    used: tuple[str, ...]
    lost: tuple[str, ...] = ()
    year_earned: tuple[str, ...] = ()
    year_used: tuple[str, ...] = ()
    always: bool = False
    by_table: bool = False

    @property
    def figures(self) -> dict[str, tuple[str, ...]]:
        """The figures of a pay period by name, and the columns that add up to each."""
        own = {"earned": self.earned, "used": self.used, "lost": self.lost, "balance": (self.balance,)}
        return {f"{self.kind}_{name}": columns for name, columns in own.items() if columns}

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the account is read off."""
        shown = (self.before, self.earned, self.used, self.lost, self.year_earned, self.year_used)
        return (*(name for part in shown for name in part), self.balance)


KINDS = (
    Kind(
        "annual_leave",
        "Annual leave",
        ANNUAL,
        after("annual"),
        before=(before("annual"),),
        earned=(EARNED["annual"],),
        used=(TAKEN["annual"], "lump_leave_centihours"),
        lost=("leave_annual_lost_centihours",),
        year_earned=(after("annual_earned"),),
        year_used=(after("annual_used"),),
        always=True,
        by_table=True,
    ),
    Kind(
        "sick_leave",
        "Sick leave",
        SICK,
        after("sick"),
        before=(before("sick"),),
        earned=(EARNED["sick"],),
        used=(TAKEN["sick"],),
        year_earned=(after("sick_earned"),),
        year_used=(after("sick_used"),),
        always=True,
        by_table=True,
    ),
    Kind(
        "comp",
        "Compensatory time",
        COMP,
        after("comp"),
        before=(before("comp"),),
        earned=("comp_earned_centihours",),
        used=(TAKEN["comp"],),
        year_earned=(after("comp_earned"),),
        year_used=(after("comp_used"),),
    ),
    Kind(
        "credit_hours",
        "Credit hours",
        CREDIT,
        after("credit"),
        before=(before("credit"),),
        earned=("credit_earned_centihours",),
        used=(TAKEN["credit"], "credit_paid_centihours"),
        lost=("leave_credit_lost_centihours",),
        year_earned=(after("credit_earned"),),
        year_used=(after("credit_used"),),
        by_table=True,
    ),
    Kind(
        "restored_leave",
        "Restored annual leave",
        RESTORED,
        "leave_restored_centihours",
        before=tuple(before(name) for name in GRANTED),
        earned=tuple(granted(name) for name in GRANTED),
        used=(TAKEN["restored"],),
        lost=("leave_restored_lost_centihours",),
        year_used=(after("restored_used"),),
    ),
)
"""The kinds of leave in the order of a statement; annual and sick leave always stand, the others where there is any."""


@dataclass(frozen=True, slots=True)
class Account:
    """One kind of leave in one pay period, in hundredths of an hour: before - lost + earned - used is the balance.

    `lost` is what a new leave year does not take over; `name` is the figure that opens into the rules. What is earned
    in the year is None where no account of it is kept.
    """

    kind: str
    title: str
    name: str
    before: int
    earned: int
    used: int
    lost: int
    balance: int
    year_earned: int | None
    year_used: int
    because: str


def accounts(row: Row) -> tuple[Account, ...]:
    """The accounts after a calculated row; none for who is outside the leave system or without a regular tour
    (5 U.S.C. 6301(2)), and none from rows of before leave was kept."""
    if not row.get("leave_kept"):
        return ()
    every = (_account(kind, row) for kind in KINDS)
    return tuple(each for each in every if each is not None)


def accounts_through(rows: Iterable[Row]) -> tuple[Account, ...]:
    """The accounts after the last of these calculated rows, which are in order, each begun with what the one before
    it left: pay periods that were computed once more lead to other balances."""
    held: dict[str, int] = {}
    now: dict[str, Any] = {}
    for row in rows:
        now = {**row, **held}
        program_of(_law(row), tuple(LEAVE))(now)
        held = {name: now[closed] for name, closed in BALANCES.items()}
    return accounts(now)


def _account(kind: Kind, row: Row) -> Account | None:
    def added(names: tuple[str, ...]) -> int:
        return sum(int(row.get(name, 0)) for name in names)

    found = Account(
        kind.kind,
        kind.title,
        kind.balance,
        before=added(kind.before),
        earned=added(kind.earned),
        used=added(kind.used),
        lost=added(kind.lost),
        balance=added((kind.balance,)),
        year_earned=added(kind.year_earned) if kind.year_earned else None,
        year_used=added(kind.year_used),
        because=f"{_law(row).version('leave').reference}; {kind.cite}" if kind.by_table else kind.cite,
    )
    there = (found.before, found.earned, found.used, found.lost, found.balance, found.year_used)
    return found if kind.always or any(there) else None


def _law(row: Row) -> Figures:
    return figures(row["period_start"], row["pay_date"], row["known_by"])
