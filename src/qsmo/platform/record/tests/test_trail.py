"""The trail: each link bound to the one before, so that whoever changes, adds or takes away a link is found out."""

from __future__ import annotations

import pytest
from django.db import transaction

from qsmo.kernel import clock
from qsmo.platform.access.door import edit
from qsmo.platform.record.models import TrailEntry, TrailHead
from qsmo.platform.record.tests.records import SEEDER, granted, trail_table, unlocked
from qsmo.platform.record.trail import broken_links, entries_of, link_hash

pytestmark = pytest.mark.django_db


@pytest.fixture
def four_links() -> list[TrailEntry]:
    for _ in range(4):
        granted("028")
    return list(TrailEntry.objects.filter(chain="028").order_by("number"))


def test_each_link_carries_the_hash_of_the_one_before(four_links: list[TrailEntry]) -> None:
    assert [link.number for link in four_links] == [1, 2, 3, 4]
    assert [link.previous for link in four_links] == ["", *(link.hash for link in four_links[:3])]
    assert all(link.hash == link_hash(link) for link in four_links)
    head = TrailHead.objects.get(chain="028")
    assert (head.number, head.hash) == (4, four_links[3].hash)
    assert broken_links("028") == []


def test_chains_of_organisations_are_apart(four_links: list[TrailEntry]) -> None:
    granted("069")
    assert TrailEntry.objects.get(chain="069").number == 1
    assert broken_links("069") == broken_links("028") == broken_links("nobody") == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("why", "another reason"),
        ("actor", "somebody-else"),
        ("verb", "organisation.read"),
        ("record", "another"),
        ("at", "2020-01-01 00:00:00"),
        ("evidence", "made up"),
    ],
)
def test_a_link_that_was_changed_is_found(four_links: list[TrailEntry], column: str, value: str) -> None:
    unlocked(trail_table(), f"UPDATE {trail_table()} SET {column} = '{value}' WHERE number = 2")
    found = broken_links("028")
    assert [finding.code for finding in found] == ["trail-broken"]
    assert "link 2 of 028" in found[0].words


def test_a_change_in_what_was_recorded_is_found(four_links: list[TrailEntry]) -> None:
    stored = f'UPDATE {trail_table()} SET after = \'{{"role": "auditor"}}\' WHERE number = 3'
    unlocked(trail_table(), stored)
    assert ["link 3 of 028" in finding.words for finding in broken_links("028")] == [True]


def test_a_link_that_was_changed_together_with_its_hash_is_found_at_the_next(
    four_links: list[TrailEntry],
) -> None:
    forged = four_links[1]
    forged.why = "another reason"
    unlocked(
        trail_table(),
        f"UPDATE {trail_table()} SET why = 'another reason', hash = '{link_hash(forged)}' WHERE number = 2",
    )
    assert ["link 3 of 028" in finding.words for finding in broken_links("028")] == [True]


def test_a_link_missing_from_the_middle_is_found(four_links: list[TrailEntry]) -> None:
    unlocked(trail_table(), f"DELETE FROM {trail_table()} WHERE number = 2")
    assert [finding.code for finding in broken_links("028")] == ["trail-broken"]


def test_links_missing_from_the_end_are_found(four_links: list[TrailEntry]) -> None:
    unlocked(trail_table(), f"DELETE FROM {trail_table()} WHERE number = 4")
    assert [finding.code for finding in broken_links("028")] == ["trail-cut"]


def test_a_whole_chain_that_was_taken_away_is_found(four_links: list[TrailEntry]) -> None:
    unlocked(trail_table(), f"DELETE FROM {trail_table()}")
    assert [finding.code for finding in broken_links("028")] == ["trail-cut"]


def test_a_head_that_was_taken_away_is_found(four_links: list[TrailEntry]) -> None:
    TrailHead.objects.filter(chain="028").delete()
    assert [finding.code for finding in broken_links("028")] == ["trail-cut"]


def test_a_link_is_not_kept_when_its_change_is_undone() -> None:
    with transaction.atomic():
        granted("028")
        transaction.set_rollback(True)
    assert not TrailEntry.objects.exists()
    granted("028")
    assert TrailEntry.objects.get().number == 1
    assert broken_links("028") == []


def test_entries_of_a_record_are_its_own_in_order() -> None:
    grant, _other = granted(), granted()
    grant_as_made = grant.picture()
    edit(SEEDER, grant, "organisation.seed", role="auditor", why="wrong role")
    assert list(entries_of(grant).values_list("record", "before", "after", "why")) == [
        (grant.pk, None, grant_as_made, ""),
        (grant.pk, {"role": "customer-sapoc"}, {"role": "auditor"}, "wrong role"),
    ]


def test_the_instant_is_that_of_the_one_clock() -> None:
    with clock.at(clock.today().replace(year=2030)):
        granted()
        held = clock.now()
    assert TrailEntry.objects.get().at == held
    assert broken_links("028") == []
