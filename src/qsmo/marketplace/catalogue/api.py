"""The catalogue over HTTP: search with counted filters, an offering, a comparison, an estimate, price versions."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from qsmo.marketplace.catalogue import queries
from qsmo.marketplace.catalogue.queries import Ask, Comparison, Detail, Hit
from qsmo.marketplace.catalogue.rules.prices import Estimate, Price, Priced
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.api.door import Key

router = Router(tags=["catalogue"])

ID_MAX, VALUES_MAX = 40, 50
AsOf = Annotated[date | None, Query(description="Day of labels and prices; today without it.")]
Words = Annotated[str, Query(max_length=200, description="Words, each the beginning of a word.")]
Value = Annotated[str, Field(max_length=ID_MAX)]
Values = Annotated[list[Value], Query(max_length=VALUES_MAX)]


class PriceOut(Schema):
    """A price version; `unit_price` is the exact text of dollars per unit."""

    id: str
    plan: str
    meter: str
    unit: str
    recurs: str
    unit_price: str
    effective_on: date
    announced_on: date
    recorded_on: date
    is_invented: bool
    note: str


class OfferingOut(Schema):
    """An offering with its label and the prices in force on the day asked."""

    id: str
    name: str
    provider: str
    provider_name: str
    office: str
    area: str
    kind: str
    service_kind: str
    summary: str
    state: str
    designation: str
    authorization: str
    invented: str
    prices: list[PriceOut]


class FacetValueOut(Schema):
    """A value of a filter and how many offerings it would show."""

    value: str
    name: str
    count: int


class FacetOut(Schema):
    """A filter with its most frequent values; `hidden` counts those left out."""

    key: str
    title: str
    values: list[FacetValueOut]
    hidden: int


class FoundOut(Schema):
    """One page of results and the filters around it."""

    total: int
    page: int
    pages: int
    as_of: date
    items: list[OfferingOut]
    facets: list[FacetOut]


class PlanOut(Schema):
    """A plan with every price version, oldest first."""

    id: str
    name: str
    words: str
    prices: list[PriceOut]


class EvidenceOut(Schema):
    """Something on file about an offering."""

    kind: str
    status: str
    level: str
    reference: str
    title: str
    dated_on: date | None
    expires_on: date | None
    words: str
    source: str


class VersionOut(Schema):
    """A published version: its number and the digest of its content."""

    id: str
    number: int
    digest: str
    published_by: str


class ClaimOut(Schema):
    """A standard capability that the service delivered here claims, its authority, and what rests on that."""

    capability: str
    authority: str
    cited_by: str
    cited_as: str


class DetailOut(OfferingOut):
    """One offering with all that stands around it."""

    activities: list[str]
    capabilities: int  # how many the framework has under these activities
    capabilities_claimed: list[ClaimOut]
    release: str
    service_levels: str
    exit_terms: str
    formats: list[str]
    is_delivered_here: bool
    source: str
    plans: list[PlanOut]
    evidence: list[EvidenceOut]
    versions: list[VersionOut]


class ComparedRowOut(Schema):
    """One line of a comparison, a text for each offering in the order asked."""

    label: str
    values: list[str]
    differs: bool


class ComparisonOut(Schema):
    """Offerings on the same rows."""

    as_of: date
    offerings: list[str]
    meter: str
    rows: list[ComparedRowOut]


class PricedOut(Schema):
    """One line of an estimate; the quantity is exact, `n/d` where it is not whole."""

    start: date
    end: date
    quantity: str
    price: str
    unit_price: str
    amount_cents: int


class EstimateOut(Schema):
    """What a volume would cost in a calendar year; the total is the sum of rounded lines."""

    plan: str
    meter: str
    year: int
    volume: int
    occasions: int
    total_cents: int
    average_cents: int
    lines: list[PricedOut]


@router.get("/offerings", response=FoundOut)
def offerings(
    request: HttpRequest,
    q: Words = "",
    area: Values = [],  # noqa: B006  # ninja reads the default, nobody changes it
    kind: Values = [],  # noqa: B006
    service_kind: Values = [],  # noqa: B006
    function: Values = [],  # noqa: B006
    activity: Values = [],  # noqa: B006
    capability: Values = [],  # noqa: B006
    label: Values = [],  # noqa: B006
    level: Values = [],  # noqa: B006
    sector: Values = [],  # noqa: B006
    provider: Values = [],  # noqa: B006
    sort: Annotated[str, Query(max_length=20)] = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    size: Annotated[int, Query(ge=1, le=100)] = 20,
    as_of: AsOf = None,
) -> dict[str, Any]:
    """Offerings that fit, with counted filters; values of one filter widen, filters narrow each other."""
    lists = dict(area=area, kind=kind, service_kind=service_kind, function=function, activity=activity)
    lists |= dict(capability=capability, label=label, level=level, sector=sector, provider=provider)
    chosen: dict[str, Any] = {key: tuple(values) for key, values in lists.items()}
    found = queries.search(
        _viewer(request), Ask(words=q, sort=sort, page=page, size=size, on=as_of, **chosen)
    )
    return {
        "total": found.total,
        "page": page,
        "pages": found.pages,
        "as_of": found.day,
        "items": [_hit(each) for each in found.hits],
        "facets": list(found.facets),
    }


@router.get("/offerings/{key}", response=DetailOut)
def offering(request: HttpRequest, key: Key, as_of: AsOf = None) -> dict[str, Any]:
    """One offering."""
    return _detail(queries.offering_detail(_viewer(request), key, as_of))


@router.get("/comparison", response=ComparisonOut)
def comparison(
    request: HttpRequest,
    offering: Annotated[list[Value], Query(min_length=2, max_length=queries.COMPARED_MAX)],
    as_of: AsOf = None,
) -> dict[str, Any]:
    """Two to four offerings on the same rows."""
    return _compared(queries.comparison(_viewer(request), offering, as_of))


@router.get("/plans/{key}/prices", response=list[PriceOut])
def prices(request: HttpRequest, key: Key) -> list[dict[str, Any]]:
    """Every price version of a plan."""
    return [_price(each) for each in queries.price_versions(_viewer(request), key)]


@router.get("/plans/{key}/estimate", response=EstimateOut)
def estimate(
    request: HttpRequest,
    key: Key,
    volume: Annotated[int, Query(ge=0, le=queries.VOLUME_MAX)],
    year: Annotated[int, Query(ge=queries.YEARS[0], le=queries.YEARS[-1])],
    meter: Annotated[str, Query(max_length=ID_MAX)] = "",
) -> dict[str, Any]:
    """What a volume on each occasion of a year would cost under a plan."""
    return _estimated(queries.estimated(_viewer(request), key, volume, year, meter))


def _price(price: Price) -> dict[str, Any]:
    names = ("id", "plan", "meter", "unit", "recurs", "effective_on", "announced_on", "recorded_on")
    told = {name: getattr(price, name) for name in (*names, "is_invented", "note")}
    return {**told, "unit_price": price.shown}


def _hit(hit: Hit | Detail) -> dict[str, Any]:
    offered = hit.offering
    today = hit.prices if isinstance(hit, Hit) else [price for each in hit.plans for price in each.today]
    names = ("name", "area", "kind", "service_kind", "summary", "state", "authorization", "invented")
    return {
        **{name: getattr(offered, name) for name in names},
        "id": offered.pk,
        "provider": offered.provider_id,
        "provider_name": offered.provider.name,
        "office": offered.office_id,
        "designation": hit.label,
        "prices": [_price(each) for each in today],
    }


def _detail(detail: Detail) -> dict[str, Any]:
    offered = detail.offering
    names = ("activities", "release", "service_levels", "exit_terms", "source")
    plans = [
        {
            "id": each.plan.pk,
            "name": each.plan.name,
            "words": each.plan.words,
            "prices": [_price(price) for price in each.prices],
        }
        for each in detail.plans
    ]
    return {
        **_hit(detail),
        **{name: getattr(offered, name) for name in names},
        "capabilities": detail.claimed.of,
        "capabilities_claimed": list(detail.claimed.claims),
        "formats": list(detail.formats),
        "is_delivered_here": detail.is_delivered_here,
        "plans": plans,
        "evidence": list(detail.evidence),
        "versions": list(detail.versions),
    }


def _compared(found: Comparison) -> dict[str, Any]:
    keys = [each.offering.pk for each in found.offerings]
    return {"as_of": found.day, "offerings": keys, "meter": found.meter, "rows": list(found.rows)}


def _estimated(made: Estimate) -> dict[str, Any]:
    names = ("plan", "meter", "year", "volume", "occasions")
    return {
        **{name: getattr(made, name) for name in names},
        "total_cents": made.total.cents,
        "average_cents": made.average.cents,
        "lines": [_line(each) for each in made.lines],
    }


def _line(line: Priced) -> dict[str, Any]:
    return {
        "start": line.during.start,
        "end": line.during.end,
        "quantity": str(line.quantity),
        "price": line.price.id,
        "unit_price": line.price.shown,
        "amount_cents": line.amount.cents,
    }


def _viewer(request: HttpRequest) -> Viewer:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # set by the middleware or the key
    return viewer
