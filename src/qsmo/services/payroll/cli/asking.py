"""Questions about pay on the command line: why it differs from last time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from qsmo.kernel.money import Money
from qsmo.platform import console
from qsmo.services.payroll.queries.asking.why import difference
from qsmo.services.payroll.rules.asking.why import CONVENTION, LineChange

RunId = Annotated[str, typer.Argument(help="The run, as `qsmo payroll runs` lists it.")]
Employee = Annotated[str, typer.Argument(help="Employee identifier.")]
COLUMNS = {"title": "what", "before": "last time", "after": "now", "by": "in net pay"}


def why(run: RunId, employee: Employee, as_: console.As = "", as_json: console.AsJson = False) -> None:
    """Why net pay differs from the last statement before: the difference by cause, and the lines of each."""
    now, last, found = difference(console.viewer_of(as_), run, employee)
    if as_json:
        told = {
            "run": now.run.pk,
            "last_run": last.run.pk,
            "employee": employee,
            "net_before": Money(last.row["net_cents"]),
            "net_after": Money(now.row["net_cents"]),
            "by": Money(found.by),
            "convention": CONVENTION,
            "causes": [
                {"name": each.name, "title": each.title, "words": each.words, "by": Money(each.by),
                 "facts": [{"title": one.title, "before": one.before, "after": one.after} for one in each.facts],
                 "lines": _lines(each.lines)}
                for each in found.causes
            ],
            "lines": _lines(found.lines),
        }  # fmt: skip
        console.facts(told, as_json=True)
        return
    rows: list[dict[str, Any]] = []
    for each in found.causes:
        rows.append({"title": each.title, "by": Money(each.by)})
        rows += [{**line, "title": f"  {line['title']}"} for line in _lines(each.lines)]
    before, after = Money(last.row["net_cents"]), Money(now.row["net_cents"])
    rows.append({"title": "Net pay", "before": before, "after": after, "by": Money(found.by)})
    title = f"{employee}: pay period {now.run.called} beside {last.run.called}"
    console.table(rows, COLUMNS, title=title)
    console.OUT.print(CONVENTION)


def _lines(found: Sequence[LineChange]) -> list[dict[str, Any]]:
    return [
        {"section": each.section, "name": each.name, "title": each.title, "before": Money(each.before),
         "after": Money(each.after), "by": Money(each.by)}
        for each in found
    ]  # fmt: skip
