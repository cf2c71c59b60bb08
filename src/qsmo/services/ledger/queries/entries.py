"""What people read of entries: lists of them, one with its lines, the lines behind a balance, documents not posted."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum

from qsmo.platform.access.door import one
from qsmo.platform.access.viewer import Viewer
from qsmo.services.ledger.models import (
    CLOSING_PERIOD,
    Accounting,
    Balance,
    Book,
    Combination,
    Control,
    Entry,
    Line,
    SourceDocument,
)
from qsmo.services.ledger.queries.reports import Asked


def entries(viewer: Viewer, book: Book, *, tas: str = "", account: str = "") -> QuerySet[Entry]:
    """The entries of a book, all or those with a line in a Treasury account, a ledger account, or both at once."""
    found = Entry.seen_by(viewer).filter(book=book, sealed=True)
    if tas or account:
        lines = Line.seen_by(viewer).filter(entry__book=book)
        if tas:
            lines = lines.filter(combination__symbol__tas=tas)
        if account:
            lines = lines.filter(combination__account=account)
        found = found.filter(pk__in=lines.values("entry_id"))
    return found


def entry(viewer: Viewer, number: int) -> Entry:
    """One entry with its book and what reverses it; 404 where there is none for this viewer."""
    found = (
        Entry.seen_by(viewer)
        .select_related("book__customer", "book__provider", "reverses", "reversed_by")
        .filter(pk=number, sealed=True)
        .first()
    )
    return found if found is not None else one(Entry, viewer, str(number))


def lines_of(viewer: Viewer, found: Entry) -> list[Line]:
    """The lines of an entry, in their order."""
    rows = Line.seen_by(viewer).filter(entry=found).select_related("combination__symbol")
    return list(rows.order_by("id"))


def combination(viewer: Viewer, number: int) -> Combination:
    """One combination with its Treasury account and book."""
    found = (
        Combination.seen_by(viewer)
        .select_related("symbol", "book__customer", "book__provider")
        .filter(pk=number)
        .first()
    )
    return found if found is not None else one(Combination, viewer, str(number))


def lines_behind(viewer: Viewer, found: Combination, asked: Asked) -> QuerySet[Line]:
    """The sealed lines in a combination, through a period, as known at the instant that is asked."""
    year, period = asked.year, asked.period
    rows = Line.seen_by(viewer).filter(combination=found, entry__sealed=True)
    rows = rows.filter(Q(entry__year__lt=year) | Q(entry__year=year, entry__period__lte=period))
    if asked.known_at is not None:
        rows = rows.filter(entry__made_at__lte=asked.known_at)
    return rows.select_related("entry")


def documents(viewer: Viewer, book: Book) -> QuerySet[SourceDocument]:
    """The documents that were kept, those of the work list and those that are done."""
    return SourceDocument.seen_by(viewer).filter(book=book)


def document(viewer: Viewer, key: str) -> SourceDocument:
    """One of them with its book."""
    found = (
        SourceDocument.seen_by(viewer)
        .select_related("book__customer", "book__provider", "entry")
        .filter(pk=key)
        .first()
    )
    return found if found is not None else one(SourceDocument, viewer, key)


def periods(viewer: Viewer, book: Book, year: int) -> list[Accounting]:
    """The periods of a fiscal year, in their order."""
    return list(Accounting.seen_by(viewer).filter(book=book, year=year).select_related("book"))


def period(viewer: Viewer, key: str) -> Accounting:
    """One period with its book."""
    found = (
        Accounting.seen_by(viewer).select_related("book__customer", "book__provider").filter(pk=key).first()
    )
    return found if found is not None else one(Accounting, viewer, key)


def posted_in(viewer: Viewer, book: Book, year: int) -> dict[int, int]:
    """How many entries each period of a year has."""
    found = Entry.seen_by(viewer).filter(book=book, year=year, sealed=True)
    return dict(found.order_by().values_list("period").annotate(count=Count("id")))


def controls(viewer: Viewer, book: Book) -> QuerySet[Control]:
    """The limits of funds control of a book."""
    return Control.seen_by(viewer).filter(book=book).select_related("symbol")


def control(viewer: Viewer, number: int) -> Control:
    """One of them with its Treasury account and book."""
    found = (
        Control.seen_by(viewer)
        .select_related("symbol", "book__customer", "book__provider")
        .filter(pk=number)
        .first()
    )
    return found if found is not None else one(Control, viewer, str(number))


def near(viewer: Viewer, book: Book) -> list[Control]:
    """The limits of which no more is left than they warn of, the shortest first; those never used are left out."""
    short = controls(viewer, book).filter(
        Q(left_cents__lt=0) | Q(warn_below_cents__gt=0, left_cents__lt=F("warn_below_cents"))
    )
    return list(short.order_by("left_cents", "id"))


def drawing(viewer: Viewer, found: Control) -> list[tuple[Combination, int]]:
    """The combinations that draw on a limit, each with what its lines added to what is left."""
    rows = (
        Combination.seen_by(viewer)
        .filter(draws__control=found)
        .annotate(weight=Sum("draws__weight", filter=Q(draws__control=found)))
        .order_by("account", "id")
    )
    held = list(rows)
    moved = _moved(viewer, [each.pk for each in held], found.year)
    return [(each, moved.get(each.pk, 0) * each.weight) for each in held]


def _moved(viewer: Viewer, numbers: Iterable[int], year: int) -> dict[int, int]:
    rows = Balance.seen_by(viewer).filter(combination_id__in=list(numbers)).order_by()
    if year:
        rows = rows.filter(year=year, period__lt=CLOSING_PERIOD)
    net = F("debits_cents") - F("credits_cents")
    return dict(rows.values_list("combination_id").annotate(net=Sum(net)))


def sums(lines: QuerySet[Line]) -> tuple[int, int]:
    """The debits and the credits of lines, added up."""
    found = lines.order_by().aggregate(
        debits=Sum("cents", filter=Q(cents__gt=0), default=0),
        credits=Sum("cents", filter=Q(cents__lt=0), default=0),
    )
    return found["debits"], -found["credits"]


def with_sums(viewer: Viewer, rows: QuerySet[Entry]) -> QuerySet[Entry]:
    """Entries with the debits of their budgetary and of their proprietary half, added up for those that are shown."""
    return rows.annotate(
        **{
            half: Subquery(
                Line.seen_by(viewer)
                .filter(entry=OuterRef("pk"), combination__half=half, cents__gt=0)
                .order_by()
                .values("entry")
                .annotate(debits=Sum("cents"))
                .values("debits")
            )
            for half in ("budgetary", "proprietary")
        }
    )
