"""Many documents at once: each is posted or refused by itself, and the batch says which; safe to send again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction

from qsmo.kernel.finding import Finding, Refusal
from qsmo.platform.access.door import action, allow, one
from qsmo.platform.access.viewer import Viewer
from qsmo.services.ledger.actions.classifying import classified
from qsmo.services.ledger.actions.posting import again, checked, posted_before
from qsmo.services.ledger.actions.retrying import retried
from qsmo.services.ledger.actions.writing import closed, write
from qsmo.services.ledger.models import Book
from qsmo.services.ledger.queries.books import funds_of
from qsmo.services.ledger.rules.entry import EntryDraft

AT_ONCE = 1_000
"""So many documents are in one transaction; a batch that is killed goes on after the last one that was whole."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document of a batch: its entry (0 where it was refused), whether it is new, what was wrong."""

    key: str
    entry: int = 0
    is_new: bool = False
    findings: tuple[Finding, ...] = ()


def post_batch(
    viewer: Viewer,
    book_id: str,
    drafts: Sequence[EntryDraft],
    progress: Callable[[int], None] = lambda _count: None,
) -> list[Outcome]:
    """Post documents in their order. One that is refused leaves the others as they are."""
    outcomes: list[Outcome] = []
    for start in range(0, len(drafts), AT_ONCE):
        part = drafts[start : start + AT_ONCE]
        outcomes += _part(viewer, book_id, part)
        progress(len(part))
    return outcomes


@retried
@action("ledger.post")
def _part(viewer: Viewer, book_id: str, drafts: Sequence[EntryDraft]) -> list[Outcome]:
    book = one(Book, viewer, book_id)
    allow(viewer, "ledger.post", book)
    funds = funds_of(viewer, book)
    before = posted_before(viewer, book, drafts)
    outcomes: dict[int, Outcome] = {}
    ready: dict[int, EntryDraft] = {}
    taken: dict[tuple[str, str], str] = {}
    for place, draft in enumerate(drafts):
        name = (draft.source, draft.key)
        try:
            if name in before:
                outcomes[place] = Outcome(draft.key, again(draft, before[name]).entry)
            elif name in taken:
                raise Refusal("document-twice", f"The document {draft.key} stands twice in this batch")
            else:
                ready[place] = checked(book, draft, funds)
                taken[name] = draft.digest
        except Refusal as refusal:
            outcomes[place] = _refused(draft, refusal)
    periods = {(each.year, each.number): each for each in ready.values()}
    late = {name: closed(viewer, book, [each]) for name, each in periods.items()}
    for place, draft in list(ready.items()):
        if late[draft.year, draft.number]:
            outcomes[place] = Outcome(draft.key, findings=late[draft.year, draft.number])
            del ready[place]
    outcomes |= _written(viewer, book, ready)
    return [outcomes[place] for place in range(len(drafts))]


def _written(viewer: Viewer, book: Book, ready: dict[int, EntryDraft]) -> dict[int, Outcome]:
    """All at once; where the database refuses that, one after the other, so that only those at fault stay out."""
    if not ready:
        return {}
    keys, _ = classified(
        viewer, book, (line for draft in ready.values() for line in draft.lines), funds_of(viewer, book)
    )
    try:
        numbers = write(viewer, book, list(ready.values()), keys)
    except Refusal as refusal:
        if len(ready) == 1:
            ((place, draft),) = ready.items()
            return {place: _refused(draft, refusal)}
        halves = _halves(ready)
        with transaction.atomic():
            return _written(viewer, book, halves[0]) | _written(viewer, book, halves[1])
    return {
        place: Outcome(draft.key, number, is_new=True)
        for (place, draft), number in zip(ready.items(), numbers, strict=True)
    }


def _halves(ready: dict[int, EntryDraft]) -> tuple[dict[int, EntryDraft], dict[int, EntryDraft]]:
    items = list(ready.items())
    middle = len(items) // 2
    return dict(items[:middle]), dict(items[middle:])


def _refused(draft: EntryDraft, refusal: Refusal) -> Outcome:
    return Outcome(draft.key, findings=refusal.findings or (Finding(refusal.code, refusal.words),))
