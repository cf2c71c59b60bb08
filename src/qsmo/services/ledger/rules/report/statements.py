"""Balance sheet, statement of net cost, changes in net position, and net cost against net outlays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache
from typing import Literal

from qsmo.kernel.finding import Finding
from qsmo.kernel.law import Row
from qsmo.services.ledger.rules.position import Position
from qsmo.services.ledger.rules.report.crosswalk import Part, version, weakest
from qsmo.services.ledger.rules.report.fund import dollars
from qsmo.services.ledger.rules.report.sf133 import Execution

Name = Literal["balance-sheet", "net-cost", "net-position"]
OUTSIDE = "outside"
"""The line of what no row of the crosswalk names, though its first digit says that it belongs to the statement."""
OUTSIDE_TITLE = "Not in the crosswalk"
SCOPE: dict[str, str] = {"balance-sheet": "123567", "net-cost": "6", "net-position": "3567"}


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A line with its amount in cents, the positions behind it and how sure its crosswalk is."""

    name: str
    title: str
    amount: int
    parts: tuple[Part, ...]
    total: bool
    mark: str
    source: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement over the positions given, of one fund or of all of an agency's."""

    name: str
    lines: dict[str, StatementLine]

    def amount(self, line: str) -> int:
        """A line's amount in cents."""
        return self.lines[line].amount

    @property
    def outside(self) -> tuple[str, ...]:
        """The accounts that stand in no line of the crosswalk."""
        return tuple(sorted({part.position.account for part in self.lines[OUTSIDE].parts}))


def statement(name: Name, positions: Iterable[Position], year: int) -> Statement:
    """One of the principal statements from balances before closing; what no line names stands in `outside`."""
    rows = [row for row in version("statements", year).rows if row.text("statement") == name]
    measures = sorted({row.text("measure") for row in rows if row.cells["measure"]})
    placed: dict[str, list[Part]] = {}
    for position in positions:
        for measure in measures:
            amount = getattr(position, measure)
            row = _found(rows, position, measure) if amount else None
            if row is not None:
                signed = -amount if row.text("sign") == "-" else amount
                placed.setdefault(row.text("line"), []).append(Part(position, signed, row.text("mark")))
            elif amount and position.account[0] in SCOPE[name]:
                placed.setdefault(OUTSIDE, []).append(Part(position, amount, "low"))
    return Statement(name, _lines(rows, placed))


def disagreements(positions: Iterable[Position], year: int) -> tuple[Finding, ...]:
    """Where statements do not tie: assets against liabilities and net position, net position and net cost twice."""
    held = tuple(positions)
    sheet, cost, changes = (
        statement(name, held, year) for name in ("balance-sheet", "net-cost", "net-position")
    )
    points = (
        ("statement-balance", "Total assets must equal liabilities and net position",
         sheet.amount("assets") + sheet.amount(OUTSIDE), sheet.amount("liabilities-and-net-position")),
        ("statement-net-position", "The net position must be the same on both statements",
         sheet.amount("net-position"), changes.amount("net-position")),
        ("statement-net-cost", "The net cost must be the same on both statements",
         cost.amount("net-cost"), changes.amount("net-cost")),
    )  # fmt: skip
    found = [
        Finding(code, f"{words}: {dollars(left)} and {dollars(right)}", expected=dollars(right))
        for code, words, left, right in points
        if left != right
    ]
    found += [
        Finding(
            "statement-outside",
            f"Accounts that stand in no line of the {each.name.replace('-', ' ')}: {', '.join(each.outside)}, "
            f"together {dollars(each.amount(OUTSIDE))}",
            severity="warning",
        )
        for each in (sheet, cost, changes)
        if each.outside
    ]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """From net cost to net outlays: the lines in order, the last is the net outlays; `difference` is what is left."""

    lines: dict[str, StatementLine]
    difference: int


def budget_to_accrual(execution: Execution) -> Reconciliation:
    """Why the net outlays of a fund are not its net cost."""
    lines = {}
    for row in version("budget_to_accrual", execution.year).rows:
        parts = tuple(part for part in execution.parts(row.text("terms")) if part.amount)
        name, amount = row.text("line"), sum(part.amount for part in parts)
        lines[name] = StatementLine(name, row.text("title"), amount, parts, False, row.text("mark"), "")
    *explained, outlays = lines.values()
    return Reconciliation(lines, outlays.amount - sum(line.amount for line in explained))


def _found(rows: list[Row], position: Position, measure: str) -> Row | None:
    """The first row of a statement that names the account and whose conditions hold."""
    for row in rows:
        if (
            row.cells["measure"] == measure
            and any(fnmatchcase(position.account, pattern) for pattern in _patterns(row.cells["accounts"]))
            and _holds(row.cells["federal"], position.attributes.federal)
            and _holds(row.cells["exchange"], position.attributes.exchange)
        ):
            return row
    return None


@cache
def _patterns(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _holds(cell: str, code: str) -> bool:
    return not cell or (code in cell.removeprefix("!").split("|")) != cell.startswith("!")


def _lines(rows: list[Row], placed: dict[str, list[Part]]) -> dict[str, StatementLine]:
    lines: dict[str, StatementLine] = {}
    for row in rows:
        name = row.text("line")
        if name in lines:
            continue
        parts = tuple(placed.get(name, ()))
        for word in row.cells["sums"].split():
            other = lines[word.removeprefix("-")]
            sign = -1 if word.startswith("-") else 1
            parts += tuple(replace(part, amount=sign * part.amount) for part in other.parts)
        mark = weakest((row.text("mark"), *(part.mark for part in parts)))
        amount = sum(part.amount for part in parts)
        total = bool(row.cells["sums"])
        lines[name] = StatementLine(name, row.text("title"), amount, parts, total, mark, row.cells["source"])
    outside = tuple(placed.get(OUTSIDE, ()))
    amount = sum(part.amount for part in outside)
    lines[OUTSIDE] = StatementLine(OUTSIDE, OUTSIDE_TITLE, amount, outside, False, "low", "")
    return lines
