"""What must tie in a fund's books: each point of the table run on an SF-133, and one year against the next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from qsmo.kernel.finding import Finding, Severity
from qsmo.services.ledger.rules.chart import chart
from qsmo.services.ledger.rules.position import Position, half
from qsmo.services.ledger.rules.report.crosswalk import matching, version
from qsmo.services.ledger.rules.report.fund import dollars
from qsmo.services.ledger.rules.report.sf133 import Execution

SEVERITY: dict[str, Severity] = {"fatal": "error", "proposed": "warning"}
LAST_PERIOD = 12
CLOSED = "closed"
EXEMPT = "462000"
"""What a fund exempt from apportionment carries its unobligated balance in."""


@dataclass(frozen=True, slots=True)
class Tie:
    """A point that was looked at: both amounts in cents, and whether they are equal."""

    code: str
    words: str
    left_words: str
    left: int
    right_words: str
    right: int
    severity: Severity
    mark: str

    @property
    def holds(self) -> bool:
        """Whether both sides are equal."""
        return self.left == self.right


@dataclass(frozen=True, slots=True)
class Point:
    """A row of the table: what is compared, and with which funds."""

    code: str
    words: str
    left_words: str
    left: str
    right_words: str
    right: str
    severity: Severity
    mark: str
    when: str
    unless: tuple[str, ...]

    def look(self, execution: Execution) -> Tie:
        """Both sides of the point in the books of a fund."""
        return Tie(
            code=self.code,
            words=self.words,
            left_words=self.left_words,
            left=execution.value(self.left),
            right_words=self.right_words,
            right=execution.value(self.right),
            severity=self.severity,
            mark=self.mark,
        )


@cache
def points(year: int) -> tuple[Point, ...]:
    """The tie points of a fiscal year."""
    return tuple(
        Point(
            code=row.text("code"),
            words=row.text("words"),
            left_words=row.text("left_words"),
            left=row.cells["left"],
            right_words=row.text("right_words"),
            right=row.cells["right"],
            severity=SEVERITY[row.text("severity")],
            mark=row.text("mark"),
            when=row.cells["when"],
            unless=tuple(row.cells["unless"].split()),
        )
        for row in version("ties", year).rows
    )


def ties(execution: Execution, period: int) -> tuple[Tie, ...]:
    """Every point that applies to the fund at the end of a period (1 to 12), held or not."""
    fund, carrying = execution.fund, execution.carrying
    applies = {
        "": True,
        "budgetary": any(half(account) == "budgetary" for account in carrying),
        "appropriated": fund.appropriated,
        "expired": fund.life == "expired",
        "canceled": fund.life == "canceled",
        "year-end": period == LAST_PERIOD,
    }
    return tuple(
        point.look(execution)
        for point in points(execution.year)
        if applies.get(point.when) and not any(matching(pattern, carrying) for pattern in point.unless)
    )


def broken(execution: Execution, period: int) -> tuple[Finding, ...]:
    """A finding for each point that does not hold, and one for each budgetary account that no line knows."""
    found = [mismatch(tie, execution.fund.symbol) for tie in ties(execution, period) if not tie.holds]
    found += [
        Finding(
            "account-not-in-crosswalk",
            f"Account {position.account} carries {dollars(position.ending)} and stands in no line of the SF-133",
            field=position.account,
            who=execution.fund.symbol,
        )
        for position in execution.unplaced
    ]
    return tuple(found)


def after_closing(execution: Execution) -> tuple[Finding, ...]:
    """What does not hold in balances after the closing entries of a year: open accounts, and what must tie then."""
    known = chart(execution.year)
    found = [
        Finding(
            "not-closed",
            f"Account {account} closes every year and still holds {dollars(ending)}",
            field=account,
            who=execution.fund.symbol,
        )
        for account, ending in execution.balances["E"].items()
        if ending
        and account in known
        and known[account].closes_to
        and not (execution.fund.exempt and account == EXEMPT)
    ]
    looked = (point.look(execution) for point in points(execution.year) if _after(point, execution))
    return (*found, *(mismatch(tie, execution.fund.symbol) for tie in looked if not tie.holds))


def _after(point: Point, execution: Execution) -> bool:
    barred = any(matching(pattern, execution.carrying) for pattern in point.unless)
    return point.when == CLOSED and not barred


def mismatch(tie: Tie, symbol: str) -> Finding:
    """A point that does not hold, in words with both amounts."""
    return Finding(
        code=tie.code,
        words=(
            f"{tie.words}: {tie.left_words} {dollars(tie.left)}, {tie.right_words} {dollars(tie.right)}, "
            f"apart by {dollars(tie.left - tie.right)}"
        ),
        severity=tie.severity,
        expected=dollars(tie.right),
        who=symbol,
    )


def carried(last: Execution, this: Execution) -> tuple[Finding, ...]:
    """Next year's line 1000 and 3000 against this year's 2490 and 3050 (rule A34; a canceled fund carries none)."""
    if last.fund.life == "canceled":
        return ()
    points = (
        Tie(
            code=code,
            words=f"What is brought forward must be what the year before ended with (FY{last.year})",
            left_words=f"line {new}",
            left=this.amount(new),
            right_words=f"line {old}",
            right=last.amount(old),
            severity="error",
            mark=mark,
        )
        for code, new, old, mark in (
            ("sf133-brought-forward", "1000", "2490", "sourced"),
            ("sf133-unpaid-brought-forward", "3000", "3050", "high"),
        )
    )
    return tuple(mismatch(tie, this.fund.symbol) for tie in points if not tie.holds)


def opened(symbol: str, closed: Iterable[Position], opening: Iterable[Position]) -> tuple[Finding, ...]:
    """This year's opening balances against last year's post-closing ones, by account (closing edits report)."""
    sums: dict[str, list[int]] = {}
    for position in closed:
        if position.symbol == symbol:
            sums.setdefault(position.account, [0, 0])[1] += position.ending
    for position in opening:
        if position.symbol == symbol:
            sums.setdefault(position.account, [0, 0])[0] += position.opening
    return tuple(
        mismatch(
            Tie(
                code="opening-not-closing",
                words=f"The opening balance of {account} must be its balance after the last closing",
                left_words="opening",
                left=left,
                right_words="closing",
                right=right,
                severity="error",
                mark="high",
            ),
            symbol,
        )
        for account, (left, right) in sorted(sums.items())
        if left != right
    )
