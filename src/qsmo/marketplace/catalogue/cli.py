"""Commands on the catalogue: search, show, compare, estimate, and taking over the published offerings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import typer

from qsmo.kernel import clock
from qsmo.marketplace.catalogue import actions, queries
from qsmo.marketplace.catalogue.queries import LABELS, Ask
from qsmo.marketplace.catalogue.rules.listing import KINDS, LEVELS
from qsmo.platform import console
from qsmo.platform.access.viewer import program
from qsmo.platform.console import viewer_of
from qsmo.platform.web.formats import number

app = typer.Typer(help="The catalog: offerings, comparisons, estimates.", no_args_is_help=True)

AsOf = Annotated[
    datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Day of labels and prices.")
]


@app.command()
def search(
    words: Annotated[list[str] | None, typer.Argument(help="Words, each the beginning of a word.")] = None,
    area: Annotated[list[str] | None, typer.Option(help="Area, such as HCM; may be repeated.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="solution, contract or expertise.")] = None,
    function: Annotated[list[str] | None, typer.Option(help="Function, such as HCM.A5-1.")] = None,
    label: Annotated[list[str] | None, typer.Option(help="designated, pre_designated or none.")] = None,
    level: Annotated[list[str] | None, typer.Option(help="Authorization level, such as moderate.")] = None,
    sector: Annotated[list[str] | None, typer.Option(help="federal or commercial.")] = None,
    provider: Annotated[list[str] | None, typer.Option(help="Identifier of a provider.")] = None,
    sort: Annotated[str, typer.Option(help="best, name, provider or newest.")] = "",
    page: Annotated[int, typer.Option(help="Page of 20.", min=1, max=10_000)] = 1,
    facets: Annotated[bool, typer.Option("--facets", help="Print the filters with counts instead.")] = False,
    as_of: AsOf = None,
    who: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """Find offerings by words and filters."""
    lists = {"area": area, "kind": kind, "function": function, "label": label, "level": level, "sector": sector,
             "provider": provider}  # fmt: skip
    chosen: dict[str, Any] = {key: tuple(values or ()) for key, values in lists.items()}
    ask = Ask(words=" ".join(words or []), sort=sort, page=page, on=_day(as_of), **chosen)
    found = queries.search(viewer_of(who), ask)
    if facets:
        rows = [
            {"filter": facet.key, "value": each.value, "name": each.name, "count": each.count}
            for facet in found.facets
            for each in facet.values
        ]
        heads = {"filter": "filter", "value": "value", "name": "name", "count": "offerings"}
        console.table(rows, heads, as_json=as_json, title=f"{found.total} offerings")
        return
    rows = [
        {
            "id": hit.offering.pk,
            "name": hit.offering.name,
            "provider": hit.offering.provider.name,
            "kind": KINDS[hit.offering.kind],
            "designation": LABELS[hit.label],
            "authorization": LEVELS[hit.offering.authorization],
            "price": "; ".join(f"${price.shown} per {price.unit}" for price in hit.prices),
        }
        for hit in found.hits
    ]
    heads = {"id": "offering", "name": "name", "provider": "provider", "kind": "kind", "designation": "designation",
             "authorization": "authorization", "price": "price (invented)"}  # fmt: skip
    title = f"{found.total} offerings as of {found.day}, page {page} of {found.pages}"
    console.table(rows, heads, as_json=as_json, title=title)


@app.command()
def show(offering: str, as_of: AsOf = None, who: console.As = "", as_json: console.AsJson = False) -> None:
    """Show an offering with its plans and every price version."""
    detail = queries.offering_detail(viewer_of(who), offering, _day(as_of))
    offered = detail.offering
    prices = [
        f"{price.id}: ${price.shown} per {price.unit} from {price.effective_on} ({price.note})"
        for each in detail.plans
        for price in each.prices
    ]
    record = {
        "offering": offered.pk,
        "name": offered.name,
        "provider": offered.provider.name,
        "office": offered.office.name,
        "kind": KINDS[offered.kind],
        "state": offered.state,
        "designation": f"{detail.label_words} on {detail.day}",
        "authorization": LEVELS[offered.authorization],
        "activities": offered.activities,
        "capabilities": detail.claimed.words,
        "claimed": [
            f"{each.capability}: {each.authority}, {each.cited_by}" for each in detail.claimed.claims
        ],
        "plans": [each.plan.pk for each in detail.plans],
        "prices": prices,
        "versions": [f"{each.pk} {each.digest[:16]}" for each in detail.versions],
        "delivered": "in this system" if detail.is_delivered_here else queries.OUTSIDE,
        "invented": offered.invented,
        "source": offered.source,
    }
    console.facts(record, as_json=as_json)


@app.command()
def compare(
    offerings: Annotated[list[str], typer.Argument(help="Two to four identifiers.")],
    as_of: AsOf = None,
    who: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """Show two to four offerings on the same rows."""
    found = queries.comparison(viewer_of(who), offerings, _day(as_of))
    keys = [each.offering.pk for each in found.offerings]
    rows = [{"row": row.label, **dict(zip(keys, row.values, strict=True))} for row in found.rows]
    heads = {"row": "", **{each.offering.pk: each.offering.name for each in found.offerings}}
    console.table(rows, heads, as_json=as_json, title=f"As of {found.day}")


@app.command()
def estimate(
    plan: str,
    volume: Annotated[int, typer.Option(help="Units on each occasion, such as employees.", min=0)],
    year: Annotated[int, typer.Option(help="Calendar year; this one without it.")] = 0,
    meter: Annotated[str, typer.Option(help="Meter, where the plan has several.")] = "",
    who: console.As = "",
    as_json: console.AsJson = False,
) -> None:
    """What a volume would cost in a year under a plan, by price version."""
    made = queries.estimated(viewer_of(who), plan, volume, year or clock.today().year, meter)
    rows = [
        {
            "price": share.price.id,
            "unit_price": share.price.shown,
            "from": share.price.effective_on,
            "quantity": number(share.quantity, 6),
            "lines": len(share.lines),
            "amount": share.amount,
        }
        for share in made.shares
    ]
    rows.append({"price": "total", "lines": len(made.lines), "amount": made.total})
    heads = {"price": "price version", "unit_price": "per unit", "from": "from", "quantity": "quantity",
             "lines": "lines", "amount": "amount"}  # fmt: skip
    title = f"{made.volume:,} units on {made.occasions} occasions of {made.year}; prices are invented"
    console.table(rows, heads, as_json=as_json, title=title)


@app.command()
def seed() -> None:
    """Take over the published offerings; a second time changes nothing."""
    loaded = actions.seed(program("seed"))
    words = f"{loaded.offerings} offerings listed, {loaded.new_offerings} new; {loaded.prices} price versions listed, "
    console.OUT.print(f"{words}{loaded.new_prices} new")


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None
