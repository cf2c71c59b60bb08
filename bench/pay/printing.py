"""`python -m bench.pay.printing`: everybody's statement of 10,000 people as tagged PDF, by the product's own job.

With its database and store, on a database of its own; put into docs/performance.md between marks of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qsmo.site.settings")

from bench import payroll
from bench.gauge import MIB, child, peak_mib, spent
from bench.pay.report import table
from bench.report import PRINTING as MARKS
from bench.report import put

PEOPLE, MOST_SECONDS, TOLD = 10_000, 180, 10


def main() -> None:
    """Measure and put the part into the report."""
    chosen = argparse.ArgumentParser(prog="python -m bench.pay.printing", description=__doc__)
    chosen.add_argument("--people", type=int, default=PEOPLE)
    chosen.add_argument("--cache", type=Path, default=Path(os.environ.get("QSMO_VAR", "var")) / "bench")
    chosen.add_argument("--report", type=Path, default=Path("docs/performance.md"))
    asked = chosen.parse_args()
    asked.cache.mkdir(parents=True, exist_ok=True)
    folder = payroll.ensure_people(asked.cache.absolute(), asked.people)
    with tempfile.TemporaryDirectory(prefix="qsmo-printing-") as var:
        own = {"QSMO_VAR": var, "QSMO_DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "qsmo.site.settings"}
        put(asked.report, MARKS, text(child("bench.pay.printing", str(folder), environment=own)))


def measured(folder: Path) -> dict[str, Any]:
    """Compute a run, take it for certified, and print it; how far it is is said on the way."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    from bench.statements import an_operator, opened_run, take_files
    from qsmo.platform.store import files
    from qsmo.services.payroll import actions
    from qsmo.services.payroll.actions.prints import print_now
    from qsmo.services.payroll.formats.sample import AGENCY
    from qsmo.services.payroll.jobs import compute_now
    from qsmo.services.payroll.models import Archive, PayRun

    operator, run = an_operator(), opened_run(AGENCY)
    take_files(operator, run, folder)
    run = compute_now(actions.calculate(operator, run.pk), lambda _people: None)
    PayRun.every.filter(pk=run.pk).update(state="certified")
    run.refresh_from_db()
    done = [0, 0]

    def progress(people: int) -> None:
        done[0] += people
        if done[0] * TOLD // run.people > done[1]:
            done[1] = done[0] * TOLD // run.people
            print(f"  {done[0]:,} of {run.people:,} statements", file=sys.stderr, flush=True)

    with spent() as printing:
        print_now(run, progress)
    made = list(Archive.every.filter(run=run))
    return {
        "people": sum(each.people - len(each.unprinted) for each in made),
        "archives": len(made),
        "mib": sum(files.path(each.file).stat().st_size for each in made) // MIB,
        "cpu": printing.cpu,
        "wall": printing.wall,
        "peak_mib": peak_mib(),
    }


def text(found: dict[str, Any]) -> str:
    """The part of the report."""
    each = found["cpu"] * 1000 / found["people"]
    held = "yes" if found["cpu"] <= MOST_SECONDS * found["people"] / PEOPLE else "**no**"
    head = (
        "everybody's statement as tagged PDF",
        "processor s",
        "wall s",
        "peak MiB",
        "archives",
        "MiB in all",
    )
    row = (f"{found['people']:,} people", f"{found['cpu']:.0f}", f"{found['wall']:.0f}", f"{found['peak_mib']:,}",
           found["archives"], f"{found['mib']:,}")  # fmt: skip
    return "\n".join(
        [
            "## Statements printed",
            "",
            "Written by `python -m bench.pay.printing`: the job behind “Print all statements” with its database and",
            "store. The page and the command show how many archives are there; what was printed before a kill is kept.",
            "",
            table(head, [row]),
            "",
            f"{each:.1f} ms of processor each. Target: {PEOPLE:,} in {MOST_SECONDS} s of processor, held: {held}.",
        ]
    )


if __name__ == "__main__":
    if len(sys.argv) == 1 + 1 and Path(sys.argv[1]).is_dir():
        print(json.dumps(measured(Path(sys.argv[1]))))
    else:
        main()
