"""Pages, API and commands on agreements, and the trail page: who sees what, and that buttons do what they say."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from qsmo.kernel import clock
from qsmo.marketplace.agreements import actions
from qsmo.marketplace.agreements.models import GeneralTerms, Order
from qsmo.marketplace.agreements.tests import setting
from qsmo.marketplace.agreements.tests.setting import BUYER, CAPACITIES, TODAY, Cast
from qsmo.platform.access.models import Person
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.record.models import TrailEntry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day():
    with clock.at(TODAY):
        yield


@pytest.fixture
def cast() -> Cast:
    return setting.cast()


def browser(viewer: Viewer | None = None) -> Client:
    """A browser, signed in as somebody."""
    client = Client()
    if viewer is not None:
        client.force_login(
            Person.objects.get(pk=viewer.person), "allauth.account.auth_backends.AuthenticationBackend"
        )
    return client


def test_terms_are_drafted_and_signed_by_buttons_alone(cast: Cast) -> None:
    """Draft, share, open, four signatures."""
    manager = browser(cast.manager)
    stated = {
        "requesting_id": BUYER, "servicing_id": setting.SELLER, "starts_on": "2026-01-01", "last_on": "2026-12-31",
        "ceiling_cents": "250,000.00", "termination_days": "90", "authority": "economy_act",
        "orders_start": "requesting", "key": "one",
    }  # fmt: skip
    went = manager.post("/agreements/new/", stated)
    assert went.status_code == 302
    page = went["Location"]
    assert manager.post(f"{page}share").status_code == 302
    assert manager.post(f"{page}open_approval").status_code == 302
    for capacity in CAPACITIES:
        own = browser(cast.signer(capacity))
        assert f'action="sign/{capacity}"' in own.get(page).text
        assert own.post(f"{page}sign/{capacity}").status_code == 302
    terms = GeneralTerms.every.get()
    assert (terms.state, terms.ceiling_cents, str(terms.ends_on)) == ("approved", 250_000_00, "2027-01-01")


def test_an_order_is_drafted_funded_and_signed_by_buttons_alone(cast: Cast) -> None:
    """Draft, both sides' accounting, share, four signatures."""
    manager = browser(cast.manager)
    page = f"/agreements/{setting.approved_terms(cast).pk}/"
    line = {
        "plan": cast.plan.id, "words": "Employees paid", "quantity": "1000", "unit": "employee", "unit_price": "6.3375",
        "starts_on": "2026-01-11", "last_on": "2026-09-30", "need": "Pay for 2,000 people", "is_severable": "on",
        "key": "one",
    }  # fmt: skip
    went = manager.post(f"{page}order/", line)
    assert went.status_code == 302, went.text
    page = went["Location"]
    account = {
        "aid": "028",
        "bpoa": "2026",
        "epoa": "2026",
        "main": "8704",
        "sub": "000",
        "betc": "DISB",
        "alc": "28040001",
    }
    assert browser(cast.funding).post(f"{page}fund/requesting/", account).status_code == 302
    account = {
        "aid": "012",
        "availability": "X",
        "main": "4609",
        "sub": "000",
        "betc": "COLL",
        "alc": "12400001",
    }
    assert browser(cast.seller_funding).post(f"{page}fund/servicing/", account).status_code == 302
    assert manager.post(f"{page}share").status_code == 302
    for capacity in CAPACITIES:
        assert browser(cast.signer(capacity)).post(f"{page}sign/{capacity}").status_code == 302
    order = Order.every.get()
    assert (order.state, order.total_cents, str(order.ends_on)) == (
        "servicing_approved",
        6_337_50,
        "2026-10-01",
    )
    seen = manager.get(page).text
    for shown in (
        "028-2026/2026-8704-000",
        "012-X-4609-000",
        "$6,337.50",
        "Sue Funding",
        "Servicing approved",
    ):
        assert shown in seen


def test_a_second_signature_of_one_person_is_a_page_that_says_so(cast: Cast) -> None:
    both = setting.person(
        "Bo Both", ("customer-program-official", BUYER), ("customer-funding-official", BUYER)
    )
    terms = setting.terms_in_approval(cast)
    client = browser(both)
    client.post(f"/agreements/{terms.pk}/sign/requesting_program")
    before = TrailEntry.objects.count()
    assert "Sign as" not in client.get(f"/agreements/{terms.pk}/").text
    refused = client.post(f"/agreements/{terms.pk}/sign/requesting_funding")
    assert refused.status_code == 403
    assert "Bo Both already signed" in refused.text
    assert TrailEntry.objects.count() == before


