"""`python -m bench.pay.engines`: 100,000 random people on every engine, compared column by column and byte by byte.

Three calculations each: a pay period, the same as it should have been, and the next with the difference in it. What
they come to stands in docs/performance.md between marks of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import polars as pl

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qsmo.site.settings")

from bench.gauge import child, peak_mib, spent
from bench.pay.report import table
from bench.report import ENGINES as MARKS
from bench.report import put
from qsmo.kernel.finding import Refusal
from qsmo.services.payroll.rules.engines import Engine
from qsmo.services.payroll.tests.wide.retro import Paid, Told, first_difference, paid, told

ENGINES = {"polars": "Polars", "duckdb": "DuckDB", "spark": "Spark (local)"}
PEOPLE, SEED = 100_000, 2026
FACTS = ("then", "later", "now")


def main() -> None:
    """Compare and put the part into the report; 1 is answered where a cent differs."""
    chosen = argparse.ArgumentParser(prog="python -m bench.pay.engines", description=__doc__)
    chosen.add_argument("--people", type=int, default=PEOPLE)
    chosen.add_argument("--report", type=Path, default=Path("docs/performance.md"))
    asked = chosen.parse_args()
    with tempfile.TemporaryDirectory(prefix="qsmo-engines-") as folder:
        found = {}
        for name in ENGINES:
            print(f"computing on {ENGINES[name]}", file=sys.stderr, flush=True)
            found[name] = child("bench.pay.engines", folder, name, str(asked.people))
    put(asked.report, MARKS, text(found, asked.people))
    wrong = [name for name, each in found.items() if each.get("unlike")]
    sys.exit(f"{', '.join(wrong)}: not the same" if wrong else 0)


def compute(folder: Path, engine: Engine, people: int) -> dict[str, Any]:
    """The three calculations on one engine, beside what Polars came to before."""
    if engine == "polars":
        known = told(people, SEED)
        _keep(folder, "facts", {name: getattr(known, name) for name in FACTS})
        _keep(folder, "searched", paid(known, engine).frames)
    known = Told(**_kept(folder, "facts"))
    searched = Paid(**_kept(folder, "searched"), findings=())
    like = None if engine == "polars" else Paid(**_kept(folder, "polars"), findings=())
    try:
        with spent() as computing:
            found = paid(known, engine, like=searched)
    except Refusal as refusal:
        return {"missing": refusal.words}
    if like is None:
        _keep(folder, "polars", found.frames)
    same = {} if like is None else {
        name: first_difference(getattr(like, name), frame) for name, frame in found.frames.items()
    }  # fmt: skip
    said = sha256("\n".join(map(str, found.findings)).encode()).hexdigest()
    return {
        "cpu": computing.cpu,
        "wall": computing.wall,
        "peak_mib": peak_mib(),
        "rows": sum(frame.height for frame in found.frames.values()),
        "columns": found.now.width,
        "facts": sum(getattr(known, name).height for name in FACTS),
        "parts": sum(int((getattr(known, name)["segment"] > 0).sum()) for name in FACTS),
        "short": sum(int((frame["uncovered_cents"] > 0).sum()) for frame in found.frames.values()),
        "back": int((found.now["back_pay_cents"] != 0).sum()),
        "taken_back": int((found.now["back_pay_cents"] < 0).sum()),
        "digest": sha256(found.content).hexdigest(),
        "findings": said,
        "unlike": [f"{name}: {words}" for name, words in same.items() if words],
    }


def _keep(folder: Path, name: str, frames: dict[str, pl.DataFrame]) -> None:
    for part, frame in frames.items():
        frame.write_parquet(folder / f"{name}-{part}.parquet")


def _kept(folder: Path, name: str) -> dict[str, pl.DataFrame]:
    return {part: pl.read_parquet(folder / f"{name}-{part}.parquet") for part in FACTS}


def text(found: dict[str, dict[str, Any]], people: int) -> str:
    """The part of the report."""
    first = found["polars"]
    rows = []
    for name, each in found.items():
        if "missing" in each:
            rows.append((ENGINES[name], each["missing"], "", "", ""))
            continue
        same = each["digest"] == first["digest"] and each["findings"] == first["findings"]
        outcome = "the measure" if each is first else "the same bytes" if same else "**OTHER BYTES**"
        rows.append(
            (ENGINES[name], outcome, f"{each['cpu']:.0f}", f"{each['wall']:.0f}", f"{each['peak_mib']:,}")
        )
    unlike = [
        f"* {ENGINES[name]}: {words}" for name, each in found.items() for words in each.get("unlike", ())
    ]
    head = ("engine", "columns and findings", "processor s", "wall s", "peak MiB")
    return "\n".join(
        [
            f"## {people:,} random people on every engine",
            "",
            "Written by `make engines`. Every pay plan, premium, payment (also negative ones), election, order,",
            f"state and place that rules know is drawn by lot; {first['parts']:,} rows are parts of a pay period. Each",
            "person is computed three times: a pay period, the same with what became known later, and the next with",
            f"the difference in it ({first['back']:,} people, {first['taken_back']:,} of them pay back). That makes",
            f"{first['rows']:,} rows of {first['columns']:,} columns, compared column by column. In {first['short']:,}",
            "of them pay does not cover every deduction (found on Polars, and given to all). Of Spark",
            "the processor seconds are those of its driver.",
            "",
            table(head, rows),
            *unlike,
        ]
    )  # fmt: skip


if __name__ == "__main__":
    if len(sys.argv) == 1 + len(("folder", "engine", "people")) and sys.argv[2] in ENGINES:
        print(json.dumps(compute(Path(sys.argv[1]), cast(Engine, sys.argv[2]), int(sys.argv[3]))))
    else:
        main()
