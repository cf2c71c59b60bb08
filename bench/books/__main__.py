"""`python -m bench.books`: our ledger beside two others and the floor, put into docs/performance.md between marks.

The others are run by a Python that has them (`--peers PYTHON`: django-hordak, django-ledger and psycopg installed);
without one only ours and the floor are measured.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.gauge import child
from bench.report import kept
from bench.server import database_of

MARKS = ("<!-- ledger -->", "<!-- end of ledger -->")
HERE = Path(__file__).parent / "peers"
LINES, LEGS = 6, 2
ENTRIES = 167_000
"""So many entries of six lines are a million lines."""


def main() -> None:
    """Measure and put the part into the report."""
    asked = argparse.ArgumentParser(prog="python -m bench.books", description=__doc__)
    asked.add_argument(
        "--entries", type=int, default=ENTRIES, help="posted in batches before reading is measured"
    )
    asked.add_argument("--peers", type=Path, default=None, help="a Python that has the other programs")
    asked.add_argument("--report", type=Path, default=Path("docs/performance.md"))
    chosen = asked.parse_args()
    found = {name: measured(name, chosen.entries, chosen.peers) for name in ("sqlite", "postgres")}
    print(json.dumps(found, indent=1), file=sys.stderr)
    text = f"{MARKS[0]}\n{section(found)}\n{MARKS[1]}\n"
    before = chosen.report.read_text(encoding="utf-8") if chosen.report.is_file() else ""
    old = kept(chosen.report, *MARKS)
    chosen.report.write_text(
        before.replace(old, text) if old else f"{before.rstrip()}\n\n{text}", encoding="utf-8"
    )


def measured(database: str, entries: int, peers: Path | None) -> dict[str, Any]:
    """Ours, then each other program, on one database; every program on a fresh one."""
    found: dict[str, Any] = {}
    with (
        tempfile.TemporaryDirectory(prefix="qsmo-books-") as folder,
        database_of(database, Path(folder)) as (url, server),
    ):
        own = {
            "QSMO_VAR": f"{folder}/var",
            "QSMO_DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "qsmo.site.settings",
        }
        found["ours"] = child("bench.books.ours", str(entries), str(server), environment=own)
        if peers is not None:
            found["django-ledger"] = _peer(
                peers, "with_django_ledger.py", _place(database, folder, url, "djledger", server)
            )
            if url:
                found["django-hordak"] = _peer(
                    peers, "with_hordak.py", _place(database, folder, url, "hordak", server)[1:]
                )
    return found


def _place(database: str, folder: str, url: str, name: str, server: int) -> list[str]:
    if database == "sqlite":
        return ["sqlite", f"{folder}/{name}.sqlite3"]
    import psycopg

    with psycopg.connect(url, autocommit=True) as there:
        there.execute(f'CREATE DATABASE "{name}"')
    parts = urlsplit(url)
    host = parts.hostname or dict(pair.split("=") for pair in parts.query.split("&"))["host"]
    return ["postgres", name, parts.username or "", host, str(parts.port or ""), str(server)]


def _peer(python: Path, script: str, place: list[str]) -> dict[str, Any]:
    bare = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DJANGO", "QSMO"))
    }
    done = subprocess.run(
        [python, HERE / script, *place], env=bare, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{script}: {done.stderr[-2000:]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


Target = tuple[str, float, int, bool]
"""What is held against a bound: its words, the figure, the bound, and whether it is the least or the most."""


def section(found: dict[str, Any]) -> str:
    """The part of the report: entries a second with their ratios, reading, sizes."""
    rows: list[str] = []
    targets: list[Target] = []
    for database, each in found.items():
        _compared(database, each, rows, targets)
        ours = each["ours"]
        targets.append(
            (f"one balance at {ours['lines']:,} lines, {database}, ms", ours["balance_ms"], 1, False)
        )
        targets.append((f"a trial balance there, {database}, ms", ours["trial_balance_ms"], 50, False))
    sizes = ", ".join(f"{name} {each['ours']['size_mib']:,.0f} MiB" for name, each in found.items())
    return "\n".join(
        [
            "## Books",
            "",
            "Written by `python -m bench.books`. Entries a second of processor, of the program and of PostgreSQL's own "
            "processes together; beside it by the wall. Each program on a fresh database of the same server, in one "
            "run. Ours has six lines (budgetary and proprietary, funds control, kept balances), the others have two "
            "and keep no balances.",
            "",
            "| database | what | lines | entries a core-second | by the wall | ours in its times |",
            "| --- | --- | ---: | ---: | ---: | ---: |",
            *rows,
            "",
            "| target | measured | | held |",
            "| --- | ---: | ---: | ---: |",
            *map(_held, targets),
            "",
            f"Size of the database with {found['sqlite']['ours']['lines']:,} lines: {sizes}.",
        ]
    )


def _compared(database: str, each: dict[str, Any], rows: list[str], targets: list[Target]) -> None:
    ours, floor = each["ours"], each["ours"]["floor"]
    one, batch = ours["one_by_one"], ours["batch"]
    rows.append(_row(database, "ours, one by one", LINES, one, one))
    rows.append(_row(database, "ours, in batches", LINES, batch, batch))
    rows.append(_row(database, "floor: the same rows inserted, not sealed", LINES, floor, batch))
    targets.append((f"batches against the floor, {database}: times as long", _times(floor, batch), 3, False))
    for name, least in (("django-hordak", 2), ("django-ledger", 10)):
        peer = each.get(name)
        if peer is None:
            continue
        title = f"{name} {peer['version']}"
        rows.append(_row(database, f"{title}, one by one", LEGS, peer["one_by_one"], one))
        targets.append(
            (f"one by one against {name}, {database}", _times(one, peer["one_by_one"]), least, True)
        )
        if "batch" in peer:
            rows.append(_row(database, f"{title}, in batches", LEGS, peer["batch"], batch))
            targets.append((f"batches against {name}, {database}", _times(batch, peer["batch"]), 5, True))


def _times(one: dict[str, float], other: dict[str, float]) -> float:
    return one["a_second"] / other["a_second"]


def _held(target: Target) -> str:
    words, value, bound, least = target
    held = value >= bound if least else value <= bound
    return f"| {words} | {value:,.1f} | {'at least' if least else 'at most'} {bound} | {'yes' if held else '**no**'} |"


def _row(database: str, what: str, lines: int, rate: dict[str, float], ours: dict[str, float]) -> str:
    figures = f"{rate['a_second']:,.0f} | {rate['by_wall']:,.0f} | {_times(ours, rate):,.2f}"
    return f"| {database} | {what} | {lines} | {figures} |"


if __name__ == "__main__":
    main()
