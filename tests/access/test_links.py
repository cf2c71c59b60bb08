"""What a page offers can be had: no link on it, and no button, is refused to the person to whom it was shown."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import urldefrag, urljoin

import pytest
from django.test import Client
from lxml import html

from tests.access import addresses
from tests.access.test_walk import SHOWN_TO
from tests.access.world import World, built, undone

pytestmark = pytest.mark.django_db
MORE = (
    "hr-specialist@073",
    "payroll-certifier@ibc",
    "provider-program-official@ibc",
    "customer-sapoc@073",
    "public",
)
OPEN_TO_ALL = ("/catalogue/", "/standards/", "/designation/", "/static/", "/accounts/", "/api/")
SHUT = {401, 403, 404, 500}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    logging.disable(logging.CRITICAL)
    with django_db_blocker.unblock(), built() as made:
        yield made
    logging.disable(logging.NOTSET)


def browser(world: World, name: str) -> Client:
    """Somebody's browser, signed in."""
    client = Client(raise_request_exception=False)
    someone = world.people[name]
    if someone is not None:
        client.force_login(someone)
    return client


def opened(world: World, client: Client) -> Iterator[tuple[str, Any]]:
    """Every page that opens to somebody, as a tree."""
    for address in addresses.pages(world):
        if address.method != "GET" or address.path.startswith(OPEN_TO_ALL):
            continue
        answer = client.get(address.path)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            yield address.path, html.fromstring(answer.content)


@pytest.mark.parametrize("name", [*SHOWN_TO, *MORE])
def test_no_link_that_is_shown_is_refused(world: World, name: str) -> None:
    client, led, faults = browser(world, name), set(), []
    for path, tree in opened(world, client):
        for href in tree.xpath("//main//a/@href"):
            target = urldefrag(urljoin(path, href)).url
            if not target.startswith("/") or target.startswith(OPEN_TO_ALL) or target in led:
                continue
            led.add(target)
            status = client.get(target).status_code
            if status in SHUT:
                faults.append(f"{path} leads {name} to {target}: {status}")
    assert faults == []
    assert led or name == "public"


def test_who_may_make_no_key_is_offered_none(world: World) -> None:
    for name, is_offered in (("customer-program-manager@073", True), ("payroll-certifier@ibc", False)):
        client = browser(world, name)
        assert ('href="/mine/keys/"' in client.get("/mine/").text) is is_offered
        assert ("What the key is for" in client.get("/mine/keys/").text) is is_offered


@pytest.mark.parametrize("name", [*SHOWN_TO, *MORE])
def test_no_button_that_is_shown_is_refused_for_want_of_a_right(world: World, name: str) -> None:
    client, faults = browser(world, name), []
    for path, tree in opened(world, client):
        for form in tree.xpath("//main//form[translate(@method, 'POST', 'post')='post']"):
            target = urljoin(path, form.get("action") or "")
            fields = {each.name: each.value or "because" for each in form.xpath(".//input[@name]")}
            with undone():
                answer = client.post(target, fields)
            if answer.status_code in SHUT:
                faults.append(f"{path} offers {name} {target}: {answer.status_code}")
    assert faults == []
