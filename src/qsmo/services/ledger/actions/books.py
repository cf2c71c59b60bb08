"""Keeping books: opening them, their Treasury accounts, their periods, and budgets of the agency's own."""

from __future__ import annotations

from django.db import connection

from qsmo.kernel.finding import Finding, Refusal
from qsmo.platform.access.door import action, add, add_many, edit, move, one
from qsmo.platform.access.viewer import Viewer
from qsmo.services.ledger.models import CLOSING_PERIOD, Accounting, Book, Symbol
from qsmo.services.ledger.rules.symbol import TreasuryAccount


@action("ledger.settings")
def keep_symbol(
    viewer: Viewer,
    book_id: str,
    *,
    tas: str,
    title: str,
    financing: str,
    category: str,
    program_b: str = "",
    bea: str = "D",
) -> Symbol:
    """Take a Treasury account into the books, or say anew what pays it. Nothing posted is changed by that."""
    book = one(Book, viewer, book_id)
    parsed = TreasuryAccount.parse(tas)
    if category == "B" and not program_b:
        words = "Money apportioned by program (category B) has a line of the apportionment"
        found = (Finding("program_b", words, field="program_b", expected="four digits such as 6011"),)
        raise Refusal("symbol", words, status=422, findings=found)
    said = {"title": title, "financing": financing, "category": category, "program_b": program_b, "bea": bea}
    there = Symbol.seen_by(viewer).filter(book=book, tas=parsed.display).first()
    if there is not None:
        changed = {name: value for name, value in said.items() if getattr(there, name) != value}
        return edit(viewer, there, "ledger.settings", **changed) if changed else there
    return add(viewer, Symbol(book=book, tas=parsed.display, **said), "ledger.settings")


@action("ledger.settings")
def open_year(viewer: Viewer, book_id: str, year: int) -> int:
    """Open the periods of a fiscal year that are not there yet. Answers how many."""
    book = one(Book, viewer, book_id)
    if year < book.first_year:
        raise Refusal("year", f"These books begin with FY{book.first_year}", status=422)
    there = set(Accounting.seen_by(viewer).filter(book=book, year=year).values_list("number", flat=True))
    missing = [number for number in range(1, CLOSING_PERIOD + 1) if number not in there]
    periods = [Accounting(book=book, year=year, number=number) for number in missing]
    add_many(viewer, periods, "ledger.settings", why=f"FY{year} is opened")
    return len(missing)


@action("ledger.close")
def close_period(viewer: Viewer, period_id: str) -> Accounting:
    """Close a period: nothing is posted to it any more. Refused while an earlier one of its year is open."""
    period = _held(viewer, period_id)
    earlier = Accounting.seen_by(viewer).filter(
        book_id=period.book_id, year=period.year, number__lt=period.number, state="open"
    )
    if earlier.exists():
        listed = ", ".join(str(each) for each in earlier)
        raise Refusal("earlier-period", f"{listed} is still open; periods are closed in their order")
    return move(viewer, period, "close")


@action("ledger.reopen")
def reopen_period(viewer: Viewer, period_id: str, why: str) -> Accounting:
    """Open a period again, with a reason, by somebody else than who closed it."""
    if not why.strip():
        raise Refusal("reason", "Say why the period is opened again", status=422)
    return move(viewer, _held(viewer, period_id), "reopen", why=why)


def _held(viewer: Viewer, period_id: str) -> Accounting:
    """The period, held against entries that are being sealed in it."""
    if connection.vendor == "postgresql":
        Accounting.seen_by(viewer).select_for_update().filter(pk=period_id).first()
    return one(Accounting, viewer, period_id)
