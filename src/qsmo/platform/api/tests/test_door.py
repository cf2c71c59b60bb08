"""The door of the API: who calls, pages of rows, and every refusal as a problem document (RFC 9457)."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import Http404, HttpRequest
from django.test import Client
from django.urls import path
from ninja import NinjaAPI, Router, Schema

from qsmo.kernel.finding import Finding, Refusal
from qsmo.platform.access.models import Grant
from qsmo.platform.api import door
from qsmo.platform.api.door import PROBLEMS, Key, PageNumber, PageSize, paged, viewer_of
from qsmo.platform.api.tests.setting import MIA, client, person, secret_of, with_key

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

router = Router(tags=["tried"])


class Who(Schema):
    """Who is calling."""

    name: str
    via: str


@router.get("/who", response={200: Who, **PROBLEMS})
def who(request: HttpRequest) -> dict[str, str]:
    return {"name": viewer_of(request).name, "via": viewer_of(request).via}


@router.post("/who", response={200: Who, **PROBLEMS})
def change(request: HttpRequest) -> dict[str, str]:
    return who(request)


@router.get("/grants", response={200: dict[str, Any], **PROBLEMS})
def grants(request: HttpRequest, page: PageNumber = 1, size: PageSize = 2) -> dict[str, Any]:
    return paged(Grant.every.order_by("role"), page, size, lambda grant: grant.role)


@router.get("/fails/{key}", response={200: Who, **PROBLEMS})
def fails(request: HttpRequest, key: Key) -> None:
    if key == "refusal":
        finding = Finding("date", "no such day", line=7, field="starts_on", expected="2026-01-11")
        raise Refusal("bad-day", "The day is not right", status=422, findings=(finding,))
    if key == "missing":
        raise Http404
    raise ZeroDivisionError


made: NinjaAPI = door._make()
made.urls_namespace = "api-tried"
made.add_router("/tried", router)
urlpatterns = [path("api/v1/", made.urls)]
PLACE = "/api/v1/tried"


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem document of an answer."""
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert document["type"] == f"urn:qsmo:problem:{code}"
    assert document["status"] == status
    assert set(document) == {"type", "title", "status", "detail", "findings"}
    return document


def test_without_a_key_the_caller_is_the_public() -> None:
    assert client().get(f"{PLACE}/who").json() == {"name": "Public", "via": "anonymous"}


def test_with_a_key_the_caller_is_its_person() -> None:
    answer = client().get(f"{PLACE}/who", **with_key(secret_of(person())))
    assert answer.json() == {"name": "mia", "via": "key"}


@pytest.mark.parametrize(
    "header", ["Bearer qsmo_wrong", "Bearer", "Bearer ", "Basic bWlhOnB3", "qsmo_wrong", ""]
)
def test_a_wrong_key_is_refused_and_not_taken_for_the_public(header: str) -> None:
    answer = client().get(f"{PLACE}/who", headers={"Authorization": header})
    problem(answer, 401, "key-unknown")


def test_a_session_calls_too_and_changes_only_with_its_mark(settings: Any) -> None:
    settings.CSRF_FAILURE_VIEW = (
        "django.views.csrf.csrf_failure"  # the site's own stands on the site's addresses
    )
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person())
    assert browser.get(f"{PLACE}/who").json() == {"name": "mia", "via": "session"}
    problem(browser.post(f"{PLACE}/who"), 403, "refused")
    browser.cookies["csrftoken"] = "a" * 32
    marked = browser.post(f"{PLACE}/who", headers={"X-CSRFToken": "a" * 32})
    assert marked.json() == {"name": "mia", "via": "session"}


def test_a_key_needs_no_mark_even_beside_a_session() -> None:
    browser, mia = Client(enforce_csrf_checks=True), person()
    browser.force_login(mia)
    assert browser.post(f"{PLACE}/who", **with_key(secret_of(mia))).json()["via"] == "key"


def test_a_refusal_is_a_problem_with_its_findings() -> None:
    document = problem(client().get(f"{PLACE}/fails/refusal"), 422, "bad-day")
    assert (document["title"], document["detail"]) == ("bad day", "The day is not right")
    assert document["findings"] == [
        {"code": "date", "words": "no such day", "severity": "error", "file": "", "line": 7,
         "field": "starts_on", "expected": "2026-01-11", "who": ""}
    ]  # fmt: skip


