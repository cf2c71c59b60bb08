"""The acts on a designation: the whole way, who may not, and that a refusal changes nothing."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import Error, transaction

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.marketplace.designation import actions, queries
from qsmo.marketplace.designation.models import Designation, Office, StageFact
from qsmo.marketplace.designation.tests.test_rules import SECTIONS
from qsmo.marketplace.standards import actions as standards
from qsmo.platform.access.models import Grant, Organisation, Person
from qsmo.platform.access.viewer import PUBLIC, Viewer, program
from qsmo.platform.record.trail import entries_of

DAY = date(2027, 3, 1)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def seeded():
    standards.seed(program("seed"))
    actions.seed(program("seed"))
    with clock.at(DAY):
        yield


def viewer(name: str, *grants: tuple[str, str]) -> Viewer:
    person = Person.objects.create(email=f"{name}@example.gov", name=name)
    for role, organisation in grants:
        Grant(person=person, role=role, organisation_id=organisation).save(force_insert=True)
    return person.viewer("test")


@pytest.fixture
def omb() -> Viewer:
    return viewer("omb", ("omb-officer", "omb"))


@pytest.fixture
def coordinator() -> Viewer:
    return viewer("coordinator", ("coordinator", "coordinator"))


@pytest.fixture
def board() -> Viewer:
    return viewer("board", ("board-member", "board"))


def counts() -> tuple[int, ...]:
    return tuple(model.seen_by(PUBLIC).count() for model in (Office, Designation, StageFact))


def refused(call, *args, **kwargs) -> Refusal:
    before = counts()
    with pytest.raises(Refusal) as found:
        call(*args, **kwargs)
    assert counts() == before
    return found.value


def test_an_area_goes_all_the_way_to_designation(omb, coordinator, board):
    opened = actions.open_area(omb, "water", "Water", effective_on=DAY, decision="memo 1")
    actions.pre_designate(omb, opened.pk, "014", effective_on=DAY, decision="memo 2")
    assert Organisation.objects.get(pk="qsmo-water").kind == "office"
    director = viewer("director", ("office-director", "qsmo-water"))
    actions.submit_plan(director, opened.pk, SECTIONS, effective_on=DAY)
    actions.begin_review(coordinator, opened.pk, assessment="complete", effective_on=DAY)
    actions.recommend(board, opened.pk, votes_for=9, votes_against=1, seats_filled=16, effective_on=DAY)
    actions.designate(omb, opened.pk, effective_on=date(2027, 4, 1), decision="memo 3")
    assert [row.stage for row in queries.offices_as_of(PUBLIC, date(2027, 3, 31), office="water")] == [
        "recommended"
    ]
    row = queries.offices_as_of(PUBLIC, date(2027, 4, 1), office="water")[0]
    assert (row.lead, row.stage, row.since, row.known) == ("014", "designated", date(2027, 4, 1), DAY)
    record = queries.designation_detail(PUBLIC, opened.pk)
    assert record.state == "designated"
    moves = [entry.verb for entry in entries_of(record)]
    assert moves[1:] == ["pre_designate", "submit_plan", "begin_review", "recommend", "designate"]


def test_a_scope_passes_to_another_lead_on_one_day(omb):
    new = actions.transfer(
        omb, "hr-compensation-024", "047", effective_on=DAY, decision="memo 4", stage="designated"
    )
    rows = {row.scope: row for row in queries.offices_as_of(PUBLIC, DAY, office="hr")}
    assert (rows["compensation"].lead, rows["compensation"].stage) == ("047", "designated")
    assert rows["benefits"].lead == "024"
    assert queries.designation_detail(PUBLIC, "hr-compensation-024").state == "transferred"
    assert new.covers == ["HCM.A5-1"]
    yesterday = {row.scope: row.lead for row in queries.offices_as_of(PUBLIC, date(2027, 2, 28), office="hr")}
    assert yesterday["compensation"] == "024"


def test_a_new_scope_leaves_the_older_ones_alone(omb):
    before = {row.scope: row for row in queries.offices_as_of(PUBLIC, DAY, office="fm")}
    actions.add_scope(
        omb, "fm", "budget", "budget execution", covers=["FFM.010"], effective_on=DAY, decision="memo 5"
    )
    after = {row.scope: row for row in queries.offices_as_of(PUBLIC, DAY, office="fm")}
    assert after["core"] == before["core"]
    assert after["budget"].stage == "initiation_and_research"


def test_only_omb_decides(coordinator, board):
    director = viewer("director", ("office-director", "qsmo-grants"))
    for somebody in (PUBLIC, coordinator, board, director):
        found = refused(
            actions.transfer, somebody, "grants-grants-075", "047", effective_on=DAY, decision="on my own"
        )
        assert found.status == 403
    assert queries.designation_detail(PUBLIC, "grants-grants-075").state == "designated"


def test_a_director_submits_only_for_the_own_office():
    director = viewer("director", ("office-director", "qsmo-grants"))
    found = refused(actions.submit_plan, director, "hr-benefits-024", SECTIONS, effective_on=DAY)
    assert found.status == 403
    assert queries.designation_detail(PUBLIC, "hr-benefits-024").state == "pre_designated"


def test_one_person_with_two_roles_cannot_make_both_steps():
    both = viewer("both", ("office-director", "qsmo-hr"), ("coordinator", "coordinator"))
    actions.submit_plan(both, "hr-benefits-024", SECTIONS, effective_on=DAY)
    found = refused(actions.begin_review, both, "hr-benefits-024", assessment="fine", effective_on=DAY)
    assert (found.code, found.status) == ("same-person", 403)
    assert queries.designation_detail(PUBLIC, "hr-benefits-024").state == "plan_submitted"


def test_nothing_is_designated_without_a_recommendation(omb):
    found = refused(actions.designate, omb, "hr-benefits-024", effective_on=DAY, decision="memo 6")
    assert (found.code, found.status) == ("move-not-open", 409)


def test_nothing_is_decided_without_a_writing_or_before_the_last_step(omb):
    found = refused(actions.withdraw, omb, "hr-benefits-024", effective_on=DAY, decision=" ")
    assert found.code == "not-written"
    found = refused(
        actions.withdraw, omb, "hr-benefits-024", effective_on=date(2022, 3, 29), decision="memo 7"
    )
    assert (found.code, found.findings[0].expected) == ("effective-order", "2022-03-30 or later")


def test_a_lead_is_an_agency_and_another_one(omb):
    args = {"effective_on": DAY, "decision": "memo 8"}
    assert refused(actions.transfer, omb, "hr-benefits-024", "997", **args).code == "agency-unknown"
    assert refused(actions.transfer, omb, "hr-benefits-024", "024", **args).code == "transfer-same"
    assert refused(actions.transfer, omb, "hr-benefits-024", "047", stage="recommended", **args).status == 422


def test_a_plan_without_a_section_and_a_vote_without_quorum_are_refused(coordinator, board):
    director = viewer("director", ("office-director", "qsmo-hr"))
    key = "hr-benefits-024"
    found = refused(actions.submit_plan, director, key, {**SECTIONS, "organization": ""}, effective_on=DAY)
    assert [each.field for each in found.findings] == ["organization"]
    actions.submit_plan(director, key, SECTIONS, effective_on=DAY)
    actions.begin_review(coordinator, key, assessment="fine", effective_on=DAY)
    found = refused(
        actions.recommend, board, key, votes_for=5, votes_against=1, seats_filled=16, effective_on=DAY
    )
    assert [each.code for each in found.findings] == ["vote-quorum"]
    assert queries.designation_detail(PUBLIC, key).state == "plan_in_review"


def test_a_plan_is_returned_with_questions_and_submitted_again(omb, coordinator, board):
    director = viewer("director", ("office-director", "qsmo-hr"))
    key = "hr-benefits-024"
    actions.submit_plan(director, key, SECTIONS, effective_on=DAY)
    actions.begin_review(coordinator, key, assessment="unclear", effective_on=DAY)
    actions.return_plan(coordinator, key, questions="who pays?", effective_on=DAY)
    actions.submit_plan(director, key, SECTIONS, effective_on=DAY)
    actions.begin_review(coordinator, key, assessment="clear", effective_on=DAY)
    actions.recommend(board, key, votes_for=12, votes_against=0, seats_filled=16, effective_on=DAY)
    actions.send_back(omb, key, decision="settle the funding first", effective_on=DAY)
    assert queries.designation_detail(PUBLIC, key).state == "plan_returned"


def test_the_same_area_is_not_opened_twice(omb):
    actions.open_area(omb, "water", "Water", effective_on=DAY, decision="memo 9")
    assert (
        refused(actions.open_area, omb, "water", "Water", effective_on=DAY, decision="memo 9").code
        == "conflict"
    )


def test_an_area_has_a_short_name_and_an_area_of_the_standards_if_any(omb):
    args = {"effective_on": DAY, "decision": "memo 10"}
    assert refused(actions.open_area, omb, "Clean Water", "Water", **args).code == "short-name"
    assert refused(actions.open_area, omb, "water", "Water", area="WTR", **args).status == 404
    assert Organisation.objects.filter(pk="qsmo-water").count() == 0


def test_the_database_itself_refuses_to_change_a_fact():
    fact = queries.timeline(PUBLIC, "fm")[0]
    rows = StageFact.unseen("proves that the table is append-only").filter(pk=fact.pk)
    for change in (lambda: rows.update(stage="withdrawn"), rows.delete):
        with pytest.raises(Error), transaction.atomic():
            change()
    assert queries.timeline(PUBLIC, "fm")[0].stage == fact.stage
