"""What the site's own pages show, gathered from the slices: offices of a day, one's organization, the API in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from qsmo.kernel import clock
from qsmo.kernel.finding import Finding, Refusal
from qsmo.marketplace.agreements.queries import orders
from qsmo.marketplace.billing.queries import bills
from qsmo.marketplace.catalogue.queries import offerings_here
from qsmo.marketplace.designation.queries import OfficeRow, offices_as_of
from qsmo.marketplace.orders.queries import instances
from qsmo.platform.access.models import Grant
from qsmo.platform.access.organisations import organisations
from qsmo.platform.access.policy import policy
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.access.waiting import MOST, oldest_first
from qsmo.platform.api.door import api
from qsmo.platform.plugs import parts, services
from qsmo.platform.web.formats import day, dollars
from qsmo.services.payroll.queries import own_statements, runs
from qsmo.site.seed import PASSWORD, PEOPLE

FEW = 5
TITLES = {"catalogue": "Catalog"}
"""Names of slices as they are written on pages, where that differs."""


def as_of(query: QueryDict) -> tuple[date, date | None]:
    """The two days of the as-of control: what was true on, as known by. Anything but a day is refused (422)."""
    true_on = _day(query, "as_of") or clock.today()
    return true_on, _day(query, "known")


def offices(viewer: Viewer, true_on: date, known_by: date | None) -> list[dict[str, Any]]:
    """The offices with a lead on a day: scopes by stage and day, designated first; and the page of that day."""
    found: dict[str, list[OfficeRow]] = {}
    for row in sorted(offices_as_of(viewer, true_on, known_by), key=lambda row: row.stage != "designated"):
        if row.lead:
            found.setdefault(row.office, []).append(row)
    asked = {"as_of": str(true_on), **({"known": str(known_by)} if known_by else {})}
    return [
        {"href": f"{reverse('designation:office', args=[rows[0].office])}?{urlencode(asked)}",
         "name": rows[0].office_name, "lead": rows[0].lead_name, "stages": _by_stage(rows)}
        for rows in sorted(found.values(), key=lambda rows: rows[0].office_name)
    ]  # fmt: skip


def _by_stage(rows: list[OfficeRow]) -> list[tuple[str, date, list[str]]]:
    grouped: dict[tuple[str, date], list[str]] = {}
    for row in rows:
        grouped.setdefault((row.stage, row.since), []).append(row.scope_name)
    return [(stage, since, names) for (stage, since), names in grouped.items()]


def services_in_words(viewer: Viewer) -> list[dict[str, Any]]:
    """The services that this installation delivers itself, each with the offering under which it is ordered."""
    offered = {each.service: each.pk for each in offerings_here(viewer)}
    search = reverse("catalogue:search")
    return [
        {"href": reverse("catalogue:offering", args=[offered[slug]]) if slug in offered
                 else f"{search}?{urlencode({'q': each.manifest.name})}", "name": each.manifest.name,
         "words": each.manifest.words, "formats": each.manifest.formats,
         "meters": [meter.unit for meter in each.manifest.meters]}
        for slug, each in services().items()
    ]  # fmt: skip


def how_it_goes() -> list[tuple[str, str, str, str]]:
    """The story in five steps: title, words, and a link with its label where there is a page for it."""
    return [
        ("Find", "Search offerings by what they do, compare up to four side by side, and see what they would cost.",
         "Catalog", reverse("catalogue:search")),
        ("Agree", "Two people of each agency sign general terms, then an order with its funding. Nobody signs twice.",
         "General terms", reverse("agreements:list")),
        ("Use", "The service opens the subscription, takes the agency’s data in, and reports what it could not use.",
         "Subscriptions", reverse("orders:list")),
        ("Pay", "Usage of a closed period is sealed, priced day by day, billed, accepted and settled.",
         "Bills", reverse("billing:home")),
        ("Check, or leave", "Every figure opens into its rule, inputs and source; the customer can take its data along "
         "at any time.", "", ""),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a short list: its name with its address, what it is about, an amount or date, and its state."""

    name: str
    href: str
    about: str
    figure: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class Few:
    """A short list with its headings, and where the whole of it is."""

    title: str
    heads: tuple[str, str, str]
    rows: list[Row]
    more: tuple[tuple[str, str], ...]


def mine(viewer: Viewer) -> dict[str, Any]:
    """Everything of the viewer's organizations at a glance; each list is short and leads to the whole."""
    names = {held.organisation: held.name for held in viewer.held}
    grants = Grant.seen_by(viewer).filter(organisation_id__in=names).select_related("person", "organisation")
    people = list(grants.order_by("person__name", "role"))
    tasks = waiting(viewer, FEW + 1)
    few = [
        _statements(viewer),
        _orders(viewer),
        _instances(viewer),
        _bills(viewer),
        _runs(viewer),
        _books(viewer),
    ]
    return {
        "organisations": [names[each] for each in sorted(names)],
        "roles": [
            {"title": policy().roles[held.role].title, "words": policy().roles[held.role].words,
             "organisation": held.name}
            for held in viewer.held
        ],
        "waiting": tasks[:FEW],
        "more_wait": len(tasks) > FEW,
        "may_make_keys": viewer.may("key.make"),
        "lists": [each for each in few if each.rows],
        "people": [
            {"name": grant.person.name, "email": grant.person.email, "role": policy().roles[grant.role].title,
             "organisation": grant.organisation.name}
            for grant in people
        ],
    }  # fmt: skip


