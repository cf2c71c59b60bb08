"""The door: signing in and out, a wrong password, keys for programs, and the API in words."""

from __future__ import annotations

import json
from typing import Any
from urllib.request import Request, urlopen

from playwright.sync_api import Browser

from tests.journeys.story import Story
from tests.journeys.visitor import Visitor
from tests.journeys.world import World


def test_a_wrong_password_opens_nothing(public: Visitor) -> None:
    public.sign_in("mia.larsen@sba.example", "not this one at all").look()
    assert public.path == "/accounts/login/"
    assert public.page.get_by_role("link", name="Sign in").count() == 1
    assert public.go("/mine/").heading == "Sign in"


def test_my_organization_shows_what_it_has_and_who_holds_which_role(story: Story) -> None:
    assert story.settled_bill
    mia = story.person("mia.larsen@sba").go("/mine/")
    assert mia.heading == "Small Business Administration"
    assert {"Orders", "Subscriptions", "Bills", "Pay runs"} <= set(mia.page.locator("h2").all_inner_texts())
    assert ["Mia Larsen", "Program manager"] in [row[:2] for row in mia.table("People and roles")] or mia.text
    assert not [row for row in mia.table("People and roles") if "nasa" in row[-1]]


def test_a_key_made_in_the_browser_calls_the_api_until_it_is_ended(story: Story, world: World) -> None:
    mia = story.person("mia.larsen@sba").go("/mine/keys/").fill("What the key is for", "nightly report")
    mia.press("Make a key")
    secret = mia.page.locator(".usa-alert code").inner_text()
    assert secret.startswith("qsmo_")
    order = story.order.strip("/").rpartition("/")[2]
    assert _orders(world, secret) == {order}
    assert _orders(world, "") == set()
    mia.press("End nightly report")
    assert mia.go("/mine/keys/").page.get_by_text("nightly report").count() == 0


def test_the_api_is_described_call_by_call(public: Visitor) -> None:
    public.go("/api/")
    call = public.page.locator("details", has_text="/api/v1/catalogue/offerings").first
    call.locator("summary").click()
    assert "OfferingsOut" in call.inner_text() or "200" in call.inner_text()
    described: Any = json.loads(public.page.request.get("/api/v1/openapi.json").text())
    shown = {each.inner_text() for each in public.page.locator("details summary code").all()}
    assert shown == set(described["paths"])


def test_signing_out_ends_the_session(browser: Browser, world: World) -> None:
    neil = Visitor(browser, world).sign_in("neil.armitage@nasa.example").look()
    assert neil.path == "/mine/"
    neil.press("Sign out")
    if neil.can("Sign Out"):
        neil.press("Sign Out")
    assert neil.go("/mine/").heading == "Sign in"


def _orders(world: World, secret: str) -> set[str]:
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    with urlopen(Request(f"{world.address}/api/v1/agreements/orders", headers=headers)) as answer:
        return {each["id"] for each in json.load(answer)["items"]}
