"""What is measured and with what: processor seconds, wall seconds and peak memory, of this process or of others."""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TICKS = os.sysconf("SC_CLK_TCK")
MIB = 1024 * 1024


@dataclass
class Spent:
    """Processor seconds (all threads) and wall seconds of a stretch of work."""

    cpu: float = 0.0
    wall: float = 0.0

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.cpu + other.cpu, self.wall + other.wall)


@contextmanager
def spent() -> Iterator[Spent]:
    """Measure what happens inside; the figures stand in what is handed out once it is over."""
    held, cpu, wall = Spent(), time.process_time(), time.perf_counter()
    try:
        yield held
    finally:
        held.cpu, held.wall = time.process_time() - cpu, time.perf_counter() - wall


def peak_mib() -> int:
    """The most memory that this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 // MIB


def tree_cpu(root: int) -> float:
    """Processor seconds that a process and all its descendants have used, with those that have ended."""
    parents: dict[int, list[int]] = {}
    used: dict[int, float] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it ended while we looked
            continue
        # After the name: state, parent, …; the four times (own and of ended children) are 11 to 14.
        pid = int(folder.name)
        parents.setdefault(int(fields[1]), []).append(pid)
        used[pid] = sum(int(each) for each in fields[11:15]) / TICKS
    total, left = 0.0, [root]
    while left:
        pid = left.pop()
        total += used.get(pid, 0.0)
        left += parents.get(pid, [])
    return total


def child(module: str, *arguments: str, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Run a module of ours in a process of its own; its last line of output is its answer as JSON."""
    ran = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(ran.stdout.strip().rpartition("\n")[2])
    return found


def middle(figures: Sequence[float]) -> float:
    """The median: one round that somebody else's work disturbed does not move it."""
    return statistics.median(figures)


def machine() -> list[str]:
    """This machine in words, without names."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // (1024 * MIB)
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return [
        f"{os.cpu_count()} cores ({platform.machine()}), {memory} GiB of memory, "
        f"{platform.system()}, Python {platform.python_version()}",
        f"load when the last figures were in: {load} (others may have been at work)",
    ]
