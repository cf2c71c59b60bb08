"""Pages, API and commands on instances: requested, made ready, exported, fetched and ended by buttons."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.test import Client

from qsmo.contract.service import Term
from qsmo.kernel import clock
from qsmo.marketplace.agreements.tests import setting
from qsmo.marketplace.agreements.tests.setting import TODAY, Cast
from qsmo.marketplace.agreements.tests.test_edges import browser
from qsmo.marketplace.orders import actions, queries
from qsmo.marketplace.orders.models import Command, Exported, Instance
from qsmo.marketplace.orders.tests import broken
from qsmo.marketplace.orders.tests.broken import Trial
from qsmo.platform import plugs
from qsmo.platform.record.models import TrailEntry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day():
    with clock.at(TODAY):
        yield


@pytest.fixture
def trial(monkeypatch: pytest.MonkeyPatch) -> Trial:
    made = Trial()
    monkeypatch.setattr(plugs, "services", lambda: {"trial": made})
    return made


@pytest.fixture
def cast() -> Cast:
    return setting.cast("trial")


def put(client: Client, address: str, body: object, key: str = "") -> tuple[int, dict[str, object]]:
    """A call of the API with a body and a key."""
    answer = client.post(
        address, json.dumps(body), content_type="application/json", headers={"Idempotency-Key": key}
    )
    return answer.status_code, answer.json()


def test_buttons_lead_from_the_order_to_the_exit_with_the_data(cast: Cast, trial: Trial) -> None:
    order = setting.accepted_order(cast)
    manager, admin = browser(cast.manager), browser(cast.seller_admin)
    asking = f"/orders/request/{order.pk}/"
    assert asking in manager.get(f"/agreements/orders/{order.pk}/").text
    assert "Number of employees" in manager.get(asking).text
    bad = manager.post(asking, {"key": "k", "term_employees": "many"})
    assert (bad.status_code, Instance.every.count()) == (422, 0)
    stated = {"key": "k", "term_employees": "2000"}
    page = manager.post(asking, stated)["Location"]
    assert manager.post(asking, stated).status_code == 409
    assert admin.post(f"{page}approve").status_code == 302
    assert admin.post(f"{page}provision", {"key": "p"}).status_code == 302
    assert admin.post(f"{page}provision", {"key": "p"}).status_code == 302
    assert trial.asked == [("open", {"employees": "2000"})]
    assert "Active" in manager.get(page).text
    assert manager.post(f"{page}terms/", {"key": "t", "term_employees": "2100"}).status_code == 302
    assert manager.post(f"{page}leave", {"key": "l"}).status_code == 302
    instance = Instance.every.get()
    assert (instance.state, instance.terms) == ("ended", {"employees": "2100"})
    file = Exported.every.get(name="people.csv")
    fetched = manager.get(f"{page}files/{file.pk}")
    assert b"".join(fetched) == b"id\n" + instance.pk.encode()
    assert browser(cast.funding).get(f"{page}files/{file.pk}").status_code == 403
    assert browser(cast.stranger).get(f"{page}files/{file.pk}").status_code == 404


def test_a_term_that_does_not_fit_is_said_at_its_field(cast: Cast, trial: Trial) -> None:
    limit = Term("limit", "cents", "Spending limit")
    trial.manifest = replace(trial.manifest, terms=(*trial.manifest.terms, limit))
    page = f"/orders/request/{setting.accepted_order(cast).pk}/"
    before = TrailEntry.objects.count()
    stated = {"key": "k", "term_employees": "2000", "term_limit": "a lot"}
    answer = browser(cast.manager).post(page, stated)
    assert (answer.status_code, Instance.every.count(), TrailEntry.objects.count()) == (422, 0, before)
    words = "“a lot” does not fit Spending limit. Right would be: dollars such as 12.50."
    assert f'<a href="#id_term_limit">Spending limit: {words}</a>' in answer.text
    assert 'value="2000"' in answer.text


def test_trouble_is_shown_with_what_was_seen(cast: Cast, trial: Trial) -> None:
    trial.verbs["open"] = broken.raises
    line = setting.accepted_order(cast).present_lines.get()
    key = actions.request(cast.manager, line.id, {"employees": "1"}).instance
    actions.approve(cast.seller_admin, key)
    admin = browser(cast.seller_admin)
    admin.post(f"/orders/{key}/provision")
    shown = admin.get(f"/orders/{key}/").text
    for words in (
        "The last command came to nothing: raised",
        "disk full at the provider",
        "Try again",
        "Give up",
    ):
        assert words in shown
    assert [step[1] for step in queries.steps_of(Instance.every.get())][:4] == [
        "done",
        "done",
        "failed",
        "todo",
    ]
    assert "Try again" not in browser(cast.funding).get(f"/orders/{key}/").text


def test_the_api_answers_a_repeated_key_as_before(cast: Cast, trial: Trial) -> None:
    line = setting.accepted_order(cast).present_lines.get()
    manager, admin = browser(cast.manager), browser(cast.seller_admin)
    body = {"line_id": line.id, "terms": {"employees": "5"}}
    first = put(manager, "/api/v1/orders/instances", body, "one")
    assert (first[0], first[1]["state"], first[1]["is_repeat"]) == (200, "requested", False)
    again = put(manager, "/api/v1/orders/instances", body, "one")
    assert (again[0], again[1]) == (200, {**first[1], "is_repeat": True})
    other = put(manager, "/api/v1/orders/instances", {**body, "terms": {"employees": "6"}}, "one")
    assert (other[0], other[1]["type"]) == (409, "urn:qsmo:problem:key-reused")
    address = f"/api/v1/orders/instances/{first[1]['instance']}"
    assert put(admin, f"{address}/decide/approve", {})[1]["state"] == "approved"
    assert put(admin, f"{address}/provision", {}, "two")[1]["state"] == "active"
    assert put(manager, f"{address}/export", {}, "three")[0] == 200
    assert len(manager.get(f"{address}/files").json()["items"]) == 2
    assert put(browser(cast.stranger), f"{address}/leave", {}, "four")[0] == 404
    assert put(browser(cast.funding), f"{address}/leave", {}, "five")[0] == 403
    assert Command.every.filter(key__in=("four", "five")).count() == 0


def test_an_instance_page_asks_few_questions(cast: Cast, trial: Trial, django_assert_max_num_queries) -> None:
    line = setting.accepted_order(cast).present_lines.get()
    key = actions.request(cast.manager, line.id, {"employees": "1"}).instance
    client = browser(cast.manager)
    for address in (f"/orders/{key}/", "/orders/", f"/record/orders.instance/{key}/"):
        client.get(address)
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200
