"""Reports that the financial management standard prescribes, item by item: what each item is taken from, and rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, Literal, cast

from qsmo.kernel.finding import Refusal
from qsmo.services.ledger.rules.position import Attributes, Position, added
from qsmo.services.ledger.rules.report.crosswalk import terms, version
from qsmo.services.ledger.rules.report.fund import Fund, of
from qsmo.services.ledger.rules.report.sf133 import sf133
from qsmo.services.ledger.rules.symbol import TreasuryAccount

Kind = Literal["text", "money", "percent", "date"]
Row = Mapping[str, Any]
"""A row: by what is taken, a text, cents, a share, a day, or None where there is nothing to say."""
REPORTS = {
    "status-of-funding": "Status of Funding",
    "obligation-status": "Obligation Status",
    "trial-balance": "Trial Balance",
    "transaction-detail": "Transaction Detail",
}
DIMENSIONS = ("fund", "organization", "program", "activity", "project", "object_class")
"""The attributes by which the reports show more than the Treasury account."""

ADDED_UP = ("status-of-funding", "trial-balance")
"""Reports that add balances up, and so may tell rows apart by attributes."""
ALL = "all"


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a report. `taken` names what it shows here, and is empty where these books keep nothing of it."""

    number: int
    label: str
    element: str
    kind: Kind
    taken: str
    terms: str
    mark: str


@cache
def items(report: str, year: int) -> tuple[Item, ...]:
    """The items of a report in their order; refused (404) where there is no such report."""
    if report not in REPORTS:
        words = f"There is no such prescribed report; there are {', '.join(REPORTS)}"
        raise Refusal("core-report", words, status=404)
    return tuple(
        Item(
            number=row.integer("item"),
            label=row.text("label"),
            element=row.cells["element"],
            kind=cast(Kind, row.text("kind")),
            taken=row.cells["taken"],
            terms=row.cells["terms"],
            mark=row.cells["mark"],
        )
        for row in version("core_reports", year).rows
        if row.text("report") == report
    )


def dimensions(report: str, by: str) -> tuple[str, ...]:
    """The attributes by which rows are told apart: none, one, or `all`; refused (422) where there is no such."""
    if by and (report not in ADDED_UP or by not in (*DIMENSIONS, ALL)):
        offered = ", ".join((*DIMENSIONS, ALL)) if report in ADDED_UP else "nothing"
        words = f"This report is shown by {offered}, not by “{by}”"
        raise Refusal("by", words, status=422)
    return DIMENSIONS if by == ALL else (by,) if by else ()


def accounts_of(report: str, year: int) -> dict[str, tuple[str, ...]]:
    """The accounts that are added up for each amount of a report."""
    return {
        item.taken: tuple(term.name for term in terms(item.terms))
        for item in items(report, year)
        if item.terms
    }


def status_of_funding(
    funds: Iterable[Fund], positions: Iterable[Position], year: int, period: int, *by: str
) -> Iterator[Row]:
    """What was given, promised and spent: a row for each Treasury account, or for each group of attributes in it.

    Authority carries no organization or object class of its own. A group without any is not held against it: its
    share, and what is available of it, stay empty.
    """
    found = list(positions)
    for fund in funds:
        groups: dict[tuple[str, ...], list[Position]] = {}
        for position in of(fund, found):
            key = tuple(getattr(position.attributes, name) for name in by)
            groups.setdefault(key, []).append(position)
        for key in sorted(groups):
            execution = sf133(fund, groups[key], year)
            amounts = {
                item.taken: execution.value(item.terms)
                for item in items("status-of-funding", year)
                if item.terms
            }
            if any(amounts.values()):
                said = dict(zip(by, key, strict=True))
                yield {**named(fund.symbol, period_words(year, period)), **said, **amounts, **_used(amounts)}


def _used(amounts: Mapping[str, int]) -> dict[str, Any]:
    authority = amounts["authority"]
    used = sum(amounts.values()) - authority
    if not authority:
        return {"used": used, "used_share": None, "available": None, "available_share": None}
    return {
        "used": used,
        "used_share": Fraction(used, authority),
        "available": authority - used,
        "available_share": Fraction(authority - used, authority),
    }


def trial_items(positions: Iterable[Position], year: int, period: int, *by: str) -> Iterator[Row]:
    """The trial balance: a row for each Treasury account, ledger account and group of attributes."""
    for each in added(positions, *by):
        if each.opening or each.ending:
            yield {
                **named(each.symbol, period_words(year, period)),
                **{name: getattr(each.attributes, name) for name in by},
                "period_start": period_words(year, 1),
                "account": each.account,
                "opening": each.opening,
                "movement": each.movement,
                "ending": each.ending,
            }


def named(symbol: str, period: str = "") -> dict[str, Any]:
    """What every report says of a Treasury account."""
    account = TreasuryAccount.parse(symbol)
    return {
        "symbol": symbol,
        "agency": account.agency,
        "budget_year": account.begins,
        **({"period": period} if period else {}),
    }


def classified(attributes: Attributes) -> dict[str, str]:
    """The attributes that the reports show, by name."""
    return {name: getattr(attributes, name) for name in (*DIMENSIONS, "partner", "partner_main")}


def period_words(year: int, period: int) -> str:
    """A period as the reports write it, such as FY2026-05."""
    return f"FY{year}-{period:02d}"


def obligation(sums: Mapping[str, int]) -> dict[str, Any]:
    """What became of an obligation, and whether anything of it is outstanding: undelivered, or delivered and unpaid."""
    outstanding = sums["open"] or sums["accrued"]
    return {**sums, "standing": "open" if outstanding else "closed"}
