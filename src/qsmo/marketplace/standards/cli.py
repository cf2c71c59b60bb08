"""Commands on the standards: list, show, search, measures, faults, and loading the organisations."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Annotated

import typer

from qsmo.marketplace.standards import actions, queries
from qsmo.marketplace.standards.rules.framework import IO, Measure
from qsmo.platform import console
from qsmo.platform.access.viewer import PUBLIC, program

app = typer.Typer(
    help="The business standards: functions, activities, capabilities, measures.", no_args_is_help=True
)

PAGE = 25
Release = Annotated[str, typer.Option("--release", help="Name of a release; the newest without it.")]
Area = Annotated[str, typer.Option("--area", help="Three-letter code, such as HCM.")]


@app.command("list")
def list_(area: Area = "", release: Release = "", as_json: console.AsJson = False) -> None:
    """List the areas with their sizes, or the functions of one area."""
    if not area:
        heads = {"code": "area", "name": "name", "functions": "functions", "activities": "activities",
                 "capabilities": "capabilities", "measures": "measures"}  # fmt: skip
        rows = [asdict(each) for each in queries.areas(PUBLIC, release)]
        console.table(
            rows, heads, as_json=as_json, title=f"Release {queries.published(PUBLIC, release).name}"
        )
        return
    held = queries.published(PUBLIC, release)
    found = [
        {**asdict(each), "activities": len(held.activities_of(each.id))}
        for each in queries.functions(PUBLIC, area, release)
    ]
    heads = {"id": "function", "name": "name", "group": "group or edition", "activities": "activities"}
    console.table(found, heads, as_json=as_json)


@app.command()
def show(key: str, release: Release = "", as_json: console.AsJson = False) -> None:
    """Show a function with its activities, or an activity with its capabilities and measures."""
    held = queries.published(PUBLIC, release)
    if not held.has_activity(key):
        function = held.function(key)
        rows = [
            {
                "id": each.id,
                "name": each.name,
                "capabilities": len(held.capabilities_of(each.id)),
                "measures": len(held.measures_of(each.id)),
            }
            for each in queries.activities(PUBLIC, function.id, release)
        ]
        heads = {"id": "activity", "name": "name", "capabilities": "capabilities", "measures": "measures"}
        console.table(rows, heads, as_json=as_json, title=f"{function.id} {function.name}")
        return
    activity = queries.activity(PUBLIC, key, release)
    capabilities = [{**asdict(each), "io": IO[each.io]} for each in held.capabilities_of(key)]
    told = [_told(each) for each in queries.measures(PUBLIC, key, name=release)]
    if as_json:
        console.facts({**asdict(activity), "capabilities": capabilities, "measures": told}, as_json=True)
        return
    heads = {"id": "capability", "io": "direction", "authority": "authority"}
    console.table(capabilities, heads, title=f"{activity.id} {activity.name}")
    console.table(told, MEASURE, title="Service measures")


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(help="Words of the identifier, the place or the authority.")],
    area: Area = "",
    page: Annotated[int, typer.Option(help="Page of 25 rows.", min=1)] = 1,
    release: Release = "",
    as_json: console.AsJson = False,
) -> None:
    """Find capabilities by words."""
    found = queries.capabilities(PUBLIC, " ".join(words), area=area, name=release)
    start = (page - 1) * PAGE
    rows = [{**asdict(each), "io": IO[each.io]} for each in found[start : start + PAGE]]
    heads = {"id": "capability", "activity": "activity", "io": "direction", "authority": "authority"}
    title = f"{len(found):,} capabilities, page {page} of {-(-len(found) // PAGE)}"
    console.table(rows, heads, as_json=as_json, title=title)


MEASURE = {"id": "measure", "name": "name", "level": "level", "kind": "kind", "read": "target as read",
           "said": "target as published", "frequency": "frequency"}  # fmt: skip


@app.command()
def measures(
    activity: Annotated[str, typer.Argument(help="Identifier of an activity.")] = "",
    level: Annotated[
        str, typer.Option(help="activity (billing units) or performance (service levels).")
    ] = "",
    release: Release = "",
    as_json: console.AsJson = False,
) -> None:
    """List service measures with their targets as published and as read."""
    rows = [_told(each) for each in queries.measures(PUBLIC, activity, level, release)]
    console.table(rows, MEASURE, as_json=as_json)


@app.command()
def lint(
    code: Annotated[str, typer.Argument(help="A kind of fault, to list each one.")] = "",
    release: Release = "",
    as_json: console.AsJson = False,
) -> None:
    """Count the faults of the published data by kind, or list those of one kind."""
    if code:
        console.findings(queries.findings(PUBLIC, code, release), as_json=as_json)
        return
    rows = [asdict(each) for each in queries.faults(PUBLIC, release)]
    console.table(rows, {"code": "kind", "count": "count", "words": "what it is"}, as_json=as_json)
    if not as_json:
        standing = Counter(each.target.standing for each in queries.measures(PUBLIC, name=release))
        told = ", ".join(f"{count:,} {name}" for name, count in sorted(standing.items()))
        console.OUT.print(f"Targets of service measures: {told}")


@app.command()
def seed() -> None:
    """Load agencies, bureaus, offices and oversight bodies; a second time changes nothing."""
    loaded = actions.seed(program("seed"))
    console.OUT.print(f"{loaded.listed} organizations listed, {loaded.new} new")


def _told(each: Measure) -> dict[str, str]:
    aim = each.target
    return {"id": each.id, "name": each.name, "level": each.level, "kind": each.kind, "unit": each.unit,
            "read": str(aim) if aim.number is not None else aim.standing, "said": aim.text,
            "frequency": each.frequency}  # fmt: skip
