"""The reports of a book for a fiscal year and period, as the books stand or as they were known on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import QuerySet

from qsmo.kernel import clock
from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.fiscal import FiscalPeriod, FiscalYear
from qsmo.platform.access.door import one
from qsmo.platform.access.viewer import Viewer
from qsmo.services.ledger.models import CLOSING_PERIOD, Book, Combination, Symbol
from qsmo.services.ledger.queries.books import positions
from qsmo.services.ledger.rules.position import Attributes, Position
from qsmo.services.ledger.rules.report.balance import TrialBalance, trial_balance
from qsmo.services.ledger.rules.report.crosswalk import version
from qsmo.services.ledger.rules.report.fund import Fund, as_of
from qsmo.services.ledger.rules.report.gate import Beside, Gate, gate
from qsmo.services.ledger.rules.report.gtas import TrialRow, trial_rows
from qsmo.services.ledger.rules.report.sf133 import Execution, sf133
from qsmo.services.ledger.rules.report.statements import (
    Name,
    Reconciliation,
    Statement,
    budget_to_accrual,
    disagreements,
    statement,
)
from qsmo.services.ledger.rules.report.status import Status, status
from qsmo.services.ledger.rules.report.ties import Tie, ties

MONTHS = 12
BEFORE_CLOSING = CLOSING_PERIOD - 1
STATEMENTS: tuple[Name, ...] = ("balance-sheet", "net-cost", "net-position")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is asked for: through which period of which fiscal year, and as known at which instant."""

    year: int
    period: int
    known_at: datetime | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.period <= CLOSING_PERIOD:
            words = f"A period is 1 to {CLOSING_PERIOD}, not {self.period}"
            raise Refusal("period-form", words, status=422)

    @property
    def last_day(self) -> date:
        """The last day of the period; of the periods after the twelfth, that of the year."""
        during = FiscalPeriod(FiscalYear(self.year), min(self.period, MONTHS)).during
        return during.end - timedelta(days=1)

    @property
    def before_closing(self) -> int:
        """The period that reports on the year read through: the entries that close it are left out."""
        return min(self.period, BEFORE_CLOSING)


def known_on(day: date) -> datetime:
    """The last instant of a day."""
    return datetime.combine(day, time.max, UTC)


def now_asked(book: Book, year: int = 0, period: int = 0, known_at: datetime | None = None) -> Asked:
    """What is asked where something is left open: the present year and month, of a year that is over its last."""
    today = FiscalPeriod.of(clock.today())
    chosen = year or max(today.year.year, book.first_year)
    if not book.first_year <= chosen <= today.year.year + 1:
        words = f"These books have the years FY{book.first_year} to FY{today.year.year + 1}, not FY{chosen}"
        raise Refusal("year-form", words, status=422)
    usual = today.number if chosen == today.year.year else BEFORE_CLOSING if chosen < today.year.year else 1
    return Asked(chosen, period or usual, known_at)


def books(viewer: Viewer) -> QuerySet[Book]:
    """The books that a viewer may read."""
    return Book.seen_by(viewer).select_related("customer", "provider")


def book(viewer: Viewer, key: str) -> Book:
    """One of them; 404 where there is none for this viewer."""
    found = books(viewer).filter(pk=key).first()
    return found if found is not None else one(Book, viewer, key)


def symbols(viewer: Viewer, book: Book) -> list[Symbol]:
    """The Treasury accounts of a book, in their order."""
    return list(Symbol.seen_by(viewer).filter(book=book))


def symbol(viewer: Viewer, key: str) -> Symbol:
    """One Treasury account with its book; 404 where there is none for this viewer."""
    found = Symbol.seen_by(viewer).select_related("book__customer", "book__provider").filter(pk=key).first()
    return found if found is not None else one(Symbol, viewer, key)


def fund_of(symbol: Symbol, asked: Asked) -> Fund:
    """What a report must know of a Treasury account, at the end of the period."""
    return as_of(symbol.fund, asked.last_day)


def trial_of(viewer: Viewer, book: Book, asked: Asked, tas: Iterable[str] = (), *by: str) -> TrialBalance:
    """The trial balance of all Treasury accounts, or of those named."""
    found = positions(viewer, book, asked.year, asked.period, symbols=tas, known_at=asked.known_at)
    return trial_balance(found, asked.year, *by)


def before_closing(viewer: Viewer, book: Book, asked: Asked, tas: Iterable[str] = ()) -> list[Position]:
    """The balances that reports on the year are made of: without the entries that close it."""
    return positions(viewer, book, asked.year, asked.before_closing, symbols=tas, known_at=asked.known_at)


