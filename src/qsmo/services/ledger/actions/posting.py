"""Posting: an event by its rule, a journal of another service, the reversal of an entry; each document once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.fiscal import FiscalPeriod
from qsmo.kernel.ids import digest, plain
from qsmo.platform.access.door import action, allow, one
from qsmo.platform.access.viewer import Viewer, program
from qsmo.services.ledger.actions.classifying import classified
from qsmo.services.ledger.actions.documents import keep, settle
from qsmo.services.ledger.actions.knowing import Before, Known, known
from qsmo.services.ledger.actions.retrying import retried
from qsmo.services.ledger.actions.writing import NOT_ENOUGH, shortfalls, write
from qsmo.services.ledger.models import Book, Entry, Line, SourceDocument
from qsmo.services.ledger.rules.entry import EntryDraft, LineDraft, entry_findings
from qsmo.services.ledger.rules.fund import Fund
from qsmo.services.ledger.rules.position import Attributes
from qsmo.services.ledger.rules.posting import Event, entry_of

PROGRAM = program("ledger")
KEPT = ("entry", "event", "funds", "period", "symbol", "posting-rule")
"""Refusals that are kept as documents: what can be mended, or must not be forgotten."""
FUNDING = (
    "APPORTION", "APPORTION_ANTICIPATED", "ANTICIPATED_EXEMPT", "ALLOT", "REALIZE_ANTICIPATED", "REALIZE_EXEMPT",
)  # fmt: skip
"""Events that a budget officer posts; all others are the accountant's."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a document: its entry, whether it is new, and the limits that are near."""

    entry: int
    is_new: bool
    warnings: tuple[Finding, ...] = ()


def post_event(viewer: Viewer, book_id: str, event: Event, *, taken_back: bool = False) -> Posted:
    """Post an event by its rule, by the right that the rule asks for.

    What is refused for its content or for want of money is kept as a document with its findings: no attempt to spend
    more than there is disappears (31 U.S.C. 1351, 1517(b)). The books are as before. What is `taken_back` is an accrual
    of the end of a month: it is reversed on the first day of the next one, both or neither.
    """
    do = accrue if taken_back else allot if event.rule in FUNDING else record
    try:
        posted = do(viewer, book_id, event)
    except Refusal as refusal:
        if refusal.code in KEPT:
            keep(
                PROGRAM,
                book_id,
                "event",
                event.source,
                event.key,
                plain(event),
                refusal,
                why=f"asked by {viewer.name}",
            )
        raise
    return posted


@retried
@action("ledger.post")
def record(viewer: Viewer, book_id: str, event: Event) -> Posted:
    """Post an event that is not one of funding."""
    there = known(viewer, book_id, event.source, event.key)
    allow(viewer, "ledger.post", there.book)
    return _event(viewer, there, event)


@retried
@action("ledger.post")
def accrue(viewer: Viewer, book_id: str, event: Event) -> Posted:
    """Post an event of the last day of a month, and its reversal on the first day of the next one; again, neither."""
    during = FiscalPeriod.of(event.on).during
    if event.rule in FUNDING or event.period or event.on + timedelta(days=1) != during.end:
        words = "What is taken back next month is a cost or revenue of the last day of a month"
        expected = f"{during.end - timedelta(days=1)}"
        raise Refusal(
            "event", words, status=422, findings=(Finding("on", words, field="on", expected=expected),)
        )
    posted = record(viewer, book_id, event)
    reverse(viewer, posted.entry, on=during.end, why=f"Accrual taken back: {event.words or event.key}")
    return posted


@retried
@action("ledger.funds")
def allot(viewer: Viewer, book_id: str, event: Event) -> Posted:
    """Post an apportionment or an allotment."""
    there = known(viewer, book_id, event.source, event.key)
    allow(viewer, "ledger.funds", there.book)
    return _event(viewer, there, event)


@retried
@action("ledger.post")
def reverse(viewer: Viewer, entry_id: int, *, on: date, why: str) -> Posted:
    """Post an entry with the sides of another one swapped, in an open period, once; the first stays as it is."""
    entry = one(Entry, viewer, str(entry_id))
    allow(viewer, "ledger.post", entry)
    if not why.strip():
        raise Refusal("reason", "Say why the entry is reversed", status=422)
    lines = Line.seen_by(viewer).filter(entry=entry).select_related("combination__symbol").order_by("id")
    draft = EntryDraft(
        source="reversal",
        key=str(entry.pk),
        digest=digest([entry.digest, on, why]),
        on=on,
        words=why,
        lines=tuple(
            LineDraft(
                each.combination.symbol.tas, each.combination.account, -each.cents,
                each.combination.attributes, each.document, each.words,
            )
            for each in lines
        ),
        rule=entry.rule,
        rule_version=entry.rule_version,
        reverses=entry.pk,
    )  # fmt: skip
    return _posted(viewer, known(viewer, entry.book_id, draft.source, draft.key), draft)


