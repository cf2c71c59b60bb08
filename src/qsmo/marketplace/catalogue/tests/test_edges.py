"""Pages, API and commands: they open, say what they should, and show nobody what is not theirs."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from typer.testing import CliRunner

from qsmo.marketplace.catalogue.cli import app
from qsmo.marketplace.catalogue.models import Offering
from qsmo.marketplace.catalogue.tests.many import many_offerings
from qsmo.marketplace.catalogue.tests.setting import drafted, someone
from qsmo.platform.access.models import Person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded")]

PAGES = [
    "/catalogue/",
    "/catalogue/?q=payroll&area=HCM&label=pre_designated&sort=provider",
    "/catalogue/?q=nothing-fits-this",
    "/catalogue/ibc-payroll/",
    "/catalogue/cyb-pdns/?as_of=2020-04-27",
    "/catalogue/grm-sf/",
    "/catalogue/compare/",
    "/catalogue/compare/?offering=ibc-payroll&offering=nfc-payroll&offering=grm-era",
    "/catalogue/estimate/ibc-payroll-full/",
    "/catalogue/estimate/ibc-payroll-full/?volume=2,000&year=2026",
    "/catalogue/price/ibc-payroll-full-2026-03-01/",
    "/catalogue/providers/",
]
WRONG = [
    ("/catalogue/?page=x", 422),
    ("/catalogue/?page=99", 404),
    ("/catalogue/?size=1000", 422),
    ("/catalogue/?sort=price", 422),
    ("/catalogue/?as_of=tomorrow", 422),
    ("/catalogue/?format=xml", 422),
    ("/catalogue/?capability=none", 422),
    (f"/catalogue/?q={'a' * 201}", 422),
    ("/catalogue/nothing/", 404),
    ("/catalogue/compare/?offering=ibc-payroll&offering=nothing", 404),
    ("/catalogue/estimate/nothing/", 404),
    ("/catalogue/estimate/ibc-payroll-full/?volume=-1", 422),
    ("/catalogue/estimate/ibc-payroll-full/?volume=1&year=1066", 422),
    ("/catalogue/price/nothing/", 404),
    ("/api/v1/catalogue/offerings?size=101", 422),
    ("/api/v1/catalogue/offerings?page=0", 422),
    ("/api/v1/catalogue/offerings/nothing", 404),
    ("/api/v1/catalogue/comparison?offering=ibc-payroll", 422),
    ("/api/v1/catalogue/plans/ibc-payroll-full/estimate?volume=-1&year=2026", 422),
]


def signed_in(name: str, role: str) -> Client:
    viewer = someone(name, role)
    client = Client()
    client.force_login(Person.objects.get(pk=viewer.person))
    return client


@pytest.mark.parametrize("address", PAGES)
def test_every_page_opens_for_everybody_in_few_queries(address):
    with CaptureQueriesContext(connection) as taken:
        answer = Client().get(address)
    assert answer.status_code == 200
    assert "<h1>" in answer.content.decode()
    assert len(taken) <= 12


@pytest.mark.parametrize(("address", "status"), WRONG)
def test_a_wrong_question_is_refused_with_words(address, status):
    answer = Client().get(address)
    assert answer.status_code == status


def test_an_area_that_does_not_exist_is_refused_by_page_and_api_with_those_that_do():
    page = Client().get("/catalogue/?area=zzz")
    assert page.status_code == 422
    assert "There is no area “zzz”" in page.content.decode()
    assert "FFM, " in page.content.decode()
    told = Client().get("/api/v1/catalogue/offerings?area=zzz&area=HCM")
    assert (told.status_code, told.json()["detail"]) == (
        422,
        "The catalog cannot be narrowed so: There is no area “zzz”",
    )
    assert "HCM" in told.json()["findings"][0]["expected"]


def test_every_invented_price_and_offering_says_so():
    page = Client().get("/catalogue/?q=payroll+open+rules").content.decode()
    assert "(invented price)" in page
    assert "Invented for demonstration" in page
    detail = Client().get("/catalogue/hr-ibc/").content.decode()
    assert "Invented: no price of this offering is public." in detail
    assert "need a joint business case" in detail


def test_the_download_holds_every_offering_that_fits():
    answer = Client().get("/catalogue/?area=HCM&format=csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert len(rows) == 8
    ours = next(row for row in rows if row["Identifier"] == "ibc-payroll")
    assert ours["Prices"] == "$6.3375 per employee paid per pay period from 2026-03-01"
    assert ours["Designation"] == "Pre-designated"
    assert all(row["Invented"] for row in rows)


def test_an_estimate_downloads_line_by_line():
    answer = Client().get("/catalogue/estimate/ibc-payroll-full/?volume=2000&year=2026&lines-format=csv")
    text = answer.getvalue().decode()
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 1 + 28
    assert rows[6][:3] == ["2026-02-22", "2026-02-28", "1000"]


def test_a_draft_shows_on_no_page_api_or_download_but_to_its_own_side():
    drafted(someone("admin", "provider-admin@usda-nfc"))
    places = [
        ("/catalogue/?q=zebra", 200),
        ("/catalogue/?format=csv", 200),
        ("/catalogue/leave-audit/", 404),
        ("/catalogue/estimate/leave-audit-standard/?volume=1", 404),
        ("/catalogue/compare/?offering=leave-audit&offering=hr-nfc", 404),
        ("/api/v1/catalogue/offerings?q=zebra", 200),
        ("/api/v1/catalogue/offerings/leave-audit", 404),
        ("/api/v1/catalogue/plans/leave-audit-standard/prices", 404),
    ]
    for client in (
        Client(),
        signed_in("rival", "provider-admin@ibc"),
        signed_in("fm", "office-director@qsmo-fm"),
    ):
        for address, status in places:
            answer = client.get(address)
            assert answer.status_code == status, address
            assert "Leave audit" not in answer.content.decode(), address
    own = signed_in("own", "provider-admin@usda-nfc")
    assert "Leave audit" in own.get("/catalogue/?q=zebra").content.decode()
    assert own.get("/catalogue/leave-audit/").status_code == 200
    assert Offering.every.get(pk="leave-audit").version == 1


def test_the_api_answers_with_exact_figures():
    found = Client().get("/api/v1/catalogue/offerings?q=payroll&kind=contract").json()
    assert found["total"] == 2
    assert {each["id"] for each in found["items"]} == {"hr-newpay-a", "hr-newpay-b"}
    made = Client().get("/api/v1/catalogue/plans/ibc-payroll-full/estimate?volume=2000&year=2026").json()
    assert (made["total_cents"], made["occasions"], len(made["lines"])) == (34_016_250, 27, 28)
    detail = Client().get("/api/v1/catalogue/offerings/ibc-payroll?as_of=2020-06-29").json()
    assert (detail["designation"], detail["capabilities"], len(detail["activities"])) == (
        "designated",
        185,
        14,
    )
    assert [each["capability"] for each in detail["capabilities_claimed"]] == [
        "HCM.A5-1.050.140",
        "HCM.A5-1.050.170",
    ]
    assert [price["unit_price"] for price in detail["plans"][0]["prices"]] == ["6.15", "6.3375"]
    rows = (
        Client().get("/api/v1/catalogue/comparison?offering=ibc-payroll&offering=nfc-payroll").json()["rows"]
    )
    assert {row["label"]: row["values"] for row in rows}["Activities covered"] == ["14", "8"]


def command(*words: str) -> Any:
    answer = CliRunner().invoke(app, [*words, "--json"])
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


def test_the_commands_print_json():
    rows = command("search", "payroll", "--kind", "contract")
    assert {row["id"] for row in rows} == {"hr-newpay-a", "hr-newpay-b"}
    assert command("show", "ibc-payroll")["plans"] == ["ibc-payroll-full"]
    assert command("compare", "ibc-payroll", "nfc-payroll", "--as-of", "2026-02-22")[7]["ibc-payroll"] == "14"
    shares = command("estimate", "ibc-payroll-full", "--volume", "2000", "--year", "2026")
    assert [row["amount"] for row in shares] == [67_650_00, 272_512_50, 340_162_50]
    counts = command("search", "--facets")
    assert {"filter": "area", "value": "HCM", "name": "Human Capital Management", "count": 8} in counts


def test_the_search_page_of_two_thousand_offerings_takes_at_most_twelve_queries():
    many_offerings()
    for client in (Client(), signed_in("director", "office-director@qsmo-hr")):
        with CaptureQueriesContext(connection) as taken:
            answer = client.get("/catalogue/?q=ledger&area=FFM&label=designated")
        assert answer.status_code == 200
        assert len(taken) <= 12
