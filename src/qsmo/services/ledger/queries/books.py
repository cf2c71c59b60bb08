"""What people read of books: Treasury accounts, periods, balances as of a period and as known on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, Q, Sum

from qsmo.platform.access.viewer import Viewer
from qsmo.services.ledger.models import Balance, Book, Combination, Line, Symbol
from qsmo.services.ledger.rules.fund import Fund
from qsmo.services.ledger.rules.position import NAMES, Attributes, Position


def funds_of(viewer: Viewer, book: Book) -> dict[str, Fund]:
    """The Treasury accounts of the books by their display form."""
    return {symbol.tas: symbol.fund for symbol in Symbol.seen_by(viewer).filter(book=book)}


def positions(
    viewer: Viewer,
    book: Book,
    year: int,
    period: int,
    *,
    symbols: Iterable[str] = (),
    known_at: datetime | None = None,
) -> list[Position]:
    """Every balance through a period of a fiscal year, by all attributes, from the kept balances.

    With `known_at`, what was posted later is taken off again. `symbols` in display form; all where none is named.
    """
    moved = Balance.seen_by(viewer).filter(_through(year, period), book=book)
    later = Line.seen_by(viewer).filter(
        _through(year, period, "entry__"), entry__book=book, entry__sealed=True
    )
    named = list(symbols)
    if named:
        moved = moved.filter(combination__symbol__tas__in=named)
        later = later.filter(combination__symbol__tas__in=named)
    sums: dict[int, list[int]] = {}
    net = F("debits_cents") - F("credits_cents")
    rows = moved.values("combination_id").annotate(
        before=Sum(net, filter=Q(year__lt=year), default=0), whole=Sum(net, default=0)
    )
    for row in rows:
        sums[row["combination_id"]] = [row["before"], row["whole"]]
    if known_at is not None:
        taken = later.filter(entry__made_at__gt=known_at).values("combination_id").annotate(
            before=Sum("cents", filter=Q(entry__year__lt=year), default=0), whole=Sum("cents", default=0)
        )  # fmt: skip
        for row in taken:
            sums[row["combination_id"]][0] -= row["before"]
            sums[row["combination_id"]][1] -= row["whole"]
    said = Combination.seen_by(viewer).filter(pk__in=list(sums)).select_related("symbol")
    return sorted(
        (
            Position(each.symbol.tas, each.account, each.attributes, *sums[each.pk])
            for each in said
            if any(sums[each.pk])
        ),
        key=lambda each: (each.symbol, each.account, _order(each.attributes)),
    )


def _through(year: int, period: int, head: str = "") -> Q:
    return Q(**{f"{head}year__lt": year}) | Q(**{f"{head}year": year, f"{head}period__lte": period})


def _order(attributes: Attributes) -> tuple[str, ...]:
    return tuple(getattr(attributes, name) for name in NAMES)
