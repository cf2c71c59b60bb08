"""Jobs: queued with the work that asks, retried with patience, ended by a refusal, rescued, and due once a slot."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connections, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from qsmo.platform.work import jobs
from qsmo.platform.work.jobs import later, tick
from qsmo.platform.work.models import Slot
from qsmo.platform.work.tests import diary

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _empty_diary() -> None:
    diary.DIARY.clear()


@pytest.fixture
def schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "scheduled", lambda: iter([diary.EVERY_FIVE]))


def work() -> None:
    """Work until nothing is due."""
    call_command("db_worker", batch=True, interval=0, startup_delay=False, queue_name="*", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_a_job_exists_if_its_transaction_commits_and_only_then() -> None:
    with transaction.atomic():
        later(diary.note, word="lost")
        transaction.set_rollback(True)
    assert not DBTaskResult.objects.exists()
    with transaction.atomic():
        later(diary.note, word="kept")
    work()
    assert diary.DIARY == ["kept"]


@pytest.mark.django_db(transaction=True)
def test_a_job_that_fails_is_tried_again_later_each_wait_four_times_the_last() -> None:
    later(diary.stumble, times=99)
    waits = []
    for attempt in range(1, jobs.TRIES):
        began = timezone.now()
        work()
        assert diary.DIARY.count("tried") == len(diary.DIARY) == attempt
        again = DBTaskResult.objects.get(status=TaskResultStatus.READY)
        assert again.run_after is not None
        waits.append(round((again.run_after - began).total_seconds() / 15))
        work()
        assert len(diary.DIARY) == attempt, "it is not tried before its time"
        DBTaskResult.objects.filter(pk=again.pk).update(run_after=began)
    assert waits == [1, 4, 16, 64]
    work()
    assert len(diary.DIARY) == jobs.TRIES
    assert not DBTaskResult.objects.filter(status=TaskResultStatus.READY).exists()
    failed = DBTaskResult.objects.get(status=TaskResultStatus.FAILED)
    assert "the other side is silent" in failed.traceback


@pytest.mark.django_db(transaction=True)
def test_a_job_that_succeeds_the_second_time_ends() -> None:
    later(diary.stumble, times=1)
    work()
    DBTaskResult.objects.filter(status=TaskResultStatus.READY).update(run_after=timezone.now())
    work()
    work()
    assert diary.DIARY == ["tried", "tried"]
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {TaskResultStatus.SUCCESSFUL}


@pytest.mark.django_db(transaction=True)
def test_a_refusal_ends_a_job() -> None:
    later(diary.decline)
    work()
    work()
    assert diary.DIARY == ["declined"]
    assert DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL


@pytest.mark.django_db(transaction=True)
def test_a_slot_is_queued_once_however_often_the_clock_ticks(schedule: None) -> None:
    assert tick(NOON) == 1
    assert tick(NOON) == tick(NOON + timedelta(minutes=4, seconds=59)) == 0
    assert tick(NOON + timedelta(minutes=5)) == 1
    assert DBTaskResult.objects.count() == 2
    assert list(Slot.objects.order_by("at").values_list("at", flat=True)) == [
        NOON,
        NOON + timedelta(minutes=5),
    ]


@pytest.mark.django_db(transaction=True)
def test_old_slots_are_forgotten(schedule: None) -> None:
    tick(NOON)
    tick(NOON + timedelta(days=8))
    assert Slot.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", range(5))
def test_two_clocks_at_once_queue_a_slot_once(schedule: None, number: int) -> None:
    barrier, said = threading.Barrier(4), [-1] * 4

    def run(place: int) -> None:
        try:
            barrier.wait(20)
            said[place] = tick(NOON)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(said) == [0, 0, 0, 1]
    assert DBTaskResult.objects.count() == Slot.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_do_each_job_once() -> None:
    for number in range(20):
        later(diary.note, word=str(number))
    threads = [threading.Thread(target=_work_alone) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(diary.DIARY, key=int) == [str(number) for number in range(20)]


def _work_alone() -> None:
    from django_tasks_db.management.commands.db_worker import Worker

    try:
        Worker(queue_names=["default"], interval=0, batch=True, backend_name="default", startup_delay=False,
               excluded_queue_names=[], max_tasks=None, worker_id=threading.current_thread().name).run()  # fmt: skip
    finally:
        connections.close_all()


def test_what_the_slices_say_is_due_are_jobs_without_arguments() -> None:
    for each in jobs.scheduled():
        assert each.minutes > 0
        assert each.job.module_path
