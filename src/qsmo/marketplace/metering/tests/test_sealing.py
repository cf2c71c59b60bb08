"""Sealing: what is kept, what is refused, which state a failing service leaves, and who may look."""

from __future__ import annotations

import threading
import time
from datetime import date
from fractions import Fraction
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.kernel.period import Period
from qsmo.marketplace.metering import actions, queries
from qsmo.marketplace.metering.models import Reading, SealedUsage, UsageLine
from qsmo.marketplace.metering.tests.setting import (
    ASKED_ON,
    METERING,
    NEXT,
    PERIOD,
    install,
    paid,
    people,
    subscribed,
)
from qsmo.platform.record.models import TrailEntry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day():
    with clock.at(ASKED_ON):
        yield


@pytest.fixture
def service(monkeypatch):
    return install(monkeypatch)


@pytest.fixture
def outside(monkeypatch):
    """As outside of a transaction, where every request, command and job asks: the service has a deadline."""
    monkeypatch.setattr(actions, "connection", SimpleNamespace(in_atomic_block=False))


@pytest.fixture
def both(service):
    return people()


@pytest.fixture
def instance(both):
    return subscribed(both)


def counts() -> tuple[int, ...]:
    models = (Reading, SealedUsage, UsageLine)
    return (*(model.every.count() for model in models), TrailEntry.objects.count())


def latest(reading: Reading) -> SealedUsage:
    found = reading.latest
    assert found is not None
    return found


def test_the_answer_is_sealed_as_it_was_given(instance):
    reading = actions.seal(METERING, instance.id, PERIOD)
    assert (reading.state, reading.answers, reading.during) == ("sealed", 1, PERIOD)
    sealed = latest(reading)
    assert (sealed.number, sealed.line_count, sealed.signed_by) == (1, 1, "program:metering")
    line = sealed.lines.get()
    assert (line.meter, line.quantity, line.evidence) == ("employee-paid", Fraction(1988), "run:2026-03-08")
    assert queries.digest_now(METERING, sealed) == sealed.digest


def test_sealing_again_with_the_same_answer_is_the_same_record(instance):
    first = actions.seal(METERING, instance.id, PERIOD).latest
    before = counts()
    again = actions.seal(METERING, instance.id, PERIOD)
    assert again.latest == first
    assert counts() == before


def test_a_different_answer_is_a_further_one_and_never_an_edit(instance, service):
    first = latest(actions.seal(METERING, instance.id, PERIOD))
    service.answer = lambda _sub, _period: [paid("1990")]
    corrected = actions.seal(METERING, instance.id, PERIOD, why="two late time cards")
    assert corrected.answers == 2
    assert latest(corrected).number == 2
    assert latest(corrected).why == "two late time cards"
    assert first.lines.get().quantity == Fraction(1988)
    assert latest(corrected).lines.get().quantity == Fraction(1990)


def test_an_open_period_is_refused_with_the_day_from_which_it_can_be_asked(instance):
    with clock.at(date(2026, 3, 26)), pytest.raises(Refusal) as refused:
        actions.seal(METERING, instance.id, PERIOD)
    assert refused.value.code == "usage-open"
    assert "can be asked from 2026-03-27 on; today is 2026-03-26" in refused.value.words
    assert counts()[:3] == (0, 0, 0)
    with clock.at(date(2026, 3, 27)):
        assert actions.seal(METERING, instance.id, PERIOD).state == "sealed"


@pytest.mark.parametrize(
    "period", [Period(date(2026, 3, 21), NEXT.end), Period(date(2026, 3, 10), date(2026, 3, 11))]
)
def test_a_period_that_shares_days_with_another_is_refused(instance, period):
    actions.seal(METERING, instance.id, PERIOD)
    before = counts()
    with pytest.raises(Refusal) as refused:
        actions.seal(METERING, instance.id, period)
    assert refused.value.code == "usage-overlap"
    assert counts() == before
    assert actions.seal(METERING, instance.id, NEXT).state == "sealed"


def _broken(_sub, _period):
    yield paid()
    raise RuntimeError("the disk is full")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (_broken, "Pay did not answer for 2026-03-08/2026-03-22: RuntimeError: the disk is full"),
        (lambda _sub, _period: None, "Pay did not answer for 2026-03-08/2026-03-22: TypeError"),
    ],
)
def test_a_service_that_raises_leaves_the_reading_unanswered_and_nothing_sealed(
    instance, service, answer, words
):
    service.answer = answer
    reading = actions.seal(METERING, instance.id, PERIOD)
    assert reading.state == "unanswered"
    assert reading.words.startswith(words)
    assert counts()[1:3] == (0, 0)
    service.answer = lambda _sub, _period: [paid()]
    assert actions.seal(METERING, instance.id, PERIOD).state == "sealed"


