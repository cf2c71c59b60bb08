"""Every component opened in Chromium under the site's own content policy, wide and narrow, with and without script."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import urlsplit

import pytest
from csp.middleware import CSPMiddleware
from django.http import HttpResponse
from django.test import Client, RequestFactory
from playwright.sync_api import Browser, Page, Route, sync_playwright

from qsmo.platform.web import assets
from qsmo.platform.web.tests import gallery

SITE = "http://qsmo.test"
STATIC = assets.HERE / "static"
WIDTHS = (320, 1280)

pytestmark = pytest.mark.skipif(not assets.current(), reason="the assets are not installed; run make setup")


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


def answered(written: str) -> HttpResponse:
    """A page with the headers that the site's content policy gives it."""
    answer: Any = CSPMiddleware(lambda _request: HttpResponse(written))(RequestFactory().get("/gallery"))
    return cast(HttpResponse, answer)


def opened(browser: Browser, written: str, width: int, *, script: bool = True) -> tuple[Page, list[str]]:
    """A page of its own, and what its console and its network complain of; fed from memory, without a server."""
    answer = answered(written)
    page = browser.new_context(
        viewport={"width": width, "height": 900}, java_script_enabled=script
    ).new_page()
    complaints: list[str] = []

    def serve(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if not path.startswith("/static/"):
            route.fulfill(status=answer.status_code, headers=dict(answer.items()), body=answer.content)
            return
        file = STATIC / path.removeprefix("/static/")
        if not file.is_file():
            complaints.append(f"missing {path}")
            route.fulfill(status=404)
            return
        route.fulfill(body=file.read_bytes(), content_type=mimetypes.guess_type(file.name)[0] or "font/woff2")

    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.route("**/*", serve)
    page.goto(f"{SITE}/gallery", wait_until="load")
    return page, complaints


def violations(page: Page) -> list[str]:
    """What axe finds against the page, each with the place."""
    page.evaluate(assets.AXE.read_text(encoding="utf-8"))
    found: Any = page.evaluate("axe.run(document)")
    return [f"{each['id']}: {node['html'][:200]}" for each in found["violations"] for node in each["nodes"]]


@pytest.mark.parametrize("width", WIDTHS)
def test_every_component_is_accessible_and_the_page_does_not_scroll_sideways(
    browser: Browser, width: int
) -> None:
    page, complaints = opened(browser, gallery.render(), width)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("address", ["/refused/422", "/forbidden", "/nowhere", "/broken"])
def test_error_pages_are_accessible(browser: Browser, client: Client, address: str, width: int) -> None:
    page, complaints = opened(browser, client.get(address).content.decode(), width)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_official_banner_is_accessible_and_opens_without_script(
    browser: Browser, client: Client, settings: Any, width: int
) -> None:
    settings.SITE_OFFICIAL = True
    written = client.get("/plain").content.decode().replace("</main>", "<h1>Plain</h1></main>")
    page, complaints = opened(browser, written, width)
    assert violations(page) == []
    assert complaints == []
    still, _ = opened(browser, written, width, script=False)
    still.get_by_text("Here’s how you know").click()
    assert still.get_by_text("Secure .gov websites use HTTPS").is_visible()


def test_the_menu_and_the_forms_work_at_320_pixels_without_script(browser: Browser) -> None:
    page, _ = opened(browser, gallery.render(), 320, script=False)
    for name in ("Catalogue", "Offices", "My organization"):
        link = page.get_by_role("navigation", name="Primary").get_by_role("link", name=name)
        assert link.is_visible()
        box = link.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
    assert page.get_by_role("button", name="Sign out").is_visible()
    assert page.get_by_role("button", name="Sign the order").is_visible()
    page.locator("details.q-explain").nth(1).locator("summary").click()
    assert page.get_by_text("Gross less deductions").is_visible()


def test_a_wide_table_is_scrolled_by_keyboard_in_its_own_frame(browser: Browser) -> None:
    page, _ = opened(browser, gallery.render(), 320)
    frame = page.locator("#table .q-scroll")
    assert frame.evaluate("each => each.scrollWidth > each.clientWidth")
    frame.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(500)
    assert frame.evaluate("each => each.scrollLeft") > 0


def test_a_sort_link_swaps_the_list_alone_and_a_refusal_takes_the_place_of_the_page(
    browser: Browser, client: Client
) -> None:
    page, complaints = opened(browser, gallery.render(), 1280)
    sorted_list = gallery.render({"table": gallery.listed("sort=customer")})
    page.route("**/*sort=customer*", lambda route: route.fulfill(body=sorted_list, content_type="text/html"))
    page.get_by_role("link", name="Customer").click()
    page.wait_for_selector("#table th[aria-sort=ascending]")
    assert page.url == f"{SITE}/gallery?sort=customer&size=5"
    assert page.locator("h1").count() == 1
    answer = client.get("/refused/409", headers={"HX-Request": "true"})
    page.route(
        "**/*sort=total*",
        lambda route: route.fulfill(status=409, headers=dict(answer.items()), body=answer.content),
    )
    page.get_by_role("link", name="Total").click()
    page.wait_for_selector("h1:has-text('This cannot be done now')")
    assert page.locator("main").count() == 1
    assert page.locator("#table").count() == 0
    assert [each for each in complaints if "409" not in each] == []
