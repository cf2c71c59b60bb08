"""Who is alive: a worker says so every few seconds, and the clock takes silence, heard out several times, for death.

A look is a write. While a long transaction keeps everybody else from writing, no look counts either, so that a live
worker that could not speak is never taken for dead: it speaks before the next look.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from qsmo.platform.work.models import Pulse

LOG = structlog.get_logger("qsmo.work")
BEAT_SECONDS = 5
LOOK_APART = timedelta(seconds=15)
SILENCES = 3
"""So many looks in a row, apart from each other, must hear nothing: with the first that heard it, about a minute."""
UNKNOWN_LEASE = timedelta(minutes=30)
"""After so long the job of a worker that never said that it lives, such as one of an earlier release, is given back."""


def beat(worker: str) -> None:
    """Say once that a worker lives."""
    if not Pulse.objects.filter(worker=worker).update(beats=F("beats") + 1):
        Pulse.objects.get_or_create(worker=worker, defaults={"beats": 1})


@contextmanager
def beating(worker: str, every_seconds: float = BEAT_SECONDS) -> Iterator[None]:
    """Say so again and again, on a thread and a connection of its own, as long as the block lasts."""
    stopped = threading.Event()

    def go_on() -> None:
        while not stopped.wait(every_seconds):
            try:
                beat(worker)
            except DatabaseError as error:
                LOG.warning("a beat was not heard", worker=worker, said=str(error))
                connection.close()
        connection.close()

    beat(worker)
    thread = threading.Thread(target=go_on, name="pulse", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join(every_seconds + 1)
        with suppress(DatabaseError):
            _forget(worker)


def _forget(worker: str) -> None:
    """Take away the pulse of a worker that ends with nothing under way; else the clock must hear that it is silent."""
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    if not any(ids[-1:] == [worker] for ids in running.values_list("worker_ids", flat=True)):
        Pulse.objects.filter(worker=worker).delete()


def orphans(now: datetime) -> int:
    """Look once at every running job, and give back to the queue those whose worker is dead. Answers how many."""
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    given_back = 0
    for job in list(running.only("pk", "worker_ids", "started_at")):
        worker = job.worker_ids[-1] if job.worker_ids else ""
        with transaction.atomic():
            if _is_dead(worker, job.started_at, now):
                same = running.filter(pk=job.pk, started_at=job.started_at)
                given_back += same.update(status=TaskResultStatus.READY, started_at=None)
    Pulse.objects.filter(looked_at__lt=now - timedelta(days=1)).delete()
    return given_back


def _is_dead(worker: str, started_at: datetime | None, now: datetime) -> bool:
    """Whether a worker has been silent for long enough; this look is counted. Held until the transaction ends."""
    pulse = Pulse.objects.select_for_update().filter(worker=worker).first()
    if pulse is None:
        return started_at is not None and started_at < now - UNKNOWN_LEASE
    if pulse.beats != pulse.heard or pulse.looked_at is None:
        pulse.heard, pulse.silences, pulse.looked_at = pulse.beats, 0, now
    elif now - pulse.looked_at >= LOOK_APART:
        pulse.silences, pulse.looked_at = pulse.silences + 1, now
    pulse.save(update_fields=["heard", "silences", "looked_at"])
    return pulse.silences >= SILENCES
