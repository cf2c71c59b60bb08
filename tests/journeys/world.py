"""An installation of its own for the journeys: seeded, served by processes of its own, on a day that can be moved."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, build_opener

SEED = "import django; django.setup(); from qsmo.site.seed import seed_world; seed_world(print)"
PATIENCE_SECONDS = 60


class _Straight(HTTPRedirectHandler):
    def redirect_request(self, *_asked: object) -> None:
        return None


STRAIGHT = build_opener(_Straight)


class World:
    """A folder with a database, and a web server over it at `address`."""

    part = "web"
    patience_seconds = PATIENCE_SECONDS

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.day = date(2026, 1, 20)
        self.log = folder / "web.log"
        self._server: subprocess.Popen[bytes] | None = None

    def prepare(self) -> World:
        """Make the database, seed it, and open the site."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.run("-m", "qsmo.site", "migrate")
        self.run("-c", SEED)
        self._serve()
        return self

    def run(self, *words: str) -> str:
        """A Python program of the installation, on its day; loud when it fails."""
        done = subprocess.run(
            [sys.executable, *words], env=self._environment(), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def work(self) -> None:
        """Let a worker empty the queue."""
        self.run("-m", "qsmo.site", "worker", "--once")

    def on(self, day: date) -> None:
        """Move to a day; the server begins anew, what people have signed in to stays."""
        if day != self.day:
            self.day = day
            self.stop()
            self._serve()

    def status(self, path: str) -> int:
        """What a visitor without a session is answered; a redirect is not followed."""
        try:
            with STRAIGHT.open(self.address + path) as answer:
                return int(answer.status)
        except HTTPError as error:
            return error.code

    def stop(self) -> None:
        """Close the site."""
        if self._server is not None:
            self._server.terminate()
            self._server.wait(timeout=20)
            self._server = None

    def _serve(self) -> None:
        with self.log.open("ab") as log:
            self._server = subprocess.Popen(
                [sys.executable, "-m", "qsmo.site", self.part, "--port", str(self.port)],
                env=self._environment(), stdout=log, stderr=log,
            )  # fmt: skip
        began = time.monotonic()
        while time.monotonic() - began < self.patience_seconds:
            try:
                if self.status("/ready") == 200:
                    return
            except (URLError, ConnectionError):
                time.sleep(0.1)
        raise AssertionError(f"the site did not open:\n{self.log.read_text()[-2000:]}")

    def _environment(self) -> dict[str, str]:
        own = {"QSMO_VAR": str(self.folder), "QSMO_TODAY": self.day.isoformat(), "QSMO_DATABASE_URL": ""}
        return {**os.environ, "DJANGO_SETTINGS_MODULE": "qsmo.site.settings", **own}


def _free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return int(asking.getsockname()[1])
