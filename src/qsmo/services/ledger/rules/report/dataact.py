"""DATA Act files A, B and C from the books: by Treasury account, by program activity and object class, by award."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Literal

from qsmo.services.ledger.rules.attributes import reported
from qsmo.services.ledger.rules.checking.dataact.tables import account_fields, amounts_of, terms_of
from qsmo.services.ledger.rules.position import Attributes, Position
from qsmo.services.ledger.rules.report.crosswalk import version
from qsmo.services.ledger.rules.report.fund import Fund, of
from qsmo.services.ledger.rules.report.gtas import wide_class
from qsmo.services.ledger.rules.report.sf133 import MOVED, sf133
from qsmo.services.ledger.rules.symbol import COLUMNS, TreasuryAccount

Letter = Literal["A", "B", "C"]
KEY = ("object_class", "activity", "reimbursable", "defc", "adjustment")
ACTIVITY, CLASS, FLAG, FUND_CODE, ADJUSTMENT = (
    "ProgramActivityReportingKey",
    "ObjectClass",
    "ByDirectReimbursableFundingSource",
    "DisasterEmergencyFundCode",
    "PriorYearAdjustment",
)
NO_ACTIVITY, NO_CLASS, NO_ADJUSTMENT, NOT_DESIGNATED = "0000", "000", "X", "Q"
INCURRED = {"B": "ObligationsIncurredByProgramObjectClass_CPE", "C": "ObligationsIncurredTotalByAward_CPE"}
TRANSACTION = "TransactionObligatedAmount"


@dataclass(frozen=True, slots=True)
class Award:
    """Whose award a balance belongs to: a contract (with its parent), a grant, or an aggregate; one of the three."""

    piid: str = ""
    parent: str = ""
    fain: str = ""
    uri: str = ""


@dataclass(frozen=True, slots=True)
class Awarded:
    """The part of a position that belongs to an award."""

    award: Award
    position: Position


@dataclass(frozen=True, slots=True)
class Obligated:
    """What was obligated on an award by one transaction: ledger sign, so that an obligation is negative."""

    award: Award
    symbol: str
    attributes: Attributes
    cents: int
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a file: texts by field, and amounts in cents by field; what is absent is blank."""

    texts: Mapping[str, str]
    amounts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SpendingFile:
    """A file of one agency and period: its letter, its columns in order, its rows."""

    letter: Letter
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def file_a(funds: Iterable[Fund], positions: Iterable[Position], year: int) -> SpendingFile:
    """One row a Treasury account, from the lines of its SF-133; credit financing and empty accounts are left out."""
    held = tuple(positions)
    rows = []
    for fund in funds:
        execution = sf133(fund, held, year)
        amounts = {
            row.text("terms"): sum(
                row.integer("sign") * line.amount
                for number, line in execution.lines.items()
                if _in(number, row.text("lines"))
            )
            for row in version("dataact_sf133", year).rows
            if row.text("terms") in amounts_of("A") and _in_year(row.cells, year)
        }
        amounts |= _sums("A", amounts, year)
        if not fund.financing and any(amounts.values()):
            rows.append(Row(_symbol(fund.symbol), amounts))
    return SpendingFile("A", _columns("A", year), tuple(rows))


def file_b(funds: Iterable[Fund], positions: Iterable[Position], year: int) -> SpendingFile:
    """One row a Treasury account, object class, program activity, funding source, fund code and adjustment code.

    Accounts and fund codes that obligated nothing stand in a row of zeros, so that each is in the file.
    """
    held = tuple(positions)
    rows = []
    for fund in funds:
        own = [] if fund.financing else of(fund, held)
        found = _keyed(own, "B", year)
        budget = {
            _fund_code(each, year)
            for each in own
            if each.half == "budgetary" and (each.opening or each.ending)
        }
        for code in sorted(budget - {key.defc for key in found}):
            empty = Attributes(
                defc=code, adjustment=NO_ADJUSTMENT, activity=NO_ACTIVITY, object_class=NO_CLASS
            )
            found[empty] = dict.fromkeys(amounts_of("B"), 0)
        for key in sorted(found, key=repr):
            amounts = {**found[key], **_sums("B", found[key], year)}
            amounts[INCURRED["B"]] = _incurred("B", found[key], year)
            rows.append(Row({**_symbol(fund.symbol), **_texts(key)}, amounts))
    return SpendingFile("B", _columns("B", year), tuple(rows))


def file_c(
    funds: Iterable[Fund], awarded: Iterable[Awarded], obligated: Iterable[Obligated], year: int
) -> SpendingFile:
    """Balances by award and the key of file B, and a row for what each transaction of the period obligated.

    What belongs to no award is not in the file; amounts of awards without any balance are left out.
    """
    wanted = {fund.symbol for fund in funds if not fund.financing}
    groups: dict[tuple[str, Award], list[Position]] = {}
    for each in awarded:
        if each.position.symbol in wanted:
            groups.setdefault((each.position.symbol, each.award), []).append(each.position)
    rows = []
    for symbol, award in sorted(groups, key=repr):
        found = _keyed(groups[symbol, award], "C", year)
        for key in sorted(found, key=repr):
            amounts = {**found[key], **_sums("C", found[key], year)}
            amounts[INCURRED["C"]] = _incurred("C", found[key], year)
            rows.append(Row({**_symbol(symbol), **_texts(key), **_award(award)}, amounts))
    for line in obligated:
        if line.symbol in wanted:
            day = {"GeneralLedgerPostDate": f"{line.on:%Y%m%d}"} if line.on else {}
            texts = {
                **_symbol(line.symbol),
                **_texts(_key(line.attributes, line.attributes.defc or NOT_DESIGNATED)),
                **_award(line.award),
                **day,
            }
            rows.append(Row(texts, {TRANSACTION: line.cents}))
    return SpendingFile("C", _columns("C", year), tuple(rows))


