"""Files A and B against lists from elsewhere: Treasury's accounts, the SF-133 of the period, last year's SF-133."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from qsmo.kernel.fiscal import FiscalPeriod, FiscalYear
from qsmo.services.ledger.rules.chart import law
from qsmo.services.ledger.rules.checking.dataact.across import grouped
from qsmo.services.ledger.rules.checking.dataact.keys import columns
from qsmo.services.ledger.rules.checking.dataact.tables import (
    ADJUSTMENT,
    FLAG,
    FUND,
    Case,
    ListRow,
    dollars,
    terms_of,
)
from qsmo.services.ledger.rules.checking.sheet import Sheet
from qsmo.services.ledger.rules.symbol import TreasuryAccount

NO_SF133 = "needs the SF-133 of the period (--sf133)"
DIRECT = {"B14": "D", "B15": "R"}
LAST = 12


@dataclass(frozen=True, slots=True)
class Budget:
    """Lines of one SF-133: cents by account and line, and by account, fund code and line where it has fund codes."""

    lines: Mapping[str, Mapping[int, int]]
    by_fund: Mapping[tuple[str, str], Mapping[int, int]]


def check_outside(case: Case) -> None:
    """Every rule that needs a list from elsewhere."""
    _accounts(case)
    now = _budget(case, case.given.year, case.given.period)
    before = _budget(case, None if case.given.year is None else case.given.year - 1, LAST)
    a, b = case.sheets.get("A"), case.sheets.get("B")
    if a is not None:
        _lines_of_a(case, a, now)
        _opening(case, a, before)
        _complete(case, a, now)
        _transfers(case, a)
    if b is not None:
        _lines_of_b(case, b, now)


def line_1902(case: Case) -> dict[str, int] | None:
    """The adjustments to total resources by account, which rule A2 adds; None without an SF-133."""
    now = _budget(case, case.given.year, case.given.period)
    extra = law()["dataact_rules"].versions[-1].integer("extra_line")
    return None if now is None else {account: lines.get(extra, 0) for account, lines in now.lines.items()}


def _accounts(case: Case) -> None:
    listed = case.given.accounts
    for rule, of in (("A1.1", "A"), ("A1.2", "B"), ("A1.3", "C")):
        sheet = case.sheets.get(of)
        if sheet is None:
            continue
        if listed is None:
            case.report.skipped(rule, of, "needs the list of Treasury accounts (--tas)")
            continue
        case.report.ran(rule, of)
        known = {TreasuryAccount.from_columns(row).display for row in listed if _open(case, row)}
        for place, account in enumerate(sheet.accounts):
            if account not in known:
                case.finding(
                    rule, sheet, place, f"The account {account} is not on the list of Treasury accounts"
                )


def _open(case: Case, row: ListRow) -> bool:
    """Whether an account of the list is open in the period: begun by its end, not ended before it."""
    year, period = case.given.year, case.given.period
    if year is None or period is None or period > LAST:
        return True
    end = FiscalPeriod(FiscalYear(year), period).during.end.isoformat()
    starts, ends = row.get("Starts", ""), row.get("Ends", "")
    return (not starts or starts < end) and (not ends or ends >= end)


def _budget(case: Case, year: int | None, period: int | None) -> Budget | None:
    """The SF-133 of a year and period; where they are not said, that of the only year and period in the list."""
    listed = case.given.budget
    if listed is None:
        return None
    at = {(row.get("FiscalYear", ""), row.get("ReportingPeriod", "").lstrip("0")) for row in listed}
    if len(at) > 1 or year is not None:
        wanted = (str(year), str(period))
        listed = [
            row
            for row in listed
            if _is(row.get("FiscalYear", ""), year) and _is(row.get("ReportingPeriod", ""), period)
        ]
        if not listed or (len(at) > 1 and "None" in wanted):
            return None
    lines: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    by_fund: dict[tuple[str, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row in listed:
        account, number = TreasuryAccount.from_columns(row).display, row["Line"]
        if not number.isdigit():
            continue
        cents = int(row["Amount"] or "0")
        lines[account][int(number)] += cents
        if row.get(FUND):
            by_fund[account, row[FUND].upper()][int(number)] += cents
    return Budget(lines, by_fund)


def _is(said: str, wanted: int | None) -> bool:
    return not said or wanted is None or said.lstrip("0") == str(wanted)


@cache
def _formulas() -> tuple[tuple[str, str, tuple[range, ...], int, int, int], ...]:
    found = []
    for row in law()["dataact_sf133"].versions[-1].rows:
        spans = []
        for each in row.text("lines").split():
            first, _, last = each.partition("-")
            spans.append(range(int(first), int(last or first) + 1))
        years = (int(row.cells["from_year"] or "0"), int(row.cells["to_year"] or "0"))
        found.append((row.text("rule"), row.text("terms"), tuple(spans), row.integer("sign"), *years))
    return tuple(found)


def _add(lines: Mapping[int, int], spans: Sequence[range]) -> int:
    return sum(cents for number, cents in lines.items() if any(number in span for span in spans))


def _said(spans: Sequence[range]) -> str:
    return " + ".join(str(span[0]) if len(span) == 1 else f"{span[0]} to {span[-1]}" for span in spans)


def _lines_of_a(case: Case, a: Sheet, now: Budget | None) -> None:
    year = case.given.year
    for rule, name, spans, sign, first, last in _formulas():
        if (
            not rule.startswith("A")
            or (last and (year is None or year > last))
            or (first and year is not None and year < first)
        ):
            continue
        if now is None:
            case.report.skipped(rule, "A", NO_SF133)
            continue
        case.report.ran(rule, "A")
        column = a.amount(name)
        for place, account in enumerate(a.accounts):
            if account not in now.lines or place in a.bad:
                continue
            right = sign * _add(now.lines[account], spans)
            said = column[place] or 0
            if said != right:
                words = (
                    f"{name} is {dollars(said)}, but line {_said(spans)} of the SF-133 is {dollars(right)}"
                )
                case.finding(rule, a, place, words, name, dollars(right))


def _opening(case: Case, a: Sheet, before: Budget | None) -> None:
    name = "BudgetAuthorityUnobligatedBalanceBroughtForward_FYB"
    end = law()["dataact_rules"].versions[-1].integer("unobligated_line")
    if before is None or case.given.year is None:
        case.report.skipped(
            "A34", "A", "needs the SF-133 of period 12 of the year before (--sf133) and the fiscal year"
        )
        return
    case.report.ran("A34", "A")
    column = a.amount(name)
    for place, account in enumerate(a.accounts):
        if account in before.lines and place not in a.bad:
            right, said = before.lines[account].get(end, 0), column[place] or 0
            if said != right:
                words = f"{name} is {dollars(said)}, but last year ended with {dollars(right)} unobligated (line {end})"
                case.finding("A34", a, place, words, name, dollars(right))


def _complete(case: Case, a: Sheet, now: Budget | None) -> None:
    if now is None:
        case.report.skipped("A33.1", "A", NO_SF133)
        case.report.skipped("A33.2", "A", NO_SF133)
        return
    case.report.ran("A33.1", "A")
    case.report.ran("A33.2", "A")
    if not case.given.agency:
        case.report.partly(
            "A33.1", "A", "taken for the agencies that file A has: needs the agency (--agency)"
        )
    for account in sorted(_wanted(case, a, now) - set(a.accounts)):
        case.finding("A33.1", a, None, f"The account {account} is in the SF-133 and not in file A")
    some = a.has_amount
    for place, account in enumerate(a.accounts):
        if account not in now.lines and some[place]:
            case.finding("A33.2", a, place, f"The account {account} is not in the SF-133")


def _wanted(case: Case, sheet: Sheet, now: Budget) -> set[str]:
    """The accounts of the agency in the SF-133: neither financing accounts nor all zero."""
    agencies = {case.given.agency} if case.given.agency else {_of(symbol) for symbol in sheet.known.values()}
    financing = {
        TreasuryAccount.from_columns(row).display
        for row in case.given.accounts or ()
        if row.get("FinancialIndicator", "").upper() == "F"
    }
    return {
        account
        for account, lines in now.lines.items()
        if any(lines.values())
        and account not in financing
        and agencies & _group(_of(TreasuryAccount.parse(account)))
    }


def _of(symbol: TreasuryAccount) -> str:
    return symbol.transfer or symbol.agency


@cache
def _group(agency: str) -> frozenset[str]:
    """The agencies that report for an agency: itself, and the one that takes it in."""
    groups = law()["dataact_rules"].versions[-1].text("agency_groups").split(";")
    takers = [each.split()[0] for each in groups if agency in each.split()[1:]]
    return frozenset([agency, *takers])


def _transfers(case: Case, a: Sheet) -> None:
    agency = case.given.agency
    if not agency:
        case.report.skipped("A33.3", "A", "needs the submitting agency (--agency)")
        return
    case.report.ran("A33.3", "A")
    some = a.has_amount
    for place, account in enumerate(a.accounts):
        symbol = a.known[account]
        if (
            symbol.transfer
            and symbol.transfer != agency
            and agency not in _group(symbol.transfer)
            and some[place]
        ):
            words = (
                f"The allocation transfer goes to agency {symbol.transfer}, not to {agency}, which submits"
            )
            case.finding("A33.3", a, place, words, "AllocationTransferAgencyIdentifier", agency)


def _lines_of_b(case: Case, b: Sheet, now: Budget | None) -> None:
    adjusted, flags = b.series(ADJUSTMENT).str.to_uppercase(), b.series(FLAG).str.to_uppercase()
    by_fund = now is not None and bool(now.by_fund)
    keys = columns(b, (FUND,) if by_fund else ())
    places: dict[tuple[object, ...], int] = {}
    for place, key in enumerate(keys.rows()):
        places.setdefault(key, place)
    for rule, terms, spans, sign, _, _ in _formulas():
        if not rule.startswith("B"):
            continue
        if now is None:
            case.report.skipped(rule, "B", NO_SF133)
            continue
        case.report.ran(rule, "B")
        if not by_fund:
            case.report.partly(rule, "B", "by account only: the SF-133 has no fund codes")
        where = adjusted == "X"
        if rule in DIRECT:
            where = where & (flags == DIRECT[rule])
        for key, said in grouped(b, keys, terms_of(terms, "B"), where).items():
            lines = now.by_fund.get((str(key[0]), str(key[1]))) if by_fund else now.lines.get(str(key[0]))
            right = None if lines is None else sign * _add(lines, spans)
            if right is None or said == right:
                continue
            of = " with fund code ".join(str(each) for each in key)
            asks = f"line {_said(spans)} of the SF-133 asks for {dollars(right)}"
            words = f"The rows of {of} come to {dollars(said)}, but {asks}"
            case.finding(rule, b, places[key], words, "", dollars(right))
    _funds_complete(case, b, now, {(str(key[0]), str(key[-1])) for key in places} if by_fund else set())


def _funds_complete(case: Case, b: Sheet, now: Budget | None, there: set[tuple[str, ...]]) -> None:
    if now is None or not now.by_fund:
        case.report.skipped("B21", "B", "needs an SF-133 with fund codes (--sf133)")
        return
    case.report.ran("B21", "B")
    wanted = _wanted(case, b, now)
    for (account, fund), lines in sorted(now.by_fund.items()):
        if account in wanted and any(lines.values()) and (account, fund) not in there:
            case.finding(
                "B21",
                b,
                None,
                f"The account {account} with fund code {fund} is in the SF-133 and not in file B",
            )
