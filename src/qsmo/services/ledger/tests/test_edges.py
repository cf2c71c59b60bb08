"""The books over HTTP and on the command line: what each says, and what each refuses to whom."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from typer.testing import CliRunner

from qsmo.platform.access.models import Person
from qsmo.platform.api.tests.setting import person, secret_of, with_key
from qsmo.services.ledger.cli import app
from qsmo.services.ledger.models import Accounting
from qsmo.services.ledger.tests.setting import CUSTOMER, PROVIDER, TAS, Stage

API = "/api/v1/ledger"
EVENT = {
    "rule": "OBLIGATE",
    "tas": TAS,
    "on": "2026-01-20",
    "source": "feed",
    "key": "order-1",
    "amounts": {"amount": 40_000},
}


def somebody(role: str, organisation: str) -> Person:
    """A person with one role."""
    return person(f"{role}@test.example", role, organisation)


class Caller:
    """A program with the key of a person."""

    def __init__(self, someone: Person) -> None:
        self.client = Client(**with_key(secret_of(someone)))

    def get(self, path: str) -> tuple[int, Any]:
        answer = self.client.get(f"{API}{path}")
        return answer.status_code, json.loads(answer.content)

    def post(self, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        answer = self.client.post(f"{API}{path}", json.dumps(body), content_type="application/json")
        return answer.status_code, json.loads(answer.content)


@pytest.fixture
def accountant(stage: Stage) -> Caller:
    return Caller(somebody("ledger-accountant", PROVIDER))


def test_an_event_is_posted_once_and_read_back(stage: Stage, accountant: Caller) -> None:
    stage.funded("1,000.00")
    status, posted = accountant.post(f"/books/{stage.book.pk}/events", EVENT)
    assert (status, posted["is_new"], posted["warnings"]) == (200, True, [])
    status, again = accountant.post(f"/books/{stage.book.pk}/events", EVENT)
    assert (again["entry"], again["is_new"]) == (posted["entry"], False)
    _, entry = accountant.get(f"/entries/{posted['entry']}")
    assert [(line["account"], line["cents"]) for line in entry["lines"]] == [
        ("461000", 40_000),
        ("480100", -40_000),
    ]
    assert (entry["rule"], entry["posted_by"]) == ("OBLIGATE", "ledger-accountant")
    _, trial = accountant.get(f"/books/{stage.book.pk}/trial-balance?year=2026&period=4")
    ending = {row["account"]: row["ending_cents"] for row in trial["rows"]}
    assert ending == {
        "101000": 100_000,
        "310100": -100_000,
        "411900": 100_000,
        "461000": -60_000,
        "480100": -40_000,
    }
    assert trial["findings"] == []
    _, (report,) = accountant.get(f"/books/{stage.book.pk}/sf133?year=2026&period=4")
    lines = {line["line"]: line["amount_cents"] for line in report["lines"]}
    assert (lines["1910"], lines["2190"], lines["2500"]) == (100_000, 40_000, 100_000)
    assert all(tie["holds"] for tie in report["ties"])


def test_too_much_is_a_problem_document_and_a_kept_document(stage: Stage, accountant: Caller) -> None:
    stage.funded("1.00")
    before = stage.counts()
    status, problem = accountant.post(f"/books/{stage.book.pk}/events", EVENT)
    assert (status, problem["type"]) == (409, "urn:qsmo:problem:funds")
    assert (
        problem["findings"][0]["words"]
        == f"Allotment of {TAS}: 1.00 is left and this takes 400.00, 399.00 too much"
    )
    assert stage.counts() == before
    _, documents = accountant.get(f"/books/{stage.book.pk}/documents")
    (document,) = documents["items"]
    assert (document["key"], document["state"]) == ("order-1", "refused")
    status, dismissed = accountant.post(f"/documents/{document['id']}/dismissal", {"why": "ordered twice"})
    assert (status, dismissed["state"]) == (200, "dismissed")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"amounts": {"amount": 0}}, 422),
        ({"amounts": {"amount": 1.5}}, 422),
        ({"amounts": {"other": 5}}, 422),
        ({"attributes": {"colour": "x"}}, 422),
        ({"rule": "NONE"}, 422),
        ({"tas": "x"}, 422),
    ],
)
def test_a_malformed_event_is_refused(
    stage: Stage, accountant: Caller, change: dict[str, Any], status: int
) -> None:
    stage.funded("1,000.00")
    before = stage.counts()
    assert accountant.post(f"/books/{stage.book.pk}/events", {**EVENT, **change})[0] == status
    assert stage.counts() == before


def test_a_stranger_sees_nothing_and_an_officer_posts_no_order(stage: Stage) -> None:
    stage.funded("1,000.00").post("OBLIGATE", "1.00")
    stranger, officer = (
        Caller(somebody("payroll-operator", PROVIDER)),
        Caller(somebody("budget-officer", CUSTOMER)),
    )
    before = stage.counts()
    assert stranger.get("/books")[1]["items"] == []
    assert stranger.get(f"/books/{stage.book.pk}/trial-balance")[0] == 404
    assert officer.get(f"/books/{stage.book.pk}/trial-balance?year=2026")[0] == 200
    assert officer.post(f"/books/{stage.book.pk}/events", EVENT)[0] == 403
    period = Accounting.every.get(book=stage.book, year=2026, number=1)
    assert officer.post(f"/periods/{period.pk}/close", {})[0] == 403
    assert stage.counts() == before


def test_commands_post_and_report(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.funded("1,000.00")
    monkeypatch.setenv("QSMO_AS", somebody("ledger-accountant", PROVIDER).email)
    call = [
        "post",
        stage.book.pk,
        "OBLIGATE",
        "400.00",
        "--key",
        "o-1",
        "--tas",
        TAS,
        "--on",
        "2026-01-20",
        "--json",
    ]
    done = CliRunner().invoke(app, call)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["new"] is True
    trial = CliRunner().invoke(app, ["trial-balance", stage.book.pk, "--year", "2026", "--json"])
    assert trial.exit_code == 0
    rows = {row["account"]: row["ending"] for row in json.loads(trial.stdout)}
    assert rows["480100"] in (-40_000, "-400.00")