def budget_lines(
    funds: Iterable[Fund], positions: Iterable[Position], year: int, period: int
) -> tuple[dict[str, str], ...]:
    """The SF-133 of funds as rows of public SF-133 data: account, period, fund code, line, and the amount in cents."""
    held = tuple(positions)
    rows = []
    for fund in funds:
        own = of(fund, held)
        for code in sorted({_fund_code(each, year) for each in own if each.half == "budgetary"}):
            execution = sf133(fund, [each for each in own if _fund_code(each, year) == code], year)
            rows += [
                {
                    **_symbol(fund.symbol),
                    "FiscalYear": str(year),
                    "ReportingPeriod": f"{period:02d}",
                    FUND_CODE: code,
                    "Line": number,
                    "Amount": str(line.amount),
                }
                for number, line in execution.lines.items()
                if line.amount and number != MOVED
            ]
    return tuple(rows)


def _keyed(positions: Iterable[Position], letter: Letter, year: int) -> dict[Attributes, dict[str, int]]:
    """The account fields of a file by key, from the positions of one Treasury account."""
    fields = account_fields(letter)
    found: dict[Attributes, dict[str, int]] = {}
    for position in positions:
        pairs = (("CPE", position.ending), ("FYB", position.opening))
        for name, cents in ((f"{position.account}_{which}", cents) for which, cents in pairs):
            if name in fields and (position.opening or position.ending):
                key = _key(position.attributes, _fund_code(position, year))
                amounts = found.setdefault(key, dict.fromkeys(fields.values(), 0))
                amounts[fields[name]] += cents
    return found


def _key(attributes: Attributes, fund_code: str) -> Attributes:
    kept = Attributes(**{name: getattr(attributes, name) for name in KEY})
    return replace(kept, adjustment=kept.adjustment or NO_ADJUSTMENT, defc=fund_code)


def _fund_code(position: Position, year: int) -> str:
    """The disaster and emergency fund code; what says none is not designated."""
    return (
        reported(position.account, position.attributes, year).defc
        or position.attributes.defc
        or NOT_DESIGNATED
    )


def _texts(key: Attributes) -> dict[str, str]:
    return {
        CLASS: wide_class(key.object_class),
        ACTIVITY: key.activity,
        FLAG: key.reimbursable,
        FUND_CODE: key.defc,
        ADJUSTMENT: key.adjustment,
    }


def _award(award: Award) -> dict[str, str]:
    return {"PIID": award.piid, "ParentAwardId": award.parent, "FAIN": award.fain, "URI": award.uri}


def _symbol(symbol: str) -> dict[str, str]:
    tas = TreasuryAccount.parse(symbol)
    parts = (tas.transfer, tas.agency, tas.begins, tas.ends, tas.kind, tas.main, tas.sub)
    return dict(zip(COLUMNS, parts, strict=True))


def _sums(letter: Letter, given: Mapping[str, int], year: int) -> dict[str, int]:
    """The fields that are sums of others on the row, as the rules have them; what is given already stays."""
    found: dict[str, int] = {}
    open_ = {
        row.text("field"): terms_of(row.text("terms"), letter)
        for row in version("dataact_sums", year).rows
        if row.text("file") == letter and row.text("field") not in given
    }
    while open_:
        known = {**given, **found}
        ready = [field for field, terms in open_.items() if all(name in known for _, name in terms)]
        found |= {field: sum(sign * known[name] for sign, name in open_.pop(field)) for field in ready}
    return found


def _incurred(letter: Letter, amounts: Mapping[str, int], year: int) -> int:
    """Obligations incurred: the terms that the rules hold against line 2004."""
    return sum(sign * amounts[name] for sign, name in terms_of(_incurred_terms(year), letter))


@cache
def _incurred_terms(year: int) -> str:
    rows = version("dataact_sf133", year).rows
    return next(row.text("terms") for row in rows if row.text("lines") == "2004")


@cache
def _columns(letter: Letter, year: int) -> tuple[str, ...]:
    rows = version("dataact_fields", year).rows
    return tuple(row.text("name") for row in rows if row.text("file") == letter)


def _in(number: str, lines: str) -> bool:
    """Whether a line's number is among those named: single ones, or `first-last` without totals of the block."""
    for each in lines.split():
        first, _, last = each.partition("-")
        if first <= number <= (last or first):
            return True
    return False


def _in_year(cells: Mapping[str, str], year: int) -> bool:
    return int(cells["from_year"] or year) <= year <= int(cells["to_year"] or year)
