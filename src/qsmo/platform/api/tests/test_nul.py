"""The character that no text of a database can hold is refused wherever it stands in a request."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["/api/v1/catalogue/offerings?words=%00", "/api/v1/catalogue/offerings/a%00b"]
)
def test_a_nul_in_an_address_is_refused(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:qsmo:problem:nul-character")


def test_a_nul_in_a_body_is_refused(client: Client) -> None:
    body = '{"line_id": "Q\\u0000", "terms": {}}'
    answer = client.post("/api/v1/orders/instances", body, content_type="application/json")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:qsmo:problem:nul-character")


@pytest.mark.parametrize("path", ["/catalogue/?q=%00", "/billing/a%00b/"])
def test_a_nul_in_the_address_of_a_page_is_refused(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 422
    assert "character with the code 0" in answer.content.decode()
