"""`python -m bench.score`: replay the shared half of the federal test set, score it, and write the score down.

The set's messages do not carry what its guide says of withholding forms; these entries, which are input and no result,
are put beside them as a table of elections. The score without them stands beside the score with them.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from bench.report import BEGIN, END, kept
from bench.settled import SETTLED
from qsmo.services.payroll.cli import app
from qsmo.services.payroll.cli.score import scored
from qsmo.services.payroll.formats.expected import read_reasons
from qsmo.services.payroll.formats.federal.elections import COLUMNS
from qsmo.services.payroll.rules.timeline.score import OUTCOMES, Compared, Reason, reason, tally

REASONS = Path(__file__).parent / "score_reasons.csv"
LATE = {"HR_TRANS_RETRO_20210214_v1.1.xml": "2021-03-14"}
"""The description of the set says that this file came in its fourth pay period and acts back."""


def main() -> None:
    """Score, and put the score into the report."""
    assert SETTLED, "the commands below need Django"
    asked = argparse.ArgumentParser(prog="python -m bench.score", description=__doc__)
    default = Path(os.environ.get("QSMO_REFERENCE", "../shared/reference"))
    asked.add_argument("--reference", type=Path, default=default)
    asked.add_argument("--report", type=Path, default=Path("docs/performance.md"))
    chosen = asked.parse_args()
    messages = chosen.reference / "market" / "data" / "gdts"
    expected = chosen.reference / "payroll" / "golden" / "golden_shared.json"
    if not messages.is_dir() or not expected.is_file():
        print(
            f"The test set is not in {chosen.reference}; set QSMO_REFERENCE. Nothing scored.", file=sys.stderr
        )
        return
    with tempfile.TemporaryDirectory() as folder:
        alone, _ = score(messages, expected, Path(folder) / "alone", entries=False)
        whole, told = score(messages, expected, Path(folder) / "whole", entries=True)
    text = section(alone, whole, told, read_reasons(REASONS))
    put(chosen.report, text)
    print(f"written: {chosen.report}", file=sys.stderr)


def score(
    messages: Path, expected: Path, folder: Path, *, entries: bool
) -> tuple[list[Compared], dict[str, Any]]:
    """The figures of a replay of the set against its published ones, and what the replay said of itself."""
    inputs = folder / "messages"
    inputs.mkdir(parents=True)
    for path in messages.glob("*.xml"):
        shutil.copy(path, inputs / path.name)
    if entries:
        content = json.loads(expected.read_text(encoding="utf-8"))
        with (inputs / "elections.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([COLUMNS, *elections(content, inputs)])
    args = ["replay", "--hr", str(inputs), "--out", str(folder / "out"), "--json"]
    for name, day in LATE.items():
        args += ["--arrived", f"{name}={day}"]
    done = CliRunner().invoke(app, args)
    if done.exit_code not in (0, 1) or not done.stdout:
        raise SystemExit(f"the replay failed: {done.output} {done.exception!r}")
    return scored(folder / "out", expected), json.loads(done.stdout)


def elections(content: dict[str, Any], inputs: Path) -> Iterator[Sequence[str]]:
    """What the guide says of each person's federal form: the generation, allowances and credits.

    Exemptions of states are not handed on: no message carries a state's certificate, and the statements are those of
    people without one.
    """
    numbers = _numbers(inputs)
    for employee in content["employees"]:
        profile, first = employee["profile"], employee["periods"][0]
        row = dict.fromkeys(COLUMNS, "")
        row["employee"], row["from"] = numbers[employee["employee"]], first["begin"]
        election = first["tax_election"]
        if profile["w4_pre_2020"] == "Yes":
            row["form"] = "2019"
            row["allowances"] = election.get("TaxExempt", "0")
        elif "AddTaxWithheldAmt" in election:  # the dossier found that the set uses it as a credit of step 3
            row["step3"] = election["AddTaxWithheldAmt"]
        if any(row[name] for name in COLUMNS[2:]):
            yield [row[name] for name in COLUMNS]


def _numbers(inputs: Path) -> dict[str, str]:
    from qsmo.services.payroll.formats.federal.folder import read_folder

    found: dict[str, str] = {}
    for batch in read_folder(inputs).batches:
        for event in batch.events:
            if "given_name" in event.stated:
                name = f"{event.stated['given_name']} {event.stated['last_name']}".upper()
                found[name] = event.employee
    return found


def section(
    alone: Sequence[Compared], whole: Sequence[Compared], told: dict[str, Any], reasons: Sequence[Reason]
) -> str:
    """The score as text."""
    before = {row["what"]: row for row in tally(alone)}
    rows = [
        (row["what"], *(row[each] for each in OUTCOMES), before.get(row["what"], {}).get("exact", ""))
        for row in tally(each for each in whole if each.expected)
    ]
    head = ("figure", *OUTCOMES, "exact by the messages alone")
    misses = [each for each in whole if each.outcome in ("within a dollar", "off")]
    silent = [each for each in whole if each.outcome == "not comparable" and each.expected]
    return "\n".join(
        [
            BEGIN,
            "## The federal test set: the shared half of its statements",
            "",
            "Written by `make score`. Every published figure of 38 people against a replay of the set's own messages",
            "(`qsmo payroll replay`), with the entries of withholding forms that only its guide has. Amounts published",
            "without cents are compared cut to whole dollars. Rules are never changed by what stands here.",
            "How it is done, and what is left out where nothing is on file: [replay.md](replay.md).",
            "",
            f"{told['statements']:,} statements of all people in the messages, {told['refused']:,} refused.",
            "",
            _table(head, rows),
            "",
            "### Misses, and whose error each is",
            "",
            _table(
                ("who", "figure", "pay period: published (ours)", "whose error, and why"),
                _grouped(misses, reasons),
            ),
            "",
            "### Published, and not computed",
            "",
            _table(("who", "figure", "pay period: published (ours)", "why"), _grouped(silent, reasons)),
            END,
            "",
        ]
    )


def _grouped(found: Sequence[Compared], reasons: Sequence[Reason]) -> list[tuple[str, ...]]:
    """One row for a figure of one person and a reason, with each pay period in which it misses."""
    groups: dict[tuple[str, str, str], list[Compared]] = {}
    for each in found:
        known = reason(each, reasons)
        why = f"**{known.whose}**: {known.why}" if known else each.note or "not found out yet"
        groups.setdefault((each.employee, each.what, why), []).append(each)
    return [
        (
            who.title(),
            what,
            "; ".join(f"{each.label[-2:]}: {each.expected} ({each.ours or '–'})" for each in misses),
            why,
        )
        for (who, what, why), misses in sorted(groups.items())
    ]


def _table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    rule = ["---"] * len(head)
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in [head, rule, *rows])


def put(report: Path, text: str) -> None:
    """Put the score in the place of the one before, or at the end."""
    before = report.read_text(encoding="utf-8") if report.is_file() else ""
    old = kept(report)
    report.write_text(before.replace(old, text) if old else f"{before.rstrip()}\n\n{text}", encoding="utf-8")


if __name__ == "__main__":
    main()
