"""The rules of a GTAS bulk file: symbols, partners and attributes row by row, then every edit by account symbol."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from qsmo.kernel.finding import Finding
from qsmo.kernel.fiscal import FiscalPeriod, FiscalYear
from qsmo.kernel.law import LawGap
from qsmo.services.ledger.rules.attributes import missing, needs
from qsmo.services.ledger.rules.chart import chart, law
from qsmo.services.ledger.rules.checking.report import Report, Rule, register_of
from qsmo.services.ledger.rules.closing import target_of
from qsmo.services.ledger.rules.fund import Fund as Kept
from qsmo.services.ledger.rules.position import Attributes, Position
from qsmo.services.ledger.rules.report.fund import Fund, dollars
from qsmo.services.ledger.rules.report.gate import Beside, gate
from qsmo.services.ledger.rules.report.gtas import FIELDS, TrialRow, unrowed
from qsmo.services.ledger.rules.report.sf133 import Execution, sf133
from qsmo.services.ledger.rules.symbol import TreasuryAccount

KIND = "GTAS"
EDIT = "edit-"
EXEMPT = ("4620", "4690", "4720")
BY_ROW = {"attributes", "accounts"}
"""Edits that are run here row by row, so that each finding has its line."""
OURS = {"derived", "received", "crosswalk"}
"""Edits of our own gate that are none of Treasury's: they stop our file, and are said of the files of others."""
LAST = 12
PARTNER = ("partner", "partner_main")


@dataclass
class Trial:
    """A bulk file: its rows, the line of each, and what it is held against."""

    name: str
    rows: Sequence[TrialRow]
    lines: Sequence[int]
    report: Report
    year: int | None = None
    listed: Sequence[Mapping[str, str]] | None = None
    prior: Sequence[TrialRow] | None = None
    first: dict[tuple[str, str], int] = field(default_factory=dict)
    faulty: set[TreasuryAccount] = field(default_factory=set)

    def found(
        self, code: str, place: int | None, words: str, name: str = "", expected: str = "", who: str = ""
    ) -> None:
        """A finding on a row, or on the file."""
        line = None if place is None else self.lines[place]
        symbol = who or ("" if place is None else self.rows[place].symbol.display)
        self.report.found(
            code, KIND, words, file=self.name, line=line, field=name, expected=expected, who=symbol
        )


@cache
def rules() -> dict[tuple[str, str], Rule]:
    """The register of rules: those of form, then the edits."""
    found = register_of(law()["gtas_rules"].versions[-1])
    for row in law()["gtas_edits"].versions[-1].rows:
        fatal = row.text("severity") == "fatal" and row.text("edit") not in OURS
        severity = "fatal" if fatal else "warning"
        code = EDIT + row.text("edit")
        found[code, "*"] = Rule(code, "*", severity, "edit", row.text("title"), mark=row.text("mark"))  # type: ignore[arg-type]
    return found


def check_trial(trial: Trial) -> None:
    """Apply every rule to the rows that could be read."""
    _periods(trial)
    displays = {symbol: symbol.display for symbol in {row.symbol for row in trial.rows}}
    for place, row in enumerate(trial.rows):
        trial.first.setdefault((displays[row.symbol], row.account), place)
        trial.first.setdefault((displays[row.symbol], ""), place)
    _symbols(trial)
    _once(trial)
    _partners(trial)
    try:
        _accounts(trial)
        _edits(trial)
    except LawGap as gap:
        for code, of in rules():
            trial.report.skipped(code, KIND if of == "*" else of, gap.words)


def _periods(trial: Trial) -> None:
    trial.report.ran("one-period", KIND)
    when = (trial.rows[0].year, trial.rows[0].period) if trial.rows else (0, 0)
    for place, row in enumerate(trial.rows):
        if (row.year, row.period) != when:
            words = (
                f"The row is of {row.year} period {row.period}, the first one of {when[0]} period {when[1]}"
            )
            trial.found("one-period", place, words, "ReportingPeriod")
    if trial.year is None:
        trial.report.skipped("fiscal-year", KIND, "needs the fiscal year (--fiscal-year)")
        return
    trial.report.ran("fiscal-year", KIND)
    for place, row in enumerate(trial.rows):
        if row.year != trial.year:
            words = f"The row is of fiscal year {row.year}, not {trial.year}"
            trial.found("fiscal-year", place, words, "FiscalYear", str(trial.year))


