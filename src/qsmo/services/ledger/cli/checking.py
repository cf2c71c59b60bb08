"""Checks of files on the command line: DATA Act, GTAS and payment files, whoever made them."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from qsmo.kernel.finding import Finding
from qsmo.platform import console
from qsmo.services.ledger.formats.checking import (
    Beside,
    File,
    check_dataact,
    check_gtas,
    check_payments,
)
from qsmo.services.ledger.rules.checking.report import Report

SHOWN = 10
Whole = Annotated[
    bool, typer.Option("--json", help="Print the whole report as JSON: every finding, every rule.")
]
Year = Annotated[
    int | None, typer.Option(min=2000, max=2100, help="Fiscal year, where the files do not say it.")
]
Month = Annotated[int | None, typer.Option(min=1, max=15, help="Period, 1 October to 12 September.")]
Master = Annotated[
    Path | None, typer.Option(exists=True, dir_okay=False, help="Treasury's list of accounts, CSV.")
]


def _file(path: Path | None) -> File | None:
    return None if path is None else (path.name, path.read_bytes())


def _files(paths: list[Path] | None) -> tuple[File, ...]:
    return tuple((path.name, path.read_bytes()) for path in paths or ())


def _one(help_: str) -> object:
    return typer.Option(exists=True, dir_okay=False, help=help_)


def check_dataact_(
    a: Annotated[Path | None, _one("File A, appropriations.")] = None,
    b: Annotated[Path | None, _one("File B, program activity and object class.")] = None,
    c: Annotated[Path | None, _one("File C, awards.")] = None,
    sf133: Annotated[list[Path] | None, _one("SF-133 data, CSV; several times for several periods.")] = None,
    tas: Master = None,
    prior: Annotated[
        list[Path] | None, _one("File C of the period before, or SF-133 data of last year's period 12.")
    ] = None,
    d1: Annotated[Path | None, _one("Procurement awards, CSV.")] = None,
    d2: Annotated[Path | None, _one("Assistance awards, CSV.")] = None,
    keys: Annotated[Path | None, _one("Program activity reporting keys by account, CSV.")] = None,
    activities: Annotated[Path | None, _one("Program activity codes and names by account, CSV.")] = None,
    fiscal_year: Year = None,
    period: Month = None,
    agency: Annotated[str, typer.Option(help="The agency that submits, three digits.")] = "",
    as_json: Whole = False,
) -> None:
    """Check DATA Act files A, B and C, alone, against each other, and against the lists that are given beside them.

    Exits with 0 where nothing fatal was found, with 1 where something was, with 2 where a file cannot be read at all.
    """
    files = {of: _file(path) for of, path in (("A", a), ("B", b), ("C", c))}
    given = {of: file for of, file in files.items() if file is not None}
    if not given:
        raise typer.BadParameter("give at least one of --a, --b and --c")
    with console.answering():
        beside = Beside(
            _file(tas), _files(sf133), _files(prior), _file(d1), _file(d2), _file(keys), _file(activities)
        )
        report = check_dataact(given, beside, year=fiscal_year, period=period, agency=agency)
    _tell(report, as_json=as_json)


def check_gtas_(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="The bulk file of 98 characters a row.")
    ],
    fiscal_year: Year = None,
    tas: Master = None,
    prior: Annotated[
        Path | None, _one("A bulk file of before: period 12 of last year, or an earlier period of this one.")
    ] = None,
    as_json: Whole = False,
) -> None:
    """Check a GTAS bulk file: its form, the codes, attributes by account, and the edits that are known.

    Exits with 0 where nothing fatal was found, with 1 where something was, with 2 where a file cannot be read at all.
    """
    with console.answering():
        report = check_gtas(
            (file.name, file.read_bytes()), year=fiscal_year, tas=_file(tas), prior=_file(prior)
        )
    _tell(report, as_json=as_json)


def check_payments_(
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, help="The payment request, 850 characters a record."),
    ],
    as_json: Whole = False,
) -> None:
    """Check a Standard Payment Request file: its records and their order, fields, sums and counts.

    Exits with 0 where nothing fatal was found, with 1 where something was, with 2 where a file cannot be read at all.
    """
    with console.answering():
        report = check_payments((file.name, file.read_bytes()))
    _tell(report, as_json=as_json)


def _tell(report: Report, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.writelines(_json(report))
    else:
        _print(report)
    raise typer.Exit(report.exit_code)


def _json(report: Report) -> Iterator[str]:
    """The document with one finding and one rule a line, written as it goes: there may be a million findings."""
    yield "{\n"
    for key, value in report.summary().items():
        yield f" {json.dumps(key)}: "
        yield from _rows(value) if isinstance(value, list) else (json.dumps(value, ensure_ascii=False),)
        yield ",\n"
    yield ' "findings": '
    yield from _rows(report.plain())
    yield "\n}\n"


def _rows(rows: Iterable[object]) -> Iterator[str]:
    between = "[\n  "
    for each in rows:
        yield between + json.dumps(each, ensure_ascii=False)
        between = ",\n  "
    yield "[]" if between.startswith("[") else "\n ]"


def _print(report: Report) -> None:
    """The findings grouped by rule, the first of each; then what did not run."""
    groups: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    of_file = {each.name: each.of for each in report.files}
    for each in report.in_order():
        groups[each.code, of_file.get(each.file, "")].append(each)
    rank = {"error": 0, "warning": 1}
    for (code, of), found in sorted(groups.items(), key=lambda group: rank[group[1][0].severity]):
        rule = report.rule(code, of)
        shown = [
            {"where": each.place, "who": each.who, "words": each.words, "expected": each.expected}
            for each in found[:SHOWN]
        ]
        effect = f", {rule.effect}" if rule.effect else ""
        title = f"{rule.severity.upper()} {code} ({of}){effect}: {rule.title}"
        columns = {"where": "where", "who": "for", "words": "what is wrong", "expected": "right would be"}
        console.table(shown, columns, title=title)
        if len(found) > SHOWN:
            console.OUT.print(f"… and {len(found) - SHOWN:,} more of {code}; --json has all", highlight=False)
        console.OUT.print("")
    waiting: dict[str, list[str]] = defaultdict(list)
    run = report.run()
    for row in run:
        if row["state"] != "ran":
            waiting[f"{row['state']}, {row['why']}"].append(f"{row['rule']}")
    for why, codes in waiting.items():
        console.OUT.print(f"{why}: {', '.join(dict.fromkeys(codes))}", highlight=False, markup=False)
    for note in dict.fromkeys(report.notes):
        console.OUT.print(f"note: {note}", highlight=False, markup=False)
    looked = ", ".join(f"{each.name} ({each.rows:,} rows)" for each in report.files)
    ran = sum(row["state"] == "ran" for row in run)
    console.OUT.print(
        f"{looked}: {report.fatal:,} fatal, {report.warnings:,} warnings, {ran} rules ran of {len(run)}",
        highlight=False,
        markup=False,
    )
