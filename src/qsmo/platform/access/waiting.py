"""What waits for somebody: records in a state from which they may make a move, found by flow, policy and trail.

A slice says what waits in it by a function `waiting(viewer)` among its queries; who shows it finds them by that name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import TypeVar

from django.db.models import QuerySet

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
    found = held(viewer, rows.filter(state__in=move.from_), move.permission)
    if not move.not_by:
        return found
    label = rows.model._meta.label_lower
    barring = TrailEntry.objects.filter(kind=label, verb__in=move.not_by, actor=viewer.actor)
    return found.exclude(pk__in=barring.values("record"))


def by_moves(viewer: Viewer, rows: QuerySet[Row], words: Mapping[str, str]) -> Iterator[tuple[Row, str]]:
    """Each row with what to do in words, for those moves of its flow that have words."""
    flow = rows.model.flow
    for move in flow.moves if flow else ():
        if move.name in words:
            for row in open_to(viewer, rows, move)[:MOST]:
                yield row, words[move.name]


def oldest_first(found: Iterable[Waiting]) -> list[Waiting]:
    """All of them by how long they wait; a record waits once for each thing to do."""
    return sorted(islice(dict.fromkeys(found), MOST), key=lambda each: (each.since, each.name, each.what))
