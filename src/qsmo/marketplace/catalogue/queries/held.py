"""What search reads of every offering, held between requests for as long as nothing about any offering has changed."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Max, QuerySet, Sum

from qsmo.marketplace.catalogue.models import Offering, SearchText
from qsmo.platform.access.second_lock.lock import changes_are_open, seen_through
from qsmo.platform.access.viewer import program

HELD_MAX = 16
"""How many audiences and orders are held; almost everybody is one of a few."""
_HELD: dict[tuple[object, ...], list[tuple[Any, ...]]] = {}


def held_rows(rows: QuerySet[Offering, tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows of a question about all offerings that somebody may see, read anew when any offering has changed.

    Inside of a transaction that may have changed something they are always read: that may still be undone. Under the
    second lock they are held for all who see the same offerings through it.
    """
    if changes_are_open():
        return list(rows)
    key = (seen_through(Offering.audience.reads), *rows.query.sql_with_params(), *_stamp())
    found = _HELD.get(key)
    if found is None:
        found = list(rows)
        while len(_HELD) >= HELD_MAX:
            _HELD.pop(next(iter(_HELD)), None)
        _HELD[key] = found
    return found


def _stamp() -> tuple[object, ...]:
    """What differs after every change: offerings are never removed, each change adds one to a version, and their
    words are written under new numbers."""
    everything = Offering.seen_by(program("search")).order_by()
    stamp = everything.aggregate(count=Count("pk"), changes=Sum("version"))
    words = SearchText.rows.aggregate(last=Max("pk"))
    return (stamp["count"], stamp["changes"], words["last"])
