"""Taking over what offices had published before this system: providers, offerings, prices, evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qsmo.marketplace.catalogue.actions.content import CONTENT, Meter, checked, freeze, index, price_version
from qsmo.marketplace.catalogue.models import Evidence, Offering, Plan, PriceVersion, Provider
from qsmo.marketplace.catalogue.rules import listing
from qsmo.marketplace.catalogue.rules.listing import ListedOffering, ListedPrice, ListedProvider
from qsmo.marketplace.catalogue.rules.readiness import AUTHORIZATION
from qsmo.platform.access.door import action, add, move, one
from qsmo.platform.access.models import Organisation
from qsmo.platform.access.organisations import enlist, organisations
from qsmo.platform.access.viewer import Viewer

UNLISTED = ("formats", "has_federal_unique", "notice_days")


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many offerings and price versions the tables list, and how many of each were new."""

    offerings: int
    new_offerings: int
    prices: int
    new_prices: int


@action("catalogue.seed")
def seed(viewer: Viewer, /) -> Loaded:
    """Take over the published offerings with their providers, prices and evidence; a second time changes nothing."""
    _take_providers(viewer, listing.providers())
    offerings, prices = listing.offerings(), listing.prices()
    there = set(Offering.seen_by(viewer).values_list("pk", flat=True))
    fresh = [listed for listed in offerings if listed.id not in there]
    for listed in fresh:
        _take_offering(viewer, listed)
    priced = set(PriceVersion.seen_by(viewer).values_list("pk", flat=True))
    new = [listed for listed in prices if listed.id not in priced]
    for price in new:
        _take_price(viewer, price)
    for listed in fresh:
        offering = one(Offering, viewer, listed.id)
        move(viewer, offering, "carry_over", why=f"Public before this system; source: {listed.source}")
        freeze(viewer, offering, "catalogue.seed")
    return Loaded(len(offerings), len(fresh), len(prices), len(new))


def _take_providers(viewer: Viewer, listed: Sequence[ListedProvider]) -> None:
    """The organisations, then what the catalogue knows of them; a parent that is not on file is left out."""
    parents = organisations({each.parent for each in listed if each.parent})
    there = organisations(each.id for each in listed)
    fresh = [
        Organisation(id=each.id, name=each.name, kind="provider", parent=parents.get(each.parent))
        for each in listed
        if each.id not in there
    ]
    enlist(viewer, fresh, "catalogue.seed")
    known = set(Provider.seen_by(viewer).values_list("organisation_id", flat=True))
    for each in listed:
        if each.id not in known:
            row = Provider(
                organisation_id=each.id,
                sector=each.sector,
                legacy_areas=list(each.legacy_areas),
                note=each.note,
                source=listing.sources()["providers"],
            )
            add(viewer, row, "catalogue.seed")


def _take_offering(viewer: Viewer, listed: ListedOffering) -> None:
    plain = {name: getattr(listed, name) for name in CONTENT if name not in UNLISTED}
    content = checked({**plain, "formats": list(listed.formats)})
    offering = Offering(id=listed.id, provider_id=listed.provider, office_id=listed.office, **content)
    matched = listing.authorizations().get(listed.id)
    offering.authorization = matched.level if matched else "none"
    add(viewer, offering, "catalogue.seed")
    index(viewer, [offering])
    if matched is None:
        made = Evidence(kind=AUTHORIZATION, status="none on file", words="No authorization could be matched.")
    else:
        made = Evidence(
            kind=AUTHORIZATION,
            status=matched.status,
            level=matched.level,
            reference=matched.package_id,
            title=matched.package,
            dated_on=matched.authorized_on,
            expires_on=matched.expires_on,
            words=matched.basis,
        )
    made.offering, made.source = offering, listing.sources()["authorizations"]
    add(viewer, made, "catalogue.seed")


def _take_price(viewer: Viewer, listed: ListedPrice) -> None:
    plan = Plan.seen_by(viewer).filter(pk=listed.plan).first()
    if plan is None:
        plan = Plan(id=listed.plan, offering=one(Offering, viewer, listed.offering), name=listed.plan_name)
        add(viewer, plan, "catalogue.seed")
    meter = Meter(listed.meter, listed.unit, listed.recurs, listed.measure)
    version = price_version(viewer, plan, meter, listed.unit_price, listed.effective_on, listed.note)
    version.id, version.announced_on, version.is_invented = listed.id, listed.announced_on, True
    add(viewer, version, "catalogue.seed")
