"""The report on budget execution (SF-133): every line from balances, open to the positions that make it up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property

from qsmo.services.ledger.rules.position import Position
from qsmo.services.ledger.rules.report.crosswalk import (
    Part,
    Placing,
    Term,
    by_account,
    matching,
    measured,
    picked,
    placings,
    sides,
    standing,
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
    """The SF-133 of one fund: amounts in cents by line, and each line with the positions behind it."""

    fund: Fund
    year: int
    positions: tuple[Position, ...]
    amounts: Mapping[str, int]

    @cached_property
    def accounts(self) -> dict[str, tuple[Position, ...]]:
        """The fund's positions by account."""
        return by_account(self.positions)

    @cached_property
    def balances(self) -> dict[str, dict[str, int]]:
        """By measure (`B`, `C`, `E`) and account, the sum of its positions."""
        opening, ending = (
            {account: sum(getattr(each, name) for each in held) for account, held in self.accounts.items()}
            for name in ("opening", "ending")
        )
        moved = {account: ending[account] - opening[account] for account in ending}
        return {"B": opening, "C": moved, "E": ending}

    @cached_property
    def carrying(self) -> dict[str, tuple[Position, ...]]:
        """The accounts that opened with a balance or have one, with their positions."""
        return {
            account: held
            for account, held in self.accounts.items()
            if any(position.opening or position.ending for position in held)
        }

    @cached_property
    def lines(self) -> dict[str, Line]:
        """Every line of the report, in its order, open to its positions."""
        parts: dict[str, list[Part]] = {}
        for position, placing in _standing(self.fund, self.positions, self.year):
            amount = placing.sign * measured(position, placing.measure)
            if amount:
                parts.setdefault(placing.line, []).append(Part(position, amount, placing.mark))
        found: dict[str, Line] = {}
        for form in _from_below(self.year):
            made = tuple(parts.get(form.number, ()))
            for sign, other in form.sums:
                made += tuple(_signed(sign, found[other].parts))
            mark = weakest((form.mark, *(part.mark for part in made)))
            found[form.number] = Line(form, self.amounts[form.number], made, mark)
        return {form.number: found[form.number] for form in forms(self.year)}

    @property
    def unplaced(self) -> tuple[Position, ...]:
        """Budgetary positions with a balance that no line knows."""
        crosswalk = placings("sf133_accounts", self.year)
        return tuple(
            position
            for position in self.positions
            if position.account not in crosswalk
            and position.half == "budgetary"
            and (position.opening or position.ending)
        )

    def amount(self, number: str) -> int:
        """A line's amount in cents."""
        return self.amounts[number]

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
        return sum(self._value(term) for term in terms(text))

    def _value(self, term: Term) -> int:
        if term.kind == "L":
            return term.sign * self.amounts[term.name]
        if term.conditions:
            return sum(part.amount for part in picked(term, self.accounts, self.fund))
        balances = self.balances[term.kind]
        if term.name in balances:
            return term.sign * balances[term.name]
        return term.sign * sum(balances[account] for account in matching(term.name, balances))


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


@cache
def _from_below(year: int) -> tuple[Form, ...]:
    """The lines of a year, each after those that it adds up."""
    known = {form.number: form for form in forms(year)}
    found: dict[str, Form] = {}

    def take(number: str) -> None:
        for _, other in known[number].sums:
            take(other)
        found[number] = known[number]

    for number in known:
        take(number)
    return tuple(found.values())


def sf133(fund: Fund, positions: Iterable[Position], year: int) -> Execution:
    """The report of one fund from balances before closing; of others among the positions nothing is taken."""
    own = of(fund, positions)
    amounts = {form.number: 0 for form in forms(year)}
    for position, placing in _standing(fund, own, year):
        amounts[placing.line] += placing.sign * measured(position, placing.measure)
    for form in _from_below(year):
        amounts[form.number] += sum(sign * amounts[other] for sign, other in form.sums)
    return Execution(fund, year, own, amounts)


def _standing(fund: Fund, positions: Iterable[Position], year: int) -> Iterator[tuple[Position, Placing]]:
    """Each position with each of its places. What a fund is, not which, decides: so its symbol is left out."""
    kind = replace(fund, symbol="")
    for position in positions:
        if position.half == "budgetary":
            found = standing(
                "sf133_accounts", year, position.account, position.attributes, kind, sides(position)
            )
            for placing in found:
                yield position, placing


def _signed(sign: int, parts: tuple[Part, ...]) -> Iterable[Part]:
    return parts if sign > 0 else (replace(part, amount=-part.amount) for part in parts)