@pytest.mark.usefixtures("outside")
def test_a_service_that_hangs_leaves_the_reading_unanswered_and_can_be_asked_again(instance, service):
    release = threading.Event()
    service.answer = lambda _sub, _period: [paid()] if release.wait(60) else []
    began = time.monotonic()
    try:
        reading = actions.seal(METERING, instance.id, PERIOD, limit_seconds=1)
        assert time.monotonic() - began < 30
        assert (reading.state, reading.words) == (
            "unanswered",
            "Pay did not answer for 2026-03-08/2026-03-22: The service did not answer within 1 seconds",
        )
        assert counts()[1:3] == (0, 0)
    finally:
        release.set()
    assert counts()[1:3] == (0, 0)
    service.answer = lambda _sub, _period: [paid()]
    assert actions.seal(METERING, instance.id, PERIOD).state == "sealed"


@pytest.mark.usefixtures("outside")
def test_a_hanging_correction_leaves_the_sealed_answer_standing(instance, service):
    actions.seal(METERING, instance.id, PERIOD)
    before, release = counts(), threading.Event()
    service.answer = lambda _sub, _period: [paid("7")] if release.wait(60) else []
    try:
        with pytest.raises(Refusal, match="Answer 1 stays as it is sealed") as refused:
            actions.seal(METERING, instance.id, PERIOD, limit_seconds=1)
    finally:
        release.set()
    assert refused.value.code == "usage-not-sealed"
    assert counts() == before


@pytest.mark.usefixtures("outside")
def test_a_service_that_raises_or_refuses_outside_of_a_transaction_is_told_the_same(instance, service):
    service.answer = _broken
    reading = actions.seal(METERING, instance.id, PERIOD)
    assert reading.words == "Pay did not answer for 2026-03-08/2026-03-22: RuntimeError: the disk is full"

    def refuse(_sub, _period):
        raise Refusal("not-yet", "The books of March are open")

    service.answer = refuse
    reading = actions.seal(METERING, instance.id, PERIOD)
    assert (reading.state, reading.words) == ("unanswered", "The books of March are open")


def test_half_an_answer_is_rejected_with_findings_and_nothing_is_sealed(instance, service):
    service.answer = lambda _sub, _period: [paid(), paid("-1", evidence="x"), {"half": 1}]
    reading = actions.seal(METERING, instance.id, PERIOD)
    assert reading.state == "rejected"
    assert [each["code"] for each in reading.findings] == ["usage-quantity", "usage-form"]
    assert counts()[1:3] == (0, 0)


def test_a_failing_correction_leaves_the_sealed_answer_standing(instance, service):
    actions.seal(METERING, instance.id, PERIOD)
    before = counts()
    for answer in (_broken, lambda _sub, _period: [paid("-1")]):
        service.answer = answer
        with pytest.raises(Refusal, match="Answer 1 stays as it is sealed") as refused:
            actions.seal(METERING, instance.id, PERIOD)
        assert refused.value.code == "usage-not-sealed"
    assert counts() == before
    assert Reading.every.get().state == "sealed"


def test_a_subscription_without_a_service_here_is_refused(instance, service, monkeypatch):
    monkeypatch.setattr("qsmo.platform.plugs.services", dict)
    with pytest.raises(Refusal) as refused:
        actions.seal(METERING, instance.id, PERIOD)
    assert refused.value.code == "usage-no-service"
    assert counts()[:3] == (0, 0, 0)


def test_the_customer_may_look_but_not_seal_and_a_stranger_sees_nothing(instance, both):
    with pytest.raises(Refusal) as refused:
        actions.seal(both.funding, instance.id, PERIOD)
    assert refused.value.status == 403
    assert counts()[:3] == (0, 0, 0)
    reading = actions.seal(both.seller_admin, instance.id, PERIOD)
    assert list(queries.readings(both.funding)) == [reading]
    assert list(queries.readings(both.stranger)) == []
    for look in (
        lambda: queries.reading(both.stranger, reading.pk),
        lambda: queries.sealed(both.stranger, latest(reading).pk),
        lambda: actions.seal(both.stranger, instance.id, PERIOD),
    ):
        with pytest.raises(Refusal) as refused:
            look()
        assert refused.value.status in (403, 404)
    assert list(queries.lines(both.stranger, latest(reading))) == []


def test_evidence_is_expanded_by_the_service_for_its_own_customer(instance):
    reading = actions.seal(METERING, instance.id, PERIOD)
    shown = queries.evidence(METERING, latest(reading).lines.get())
    assert shown.pointer == "run:2026-03-08"
    assert shown.shown == (("Pay run", "run:2026-03-08"), ("Customer", "028"))


@pytest.mark.parametrize("table", ["metering_sealedusage", "metering_usageline"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET number = 9", "DELETE FROM {}"])
def test_the_database_itself_keeps_sealed_usage_unchanged(instance, table, statement):
    actions.seal(METERING, instance.id, PERIOD)
    before = counts()
    with (
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))
    assert counts() == before
