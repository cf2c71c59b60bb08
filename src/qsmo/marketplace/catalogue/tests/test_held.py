"""What search holds between requests is what stands in the database, after every change of every offering."""

from __future__ import annotations

import pytest
from django.db import transaction

from qsmo.marketplace.catalogue import actions, queries
from qsmo.marketplace.catalogue.models import Offering
from qsmo.marketplace.catalogue.queries import Ask, held
from qsmo.marketplace.catalogue.tests.setting import drafted, someone
from qsmo.platform.access.second_lock.lock import changes_are_open
from qsmo.platform.access.viewer import PUBLIC

pytestmark = pytest.mark.usefixtures("seeded")


@pytest.fixture(autouse=True)
def _held(monkeypatch):
    """As outside of the transaction that each test runs in."""
    monkeypatch.setattr(held, "_HELD", {})
    monkeypatch.setattr(held, "changes_are_open", lambda: False)


def total(viewer=PUBLIC, **asked) -> int:
    """How many offerings fit."""
    return int(queries.search(viewer, Ask(**asked)).total)


def test_a_second_search_reads_nothing_again_and_answers_the_same(django_assert_num_queries):
    first = queries.search(PUBLIC, Ask())
    assert held._HELD
    with django_assert_num_queries(6):
        second = queries.search(PUBLIC, Ask())
    assert (second.total, second.hits, second.facets) == (first.total, first.hits, first.facets)


def test_a_draft_a_change_and_a_move_are_seen_at_once_by_whom_they_concern():
    admin, director = (
        someone("admin", "provider-admin@usda-nfc"),
        someone("director", "office-director@qsmo-hr"),
    )
    public, own, contracts = total(), total(admin), total(admin, kind=("contract",))
    offering = drafted(admin)
    assert (total(), total(admin), total(admin, kind=("contract",))) == (public, own + 1, contracts)
    actions.change(admin, offering.pk, kind="contract")
    assert (total(), total(admin), total(admin, kind=("contract",))) == (public, own + 1, contracts + 1)
    on_sale = Offering.seen_by(PUBLIC).filter(office="qsmo-hr", state="published").first()
    assert on_sale is not None
    actions.suspend(director, on_sale.pk, why="Its authorization has lapsed")
    assert total() == public - 1 == Offering.seen_by(PUBLIC).count()


def test_what_a_transaction_changes_and_undoes_is_never_held(monkeypatch):
    public = total()
    monkeypatch.setattr(held, "changes_are_open", changes_are_open)
    with transaction.atomic():
        Offering.every.filter(state="published").update(state="suspended")
        assert total() == 0
        transaction.set_rollback(True)
    monkeypatch.setattr(held, "changes_are_open", lambda: False)
    assert total() == public
