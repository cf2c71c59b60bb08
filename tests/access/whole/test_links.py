"""What a page offers can be had: no link on it, and no button, is refused to the person to whom it was shown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import resolve
from lxml import html
from typer.testing import CliRunner

from qsmo.platform.plugs import parts
from tests.access import addresses
from tests.access.visitors import SHOWN_TO, browser
from tests.access.world import World, undone

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
MORE = (
    "hr-specialist@073",
    "payroll-certifier@ibc",
    "provider-program-official@ibc",
    "customer-sapoc@073",
    "public",
)
OPEN_TO_ALL = ("/catalogue/", "/standards/", "/designation/", "/static/", "/accounts/", "/api/")
ALIKE = 4
"""How many links to one page with the same parameters are followed: the next row of a list is no other right."""
SHUT = {401, 403, 404, 500}


@pytest.fixture(scope="module")
def places(world: World) -> list[str]:
    """The address of every page that is not everybody's."""
    found = [each.path for each in addresses.pages(world) if each.method == "GET"]
    return [path for path in found if not path.startswith(OPEN_TO_ALL)]


def opened_to(client: Client, places: list[str]) -> dict[str, Any]:
    """What opens to somebody, as trees by address."""
    found = {}
    for path in places:
        answer = client.get(path)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            found[path] = html.fromstring(answer.content)
    return found


def refused_links(client: Client, shown: dict[str, Any]) -> Iterator[str]:
    """Links on these pages that lead to a refusal."""
    led, alike = set(shown), Counter[tuple[str, frozenset[str]]]()
    for path, tree in shown.items():
        for href in tree.xpath("//main//a/@href"):
            target = urldefrag(urljoin(path, href)).url
            if not target.startswith("/") or target.startswith(OPEN_TO_ALL) or target in led:
                continue
            led.add(target)
            parts_ = urlsplit(target)
            kind = resolve(parts_.path).view_name, frozenset(parse_qs(parts_.query))
            alike[kind] += 1
            if alike[kind] > ALIKE:
                continue
            status = client.get(target).status_code
            if status in SHUT:
                yield f"{path} leads to {target}: {status}"


def refused_buttons(client: Client, shown: dict[str, Any]) -> Iterator[str]:
    """Forms on these pages that are refused for want of a right."""
    for path, tree in shown.items():
        for form in tree.xpath("//main//form[translate(@method, 'POST', 'post')='post']"):
            target = urljoin(path, form.get("action") or "")
            fields = {each.name: each.value or "because" for each in form.xpath(".//input[@name]")}
            with undone():
                answer = client.post(target, fields)
            if answer.status_code in SHUT:
                yield f"{path} offers {target}: {answer.status_code}"


def insiders_words(shown: dict[str, Any]) -> Iterator[str]:
    """Pages that say “instance”, where people read of subscriptions."""
    for path, tree in shown.items():
        said = " ".join(tree.xpath("//body//text()[not(parent::pre) and not(parent::code)]"))
        if re.search(r"\binstances?\b", said, re.IGNORECASE):
            yield path


@pytest.mark.parametrize("name", [*SHOWN_TO, *MORE])
def test_no_link_and_no_button_that_is_shown_is_refused(world: World, places: list[str], name: str) -> None:
    client = browser(world, name)
    shown = opened_to(client, places)
    assert [*refused_links(client, shown), *refused_buttons(client, shown), *insiders_words(shown)] == []


def test_commands_and_permissions_speak_of_subscriptions_and_never_of_instances() -> None:
    for _, module in parts("cli"):
        told = CliRunner().invoke(module.app, ["--help"]).output
        assert "Usage" in told
        assert not re.search(r"\binstances?\b", told, re.IGNORECASE)
    documented = (Path(__file__).parents[3] / "docs/generated/permissions.md").read_text(encoding="utf-8")
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
