"""Whether the books are what they were: kept amounts against the lines, closed periods against their seals."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from django.db.models import Case, F, Q, Sum, When

from qsmo.kernel.finding import Finding
from qsmo.kernel.ids import canonical
from qsmo.kernel.money import Money
from qsmo.platform.access.viewer import Viewer
from qsmo.services.ledger.models import (
    CLOSING_PERIOD,
    Accounting,
    Balance,
    Book,
    Control,
    Draw,
    Line,
    PeriodSeal,
)
from qsmo.services.ledger.rules.control import BUDGET

SEALED = (
    "entry_id", "entry__on", "entry__rule", "entry__source", "entry__key", "entry__digest", "entry__reverses_id",
    "entry__made_by", "combination__symbol__tas", "combination__account", "combination__digest", "cents", "document",
)  # fmt: skip
"""What a seal stands for, of each line."""
AT_ONCE = 5_000
"""So many lines are read at once."""


def kept_findings(viewer: Viewer, book: Book) -> Iterator[Finding]:
    """Each balance and each limit that is not the sum of the sealed lines, worked out anew."""
    lines = Line.seen_by(viewer).filter(entry__book=book, entry__sealed=True).order_by()
    debits = Sum("cents", filter=Q(cents__gt=0), default=0)
    credits_ = Sum("cents", filter=Q(cents__lt=0), default=0)
    by = ("combination_id", "entry__year", "entry__period")
    sums = {
        tuple(row[name] for name in by): (row["debits"], -row["credits"])
        for row in lines.values(*by).annotate(debits=debits, credits=credits_)
    }
    kept = {
        (each.combination_id, each.year, each.period): (each.debits_cents, each.credits_cents)
        for each in Balance.seen_by(viewer).filter(book=book).iterator(AT_ONCE)
    }
    for name in sorted({*sums, *kept}):
        there, right = kept.get(name, (0, 0)), sums.get(name, (0, 0))
        if there != right:
            combination, year, period = name
            place = f"Combination {combination}, FY{year} period {period:02d}"
            words = f"{place}: {_two(there)} is kept, the lines say {_two(right)}"
            yield Finding("balance-differs", words, field=str(combination), expected=_two(right))
    yield from _limits(viewer, book)


def _limits(viewer: Viewer, book: Book) -> Iterator[Finding]:
    counted = Q(control__year=0) | Q(
        control__year=F("combination__balances__year"), combination__balances__period__lt=CLOSING_PERIOD
    )
    net = F("combination__balances__debits_cents") - F("combination__balances__credits_cents")
    drawn = {
        row["control_id"]: row["cents"]
        for row in Draw.seen_by(viewer)
        .filter(control__book=book)
        .order_by()
        .values("control_id")
        .annotate(cents=Sum(Case(When(weight=1, then=net), default=-net), filter=counted, default=0))
    }
    for control in Control.seen_by(viewer).filter(book=book).exclude(level=BUDGET).iterator(AT_ONCE):
        right = drawn.get(control.pk, 0)
        if control.left_cents != right:
            words = f"{control.words}: {Money(control.left_cents)} is kept, the balances say {Money(right)}"
            yield Finding("control-differs", words, field=control.key, expected=str(Money(right)))


def _two(amounts: tuple[int, int]) -> str:
    return " and ".join(str(Money(cents)) for cents in amounts)


def period_digest(viewer: Viewer, book: Book, year: int, period: int) -> tuple[str, int, int]:
    """SHA-256 of every entry of a period with its lines, in their order; how many entries and lines there are."""
    found = Line.seen_by(viewer).filter(
        entry__book=book, entry__year=year, entry__period=period, entry__sealed=True
    )
    rows = found.order_by("entry_id", "id").values_list(*SEALED)
    return _hashed(rows.iterator(AT_ONCE))


def _hashed(rows: Iterable[tuple[object, ...]]) -> tuple[str, int, int]:
    found, entries, lines, last = hashlib.sha256(), 0, 0, None
    for row in rows:
        found.update(canonical(row))
        found.update(b"\n")
        lines += 1
        entries += row[0] != last
        last = row[0]
    return found.hexdigest(), entries, lines


def seal_findings(viewer: Viewer, book: Book) -> Iterator[Finding]:
    """Each period whose entries are no longer what its latest seal says, and each that does not follow the last."""
    previous, latest = "", {}
    for number, seal in enumerate(PeriodSeal.seen_by(viewer).filter(book=book).order_by("number"), start=1):
        if seal.number != number or seal.previous != previous:
            yield Finding(
                "seal-chain", f"{seal} does not follow from the one before it", field=str(seal.number)
            )
        previous = chained(seal)
        latest[seal.year, seal.period] = seal
    for (year, period), seal in latest.items():
        digest, entries, lines = period_digest(viewer, book, year, period)
        is_open = _is_open(viewer, book, year, period)
        if not is_open and (digest, entries, lines) != (seal.digest, seal.entries, seal.lines):
            words = f"The entries of FY{year} period {period:02d} are not those that were sealed"
            yield Finding("seal-differs", words, field=str(seal.number), expected=seal.digest)


def chained(seal: PeriodSeal) -> str:
    """What the next seal holds of this one."""
    said = [seal.number, seal.year, seal.period, seal.entries, seal.lines, seal.digest, seal.previous]
    return hashlib.sha256(canonical(said)).hexdigest()


def _is_open(viewer: Viewer, book: Book, year: int, period: int) -> bool:
    return Accounting.seen_by(viewer).filter(book=book, year=year, number=period, state="open").exists()
