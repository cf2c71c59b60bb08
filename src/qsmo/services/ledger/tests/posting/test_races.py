"""Many writers at once on PostgreSQL: the last dollar, a line that would slip in, a period that closes meanwhile."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from django.db import DatabaseError, connection, transaction

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.services.ledger import actions
from qsmo.services.ledger.models import Accounting, Control, Entry, Line
from qsmo.services.ledger.tests import setting
from qsmo.services.ledger.tests.posting.test_sealing import raw_entry, seal, sql

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
WRITERS, EACH = 8, 12


@pytest.fixture
def stage(transactional_db: None) -> Iterator[setting.Stage]:
    with clock.at(setting.TODAY):
        yield setting.stage()


def at_once(*works: Callable[[], object]) -> list[object]:
    """Do works in threads with a connection each, begun together; what each gave back or raised."""
    barrier = threading.Barrier(len(works))
    found: list[object] = [None] * len(works)

    def run(place: int, work: Callable[[], object]) -> None:
        with clock.at(setting.TODAY):
            barrier.wait(30)
            try:
                found[place] = work()
            except (Refusal, DatabaseError) as error:
                found[place] = error
            finally:
                connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return found


def test_many_writers_never_spend_more_than_there_is(stage: setting.Stage) -> None:
    stage.funded("50.00")

    def draw(writer: int) -> Counter[str]:
        outcomes: Counter[str] = Counter()
        for number in range(EACH):
            try:
                stage.post("OBLIGATE", "1.00", key=f"{writer}-{number}")
                outcomes["posted"] += 1
            except Refusal as refusal:
                outcomes[refusal.code] += 1
        return outcomes

    found = at_once(*(lambda writer=writer: draw(writer) for writer in range(WRITERS)))
    outcomes: Counter[str] = sum(found, Counter())  # type: ignore[arg-type]
    assert outcomes == {"posted": 50, "funds": WRITERS * EACH - 50}
    assert Control.every.get(level="allotment").left_cents == 0
    assert stage.balances()["480100"] == "-50.00"
    assert Entry.every.filter(rule="OBLIGATE").count() == 50
    assert Line.every.filter(entry__rule="OBLIGATE").count() == 100


def test_a_line_cannot_slip_in_while_its_entry_is_sealed(stage: setting.Stage) -> None:
    stage.funded("1,000.00").post("OBLIGATE", "1.00")
    number = raw_entry(stage, [("461000", 100), ("480100", -100)])
    line = Line.every.filter(entry_id=number).first()
    assert line is not None
    held, go = threading.Event(), threading.Event()

    def slow_seal() -> None:
        with transaction.atomic():
            seal(number)
            held.set()
            go.wait(10)

    def slip() -> None:
        held.wait(10)
        threading.Timer(0.3, go.set).start()
        sql(
            "INSERT INTO ledger_line (entry_id, combination_id, cents, document, words) VALUES (%s, %s, 5, '', '')",
            [number, line.combination_id],
        )

    sealed, slipped = at_once(slow_seal, slip)
    assert sealed is None
    assert isinstance(slipped, DatabaseError)
    assert Line.every.filter(entry_id=number).count() == 2


def test_an_entry_waits_for_the_period_that_is_closing(stage: setting.Stage) -> None:
    stage.funded("1,000.00")
    for period in Accounting.every.filter(number__lt=4):
        actions.close_period(stage.accountant, period.pk)
    fourth = Accounting.every.get(number=4)
    held, go = threading.Event(), threading.Event()

    def slow_close() -> None:
        with transaction.atomic():
            actions.close_period(stage.accountant, fourth.pk)
            held.set()
            go.wait(10)

    def late() -> object:
        held.wait(10)
        threading.Timer(0.3, go.set).start()
        return stage.post("OBLIGATE", "1.00")

    closed, posted = at_once(slow_close, late)
    assert closed is None
    assert isinstance(posted, Refusal)
    assert posted.code == "period"
    assert Entry.every.filter(rule="OBLIGATE").count() == 0
