"""What a page offers can be had: no link on it, and no button, is refused to the person to whom it was shown."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin

import pytest
from django.test import Client
from lxml import html
from typer.testing import CliRunner

from qsmo.platform.plugs import parts
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
Crawled = Callable[[str], dict[str, Any]]
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


@pytest.fixture(scope="module")
def places(world: World) -> list[str]:
    """The address of every page that is not everybody's."""
    found = [each.path for each in addresses.pages(world) if each.method == "GET"]
    return [path for path in found if not path.startswith(OPEN_TO_ALL)]


@pytest.fixture(scope="module")
def crawled(world: World, places: list[str]) -> Crawled:
    """What opens to somebody, as trees by address, asked for once."""

    @cache
    def pages_of(name: str) -> dict[str, Any]:
        client, found = browser(world, name), {}
        for path in places:
            answer = client.get(path)
            if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                found[path] = html.fromstring(answer.content)
        return found

    return pages_of


@pytest.mark.parametrize("name", [*SHOWN_TO, *MORE])
def test_no_link_that_is_shown_is_refused(world: World, crawled: Crawled, name: str) -> None:
    client, led, faults = browser(world, name), set(crawled(name)), []
    for path, tree in crawled(name).items():
        for href in tree.xpath("//main//a/@href"):
            target = urldefrag(urljoin(path, href)).url
            if not target.startswith("/") or target.startswith(OPEN_TO_ALL) or target in led:
                continue
            led.add(target)
            status = client.get(target).status_code
            if status in SHUT:
                faults.append(f"{path} leads {name} to {target}: {status}")
    assert faults == []


def test_people_read_of_subscriptions_and_never_of_instances(crawled: Crawled) -> None:
    for name in SHOWN_TO:
        for path, tree in crawled(name).items():
            said = " ".join(tree.xpath("//body//text()[not(parent::pre) and not(parent::code)]"))
            assert not re.search(r"\binstances?\b", said, re.IGNORECASE), path
    for _, module in parts("cli"):
        told = CliRunner().invoke(module.app, ["--help"]).output
        assert "Usage" in told
        assert not re.search(r"\binstances?\b", told, re.IGNORECASE)
    documented = (Path(__file__).parents[2] / "docs/generated/permissions.md").read_text(encoding="utf-8")
    assert not re.search(r"\| [^|`]*\binstances?\b[^|`.]* \|", documented)


def test_the_home_page_leads_to_each_service_that_is_delivered_here(world: World) -> None:
    tree: Any = html.fromstring(Client().get("/").content)
    [href] = tree.xpath("//h3[normalize-space()='Payroll']/a/@href")
    page = Client().get(href)
    assert page.status_code == 200
    assert "in this system" in page.text


def test_who_may_make_no_key_is_offered_none(world: World) -> None:
    for name, is_offered in (("customer-program-manager@073", True), ("payroll-certifier@ibc", False)):
        client = browser(world, name)
        assert ('href="/mine/keys/"' in client.get("/mine/").text) is is_offered
        assert ("What the key is for" in client.get("/mine/keys/").text) is is_offered


@pytest.mark.parametrize("name", [*SHOWN_TO, *MORE])
def test_no_button_that_is_shown_is_refused_for_want_of_a_right(
    world: World, crawled: Crawled, name: str
) -> None:
    client, faults = browser(world, name), []
    for path, tree in crawled(name).items():
        for form in tree.xpath("//main//form[translate(@method, 'POST', 'post')='post']"):
            target = urljoin(path, form.get("action") or "")
            fields = {each.name: each.value or "because" for each in form.xpath(".//input[@name]")}
            with undone():
                answer = client.post(target, fields)
            if answer.status_code in SHUT:
                faults.append(f"{path} offers {name} {target}: {answer.status_code}")
    assert faults == []
