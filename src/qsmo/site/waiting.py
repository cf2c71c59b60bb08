"""Everything that waits for one person, from every slice that says so, oldest first, each with the page for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from qsmo.platform.access.viewer import Viewer
from qsmo.platform.access.waiting import oldest_first
from qsmo.platform.plugs import parts


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do as a row of the list: a link that says what, the record, between whom, since when."""

    what: str
    href: str
    name: str
    about: str
    since: datetime


def waiting(viewer: Viewer) -> list[Task]:
    """What this viewer can act on now; nothing for the public and for programs."""
    if not viewer.person:
        return []
    asked = [getattr(module, "waiting", None) for _, module in parts("queries")]
    found = oldest_first(each for ask in asked if ask is not None for each in ask(viewer))
    return [
        Task(each.what, reverse(each.page, args=[each.key]), each.name, each.about, each.since)
        for each in found
    ]
