"""The outbox: a document is left once, in the transaction of its work, and taken in once by each receiver."""

from __future__ import annotations

import pytest
from django.db import transaction

from qsmo.kernel.finding import Refusal
from qsmo.platform.access.viewer import Held, Viewer
from qsmo.platform.record import outbox
from qsmo.platform.record.models import OutboxDocument, OutboxReceipt, TrailEntry
from qsmo.platform.record.tests.records import SEEDER, organisation, usage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _agencies() -> None:
    for key in ("028", "069"):
        organisation(key)


def left(quantity: str = "1988", key: str = "run-1", **changes: str) -> OutboxDocument:
    stated = {"sender": "payroll", "to": "ledger", "customer": "028", "entity": "028", **changes}
    return outbox.put(SEEDER, usage(quantity), key=key, **stated)


def test_the_same_content_under_the_same_key_is_one_document() -> None:
    first, second = left(), left()
    assert first.pk == second.pk
    assert OutboxDocument.every.count() == TrailEntry.objects.count() == 1
    assert first.digest == usage().digest
    assert first.body == usage().body()


def test_other_content_under_the_same_key_is_refused_and_changes_nothing() -> None:
    left()
    with pytest.raises(Refusal) as caught:
        left("1989")
    assert (caught.value.code, caught.value.status) == ("document-differs", 409)
    assert OutboxDocument.every.count() == TrailEntry.objects.count() == 1


def test_another_sender_or_key_is_another_document() -> None:
    assert len({left().pk, left(key="run-2").pk, left(sender="time").pk}) == 3


def test_a_document_is_undone_with_the_work_that_left_it() -> None:
    with transaction.atomic():
        left()
        transaction.set_rollback(True)
    assert not OutboxDocument.every.exists()


def test_a_document_waits_for_its_receiver_until_taken_once() -> None:
    first, second = left(), left(key="run-2")
    kind = first.kind
    assert list(outbox.waiting("ledger", kind)) == [first, second]
    assert not outbox.waiting("metering", kind).exists()
    assert outbox.took("ledger", first) is True
    assert outbox.took("ledger", first) is False
    assert list(outbox.waiting("ledger", kind)) == [second]
    assert OutboxReceipt.objects.count() == 1


def test_customer_and_entity_may_read_it_and_nobody_else() -> None:
    document = left(customer="028", entity="069")
    reader = "customer-funding-official"
    for key in ("028", "069"):
        assert list(OutboxDocument.seen_by(Viewer("R", person="r", held=(Held(reader, key),)))) == [document]
    for held in (Held(reader, "020"), Held("employee", "028"), Held("hr-specialist", "028")):
        assert not OutboxDocument.seen_by(Viewer("N", person="n", held=(held,))).exists()