def _symbols(trial: Trial) -> None:
    trial.report.ran("symbol", KIND)
    faults = {symbol: symbol.fault for symbol in {row.symbol for row in trial.rows}}
    trial.faulty = {symbol for symbol, fault in faults.items() if fault}
    for place, row in enumerate(trial.rows):
        if row.symbol in trial.faulty:
            trial.found("symbol", place, f"{row.symbol.display}: {faults[row.symbol]}")
    if trial.listed is None:
        trial.report.skipped("listed", KIND, "needs the list of Treasury accounts (--tas)")
        return
    trial.report.ran("listed", KIND)
    known: dict[str, tuple[str, str]] = {}
    for each in trial.listed:
        display = TreasuryAccount.from_columns(each).display
        known[display] = (each.get("Starts", ""), each.get("Ends", ""))
    for place, row in enumerate(trial.rows):
        display = row.symbol.display
        if display not in known:
            trial.found("listed", place, f"The account {display} is not on the list of Treasury accounts")
            continue
        end = _end(row).isoformat()
        starts, ends = known[display]
        if (starts and starts > end) or (ends and ends < end):
            trial.found(
                "listed", place, f"The account {display} is not open in period {row.period} of {row.year}"
            )


def _end(row: TrialRow) -> date:
    return FiscalPeriod(FiscalYear(row.year), row.period).during.last


def _once(trial: Trial) -> None:
    trial.report.ran("row-once", KIND)
    seen: dict[tuple[object, ...], int] = {}
    for place, row in enumerate(trial.rows):
        key = (row.symbol, row.account, row.side, row.attributes)
        if key in seen:
            line = trial.lines[seen[key]]
            words = f"Account {row.account} stands twice with the same attributes, first on line {line}"
            trial.found("row-once", place, words)
        else:
            seen[key] = place


def _partners(trial: Trial) -> None:
    trial.report.ran("partner", KIND)
    trial.report.ran("partner-none", KIND)
    for place, row in enumerate(trial.rows):
        said = row.attributes
        if said.federal in ("F", "G") and not said.partner:
            words = f"The balance is federal ({said.federal}) and names no trading partner"
            trial.found("partner", place, words, FIELDS["partner"], "the partner's agency, three digits")
        if said.federal == "F" and not said.partner_main:
            words = "The balance is federal (F) and does not name its partner's main account"
            trial.found("partner", place, words, FIELDS["partner_main"], "four digits")
        if (said.partner or said.partner_main) and said.federal not in ("F", "G", "Z"):
            words = f"A trading partner is named with “{said.federal}” as federal code"
            trial.found("partner-none", place, words, FIELDS["partner"], "blank")


def _accounts(trial: Trial) -> None:
    """Accounts and their attributes, row by row."""
    for code in (EDIT + "accounts", EDIT + "attributes", "attribute-not-reported", "attribute-likely"):
        trial.report.ran(code, KIND)
    trial.report.ran("opening-of-closed", KIND)
    for place, row in enumerate(trial.rows):
        account = chart(row.year).get(row.account)
        if account is None:
            words = f"Account {row.account} is not in the chart of FY{row.year}"
            trial.found(EDIT + "accounts", place, words, "USSGL_AccountNumber")
            continue
        for finding in missing(row.account, row.attributes, row.year, as_written=True):
            if finding.field in PARTNER:
                continue
            code = (
                "attribute-likely" if finding.field in _likely(row.account, row.year) else EDIT + "attributes"
            )
            trial.found(code, place, finding.words, FIELDS.get(finding.field, finding.field))
        for name in _strange(row.account, row.attributes, row.year):
            words = f"Account {row.account} does not report this attribute"
            trial.found("attribute-not-reported", place, words, FIELDS[name], "blank")
        if row.side == "B" and account.closes_to and row.cents:
            words = f"Account {row.account} ({account.title}) closes every year and has an opening balance"
            trial.found("opening-of-closed", place, words, "BeginEndIndicator")


@cache
def _likely(account: str, year: int) -> frozenset[str]:
    """The attributes of an account that the table only takes as likely: what is not sure stops no file."""
    return frozenset(need.name for need in needs(account, year) if need.mark in ("medium", "low"))


@cache
def _strange(account: str, attributes: Attributes, year: int) -> tuple[str, ...]:
    known = {need.name for need in needs(account, year)}
    return tuple(name for name in FIELDS if getattr(attributes, name) and name not in known)


