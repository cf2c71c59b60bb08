"""A dead worker's job is taken up after about a minute; a live one's never, however long it takes or cannot speak."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from qsmo.platform.work.jobs import later, rescue
from qsmo.platform.work.models import Pulse
from qsmo.platform.work.pulse import UNKNOWN_LEASE, beat, beating
from qsmo.platform.work.tests import diary

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TICK = timedelta(seconds=20)


@pytest.fixture(autouse=True)
def _empty_diary() -> None:
    diary.DIARY.clear()


def taken_by(worker: str, at: datetime = NOON) -> None:
    """A job that a worker has begun."""
    later(diary.note, word="rescued")
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING, started_at=at, worker_ids=["before", worker])


def work() -> None:
    """Work until nothing is due."""
    call_command("db_worker", batch=True, interval=0, startup_delay=False, queue_name="*", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_the_job_of_a_worker_that_fell_silent_goes_back_about_a_minute_later_and_is_done() -> None:
    taken_by("ann")
    beat("ann")
    given_back = [rescue(NOON + number * TICK) for number in range(5)]
    assert given_back == [0, 0, 0, 1, 0]
    work()
    assert diary.DIARY == ["rescued"]


@pytest.mark.django_db(transaction=True)
def test_the_job_of_a_worker_that_lives_is_never_taken_however_long_it_takes() -> None:
    taken_by("ann")
    for number in range(600):
        beat("ann")
        assert rescue(NOON + number * TICK) == 0
    work()
    assert diary.DIARY == []


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_could_not_speak_while_nobody_could_write_is_not_taken_for_dead() -> None:
    taken_by("ann")
    beat("ann")
    assert rescue(NOON) == 0
    # An hour in which neither a beat nor a look was written; then a look comes first.
    assert rescue(NOON + timedelta(hours=1)) == 0
    beat("ann")
    assert [rescue(NOON + timedelta(hours=1) + number * TICK) for number in range(1, 4)] == [0, 0, 0]


@pytest.mark.django_db(transaction=True)
def test_many_clocks_that_look_at_once_hear_one_silence() -> None:
    taken_by("ann")
    beat("ann")
    assert [rescue(NOON + timedelta(seconds=number)) for number in range(15)] == [0] * 15
    assert Pulse.objects.get().silences == 0


@pytest.mark.django_db(transaction=True)
def test_the_job_of_a_worker_that_never_spoke_goes_back_after_half_an_hour() -> None:
    taken_by("bob")
    assert rescue(NOON + UNKNOWN_LEASE - timedelta(seconds=1)) == 0
    assert rescue(NOON + UNKNOWN_LEASE + timedelta(seconds=1)) == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_heart_beats_beside_the_work_and_leaves_nothing_behind() -> None:
    with beating("ann", every_seconds=0.05):
        limit = time.monotonic() + 20
        while Pulse.objects.get().beats < 5 and time.monotonic() < limit:
            time.sleep(0.05)
        assert Pulse.objects.get().beats >= 5
        assert "pulse" in {thread.name for thread in threading.enumerate()}
    assert not Pulse.objects.exists()
    assert "pulse" not in {thread.name for thread in threading.enumerate()}


BEGIN = """
import django; django.setup()
from django.core.management import call_command
from qsmo.platform.work.jobs import later
from qsmo.platform.work.tests import diary
call_command("migrate", verbosity=0, interactive=False)
later(diary.last, seconds=60)
"""
LOOK = """
import sys, django; django.setup()
from datetime import timedelta
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from qsmo.platform.work.jobs import rescue
from qsmo.platform.work.models import Pulse
given_back = [rescue(timezone.now() + timedelta(seconds=20 * number)) for number in range(int(sys.argv[1]))]
task = DBTaskResult.objects.get()
print(task.status, sum(given_back), Pulse.objects.filter(beats__gt=0).count())
"""


@pytest.mark.database
def test_a_killed_worker_is_found_out_and_a_living_one_is_not(tmp_path: Path) -> None:
    environment = {**os.environ, "QSMO_VAR": str(tmp_path / "var"), "QSMO_DATABASE_URL": "",
                   "DJANGO_SETTINGS_MODULE": "qsmo.site.settings"}  # fmt: skip

    def run(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words], env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    run("-c", BEGIN)
    worker = subprocess.Popen([sys.executable, "-m", "qsmo.site", "worker"], env=environment)
    try:
        limit = time.monotonic() + 60
        while run("-c", LOOK, "1") != "RUNNING 0 1" and time.monotonic() < limit:
            time.sleep(0.5)
        assert run("-c", LOOK, "1") == "RUNNING 0 1"
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait(timeout=20)
    assert run("-c", LOOK, "5") == "READY 1 1"
