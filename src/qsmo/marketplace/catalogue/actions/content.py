"""The content of an offering: checked, frozen as a version, priced, and made anew for search."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from qsmo.kernel import clock
from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.ids import digest
from qsmo.marketplace.catalogue.models import (
    Offering,
    OfferingVersion,
    Plan,
    PriceVersion,
    Provider,
    SearchActivity,
    SearchText,
)
from qsmo.marketplace.catalogue.rules.listing import expand
from qsmo.marketplace.catalogue.rules.searchable import body, functions, words_of
from qsmo.marketplace.standards.rules.framework import release
from qsmo.platform.access.door import add
from qsmo.platform.access.viewer import Viewer

CONTENT = (
    "name", "area", "kind", "service_kind", "summary", "activities", "scopes", "service", "formats",
    "service_levels", "exit_terms", "badges", "note", "source", "invented", "has_federal_unique", "notice_days",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meter:
    """What a price is for: the meter, its unit in words, on which occasions a unit counts anew, the FIBF measure."""

    name: str
    unit: str
    recurs: str
    measure: str = ""


def checked(content: dict[str, Any]) -> dict[str, Any]:
    """Content with its activities spelled out and its release named; each unknown activity is a finding (422)."""
    stray = sorted(set(content) - set(CONTENT))
    if stray:
        raise ValueError(f"not part of an offering's content: {', '.join(stray)}")
    if "activities" in content:
        held = release()
        activities, faults = expand(held, content["activities"])
        refuse_faults(faults, "Some activities are not in the framework")
        content = {**content, "activities": activities, "release": held.name}
    return content


def price_version(
    viewer: Viewer, plan: Plan, meter: Meter, unit_price: str, effective_on: date, note: str
) -> PriceVersion:
    """A price version announced today by this viewer, not stored yet."""
    return PriceVersion(
        plan=plan,
        meter=meter.name,
        unit=meter.unit,
        recurs=meter.recurs,
        measure=meter.measure,
        unit_price=unit_price.strip(),
        effective_on=effective_on,
        announced_on=clock.today(),
        approved_by=viewer.name,
        note=note,
    )


def freeze(viewer: Viewer, offering: Offering, permission: str) -> OfferingVersion:
    """Write the content as it stands now as the next version, in the transaction of the move that publishes it."""
    plans = [{"plan": plan.pk, "name": plan.name, "words": plan.words} for plan in offering.plans.all()]
    content = {
        **offering.picture(["provider_id", "office_id", "release", *CONTENT]),
        "plans": plans,
        "authorization": offering.authorization,
    }
    number = offering.versions.count() + 1
    made = OfferingVersion(
        id=f"{offering.pk}.{number}",
        offering=offering,
        number=number,
        content=content,
        digest=digest(content),
        published_by=viewer.name,
    )
    return add(viewer, made, permission)


def index(viewer: Viewer, offerings: Sequence[Offering]) -> None:
    """Make anew what search reads of these offerings: their words, and one row for each activity."""
    keys = [offering.pk for offering in offerings]
    SearchText.rows.filter(offering__in=keys).delete()
    SearchActivity.rows.filter(offering__in=keys).delete()
    sellers = Provider.seen_by(viewer).filter(
        organisation__in={offering.provider_id for offering in offerings}
    )
    sectors = dict(sellers.values_list("organisation_id", "sector"))
    texts = (_text(offering, sectors.get(offering.provider_id, "")) for offering in offerings)
    SearchText.rows.bulk_create(texts, batch_size=500)
    rows = (
        SearchActivity(offering=offering, activity=activity)
        for offering in offerings
        for activity in offering.activities
    )
    SearchActivity.rows.bulk_create(rows, batch_size=500)


def _text(offering: Offering, sector: str) -> SearchText:
    held = release(offering.release)
    own = [offering.summary, offering.note, offering.badges.replace("_", " "), *offering.formats]
    return SearchText(
        offering=offering,
        sector=sector,
        title=" ".join(words_of(offering.name)),
        provider=" ".join(words_of(offering.provider.name)),
        body=" ".join(words_of(body(held, offering.activities, own))),
        functions=" ".join(functions(held, offering.activities)),
    )


def refuse_faults(faults: Iterable[Finding], words: str) -> None:
    """Refuse (422) when there is any finding."""
    found = tuple(faults)
    if found:
        raise Refusal("incomplete", words, status=422, findings=found)
