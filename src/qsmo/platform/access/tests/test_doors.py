"""The doors: who may, on which record, in one transaction; a refusal changes nothing, the trail included."""

from __future__ import annotations

import pytest
import structlog
from django.db import DatabaseError, IntegrityError, connection, transaction

from qsmo.kernel.finding import Refusal
from qsmo.kernel.ids import digest
from qsmo.platform.access.conflicts import conflict
from qsmo.platform.access.door import ACTIONS, action, add, add_many, allow, edit, move, one, replace_derived
from qsmo.platform.access.tests.letters import (
    AGENCY,
    AUDITOR,
    MAX,
    MIA,
    NEIGHBOUR,
    NINA,
    PAUL,
    Letter,
    Stamp,
    letter,
    world,
)
from qsmo.platform.access.viewer import PUBLIC, program
from qsmo.platform.record.models import TrailEntry, TrailHead
from qsmo.platform.record.trail import broken_links, entries_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letters")]


def refused(code: str, status: int, act, *args, **kwargs) -> Refusal:
    """The refusal of an act, which must leave everything as it was."""
    before = world()
    with pytest.raises(Refusal) as caught:
        act(*args, **kwargs)
    assert (caught.value.code, caught.value.status) == (code, status)
    assert world() == before
    return caught.value


def test_adding_writes_the_row_and_one_link_of_the_trail():
    added = add(MIA, letter("rates"), "letter.write", why="because of the raise")
    stored = Letter.every.get()
    assert (stored.pk, stored.subject, stored.version, stored.state) == (added.pk, "rates", 1, "draft")
    entry = entries_of(added).get()
    assert (entry.actor, entry.actor_name, entry.via) == ("mia", "Mia", "test")
    assert (entry.verb, entry.kind, entry.why) == ("letter.write", "access.letter", "because of the raise")
    assert (entry.chain, entry.number, entry.before) == (AGENCY, 1, None)
    assert entry.after is not None
    assert entry.after["subject"] == "rates"
    assert "secret" not in entry.after


def test_adding_for_another_agency_is_refused():
    refused("not-allowed", 403, add, NINA, letter(), "letter.write")


def test_adding_without_the_permission_is_refused():
    refused("not-allowed", 403, add, PAUL, letter(), "letter.write")
    refused("not-allowed", 403, add, PUBLIC, letter(), "letter.write")


def test_bad_fields_are_refused_one_by_one():
    refusal = refused("fields", 422, add, MIA, letter("x" * 21), "letter.write")
    assert [finding.field for finding in refusal.findings] == ["subject"]
    refusal = refused("fields", 422, add, MIA, letter("nothing"), "letter.write")
    assert [(finding.field, finding.words) for finding in refusal.findings] == [
        ("", "A letter is about something")
    ]


def test_a_record_that_contradicts_another_is_refused():
    add(MIA, letter("rates"), "letter.write")
    refusal = refused("conflict", 409, add, MIA, letter("rates"), "letter.write")
    assert refusal.words == "There is already a letter with the same customer and subject"
    assert [finding.field for finding in refusal.findings] == ["customer", "subject"]


def test_a_broken_rule_is_named_in_words_and_what_the_database_said_goes_to_the_log():
    lost = letter("rates")
    lost.state = "lost"
    with structlog.testing.capture_logs() as logged:
        refusal = refused("conflict", 409, add, MIA, lost, "letter.write")
    assert (
        refusal.words
        == "This letter contradicts what is there already: the rule “letter state known” does not hold"
    )
    assert "letter_state_known" in logged[0]["said"]
    assert "constraint" not in refusal.words


def test_a_record_that_names_what_is_not_there_is_refused_without_the_words_of_the_database():
    refusal = conflict(letter("rates"), IntegrityError("FOREIGN KEY constraint failed"))
    assert refusal.words == "This letter names something that is not there, or is still named by something"


def test_many_are_added_with_one_link():
    add_many(MIA, [letter(f"letter {number}") for number in range(3)], "letter.write")
    assert Letter.every.count() == 3
    entry = TrailEntry.objects.get()
    assert entry.after is not None
    assert entry.after["count"] == 3
    assert len(entry.after["digest"]) == 64
    add_many(MIA, [], "letter.write")
    assert TrailEntry.objects.count() == 1


def test_many_are_refused_when_one_of_them_is_not_allowed():
    """The organisation in whose trail they stand may be the same while a side differs."""
    foreign = Letter(customer=NEIGHBOUR, provider="seller", subject="theirs")
    with pytest.raises(ValueError, match="one organisation"):
        add_many(program("postman"), [letter(), foreign], "letter.write")
    mixed = [Letter(customer="", provider=AGENCY, office="x", subject="a"), letter()]
    refused("not-allowed", 403, add_many, MIA, mixed, "letter.write")


