"""Every address of the site, from its routes and the description of its API, filled with the first tenant's ids."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from qsmo.marketplace.standards import queries as standards
from qsmo.platform.access.viewer import PUBLIC
from qsmo.platform.api.door import mount
from tests.access.world import World, owned_models

SIGN_IN = "accounts/"  # the library's own pages are proved where sign-in is
API = "api/v1/"
CAPACITIES = ("requesting_program", "requesting_funding", "servicing_program", "servicing_funding")
SIDES = ("requesting", "servicing")
COMMANDS = ("provision", "export", "leave", "abandon", "approve", "suspend", "resume", "stay")
# Whose ids a place takes, where the folder holds records of several kinds; a place not named here is tried with all.
TAKES = (
    (r"payroll/runs/", "payroll.payrun"),
    (r"payroll/accounts/", "payroll.account"),
    (r"payroll/manual/", "payroll.manualpayment"),
    (r"payroll/held/", "payroll.heldpayment"),
    (r"payroll/shared(-banks)?/", "payroll.sharedbank"),
    (r"payroll/exceptions/", "payroll.intakeexception"),
    (r"payroll/late/", "payroll.intake"),
    (r"payroll/late-files/", "payroll.intake"),
    (r"billing/lines/", "billing.billline"),
    (r"billing/settlements/<bill_key>", "billing.bill"),
    (r"billing/settlements/", "billing.settlement"),
    (r"billing/", "billing.bill"),
    (r"ledger/books/", "ledger.book"),
    (r"ledger/entries/", "ledger.entry"),
    (r"ledger/combinations/", "ledger.combination"),
    (r"ledger/limits/", "ledger.control"),
    (r"ledger/accounts/", "ledger.symbol"),
    (r"ledger/periods/", "ledger.accounting"),
    (r"ledger/documents/", "ledger.sourcedocument"),
    (r"ledger/receivables/", "ledger.receivable"),
    (r"ledger/receipts/", "ledger.receipt"),
    (r"ledger/invoices/", "ledger.invoice"),
    (r"ledger/vendors/", "ledger.vendor"),
    (r"ledger/orders/", "ledger.purchaseorder"),
    (r"ledger/deliveries/", "ledger.delivery"),
    (r"ledger/schedules/", "ledger.paymentschedule"),
    (r"ledger/payments/", "ledger.payment"),
    (r"ledger/answers/", "ledger.screened"),
    (r"metering/answers/", "metering.sealedusage"),
    (r"metering/", "metering.reading"),
    (r"orders/request/", "agreements.order"),
    (r"agreements/orders/", "agreements.order"),
    (r"agreements/", "agreements.generalterms"),
    (r"orders/", "orders.instance"),
    (r"catalogue/price/", "catalogue.priceversion"),
    (r"catalogue/(estimate|plans)/", "catalogue.plan"),
    (r"catalogue/", "catalogue.offering"),
)
# What stands after a place in the ledger's addresses: no record, but a word of the law or of a report.
SAYS = {
    "/rules/<name>": "OBLIGATE",
    "/core/<report>": "status-of-funding",
    "/<report>/<item>": "12",
    "/chart/<number>": "101000",
    "/sf133/<number>": "1910",
    "/ties/<code>": "sf133-resources-status",
    "/<code>/<side>": "left",
    "/status/<name>": "obligated",
    "/statements/<name>": "balance-sheet",
    "/<name>/<line>": "cash",
    "/close/<year>": "2026",
    "ledger/vendors/<key>/steps/<verb>": "hold",
    "ledger/schedules/<key>/files/<kind>": "spr",
    "ledger/schedules/<key>/steps/<verb>": "reject",
    "ledger/payments/<key>/steps/<verb>": "return",
    "ledger/invoices/<key>/steps/<verb>": "dispute",
    "/periods/<year>": "2026",
}
OWNED = ("vendor", "order", "delivery", "invoice", "schedule", "payment")
"""Parameters of the ledger's calls that are named like what they stand for."""


@dataclass(frozen=True)
class Address:
    """One way to ask for something: a method, a path with parameters filled in, what it is called, and a body."""

    method: str
    path: str
    name: str
    ids: frozenset[str] = frozenset()
    body: Any = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def pages(world: World) -> list[Address]:
    """Every page, to be opened; and to be sent an empty form."""
    found = [
        Address(method, path, name, ids)
        for pattern, name, app in _patterns(get_resolver().url_patterns)
        if not pattern.startswith((SIGN_IN, API))
        for path, ids in _filled(world, "/" + pattern, re.findall(r"<(?:\w+:)?(\w+)>", pattern), app)
        for method in ("GET", "POST")
    ]
    assert len({each.name for each in found}) > 50
    return _answered(found)


def _answered(found: list[Address]) -> list[Address]:
    """Without the methods that a page does not know, tried once for each page."""
    client, known = Client(raise_request_exception=False), {}
    for each in found:
        if (each.name, each.method) not in known:
            known[each.name, each.method] = client.generic(each.method, each.path).status_code != 405
    return [each for each in found if known[each.name, each.method]]


