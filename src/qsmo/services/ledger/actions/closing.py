"""Closing a fiscal year: what must be settled first, then one entry for each Treasury account; safe to repeat."""

from __future__ import annotations

from dataclasses import replace

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.fiscal import FiscalYear
from qsmo.platform.access.door import action, allow, one
from qsmo.platform.access.viewer import Viewer
from qsmo.services.ledger.actions.classifying import classified
from qsmo.services.ledger.actions.retrying import retried
from qsmo.services.ledger.actions.writing import write
from qsmo.services.ledger.models import Accounting, Book, Entry
from qsmo.services.ledger.queries.books import funds_of, positions
from qsmo.services.ledger.rules.closing import SOURCE, closing_draft, closing_findings, closing_period
from qsmo.services.ledger.rules.entry import EntryDraft


@retried
@action("ledger.close")
def close_year(viewer: Viewer, book_id: str, year: int) -> list[int]:
    """Post the closing entries of a year whose periods are closed but the last. Answers their numbers, none when done.

    Refused (409): a period that is open, an estimate that did not come true, an account whose closing has a choice.
    """
    book = one(Book, viewer, book_id)
    allow(viewer, "ledger.close", book)
    last = closing_period(year)
    found = (*_open(viewer, book, year, last), *closing_findings(positions(viewer, book, year, last), year))
    if found:
        raise Refusal("year", f"FY{year} cannot be closed yet", findings=found)
    drafts = _drafts(viewer, book, year, last)
    if not drafts:
        return []
    funds = funds_of(viewer, book)
    keys, _ = classified(viewer, book, (line for draft in drafts for line in draft.lines), funds)
    return write(viewer, book, drafts, keys)


def _open(viewer: Viewer, book: Book, year: int, last: int) -> list[Finding]:
    periods = {each.number: each for each in Accounting.seen_by(viewer).filter(book=book, year=year)}
    if not periods:
        raise Refusal("year", f"These books have no {FiscalYear(year)}", status=404)
    return [
        Finding("period", f"{each} is open", field=str(number), expected="closed before the year is")
        for number, each in sorted(periods.items())
        if number < last and each.state == "open"
    ]


def _drafts(viewer: Viewer, book: Book, year: int, last: int) -> list[EntryDraft]:
    found = positions(viewer, book, year, last)
    drafts = []
    for tas, fund in sorted(funds_of(viewer, book).items()):
        made = (
            Entry.seen_by(viewer).filter(book=book, source=SOURCE, key__startswith=f"{year}/{tas}/").count()
        )
        own = [each for each in found if each.symbol == tas]
        draft = closing_draft(tas, fund, own, year, made + 1)
        if draft is not None:
            drafts.append(replace(draft, words=f"Closing of FY{year}, {tas}"))
    return drafts
