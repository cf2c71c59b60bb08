"""Whole sets of federal messages on the command line: paid period by period, and held against published figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

import typer

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.period import PayPeriod, Period
from qsmo.platform import console
from qsmo.services.payroll.formats.federal.folder import Folder, read_folder
from qsmo.services.payroll.formats.out.replayed import Files
from qsmo.services.payroll.formats.rates import read_rates
from qsmo.services.payroll.rules.facts import AgencyRates
from qsmo.services.payroll.rules.timeline.calendar import pay_periods, through
from qsmo.services.payroll.rules.timeline.computing import computing
from qsmo.services.payroll.rules.timeline.known import (
    arrivals,
    arrived_on,
    in_open_years,
    times_in_open_years,
)
from qsmo.services.payroll.rules.timeline.run import Refused, replay

NOT_EVERYBODY = 1


def replay_(
    hr: Annotated[
        Path,
        typer.Option(
            help="Folder of federal messages (XML) and elections (CSV).", exists=True, file_okay=False
        ),
    ],
    out: Annotated[Path, typer.Option(help="Folder for statements.csv, lines.csv and refused.csv.")],
    through_: Annotated[
        str, typer.Option("--through", help="Last pay period, such as 2021-08; else the last one with time.")
    ] = "",
    rates: Annotated[
        Path | None, typer.Option(help="The agency's rate list, CSV.", exists=True, dir_okay=False)
    ] = None,
    arrived: Annotated[
        list[str] | None,
        typer.Option(help="When a file became known, as NAME=YYYY-MM-DD; may be given many times."),
    ] = None,
    agencies: Annotated[str, typer.Option(help="Sub-element codes that are paid; all, if none.")] = "",
    as_json: console.AsJson = False,
) -> None:
    """Pay everybody in a folder of federal messages, pay period by pay period, late knowledge as differences.

    Ends with 0 if everybody is in statements.csv or refused.csv, with 1 if a file could not be read to its end.
    """
    codes = tuple(code.strip() for code in agencies.split(",") if code.strip())
    folder = read_folder(hr, agencies=codes)
    folder.batches, old = times_in_open_years(folder.batches)
    span = _span(folder, through_)
    periods = pay_periods(span.start, span.last)
    said = _said(arrived or [], folder)
    events, times = arrivals(folder.batches, span, said)
    events, closed = in_open_years(events, span, periods[0].tax_year)
    faults = read_rates(rates, on=span.last)[1] if rates else []
    counts = {"statements": 0, "refused": 0}
    with Files(out) as files, console.progress("Paying", len(periods)) as done:
        files.refuse(Refused(found.file, None, (found,)) for found in folder.unread)
        files.refuse(Refused(found.who or found.file, None, (found,)) for found in (*old, *closed, *faults))
        wrong = _wrong(folder, span, said)
        for ran in replay(events, times, wrong, periods, computing(_rates(rates)), done):
            files.write(ran)
            counts["statements"] += len(ran.statements)
            counts["refused"] += len(ran.refused)
    show: dict[str, object] = {
        "files read": len(folder.files) - len(folder.unread),
        "files not read to their end": len(folder.unread),
        "pay periods": f"{periods[0].label} to {periods[-1].label}",
        "statements": counts["statements"],
        "refused": counts["refused"],
        "written to": str(out),
    }
    console.facts(show, as_json=as_json)
    if folder.unread:
        raise typer.Exit(NOT_EVERYBODY)


def _rates(path: Path | None) -> Callable[[PayPeriod], AgencyRates]:
    """The agency's rates in force in a pay period; none without its list."""

    @cache
    def in_force(period: PayPeriod) -> AgencyRates:
        return read_rates(path, on=period.during.start)[0] if path else AgencyRates()

    return in_force


def _span(folder: Folder, label: str) -> Period:
    """From the first pay period with time to the last, or to the one that is named."""
    during = [each.during for batch in folder.batches for each in batch.times]
    if not during:
        words = "No time record in the folder can be used, so there is no pay period to pay."
        found = tuple(folder.unread[:12])
        raise Refusal("no-time", words, status=422, findings=found)
    first = min(each.start for each in during)
    last = through(label, first) if label else max(each.last for each in during)
    if last < first:
        raise Refusal("pay-period-form", f"{label} lies before the first time record, {first}", status=422)
    return Period(first, max(each.end for each in during) if not label else _after(last))


def _after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def _said(arrived: Sequence[str], folder: Folder) -> dict[str, date]:
    names = {each.name for each in folder.files}
    said: dict[str, date] = {}
    for text in arrived:
        name, _, day = text.rpartition("=")
        try:
            said[name] = date.fromisoformat(day)
        except ValueError:
            raise Refusal("arrived-form", f"“{text}” is not NAME=YYYY-MM-DD", status=422) from None
        if name not in names:
            raise Refusal("arrived-file", f"There is no file {name} in the folder", status=422)
    return said


def _wrong(
    folder: Folder, span: Period, said: Mapping[str, date]
) -> Mapping[str, list[tuple[date | None, Finding]]]:
    """Findings on records, by the employee whom they are about, with the day from which they matter: the pay period
    of a time record, else the day on which the batch became known."""
    found: dict[str, list[tuple[date | None, Finding]]] = {}
    for batch in folder.batches:
        since = max((each.during.start for each in batch.times), default=arrived_on(batch, span, said))
        for each in batch.findings:
            found.setdefault(each.who, []).append((since, each))
    return found
