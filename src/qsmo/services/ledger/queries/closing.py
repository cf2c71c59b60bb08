"""What people read of closing: who closed which period, and what must be settled before a year is closed."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable
from datetime import datetime

from qsmo.kernel.finding import Finding
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.record.trail import entries_of
from qsmo.services.ledger.models import Accounting, Book
from qsmo.services.ledger.queries.books import funds_of, positions
from qsmo.services.ledger.rules.closing import closing_draft, closing_findings, closing_period
from qsmo.services.ledger.rules.entry import EntryDraft

MOVES = ("close", "reopen")


def moves_of(periods: Iterable[Accounting]) -> dict[str, list[tuple[str, str, datetime, str]]]:
    """Who closed and opened again each of some periods that were seen already: verb, name, instant, reason."""
    held = list(periods)
    if not held:
        return {}
    links = functools.reduce(operator.or_, (entries_of(each) for each in held))
    found: dict[str, list[tuple[str, str, datetime, str]]] = {each.pk: [] for each in held}
    for link in links:
        if link.verb in MOVES:
            found[link.record].append((link.verb, link.actor_name, link.at, link.why))
    return found


def unsettled(
    viewer: Viewer, book: Book, year: int, periods: Iterable[Accounting]
) -> tuple[tuple[Finding, ...], tuple[EntryDraft, ...]]:
    """What must be done before a year is closed, and the entries that closing it would post now."""
    last = closing_period(year)
    held = positions(viewer, book, year, last)
    open_ = [
        Finding("period", f"{each} is open", field=str(each.number), expected="closed before the year is")
        for each in periods
        if each.number < last and each.state == "open"
    ]
    drafts = (
        closing_draft(tas, fund, [each for each in held if each.symbol == tas], year, 1)
        for tas, fund in sorted(funds_of(viewer, book).items())
    )
    return (*open_, *closing_findings(held, year)), tuple(each for each in drafts if each is not None)
