"""API keys: shown once, kept as a digest, ended for good, and never more than their person may at the moment."""

from __future__ import annotations

import pytest

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.platform.access.models import Grant, Person
from qsmo.platform.access.viewer import PUBLIC, Held
from qsmo.platform.api import actions
from qsmo.platform.api.models import ApiKey, key_viewer, secret_digest
from qsmo.platform.api.queries import own_keys
from qsmo.platform.api.tests.setting import person, secret_of
from qsmo.platform.record.models import TrailEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia() -> Person:
    return person()


def test_a_key_is_shown_once_and_kept_as_a_digest(mia: Person) -> None:
    key, secret = actions.make_key(mia.viewer("test"), name=" nightly feed ")
    assert secret.startswith("qsmo_")
    assert len(secret) == 48
    stored = ApiKey.every.values().get()
    assert secret not in str(stored)
    assert (stored["name"], stored["digest"], stored["start"]) == (
        "nightly feed",
        secret_digest(secret),
        secret[:10],
    )
    trail = TrailEntry.objects.get(verb="key.make")
    assert secret not in str(trail.after)
    assert stored["digest"] not in str(trail.after)
    assert key.pk == stored["id"]


def test_a_key_is_its_person_with_the_grants_of_the_moment(mia: Person) -> None:
    secret = secret_of(mia)
    viewer = key_viewer(secret)
    assert viewer is not None
    assert (viewer.person, viewer.via) == (mia.pk, "key")
    assert viewer.held == (Held("customer-program-manager", "028"),)
    Grant.every.filter(person=mia).delete()
    lessened = key_viewer(secret)
    assert lessened is not None
    assert lessened.held == ()


def test_a_key_of_somebody_inactive_is_no_key(mia: Person) -> None:
    secret = secret_of(mia)
    Person.objects.filter(pk=mia.pk).update(is_active=False)
    assert key_viewer(secret) is None


def test_a_key_that_ended_is_no_key_and_ends_once(mia: Person) -> None:
    secret = secret_of(mia)
    key = own_keys(mia.viewer("test")).get()
    actions.end_key(mia.viewer("test"), key.pk)
    assert key_viewer(secret) is None
    assert ApiKey.every.get().ended_at is not None
    links = TrailEntry.objects.count()
    with pytest.raises(Refusal) as caught:
        actions.end_key(mia.viewer("test"), key.pk)
    assert caught.value.status == 404
    assert TrailEntry.objects.count() == links


def test_a_key_may_end_at_an_instant_to_come(mia: Person) -> None:
    secret = secret_of(mia)
    ends = clock.now()
    ApiKey.every.update(ended_at=ends)
    with clock.at(ends.replace(year=ends.year - 1)):
        assert key_viewer(secret) is not None
    with clock.at(ends):
        assert key_viewer(secret) is None


def test_nobody_ends_or_sees_the_key_of_another(mia: Person) -> None:
    secret = secret_of(mia)
    eve = person("eve@agency.example").viewer("test")
    assert not own_keys(eve).exists()
    assert not own_keys(PUBLIC).exists()
    with pytest.raises(Refusal) as caught:
        actions.end_key(eve, ApiKey.every.get().pk)
    assert caught.value.status == 404
    assert key_viewer(secret) is not None


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_key_without_a_usable_name_is_refused(mia: Person, name: str) -> None:
    with pytest.raises(Refusal) as caught:
        actions.make_key(mia.viewer("test"), name=name)
    assert [finding.field for finding in caught.value.findings] == ["name"]
    assert not ApiKey.every.exists()


def test_there_is_a_most_of_keys(mia: Person) -> None:
    for number in range(actions.MOST_KEYS):
        secret_of(mia, str(number))
    with pytest.raises(Refusal) as caught:
        secret_of(mia, "one more")
    assert caught.value.code == "too-many-keys"
    assert ApiKey.every.count() == actions.MOST_KEYS


def test_the_public_and_programs_have_no_keys() -> None:
    from qsmo.platform.access.viewer import program

    for viewer in (PUBLIC, program("seed")):
        with pytest.raises(Refusal) as caught:
            actions.make_key(viewer, name="x")
        assert caught.value.status == 403


def test_what_is_no_key_is_nobody(mia: Person) -> None:
    assert [key_viewer(text) for text in ("", "qsmo_", "qsmo_" + "a" * 43, "\0")] == [None] * 4