def test_what_is_not_there_is_a_problem() -> None:
    problem(client().get(f"{PLACE}/fails/missing"), 404, "not-found")


def test_a_fault_is_loud() -> None:
    with pytest.raises(ZeroDivisionError):
        Client().get(f"{PLACE}/fails/fault")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page=0", "page"),
        ("page=10001", "page"),
        ("page=99999999999999999999", "page"),
        ("page=x", "page"),
        ("size=0", "size"),
        ("size=201", "size"),
        ("size=1.5", "size"),
    ],
)
def test_parameters_out_of_bounds_are_a_problem(query: str, field: str) -> None:
    document = problem(client().get(f"{PLACE}/grants?{query}"), 422, "malformed")
    assert [finding["field"] for finding in document["findings"]] == [field]


def test_pages_of_rows() -> None:
    someone = person(role="auditor")
    for role in ("board-member", "coordinator", "employee", "hr-specialist"):
        Grant.every.create(person=someone, organisation_id="028", role=role)
    key = with_key(secret_of(someone))
    pages = [client().get(f"{PLACE}/grants?page={number}", **key).json() for number in (1, 2, 3, 4)]
    assert pages == [
        {"items": ["auditor", "board-member"], "page": 1, "more": True},
        {"items": ["coordinator", "employee"], "page": 2, "more": True},
        {"items": ["hr-specialist"], "page": 3, "more": False},
        {"items": [], "page": 4, "more": False},
    ]


@pytest.mark.postgres
def test_a_careless_call_shows_to_a_key_what_its_person_may_see() -> None:
    """`grants` asks for all of them. The second lock answers, for whom the key stands and not for who signed in."""
    mia, eve, auditor = person(), person("eve", "provider-admin", "047"), person("ann", "auditor", "005")
    browser = client()
    browser.force_login(auditor)
    keys = [{}, with_key(secret_of(mia)), with_key(secret_of(eve)), with_key(secret_of(auditor)), {}]
    everybody = ["auditor", "customer-program-manager", "provider-admin"]
    shown = [browser.get(f"{PLACE}/grants?size=9", **key).json()["items"] for key in keys]
    assert shown == [everybody, everybody[1:2], everybody[2:], everybody, everybody]
    assert client().get(f"{PLACE}/grants").json()["items"] == []
    problem(
        client().get(f"{PLACE}/grants", headers={"Authorization": "Bearer qsmo_wrong"}), 401, "key-unknown"
    )
    assert Grant.every.count() == 3


def test_somebody_inactive_is_the_public_in_a_session_and_unknown_by_key() -> None:
    mia = person(MIA)
    secret, browser = secret_of(mia), client()
    browser.force_login(mia)
    mia.is_active = False
    mia.save()
    assert browser.get(f"{PLACE}/who").json()["name"] == "Public"
    problem(client().get(f"{PLACE}/who", **with_key(secret)), 401, "key-unknown")


@pytest.mark.parametrize(
    ("address", "field", "expected"),
    [
        ("/grants?pagee=2", "pagee", "one of page, size"),
        ("/grants?size=2&colour=red", "colour", "one of page, size"),
        ("/who?page=1", "page", "none: this call takes no query parameters"),
    ],
)
def test_a_query_parameter_that_the_call_does_not_name_is_refused_with_those_that_it_does(
    address: str, field: str, expected: str
) -> None:
    answer = client().get(f"{PLACE}{address}")
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    told = answer.json()
    assert told["type"] == "urn:qsmo:problem:parameter-unknown"
    assert told["detail"] == f"The call has no parameter “{field}”; it takes {expected}"
    assert [(each["field"], each["expected"]) for each in told["findings"]] == [(field, expected)]


def test_an_unknown_parameter_is_refused_before_anything_is_done() -> None:
    before = Grant.every.count()
    assert client().post(f"{PLACE}/who?dry_run=1").status_code == 422
    assert client().get(f"{PLACE}/grants?page=1&size=2").status_code == 200
    assert Grant.every.count() == before
