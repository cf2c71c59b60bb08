"""Writing entries, one or many at once: classify the lines, insert, seal; all of them or none, and a refusal.

The rows themselves are the record of who posted what: they are never changed, so the trail keeps no copy of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.utils import DatabaseError, OperationalError

from qsmo.kernel import clock
from qsmo.kernel.finding import Finding, Refusal, Severity
from qsmo.kernel.money import Money
from qsmo.platform.access.viewer import Viewer
from qsmo.services.ledger.actions.bulk import insert, mark, numbers
from qsmo.services.ledger.actions.classifying import Key, key_of
from qsmo.services.ledger.models import Accounting, Book, Draw
from qsmo.services.ledger.rules.control import levels
from qsmo.services.ledger.rules.entry import EntryDraft

_HEADER = (
    "id", "book_id", "made_at", "year", "period", "on", "rule", "rule_version", "source", "key", "digest", "words",
    "reverses_id", "made_by", "made_name", "sealed",
)  # fmt: skip
NOT_ENOUGH = "There is not enough money at a level that the law does not let go below zero"
_LINE = ("entry_id", "combination_id", "cents", "document", "words")


def write(viewer: Viewer, book: Book, drafts: Sequence[EntryDraft], keys: Mapping[Key, int]) -> list[int]:
    """Write and seal entries, their lines classified by `keys`: all of them, or none. Answers their numbers.

    Refused: a period that is closed (409, `period`), a limit of funds control (409, `funds`, a finding for each), the
    same document by somebody else at the same moment (409, `document`).
    """
    ids = numbers("ledger_entry", len(drafts))
    now = clock.now()
    paired = list(zip(drafts, ids, strict=True))
    try:
        with transaction.atomic():
            insert("ledger_entry", _HEADER, [_header(viewer, book, draft, id_, now) for draft, id_ in paired])
            insert("ledger_line", _LINE, [
                (id_, keys[key_of(line)], line.cents, line.document, line.words)
                for draft, id_ in paired for line in draft.lines
            ])  # fmt: skip
            mark("ledger_entry", "sealed", ids)
    except OperationalError:
        raise
    except DatabaseError as error:
        raise _refusal(viewer, book, drafts, keys, error) from error
    return ids


def _header(viewer: Viewer, book: Book, draft: EntryDraft, id_: int, now: datetime) -> tuple[Any, ...]:
    return (
        id_, book.pk, now, draft.year, draft.number, draft.on, draft.rule, draft.rule_version, draft.source, draft.key,
        draft.digest, draft.words, draft.reverses, viewer.actor, viewer.name, False,
    )  # fmt: skip


def _refusal(
    viewer: Viewer, book: Book, drafts: Sequence[EntryDraft], keys: Mapping[Key, int], error: DatabaseError
) -> Refusal:
    said = str(error)
    if "ledger_control_not_overdrawn" in said:
        return Refusal(
            "funds",
            NOT_ENOUGH,
            findings=shortfalls(viewer, drafts, keys),
        )
    if "ledger:period" in said:
        return Refusal(
            "period",
            "An accounting period of these entries is not open",
            findings=closed(viewer, book, drafts),
        )
    if "reverses_id" in said:
        return Refusal("reversed", "This entry was reversed before")
    if "ledger_entry_once" in said or "ledger_entry.source" in said:
        return Refusal("document", "The same document is being posted at this moment; look again")
    raise error


def shortfalls(viewer: Viewer, drafts: Sequence[EntryDraft], keys: Mapping[Key, int]) -> tuple[Finding, ...]:
    """Each control that entries would draw below zero, or below its warning: what is left, and what they take."""
    taken: dict[int, int] = defaultdict(int)
    cents: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for draft in drafts:
        for line in draft.lines:
            cents[keys[key_of(line)]][draft.year] += line.cents
    draws = list(Draw.seen_by(viewer).filter(combination_id__in=list(cents)).select_related("control"))
    for draw in draws:
        years, of = cents[draw.combination_id], draw.control.year
        taken[draw.control_id] += (years.get(of, 0) if of else sum(years.values())) * draw.weight
    cites = {level.name: level.cite for level in levels()}
    found = []
    for control in {draw.control_id: draw.control for draw in draws}.values():
        change, left = taken[control.pk], control.left_cents
        if change < 0 and left + change < control.warn_below_cents:
            over = left + change < 0
            words = f"{control.words}: {Money(left)} is left and this takes {Money(-change)}, " + (
                f"{Money(-left - change)} too much" if over else f"which leaves {Money(left + change)}"
            )
            cite = cites.get(control.level, "a budget of the agency's own")
            severity: Severity = "error" if over and control.hard else "warning"
            expected = f"at most {Money(max(left, 0))} ({cite})" if severity == "error" else ""
            found.append(Finding("funds", words, severity, field=control.level, expected=expected))
    return tuple(found)


def closed(viewer: Viewer, book: Book, drafts: Sequence[EntryDraft]) -> tuple[Finding, ...]:
    """Each period of drafts that is not open in the books, with the open ones."""
    open_ = set(Accounting.seen_by(viewer).filter(book=book, state="open").values_list("year", "number"))
    listed = ", ".join(f"FY{year}-P{number:02d}" for year, number in sorted(open_)) or "none"
    wanted = sorted({(draft.year, draft.number) for draft in drafts} - open_)
    return tuple(
        Finding(
            "period",
            f"FY{year} period {number:02d} is not open",
            field="on",
            expected=f"an open period: {listed}",
        )
        for year, number in wanted
    )
