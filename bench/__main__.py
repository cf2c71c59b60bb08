"""`python -m bench`: measure everything and write docs/performance.md; takes about ten minutes of two idle cores."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

# Nothing is measured in this process, but the rules it imports read the settings of the site.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qsmo.site.settings")

from bench import payroll, server, statements
from bench.pay import beside
from bench.report import APART, kept, report

DATABASES = {"SQLite": "sqlite", "PostgreSQL": "postgres"}
NEEDED = ("payroll", "statements", *DATABASES)
PARTS = (*NEEDED, "branch", "spark", "beside")
"""`make bench` measures what is needed for a report; the others are asked for by name and stay until asked again."""
BRANCH = 2_200_000
ON_SPARK = 200_000


def main() -> None:
    """Measure and report. What is not asked for keeps the figures of the time before."""
    asked = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    asked.add_argument("part", nargs="*", help=f"measure only these of {', '.join(PARTS)}")
    asked.add_argument("--people", type=int, default=100_000, help="how many are paid")
    asked.add_argument("--rounds", type=int, default=3, help="how often each thing is measured")
    asked.add_argument("--cache", type=Path, default=Path(os.environ.get("QSMO_VAR", "var")) / "bench")
    asked.add_argument("--report", type=Path, default=Path("docs/performance.md"))
    chosen = asked.parse_args()
    if unknown := set(chosen.part) - set(PARTS):
        asked.error(f"there is no part {', '.join(sorted(unknown))}")
    chosen.cache.mkdir(parents=True, exist_ok=True)
    cached = chosen.cache / "figures.json"
    found = json.loads(cached.read_text()) if cached.exists() else {}
    for part in chosen.part or NEEDED:
        print(f"measuring: {part}", file=sys.stderr, flush=True)
        found[part] = _measured(part, chosen)
        cached.write_text(json.dumps(found, indent=1))
    if missing := set(NEEDED) - set(found):
        asked.error(f"no report yet: {', '.join(sorted(missing))} was never measured")
    sites = {name: found[name] for name in DATABASES}
    text = report(found, sites)
    others = [kept(chosen.report, *marks) for marks in APART]
    chosen.report.write_text("\n".join(filter(None, [text, *others])), encoding="utf-8")
    print(f"written: {chosen.report}", file=sys.stderr)


def _measured(part: str, chosen: argparse.Namespace) -> dict[str, Any]:
    if part in DATABASES:
        return server.measured(DATABASES[part], chosen.rounds)
    if part == "beside":
        return beside.measured()
    count = {"branch": BRANCH, "spark": ON_SPARK}.get(part, chosen.people)
    people = payroll.ensure_people(chosen.cache.absolute(), count)
    if part == "branch":
        return {**payroll.pair(people, 1), "run": statements.measured(people)}
    if part == "spark":
        return payroll.on_spark(people)
    return payroll.measured(people, chosen.rounds) if part == "payroll" else statements.measured(people)


if __name__ == "__main__":
    main()
