"""Real writers at the same moment on PostgreSQL: of those who move one record, exactly one wins."""

from __future__ import annotations

import threading

import pytest
from django.db import connections, transaction

from qsmo.kernel.finding import Refusal
from qsmo.platform.access.door import add, edit, move
from qsmo.platform.access.tests.letters import AGENCY, MIA, Letter, letter
from qsmo.platform.access.viewer import Held, Viewer
from qsmo.platform.record.trail import broken_links, entries_of

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("letters"),
]
WRITERS = 8
PEOPLE = [
    Viewer(f"P{n}", person=f"p{n}", held=(Held("customer-program-manager", AGENCY),)) for n in range(WRITERS)
]


def together(act) -> list[str]:
    """What came of an act done by every person at once, each on a reading and a connection of its own."""
    barrier, said = threading.Barrier(WRITERS), [""] * WRITERS

    def run(place: int) -> None:
        try:
            act(PEOPLE[place], barrier)
            said[place] = "done"
        except Refusal as refusal:
            said[place] = refusal.code
        except Exception as error:
            said[place] = repr(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(said)


@pytest.mark.parametrize("number", range(5))
def test_of_eight_who_send_at_once_one_wins_and_seven_are_told(number: int) -> None:
    kept = add(MIA, letter(), "letter.write")

    def send(viewer: Viewer, barrier: threading.Barrier) -> None:
        mine = Letter.every.get(pk=kept.pk)
        barrier.wait(20)
        with transaction.atomic():
            move(viewer, mine, "send")

    assert together(send) == ["changed-meanwhile"] * (WRITERS - 1) + ["done"]
    kept.refresh_from_db()
    assert (kept.state, kept.version) == ("sent", 2)
    assert entries_of(kept).filter(verb="send").count() == 1
    assert broken_links(AGENCY) == []


def test_eight_who_edit_different_records_of_one_organisation_keep_one_unforked_chain() -> None:
    kept = {viewer.person: add(MIA, letter(), "letter.write").pk for viewer in PEOPLE}

    def change(viewer: Viewer, barrier: threading.Barrier) -> None:
        mine = Letter.every.get(pk=kept[viewer.person])
        barrier.wait(20)
        for turn in range(5):
            with transaction.atomic():
                edit(viewer, mine, "letter.write", office=f"room {turn}")

    assert together(change) == ["done"] * WRITERS
    assert set(Letter.every.values_list("version", flat=True)) == {6}
    assert broken_links(AGENCY) == []


def test_the_first_links_of_a_new_chain_do_not_collide() -> None:
    def write(viewer: Viewer, barrier: threading.Barrier) -> None:
        barrier.wait(20)
        with transaction.atomic():
            add(viewer, letter(), "letter.write")

    assert together(write) == ["done"] * WRITERS
    assert broken_links(AGENCY) == []
