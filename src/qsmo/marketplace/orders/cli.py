"""Commands on subscriptions: list, show, make ready, export, end, and ask again about those that wait."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from qsmo.kernel.finding import Refusal
from qsmo.platform import console

app = typer.Typer(help="Subscriptions, from request to exit.", no_args_is_help=True)

MOST = 200
INSTANCE = {"id": "id", "service": "service", "customer": "customer", "provider": "provider", "state": "state",
            "active_on": "active since", "trouble": "trouble", "words": "words"}  # fmt: skip
Once = Annotated[str, typer.Option("--key", help="Idempotency key: the same key again answers the same.")]


@app.command("list")
def list_(
    state: Annotated[str, typer.Option(help="Only those in this state.")] = "",
    acting: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """List subscriptions, newest first (at most 200)."""
    from qsmo.marketplace.orders import queries

    rows = queries.instances(console.viewer_of(acting), state=state)[:MOST]
    console.table(map(_row, rows), INSTANCE, as_json=as_json)


@app.command()
def show(key: str, acting: console.As = "", as_json: console.AsJson = False) -> None:
    """Show a subscription, with its files."""
    from qsmo.marketplace.orders import queries

    viewer = console.viewer_of(acting)
    found = queries.the_instance(viewer, key)
    kept = [
        {"name": file.name, "records": file.records, "bytes": file.size_bytes, "digest": file.digest}
        for file in queries.files_of(viewer, found)[:MOST]
    ]
    if as_json:
        console.facts({**_row(found), "terms": found.terms, "files": kept}, as_json=True)
        return
    console.facts(_row(found) | {f"term {name}": value for name, value in found.terms.items()})
    headings = {"name": "file", "records": "records", "bytes": "bytes", "digest": "SHA-256"}
    console.table(kept, headings, title="Exported files")


@app.command()
def provision(key: str, once: Once = "", acting: console.As = "", as_json: console.AsJson = False) -> None:
    """Make a subscription ready; also asks again, and tries again after a failure."""
    from qsmo.marketplace.orders import actions

    _told(actions.provision(console.viewer_of(acting), key, key=once), as_json)


@app.command()
def export(key: str, once: Once = "", acting: console.As = "", as_json: console.AsJson = False) -> None:
    """Export a subscription's data into the store."""
    from qsmo.marketplace.orders import actions

    _told(actions.export(console.viewer_of(acting), key, key=once), as_json)


@app.command()
def leave(key: str, once: Once = "", acting: console.As = "", as_json: console.AsJson = False) -> None:
    """End a subscription: its data is exported first."""
    from qsmo.marketplace.orders import actions

    _told(actions.leave(console.viewer_of(acting), key, key=once), as_json)


@app.command()
def poll(as_json: console.AsJson = False) -> None:
    """Ask again about every subscription whose instant has come."""
    from qsmo.marketplace.orders import actions

    console.facts({"asked": actions.poll_due()}, as_json=as_json)


def _told(answer: Any, as_json: bool) -> None:
    console.facts(asdict(answer), as_json=as_json)
    if answer.trouble:
        raise Refusal(answer.trouble, answer.words)


def _row(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "service": row.service_slug,
        "customer": row.customer_id,
        "provider": row.provider_id,
        "state": row.state,
        "active_on": row.active_on.isoformat() if row.active_on else "",
        "trouble": row.trouble,
        "words": row.words,
    }
