"""Commands on agreements: list and show general terms and orders, and sign as somebody."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from qsmo.kernel.money import Money
from qsmo.platform import console

app = typer.Typer(help="Agreements: general terms and orders, with their signatures.", no_args_is_help=True)

MOST = 200
TERMS = {"id": "id", "number": "number", "state": "state", "requesting": "requesting", "servicing": "servicing",
         "runs": "runs", "ceiling": "ceiling", "left": "left"}  # fmt: skip
ORDER = {"id": "id", "number": "number", "state": "state", "requesting": "requesting", "servicing": "servicing",
         "runs": "runs", "total": "total", "left": "left to bill"}  # fmt: skip
State = Annotated[str, typer.Option(help="Only those in this state.")]


@app.command("list")
def list_(state: State = "", acting: console.As = "", as_json: console.AsJson = False) -> None:
    """List general terms, newest first (at most 200)."""
    from qsmo.marketplace.agreements import queries

    rows = queries.general_terms(console.viewer_of(acting), state=state)[:MOST]
    console.table(map(_terms, rows), TERMS, as_json=as_json)


@app.command()
def orders(state: State = "", acting: console.As = "", as_json: console.AsJson = False) -> None:
    """List orders, newest first (at most 200)."""
    from qsmo.marketplace.agreements import queries

    rows = queries.orders(console.viewer_of(acting), state=state)[:MOST]
    console.table(map(_order, rows), ORDER, as_json=as_json)


@app.command()
def show(key: str, acting: console.As = "", as_json: console.AsJson = False) -> None:
    """Show an order with its lines, funding and signatures."""
    from qsmo.marketplace.agreements import queries

    viewer = console.viewer_of(acting)
    found = queries.the_order(viewer, key)
    lines = [
        {"number": line.number, "words": line.words, "quantity": line.quantity, "unit": line.unit,
         "price": line.unit_price, "amount": Money(line.amount_cents)}
        for line in queries.lines_of(found)
    ]  # fmt: skip
    funding = [
        {"side": line.side, "tas": str(line.tas), "betc": line.betc, "alc": line.alc,
         "amount": Money(line.amount_cents)}
        for line in queries.funding_of(found)
    ]  # fmt: skip
    signed = [
        {"capacity": place.capacity.words, "who": place.who, "at": place.at.isoformat() if place.at else ""}
        for place in queries.places(viewer, found)
    ]
    if as_json:
        whole = {**_order(found), "lines": lines, "funding": funding, "signatures": signed}
        console.facts(whole, as_json=True)
        return
    console.facts(_order(found))
    headings = {"number": "line", "words": "what", "quantity": "quantity", "unit": "unit", "price": "price of one",
                "amount": "amount"}  # fmt: skip
    console.table(lines, headings, title="Lines")
    accounts = {"side": "side", "tas": "account symbol", "betc": "BETC", "alc": "ALC", "amount": "amount"}
    console.table(funding, accounts, title="Funding")
    console.table(signed, {"capacity": "capacity", "who": "signed by", "at": "when"}, title="Signatures")


@app.command("sign-terms")
def sign_terms(
    key: str,
    capacity: Annotated[str, typer.Argument(help="requesting_program, requesting_funding, servicing_…")],
    acting: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """Sign general terms in one capacity, as the person of --as."""
    from qsmo.marketplace.agreements import actions

    console.facts(_terms(actions.sign_terms(console.viewer_of(acting), key, capacity)), as_json=as_json)


@app.command("sign-order")
def sign_order(
    key: str,
    capacity: Annotated[str, typer.Argument(help="requesting_program, requesting_funding, servicing_…")],
    acting: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """Sign an order in one capacity, as the person of --as."""
    from qsmo.marketplace.agreements import actions

    console.facts(_order(actions.sign_order(console.viewer_of(acting), key, capacity)), as_json=as_json)


def _terms(row: Any) -> dict[str, Any]:
    money = {"ceiling": Money(row.ceiling_cents), "left": Money(row.left_cents)}
    return {**_both(row), **money}


def _order(row: Any) -> dict[str, Any]:
    return {**_both(row), "total": Money(row.total_cents), "left": Money(row.left_cents)}


def _both(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "number": row.number,
        "state": row.state,
        "requesting": row.requesting_id,
        "servicing": row.servicing_id,
        "runs": f"{row.during.start} to {row.during.last}",
    }
