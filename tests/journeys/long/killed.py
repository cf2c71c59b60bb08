"""A run of 10,000 people through every state in the browser, its worker killed twice; and the same run undisturbed.

`python -m tests.journeys.long.killed` (`make killed`) tells it with `qsmo serve` on SQLite and takes some minutes. Two
people do it all by clicks, one of them without script. Where the run is killed, the installation is copied before, and
the copy goes the same way with nobody killing anything: both must come to the same digests.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qsmo.site.settings")
django.setup()

from playwright.sync_api import Browser, sync_playwright  # noqa: E402

from tests.journeys.long.served import ServedWorld  # noqa: E402
from tests.journeys.story import BILLED_ON, PAID_ON, Story  # noqa: E402
from tests.journeys.visitor import NARROW, WIDE, Visitor  # noqa: E402

OPERATOR, CERTIFIER = "owen.tran@ibc", "celia.banks@ibc"
PATIENCE_SECONDS = 900
LOOK_AGAIN_SECONDS = 0.3


class Told:
    """What happened, second by second, and pictures of what was seen."""

    def __init__(self, pictures: Path | None) -> None:
        self.began, self.pictures = time.monotonic(), pictures
        if pictures is not None:
            pictures.mkdir(parents=True, exist_ok=True)

    def say(self, words: str) -> None:
        """A line with the second it was reached."""
        print(f"{time.monotonic() - self.began:7.1f} s  {words}", flush=True)

    def seen(self, who: Visitor, name: str) -> None:
        """The page that somebody has before them, narrow and wide."""
        if self.pictures is None:
            return
        for width in (NARROW, WIDE):
            who.page.set_viewport_size({"width": width, "height": 900})
            who.page.screenshot(path=self.pictures / f"{name}-{width}.png", full_page=True)


class Walk:
    """One run on one installation, from its files on, by two people at their browsers."""

    def __init__(self, browser: Browser, world: ServedWorld, run: str, told: Told) -> None:
        self.world, self.run, self.told = world, run, told
        self.operator = Visitor(browser, world).sign_in(f"{OPERATOR}.example").look()
        self.certifier = Visitor(browser, world, script=False).sign_in(f"{CERTIFIER}.example").look()

    def calculate(self, *, killed: bool) -> str:
        """Calculate; the digest of the results. Killed: once some parts are there and before all are."""
        self.operator.go(self.run).press("Calculate")
        if killed:
            done = self._until("some parts are calculated", lambda: self._parts() or None)
            self.told.seen(self.certifier, "calculating")
            self.world.kill_worker()
            kept = self.world.rows("SELECT number, id FROM payroll_chunk ORDER BY number")
            assert self.world.rows("SELECT state FROM payroll_payrun") == [("calculating",)]
            self._again(f"the calculation, at {done} parts or more ({len(kept)} are kept)")
        self._until("calculated", lambda: "Digest of the results" in self._reread(self.run))
        if killed:
            now = self.world.rows("SELECT number, id FROM payroll_chunk ORDER BY number")
            assert now[: len(kept)] == kept
            assert len(now) > len(kept)
            self.told.say(f"{len(kept)} parts were kept, {len(now) - len(kept)} were calculated after")
        return self._digest()

    def write(self, *, killed: bool) -> dict[str, str]:
        """Write the files; the digest of each. Killed: once some are in the store, and the run knows of none."""
        self.operator.go(f"{self.run}written/").press("Write the files")
        if killed:
            before = self.world.stored()
            self._until("some files are written", lambda: self.world.stored() > before)
            self.world.kill_worker()
            assert self.world.rows("SELECT files FROM payroll_payrun") == [("{}",)]
            self._again("the writing")
        self._until("written", lambda: self._reread(f"{self.run}written/") and self._written())
        return self._written()

    def answer_and_review(self) -> None:
        """Answer for the exceptions, sign the review."""
        owen = self.operator.go(self.run)
        self.told.seen(owen, "calculated")
        self.told.seen(owen.go(f"{self.run}exceptions/"), "exceptions")
        Story.answer(owen, self.run)
        self.told.seen(owen.go(f"{self.run}review/"), "review")
        owen.fill("What was looked at", "the totals").press("Sign the review")
        assert not owen.can("Certify and pay")

    def certify(self) -> None:
        """Certified by the other person, without script."""
        self.certifier.go(f"{self.run}review/").go(self.run)
        self.told.seen(self.certifier, "reviewed-without-script")
        self.certifier.press("Certify and pay")
        self.told.seen(self.certifier, "certified-without-script")

    def pay_out_and_close(self) -> str:
        """Paid out and closed; the words of the page."""
        owen = self.operator
        owen.go(f"{self.run}steps/disburse/").fill("Reference", "SCHEDULE-1").press("Payments were sent")
        self.told.seen(owen, "disbursed")
        self.world.on(BILLED_ON)  # the pay date has come
        owen.go(f"{self.run}steps/close/").fill("Reason", "all of it arrived").press("Close")
        self.told.seen(owen, "closed")
        return owen.text

    def totals(self) -> list[list[str]]:
        """The control totals of the run and of its review, as the pages show them."""
        checks = self.operator.go(self.run).table("Control totals")
        return checks + self.operator.go(f"{self.run}review/").table("From hours to net")

    def _again(self, what: str) -> None:
        """The site stops when its worker is killed, so that whoever watches it starts it again; that is us."""
        self.told.say(f"killed: {what}; the site ended by itself and is started again")
        self.world.again()

    def _parts(self) -> int:
        """How many parts are calculated while more are to come; 0 when none is, or all are."""
        self._reread(self.run)
        shown = self.certifier.page.locator("progress")
        if not shown.count():
            return 0
        done, most = (int(float(shown.get_attribute(name) or 0)) for name in ("value", "max"))
        return done if 0 < done < most else 0

    def _reread(self, path: str) -> str:
        self.certifier.page.goto(path)
        return self.certifier.text

    def _digest(self) -> str:
        return self.certifier.page.locator("code.q-break").inner_text()

    def _written(self) -> dict[str, str]:
        self.certifier.page.goto(f"{self.run}written/")
        rows = self.certifier.table("Files of this run")
        return {row[0]: row[4] for row in rows if row[4] != "—"}

    def _until(self, what: str, look: Callable[[], Any]) -> Any:
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE_SECONDS:
            found = look()
            if found:
                self.told.say(f"{what} after {time.monotonic() - began:.1f} s")
                return found
            time.sleep(LOOK_AGAIN_SECONDS)
        raise AssertionError(f"not {what} within {PATIENCE_SECONDS} s:\n{self.world.log.read_text()[-2000:]}")


@contextmanager
def copied(browser: Browser, walk: Walk, name: str) -> Iterator[Walk]:
    """The same installation as it stands, in a folder of its own, walked by the same people; gone afterwards."""
    walk.world.stop()
    folder = walk.world.folder.with_name(name)
    shutil.copytree(walk.world.folder, folder)
    world = ServedWorld(folder)
    world.day = walk.world.day
    try:
        world.again()
        yield Walk(browser, world, walk.run, walk.told)
    finally:
        world.stop()
        shutil.rmtree(folder)
        walk.world.again()


def tell(browser: Browser, folder: Path, people: int, told: Told) -> dict[str, Any]:
    """The whole of it; what it came to."""
    world = ServedWorld(folder / "killed")
    try:
        story = Story(browser, world.prepare(), people=people)
        run = story.run
        assert world.day == PAID_ON
        walk = Walk(browser, world, run, told)
        told.say(f"open, and files of {people:,} people taken in")
        told.seen(walk.operator.go(run), "collecting")
        with copied(browser, walk, "calculated") as undisturbed:
            expected, totals = undisturbed.calculate(killed=False), undisturbed.totals()
        digest = walk.calculate(killed=True)
        assert digest == expected, (digest, expected)
        assert walk.totals() == totals
        told.say(f"the same digest, and the same {len(totals)} totals, as undisturbed")
        walk.answer_and_review()
        walk.certify()
        with copied(browser, walk, "written") as undisturbed:
            whole = undisturbed.write(killed=False)
        written = walk.write(killed=True)
        assert written == whole, (written, whole)
        told.seen(walk.operator.go(f"{run}written/"), "written")
        told.say(f"the same bytes of {len(written)} files as undisturbed")
        said = walk.pay_out_and_close()
        assert "Closed" in said
        told.say("paid out and closed")
        return {"people": people, "digest": digest, "totals": len(totals), "files": written}
    finally:
        world.stop()


def main() -> None:
    """Tell it, with as many people as asked for."""
    asked = argparse.ArgumentParser(prog="python -m tests.journeys.long.killed", description=__doc__)
    asked.add_argument("--people", type=int, default=10_000)
    asked.add_argument("--pictures", type=Path, help="a folder for pictures of the pages")
    chosen = asked.parse_args()
    chromium = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chrome"))), None)
    if chromium is None:
        sys.exit("there is no Chromium here; run make browser")
    told = Told(chosen.pictures)
    with tempfile.TemporaryDirectory(prefix="qsmo-killed-") as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        print(json.dumps(tell(browser, Path(folder), chosen.people, told), indent=1))
        browser.close()


if __name__ == "__main__":
    main()
