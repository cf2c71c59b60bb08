"""The score of a replay on the command line: how many figures are the published ones, and each that is not."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from qsmo.platform import console
from qsmo.services.payroll.formats.expected import read_expected, read_reasons, read_run
from qsmo.services.payroll.rules.timeline.score import OUTCOMES, Compared, Reason, compared, reason, tally


def score(
    run: Annotated[Path, typer.Option(help="Folder that `replay` wrote.", exists=True, file_okay=False)],
    expected: Annotated[Path, typer.Option(help="Published figures, JSON.", exists=True, dir_okay=False)],
    reasons: Annotated[
        Path | None, typer.Option(help="Reasons of misses, CSV.", exists=True, dir_okay=False)
    ] = None,
    as_json: console.AsJson = False,
) -> None:
    """How many figures are exact to the cent, within a dollar, off or not comparable, and every miss.

    Published amounts without cents are compared as cut to whole dollars.
    """
    found = scored(run, expected)
    known = read_reasons(reasons) if reasons else []
    misses = [_miss(each, known) for each in found if each.outcome in ("within a dollar", "off")]
    silent = [_miss(each, known) for each in found if each.outcome == "not comparable" and each.expected]
    if as_json:
        content = {"score": tally(found), "misses": misses, "not_comparable": silent}
        sys.stdout.write(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
        return
    columns: dict[str, str] = {"what": "figure"}
    columns |= {outcome: outcome for outcome in OUTCOMES}
    console.table(tally(found), columns)
    shown = {"employee": "employee", "pay_period": "pay period", "what": "figure", "outcome": "is"}
    shown |= {"expected": "published", "ours": "ours", "why": "why"}
    console.table(misses, shown, title="Misses")
    if silent:
        console.table(silent, shown, title="Not comparable")


def scored(run: Path, expected: Path) -> list[Compared]:
    """Every published figure held against the run."""
    ours, refused = read_run(run)
    found = []
    for each in read_expected(expected):
        own = ours.get((each.employee, each.begin))
        note = "" if own else refused.get((each.employee, each.label), "no statement and not refused")
        found += compared(each, own, note)
    return found


def _miss(each: Compared, known: list[Reason]) -> dict[str, str]:
    because = reason(each, known)
    why = f"{because.whose}: {because.why}" if because else each.note
    return {
        "employee": each.employee,
        "pay_period": each.label,
        "what": each.what,
        "outcome": each.outcome,
        "expected": each.expected,
        "ours": each.ours,
        "why": why,
    }
