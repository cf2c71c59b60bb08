"""What posting an event would do, without doing it: its lines, what each limit would have left, what is in the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.money import Money
from qsmo.platform.access.viewer import Viewer
from qsmo.services.ledger.models import Accounting, Book, Control, Entry
from qsmo.services.ledger.queries.books import funds_of
from qsmo.services.ledger.rules.attributes import missing
from qsmo.services.ledger.rules.control import BUDGET, budget_holds, limits
from qsmo.services.ledger.rules.entry import EntryDraft, entry_findings
from qsmo.services.ledger.rules.fund import Fund
from qsmo.services.ledger.rules.posting import Event, entry_of


@dataclass(frozen=True, slots=True)
class Effect:
    """What an entry would do to one limit: what is left now, and what it would add or take."""

    level: str
    words: str
    hard: bool
    cite: str
    left: int
    change: int
    warn_below: int = 0

    @property
    def then(self) -> int:
        """What would be left."""
        return self.left + self.change

    @property
    def over(self) -> bool:
        """Whether it would be overdrawn by this entry."""
        return self.change < 0 and self.then < 0

    @property
    def near(self) -> bool:
        """Whether less would be left than the limit warns of."""
        return self.change < 0 and self.then < self.warn_below


@dataclass(frozen=True, slots=True)
class Preview:
    """An entry that is not posted: its draft, what it does to each limit, what would refuse it, what is to be noted."""

    draft: EntryDraft
    effects: tuple[Effect, ...]
    findings: tuple[Finding, ...]
    warnings: tuple[Finding, ...]


def preview(viewer: Viewer, book: Book, event: Event) -> Preview:
    """Read what posting an event would do. Refused (422) as posting is, where no entry can be made of it at all."""
    funds = funds_of(viewer, book)
    fund = funds.get(event.tas)
    if fund is None:
        words = f"These books do not keep the Treasury account {event.tas or '(empty)'}"
        raise Refusal("symbol", words, status=422, findings=(Finding("symbol", words, field="tas"),))
    draft = entry_of(event, fund)
    effects = _effects(viewer, book, draft, funds)
    found = (
        *_there(viewer, book, draft),
        *entry_findings(draft, funds),
        *_closed(viewer, book, draft),
        *(_short(each) for each in effects if each.over and each.hard),
    )
    noted = (
        *(_short(each) for each in effects if (each.over and not each.hard) or (each.near and not each.over)),
        *_lacking(draft),
    )
    return Preview(draft, effects, found, noted)


def _effects(viewer: Viewer, book: Book, draft: EntryDraft, funds: Mapping[str, Fund]) -> tuple[Effect, ...]:
    changes: dict[str, int] = defaultdict(int)
    named: dict[str, tuple[str, str, str]] = {}
    for line in draft.lines:
        for limit in limits(funds[line.symbol], line.account, line.attributes):
            changes[limit.key] += line.cents * limit.weight
            named[limit.key] = (limit.level, limit.words, limit.cite)
    rows = Control.seen_by(viewer).filter(book=book, year=0, key__in=list(named))
    kept = {each.key: each for each in rows}
    by_law = [
        Effect(level, words, True, cite, kept[key].left_cents if key in kept else 0, changes[key],
               kept[key].warn_below_cents if key in kept else 0)
        for key, (level, words, cite) in named.items()
    ]  # fmt: skip
    symbols = {line.symbol for line in draft.lines}
    budgets = Control.seen_by(viewer).filter(
        book=book, level=BUDGET, symbol__tas__in=symbols, year=draft.year
    )
    own = [
        Effect(each.level, each.words, each.hard, "a budget of the agency's own", each.left_cents, change,
               each.warn_below_cents)
        for each in budgets
        if (change := _drawn(each, draft))
    ]  # fmt: skip
    return (*by_law, *own)


def _drawn(budget: Control, draft: EntryDraft) -> int:
    return sum(
        line.cents
        for line in draft.lines
        if budget_holds(budget.key, line.symbol, line.account, line.attributes)
    )


def _short(each: Effect) -> Finding:
    over = f"{Money(-each.then)} too much" if each.over else f"which leaves {Money(each.then)}"
    words = f"{each.words}: {Money(each.left)} is left and this takes {Money(-each.change)}, {over}"
    error = each.over and each.hard
    expected = f"at most {Money(max(each.left, 0))} ({each.cite})" if error else ""
    return Finding("funds", words, "error" if error else "warning", field=each.level, expected=expected)


def _there(viewer: Viewer, book: Book, draft: EntryDraft) -> Iterable[Finding]:
    there = Entry.seen_by(viewer).filter(book=book, source=draft.source, key=draft.key).first()
    if there is not None:
        same = "the same content: posting it again does nothing"
        how = same if there.digest == draft.digest else "other content"
        words = f"The document {draft.key} was posted before as entry {there.pk}, with {how}"
        yield Finding("document", words, field="key", expected="a number that is not taken")
    if not book.is_open:
        yield Finding("books-closed", "These books are closed")


def _closed(viewer: Viewer, book: Book, draft: EntryDraft) -> Iterable[Finding]:
    open_ = Accounting.seen_by(viewer).filter(book=book, state="open").values_list("year", "number")
    if (draft.year, draft.number) not in set(open_):
        words = f"FY{draft.year} period {draft.number:02d} is not open"
        listed = ", ".join(f"FY{year}-P{number:02d}" for year, number in sorted(open_))
        yield Finding("period", words, field="on", expected=f"an open period: {listed or 'none'}")


def _lacking(draft: EntryDraft) -> Iterable[Finding]:
    """What the lines do not say and their accounts report to Treasury."""
    found = {
        (each.code, each.words, each.field): each
        for line in draft.lines
        for each in missing(line.account, line.attributes, draft.year)
    }
    return [Finding(each.code, each.words, "warning", field=each.field) for each in found.values()]
