"""Jobs on Django's task interface: queued in the transaction of the work that asks, retried, rescued, scheduled.

The queue is disposable: what must happen stands in the states of records, and scheduled jobs queue it again.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone
from django_tasks import task
from django_tasks.base import Task

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.platform.plugs import parts
from qsmo.platform.work.models import Slot
from qsmo.platform.work.pulse import orphans

LOG = structlog.get_logger("qsmo.work")
TRIES = 5
FIRST_WAIT = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Every:
    """A line of a slice's `SCHEDULE` in its `jobs.py`: a job without arguments, and how often it is due."""

    minutes: int
    job: Task[[], None]


def job(function: Callable[..., None]) -> Task[..., None]:
    """Make a function a job. It must be safe to repeat; its arguments are plain JSON, given by name.

    A refusal ends it (nobody but a person can mend that); any other error is tried again, five times in all, each
    wait four times the last. The last error stays with the queue's record.
    """

    @functools.wraps(function)
    def attempt(*, attempt_number: int = 1, **arguments: Any) -> None:
        try:
            function(**arguments)
        except Refusal as refusal:
            LOG.warning("job refused", job=function.__qualname__, code=refusal.code, words=refusal.words)
        except Exception:
            if attempt_number >= TRIES:
                raise
            wait = FIRST_WAIT * 4 ** (attempt_number - 1)
            LOG.warning("job failed", job=function.__qualname__, attempt=attempt_number, again_in=str(wait))
            later = queued.using(run_after=timezone.now() + wait)  # noqa: TID251  # the queue goes by the real clock
            later.enqueue(attempt_number=attempt_number + 1, **arguments)

    queued: Task[..., None] = task()(attempt)
    return queued


def later(queued: Task[..., None], **arguments: Any) -> None:
    """Queue a job inside the present transaction: it exists if the transaction commits, and only then."""
    queued.enqueue(**arguments)


def rescue(now: datetime | None = None) -> int:
    """Give jobs whose worker died back to the queue, about a minute after its last word. Answers how many."""
    return orphans(now or timezone.now())  # noqa: TID251  # the queue goes by the real clock


def scheduled() -> Iterator[Every]:
    """Every line of every slice's schedule."""
    for _, module in parts("jobs"):
        yield from getattr(module, "SCHEDULE", ())


def tick(now: datetime | None = None) -> int:
    """Queue what the schedule says is due, once per slot however many clocks run. Answers how many were queued."""
    instant = now or clock.now()
    queued = 0
    for every in scheduled():
        seconds = every.minutes * 60
        slot = datetime.fromtimestamp(int(instant.timestamp()) // seconds * seconds, UTC)
        with transaction.atomic():
            _, first = Slot.objects.get_or_create(name=every.job.module_path, at=slot)
            if first:
                every.job.enqueue()
                queued += 1
    Slot.objects.filter(at__lt=instant - timedelta(days=7)).delete()
    return queued + rescue()
