"""The books against the approved apportionment (SF-132): what was apportioned, what was used of it, what is over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qsmo.kernel.finding import Finding
from qsmo.services.ledger.rules.report.crosswalk import version
from qsmo.services.ledger.rules.report.fund import dollars
from qsmo.services.ledger.rules.report.sf133 import Execution, sf133

BOOKED = "L2204 L2190"
USED = "L2190 -E470000"


@dataclass(frozen=True, slots=True)
class Approved:
    """One line of an approved apportionment, in cents: `6001`, `6011`, or a line of resources such as `1100`."""

    line: str
    amount: int


@dataclass(frozen=True, slots=True)
class Compared:
    """An approved amount beside the books: what they hold as apportioned, what is obligated or committed, what is open.

    `usable` is what the approval allows to be used by the period asked: of category A only the quarters begun.
    """

    line: str
    title: str
    approved: int
    usable: int
    booked: int
    used: int
    mark: str

    @property
    def difference(self) -> int:
        """Approved less booked."""
        return self.approved - self.booked


@dataclass(frozen=True, slots=True)
class Comparison:
    """All lines compared, and what is wrong."""

    rows: tuple[Compared, ...]
    findings: tuple[Finding, ...]


def compare(execution: Execution, approved: Iterable[Approved], period: int) -> Comparison:
    """Hold the books of one fund against its apportionment at the end of a fiscal period (31 U.S.C. 1517)."""
    lines: dict[str, int] = {}
    for each in approved:
        lines[each.line] = lines.get(each.line, 0) + each.amount
    rows = [*_resources(execution, lines), *_category_a(execution, lines, period)]
    rows += _category_b(execution, lines)
    known = {row.line for row in rows} | {line for line in lines if _kind(line, execution.year) == "A"}
    findings = [
        Finding("apportionment-line", f"Line {line} is no line of an apportionment on file", field=line)
        for line in lines
        if line not in known
    ]
    for row in rows:
        findings += _judged(row, execution)
    return Comparison(tuple(rows), tuple(findings))


def _resources(execution: Execution, lines: dict[str, int]) -> list[Compared]:
    """Lines that the SF-133 has too: what was expected beside what came."""
    found = []
    for number, amount in lines.items():
        line = execution.lines.get(number)
        if line is not None and line.form.section == "resources":
            found.append(Compared(number, line.form.title, amount, amount, line.amount, 0, line.mark))
    return found


def _category_a(execution: Execution, lines: dict[str, int], period: int) -> list[Compared]:
    own = [position for position in execution.positions if position.attributes.category not in ("B", "E")]
    books = sf133(execution.fund, own, execution.year)
    approved = usable = 0
    for number, amount in lines.items():
        if _kind(number, execution.year) == "A":
            approved += amount
            usable += amount if period >= _from_period(number, execution.year) else 0
    booked, used = books.value(BOOKED), books.value(USED)
    if execution.fund.exempt or not (approved or booked or used):
        return []
    return [Compared("A", "Category A, by quarter", approved, usable, booked, used, "medium")]


def _category_b(execution: Execution, lines: dict[str, int]) -> list[Compared]:
    programs = {
        position.attributes.program_b
        for position in execution.positions
        if position.attributes.category == "B" and position.attributes.program_b
    }
    wanted = programs | {line for line in lines if _kind(line, execution.year) == "B"}
    found = []
    for line in sorted(wanted):
        own = [
            position
            for position in execution.positions
            if position.attributes.category == "B" and position.attributes.program_b == line
        ]
        books = sf133(execution.fund, own, execution.year)
        amount = lines.get(line, 0)
        booked, used = books.value(BOOKED), books.value(USED)
        found.append(Compared(line, f"Category B, line {line}", amount, amount, booked, used, "sourced"))
    return found


def _judged(row: Compared, execution: Execution) -> Iterable[Finding]:
    symbol = execution.fund.symbol
    if row.line in execution.lines:
        if row.difference:
            words = (
                f"{row.title}: the apportionment expects {dollars(row.approved)}, "
                f"the books have {dollars(row.booked)}"
            )
            yield Finding("apportionment-resources", words, "warning", field=row.line, who=symbol)
        return
    if row.booked > row.approved:
        words = (
            f"{row.title}: the books hold {dollars(row.booked)} as apportioned, approved are "
            f"{dollars(row.approved)}"
        )
        yield Finding("apportioned-over-approval", words, field=row.line, who=symbol)
    if row.used > row.usable:
        words = (
            f"{row.title}: {dollars(row.used)} are obligated or committed, by now {dollars(row.usable)} may be "
            "(31 U.S.C. 1517)"
        )
        yield Finding("used-over-apportionment", words, field=row.line, who=symbol)


def _kind(line: str, year: int) -> str:
    for row in version("apportionment_lines", year).rows:
        if row.text("first") <= line <= row.text("last"):
            return row.text("category")
    return ""


def _from_period(line: str, year: int) -> int:
    return version("apportionment_lines", year).row(first=line).integer("from_period")
