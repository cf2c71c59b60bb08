"""The API under fire: requests made up from its own description never break it, and every answer is as described."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.serializers.json import DjangoJSONEncoder
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from qsmo.platform.api.door import mount
from qsmo.platform.api.models import ApiKey, new_secret, secret_digest
from tests.access.world import World, fingerprint, undone, written
from tests.outside import on_postgres

pytestmark = pytest.mark.django_db
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 5
CALLERS = ("public", "provider-admin@ibc") if on_postgres() else ("customer-program-manager@073",)
"""Every call is tried on both databases; callers that may do different things are shared out among them."""


@pytest.fixture(scope="module", autouse=True)
def _kept_open() -> Iterator[None]:
    """As Django's own test client does: a request answered here must not close the connection of the test."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def description() -> dict[str, Any]:
    """The description as a caller reads it."""
    document: dict[str, Any] = json.loads(json.dumps(mount().get_openapi_schema(), cls=DjangoJSONEncoder))
    return document


def _key(world: World, name: str) -> dict[str, str]:
    """The header with a key of somebody, whether or not their roles let them make one."""
    someone = world.people[name]
    if someone is None:
        return {}
    secret = new_secret()
    ApiKey.every.create(person=someone, name="fuzz", start=secret[:10], digest=secret_digest(secret))
    return {"Authorization": f"Bearer {secret}"}


@pytest.mark.parametrize("name", CALLERS)
def test_made_up_requests_never_break_the_api(world: World, name: str) -> None:
    """Each call several times, with values within and outside of its description; what changes is undone."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    operations: list[Any] = [found.ok() for found in schema.get_all_operations()]  # type: ignore[union-attr]  # or loud
    with undone():
        headers, ids = _key(world, name), sorted(world.first.all_ids)
        before = fingerprint()
        for operation in operations:
            _fire(operation, headers, ids, before)
    assert len(operations) > 50


def _fire(operation: Any, headers: dict[str, str], ids: list[str], before: tuple[object, ...]) -> None:
    """Try one call several times, half of the time with the id of a record that is there."""

    @given(data=st.data())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def fire(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy())
        for parameter in case.path_parameters or {}:
            if re.search("key|run", parameter) and data.draw(st.booleans()):
                case.path_parameters[parameter] = data.draw(st.sampled_from(ids))
        with undone():
            count = written()
            answer = case.call(headers=headers)
            case.validate_response(answer, checks=CHECKS)
            if answer.status_code >= 400 and written() != count:
                assert fingerprint() == before

    fire()


def test_every_integer_and_every_text_has_a_bound() -> None:
    """An integer too large for its column, or a text without end, is a way to break a program."""
    loose = []
    for path, methods in description()["paths"].items():
        for method, call in methods.items():
            for each in call.get("parameters", ()):
                loose += [f"{method} {path} {each['name']}: {fault}" for fault in _loose(each["schema"])]
    for name, schema in description()["components"]["schemas"].items():
        if name.endswith("In"):
            for field, each in schema.get("properties", {}).items():
                loose += [f"{name}.{field}: {fault}" for fault in _loose(each)]
    assert loose == []


def _loose(schema: dict[str, Any]) -> Iterator[str]:
    for each in schema.get("anyOf", [schema]):
        match each.get("type"):
            case "integer" if not {"minimum", "maximum"} <= set(each):
                yield "an integer without bounds"
            case "string" if not {"maxLength", "enum", "format", "const", "pattern"} & set(each):
                yield "a text without a bound"
            case "array":
                yield from _loose(each["items"])


def test_the_description_can_be_read_at_its_address_again_and_again() -> None:
    """It is made once and kept."""
    first, again = (Client().get("/api/v1/openapi.json") for _ in range(2))
    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    assert first.json()["paths"] == description()["paths"]