def _statements(viewer: Viewer) -> Few:
    rows = [
        Row(f"Pay period {run.label}", reverse("payroll:statement", args=[run.pk, employee]),
            run.account.customer.name, f"paid {day(run.pays_on)}")
        for run, employee in own_statements(viewer)[:FEW]
    ]  # fmt: skip
    more = (("All my statements", reverse("payroll:own")),)
    return Few("My statements of earnings", ("Statement", "Agency", "Pay date"), rows, more)


def _orders(viewer: Viewer) -> Few:
    rows = [
        Row(order.number, reverse("agreements:order", args=[order.pk]),
            f"{order.servicing.name} for {order.requesting.name}", dollars(order.total_cents), order.state)
        for order in orders(viewer)[:FEW]
    ]  # fmt: skip
    more = (("All orders", reverse("agreements:orders")), ("General terms", reverse("agreements:list")))
    return Few("Orders", ("Order", "Between", "Total"), rows, more)


def _instances(viewer: Viewer) -> Few:
    rows = [
        Row(instance.line.plan.offering.name, reverse("orders:instance", args=[instance.pk]),
            f"{instance.provider.name} for {instance.customer.name}",
            f"since {day(instance.active_on)}" if instance.active_on else "", instance.state)
        for instance in instances(viewer)[:FEW]
    ]  # fmt: skip
    return Few(
        "Subscriptions",
        ("Service", "Between", "Active"),
        rows,
        (("All subscriptions", reverse("orders:list")),),
    )


def _bills(viewer: Viewer) -> Few:
    rows = [
        Row(f"{day(bill.starts_on)} to {day(bill.during.last)}", reverse("billing:bill", args=[bill.pk]),
            f"{bill.provider.name} to {bill.customer.name}", dollars(bill.total_cents), bill.state)
        for bill in bills(viewer)[:FEW]
    ]  # fmt: skip
    more = (("All bills", reverse("billing:home")), ("Usage they rest on", reverse("metering:home")))
    return Few("Bills", ("Period", "Between", "Total"), rows, more)


def _runs(viewer: Viewer) -> Few:
    rows = [
        Row(f"Pay period {run.label}", reverse("payroll:run", args=[run.pk]), run.account.customer.name,
            f"{run.people:,} people", run.state)
        for run in runs(viewer)[:FEW]
    ]  # fmt: skip
    return Few("Pay runs", ("Run", "Agency", "Paid"), rows, (("All pay runs", reverse("payroll:runs")),))


def _books(viewer: Viewer) -> Few:
    """The way to the books, for those who may read any; the list of them is there."""
    home = reverse("ledger:home")
    rows = [Row("Books that I may read", home, "US Standard General Ledger", "all years")]
    held = rows if viewer.may("ledger.read") else []
    return Few("Books", ("Ledger", "Kept on", "Years"), held, (("All books", home),))


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
            taken = ", ".join(_name(media.get("schema", {})) or kind for kind, media in body.items())
            answers = tuple(
                (
                    str(code),
                    ", ".join(
                        _name(media.get("schema", {})) or kind
                        for kind, media in each.get("content", {}).items()
                    ),
                )
                for code, each in call["responses"].items()
            )
            parameters = tuple(
                (each["name"], each["in"], _bounds(each["schema"])) for each in call.get("parameters", ())
            )
            words = call.get("description") or call["summary"]
            found = Call(method.upper(), path, words, parameters, taken, answers)
            group: str = call.get("tags", ["other"])[0]
            groups.setdefault(TITLES.get(group, group.capitalize()), []).append(found)
    return sorted(groups.items())


def seeded(request: HttpRequest) -> dict[str, Any]:
    """For the sign-in page of a demonstration: the seeded people, each with roles in words."""
    match = request.resolver_match
    if not settings.DEMO_SIGN_IN or match is None or match.view_name != "account_login":
        return {}
    roles = policy().roles
    people = [
        {**each, "roles": [roles[role.partition("@")[0]].title for role in each["roles"]],
         "codes": sorted({role.partition("@")[2] for role in each["roles"]})}
        for each in PEOPLE
    ]  # fmt: skip
    found = organisations(code for each in people for code in each["codes"])
    for each in people:
        each["organisations"] = [found[code].name if code in found else code for code in each["codes"]]
    return {"seeded_people": people if found else [], "seeded_password": PASSWORD}


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


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do as a row of the list: a link that says what, the record, between whom, since when."""

    what: str
    href: str
    name: str
    about: str
    since: datetime


def waiting(viewer: Viewer, most: int = MOST) -> list[Task]:
    """The oldest of what this viewer can act on now; nothing for the public and for programs."""
    if not viewer.person:
        return []
    asked = [getattr(module, "waiting", None) for _, module in parts("queries")]
    found = oldest_first((each for ask in asked if ask is not None for each in ask(viewer, most)), most)
    return [
        Task(each.what, reverse(each.page, args=[each.key]), each.name, each.about, each.since)
        for each in found
    ]
