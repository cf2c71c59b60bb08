"""No page asks the database more than twelve questions, whoever opens it: counted in a small whole world, not timed."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.access import addresses

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
MOST = 12
OPENED_BY = (
    "customer-program-manager@073", "employee@073", "provider-funding-official@ibc", "payroll-operator@ibc",
    "auditor@005", "public",
)  # fmt: skip


def test_no_page_asks_more_than_twelve_questions(world):
    paths: dict[str, list[str]] = {}
    for address in addresses.pages(world):
        if address.method == "GET":
            paths.setdefault(address.name, []).append(address.path)
    opened, over = 0, []
    for name in OPENED_BY:
        client = Client(raise_request_exception=False)
        if someone := world.people[name]:
            client.force_login(someone)
        for tried in paths.values():
            found = next(filter(None, (questions(client, path) for path in tried)), None)
            opened += found is not None
            over += [f"{found[1]} at {found[0]} for {name}"] if found and found[1] > MOST else []
    assert not over
    assert opened > 80


def questions(client: Client, path: str) -> tuple[str, int] | None:
    """The path and how many questions its page asks; nothing where the page does not open for this person."""
    with CaptureQueriesContext(connection) as asked:
        answer: Any = client.get(path)
        if answer.streaming:
            b"".join(answer.streaming_content)
    return (path, len(asked)) if answer.status_code == 200 else None