@retried
@action("ledger.take-in")
def take_in(viewer: Viewer, book_id: str, body: Mapping[str, Any], source: str) -> Posted:
    """Post a journal that another service left."""
    draft = journal_draft(body, source)
    return _posted(viewer, known(viewer, book_id, draft.source, draft.key), draft)


@retried
@action("ledger.post")
def post_again(viewer: Viewer, document_id: str) -> Posted:
    """Post a journal that was refused, as it came, now that the books may take it. Refused again, it stays on the list.

    An event is not posted as it came: it is mended where it was made.
    """
    document = one(SourceDocument, viewer, document_id)
    allow(viewer, "ledger.post", document)
    if document.state != "refused" or document.kind != "journal":
        raise Refusal("not-a-refused-journal", "Only a journal that was refused is posted again as it came")
    draft = journal_draft(document.body, document.source)
    return _posted(viewer, known(viewer, document.book_id, draft.source, draft.key), draft)


def journal_draft(body: Mapping[str, Any], source: str) -> EntryDraft:
    """The entry of a `Journal` document, by the content that the outbox keeps of it."""
    lines = tuple(
        LineDraft(
            symbol=line["tas"],
            account=line["account"],
            cents=line["amount"] if line["side"] == "debit" else -line["amount"],
            attributes=Attributes(
                federal="F" if line["partner"] else "N",
                partner=line["partner"][:3] if line["partner"][:3].isdigit() else "",
                partner_main=line["partner"][4:],
                object_class=line["object_class"].replace(".", ""),
                fund=line["fund"],
                program=line["program"],
            ),
            words=line["words"],
        )
        for line in body["lines"]
    )
    return EntryDraft(source, body["key"], digest(body), date.fromisoformat(body["on"]), body["words"], lines)


def post_for(viewer: Viewer, book: Book, event: Event) -> Posted:
    """Post an event as part of an action that has asked for its own right, in the transaction of that action."""
    return _event(viewer, known(viewer, book.pk, event.source, event.key), event)


def _event(viewer: Viewer, there: Known, event: Event) -> Posted:
    found = there.funds.get(event.tas)
    if found is None:
        words = f"These books do not keep the Treasury account {event.tas or '(empty)'}"
        expected = ", ".join(there.funds) or "one that they keep"
        raise Refusal(
            "symbol", words, status=422, findings=(Finding("symbol", words, field="tas", expected=expected),)
        )
    return _posted(viewer, there, entry_of(event, found))


def _posted(viewer: Viewer, there: Known, draft: EntryDraft) -> Posted:
    """Post a draft, or find that it is posted; a refusal of the same document before is settled."""
    if there.before is not None:
        posted = again(draft, there.before)
    else:
        whole = checked(there.book, draft, there.funds)
        keys, drawn = classified(viewer, there.book, whole.lines, there.funds)
        near = shortfalls([whole], keys, drawn)
        if any(each.severity == "error" for each in near):
            raise Refusal("funds", NOT_ENOUGH, findings=near)
        posted = Posted(write(viewer, there.book, [whole], keys)[0], is_new=True, warnings=near)
    if there.waits:
        settle(PROGRAM, there.book.pk, draft.source, draft.key, posted.entry)
    return posted


def posted_before(viewer: Viewer, book: Book, drafts: Iterable[EntryDraft]) -> dict[tuple[str, str], Before]:
    """The entries that documents have already, by source and key."""
    keys: dict[str, list[str]] = defaultdict(list)
    for draft in drafts:
        keys[draft.source].append(draft.key)
    return {
        (source, key): Before(number, said)
        for source, named in keys.items()
        for number, key, said in Entry.seen_by(viewer)
        .filter(book=book, source=source, key__in=named)
        .values_list("id", "key", "digest")
    }


def again(draft: EntryDraft, before: Before) -> Posted:
    """The same document once more is the same entry; with other content it is refused (409)."""
    if before.digest != draft.digest:
        name = f"{draft.key} of {draft.source}"
        words = f"The document {name} was posted before as entry {before.entry}, with other content"
        raise Refusal("document-differs", words)
    return Posted(before.entry, is_new=False)


def checked(book: Book, draft: EntryDraft, funds: Mapping[str, Fund]) -> EntryDraft:
    """A draft with what follows from its Treasury accounts filled in; refused (422) with everything that is wrong."""
    if not book.is_open:
        raise Refusal("books-closed", "These books are closed")
    lines = tuple([_completed(line, funds) for line in draft.lines])
    whole = draft if lines == draft.lines else replace(draft, lines=lines)
    found = entry_findings(whole, funds)
    if found:
        raise Refusal("entry", f"{draft.words}: the entry is not right", status=422, findings=found)
    return whole


def _completed(line: LineDraft, funds: Mapping[str, Fund]) -> LineDraft:
    fund = funds.get(line.symbol)
    attributes = fund.completed(line.attributes, line.account) if fund else line.attributes
    return line if attributes is line.attributes else replace(line, attributes=attributes)