def test_rows_computed_anew_take_the_place_of_the_former_ones_with_one_link():
    kept, other = (add(MIA, letter(name), "letter.write") for name in ("rates", "prices"))
    replace_derived(MIA, other, Stamp.seen_by(MIA), [Stamp(letter=other, cents=9)], "letter.write")
    replace_derived(
        MIA, kept, Stamp.seen_by(MIA), [Stamp(letter=kept, cents=each) for each in (1, 2)], "letter.write"
    )
    links = TrailEntry.objects.count()
    new = [Stamp(letter=kept, cents=each) for each in (3, 4, 5)]
    replace_derived(
        MIA, kept, Stamp.seen_by(MIA).filter(cents__gt=1), new, "letter.write", why="other postage"
    )
    assert sorted(Stamp.every.filter(letter=kept).values_list("cents", flat=True)) == [1, 3, 4, 5]
    assert Stamp.every.get(letter=other).cents == 9, "rows of another record are not among its own"
    assert TrailEntry.objects.count() == links + 1
    entry = TrailEntry.objects.order_by("number").last()
    assert entry is not None
    assert entry.after is not None
    assert (entry.chain, entry.actor, entry.verb, entry.why) == (
        AGENCY,
        "mia",
        "letter.write",
        "other postage",
    )
    assert (entry.kind, entry.before, entry.after["count"]) == ("access.stamp", {"count": 1}, 3)
    assert entry.after["digest"] == digest([each.picture() for each in new])
    assert broken_links(AGENCY) == []


def test_rows_computed_away_leave_a_link_and_nothing_for_nothing_leaves_none():
    kept = add(MIA, letter("rates"), "letter.write")
    replace_derived(MIA, kept, Stamp.seen_by(MIA), [Stamp(letter=kept, cents=1)], "letter.write")
    replace_derived(MIA, kept, Stamp.seen_by(MIA), [], "letter.write")
    assert Stamp.every.count() == 0
    entry = TrailEntry.objects.order_by("number").last()
    assert entry is not None
    assert entry.after is not None
    assert (entry.before, entry.after["count"]) == ({"count": 1}, 0)
    links = TrailEntry.objects.count()
    replace_derived(MIA, kept, Stamp.seen_by(MIA), [], "letter.write")
    assert TrailEntry.objects.count() == links


def test_rows_computed_from_a_record_are_replaced_by_nobody_without_the_permission_on_it():
    kept = add(MIA, letter("rates"), "letter.write")
    replace_derived(MIA, kept, Stamp.seen_by(MIA), [Stamp(letter=kept, cents=1)], "letter.write")
    new = [Stamp(letter=kept, cents=2)]
    refused("not-allowed", 403, replace_derived, NINA, kept, Stamp.seen_by(NINA), new, "letter.write")
    refused("not-allowed", 403, replace_derived, PAUL, kept, Stamp.seen_by(PAUL), new, "letter.write")


def test_a_row_computed_from_another_record_is_a_loud_error():
    kept, other = (add(MIA, letter(name), "letter.write") for name in ("rates", "prices"))
    before = world()
    with pytest.raises(ValueError, match="of the Letter that is named"):
        replace_derived(MIA, kept, Stamp.seen_by(MIA), [Stamp(letter=other, cents=2)], "letter.write")
    assert world() == before


def test_editing_keeps_before_and_after():
    kept = add(MIA, letter("rates"), "letter.write")
    edit(MAX, kept, "letter.write", why="a slip", subject="prices")
    assert (kept.subject, kept.version) == ("prices", 2)
    assert Letter.every.values_list("subject", "version").get() == ("prices", 2)
    entry = entries_of(kept).last()
    assert entry is not None
    assert (entry.before, entry.after, entry.why) == ({"subject": "rates"}, {"subject": "prices"}, "a slip")


def test_editing_is_refused_to_the_neighbour_and_leaves_the_object_as_it_was():
    kept = add(MIA, letter("rates"), "letter.write")
    refused("not-allowed", 403, edit, NINA, kept, "letter.write", subject="mine now")
    refused("fields", 422, edit, MIA, kept, "letter.write", subject="x" * 21)
    assert (kept.subject, kept.version) == ("rates", 1)


def test_editing_into_a_contradiction_is_refused():
    add(MIA, letter("rates"), "letter.write")
    second = add(MIA, letter("prices"), "letter.write")
    refused("conflict", 409, edit, MIA, second, "letter.write", subject="rates")
    assert second.subject == "prices"


def test_a_record_cannot_be_handed_to_somebody_for_whom_one_holds_nothing():
    kept = add(MIA, letter("rates"), "letter.write")
    refused("not-allowed", 403, edit, MIA, kept, "letter.write", customer=NEIGHBOUR)
    assert kept.customer == AGENCY


def test_a_state_is_not_edited():
    kept = add(MIA, letter(), "letter.write")
    with pytest.raises(ValueError, match="by a move"):
        edit(MIA, kept, "letter.write", state="sent")


