"""Commands on the offices: who leads what as of a day, one office's history, the decisions of OMB, loading history."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import date
from typing import Annotated

import typer

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.marketplace.designation import actions, queries
from qsmo.marketplace.designation.flow import DESIGNATION
from qsmo.marketplace.designation.models import Designation
from qsmo.platform import console
from qsmo.platform.access.viewer import program
from qsmo.platform.web.formats import words

app = typer.Typer(help="The offices: areas, scopes, stages and leads, as of any day.", no_args_is_help=True)

AsOf = Annotated[
    str, typer.Option("--as-of", help="Day for which it is asked, such as 2020-06-29; today without it.")
]
KnownBy = Annotated[
    str, typer.Option("--known-by", help="Day by which it was known; all that is on file without it.")
]
Key = Annotated[str, typer.Argument(help="Identifier of a designation, as `offices --json` gives it.")]
Effective = Annotated[str, typer.Option("--effective", help="Day from which it holds; today without it.")]
Decision = Annotated[str, typer.Option("--decision", help="The decision in writing, or where it is kept.")]


@app.command()
def offices(
    office: Annotated[str, typer.Argument(help="Short name of one office, such as hr.")] = "",
    as_of: AsOf = "",
    known_by: KnownBy = "",
    as_email: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """List scopes with office, lead and stage as they stood on a day."""
    true_on, known = day(as_of) or clock.today(), day(known_by)
    rows = queries.offices_as_of(console.viewer_of(as_email), true_on, known, office)
    if as_json:
        names = [field.name for field in fields(queries.OfficeRow)]
        console.table([asdict(row) for row in rows], {name: name for name in names}, as_json=True)
        return
    told = [
        {
            "office": row.office_name,
            "scope": row.scope_name,
            "lead": row.lead_short or row.lead_name,
            "stage": words(row.stage),
            "since": row.since,
        }
        for row in rows
    ]
    title = f"As of {true_on}" + (f", as known on {known}" if known else "")
    console.table(told, {name: name for name in ("office", "scope", "lead", "stage", "since")}, title=title)


@app.command()
def history(
    office: str, known_by: KnownBy = "", as_email: console.As = "", as_json: console.AsJson = False
) -> None:
    """List every dated fact of an office."""
    facts = queries.timeline(console.viewer_of(as_email), office, day(known_by))
    rows = [
        {
            "effective": fact.effective_on,
            "known": fact.known_on,
            "scope": fact.designation.name,
            "act": fact.act,
            "stage": fact.stage,
            "lead": fact.designation.lead_id or "",
            "source": fact.decision or fact.source,
        }
        for fact in facts
    ]
    names: tuple[str, ...] = ("effective", "known", "scope", "act", "stage", "lead", "source")
    if not as_json:
        names = ("effective", "scope", "act", "lead", "source")
        rows = [{**row, "act": words(row["act"])} for row in rows]
    console.table(rows, {name: name for name in names}, as_json=as_json)


@app.command()
def stages(as_json: console.AsJson = False) -> None:
    """List the moves between stages, and the permission that each asks for."""
    rows = [
        {
            "move": each.name,
            "from": each.from_,
            "to": each.to,
            "permission": each.permission,
            "not_by": each.not_by,
        }
        for each in DESIGNATION.moves
    ]
    heads = {
        "move": "move",
        "from": "from",
        "to": "to",
        "permission": "permission",
        "not_by": "not by who made",
    }
    console.table(rows, heads, as_json=as_json)


@app.command("open")
def open_(
    office: str,
    name: str,
    area: str = "",
    effective: Effective = "",
    decision: Decision = "",
    who: console.As = "",
) -> None:
    """Open an area for research."""
    on = day(effective) or clock.today()
    viewer = console.viewer_of(who)
    _say(actions.open_area(viewer, office, name, area=area, effective_on=on, decision=decision))


@app.command("pre-designate")
def pre_designate(
    key: Key, lead: str, effective: Effective = "", decision: Decision = "", who: console.As = ""
) -> None:
    """Name the agency that leads a scope."""
    on = day(effective) or clock.today()
    _say(actions.pre_designate(console.viewer_of(who), key, lead, effective_on=on, decision=decision))


@app.command()
def designate(key: Key, effective: Effective = "", decision: Decision = "", who: console.As = "") -> None:
    """Designate an office for a scope by written decision."""
    on = day(effective) or clock.today()
    _say(actions.designate(console.viewer_of(who), key, effective_on=on, decision=decision))


@app.command()
def transfer(
    key: Key,
    lead: str,
    effective: Effective = "",
    decision: Decision = "",
    stage: Annotated[str, typer.Option(help="Stage at which the new lead starts.")] = "pre_designated",
    who: console.As = "",
) -> None:
    """Pass a scope to another agency."""
    on = day(effective) or clock.today()
    viewer = console.viewer_of(who)
    _say(actions.transfer(viewer, key, lead, effective_on=on, decision=decision, stage=stage))


@app.command()
def seed() -> None:
    """Load the published history from 2019 on; a second time changes nothing."""
    loaded = actions.seed(program("seed"))
    told = f"{loaded.offices} offices, {loaded.designations} designations and {loaded.facts} facts were new"
    console.OUT.print(told)


def day(text: str) -> date | None:
    """A day as somebody writes it, None for nothing; refused (422) when it is no day."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        words = f"“{text}” is not a day; write it as 2020-06-29"
        raise Refusal("day-form", words, status=422) from None


def _say(record: Designation) -> None:
    lead = f" under {record.lead}" if record.lead else ""
    console.OUT.print(f"{record.pk}: {record.name}{lead} is now “{record.state}”")
