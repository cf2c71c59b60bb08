"""Dealings with other agencies on the command line: differences by cause, settlement files out and in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qsmo.kernel.money import Money
from qsmo.platform import console
from qsmo.services.ledger.cli.books import Book, Known, Period, Year, _end, _viewer


def between_(
    book: Book, year: Year = 0, period: Period = 0, known: Known = None, acting: console.As = "",
    as_json: console.AsJson = False,
) -> None:  # fmt: skip
    """Hold the books against those of partners that may be seen; exit 1 where something differs."""
    from qsmo.services.ledger.queries import between, reports

    viewer = _viewer(acting)
    kept = reports.book(viewer, book)
    asked = reports.now_asked(kept, year, period, known)
    agreed = between.agreed(viewer, kept, asked)
    rows = [
        {"partner": each.partner, "accounts": each.title, "here": Money(each.here),
         "there": "not seen" if each.there is None else Money(each.there)}
        for each in agreed.balances
    ]  # fmt: skip
    heads = {name: name for name in ("partner", "accounts", "here", "there")}
    title = f"Balances with partners through FY{asked.year} period {asked.period:02d}"
    console.table(rows, heads, as_json=as_json, title=title)
    _end([each.finding for each in agreed.differences], as_json=as_json)


def settlement_file_(
    book: Book,
    path: Annotated[Path, typer.Argument(dir_okay=False, help="Where the file is written.")],
    year: Year = 0,
    period: Period = 0,
    acting: console.As = "",
) -> None:
    """Write what was settled with others in a period as a file for partners (our own layout)."""
    from qsmo.kernel import clock
    from qsmo.services.ledger.formats.settlement import write_settlements
    from qsmo.services.ledger.queries import between, reports

    viewer = _viewer(acting)
    kept = reports.book(viewer, book)
    asked = reports.now_asked(kept, year, period)
    said = between.settlements(viewer, kept, asked)
    agency = between.agency_of(viewer, kept)
    path.write_bytes(write_settlements(said, agency, asked.year, asked.period, clock.today()))
    console.facts({"file": str(path), "details": len(said)})


def hold_settlements_(
    book: Book,
    path: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A partner's settlement file.")],
    year: Year = 0,
    period: Period = 0,
    acting: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """Hold a partner's settlement file against the books; exit 1 where something differs or is damaged."""
    from qsmo.services.ledger.formats.settlement import read_settlements
    from qsmo.services.ledger.queries import between, reports

    viewer = _viewer(acting)
    kept = reports.book(viewer, book)
    asked = reports.now_asked(kept, year, period)
    said, wrong = read_settlements(path.name, path.read_bytes())
    unlike = () if wrong else between.held_against(viewer, kept, asked, said)
    found = [*wrong, *(each.finding for each in unlike)]
    facts = {"settlements": len(said), "differences": len(unlike), "damaged": len(wrong)}
    more = {"findings": [each.as_dict() for each in found]} if as_json else {}
    console.facts({**facts, **more}, as_json=as_json)
    _end(found, as_json=as_json)
