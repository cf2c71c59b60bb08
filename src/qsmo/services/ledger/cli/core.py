"""Prescribed reports on the command line, as CSV with every item in its order."""

from __future__ import annotations

import csv
import sys
from datetime import datetime
from typing import Annotated

import typer

from qsmo.platform import console
from qsmo.platform.access.viewer import program


def core_report_(
    book: Annotated[str, typer.Argument(help="Identifier of the books.")],
    report: Annotated[
        str, typer.Argument(help="status-of-funding, obligation-status, trial-balance or transaction-detail.")
    ],
    tas: Annotated[str, typer.Option(help="Of this Treasury account alone.")] = "",
    by: Annotated[str, typer.Option(help="Told apart by an attribute, or by all of them.")] = "",
    document: Annotated[str, typer.Option(help="Of this order alone.")] = "",
    year: Annotated[int, typer.Option(help="Fiscal year; the present one without it.")] = 0,
    period: Annotated[int, typer.Option(help="Through this period; the present one without it.")] = 0,
    known: Annotated[datetime | None, typer.Option(help="As known at this instant.")] = None,
    acting: console.As = "",
) -> None:
    """Write a prescribed report as CSV to standard output; amounts in dollars."""
    from qsmo.platform.web.table import plain_cell
    from qsmo.services.ledger.queries import reports
    from qsmo.services.ledger.queries.core import core_rows, spelled
    from qsmo.services.ledger.rules.report.core import dimensions, items

    viewer = console.viewer_of(acting) if acting else program("ledger")
    kept = reports.book(viewer, book)
    asked = reports.now_asked(kept, year, period, known)
    every = items(report, asked.year)
    rows = core_rows(viewer, kept, asked, report, tas=tas, by=dimensions(report, by), document=document)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([each.label for each in every])
    for row in rows if isinstance(rows, list) else rows.iterator(chunk_size=2000):
        said = spelled(row)
        writer.writerow([plain_cell(each.kind, said.get(each.taken)) for each in every])
