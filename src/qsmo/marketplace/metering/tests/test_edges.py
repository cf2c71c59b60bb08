"""The pages, the API and the commands of metering."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from typer.testing import CliRunner

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.marketplace.metering import actions
from qsmo.marketplace.metering.cli import app
from qsmo.marketplace.metering.models import Reading
from qsmo.marketplace.metering.tests.setting import (
    ASKED_ON,
    METERING,
    PERIOD,
    install,
    paid,
    people,
    subscribed,
)
from qsmo.platform.access.models import Person
from qsmo.platform.access.viewer import Viewer

pytestmark = pytest.mark.django_db
ASKED = {"starts_on": "2026-03-08", "ends_on": "2026-03-22"}


@pytest.fixture(autouse=True)
def _day():
    with clock.at(ASKED_ON):
        yield


@pytest.fixture
def service(monkeypatch):
    return install(monkeypatch)


@pytest.fixture
def both(service):
    return people()


@pytest.fixture
def instance(both):
    return subscribed(both)


def signed_in(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(
        Person.objects.get(pk=viewer.person), "allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


def test_usage_is_sealed_and_opened_on_pages(both, instance, django_assert_max_num_queries):
    client = signed_in(both.seller_admin)
    sealed = client.post("/metering/seal/", {"instance": instance.id, **ASKED})
    reading = Reading.every.get()
    assert sealed["Location"] == f"/metering/{reading.pk}/"
    latest = reading.latest
    assert latest is not None
    with django_assert_max_num_queries(12):
        assert latest.digest in client.get(f"/metering/{reading.pk}/").content.decode()
    assert "run:2026-03-08" in client.get(f"/metering/answers/{latest.pk}/").content.decode()
    assert "March 8, 2026 to March 21, 2026" in client.get("/metering/").content.decode()


def test_a_refused_or_rejected_reading_is_told_in_words(both, instance, service):
    client = signed_in(both.seller_admin)
    early = client.post(
        "/metering/seal/", {"instance": instance.id, "starts_on": "2026-04-19", "ends_on": "2026-05-03"}
    )
    assert early.status_code == 422
    assert "It can be asked from 2026-05-08 on" in early.content.decode()
    service.answer = lambda _sub, _period: [paid("-1")]
    page = client.post("/metering/seal/", {"instance": instance.id, **ASKED}, follow=True).content.decode()
    assert "Nothing was sealed" in page
    assert "a Fraction of at least 0" in page


def test_a_stranger_and_the_public_find_no_usage_by_any_way(both, instance):
    reading = actions.seal(METERING, instance.id, PERIOD)
    latest = reading.latest
    assert latest is not None
    for client in (signed_in(both.stranger), Client()):
        assert reading.pk not in client.get("/metering/").content.decode()
        for path in (
            f"/metering/{reading.pk}/",
            f"/metering/answers/{latest.pk}/",
            f"/api/v1/metering/readings/{reading.pk}",
            f"/api/v1/metering/readings/{reading.pk}/answers",
            f"/api/v1/metering/answers/{latest.pk}/lines",
        ):
            assert client.get(path).status_code == 404, path
        assert json.loads(client.get("/api/v1/metering/readings").content)["items"] == []


def test_the_api_tells_readings_answers_and_lines(both, instance):
    reading = actions.seal(METERING, instance.id, PERIOD)
    client = signed_in(both.funding)
    told = json.loads(client.get(f"/api/v1/metering/readings/{reading.pk}").content)
    assert (told["state"], told["answers"]) == ("sealed", 1)
    answers = json.loads(client.get(f"/api/v1/metering/readings/{reading.pk}/answers").content)
    assert [each["number"] for each in answers] == [1]
    lines = json.loads(client.get(f"/api/v1/metering/answers/{answers[0]['id']}/lines").content)
    assert lines["items"][0]["quantity"] == "1988/1"


def test_the_commands_seal_list_and_show(both, instance, service):
    runner = CliRunner()
    sealed = runner.invoke(app, ["seal", instance.id, str(PERIOD), "--json"])
    assert sealed.exit_code == 0, sealed.output
    told = json.loads(sealed.stdout)
    assert (told["state"], told["lines"]) == ("sealed", 1)
    assert [each["id"] for each in json.loads(runner.invoke(app, ["list", "--json"]).stdout)] == [told["id"]]
    shown = json.loads(runner.invoke(app, ["show", told["id"], "--json"]).stdout)
    assert shown[0]["quantity"] == "1988"
    service.answer = lambda _sub, _period: [paid("-1")]
    failed = runner.invoke(app, ["seal", instance.id, str(PERIOD)])
    assert isinstance(failed.exception, Refusal)
