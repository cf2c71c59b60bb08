"""Somebody at a browser, whose pages are checked: accessible wide and narrow, no sideways scroll, a quiet console."""

from __future__ import annotations

import re
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.urls import resolve
from playwright.sync_api import Browser, Download, Locator, Page

from qsmo.platform.web import assets
from qsmo.site.seed import PASSWORD
from tests.journeys.world import World

NARROW, WIDE = 320, 1280
SEEN: set[str] = set()
"""The names of the routes whose pages somebody has seen, and had checked, in this process."""

LOOKED_AT: set[tuple[str, bool, bool, str]] = set()
"""What was looked at closely: the same page with the same elements is not looked at again."""
WIDE_TOO: set[tuple[str, bool]] = set()
"""The routes that were checked wide as well as narrow: another row of the same page is checked narrow."""
SHAPE = (
    "[...new Set([...document.querySelectorAll('body *')].map(e => e.tagName + e.className))].sort().join()"
)


@cache
def axe() -> str:
    """The accessibility engine."""
    return assets.AXE.read_text(encoding="utf-8")


class Visitor:
    """One browser session. Without script it does the same things; only the engine of the checks needs script."""

    def __init__(self, browser: Browser, world: World, *, script: bool = True) -> None:
        self.world, self.script = world, script
        context = browser.new_context(
            viewport={"width": WIDE, "height": 900}, java_script_enabled=script, base_url=world.address
        )
        context.set_default_timeout(15_000)
        self.page: Page = context.new_page()
        self.said: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))

    def sign_in(self, email: str, password: str = PASSWORD) -> Visitor:
        """Through the door, by its form."""
        self.go("/accounts/login/")
        self.fill("Email", email)
        self.fill("Password", password)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        return self

    def go(self, path: str, status: int = 200) -> Visitor:
        """Open a page and look at it closely."""
        self.said.clear()
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}, {self.heading}"
        return self.look(refused=status != 200)

    def open(self, name: str, *, exact: bool = False) -> Visitor:
        """Follow a link by its words."""
        self.said.clear()
        with self.page.expect_navigation():
            self.page.locator("main, nav, header").get_by_role("link", name=name, exact=exact).first.click()
        return self.look()

    def press(self, name: str, *, refused: bool = False) -> Visitor:
        """Press a button by its words and look at what comes."""
        self.said.clear()
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).first.click()
        return self.look(refused=refused)

    def can(self, name: str) -> bool:
        """Whether the page offers a button."""
        return self.page.get_by_role("button", name=name, exact=True).count() > 0

    def fill(self, label: str, text: str) -> Visitor:
        """Fill a field by the beginning of its label, whatever kind it is; a label that says no more goes first."""
        alone = self.page.get_by_label(re.compile(rf"^{re.escape(label)}\s*(\(optional\))?$"))
        field = (alone if alone.count() else self.page.get_by_label(re.compile(f"^{re.escape(label)}"))).first
        if field.evaluate("each => each.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)
        return self

    def look(self, *, refused: bool = False) -> Visitor:
        """Check the page that is shown, and remember its route. A refusal is logged by the browser itself."""
        self.page.wait_for_load_state()
        route = resolve(urlsplit(self.page.url).path)
        place = f"{route.view_name} {self.page.url}"
        looks = (route.view_name, refused, self.script, self.page.evaluate(SHAPE))
        for width in () if looks in LOOKED_AT else (NARROW, WIDE):
            self.page.set_viewport_size({"width": width, "height": 900})
            assert self.page.evaluate("document.documentElement.scrollWidth") <= width, f"{place} at {width}"
            if self.script and (width == NARROW or looks[:2] not in WIDE_TOO):
                assert self._violations() == [], f"{place} at {width}"
                WIDE_TOO.update({looks[:2]} if width == WIDE else ())
        LOOKED_AT.add(looks)
        noise = [each for each in self.said if not (refused and "status of 4" in each)]
        assert noise == [], f"{place}: {noise}"
        assert self.page.locator("h1").count() == 1, place
        if not refused and self.script:
            SEEN.add(route.view_name)
        return self

    def fetch(self, name: str) -> Download:
        """A file behind a link."""
        with self.page.expect_download() as found:
            self.page.get_by_role("link", name=name).first.click()
        return found.value

    @property
    def heading(self) -> str:
        """What the page says it is."""
        return self.page.locator("h1").first.inner_text()

    @property
    def text(self) -> str:
        """Everything in the main part of the page."""
        return self.page.locator("main").inner_text()

    @property
    def path(self) -> str:
        """Where the visitor is."""
        return urlsplit(self.page.url).path

    def table(self, caption: str) -> list[list[str]]:
        """The cells of a table by its caption, row by row, without the headings."""
        rows: Locator = self.page.locator("table", has=self.page.locator("caption", has_text=caption)).first
        read: Any = rows.locator("tbody tr").evaluate_all(
            "rows => rows.map(row => Array.from(row.cells, cell => cell.innerText.trim()))"
        )
        return list(read)

    def _violations(self) -> list[str]:
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(axe())
        # Style sheets are the same on every page: they are read for the first one.
        whole = "false" if LOOKED_AT else "true"
        found: Any = self.page.evaluate(
            f"axe.run(document, {{resultTypes: ['violations'], preload: {whole}}})"
        )
        return [
            f"{each['id']}: {node['html'][:200]}" for each in found["violations"] for node in each["nodes"]
        ]