def execution_of(viewer: Viewer, symbol: Symbol, asked: Asked) -> Execution:
    """The SF-133 of one Treasury account."""
    found = before_closing(viewer, symbol.book, asked, [symbol.tas])
    return sf133(fund_of(symbol, asked), found, asked.year)


def executions(viewer: Viewer, book: Book, asked: Asked) -> dict[str, Execution]:
    """The SF-133 of every Treasury account, by its display form."""
    found = before_closing(viewer, book, asked)
    return {each.tas: sf133(fund_of(each, asked), found, asked.year) for each in symbols(viewer, book)}


def ties_of(execution: Execution, asked: Asked) -> tuple[Tie, ...]:
    """What must tie in an SF-133 at the end of the period."""
    return ties(execution, min(asked.period, MONTHS))


def terms_of(code: str, side: str, year: int) -> str:
    """The sum that is one side of a point that must tie; empty where the side is zero."""
    return version("ties", year).row(code=code).cells[side]


def status_of(viewer: Viewer, book: Book, asked: Asked, *by: str) -> dict[str, tuple[Status, ...]]:
    """The status of funds of every Treasury account, whole or by attributes."""
    found = before_closing(viewer, book, asked)
    return {each.tas: status(fund_of(each, asked), found, asked.year, *by) for each in symbols(viewer, book)}


def status_of_account(viewer: Viewer, symbol: Symbol, asked: Asked, *by: str) -> tuple[Status, ...]:
    """The status of funds of one Treasury account, whole or by attributes; nothing where it has no balance."""
    found = before_closing(viewer, symbol.book, asked, [symbol.tas])
    return status(fund_of(symbol, asked), found, asked.year, *by)


def statements_of(
    viewer: Viewer, book: Book, asked: Asked, tas: Iterable[str] = ()
) -> tuple[dict[str, Statement], tuple[Finding, ...]]:
    """The principal statements of a book, or of some of its accounts, and where they do not tie."""
    found = before_closing(viewer, book, asked, tas)
    made: dict[str, Statement] = {name: statement(name, found, asked.year) for name in STATEMENTS}
    return made, disagreements(found, asked.year)


def reconciliation_of(viewer: Viewer, symbol: Symbol, asked: Asked) -> Reconciliation:
    """Why the net outlays of a Treasury account are not its net cost."""
    return budget_to_accrual(execution_of(viewer, symbol, asked))


def combinations_of(
    viewer: Viewer, book: Book, found: Iterable[Position]
) -> dict[tuple[str, str, Attributes], int]:
    """The number of the combination behind each of some positions, by Treasury account, account and attributes."""
    held = list(found)
    rows = (
        Combination.seen_by(viewer)
        .filter(book=book, symbol__tas__in={each.symbol for each in held})
        .filter(account__in={each.account for each in held})
        .select_related("symbol")
    )
    return {(each.symbol.tas, each.account, each.attributes): each.pk for each in rows}


def gates(viewer: Viewer, book: Book, asked: Asked) -> list[Gate]:
    """Our gate over every Treasury account with a balance, held against the year before where the books have it."""
    found, last_year = before_closing(viewer, book, asked), asked.year - 1
    there = last_year >= book.first_year
    last = positions(viewer, book, last_year, BEFORE_CLOSING, known_at=asked.known_at) if there else []
    closed = positions(viewer, book, last_year, CLOSING_PERIOD, known_at=asked.known_at) if there else []
    made = []
    for each in symbols(viewer, book):
        if not any(position.symbol == each.tas for position in found):
            continue
        fund, beside = fund_of(each, asked), Beside()
        if any(position.symbol == each.tas for position in last):
            before = fund_of(each, Asked(last_year, BEFORE_CLOSING))
            beside = Beside(
                closed=tuple(position for position in closed if position.symbol == each.tas),
                last=sf133(before, last, last_year),
            )
        made.append(gate(fund, found, asked.year, min(asked.period, MONTHS), beside))
    return made


def bulk_rows(viewer: Viewer, book: Book, asked: Asked) -> tuple[TrialRow, ...]:
    """The rows of the file for Treasury. Refused while our gate finds something fatal in one of the accounts."""
    stops = tuple(finding for each in gates(viewer, book, asked) for finding in each.stops)
    if stops:
        words = f"The trial balance of FY{asked.year} period {asked.period:02d} does not pass our gate"
        raise Refusal("gate", words, findings=stops)
    return trial_rows(before_closing(viewer, book, asked), asked.year, asked.period)
