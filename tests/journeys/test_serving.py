"""One command serves the site on an empty folder, stops cleanly when asked, and does not go on as half a system."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

STARTS_WITHIN_SECONDS = 120


class Served:
    """A running `qsmo serve` and its address."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("QSMO_")}
        command = [sys.executable, "-m", "qsmo.site", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(
            command,
            env=kept | {"QSMO_VAR": str(folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def get(self, path: str) -> str:
        """A page, as soon as the server answers."""
        limit = time.monotonic() + STARTS_WITHIN_SECONDS
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                    return str(answer.read().decode())
            except (urllib.error.URLError, ConnectionError):
                if time.monotonic() > limit or self.process.poll() is not None:
                    raise
                time.sleep(0.3)

    def parts(self) -> dict[str, int]:
        """The process ids of web, worker and clock."""
        found = {}
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                try:
                    words = (folder / "cmdline").read_text().split("\0")
                    parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                except (FileNotFoundError, ProcessLookupError):
                    continue
                if parent == self.process.pid and "qsmo.site" in words:
                    found[words[words.index("qsmo.site") + 1]] = int(folder.name)
        return found


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    running = Served(tmp_path / "var")
    yield running
    if running.process.poll() is None:
        running.process.terminate()
        running.process.wait(timeout=60)


def is_alive(process: int) -> bool:
    """Whether a process still runs."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_an_empty_folder_is_served_and_stops_when_asked(served: Served) -> None:
    assert "Civilian Human Resources" in served.get("/?as_of=2020-06-29")
    assert "Payroll on open rules" in served.get("/catalogue/?q=payroll")
    assert "owen.tran@ibc.example" in served.get("/accounts/login/")
    parts = served.parts()
    assert set(parts) == {"web", "worker", "clock"}
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(timeout=60) == 0
    assert not any(map(is_alive, parts.values()))


def test_a_part_that_dies_ends_the_whole_with_a_fault(served: Served) -> None:
    served.get("/ready")
    parts = served.parts()
    os.kill(parts["worker"], signal.SIGKILL)
    assert served.process.wait(timeout=60) == 1
    assert not any(map(is_alive, parts.values()))
    assert served.process.stdout is not None
    assert "worker ended by itself" in served.process.stdout.read()
