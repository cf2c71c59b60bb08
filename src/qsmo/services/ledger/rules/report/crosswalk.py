"""Crosswalks as data: which balances, under which conditions, stand in which line, and sums written as terms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from typing import Literal, cast

from qsmo.kernel.fiscal import FiscalYear
from qsmo.kernel.law import LawFault, Version
from qsmo.services.ledger.rules.chart import law
from qsmo.services.ledger.rules.position import NAMES, Attributes, Position
from qsmo.services.ledger.rules.report.fund import Fund

Measure = Literal["opening", "movement", "ending"]
MARKS = ("sourced", "high", "medium", "low")
MEASURES: dict[str, Measure] = {"B": "opening", "C": "movement", "E": "ending"}
MOST_KEPT = 100 * 100
"""How many ways of classifying a balance are remembered with their places."""
DEFAULT_CATEGORY = {True: "E", False: "A"}
_TERM = re.compile(r"(-?)([BCEL])([0-9a-z*?]+)(?:\[([^\]]*)\])?")


@dataclass(frozen=True, slots=True)
class Condition:
    """What one attribute must be (or, `negated`, must not be) for a balance to count."""

    name: str
    codes: tuple[str, ...]
    negated: bool

    def holds(self, attributes: Attributes, fund: Fund, amount: int) -> bool:
        """Whether a balance fulfils it."""
        return (code(attributes, self.name, fund, amount) in self.codes) != self.negated


@dataclass(frozen=True, slots=True)
class Placing:
    """One row of a crosswalk: what of an account counts in a line, with which sign, and how sure that is."""

    line: str
    sign: int
    measure: Measure
    conditions: tuple[Condition, ...]
    mark: str


@dataclass(frozen=True, slots=True)
class Part:
    """A position's share in a cell of a report, and how sure its placing is."""

    position: Position
    amount: int
    mark: str = MARKS[0]


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a sum: a line (`L1910`), or what of an account counts (`-E4801*[federal=F]`)."""

    sign: int
    kind: str
    name: str
    conditions: tuple[Condition, ...]


def measured(position: Position, measure: Measure) -> int:
    """The opening balance, the movement since, or the ending balance."""
    if measure == "ending":
        return position.ending
    return position.opening if measure == "opening" else position.ending - position.opening


def sides(position: Position) -> tuple[bool, ...]:
    """Which measures of a position are below zero, in the order of `MEASURES`."""
    opening, ending = position.opening, position.ending
    return opening < 0, ending < opening, ending < 0


def code(attributes: Attributes, name: str, fund: Fund, amount: int) -> str:
    """An attribute of a balance; `life`, and what is missing, is its fund's; `side` is the amount's."""
    if name == "life":
        return "unexpired" if fund.life == "future" else fund.life
    if name == "side":
        return "credit" if amount < 0 else "debit"
    value = cast(str, getattr(attributes, name))
    if not value and name == "category":
        return DEFAULT_CATEGORY[fund.exempt]
    return "BAL" if not value and name == "authority_year" and fund.life == "expired" else value


def weakest(marks: Iterable[str]) -> str:
    """The least sure of several marks."""
    return max(marks, key=MARKS.index, default=MARKS[0])


@cache
def version(table: str, year: int) -> Version:
    """A table of the ledger as it stands in a fiscal year; LawGap where none is on file."""
    return law()[table].at(on=FiscalYear(year).during.start)


@cache
def placings(table: str, year: int) -> dict[str, tuple[Placing, ...]]:
    """A crosswalk by account, in the order of its rows."""
    found: dict[str, list[Placing]] = {}
    for row in version(table, year).rows:
        conditions = tuple(
            _condition(name, cell) for name in (*NAMES, "life", "side") if (cell := row.cells.get(name, ""))
        )
        placing = Placing(
            line=row.text("line"),
            sign=-1 if row.text("sign") == "-" else 1,
            measure=cast(Measure, row.text("measure")),
            conditions=conditions,
            mark=row.text("mark"),
        )
        found.setdefault(row.text("account"), []).append(placing)
    return {account: tuple(each) for account, each in found.items()}


def _condition(name: str, cell: str) -> Condition:
    return Condition(name, tuple(cell.removeprefix("!").split("|")), cell.startswith("!"))


@lru_cache(maxsize=MOST_KEPT)
def standing(
    table: str, year: int, account: str, attributes: Attributes, fund: Fund, sides: tuple[bool, ...]
) -> tuple[Placing, ...]:
    """Where balances of an account with certain attributes stand; `sides` says which measures are below zero."""
    amounts = dict(zip(MEASURES.values(), (-below for below in sides), strict=True))
    return tuple(
        placing
        for placing in placings(table, year).get(account, ())
        if all(
            condition.holds(attributes, fund, amounts[placing.measure]) for condition in placing.conditions
        )
    )


@cache
def terms(text: str) -> tuple[Term, ...]:
    """A sum as its terms. LawFault where it cannot be read."""
    found = []
    for word in text.split():
        match = _TERM.fullmatch(word)
        if match is None:
            raise LawFault(f"“{word}” is not a term such as -E480100 or L1910")
        sign, kind, name, said = match.groups()
        pairs = (each.split("=", 1) for each in (said or "").split(",") if each)
        conditions = tuple(_condition(name, cell) for name, cell in pairs)
        found.append(Term(-1 if sign else 1, kind, name, conditions))
    return tuple(found)


def picked(term: Term, by_account: Mapping[str, tuple[Position, ...]], fund: Fund) -> Iterator[Part]:
    """The positions that a term over accounts names, with what they add to the sum."""
    measure = MEASURES[term.kind]
    for account in matching(term.name, by_account):
        for position in by_account[account]:
            amount = measured(position, measure)
            if all(condition.holds(position.attributes, fund, amount) for condition in term.conditions):
                yield Part(position, term.sign * amount)


def matching(pattern: str, accounts: Mapping[str, object]) -> list[str]:
    """The accounts that a pattern names, of those given."""
    if pattern.isdigit():
        return [pattern] if pattern in accounts else []
    head = pattern.removesuffix("*")
    if head.isdigit():
        return [account for account in accounts if account.startswith(head)]
    return [account for account in accounts if fnmatchcase(account, pattern)]


def by_account(positions: Iterable[Position]) -> dict[str, tuple[Position, ...]]:
    """Positions by account."""
    found: dict[str, list[Position]] = {}
    for position in positions:
        found.setdefault(position.account, []).append(position)
    return {account: tuple(each) for account, each in found.items()}