def test_strangers_and_the_public_see_nothing_anywhere(cast: Cast) -> None:
    terms = setting.approved_terms(cast)
    order = setting.accepted_order(cast, terms)
    addresses = [
        f"/agreements/{terms.pk}/", f"/agreements/orders/{order.pk}/", f"/record/agreements.order/{order.pk}/",
        f"/api/v1/agreements/orders/{order.pk}", f"/api/v1/agreements/general-terms/{terms.pk}/signatures",
    ]  # fmt: skip
    for client in (browser(), browser(cast.stranger)):
        assert [client.get(address).status_code for address in addresses] == [404] * 5
        for listing in (
            "/agreements/",
            "/agreements/orders/",
            "/agreements/?number=GTC",
            "/agreements/orders/?format=csv",
        ):
            answer = client.get(listing)
            content = b"".join(answer) if answer.streaming else answer.content
            assert (answer.status_code, terms.number.encode() in content) == (200, False)
        assert client.get("/api/v1/agreements/orders").json()["items"] == []
        assert client.post(f"/agreements/{terms.pk}/close").status_code in (403, 404)


def test_a_button_without_its_token_does_nothing(cast: Cast) -> None:
    terms = setting.draft_terms(cast)
    client = Client(enforce_csrf_checks=True)
    client.force_login(
        Person.objects.get(pk=cast.manager.person), "allauth.account.auth_backends.AuthenticationBackend"
    )
    assert client.post(f"/agreements/{terms.pk}/share").status_code == 403
    assert GeneralTerms.every.get().state == "draft"


def test_the_trail_page_shows_who_did_what_and_that_the_chain_holds(cast: Cast) -> None:
    terms = setting.approved_terms(cast)
    client = browser(cast.manager)
    page = client.get(f"/record/agreements.generalterms/{terms.pk}/")
    assert page.status_code == 200
    for shown in ("Paul Program", "sign requesting program", "These links hold"):
        assert shown.lower() in page.text.lower()
    assert "The whole chain holds" in client.get(f"/record/agreements.generalterms/{terms.pk}/?whole=1").text
    csv = b"".join(client.get(f"/record/agreements.generalterms/{terms.pk}/?format=csv"))
    assert csv.count(b"\r\n") == 9
    assert client.get(f"/record/no.such/{terms.pk}/").status_code == 404
    assert client.get(f"/record/record.trailhead/{BUYER}/").status_code == 404


def test_the_api_signs_and_refuses_like_the_pages(cast: Cast) -> None:
    terms = setting.terms_in_approval(cast)
    client = browser(cast.program)
    path = f"/api/v1/agreements/general-terms/{terms.pk}"
    signed = client.post(f"{path}/sign/requesting_program", content_type="application/json")
    assert (signed.status_code, signed.json()["state"]) == (200, "in_approval")
    again = client.post(f"{path}/sign/requesting_program", content_type="application/json")
    assert (again.status_code, again.json()["type"]) == (403, "urn:qsmo:problem:same-person")
    bad = client.post(f"{path}/sign/nobody", content_type="application/json")
    assert bad.status_code == 422
    wrong = client.post(f"{path}/reject", json.dumps({"why": ""}), content_type="application/json")
    assert (wrong.status_code, wrong.json()["type"]) == (422, "urn:qsmo:problem:reason-missing")


def test_an_order_page_asks_few_questions(cast: Cast, django_assert_max_num_queries) -> None:
    order = setting.accepted_order(cast)
    client = browser(cast.manager)
    for address in (
        f"/agreements/orders/{order.pk}/",
        f"/agreements/{order.general_terms_id}/",
        "/agreements/orders/",
    ):
        client.get(address)
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200


def test_rejecting_by_button_needs_a_reason(cast: Cast) -> None:
    order = setting.shared_order(cast, setting.approved_terms(cast))
    client = browser(cast.seller_program)
    assert client.post(f"/agreements/orders/{order.pk}/reject", {"why": ""}).status_code == 422
    assert client.post(f"/agreements/orders/{order.pk}/reject", {"why": "Too late"}).status_code == 302
    assert Order.every.get().state == "rejected"
    actions.redraft_order(cast.manager, order.id)
