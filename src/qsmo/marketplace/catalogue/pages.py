"""Pages of the catalogue: search with filters, an offering, a comparison, an estimate, a price version, providers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import path, reverse

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.marketplace.catalogue import queries
from qsmo.marketplace.catalogue.models import Offering
from qsmo.marketplace.catalogue.queries import Ask, Comparison, Detail, Found
from qsmo.marketplace.catalogue.rules.listing import KINDS, LEVELS, SERVICE_KINDS
from qsmo.marketplace.catalogue.rules.prices import RECURS, Estimate
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.web import charts
from qsmo.platform.web.formats import dollars, words
from qsmo.platform.web.page import listing, render
from qsmo.platform.web.table import Column, Paging, Table

LISTS = (*queries.FILTERS, "activity", "capability")
VALUES_MAX = 50
TABLE_UNITS = 1_000
CSV_HEADS = (
    "Offering",
    "Identifier",
    "Provider",
    "Office",
    "Area",
    "Kind",
    "Kind of service",
    "Designation",
    "Security authorization",
    "Prices",
    "Invented",
    "Source",
)


def search(request: HttpRequest) -> HttpResponseBase:
    """The catalogue: words, filters with counts, a page of offerings to read or compare; all of them as CSV."""
    viewer, ask = _viewer(request), _asked(request.GET)
    if _csv_wanted(request.GET):
        lines = (_csv_row(hit) for hit in queries.listed(viewer, ask))
        return _download("offerings.csv", CSV_HEADS, lines)
    found = queries.search(viewer, ask)
    context = {
        "found": found,
        "ask": ask,
        "as_of": found.day,
        "paging": _paging(request.GET, found),
        "sorts": [(key, name, key == ask.sort) for key, name in queries.SORTS.items()],
        "csv": _address(request.GET, format="csv", page=""),
        "narrowed_to": [*ask.activity, *ask.capability],
        "opened": {"area", "kind", *ask.chosen},
    }
    return render(request, "catalogue/search.html", context)


def offering(request: HttpRequest, key: str) -> HttpResponseBase:
    """One offering: what it is, covers and costs, what is on file about it, its versions."""
    viewer, day = _viewer(request), _day(request.GET)
    detail = queries.offering_detail(viewer, key, day)
    prices = [(each.plan, price) for each in detail.plans for price in each.prices]
    columns = [
        Column("plan", "Plan", value=lambda row: row[0].name),
        Column("price", "Price per unit", value=lambda row: f"${row[1].shown}", link=_price_link),
        Column("unit", "Unit", value=lambda row: row[1].unit),
        Column("from", "From", kind="date", value=lambda row: row[1].effective_on),
        Column("announced", "Announced", kind="date", value=lambda row: row[1].announced_on),
        Column("note", "Note", value=lambda row: row[1].note),
    ]
    versions = [
        Column("number", "Version", value=lambda row: f"Version {row.number}"),
        Column("made_at", "Published", kind="instant"),
        Column("published_by", "By"),
        Column("digest", "Digest", value=lambda row: row.digest[:16]),
    ]
    tables = {
        "prices": Table(request.GET, prices, columns, caption="Prices", name="prices", per_page=50),
        "versions": Table(request.GET, list(detail.versions), versions, caption="Versions", name="versions"),
    }
    for table in tables.values():
        if table.csv_wanted:
            return table.csv()
    context = {
        "detail": detail,
        "offering": detail.offering,
        "as_of": detail.day,
        "trail": _trail(detail.offering.name),
        "facts": _facts(detail),
        **tables,
    }
    return render(request, "catalogue/offering.html", context)


def compare(request: HttpRequest) -> HttpResponseBase:
    """Two to four offerings on the same rows, with their prices drawn where they share a meter."""
    viewer, day = _viewer(request), _day(request.GET)
    keys = request.GET.getlist("offering")[:VALUES_MAX]
    if len(set(keys)) < 2:
        return render(request, "catalogue/compare_none.html", {"trail": _trail("Compare")})
    found = queries.comparison(viewer, keys, day)
    if _csv_wanted(request.GET):
        heads = ["", *(f"{each.offering.name} ({each.offering.pk})" for each in found.offerings)]
        return _download("comparison.csv", heads, ([row.label, *row.values] for row in found.rows))
    context = {
        "found": found,
        "as_of": found.day,
        "keep": [("offering", key) for key in keys],
        "chart": _price_chart(found),
        "csv": _address(request.GET, format="csv"),
        "trail": _trail("Compare"),
    }
    return render(request, "catalogue/compare.html", context)


def estimate(request: HttpRequest, key: str) -> HttpResponseBase:
    """What a volume would cost in a year under a plan, each part opening into its price version."""
    viewer = _viewer(request)
    plan = queries.plan_detail(viewer, key)
    meters = {price.meter: price for price in queries.price_versions(viewer, key)}
    meter = request.GET.get("meter") or next(iter(meters), "")
    volume = _whole(request.GET, "volume")
    year = _whole(request.GET, "year") or clock.today().year
    made = queries.estimated(viewer, key, volume, year, meter) if volume is not None else None
    lines = _estimate_table(request.GET, made) if made else None
    if lines is not None and lines.csv_wanted:
        return lines.csv()
    context = {
        "plan": plan,
        "offering": plan.offering,
        "meters": list(meters.values()),
        "meter": meter,
        "volume": "" if volume is None else volume,
        "year": year,
        "years": queries.YEARS,
        "recurs": RECURS.get(meters[meter].recurs, "") if meter in meters else "",
        "made": made,
        "figures": _figures(made) if made else None,
        "is_invented": made is not None and any(share.price.is_invented for share in made.shares),
        "chart": _cost_chart(made) if made else None,
        "lines": lines,
        "trail": _trail("Estimate", plan.offering),
    }
    return render(request, "catalogue/estimate.html", context)


def price(request: HttpRequest, key: str) -> HttpResponse:
    """One price version: what it is, since when, announced and recorded when, by whom."""
    version = queries.price_detail(_viewer(request), key)
    offered = version.plan.offering
    context = {
        "version": version,
        "offering": offered,
        "shown": version.fact.shown,
        "recurs": RECURS[version.recurs],
        "trail": _trail("Price version", offered),
    }
    return render(request, "catalogue/price.html", context)


def providers(request: HttpRequest) -> HttpResponseBase:
    """Who sells, with those designated before the memo marked."""
    columns = [
        Column("name", "Provider", value="organisation.name", sort="organisation__name", link=_offers_link),
        Column("sector", "Sector", sort="sector", value=lambda row: words(row.sector)),
        Column("legacy", "Designated before the memo for", value=lambda row: ", ".join(row.legacy_areas)),
        Column("parent", "Part of", value="organisation.parent.name"),
        Column("note", "Note"),
    ]
    rows = queries.providers(_viewer(request)).select_related("organisation__parent")
    table = Table(request.GET, rows, columns, caption="Providers", order="name")
    return listing(request, "catalogue/providers.html", table, {})


def _trail(here: str, offered: Offering | None = None) -> list[tuple[str, str]]:
    between = [(offered.name, reverse("catalogue:offering", args=[offered.pk]))] if offered else []
    return [("Catalog", reverse("catalogue:search")), *between, (here, "")]


def _asked(query: QueryDict) -> Ask:
    lists: dict[str, Any] = {key: tuple(filter(None, query.getlist(key)[:VALUES_MAX])) for key in LISTS}
    base = Ask(words=query.get("q", ""), sort=query.get("sort", ""), on=_day(query))
    return replace(base, page=_whole(query, "page") or 1, size=_whole(query, "size") or base.size, **lists)


def _day(query: QueryDict) -> date | None:
    text = query.get("as_of", "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refusal("date-form", f"“{text}” is not a day such as 2026-03-01", status=422) from None


def _whole(query: QueryDict, key: str) -> int | None:
    text = query.get(key, "").replace(",", "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise Refusal(f"{key}-form", f"“{text}” is not a {key}; give a whole number", status=422)
    return int(text)


def _csv_wanted(query: QueryDict) -> bool:
    asked = query.get("format", "")
    if asked not in {"", "csv"}:
        raise Refusal("format-unknown", f"“{asked}” is not offered; this is a page or csv", status=422)
    return asked == "csv"


def _address(query: QueryDict, **changes: str) -> str:
    changed = query.copy()
    for key, value in changes.items():
        changed.pop(key, None)
        if value:
            changed[key] = value
    return f"?{changed.urlencode()}"


def _paging(query: QueryDict, found: Found) -> Paging:
    page, last, size = found.ask.page, found.pages, found.ask.size
    if page > last:
        raise Refusal("page-unknown", f"There is no page {page}; the last is {last}.", status=404)
    near = sorted({1, last, *(each for each in range(page - 1, page + 2) if 1 <= each <= last)})
    begin = (page - 1) * size
    return Paging(
        page=page,
        last=last,
        first_row=begin + 1 if found.total else 0,
        last_row=min(begin + size, found.total),
        total=found.total,
        capped=False,
        previous=_address(query, page=str(page - 1)) if page > 1 else "",
        following=_address(query, page=str(page + 1)) if page < last else "",
        pages=[(each, _address(query, page=str(each))) for each in near],
    )


def _facts(detail: Detail) -> list[tuple[str, ...]]:
    offered = detail.offering
    return [
        ("Provider", offered.provider.name, f"{reverse('catalogue:search')}?provider={offered.provider_id}"),
        ("Office", offered.office.name),
        ("Designation", f"{detail.label_words} on {detail.day}"),
        ("Kind of offering", KINDS[offered.kind]),
        ("Kind of service", SERVICE_KINDS[offered.service_kind]),
        ("Standards release", offered.release),
        ("Service levels", offered.service_levels or queries.NOT_STATED),
        ("Exit terms", offered.exit_terms or queries.NOT_STATED),
        ("Formats", ", ".join(detail.formats) or queries.NOT_STATED),
        ("Delivered", "in this system" if detail.is_delivered_here else queries.OUTSIDE),
        ("Note", offered.note or "none"),
        ("Source", offered.source),
    ]


def _price_chart(found: Comparison) -> charts.Chart | None:
    priced = found.prices()
    if not priced:
        return None
    items = [(name, price.unit_price * 100 * TABLE_UNITS) for name, price in priced]
    about = f"Price of {TABLE_UNITS:,} units ({priced[0][1].unit}) on {found.day}. Invented prices are marked below."
    return charts.bar(f"Price of {TABLE_UNITS:,} units", items, unit="cents", about=about)


def _figures(made: Estimate) -> list[tuple[str, str, str]]:
    noun = "occasion" if made.occasions == 1 else "occasions"
    return [
        (f"Cost in {made.year}", dollars(made.total), f"{made.occasions} {noun}, {len(made.lines)} lines"),
        ("A time, on average", dollars(made.average), f"{made.volume:,} units"),
    ]


def _cost_chart(made: Estimate) -> charts.Chart:
    items = [
        (f"${share.price.shown} from {share.price.effective_on}", share.amount.cents) for share in made.shares
    ]
    return charts.bar(
        "Cost by price version",
        items,
        unit="cents",
        about=f"How much each price version makes in {made.year}",
    )


def _estimate_table(query: QueryDict, made: Estimate) -> Table:
    columns = [
        Column("start", "From", kind="date", value=lambda line: line.during.start),
        Column("last", "Through", kind="date", value=lambda line: line.during.last),
        Column("quantity", "Quantity", kind="number"),
        Column(
            "price",
            "Unit price",
            value=lambda line: f"${line.price.shown}",
            link=lambda line: _version_link(line.price.id),
        ),
        Column("amount", "Amount", kind="money"),
    ]
    return Table(query, list(made.lines), columns, caption="Lines", name="lines", per_page=50)


def _line_link(line: Any) -> str:
    return _version_link(line.price.id)


def _price_link(row: Any) -> str:
    return _version_link(row[1].id)


def _version_link(key: str) -> str:
    return reverse("catalogue:price", args=[key])


def _offers_link(row: Any) -> str:
    return f"{reverse('catalogue:search')}?provider={row.organisation_id}"


def _csv_row(hit: queries.Hit) -> Sequence[object]:
    offered = hit.offering
    prices = "; ".join(f"${price.shown} per {price.unit} from {price.effective_on}" for price in hit.prices)
    invented = offered.invented or (
        "prices are invented" if any(each.is_invented for each in hit.prices) else ""
    )
    return [
        offered.name, offered.pk, offered.provider.name, offered.office.name, offered.area, KINDS[offered.kind],
        SERVICE_KINDS[offered.service_kind], hit.label_words, LEVELS[offered.authorization], prices, invented,
        offered.source,
    ]  # fmt: skip


def _download(name: str, heads: Sequence[str], lines: Iterable[Sequence[object]]) -> HttpResponse:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(heads)
    writer.writerows([_safe(cell) for cell in line] for line in lines)
    answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _safe(cell: object) -> str:
    """Text that a spreadsheet does not take for a formula."""
    text = str(cell)
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text


def _viewer(request: HttpRequest) -> Viewer:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # set by the middleware
    return viewer


routes = [
    path("", search, name="search"),
    path("compare/", compare, name="compare"),
    path("providers/", providers, name="providers"),
    path("estimate/<str:key>/", estimate, name="estimate"),
    path("price/<str:key>/", price, name="price"),
    path("<str:key>/", offering, name="offering"),
]
