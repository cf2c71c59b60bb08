"""The one search: words and filters in; a page of offerings that the viewer may see, and counted filters, out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from django.db.models import CharField, Count, F, Q, QuerySet, Value

from qsmo.kernel.finding import Refusal
from qsmo.marketplace.catalogue.models import Offering, PriceVersion, SearchActivity
from qsmo.marketplace.catalogue.queries import text
from qsmo.marketplace.catalogue.queries.labels import LABELS, Labels
from qsmo.marketplace.catalogue.rules.listing import KINDS, LEVELS, SECTORS, SERVICE_KINDS
from qsmo.marketplace.catalogue.rules.prices import Price, in_force
from qsmo.marketplace.standards.rules.framework import release
from qsmo.platform.access.models import Organisation
from qsmo.platform.access.viewer import Viewer

SIZE_MAX = 100
PAGE_MAX = 10_000
WORDS_MAX = 200
VALUES_SHOWN = 12
SORTS = {"best": "Best fit", "name": "Name", "provider": "Provider", "newest": "Newest first"}
_ORDER = {
    "best": ("name", "id"),
    "name": ("name", "id"),
    "provider": ("provider__name", "name", "id"),
    "newest": ("-made_at", "id"),
}
FILTERS = {
    "area": "Area",
    "kind": "Kind of offering",
    "service_kind": "Kind of service",
    "function": "Business function",
    "label": "Designation",
    "level": "Security authorization",
    "sector": "Sector",
    "provider": "Provider",
    "state": "State",
}
_COLUMNS = {
    "area": "area",
    "kind": "kind",
    "service_kind": "service_kind",
    "label": "scopes",
    "level": "authorization",
    "sector": "provider__provider_listing__sector",
    "provider": "provider_id",
    "state": "state",
}
_NAMES: Mapping[str, Mapping[str, str]] = {
    "kind": KINDS,
    "service_kind": SERVICE_KINDS,
    "level": LEVELS,
    "sector": SECTORS,
    "label": LABELS,
}


@dataclass(frozen=True, slots=True)
class Ask:
    """What is searched for. Values of one filter widen, filters narrow; `on` is the day of labels and prices."""

    words: str = ""
    area: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    service_kind: tuple[str, ...] = ()
    function: tuple[str, ...] = ()
    activity: tuple[str, ...] = ()
    capability: tuple[str, ...] = ()
    label: tuple[str, ...] = ()
    level: tuple[str, ...] = ()
    sector: tuple[str, ...] = ()
    provider: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    sort: str = ""
    page: int = 1
    size: int = 20
    on: date | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.size <= SIZE_MAX or not 1 <= self.page <= PAGE_MAX:
            words = f"A page holds 1 to {SIZE_MAX} offerings, and pages run from 1 to {PAGE_MAX:,}"
            raise Refusal("page-size", words, status=422)
        if self.sort and self.sort not in SORTS:
            raise Refusal("sort-unknown", f"Sort by one of: {', '.join(SORTS)}", status=422)
        if len(self.words) > WORDS_MAX:
            raise Refusal("words-long", f"Search for {WORDS_MAX} characters or fewer", status=422)

    @property
    def chosen(self) -> dict[str, tuple[str, ...]]:
        """The filters that are set, by name."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in values.items() if isinstance(value, tuple) and value}


@dataclass(frozen=True, slots=True)
class Hit:
    """One offering on a page of results, with its label and its prices on the day asked."""

    offering: Offering
    label: str
    prices: tuple[Price, ...]

    @property
    def label_words(self) -> str:
        """The label as a person reads it."""
        return LABELS[self.label]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a filter, its name, and how many offerings it would show."""

    value: str
    name: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter with its values, the most frequent first; `hidden` counts those left out."""

    key: str
    title: str
    values: tuple[FacetValue, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class Found:
    """One page of results and the filters around it."""

    ask: Ask
    day: date
    total: int
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...]

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // self.ask.size))


def search(viewer: Viewer, ask: Ask) -> Found:
    """Offerings that fit, of those that this viewer may see: the public ones, and drafts of the own side."""
    labels = Labels.on(viewer, ask.on)
    visible = Offering.seen_by(viewer)
    asked = text.question(ask.words)
    if asked:
        visible = visible.filter(pk__in=text.found(asked))
    elif ask.words.strip():
        visible = visible.none()
    conditions = _conditions(ask, visible, labels)
    rows = visible.filter(*conditions.values())
    total, page = _page(rows, ask, asked)
    return Found(
        ask, labels.day, total, _hits(viewer, page, labels), _facets(ask, visible, conditions, labels)
    )


def listed(viewer: Viewer, ask: Ask) -> Iterable[Hit]:
    """Every offering that fits, page after page, for a download."""
    number = 1
    while True:
        found = search(viewer, replace(ask, page=number, size=SIZE_MAX))
        yield from found.hits
        if number >= found.pages:
            return
        number += 1


def _conditions(ask: Ask, visible: QuerySet[Offering], labels: Labels) -> dict[str, Q]:
    made = {
        key: Q(**{f"{_COLUMNS[key]}__in": values})
        for key, values in ask.chosen.items()
        if key in _COLUMNS and key != "label"
    }
    if ask.label:
        scopes = visible.order_by().values_list("scopes", flat=True).distinct()
        made["label"] = Q(scopes__in=[each for each in scopes if labels.of(each) in ask.label])
    if ask.function:
        made["function"] = _covering(function__in=ask.function)
    if ask.activity:
        made["activity"] = _covering(activity__in=ask.activity)
    if ask.capability:
        held = [release().capability(key).activity for key in ask.capability]
        made["capability"] = _covering(activity__in=held)
    return made