def calls(world: World) -> list[Address]:
    """Every call of the API, with the smallest body that its description allows."""
    document = mount().get_openapi_schema()
    found = []
    for pattern, methods in document["paths"].items():
        app = pattern.split("/")[3]
        for method, call in methods.items():
            media = next(iter(call.get("requestBody", {}).get("content", {}).items()), None)
            body = (media[0], _smallest(document, media[1]["schema"])) if media else None
            wanted = {each["name"]: each["schema"] for each in call.get("parameters", ()) if each["required"]}
            stated = {
                name: _smallest(document, wanted[name]) for name in wanted if f"{{{name}}}" not in pattern
            }
            query = "&".join(
                f"{name}={item}"
                for name, value in stated.items()
                for item in _listed(value)
                if item is not None
            )
            choices = {name: each["enum"] for name, each in wanted.items() if "enum" in each}
            template = re.sub(r"\{(\w+)\}", r"<\1>", pattern)
            parameters = re.findall(r"<(\w+)>", template)
            for path, ids in _filled(world, template, parameters, app, choices):
                where = f"{path}?{query}" if query else path
                found.append(Address(method.upper(), where, f"{method} {pattern}", ids, body))
    assert len({each.name for each in found}) > 50
    return found


def _patterns(
    patterns: Iterable[URLPattern | URLResolver], before: str = "", app: str = "site"
) -> Iterator[Any]:
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from _patterns(each.url_patterns, before + str(each.pattern), each.namespace or app)
        else:
            yield before + str(each.pattern), f"{app}:{each.name}", app


def _filled(
    world: World, template: str, parameters: list[str], app: str, choices: dict[str, list[str]] | None = None
) -> Iterator[tuple[str, frozenset[str]]]:
    if app == "record":
        for label, ids in world.first.ids.items():
            for key in ids[:1]:
                yield re.sub("<.*>", f"{label}/{key}", template), frozenset({key})
        return
    options = [(choices or {}).get(name) or _values(world, app, name, template) for name in parameters]
    for values in itertools.product(*options):
        path = template
        for name, value in zip(parameters, values, strict=True):
            path = re.sub(rf"<(?:\w+:)?{name}>", value, path)
        yield path, frozenset(values) & world.first.all_ids


def _values(world: World, app: str, name: str, template: str) -> list[str]:
    """What a parameter may stand for. A parameter that nobody knows here is a test that nobody has thought of."""
    taken = next((label for place, label in TAKES if re.search(place, template)), "")
    taken = "orders.exported" if name == "file_key" else taken
    models = [
        model
        for model in owned_models()
        if (
            model._meta.label_lower == taken if taken else model._meta.app_label == app.replace("site", "api")
        )
    ]
    plain = re.sub(r"<\w+:", "<", template)
    said = [text for place, text in SAYS.items() if place.endswith(f"<{name}>") and place in plain]
    if app == "ledger" and said:
        return said
    known: dict[str, list[str]] = {
        "capacity": [CAPACITIES[0]],
        "side": list(SIDES[:1]),
        "employee": [world.first.employee],
        "name": ["oasdi_cents"],
        "code": [standards.faults(PUBLIC)[0].code if "faults" in template else "HCM"],
        "office": ["hr"],
        "kind": ["lines"],
        **({"number": ["0"]} if app == "payroll" else {}),
    }
    if name in ("verb", "move"):
        moves = {move.name for model in models if model.flow for move in model.flow.moves}
        return sorted(moves | set(COMMANDS)) if app == "orders" else sorted(moves)
    if name in known:
        return known[name]
    if app == "standards":
        return ["HCM.A5-1.050"] if "activities" in template else ["HCM.A5-1"]
    if app == "designation":
        return ["hr"]
    if name.endswith("key") or name in ("run", "book", "document", "period", "number", *OWNED):
        held = [world.first.ids[model._meta.label_lower] for model in models]
        return [key for ids in held for key in (ids[:1] + ids[-1:] if len(ids) > 1 else ids)]
    raise AssertionError(f"say in {__name__} what the parameter “{name}” of {app} stands for")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _smallest(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    """The smallest value that a schema allows."""
    if "$ref" in schema:
        return _smallest(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return _smallest(document, schema["anyOf"][0])
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    match schema.get("type"):
        case "object":
            wanted = schema.get("required", ())
            return {name: _smallest(document, schema["properties"][name]) for name in wanted}
        case "array":
            return [_smallest(document, schema["items"]) for _ in range(schema.get("minItems", 1))]
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return False
        case "string":
            formats = {"date": "2026-04-01", "date-time": "2026-04-01T00:00:00Z", "binary": ""}
            if "pattern" in schema:
                return "1.00"
            return formats.get(schema.get("format", ""), "x" * max(schema.get("minLength", 1), 1))
    return None