def test_of_two_readings_of_a_record_the_second_writer_is_told():
    kept = add(MIA, letter("rates"), "letter.write")
    stale = Letter.every.get(pk=kept.pk)
    edit(MIA, kept, "letter.write", subject="prices")
    refused("changed-meanwhile", 409, edit, MAX, stale, "letter.write", subject="dates")
    assert (stale.subject, stale.version) == ("rates", 1)
    refused("changed-meanwhile", 409, move, MAX, stale, "send")
    assert stale.state == "draft"


def test_a_move_changes_state_and_trail():
    kept = add(MIA, letter(), "letter.write")
    move(MIA, kept, "send", why="it is time", evidence="scan 7", subject="sent off")
    assert Letter.every.values_list("state", "version", "subject").get() == ("sent", 2, "sent off")
    entry = entries_of(kept).last()
    assert entry is not None
    assert (entry.verb, entry.why, entry.evidence) == ("send", "it is time", "scan 7")
    assert entry.before is not None
    assert entry.after is not None
    assert entry.before["state"] == "draft"
    assert entry.after["state"] == "sent"


def test_a_move_that_is_not_open_says_which_are():
    kept = add(MIA, letter(), "letter.write")
    refusal = refused("move-not-open", 409, move, PAUL, kept, "answer")
    assert "send" in refusal.words


def test_a_move_needs_its_permission_on_this_record():
    kept = add(MIA, letter(), "letter.write")
    refused("not-allowed", 403, move, PAUL, kept, "send")
    refused("not-allowed", 403, move, NINA, kept, "send")
    refused("not-allowed", 403, move, AUDITOR, kept, "send")


def test_one_person_does_not_make_two_moves_that_must_be_of_two():
    kept = add(MIA, letter(), "letter.write")
    move(MIA, kept, "send")
    refusal = refused("same-person", 403, move, MIA, kept, "answer")
    assert "another person" in refusal.words
    move(MAX, kept, "answer")
    assert kept.state == "answered"


def test_one_row_is_found_or_not_there_whether_or_not_it_exists():
    kept = add(MIA, letter(), "letter.write")
    assert one(Letter, MIA, kept.pk).pk == kept.pk
    there = refused("not-found", 404, one, Letter, NINA, kept.pk)
    never = refused("not-found", 404, one, Letter, NINA, "0" * 26)
    assert there.words.replace(kept.pk, "") == never.words.replace("0" * 26, "")


def test_allow_refuses_on_the_record_and_not_in_general():
    kept = add(MIA, letter(), "letter.write")
    allow(MIA, "letter.send", kept)
    refused("not-allowed", 403, allow, NINA, "letter.send", kept)


def test_an_action_is_refused_before_it_begins_and_undone_when_it_fails():
    begun = []

    @action("letter.write")
    def write_two(viewer, /):
        begun.append(viewer)
        add(viewer, letter(), "letter.write")
        raise Refusal("second-missing", "The second letter is missing")

    refused("not-allowed", 403, write_two, PAUL)
    assert begun == []
    refused("second-missing", 409, write_two, MIA)
    assert begun == [MIA]
    name = next(name for name in ACTIONS if name.endswith("write_two"))
    assert ACTIONS.pop(name).permission == "letter.write"


def test_the_database_knows_the_states_too():
    kept = add(MIA, letter(), "letter.write")
    with pytest.raises(DatabaseError), transaction.atomic():
        Letter.every.filter(pk=kept.pk).update(state="burnt")
    assert Letter.every.get().state == "draft"


def test_a_record_without_a_flow_does_not_move():
    from qsmo.platform.access.models import Grant

    with pytest.raises(ValueError, match="has no flow"):
        move(MIA, Grant(role="auditor"), "send")


def test_chains_of_organisations_are_whole_after_all_this():
    kept = add(MIA, letter(), "letter.write")
    move(MIA, kept, "send")
    add(NINA, Letter(customer=NEIGHBOUR, provider="seller", subject="other"), "letter.write")
    heads = dict(TrailHead.objects.values_list("chain", "number"))
    assert heads == {AGENCY: 2, NEIGHBOUR: 1}
    assert broken_links(AGENCY) == broken_links(NEIGHBOUR) == []
    assert connection.in_atomic_block


def test_row_and_link_stand_or_fall_together_even_outside_an_action(monkeypatch):
    kept = add(MIA, letter(), "letter.write")
    before = world()
    monkeypatch.setattr("qsmo.platform.record.trail.link_hash", lambda _entry: 1 // 0)
    for act in (
        lambda: add(MIA, letter(), "letter.write"),
        lambda: add_many(MIA, [letter()], "letter.write"),
        lambda: edit(MIA, Letter.every.get(pk=kept.pk), "letter.write", subject="other"),
        lambda: move(MIA, Letter.every.get(pk=kept.pk), "send"),
    ):
        with pytest.raises(ZeroDivisionError):
            act()
        assert world() == before
