"""The adjusted trial balance for Treasury: rows by account, begin or end, and the attributes that it reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from qsmo.services.ledger.rules.attributes import reported
from qsmo.services.ledger.rules.position import Attributes, Position
from qsmo.services.ledger.rules.symbol import COLUMNS, TreasuryAccount

LAST_PERIOD = 12
WIDE_CLASS = "0000"
OBLIGATIONS = ("48", "49")
NEW_RESOURCES = ("41", "421", "422", "425", "426", "427")
FIELDS = {
    "authority": "AuthorityTypeCode",
    "reimbursable": "ReimbursableFlagIndicator",
    "category": "ApportionmentCategoryCode",
    "program_b": "ApportionmentCategoryB_Program",
    "report_category": "ProgramReportCategoryNumber",
    "federal": "FederalNonFederalIndicator",
    "partner": "TradingPartnerAgencyIdentifier",
    "partner_main": "TradingPartnerMainAccountCode",
    "authority_year": "YearOfBudgetAuthorityCode",
    "availability_time": "AvailabilityTimeIndicator",
    "bea": "BEA_CategoryIndicator",
    "borrowing": "BorrowingSource",
    "exchange": "ExchangeNonexchangeIndicator",
    "custodial": "CustodialNoncustodialIndicator",
    "budget_impact": "BudgetImpactIndicator",
    "adjustment": "PriorYearAdjustmentCode",
    "cohort": "CreditCohortYear",
    "defc": "DisasterEmergencyFundCode",
    "reduction": "ReductionType",
    "object_class": "BudgetObjectClass",
}
"""The fields of the file that carry attributes of a balance."""


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One row: the balance of an account at the beginning of the year (`side` B) or now (E), debit positive."""

    year: int
    period: int
    symbol: TreasuryAccount
    account: str
    side: str
    attributes: Attributes
    cents: int

    @property
    def cells(self) -> dict[str, str]:
        """The row by the names of the fields of the file; the amount as digits of cents, without sign or filling."""
        symbol = self.symbol
        parts = (
            symbol.transfer,
            symbol.agency,
            symbol.begins,
            symbol.ends,
            symbol.kind,
            symbol.main,
            symbol.sub,
        )
        return {
            "FiscalYear": str(self.year),
            "ReportingPeriod": f"{self.period:02d}",
            **dict(zip(COLUMNS, parts, strict=True)),
            "USSGL_AccountNumber": self.account,
            "DollarAmount": str(abs(self.cents)),
            "DebitCreditIndicator": "C" if self.cents < 0 else "D",
            "BeginEndIndicator": self.side,
            **{field: getattr(self.attributes, name) for name, field in FIELDS.items()},
            "BudgetObjectClass": wide_class(self.attributes.object_class),
        }


def trial_rows(positions: Iterable[Position], year: int, period: int) -> tuple[TrialRow, ...]:
    """The rows of a period, added up over what their accounts do not report; nothing that is nil. In stable order.

    Adjustment periods after the twelfth are sent as the twelfth.
    """
    sums: dict[tuple[str, str, str, Attributes], int] = {}
    for position in settled(positions):
        kept = reported(position.account, position.attributes, year)
        for side, cents in (("B", position.opening), ("E", position.ending)):
            key = (position.symbol, position.account, side, kept)
            sums[key] = sums.get(key, 0) + cents
    symbols = {symbol: TreasuryAccount.parse(symbol) for symbol, *_ in sums}
    return tuple(
        TrialRow(year, min(period, LAST_PERIOD), symbols[symbol], account, side, kept, cents)
        for (symbol, account, side, kept), cents in sorted(sums.items(), key=_order)
        if cents
    )


def settled(positions: Iterable[Position]) -> Iterator[Position]:
    """Positions with the year of the authority filled in where only one is possible: NEW in a Treasury account that
    brought nothing forward, BAL in one that got nothing new. Where both are, a line must say it."""
    held = tuple(positions)
    brought = {each.symbol for each in held if each.half == "budgetary" and each.opening}
    fresh = {each.symbol for each in held if each.account.startswith(NEW_RESOURCES) and each.movement}
    for each in held:
        said = each.attributes.authority_year or not each.account.startswith(OBLIGATIONS)
        if said or (each.symbol in brought and each.symbol in fresh):
            yield each
        else:
            yield _of_year(each, "BAL" if each.symbol in brought else "NEW")


def _of_year(position: Position, authority_year: str) -> Position:
    attributes = replace(position.attributes, authority_year=authority_year)
    return replace(position, attributes=attributes)


def unrowed(rows: Iterable[TrialRow]) -> Iterator[Position]:
    """Rows as positions again, to run every report and check on what the file says."""
    sums: dict[tuple[str, str, Attributes], list[int]] = {}
    for row in rows:
        found = sums.setdefault((row.symbol.display, row.account, row.attributes), [0, 0])
        found[0 if row.side == "B" else 1] += row.cents
    for (symbol, account, attributes), (opening, ending) in sums.items():
        yield Position(symbol, account, attributes, opening, ending)


def wide_class(object_class: str) -> str:
    """An object class as files have it, four characters: a zero behind three digits."""
    return object_class + WIDE_CLASS[len(object_class) :] if object_class else ""


def _order(item: tuple[tuple[str, str, str, Attributes], int]) -> tuple[str, str, str, str]:
    (symbol, account, side, kept), _ = item
    return symbol, account, side, repr(kept)
