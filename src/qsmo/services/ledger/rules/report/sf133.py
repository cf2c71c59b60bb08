"""The report on budget execution (SF-133): every line from balances, open to the positions that make it up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, cached_property

from qsmo.services.ledger.rules.position import Position
from qsmo.services.ledger.rules.report.crosswalk import (
    Part,
    by_account,
    picked,
    placings,
    terms,
    version,
    weakest,
)
from qsmo.services.ledger.rules.report.fund import Fund, of

MOVED = "moved"
"""The line of what stands in neither total: obligated balances between accounts, which must be nil in sum."""


@dataclass(frozen=True, slots=True)
class Form:
    """A line as the report has it: where it stands, how it adds up, how sure its place is."""

    number: str
    section: str
    title: str
    sums: tuple[tuple[int, str], ...]
    mark: str
    source: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its amount in cents and the positions that make it up. `mark` is the weakest of what counts in it."""

    form: Form
    amount: int
    parts: tuple[Part, ...]
    mark: str


@dataclass(frozen=True)
class Execution:
    """The SF-133 of one fund. `unplaced` are budgetary positions with a balance that no line knows."""

    fund: Fund
    year: int
    positions: tuple[Position, ...]
    lines: dict[str, Line]
    unplaced: tuple[Position, ...]

    @cached_property
    def accounts(self) -> dict[str, tuple[Position, ...]]:
        """The fund's positions by account."""
        return by_account(self.positions)

    def amount(self, number: str) -> int:
        """A line's amount in cents."""
        return self.lines[number].amount

    def parts(self, text: str) -> tuple[Part, ...]:
        """The positions behind a sum of terms, such as `L2490 L3050 -E490800`."""
        found: list[Part] = []
        for term in terms(text):
            if term.kind == "L":
                found += _signed(term.sign, self.lines[term.name].parts)
            else:
                found += picked(term, self.accounts, self.fund)
        return tuple(found)

    def value(self, text: str) -> int:
        """A sum of terms in cents."""
        return sum(part.amount for part in self.parts(text))


@cache
def forms(year: int) -> tuple[Form, ...]:
    """The lines of a year's report, in its order."""
    return tuple(
        Form(
            number=row.text("line"),
            section=row.text("section"),
            title=row.text("title"),
            sums=tuple(
                (-1 if word.startswith("-") else 1, word.removeprefix("-"))
                for word in row.cells["sum"].split()
            ),
            mark=row.text("mark"),
            source=row.cells["source"],
        )
        for row in version("sf133_lines", year).rows
    )


def sf133(fund: Fund, positions: Iterable[Position], year: int) -> Execution:
    """The report of one fund from balances before closing; of others among the positions nothing is taken."""
    own = of(fund, positions)
    crosswalk = placings("sf133_accounts", year)
    parts: dict[str, list[Part]] = {}
    for position in own:
        for placing in crosswalk.get(position.account, ()):
            amount = placing.amount(position, fund)
            if amount:
                parts.setdefault(placing.line, []).append(Part(position, amount, placing.mark))
    lines: dict[str, Line] = {}
    known = {form.number: form for form in forms(year)}

    def line(number: str) -> Line:
        if number not in lines:
            form = known[number]
            made = tuple(parts.get(number, ()))
            for sign, other in form.sums:
                made += tuple(_signed(sign, line(other).parts))
            mark = weakest((form.mark, *(part.mark for part in made)))
            lines[number] = Line(form, sum(part.amount for part in made), made, mark)
        return lines[number]

    in_order = {number: line(number) for number in known}
    unplaced = tuple(
        position
        for position in own
        if position.half == "budgetary"
        and (position.opening or position.ending)
        and position.account not in crosswalk
    )
    return Execution(fund, year, own, in_order, unplaced)


def _signed(sign: int, parts: tuple[Part, ...]) -> Iterable[Part]:
    return parts if sign > 0 else (replace(part, amount=-part.amount) for part in parts)
