"""Processor and wall seconds of a stretch of work: of this process, and of a PostgreSQL server where one is named."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def server_cpu(server: int) -> float:
    """Processor seconds that the server's processes have used, with those that have ended; 0 where none is named."""
    used = 0
    for folder in Path("/proc").iterdir() if server else ():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it ended while we looked
                continue
            # After the name: state, parent, …; the four times (own and of ended children) are 11 to 14.
            if server in (int(folder.name), int(fields[1])):
                used += sum(map(int, fields[11 : 15 if int(folder.name) == server else 13]))
    return used / TICKS


@contextmanager
def spent(server: int) -> Iterator[dict[str, float]]:
    """Measure what happens inside; the figures stand in what is handed out once it is over."""
    held: dict[str, float] = {}
    cpu, wall = time.process_time() + server_cpu(server), time.perf_counter()
    yield held
    held["wall"] = time.perf_counter() - wall
    held["cpu"] = time.process_time() + server_cpu(server) - cpu


def rates(count: int, held: dict[str, float]) -> dict[str, float]:
    """How many in a second of processor, and in a second of wall."""
    return {"entries": count, **held, "a_second": count / held["cpu"], "by_wall": count / held["wall"]}
