"""The one search: words and filters in; a page of offerings that the viewer may see, and counted filters, out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from itertools import compress
from typing import Any

from django.db.models import QuerySet

from qsmo.kernel.finding import Refusal
from qsmo.marketplace.catalogue.models import Offering, PriceVersion, SearchActivity
from qsmo.marketplace.catalogue.queries import text
from qsmo.marketplace.catalogue.queries.held import held_rows
from qsmo.marketplace.catalogue.queries.known import refuse_unknown
from qsmo.marketplace.catalogue.queries.labels import LABELS, Labels
from qsmo.marketplace.catalogue.rules.listing import KINDS, LEVELS, SECTORS, SERVICE_KINDS
from qsmo.marketplace.catalogue.rules.prices import Price, in_force
from qsmo.marketplace.standards.rules.framework import release
from qsmo.platform.access.organisations import organisations
from qsmo.platform.access.viewer import Viewer

SIZE_MAX = 100
PAGE_MAX = 10_000
WORDS_MAX = 200
VALUES_SHOWN = 12
FEW = 500
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
# What is read of every visible offering to count the filters; in the order of FILTERS.
_COLUMNS = (
    "area",
    "kind",
    "service_kind",
    "search_text__functions",
    "scopes",
    "authorization",
    "search_text__sector",
    "provider_id",
    "state",
)
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
    """Offerings that fit, of those that this viewer may see: the public ones, and drafts of the own side.

    Six queries at most. The filters are counted in one pass over a few columns of all visible offerings.
    """
    labels = Labels.on(viewer, ask.on)
    fitting, counts = _answer(viewer, ask, labels)
    begin = (ask.page - 1) * ask.size
    hits = _hits(viewer, fitting[begin : begin + ask.size], labels)
    return Found(ask, labels.day, len(fitting), hits, _facets(ask, counts))


def listed(viewer: Viewer, ask: Ask) -> Iterator[Hit]:
    """Every offering that fits, in the same order, for a download."""
    labels = Labels.on(viewer, ask.on)
    fitting, _ = _answer(viewer, ask, labels)
    for begin in range(0, len(fitting), FEW):
        yield from _hits(viewer, fitting[begin : begin + FEW], labels)


def _answer(viewer: Viewer, ask: Ask, labels: Labels) -> tuple[list[str], dict[str, Counter[str]]]:
    """Every offering that fits, in order, and the counts of the filters; a filter that does not exist is refused."""
    refuse_unknown(viewer, ask.chosen)
    asked = text.question(ask.words)
    sort = ask.sort or ("best" if asked else "name")
    ranks = {key: place for place, key in enumerate(text.best_first(asked))} if ask.words.strip() else None
    visible = _visible(viewer, ask, ranks).order_by(*_ORDER[sort])
    wanted = visible.values_list("pk", *_COLUMNS)
    # What a narrowed question reads is little; a provider's name may change without any offering changing.
    is_narrow = ask.activity or ask.capability or (ranks is not None and len(ranks) <= FEW)
    is_whole = not is_narrow and sort != "provider"
    rows: Sequence[tuple[Any, ...]] = held_rows(wanted) if is_whole else list(wanted)
    if ranks is not None:
        rows = [row for row in rows if row[0] in ranks]
    fitting, counts = _passed(rows, ask, labels)
    if sort == "best" and ranks is not None:
        fitting.sort(key=ranks.__getitem__)
    return fitting, counts


def _visible(viewer: Viewer, ask: Ask, ranks: Mapping[str, int] | None) -> QuerySet[Offering]:
    """What the viewer may see, narrowed by what is not counted: words that few hold, activities, capabilities."""
    visible = Offering.seen_by(viewer)
    if ranks is not None and len(ranks) <= FEW:
        visible = visible.filter(pk__in=list(ranks))
    for activities in (ask.activity, [release().capability(key).activity for key in ask.capability]):
        if activities:
            covering = SearchActivity.rows.filter(activity__in=activities)
            visible = visible.filter(pk__in=covering.values("offering_id"))
    return visible


def _passed(
    rows: Sequence[tuple[Any, ...]], ask: Ask, labels: Labels
) -> tuple[list[str], dict[str, Counter[str]]]:
    """The offerings that pass every filter, in order, and for each filter the counts with all others applied."""
    if not rows:
        return [], {key: Counter() for key in FILTERS}
    keys, *cells = zip(*rows, strict=True)
    columns = {key: [cell or "" for cell in column] for key, column in zip(FILTERS, cells, strict=True)}
    called = {scopes: labels.of(scopes) for scopes in set(columns["label"])}
    columns["label"] = [called[scopes] for scopes in columns["label"]]
    passing = {key: _passing(key, columns[key], ask.chosen[key]) for key in FILTERS if key in ask.chosen}
    counts = {key: _counted(key, columns[key], [each for other, each in passing.items() if other != key])
              for key in FILTERS}  # fmt: skip
    return list(_narrowed(keys, list(passing.values()))), counts


def _passing(key: str, column: Sequence[str], wanted: Sequence[str]) -> list[bool]:
    """Whether each cell passes a filter; each different cell is looked at once."""
    those = set(wanted)
    passes = {cell: not those.isdisjoint(_values_in(key, cell)) for cell in set(column)}
    return [passes[cell] for cell in column]


def _counted(key: str, column: Sequence[str], others: Sequence[Sequence[bool]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for cell, times in Counter(_narrowed(column, others)).items():
        for value in _values_in(key, cell):
            counts[value] += times
    return counts


def _values_in(key: str, cell: str) -> Sequence[str]:
    return cell.split() if key == "function" else (cell,)


def _narrowed(cells: Sequence[str], passing: Sequence[Sequence[bool]]) -> Iterable[str]:
    return compress(cells, map(all, zip(*passing, strict=True))) if passing else cells


def _hits(viewer: Viewer, keys: Sequence[str], labels: Labels) -> tuple[Hit, ...]:
    rows = Offering.seen_by(viewer).filter(pk__in=keys).select_related("provider", "office")
    found = {each.pk: each for each in rows}
    page = [found[key] for key in keys if key in found]
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


def _facets(ask: Ask, counts: dict[str, Counter[str]]) -> tuple[Facet, ...]:
    """The filters with their most frequent values; states only where there are several."""
    if len(counts["state"]) < 2 and not ask.state:
        del counts["state"]
    shown = {key: _shown(counter, ask.chosen.get(key, ())) for key, counter in counts.items()}
    names = {**_NAMES, **_looked_up(shown)}
    return tuple(
        Facet(key, FILTERS[key], _values(values, counts[key], names[key], ask.chosen.get(key, ())), hidden)
        for key, values in shown.items()
        if values
        for hidden in [len([each for each in counts[key] if each and each not in values])]
    )


def _values(
    values: Sequence[str], counter: Counter[str], names: Mapping[str, str], chosen: Sequence[str]
) -> tuple[FacetValue, ...]:
    return tuple(FacetValue(each, names.get(each, each), counter[each], each in chosen) for each in values)


def _shown(counter: Counter[str], chosen: Sequence[str]) -> list[str]:
    often = sorted(counter, key=lambda value: (-counter[value], value))[:VALUES_SHOWN]
    return [value for value in dict.fromkeys([*often, *chosen]) if value]


def _looked_up(shown: Mapping[str, Sequence[str]]) -> dict[str, dict[str, str]]:
    held = release()
    providers = organisations(shown.get("provider", ()))
    functions = {each.id: each.name for each in held.functions}
    return {
        "area": {each.code: each.name for each in held.areas},
        "function": {key: functions.get(key, key) for key in shown.get("function", ())},
        "provider": {key: each.name for key, each in providers.items()},
        "state": {key: key.replace("_", " ").capitalize() for key in shown.get("state", ())},
    }
