"""Which values each filter of the search has: one that does not exist is refused, not answered with nothing."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from qsmo.kernel.finding import Finding, Refusal
from qsmo.marketplace.catalogue.flow import OFFERING
from qsmo.marketplace.catalogue.models import Offering, Provider
from qsmo.marketplace.catalogue.queries.labels import LABELS
from qsmo.marketplace.catalogue.rules.listing import KINDS, LEVELS, SECTORS, SERVICE_KINDS
from qsmo.marketplace.standards.rules.framework import release, releases
from qsmo.platform.access.viewer import Viewer

LISTED_MAX = 20
FIXED: dict[str, Collection[str]] = {
    "kind": KINDS,
    "service_kind": SERVICE_KINDS,
    "label": LABELS,
    "level": LEVELS,
    "sector": SECTORS,
    "state": OFFERING.states,
}


def refuse_unknown(viewer: Viewer, chosen: dict[str, tuple[str, ...]]) -> None:
    """Refuse (422) values of filters that do not exist, each with its filter and what exists there."""
    found: list[Finding] = []
    for name, values in chosen.items():
        known = _published(name)
        if not set(values) <= set(known):
            known = {*known, *_offered(viewer, name)}
        found += [
            Finding("filter-unknown", f"There is no {name.replace('_', ' ')} “{value}”", field=name,
                    expected=_listed(known))
            for value in dict.fromkeys(values)
            if value not in known
        ]  # fmt: skip
    if found:
        words = f"The catalog cannot be narrowed so: {'; '.join(each.words for each in found)}"
        raise Refusal("filter-unknown", words, status=422, findings=tuple(found))


@cache
def _published(name: str) -> Collection[str]:
    """The values of a filter that stand in the flow, in the tables, or in any release of the standards."""
    held = [release(each) for each in releases()]
    match name:
        case "area":
            return {area.code for each in held for area in each.areas}
        case "function":
            return {function.id for each in held for function in each.functions}
        case "activity":
            return {activity.id for each in held for activity in each.activities if activity.id}
        case "capability":
            return {capability.id for each in held for capability in each.capabilities if capability.id}
    return FIXED.get(name, ())


def _offered(viewer: Viewer, name: str) -> set[str]:
    """The values of a filter that stand in the records which the viewer may see."""
    columns = {"area": "area", "provider": "provider_id"}
    if name not in columns:
        return set()
    found = set(Offering.seen_by(viewer).order_by().values_list(columns[name], flat=True).distinct())
    if name == "provider":
        found |= set(Provider.seen_by(viewer).values_list("organisation_id", flat=True))
    return found


def _listed(known: Collection[str]) -> str:
    names = sorted(known)
    more = len(names) - LISTED_MAX
    return f"one of {', '.join(names[:LISTED_MAX])}" + (f" or {more:,} more" if more > 0 else "")
