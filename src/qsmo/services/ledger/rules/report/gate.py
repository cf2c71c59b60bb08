"""Our own gate before a trial balance leaves: every edit that is known, run or said why not."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, replace
from functools import cache

from qsmo.kernel.finding import Finding, Severity
from qsmo.services.ledger.rules.attributes import missing
from qsmo.services.ledger.rules.chart import chart
from qsmo.services.ledger.rules.position import Position
from qsmo.services.ledger.rules.report.apportionment import Approved, compare
from qsmo.services.ledger.rules.report.crosswalk import version
from qsmo.services.ledger.rules.report.fund import Fund, dollars
from qsmo.services.ledger.rules.report.gtas import settled
from qsmo.services.ledger.rules.report.sf133 import Execution, sf133
from qsmo.services.ledger.rules.report.ties import SEVERITY, Tie, broken, carried, mismatch, opened

EITHER_SIDE = (
    "417",
    "419",
    "420100",
    "331000",
    "310000",
    "4166",
    "4167",
    "4171",
    "4172",
    "4173",
    "4175",
    "4176",
)
"""Accounts that stand on both sides in the ordinary course."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What a gate is held against, as far as there is any; amounts in cents.

    `cash`, `outlays`, `warrants` and `held` are those of the central accounting system for the fund; `closed` the
    balances after the last closing, `last` the SF-133 of the year before at its twelfth period.
    """

    cash: int | None = None
    outlays: int | None = None
    warrants: int | None = None
    held: int | None = None
    closed: tuple[Position, ...] | None = None
    last: Execution | None = None
    approved: tuple[Approved, ...] | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit: whether it ran (`left_out` says why not), and what it found."""

    code: str
    title: str
    fatal: bool
    mark: str
    left_out: str
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether it ran and found nothing."""
        return not self.left_out and not self.findings


@dataclass(frozen=True, slots=True)
class Gate:
    """All edits of one fund. A file leaves only where `stops` is empty."""

    fund: Fund
    edits: tuple[Edit, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything found, fatal first."""
        found = [finding for edit in self.edits for finding in edit.findings]
        return tuple(sorted(found, key=lambda finding: finding.severity))

    @property
    def stops(self) -> tuple[Finding, ...]:
        """What keeps the file here."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    @property
    def left_out(self) -> tuple[Edit, ...]:
        """The edits that did not run."""
        return tuple(edit for edit in self.edits if edit.left_out)


def gate(
    fund: Fund,
    positions: Iterable[Position],
    year: int,
    period: int,
    beside: Beside | None = None,
    but: Container[str] = (),
) -> Gate:
    """Run every edit of the year, but for those named, on one fund's balances before closing."""
    execution = sf133(fund, positions, year)
    given = beside or Beside()
    tied = broken(execution, period)
    return Gate(
        fund,
        tuple(
            _edit(known, execution, period, given, tied)
            for known in known_edits(year)
            if known.code not in but
        ),
    )


@dataclass(frozen=True, slots=True)
class Known:
    """A row of the table of edits: how it is tested, and what it needs from outside."""

    code: str
    title: str
    severity: Severity
    test: str
    needs: str
    mark: str
    note: str


@cache
def known_edits(year: int) -> tuple[Known, ...]:
    """The edits of a fiscal year."""
    return tuple(
        Known(
            code=row.text("edit"),
            title=row.text("title"),
            severity=SEVERITY[row.text("severity")],
            test=row.cells["test"],
            needs=row.cells["needs"],
            mark=row.text("mark"),
            note=row.cells["note"],
        )
        for row in version("gtas_edits", year).rows
    )


def _edit(known: Known, execution: Execution, period: int, beside: Beside, tied: tuple[Finding, ...]) -> Edit:
    test, needs, left_out = known.test, known.needs, ""
    found: tuple[Finding, ...] = ()
    if not test:
        left_out = known.note
    elif needs and getattr(beside, needs) is None:
        left_out = f"nothing to hold it against: {needs} not given"
    elif test.startswith("ties: "):
        codes = test.removeprefix("ties: ").split()
        found = tuple(finding for finding in tied if finding.code in codes)
    else:
        found = tuple(TESTS[test](Case(execution, period, beside, known.severity)))
    return Edit(known.code, known.title, known.severity == "error", known.mark, left_out, found)


@dataclass(frozen=True, slots=True)
class Case:
    """What a test looks at."""

    execution: Execution
    period: int
    beside: Beside
    severity: Severity

    def found(self, code: str, words: str, field: str) -> Finding:
        """A finding of the edit's severity about the fund."""
        return Finding(code, words, self.severity, field=field, who=self.execution.fund.symbol)


Test = Callable[[Case], Iterable[Finding]]


def _attributes(case: Case) -> Iterable[Finding]:
    seen = set()
    for position in settled(case.execution.positions):
        if position.opening or position.ending:
            for finding in missing(position.account, position.attributes, case.execution.year):
                if (position.account, finding.field) not in seen:
                    seen.add((position.account, finding.field))
                    yield replace(finding, who=case.execution.fund.symbol)


def _accounts(case: Case) -> Iterable[Finding]:
    known = chart(case.execution.year)
    for account in case.execution.accounts:
        if account not in known:
            words = f"Account {account} is not in the chart of FY{case.execution.year}"
            yield case.found("account-unknown", words, account)


def _normal(case: Case) -> Iterable[Finding]:
    known = chart(case.execution.year)
    for number, ending in case.execution.balances["E"].items():
        account = known.get(number)
        if account is None or not ending or number.startswith(EITHER_SIDE):
            continue
        stands = "credit" if ending < 0 else "debit"
        if stands != account.normal:
            words = (
                f"Account {number} ({account.title}) stands at a {stands} of "
                f"{dollars(abs(ending))}; its side is {account.normal}"
            )
            yield case.found("wrong-side", words, number)


def _against(code: str, words: str, left_words: str, terms: str, record: str) -> Test:
    """An edit that holds a sum of the books against a record of the central accounting system."""

    def test(case: Case) -> Iterable[Finding]:
        tie = Tie(
            code=code,
            words=words,
            left_words=left_words,
            left=case.execution.value(terms),
            right_words="the central accounting system",
            right=getattr(case.beside, record),
            severity=case.severity,
            mark="sourced",
        )
        return () if tie.holds else (mismatch(tie, case.execution.fund.symbol),)

    return test


def _opening(case: Case) -> Iterable[Finding]:
    return opened(case.execution.fund.symbol, case.beside.closed or (), case.execution.positions)


def _carried(case: Case) -> Iterable[Finding]:
    return carried(case.beside.last, case.execution) if case.beside.last else ()


def _apportioned(case: Case) -> Iterable[Finding]:
    return compare(case.execution, case.beside.approved or (), case.period).findings


TESTS: dict[str, Test] = {
    "attributes": _attributes,
    "accounts": _accounts,
    "normal": _normal,
    "opening": _opening,
    "carried": _carried,
    "apportionment": _apportioned,
    "cash-records": _against("cash-records", "Fund balances must agree", "101000", "E101000", "cash"),
    "held-records": _against(
        "held-records",
        "Funds held outside Treasury must agree",
        "113000 and 113500",
        "E113000 E113500",
        "held",
    ),
    "outlay-records": _against("outlay-records", "Net outlays must agree", "line 4190", "L4190", "outlays"),
    "warrant-records": _against(
        "warrant-records", "Appropriations must be the warrants", "411100 to 411900", "C411*", "warrants"
    ),
}
