"""Writing entries, one or many at once: classify the lines, insert, seal; all of them or none, and a refusal.

The rows themselves are the record of who posted what: they are never changed, so the trail keeps no copy of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError, OperationalError

from qsmo.kernel import clock
from qsmo.kernel.finding import Finding, Refusal, Severity
from qsmo.kernel.money import Money
from qsmo.platform.access.viewer import Viewer
from qsmo.services.ledger.actions.bulk import array, insert, mark, numbers
from qsmo.services.ledger.actions.classifying import Key, digest_of, key_of
from qsmo.services.ledger.actions.knowing import Drawn, known_lines
from qsmo.services.ledger.models import CLOSING_PERIOD, Accounting, Book
from qsmo.services.ledger.rules.control import levels
from qsmo.services.ledger.rules.entry import EntryDraft

_HEADER = (
    "id", "book_id", "made_at", "year", "period", "on", "rule", "rule_version", "source", "key", "digest", "words",
    "reverses_id", "made_by", "made_name", "sealed",
)  # fmt: skip
_KINDS = (
    "smallint", "smallint", "date", "text", "text", "text", "text", "text", "text", "bigint",
    "integer", "bigint", "bigint", "text", "text",
)  # fmt: skip
NOT_ENOUGH = "There is not enough money at a level that the law does not let go below zero"
_POST = f"SELECT * FROM post_entry({', '.join(['%s'] * 4)}, {', '.join(f'%s::{kind}[]' for kind in _KINDS)})"  # noqa: S608  # ours
_LINE = ("entry_id", "combination_id", "cents", "document", "words")


def write(viewer: Viewer, book: Book, drafts: Sequence[EntryDraft], keys: Mapping[Key, int]) -> list[int]:
    """Write and seal entries, their lines classified by `keys`: all of them, or none. Answers their numbers.

    Refused: a period that is closed (409, `period`), a limit of funds control (409, `funds`, a finding for each), the
    same document by somebody else at the same moment (409, `document`).
    """
    if connection.vendor == "postgresql":
        ids, said = post_entries(viewer, book.pk, drafts, keys)
        if said:
            raise _refusal(viewer, book, drafts, keys, IntegrityError(said))
        return ids
    ids = numbers("ledger_entry", len(drafts))
    now = clock.now()
    paired = list(zip(drafts, ids, strict=True))
    try:
        with transaction.atomic():
            insert("ledger_entry", _HEADER, [_header(viewer, book, draft, id_, now) for draft, id_ in paired])
            insert("ledger_line", _LINE, _lines(drafts, ids, keys))
            mark("ledger_entry", "sealed", ids)
    except OperationalError:
        raise
    except DatabaseError as error:
        raise _refusal(viewer, book, drafts, keys, error) from error
    return ids


def post_entries(
    viewer: Viewer, book: str, drafts: Sequence[EntryDraft], keys: Mapping[Key, int]
) -> tuple[list[int], str]:
    """Write and seal by the function of PostgreSQL: the numbers of the entries, or what a constraint said to it."""
    lines = _lines(drafts, range(1, len(drafts) + 1), keys)
    headers = [
        (each.year, each.number, each.on, each.rule, each.rule_version, each.source, each.key, each.digest, each.words,
         each.reverses)
        for each in drafts
    ]  # fmt: skip
    said: list[Any] = [book, clock.now(), viewer.actor, viewer.name]
    with connection.cursor() as cursor:
        cursor.execute(
            _POST, [*said, *map(array, zip(*headers, strict=True)), *map(array, zip(*lines, strict=True))]
        )
        ids, refused = cursor.fetchone()
    return ids or [], refused or ""


def _lines(
    drafts: Sequence[EntryDraft], ids: Sequence[int], keys: Mapping[Key, int]
) -> list[tuple[Any, ...]]:
    """The rows of all lines. What lines say is mostly the same object, which is looked up once."""
    said: dict[tuple[str, str, int], int] = {}
    rows = []
    for draft, id_ in zip(drafts, ids, strict=True):
        for line in draft.lines:
            name = line.symbol, line.account, id(line.attributes)
            number = said.get(name)
            if number is None:
                number = said[name] = keys[key_of(line)]
            rows.append((id_, number, line.cents, line.document, line.words))
    return rows


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
            findings=shortfalls(drafts, keys, known_lines(book, map(digest_of, keys))[1]),
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


def shortfalls(
    drafts: Sequence[EntryDraft], keys: Mapping[Key, int], drawn: Iterable[Drawn]
) -> tuple[Finding, ...]:
    """Each control that entries would draw below zero, or below its warning: what is left, and what they take."""
    cents: dict[tuple[int, int], int] = defaultdict(int)
    for draft in drafts:
        for line in draft.lines:
            number = keys[key_of(line)]
            cents[number, 0] += line.cents
            if draft.number < CLOSING_PERIOD:
                cents[number, draft.year] += line.cents
    taken: dict[int, int] = defaultdict(int)
    controls: dict[int, Drawn] = {}
    for each in drawn:
        taken[each.control] += cents[each.combination, each.year] * each.weight
        controls[each.control] = each
    cites = {level.name: level.cite for level in levels()}
    found = []
    for number, control in controls.items():
        change, left = taken[number], control.left
        if change < 0 and left + change < control.warn_below:
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
