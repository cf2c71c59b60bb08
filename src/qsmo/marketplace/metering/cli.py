"""Commands on metering: seal a closed period, list readings, show one with its sealed answers and their lines."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any

import typer

from qsmo.kernel.finding import Refusal
from qsmo.kernel.period import Period
from qsmo.platform import console
from qsmo.platform.access.viewer import Viewer, program

app = typer.Typer(help="Metering: usage of closed periods, sealed.", no_args_is_help=True)

READING = {
    "id": "reading",
    "period": "period",
    "customer": "customer",
    "provider": "provider",
    "state": "state",
    "answers": "answers",
    "words": "words",
}
MOST = 200


@app.command()
def seal(
    instance: Annotated[str, typer.Argument(help="Identifier of the subscription.")],
    period: Annotated[str, typer.Argument(help="2026-03-08/2026-03-22; the end day is not part of it.")],
    why: Annotated[str, typer.Option(help="For a later answer: what was corrected.")] = "",
    acting: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """Ask the service for a closed period and seal its answer; without --as by the program “metering”."""
    from qsmo.marketplace.metering import actions

    reading = actions.seal(_viewer(acting), instance, Period.parse(period), why=why)
    console.facts(_row(reading), as_json=as_json)
    if reading.state != "sealed":
        raise Refusal(
            "usage-not-sealed", f"Nothing was sealed; the reading is {reading.state}: {reading.words}"
        )


@app.command("list")
def list_(acting: console.As = "", as_json: console.AsJson = False) -> None:
    """List readings, newest period first (at most 200)."""
    from qsmo.marketplace.metering import queries

    console.table(map(_row, queries.readings(_viewer(acting))[:MOST]), READING, as_json=as_json)


@app.command()
def show(key: str, acting: console.As = "", as_json: console.AsJson = False) -> None:
    """Show a reading's latest sealed answer line by line (at most 200 lines)."""
    from qsmo.marketplace.metering import queries

    viewer = _viewer(acting)
    reading = queries.reading(viewer, key)
    latest = reading.latest
    lines = islice(queries.lines(viewer, latest), MOST) if latest else ()
    rows = [
        {"number": each.number, "meter": each.meter, "days": str(each.during), "quantity": str(each.quantity),
         "evidence": each.evidence}
        for each in lines
    ]  # fmt: skip
    if not as_json:
        told = f"answer {latest.number}, digest {latest.digest}" if latest else reading.words or reading.state
        console.OUT.print(f"{reading.during}: {told}", markup=False)
    heads = {
        "number": "line",
        "meter": "meter",
        "days": "days",
        "quantity": "quantity",
        "evidence": "evidence",
    }
    console.table(rows, heads, as_json=as_json)


def _row(reading: Any) -> dict[str, Any]:
    latest = reading.latest
    return {
        "id": reading.pk,
        "period": str(reading.during),
        "customer": reading.customer_id,
        "provider": reading.provider_id,
        "state": reading.state,
        "answers": reading.answers,
        "words": reading.words,
        "digest": latest.digest if latest else "",
        "lines": latest.line_count if latest else 0,
    }


def _viewer(acting: str) -> Viewer:
    return console.viewer_of(acting) if acting else program("metering")
