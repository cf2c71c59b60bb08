"""Questions about pay on the command line: why it differs from last time, and what a change would do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.money import Money
from qsmo.platform import console
from qsmo.services.payroll.queries.asking.agency import effect
from qsmo.services.payroll.queries.asking.hired import offer, offer_figure
from qsmo.services.payroll.queries.asking.what_if import what_if_figure, what_if_of
from qsmo.services.payroll.queries.asking.why import difference
from qsmo.services.payroll.rules import Explanation
from qsmo.services.payroll.rules.asking.agency import FIELDS as EVERYBODY
from qsmo.services.payroll.rules.asking.asked import FIELDS
from qsmo.services.payroll.rules.asking.hired import ASSUMPTION as OF_HIRE
from qsmo.services.payroll.rules.asking.hired import FIELDS as HIRED
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


def what_if(
    run: RunId,
    employee: Employee,
    set_: Annotated[
        list[str], typer.Option("--set", help=f"What would be different, as name=value: {', '.join(FIELDS)}.")
    ],
    explain: Annotated[str, typer.Option(help="Open this figure of the changed pay.")] = "",
    as_: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """What a change would do to one person's pay, line by line, for the pay period and for a year. Nothing is kept."""
    viewer = console.viewer_of(as_)
    asked = dict(_said(each) for each in set_)
    if explain:
        _, told = what_if_figure(viewer, run, employee, explain, asked)
        _explained(told, as_json=as_json)
        return
    found = what_if_of(viewer, run, employee, asked)
    rows = [
        {"section": each.section, "title": each.title, "before": Money(each.before), "after": Money(each.after),
         "by": Money(each.by), "year_by": None if each.year_by is None else Money(each.year_by), "name": each.name}
        for each in found.what_if.lines
    ]  # fmt: skip
    columns = {"section": "", "title": "line", "before": "now", "after": "then", "by": "difference"}
    console.table(
        rows, {**columns, "year_by": f"in {found.pay_dates} pay dates", "name": "opens as"}, as_json=as_json
    )
    if found.what_if.warnings and not as_json:
        console.findings(found.what_if.warnings)


def hire(
    run: RunId,
    set_: Annotated[
        list[str], typer.Option("--set", help=f"What is known of them, as name=value: {', '.join(HIRED)}.")
    ],
    explain: Annotated[str, typer.Option(help="Open this figure of their pay.")] = "",
    as_: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """What somebody to be hired would be paid, by the law and the agency's rates of a run. Nothing is kept."""
    viewer = console.viewer_of(as_)
    asked = dict(_said(each) for each in set_)
    if explain:
        _explained(offer_figure(viewer, run, explain, asked)[1], as_json=as_json)
        return
    found = offer(viewer, run, asked)
    rows = [
        {"section": each.section, "title": each.title, "cents": Money(each.cents),
         "year": None if each.year is None else Money(each.year), "name": each.name}
        for each in found.hired.lines
    ]  # fmt: skip
    columns = {
        "section": "",
        "title": "line",
        "cents": "a pay period",
        "year": f"in {found.pay_dates} pay dates",
    }
    console.table(rows, {**columns, "name": "opens as"}, as_json=as_json)
    if not as_json:
        console.findings(found.hired.warnings)
        console.OUT.print(OF_HIRE)


def _explained(told: Explanation, *, as_json: bool) -> None:
    shown = {"figure": f"{told.title}: {told.shown}", "rule": told.words, "law": told.cite}
    console.facts({**shown, **{f"from {each.title}": each.shown for each in told.inputs}}, as_json=as_json)


def what_if_all(
    run: RunId,
    set_: Annotated[
        list[str],
        typer.Option("--set", help=f"What would be different, as name=value: {', '.join(EVERYBODY)}."),
    ],
    line: Annotated[str, typer.Option(help="Open this line by pay plan and grade.")] = "",
    as_: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """What a general raise, or other health premiums, would do to everybody of a run. Nothing is kept."""
    viewer = console.viewer_of(as_)
    asked = dict(_said(each) for each in set_)
    with console.progress("Computing people", None) as done:
        found = effect(viewer, run, asked, done)
    columns = {"before": "now", "after": "then", "by": "difference"}
    if line:
        rows = [
            {
                "called": each.called,
                "people": each.people,
                "touched": each.touched,
                **_money(*each.lines.get(line, (0, 0))),
            }
            for each in found.parts
        ]
        names = {"called": "plan and grade", "people": "people", "touched": "affected"}
        console.table(rows, {**names, **columns}, as_json=as_json)
        return
    rows = [
        {"section": section, "title": title, **_money(before, after), "name": name}
        for section, name, title, before, after in found.kinds
    ]
    rows.append({"section": "people", "title": "People affected", "by": found.whole.touched})
    rows += [{"section": "net pay", "title": words, "by": count} for words, count in found.moves]
    console.table(rows, {"section": "", "title": "what", **columns, "name": "opens as"}, as_json=as_json)


def _money(before: int, after: int) -> dict[str, Any]:
    return {"before": Money(before), "after": Money(after), "by": Money(after - before)}


def _said(text: str) -> tuple[str, str]:
    name, mark, value = text.partition("=")
    if not mark:
        words = f"“{text}” does not say what would be different"
        raise Refusal(
            "what-if", words, status=422, findings=(Finding("what-if", words, expected="name=value"),)
        )
    return name.strip(), value.strip()
