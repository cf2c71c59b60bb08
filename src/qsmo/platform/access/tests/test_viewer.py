"""Which rows a viewer sees, and which permissions they hold on one record, from each side."""

from __future__ import annotations

import pytest

from qsmo.platform.access.door import add
from qsmo.platform.access.models import Grant, Organisation, Person
from qsmo.platform.access.policy import policy
from qsmo.platform.access.tests.letters import AGENCY, AUDITOR, MIA, NINA, PAUL, Letter, letter
from qsmo.platform.access.viewer import PUBLIC, Held, Viewer, program

DIRECTOR = Viewer("Dora", person="dora", held=(Held("office-director", "hr"),))
EMPLOYEE = Viewer("Eve", person="eve", held=(Held("employee", AGENCY),))


@pytest.fixture
def kept(db: None, letters: None) -> Letter:
    made = letter("rates")
    made.second_office, made.about = "hr", "eve"
    return add(MIA, made, "letter.write")


@pytest.mark.parametrize("viewer", [MIA, PAUL, AUDITOR, DIRECTOR, EMPLOYEE, program("postman")], ids=str)
def test_each_side_sees_the_row_through_its_own_column(kept: Letter, viewer: Viewer) -> None:
    assert list(Letter.seen_by(viewer)) == [kept]
    assert viewer.may("letter.read", kept)


@pytest.mark.parametrize(
    "viewer",
    [
        PUBLIC,
        NINA,
        Viewer("Nobody", person="nobody"),
        Viewer("Other office", person="o", held=(Held("office-director", "fm"),)),
        Viewer("Colleague", person="colleague", held=(Held("employee", AGENCY),)),
        Viewer("A provider of the agency's name", person="p", held=(Held("provider-admin", AGENCY),)),
        Viewer("A role without the permission", person="h", held=(Held("hr-specialist", AGENCY),)),
        program("stranger"),
    ],
    ids=lambda viewer: viewer.name,
)
def test_everybody_else_sees_nothing(kept: Letter, viewer: Viewer) -> None:
    assert not Letter.seen_by(viewer).exists()
    assert not viewer.may("letter.read", kept)


def test_what_is_public_is_seen_by_all_and_only_that(kept: Letter) -> None:
    Letter.every.filter(pk=kept.pk).update(state="answered")
    add(MIA, letter("still a draft"), "letter.write")
    for viewer in (PUBLIC, NINA):
        assert list(Letter.seen_by(viewer)) == [kept]
    assert PUBLIC.may("letter.read", kept)


def test_a_permission_that_no_policy_states_is_a_bug() -> None:
    with pytest.raises(LookupError, match=r"letter\.burn"):
        PUBLIC.may("letter.burn")


def test_reading_without_a_viewer_needs_a_reason(letters: None) -> None:
    with pytest.raises(ValueError, match="say why"):
        Letter.unseen("")


def test_actors_are_told_apart() -> None:
    assert [viewer.actor for viewer in (MIA, program("postman"), PUBLIC)] == [
        "mia",
        "program:postman",
        "public",
    ]


def test_a_record_without_an_organisation_is_written_in_the_houses_own_trail() -> None:
    assert Letter().chain == "qsmo"
    assert Letter(provider="seller").chain == "seller"
    assert Letter(customer=AGENCY, provider="seller").chain == AGENCY


@pytest.mark.django_db
def test_a_person_is_seen_with_the_grants_that_stand_now_and_none_when_inactive() -> None:
    Organisation.objects.create(id="028", name="An agency", kind="agency")
    person = Person.objects.create_user("eve@example.gov", "a long password", name="Eve")
    grant = Grant.every.create(person=person, organisation_id="028", role="customer-sapoc")
    assert person.viewer("test").held == (Held("customer-sapoc", "028"),)
    person.is_active = False
    assert person.viewer("test").held == ()
    person.is_active = True
    grant.delete()
    assert person.viewer("test").held == ()


def test_every_role_of_the_policy_has_a_known_side_and_holds_something() -> None:
    stated = policy()
    idle = {
        slug for slug in stated.roles if not any(slug in each.roles for each in stated.permissions.values())
    }
    assert idle <= {"board-member", "standards-lead"}
    assert Held("public").side == "public"
