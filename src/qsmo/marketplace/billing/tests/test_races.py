"""Two at the same moment, on PostgreSQL with real concurrent connections: one wins, the other is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.marketplace.agreements.models import Order
from qsmo.marketplace.billing import actions
from qsmo.marketplace.billing.models import Bill, BillLine
from qsmo.marketplace.billing.tests.setting import BILLING, calculated, two_prices
from qsmo.marketplace.metering.actions import seal
from qsmo.marketplace.metering.models import SealedUsage
from qsmo.marketplace.metering.tests.setting import (
    ASKED_ON,
    METERING,
    NEXT,
    PERIOD,
    install,
    people,
    subscribed,
)

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def both(monkeypatch):
    install(monkeypatch)
    return people()


def at_once(*works: Callable[[], Any]) -> list[str]:
    """Run works together; for each what it ended with: `done` or the code of its refusal."""
    barrier = threading.Barrier(len(works))
    ends = ["lost"] * len(works)

    def run(place: int, work: Callable[[], Any]) -> None:
        try:
            with clock.at(ASKED_ON):
                barrier.wait(10)
                work()
            ends[place] = "done"
        except Refusal as refusal:
            ends[place] = refusal.code
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(ends)


def test_two_bills_cannot_both_take_the_last_of_an_order(both):
    two_prices(both.plan)
    instance = subscribed(both, dollars=10_000)
    bills = [calculated(instance, PERIOD), calculated(instance, NEXT)]
    with clock.at(ASKED_ON):
        for bill in bills:
            actions.review(both.seller_program, bill.pk)
    ends = at_once(*(lambda bill=bill: actions.issue(both.seller_funding, bill.pk) for bill in bills))
    assert ends == ["done", "over-order"]
    issued = Bill.every.get(state="issued")
    assert Order.every.get().spent_cents == issued.total_cents
    assert Bill.every.exclude(pk=issued.pk).get().state == "under_review"


def test_two_who_open_calculate_and_seal_at_once_make_one_of_each(both):
    two_prices(both.plan)
    instance = subscribed(both)
    assert at_once(*[lambda: seal(METERING, instance.id, PERIOD)] * 3) == ["done"] * 3
    assert SealedUsage.every.count() == 1
    assert at_once(*[lambda: actions.open_bill(BILLING, instance.id, PERIOD)] * 3) == ["done"] * 3
    bill = Bill.every.get()
    assert at_once(*[lambda: actions.calculate(BILLING, bill.pk)] * 3) == ["done"] * 3
    assert (BillLine.every.count(), Bill.every.get().calculation) == (2, 1)


def test_two_who_issue_the_same_bill_issue_it_once(both):
    two_prices(both.plan)
    bill = calculated(subscribed(both))
    with clock.at(ASKED_ON):
        actions.review(both.seller_program, bill.pk)
    ends = at_once(*[lambda: actions.issue(both.seller_funding, bill.pk)] * 2)
    assert ends == ["done", "move-not-open"]
    assert Order.every.get().spent_cents == 857_325
