"""What a rule is: one named integer column with its sentence, its citation and the law it reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Literal

import narwhals as nw

from qsmo.kernel.law import LawFault, LawGap, Register, Row, Version, register

LAW = Path(__file__).parent.parent / "law"
BY_PAY_DATE = "pay date"
BY_PERIOD = "start of the pay period"
MAY_LACK = frozenset({"locality", "senior_pay"})
"""Tables without which a pay period can be calculated: the rates of human resources then stand, unchecked."""

Kind = Literal[
    "rate", "hours", "earning", "deduction", "employer", "total", "wages", "limit", "balance", "leave", "fact"
]
Unit = Literal["cents", "centihours", "millionths", "millionths of a cent", "number"]


class Figures:
    """The law as it stands for one pay period: each table by its own clock, as far as known by a day.

    `within` narrows it to the tables that a rule declares and notes which figures were read, so that an explanation
    shows exactly those.
    """

    def __init__(self, start: date, pay_date: date, known_by: date | None, law: Register) -> None:
        self.start = start
        self.pay_date = pay_date
        self.known_by = known_by
        self.law = law

    def version(self, table: str) -> Version:
        """The version of a table in force; LawGap where none is on file."""
        found = self.law[table]
        days = {BY_PAY_DATE: self.pay_date, BY_PERIOD: self.start}
        if found.clock not in days:
            raise LawFault(f"{table}: no such clock as “{found.clock}”")
        return found.at(on=days[found.clock], known_by=self.known_by)

    def on_file(self, table: str) -> bool:
        """Whether there is a version of a table for the day."""
        try:
            self.version(table)
        except LawGap:
            return False
        return True

    def within(self, tables: Sequence[str]) -> Reading:
        """A reading of no other tables than these."""
        return Reading(self, tuple(tables))


@cache
def figures(start: date, pay_date: date, known_by: date | None = None) -> Figures:
    """The payroll law of a pay period."""
    return Figures(start, pay_date, known_by, register(LAW))


@dataclass
class Reading:
    """One rule's look into the law: what it asked for is noted in `read` as (table, key, text)."""

    law: Figures
    tables: tuple[str, ...]
    read: list[tuple[str, str, str]] = field(default_factory=list)

    def version(self, table: str) -> Version:
        """A declared table; KeyError for one that the rule does not declare."""
        if table not in self.tables:
            raise KeyError(f"the rule reads {table} and does not declare it")
        return self.law.version(table)

    def on_file(self, table: str) -> bool:
        """Whether there is a version of a declared table for the day."""
        return table in self.tables and self.law.on_file(table)

    def cents(self, table: str, key: str) -> int:
        """A figure in cents."""
        return self._noted(table, key).cents(key).cents

    def rate(self, table: str, key: str) -> Fraction:
        """A figure as an exact rate."""
        return self._noted(table, key).rate(key)

    def integer(self, table: str, key: str) -> int:
        """A figure as a whole number."""
        return self._noted(table, key).integer(key)

    def row(self, table: str, **keys: str | int) -> Row:
        """A row of a wide table."""
        found = self.version(table).row(**keys)
        self.read.extend((table, name, text) for name, text in found.cells.items())
        return found

    def _noted(self, table: str, key: str) -> Row:
        values = self.version(table).values
        self.read.append((table, key, values.text(key)))
        return values


Cell = int | str


@dataclass(frozen=True, eq=False)
class Lookup:
    """A small frame made from law, joined once; its columns are the rules that name it. `on` are the key columns.

    `otherwise` is the figure of keys that the frame does not hold; None where there must be one.
    """

    name: str
    on: tuple[str, ...]
    tables: tuple[str, ...]
    rows: Callable[[Reading], list[dict[str, Cell]]]
    otherwise: int | None = None


@dataclass(frozen=True, eq=False)
class Rule:
    """One named integer column.

    `expression` receives one expression per input, in the order of `inputs`, and before them the law where the rule
    declares tables; a rule with a `lookup` takes its value from there instead. `begins` and `ends` (ISO dates, both
    included, by pay date) say when it holds.
    `words` is the sentence for the person whose pay it is, `title` the words on the statement.
    """

    name: str
    kind: Kind
    title: str
    words: str
    cite: str
    inputs: tuple[str, ...]
    expression: Callable[..., nw.Expr] | None = None
    lookup: Lookup | None = None
    tables: tuple[str, ...] = ()
    unit: Unit = "cents"
    quantity: str = ""
    rate: str = ""
    begins: str = "2021-01-01"
    ends: str = ""

    def holds(self, day: date) -> bool:
        """Whether it is the law of a pay date."""
        return date.fromisoformat(self.begins) <= day and (
            not self.ends or day <= date.fromisoformat(self.ends)
        )

    def column(self, law: Figures) -> nw.Expr:
        """The expression of the column under the law of a pay period."""
        return self.read(law.within(self.tables))

    def read(self, reading: Reading) -> nw.Expr:
        """The same, through a reading that notes the figures used."""
        if self.expression is None:
            raise TypeError(f"{self.name} is looked up, it has no expression")
        columns = [nw.col(name) for name in self.inputs]
        return self.expression(*([reading] if self.tables else []), *columns).alias(self.name)


Cells = Mapping[str, object]
"""One row of a calculated frame: every fact and every rule column of one person."""
