"""Commands on billing: compute a bill, list and show bills, explain a line, move and settle a bill, tie it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from enum import StrEnum
from itertools import islice
from typing import Annotated, Any

import typer

from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.kernel.period import Period
from qsmo.platform import console
from qsmo.platform.access.viewer import Viewer, program

app = typer.Typer(help="Billing: bills from sealed usage, explained, settled, tied.", no_args_is_help=True)

BILL = {
    "id": "bill",
    "period": "period",
    "order": "order",
    "customer": "customer",
    "provider": "provider",
    "state": "state",
    "total": "total",
}
MOST = 200
BillKey = Annotated[str, typer.Argument(help="Identifier of the bill.")]


class Verb(StrEnum):
    """What a person may do with a bill."""

    REVIEW = "review"
    ISSUE = "issue"
    ACCEPT = "accept"


@app.command("bill")
def bill_(
    instance: Annotated[str, typer.Argument(help="Identifier of the subscription.")],
    period: Annotated[str, typer.Argument(help="2026-03-08/2026-03-22; the end day is not part of it.")],
    acting: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """Compute the bill of a subscription and period; again it changes nothing. Without --as by “billing”."""
    from qsmo.marketplace.billing import actions

    viewer = _viewer(acting)
    made = actions.open_bill(viewer, instance, Period.parse(period))
    made = actions.calculate(viewer, made.pk)
    console.facts({**_row(made), "digest": made.digest}, as_json=as_json)


@app.command("list")
def list_(acting: console.As = "", as_json: console.AsJson = False) -> None:
    """List bills, newest period first (at most 200)."""
    from qsmo.marketplace.billing import queries

    console.table(map(_row, queries.bills(_viewer(acting))[:MOST]), BILL, as_json=as_json)


@app.command()
def show(key: BillKey, acting: console.As = "", as_json: console.AsJson = False) -> None:
    """Show a bill's lines (at most 200)."""
    from qsmo.marketplace.billing import queries

    viewer = _viewer(acting)
    found = queries.bill(viewer, key)
    rows = [
        {"id": each.pk, "kind": each.kind, "meter": each.meter, "days": str(each.during),
         "sum": each.sum_words, "amount": Money(each.amount_cents)}
        for each in islice(queries.lines(viewer, found), MOST)
    ]  # fmt: skip
    heads = {
        "id": "line",
        "kind": "kind",
        "meter": "meter",
        "days": "days",
        "sum": "worked out",
        "amount": "amount",
    }
    title = f"{found.order.number}, {found.during}: ${found.total}, {found.state}"
    console.table(rows, heads, as_json=as_json, title=title)


@app.command()
def explain(
    line: Annotated[str, typer.Argument(help="Identifier of the line.")],
    acting: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """Say why a line is what it is: usage and evidence, price, arithmetic, rounding."""
    from qsmo.marketplace.billing import queries

    found = queries.explain_line(_viewer(acting), line)
    if as_json:
        console.facts(asdict(found), as_json=True)
        return
    told = {"Line": found.label, "Amount": found.amount, "Rule": found.rule, **dict(found.inputs)}
    told |= {"Table": found.table, "Version": found.version, "Source": found.source}
    told |= {f"Step {number}": step for number, step in enumerate(found.steps, start=1)}
    console.facts(
        {**told, **{f"Evidence: {name}": text for name, text in found.evidence}, "Rounding": found.cite}
    )


@app.command("do")
def act(verb: Verb, key: BillKey, acting: console.As = "", as_json: console.AsJson = False) -> None:
    """Put a bill under review, issue it, or accept it, as the person named by --as."""
    from qsmo.marketplace.billing import actions

    moves: dict[Verb, Callable[[Viewer, str], Any]] = {
        Verb.REVIEW: actions.review,
        Verb.ISSUE: actions.issue,
        Verb.ACCEPT: actions.accept,
    }
    console.facts(_row(moves[verb](console.viewer_of(acting), key)), as_json=as_json)


@app.command()
def settle(
    key: BillKey,
    reference: Annotated[
        str, typer.Option(help="Treasury's reference; without it nothing is confirmed.")
    ] = "",
    acting: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """Schedule and send the settlement of an accepted bill; with a reference also note its confirmation."""
    from qsmo.marketplace.billing import actions

    viewer = _viewer(acting)
    settlement = actions.schedule(viewer, key)
    if settlement.state == "scheduled":
        settlement = actions.send(viewer, settlement.pk)
    if settlement.state == "sent" and reference:
        settlement = actions.confirm(viewer, settlement.pk, reference=reference)
    named = {"id": settlement.pk, "bill": settlement.bill_id, "amount": settlement.amount}
    console.facts({**named, "state": settlement.state, "reference": settlement.reference}, as_json=as_json)


@app.command()
def tie(key: BillKey, acting: console.As = "", as_json: console.AsJson = False) -> None:
    """Compare usage, lines, bill, settlement and both books; exit code 1 when something does not agree."""
    from qsmo.marketplace.billing import queries

    tied = queries.tie(_viewer(acting), key)
    rows = [{**asdict(each), "holds": each.holds} for each in tied.checks]
    heads = {"words": "comparison", "left": "one side", "right": "other side", "holds": "the same"}
    console.table(rows, heads, as_json=as_json)
    if not tied.holds:
        raise Refusal("bill-does-not-tie", "At least one comparison does not agree to the cent")


def _row(bill: Any) -> dict[str, Any]:
    return {
        "id": bill.pk,
        "period": str(bill.during),
        "order": bill.order.number,
        "customer": bill.customer_id,
        "provider": bill.provider_id,
        "state": bill.state,
        "total": bill.total,
    }


def _viewer(acting: str) -> Viewer:
    return console.viewer_of(acting) if acting else program("billing")
