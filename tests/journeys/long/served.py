"""An installation served by `qsmo serve`: web, worker and clock in one command, whose worker can be killed outright."""

from __future__ import annotations

import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.journeys.world import World

STOPS_WITHIN_SECONDS = 60


class ServedWorld(World):
    """The same as a world, with a worker and a clock at work beside the pages."""

    part = "serve"
    patience_seconds = 300

    def again(self) -> None:
        """Open what is in the folder, as it stands."""
        self._serve()

    def kill_worker(self) -> None:
        """Kill the worker outright, and wait until the command has found out and ended as a fault."""
        assert self._server is not None
        os.kill(self._child("worker"), signal.SIGKILL)
        assert self._server.wait(timeout=STOPS_WITHIN_SECONDS) == 1
        self._server = None

    def stored(self) -> int:
        """How many files the store keeps."""
        return sum(1 for each in (self.folder / "store").glob("??/*") if each.is_file())

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the database says, whether or not anything is running."""
        with closing(sqlite3.connect(f"file:{self.folder / 'qsmo.sqlite3'}?mode=ro", uri=True)) as database:
            return database.execute(query).fetchall()

    def _child(self, name: str) -> int:
        """The process of a part of the command."""
        assert self._server is not None
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                try:
                    words = (folder / "cmdline").read_text().split("\0")
                    parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                except (FileNotFoundError, ProcessLookupError):
                    continue
                if parent == self._server.pid and name in words:
                    return int(folder.name)
        raise AssertionError(f"no {name} is running")
