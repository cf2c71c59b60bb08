"""The pages, the API and the commands of billing: what they show to whom, and that a refusal changes nothing."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.test import Client
from typer.testing import CliRunner

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.marketplace.billing import actions, queries
from qsmo.marketplace.billing.cli import app
from qsmo.marketplace.billing.tests.setting import BILLING, calculated, counts, issued, settled, two_prices
from qsmo.marketplace.metering.tests.setting import ASKED_ON, PERIOD, install, people, subscribed
from qsmo.platform.access.models import Grant, Person
from qsmo.platform.access.viewer import Viewer

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


@pytest.fixture(autouse=True)
def _day():
    with clock.at(ASKED_ON):
        yield


@pytest.fixture
def both(monkeypatch):
    install(monkeypatch)
    return people()


@pytest.fixture
def instance(both):
    two_prices(both.plan)
    return subscribed(both)


def signed_in(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(
        Person.objects.get(pk=viewer.person), "allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


def text_of(answer) -> str:
    assert answer.status_code == 200, answer.content
    return str(answer.content.decode())


def test_the_bill_page_shows_figures_lines_and_reasons_in_few_queries(
    both, instance, django_assert_max_num_queries
):
    bill = settled(both, calculated(instance)).bill
    client = signed_in(both.funding)
    for path in ("/billing/", f"/billing/{bill.pk}/"):
        with django_assert_max_num_queries(MOST_QUERIES):
            assert "8,573.25" in text_of(client.get(path))
    page = text_of(client.get(f"/billing/{bill.pk}/"))
    for words in (
        "1,988 × 7/14 × $4.1250 = $4,100.25",
        "March 15, 2026 to March 21, 2026 at $4.50",
        "028-2026/2026-8704-000",
        "IPAC-77",
        "Services received and accepted on an order",
    ):
        assert words in page
    assert "Issue to the customer" not in page


def test_a_line_page_shows_the_evidence_and_the_tie_page_every_comparison(both, instance):
    bill = settled(both, calculated(instance)).bill
    client = signed_in(both.seller_funding)
    line = queries.lines(BILLING, bill)[0]
    page = text_of(client.get(f"/billing/lines/{line.pk}/"))
    assert "Invented price" in page
    assert "Pay run" in page
    tied = text_of(client.get(f"/billing/{bill.pk}/tie/"))
    assert "Everything agrees to the cent" in tied
    assert tied.count("8,573.25") >= 18


def test_the_lines_are_had_as_csv(both, instance):
    bill = calculated(instance)
    answer = signed_in(both.funding).get(f"/billing/{bill.pk}/", {"lines-format": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    assert [row["Amount"] for row in rows] == ["4100.25", "4473.00"]
    assert rows[0]["Worked out"] == "1,988 × 7/14 × $4.1250 = $4,100.25"


def test_the_moves_of_a_bill_are_made_from_its_page_by_those_who_may(both, instance):
    bill = calculated(instance)
    reviewer, issuer = signed_in(both.seller_program), signed_in(both.seller_funding)
    assert "Put under review" in text_of(reviewer.get(f"/billing/{bill.pk}/"))
    assert reviewer.post(f"/billing/{bill.pk}/do/review/").status_code == 302
    before = counts()
    assert reviewer.post(f"/billing/{bill.pk}/do/issue/").status_code == 403
    assert issuer.get(f"/billing/{bill.pk}/do/issue/").status_code == 405
    assert issuer.post(f"/billing/{bill.pk}/do/burn/").status_code == 404
    assert counts() == before
    assert issuer.post(f"/billing/{bill.pk}/do/issue/").status_code == 302
    assert signed_in(both.funding).post(f"/billing/{bill.pk}/do/accept/").status_code == 302
    assert issuer.post(f"/billing/{bill.pk}/do/schedule/").status_code == 302
    settlement = queries.settlement_of(BILLING, bill)
    assert settlement is not None
    assert issuer.post(f"/billing/settlements/{settlement.pk}/send/").status_code == 302
    path = f"/billing/settlements/{settlement.pk}/confirm/"
    assert issuer.post(path, {"reference": ""}).status_code == 422
    assert issuer.post(path, {"reference": "IPAC-5"}).status_code == 302
    assert queries.bill(BILLING, bill.pk).state == "settled"


def test_who_reviewed_a_bill_is_not_offered_to_issue_it_but_told_that_another_must(both, instance):
    bill = calculated(instance)
    actions.review(both.seller_program, bill.pk)
    reviewer = Person.objects.get(pk=both.seller_program.person)
    Grant.every.create(person=reviewer, organisation_id=bill.provider_id, role="provider-funding-official")
    page = text_of(signed_in(both.seller_program).get(f"/billing/{bill.pk}/"))
    assert f'action="/billing/{bill.pk}/do/issue/"' not in page
    assert "“Issue to the customer” is for another person with that role." in page
    assert f'action="/billing/{bill.pk}/do/reopen/"' in page
    page = text_of(signed_in(both.seller_funding).get(f"/billing/{bill.pk}/"))
    assert f'action="/billing/{bill.pk}/do/issue/"' in page
    assert "for another person with that role" not in page


def test_a_stranger_and_the_public_find_no_bill_by_any_way(both, instance):
    bill = issued(both, calculated(instance))
    line = queries.lines(BILLING, bill)[0]
    before = counts()
    for client in (signed_in(both.stranger), Client()):
        assert "8,573.25" not in text_of(client.get("/billing/"))
        assert "028" not in client.get("/billing/?bills-format=csv").getvalue().decode()
        for path in (
            f"/billing/{bill.pk}/",
            f"/billing/{bill.pk}/tie/",
            f"/billing/lines/{line.pk}/",
            f"/api/v1/billing/bills/{bill.pk}",
            f"/api/v1/billing/bills/{bill.pk}/lines",
            f"/api/v1/billing/bills/{bill.pk}/tie",
            f"/api/v1/billing/lines/{line.pk}",
        ):
            assert client.get(path).status_code == 404, path
        assert client.post(f"/billing/{bill.pk}/do/accept/").status_code in (403, 404)
        assert json.loads(text_of(client.get("/api/v1/billing/bills")))["items"] == []
    assert counts() == before


def test_the_page_that_starts_a_bill_refuses_in_words_and_then_opens_it(both, instance):
    client = signed_in(both.seller_program)
    days = {"instance": instance.id, "starts_on": "2026-03-08", "ends_on": "2026-03-22"}
    refused = client.post("/billing/new/", days)
    assert refused.status_code == 422
    assert "No usage is sealed for 2026-03-08/2026-03-22" in refused.content.decode()
    bill = calculated(instance)
    assert client.post("/billing/new/", days)["Location"] == f"/billing/{bill.pk}/"


def test_the_api_tells_what_the_page_tells(both, instance):
    bill = issued(both, calculated(instance))
    client = signed_in(both.funding)
    told = json.loads(text_of(client.get(f"/api/v1/billing/bills/{bill.pk}")))
    assert (told["total_cents"], told["state"], told["digest"]) == (857_325, "issued", bill.digest)
    lines = json.loads(text_of(client.get(f"/api/v1/billing/bills/{bill.pk}/lines", {"size": 1})))
    assert (len(lines["items"]), lines["more"]) == (1, True)
    assert lines["items"][0]["unit_cents"] == "825/2"
    opened = json.loads(text_of(client.get(f"/api/v1/billing/lines/{lines['items'][0]['id']}")))
    assert opened["amount"] == "$4,100.25"
    assert json.loads(text_of(client.get(f"/api/v1/billing/bills/{bill.pk}/tie")))["holds"] is True


def test_the_commands_compute_show_explain_settle_and_tie(both, instance):
    runner = CliRunner()

    def run(*words: str):
        done = runner.invoke(app, [*words, "--json"])
        assert done.exit_code == 0, (done.output, done.exception)
        return json.loads(done.stdout)

    bill = calculated(instance)
    made = run("bill", instance.id, str(PERIOD))
    assert (made["id"], made["total"], made["digest"]) == (bill.pk, 857_325, bill.digest)
    assert [each["id"] for each in run("list")] == [bill.pk]
    lines = run("show", bill.pk)
    assert [each["amount"] for each in lines] == [410_025, 447_300]
    assert run("explain", lines[0]["id"])["amount"] == "$4,100.25"
    issued(both, bill)
    actions.accept(both.funding, bill.pk)
    assert run("settle", bill.pk)["state"] == "sent"
    assert run("settle", bill.pk, "--reference", "IPAC-9")["state"] == "confirmed"
    assert all(check["holds"] for check in run("tie", bill.pk))
    refused = runner.invoke(app, ["do", "issue", bill.pk])
    assert isinstance(refused.exception, Refusal)
