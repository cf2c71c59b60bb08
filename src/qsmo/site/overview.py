"""What the site's own pages show, gathered from the slices: offices of a day, one's organisation, the API in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.urls import NoReverseMatch, reverse

from qsmo.kernel import clock
from qsmo.kernel.finding import Finding, Refusal
from qsmo.marketplace.designation.queries import OfficeRow, offices_as_of
from qsmo.platform.access.models import Grant, Organisation
from qsmo.platform.access.policy import policy
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.api.door import api
from qsmo.platform.plugs import services
from qsmo.services.payroll.queries import own_statements, runs

FEW = 5


def as_of(query: QueryDict) -> tuple[date, date | None]:
    """The two days of the as-of control: what was true on, as known by. Anything but a day is refused (422)."""
    true_on = _day(query, "as_of") or clock.today()
    return true_on, _day(query, "known")


def offices(viewer: Viewer, true_on: date, known_by: date | None) -> list[dict[str, Any]]:
    """The offices with a lead on a day, each with its scopes."""
    found: dict[str, list[OfficeRow]] = {}
    for row in offices_as_of(viewer, true_on, known_by):
        if row.lead:
            found.setdefault(row.office, []).append(row)
    return [{"office": rows[0].office, "name": rows[0].office_name, "lead": rows[0].lead_name, "rows": rows}
            for rows in found.values()]  # fmt: skip


def services_in_words() -> list[dict[str, Any]]:
    """The services that this installation delivers itself."""
    return [
        {"name": each.manifest.name, "words": each.manifest.words, "formats": each.manifest.formats,
         "meters": [meter.unit for meter in each.manifest.meters]}
        for each in services().values()
    ]  # fmt: skip


def mine(viewer: Viewer) -> dict[str, Any]:
    """Everything of the viewer's organisations at a glance; each list is short and leads to the whole."""
    from qsmo.marketplace.agreements.queries import orders
    from qsmo.marketplace.billing.queries import bills
    from qsmo.marketplace.orders.queries import instances

    ids = sorted({held.organisation for held in viewer.held})
    roles = [
        {
            "role": policy().roles[held.role].title,
            "words": policy().roles[held.role].words,
            "organisation": held.organisation,
        }
        for held in viewer.held
    ]
    people = Grant.seen_by(viewer).filter(organisation_id__in=ids).select_related("person", "organisation")
    return {
        "organisations": list(Organisation.objects.filter(id__in=ids)),
        "roles": roles,
        "orders": list(orders(viewer)[:FEW]),
        "instances": list(instances(viewer)[:FEW]),
        "bills": list(bills(viewer)[:FEW]),
        "runs": list(runs(viewer)[:FEW]),
        "statements": own_statements(viewer)[: FEW * 2],
        "people": [
            {"name": grant.person.name, "email": grant.person.email, "role": policy().roles[grant.role].title,
             "organisation": grant.organisation.name}
            for grant in people.order_by("person__name", "role")
        ],
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the API, in words."""

    method: str
    path: str
    summary: str
    parameters: tuple[tuple[str, str, str], ...]
    takes: str
    answers: tuple[tuple[str, str], ...]


def api_calls() -> list[tuple[str, list[Call]]]:
    """Every call by group, read from the OpenAPI document."""
    groups: dict[str, list[Call]] = {}
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, call in methods.items():
            body = call.get("requestBody", {}).get("content", {})
            taken = ", ".join(_name(media["schema"]) for media in body.values())
            answers = tuple(
                (str(code), ", ".join(_name(media["schema"]) for media in each.get("content", {}).values()))
                for code, each in call["responses"].items()
            )
            parameters = tuple(
                (each["name"], each["in"], _bounds(each["schema"])) for each in call.get("parameters", ())
            )
            words = call.get("description") or call["summary"]
            found = Call(method.upper(), path, words, parameters, taken, answers)
            groups.setdefault(call.get("tags", ["other"])[0], []).append(found)
    return sorted(groups.items())


def seeded(request: HttpRequest) -> dict[str, Any]:
    """For the sign-in page of a demonstration: the seeded people."""
    try:
        wanted = settings.DEMO_SIGN_IN and request.path == reverse("account_login")
    except NoReverseMatch:
        wanted = False
    if not wanted:
        return {}
    from qsmo.site.seed import PASSWORD, PEOPLE

    people = [{**each, "roles": [role.replace("@", " at ") for role in each["roles"]]} for each in PEOPLE]
    return {"seeded_people": people, "seeded_password": PASSWORD}


def _name(schema: dict[str, Any]) -> str:
    reference: str = schema.get("$ref", "")
    return reference.rpartition("/")[2] or schema.get("title", "") or schema.get("type", "")


def _bounds(schema: dict[str, Any]) -> str:
    named = {
        "minimum": "from",
        "maximum": "to",
        "minLength": "at least",
        "maxLength": "at most",
        "format": "as",
    }
    said = [f"{words} {schema[key]}" for key, words in named.items() if key in schema]
    options = schema.get("anyOf", [])
    kind = schema.get("type", "") or " or ".join(each.get("type", "") for each in options)
    return ", ".join([kind, *said])


def _day(query: QueryDict, name: str) -> date | None:
    text = query.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        finding = Finding("date-form", f"“{text[:40]}” is not a day", field=name, expected="2020-06-29")
        raise Refusal(
            "date-form", "The day asked for is not a day", status=422, findings=(finding,)
        ) from None
