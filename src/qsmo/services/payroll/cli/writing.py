"""Files of a run on the command line: lists kept, files written and saved, one's own wages."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from qsmo.kernel.money import Money
from qsmo.platform import console
from qsmo.platform.store import files
from qsmo.services.payroll import queries
from qsmo.services.payroll.actions.printing import plan, print_all
from qsmo.services.payroll.actions.writing import keep_list, write_files
from qsmo.services.payroll.formats.out.titles import catalogue
from qsmo.services.payroll.queries.printing import archive_name, archives
from qsmo.services.payroll.queries.writing import lists, own_wages, written

RunId = Annotated[str, typer.Argument(help="The run, as `qsmo payroll runs` lists it.")]
COLUMNS = {
    "file": "file",
    "records": "records",
    "amount": "amount",
    "sha256": "sha-256",
    "why": "not written because",
}


def keep(
    account: Annotated[str, typer.Argument(help="The account, as `qsmo payroll accounts` lists it.")],
    kind: Annotated[str, typer.Argument(help="banks, office or chart.")],
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    as_: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """Keep a list that payment rests on: bank accounts, items of the payroll office, account symbols."""
    kept = keep_list(console.viewer_of(as_), account, kind, file)
    if kept.found and not as_json:
        console.findings(kept.found)
    console.facts({"kept": kept.accepted, "not used": len(kept.found)}, as_json=as_json)


def write(
    run: RunId,
    out: Annotated[Path | None, typer.Option(help="Save the files in this folder as well.")] = None,
    as_: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """Write a certified run as its files: payments, remittances, taxes, statements, books, feed, everything."""
    viewer = console.viewer_of(as_)
    made = written(viewer, write_files(viewer, run))
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for each in made:
            if each.digest:
                with (out / each.name).open("wb") as target:
                    target.writelines(files.pieces(each.digest))
    rows = [
        {"file": each.name, "records": each.held.records, "amount": Money(each.held.cents), "sha256": each.digest[:16],
         "why": each.why}
        for each in made
    ]  # fmt: skip
    console.table(rows, COLUMNS, as_json=as_json)


def print_(
    run: RunId,
    out: Annotated[Path | None, typer.Option(help="Save the archives in this folder as well.")] = None,
    as_: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """Print everybody's statement of a certified run as tagged PDF, with progress; one that was killed goes on."""
    viewer = console.viewer_of(as_)
    found = plan(viewer, run)
    with console.progress("Printing", found.people) as done:
        print_all(viewer, run, done)
    made = list(archives(viewer, found))
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for each in made:
            with (out / archive_name(found, each)).open("wb") as target:
                target.writelines(files.pieces(each.file))
    unprinted = [employee for each in made for employee in each.unprinted]
    console.facts(
        {
            "archives": len(made),
            "statements": sum(each.people for each in made) - len(unprinted),
            "not printed": ", ".join(unprinted) or "none",
        },
        as_json=as_json,
    )


def lists_(
    account: Annotated[str, typer.Argument(help="The account, as `qsmo payroll accounts` lists it.")],
    as_: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """The lists that an account keeps."""
    viewer = console.viewer_of(as_)
    rows = [
        {"kind": each.kind, "name": each.name, "accepted": each.accepted, "refused": each.refused}
        for each in lists(viewer, queries.account(viewer, account))
    ]
    console.table(
        rows, {"kind": "list", "name": "file", "accepted": "used", "refused": "not used"}, as_json=as_json
    )


def wages(as_: console.As = "", as_json: console.AsJson = False) -> None:
    """Your own amounts of Form W-2, year by year, so far."""
    rows = [
        {"year": each.year, "employee": each.employee, "what": title, "amount": Money(cents)}
        for each in own_wages(console.viewer_of(as_))
        for title, cents in each.amounts
    ]
    console.table(
        rows, {"year": "year", "employee": "employee", "what": "what", "amount": "amount"}, as_json=as_json
    )


def titles() -> None:
    """The titles of statement lines as a catalogue for translators: one line each, to be saved as a file."""
    sys.stdout.write(catalogue())