def _by_symbol(rows: Iterable[TrialRow]) -> dict[str, list[Position]]:
    found: dict[str, list[Position]] = {}
    for position in unrowed(rows):
        found.setdefault(position.symbol, []).append(position)
    return found


def _edits(trial: Trial) -> None:
    rows = [row for row in trial.rows if row.symbol not in trial.faulty]
    if not rows:
        return
    year, period = rows[0].year, rows[0].period
    rows = [row for row in rows if (row.year, row.period) == (year, period)]
    own = _by_symbol(rows)
    last = _prior(trial, year, own)
    for symbol, positions in own.items():
        held = last.get(symbol)
        beside = Beside(closed=tuple(held[0]), last=held[1]) if held else Beside()
        outcome = gate(_fund(symbol, positions, year, period), positions, year, period, beside, BY_ROW)
        for edit in outcome.edits:
            code = EDIT + edit.code
            if edit.left_out:
                trial.report.skipped(code, KIND, _why(edit.code, edit.left_out))
                continue
            trial.report.states.pop((code, KIND), None) if edit.code in (
                "opening",
                "brought-forward",
            ) else None
            trial.report.ran(code, KIND)
            for finding in edit.findings:
                _tell(trial, code, symbol, finding)


def _why(code: str, left_out: str) -> str:
    if code in ("opening", "brought-forward"):
        return "needs period 12 of last year (--prior)"
    return left_out.replace(
        "nothing to hold it against: ", "needs records of the central accounting system: "
    )


def _tell(trial: Trial, code: str, symbol: str, finding: Finding) -> None:
    """A finding of an edit, on the first row of its account, or of its symbol."""
    place = trial.first.get((symbol, finding.field), trial.first.get((symbol, "")))
    trial.found(code, place, finding.words, finding.field, finding.expected, symbol)


def _fund(symbol: str, positions: Iterable[Position], year: int, period: int) -> Fund:
    """What the file itself says of an account: its life at the end of the period, and what pays its costs."""
    end = FiscalPeriod(FiscalYear(year), period).during
    accounts = {position.account for position in positions}
    return Fund(
        symbol,
        life=TreasuryAccount.parse(symbol).life(end.last),
        exempt=any(account.startswith(EXEMPT) for account in accounts),
        appropriated=any(account.startswith("310") for account in accounts),
    )


def _prior(
    trial: Trial, year: int, own: Mapping[str, Sequence[Position]]
) -> dict[str, tuple[list[Position], Execution]]:
    """Last year's balances after closing and its SF-133, by symbol, where the file of before is of its last period."""
    before = trial.prior
    if not before or before[0].year == year:
        _same_opening(trial, before, own)
        return {}
    trial.report.skipped("same-opening", KIND, "needs an earlier period of the same year (--prior)")
    if (before[0].year, before[0].period) != (year - 1, LAST):
        return {}
    found = {}
    known = chart(year - 1)
    for symbol, positions in _by_symbol(before).items():
        fund = _fund(symbol, positions, year - 1, LAST)
        tas = TreasuryAccount.parse(symbol)
        kept = Kept(tas, "appropriated" if fund.appropriated else "other", "E" if fund.exempt else "A")
        closed = [
            Position(symbol, _target(each.account, kept, year - 1), Attributes(), 0, each.ending)
            for each in positions
            if each.account in known
        ]
        found[symbol] = (closed, sf133(fund, positions, year - 1))
    return found


def _target(account: str, fund: Kept, year: int) -> str:
    return target_of(account, fund, year) or account


def _same_opening(
    trial: Trial, before: Sequence[TrialRow] | None, own: Mapping[str, Sequence[Position]]
) -> None:
    if not before:
        trial.report.skipped("same-opening", KIND, "needs an earlier period of the same year (--prior)")
        return
    trial.report.ran("same-opening", KIND)
    sums: dict[tuple[str, str], list[int]] = {}
    for number, rows in enumerate((_by_symbol(before), own)):
        for symbol, positions in rows.items():
            for position in positions:
                sums.setdefault((symbol, position.account), [0, 0])[number] += position.opening
    for (symbol, account), (then, now) in sums.items():
        if symbol in own and then != now:
            words = f"Account {account} opened with {dollars(then)} in the earlier file and with {dollars(now)} here"
            place = trial.first.get((symbol, account), trial.first.get((symbol, "")))
            trial.found("same-opening", place, words, "DollarAmount", dollars(then), symbol)
