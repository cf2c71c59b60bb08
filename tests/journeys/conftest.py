"""One seeded installation and one browser for all journeys of a process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from qsmo.platform.web import assets
from tests.journeys.story import Story
from tests.journeys.visitor import Visitor
from tests.journeys.world import World


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium; the assets of the pages must be there as well."""
    assert assets.current(), "the assets are not installed; run make setup"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def world(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The installation, open until the last journey has ended."""
    made = World(tmp_path_factory.mktemp("world"))
    try:
        yield made.prepare()
    finally:
        made.stop()


@pytest.fixture(scope="session")
def story(browser: Browser, world: World) -> Story:
    """The story as far as it has been told; each part is told in the browser when it is first asked for."""
    return Story(browser, world)


@pytest.fixture
def public(browser: Browser, world: World) -> Visitor:
    """Somebody who has not signed in."""
    return Visitor(browser, world)