def _covering(**wanted: Sequence[str]) -> Q:
    return Q(pk__in=SearchActivity.rows.filter(**wanted).values("offering_id"))


def _page(rows: QuerySet[Offering], ask: Ask, asked: str) -> tuple[int, list[Offering]]:
    sort = ask.sort or ("best" if asked else "name")
    begin = (ask.page - 1) * ask.size
    shown = rows.select_related("provider", "office")
    if sort == "best" and asked:
        fitting = set(rows.order_by().values_list("pk", flat=True))
        order = [key for key in text.best_first(asked) if key in fitting]
        wanted = order[begin : begin + ask.size]
        by_key = {each.pk: each for each in shown.filter(pk__in=wanted)} if wanted else {}
        return len(fitting), [by_key[key] for key in wanted if key in by_key]
    total = rows.order_by().count()
    return total, list(shown.order_by(*_ORDER[sort])[begin : begin + ask.size]) if total else []


def _hits(viewer: Viewer, page: Sequence[Offering], labels: Labels) -> tuple[Hit, ...]:
    prices = prices_of(viewer, page)
    return tuple(
        Hit(offering, labels.of(offering.scopes), on_day(prices.get(offering.pk, ()), labels.day))
        for offering in page
    )


def prices_of(viewer: Viewer, offerings: Sequence[Offering]) -> dict[str, tuple[Price, ...]]:
    """All price versions of some offerings, by offering; one query."""
    found: dict[str, tuple[Price, ...]] = {}
    if offerings:
        wanted = PriceVersion.seen_by(viewer).filter(plan__offering__in=[each.pk for each in offerings])
        for version in wanted.select_related("plan"):
            key = version.plan.offering_id
            found[key] = (*found.get(key, ()), version.fact)
    return found


def on_day(prices: Sequence[Price], day: date) -> tuple[Price, ...]:
    """The price in force on a day for each plan and meter; before the first, the first one announced."""
    chosen = []
    for plan, meter in dict.fromkeys((price.plan, price.meter) for price in prices):
        own = [price for price in prices if (price.plan, price.meter) == (plan, meter)]
        chosen.append(in_force(own, meter, day) or own[0])
    return tuple(chosen)


def _facets(
    ask: Ask, visible: QuerySet[Offering], conditions: Mapping[str, Q], labels: Labels
) -> tuple[Facet, ...]:
    """Counts for each filter, with every other filter applied: one query, then one for names of providers."""
    counts: dict[str, Counter[str]] = {key: Counter() for key in FILTERS}
    for key, value, count in _counted(visible, conditions):
        counts[key][labels.of(value or "") if key == "label" else value or ""] += count
    if len(counts["state"]) < 2:
        del counts["state"]
    shown = {key: _shown(counter, ask.chosen.get(key, ())) for key, counter in counts.items()}
    names = {**_NAMES, **_looked_up(shown)}
    return tuple(
        Facet(
            key=key,
            title=FILTERS[key],
            values=tuple(
                FacetValue(
                    each,
                    names.get(key, {}).get(each, each),
                    counts[key][each],
                    each in ask.chosen.get(key, ()),
                )
                for each in values
            ),
            hidden=len(counts[key]) - sum(1 for each in values if each in counts[key]),
        )
        for key, values in shown.items()
        if values
    )


def _counted(
    visible: QuerySet[Offering], conditions: Mapping[str, Q]
) -> Iterable[tuple[str, str | None, int]]:
    def narrowed(without: str) -> QuerySet[Offering]:
        return visible.filter(*(each for key, each in conditions.items() if key != without)).order_by()

    def rows(found: QuerySet[Any], key: str, column: str, counted: str) -> QuerySet[Any]:
        named = found.annotate(
            facet=Value(key, output_field=CharField()),
            value=F(column),
            times=Count(counted, distinct=key == "function"),
        )
        told: QuerySet[Any] = named.values_list("facet", "value", "times")
        return told

    first, *others = [
        rows(narrowed(key).values(column), key, column, "pk") for key, column in _COLUMNS.items()
    ]
    within = SearchActivity.rows.filter(offering__in=narrowed("function").values("pk")).order_by()
    others.append(rows(within.values("function"), "function", "function", "offering"))
    counted: QuerySet[Any] = first.union(*others, all=True)
    return counted


def _shown(counter: Counter[str], chosen: Sequence[str]) -> list[str]:
    often = sorted(counter, key=lambda value: (-counter[value], value))[:VALUES_SHOWN]
    return [value for value in dict.fromkeys([*often, *chosen]) if value]


def _looked_up(shown: Mapping[str, Sequence[str]]) -> dict[str, dict[str, str]]:
    held = release()
    providers = Organisation.objects.filter(pk__in=shown.get("provider", ())).values_list("pk", "name")
    functions = {each.id: each.name for each in held.functions}
    return {
        "area": {each.code: each.name for each in held.areas},
        "function": {key: functions.get(key, key) for key in shown.get("function", ())},
        "provider": dict(providers),
        "state": {key: key.replace("_", " ").capitalize() for key in shown.get("state", ())},
    }
