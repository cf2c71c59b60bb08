"""How far work is that somebody waits for: said by who does it, shown by a page, disposable like the queue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db.models import F

from qsmo.platform.work.models import Progress


def planned(name: str, steps: int) -> None:
    """Say that work of so many steps was asked for."""
    Progress.objects.update_or_create(name=name, defaults={"done": 0, "planned": steps})


@contextmanager
def stepping(name: str, steps: int) -> Iterator[Callable[[], None]]:
    """Do the work in the block and call what it is handed after each step; in the end nothing is under way."""
    planned(name, steps)
    try:
        yield lambda: _step(name)
    finally:
        Progress.objects.filter(name=name).delete()


def how_far(name: str) -> tuple[int, int] | None:
    """Steps done and planned; None where nothing is under way."""
    return Progress.objects.filter(name=name).values_list("done", "planned").first()


def _step(name: str) -> None:
    Progress.objects.filter(name=name).update(done=F("done") + 1)
