"""What waits for somebody: records in a state from which they may make a move, found by flow, policy and trail.

A slice says what waits in it by a function `waiting(viewer, most)` among its queries, for each kind of record the
oldest and at most so many; who shows it finds them by that name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from operator import or_
from typing import TypeVar

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from qsmo.kernel.flow import Move
from qsmo.platform.access.owned import Owned
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.record.models import TrailEntry

Row = TypeVar("Row", bound=Owned)
MOST = 500
"""How many of one kind are looked for; nobody works off a longer list by reading it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to do: what, on which record, between whom, since when, and the name and key of the page for it."""

    what: str
    name: str
    about: str
    since: datetime
    page: str
    key: str


def held(viewer: Viewer, rows: QuerySet[Row], permission: str) -> QuerySet[Row]:
    """Those of some rows on which the viewer holds a permission."""
    if not viewer.may(permission):
        return rows.none()
    through = replace(rows.model.audience, reads=permission, public=None)
    return rows.filter(through.filter(viewer))


def open_to(viewer: Viewer, rows: QuerySet[Row], move: Move) -> QuerySet[Row]:
    """Those of some rows of which the viewer may make a move now: open, held, and not barred by an earlier move."""
    if not viewer.may(move.permission):
        return rows.none()
    return rows.filter(_open(viewer, rows.model, move))


def _open(viewer: Viewer, model: type[Owned], move: Move) -> Q:
    through = replace(model.audience, reads=move.permission, public=None)
    found = Q(state__in=move.from_) & through.filter(viewer)
    if not move.not_by:
        return found
    barring = TrailEntry.objects.filter(
        kind=model._meta.label_lower, verb__in=move.not_by, actor=viewer.actor
    )
    return found & ~Q(pk__in=barring.values("record"))


def oldest(rows: QuerySet[Row], most: int, since: str = "made_at") -> QuerySet[Row]:
    """The rows that wait longest."""
    return rows.order_by(since, "pk")[:most]


def by_moves(
    viewer: Viewer, rows: QuerySet[Row], words: Mapping[str, str], most: int, since: str = "made_at"
) -> Iterator[tuple[Row, str]]:
    """The oldest rows, each with what to do in words, for those moves of its flow that have words; in one question."""
    flow = rows.model.flow
    moves = (
        [each for each in flow.moves if each.name in words and viewer.may(each.permission)] if flow else []
    )
    if not moves:
        return
    open_ = [_open(viewer, rows.model, move) for move in moves]
    marks = {
        f"open_{place}": Case(When(each, then=Value(1)), default=Value(0), output_field=IntegerField())
        for place, each in enumerate(open_)
    }
    for row in oldest(rows.filter(reduce(or_, open_)).annotate(**marks), most, since):
        for place, move in enumerate(moves):
            if getattr(row, f"open_{place}"):
                yield row, words[move.name]


def oldest_first(found: Iterable[Waiting], most: int = MOST) -> list[Waiting]:
    """Those that wait longest; a record waits once for each thing to do."""
    return sorted(dict.fromkeys(found), key=lambda each: (each.since, each.name, each.what))[:most]
