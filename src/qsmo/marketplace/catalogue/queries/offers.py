"""One offering with all that stands around it, comparisons side by side, and estimates from dated prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.marketplace.catalogue.models import (
    Evidence,
    Offering,
    OfferingVersion,
    Plan,
    PriceVersion,
    Provider,
)
from qsmo.marketplace.catalogue.queries.coverage import Claimed, Covered, claimed, covered
from qsmo.marketplace.catalogue.queries.labels import LABELS, Labels
from qsmo.marketplace.catalogue.queries.search import on_day, prices_of
from qsmo.marketplace.catalogue.rules.listing import KINDS, LEVELS, SECTORS, SERVICE_KINDS
from qsmo.marketplace.catalogue.rules.prices import Estimate, Price, estimate
from qsmo.platform.access.door import one
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.plugs import services

COMPARED_MAX = 4
VOLUME_MAX = 100_000_000
YEARS = range(2020, 2036)
NOT_STATED = "not on file"
OUTSIDE = "provided outside this system"


@dataclass(frozen=True, slots=True)
class PlanPrices:
    """A plan, its price versions in order, and those in force on the day asked."""

    plan: Plan
    prices: tuple[Price, ...]
    today: tuple[Price, ...]


@dataclass(frozen=True, slots=True)
class Detail:
    """An offering with its provider, coverage, plans, evidence and versions, and its label on a day."""

    offering: Offering
    provider: Provider | None
    day: date
    label: str
    covered: tuple[Covered, ...]
    claimed: Claimed
    plans: tuple[PlanPrices, ...]
    evidence: tuple[Evidence, ...]
    versions: tuple[OfferingVersion, ...]
    formats: tuple[str, ...]
    is_delivered_here: bool

    @property
    def label_words(self) -> str:
        """The label as a person reads it."""
        return LABELS[self.label]

    @property
    def provider_name(self) -> str:
        """The provider's name."""
        return self.offering.provider.name

    @property
    def authorization(self) -> Evidence | None:
        """The security authorization that counts: the latest on file."""
        return next((each for each in reversed(self.evidence) if each.kind == "authorization"), None)


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One line of a comparison: what is compared, and one text for each offering."""

    label: str
    values: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether the offerings differ here."""
        return len(set(self.values)) > 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """Up to four offerings on the same rows. `meter` is the one they all have, empty when there is none."""

    day: date
    offerings: tuple[Detail, ...]
    rows: tuple[ComparedRow, ...]
    meter: str

    def prices(self) -> tuple[tuple[str, Price], ...]:
        """The price in force of the shared meter, plan by plan; empty without a shared meter."""
        return tuple(
            (f"{detail.provider_name}: {each.plan.name}", price)
            for detail in self.offerings
            for each in detail.plans
            for price in each.today
            if price.meter == self.meter
        )


def offering_detail(viewer: Viewer, offering_id: str, on: date | None = None) -> Detail:
    """One offering; refused (404) when there is none that this viewer may see."""
    return _details(viewer, [one(Offering, viewer, offering_id)], on)[0]


def current_version(viewer: Viewer, offering_id: str) -> OfferingVersion:
    """The version that an order made now points at; refused (409) unless the offering is published."""
    offering = one(Offering, viewer, offering_id)
    found = OfferingVersion.seen_by(viewer).filter(offering=offering).last()
    if found is None or offering.state != "published":
        raise Refusal(
            "not-published", f"“{offering}” is {offering.state}; only published offerings are ordered"
        )
    return found


def version_detail(viewer: Viewer, version_id: str) -> OfferingVersion:
    """One published version, also of an offering that is suspended or retired since."""
    return one(OfferingVersion, viewer, version_id)


def plan_detail(viewer: Viewer, plan_id: str) -> Plan:
    """One plan with its offering; refused (404) when there is none that this viewer may see."""
    found = Plan.seen_by(viewer).filter(pk=plan_id).select_related("offering__provider").first()
    if found is None:
        raise Refusal("not-found", f"There is no plan “{plan_id}” that you can see", status=404)
    return found


def price_versions(viewer: Viewer, plan_id: str) -> tuple[Price, ...]:
    """Every price version of a plan, in order of meter, effective day and recording, as the rules take them."""
    plan = plan_detail(viewer, plan_id)
    return tuple(version.fact for version in PriceVersion.seen_by(viewer).filter(plan=plan))


def price_detail(viewer: Viewer, price_id: str) -> PriceVersion:
    """One price version with its plan."""
    rows = PriceVersion.seen_by(viewer).filter(pk=price_id).select_related("plan__offering__provider")
    found = rows.first()
    if found is None:
        raise Refusal("not-found", f"There is no price version “{price_id}” that you can see", status=404)
    return found


def providers(viewer: Viewer) -> QuerySet[Provider]:
    """The providers on file, by name."""
    return Provider.seen_by(viewer).select_related("organisation").order_by("organisation__name")


def estimated(
    viewer: Viewer, plan_id: str, volume: int, year: int, meter: str = "", known_by: date | None = None
) -> Estimate:
    """What a volume on each occasion of a calendar year would cost under a plan, from its dated prices."""
    if not 0 <= volume <= VOLUME_MAX or year not in YEARS:
        words = f"A volume is 0 to {VOLUME_MAX:,}, a year {YEARS[0]} to {YEARS[-1]}"
        raise Refusal("estimate-range", words, status=422)
    prices = price_versions(viewer, plan_id)
    if not prices:
        raise Refusal("price-missing", "This plan has no price yet", status=422)
    return estimate(prices, meter or prices[0].meter, volume, year, known_by)


def comparison(viewer: Viewer, offering_ids: Sequence[str], on: date | None = None) -> Comparison:
    """Two to four offerings on the same rows, as of a day; refused (422) with fewer or more."""
    keys = list(dict.fromkeys(offering_ids))
    if not 2 <= len(keys) <= COMPARED_MAX:
        words = f"Choose two to {COMPARED_MAX} offerings to compare; {len(keys)} chosen"
        raise Refusal("compare-count", words, status=422)
    found = {
        each.pk: each
        for each in Offering.seen_by(viewer).filter(pk__in=keys).select_related("provider", "office")
    }
    missing = [key for key in keys if key not in found]
    if missing:
        raise Refusal("not-found", f"There is no offering “{missing[0]}” that you can see", status=404)
    details = _details(viewer, [found[key] for key in keys], on)
    meters = [{price.meter for each in detail.plans for price in each.today} for detail in details]
    shared = sorted(set.intersection(*meters))
    return Comparison(details[0].day, details, _rows(details), shared[0] if shared else "")


def _details(viewer: Viewer, offerings: Sequence[Offering], on: date | None) -> tuple[Detail, ...]:
    """Everything around some offerings, with the same few queries for one as for four."""
    labels = Labels.on(viewer, on or clock.today())
    keys = [each.pk for each in offerings]
    prices = prices_of(viewer, offerings)
    plans = list(Plan.seen_by(viewer).filter(offering__in=keys))
    evidence = list(Evidence.seen_by(viewer).filter(offering__in=keys))
    versions = list(OfferingVersion.seen_by(viewer).filter(offering__in=keys))
    sellers = {
        each.organisation_id: each
        for each in providers(viewer).filter(organisation__in=[each.provider_id for each in offerings])
    }
    found = []
    for offering in offerings:
        own = [plan for plan in plans if plan.offering_id == offering.pk]
        service = services().get(offering.service) if offering.service else None
        formats = service.manifest.formats if service and service.manifest.formats else offering.formats
        found.append(
            Detail(
                offering=offering,
                provider=sellers.get(offering.provider_id),
                day=labels.day,
                label=labels.of(offering.scopes),
                covered=covered(offering),
                claimed=claimed(offering),
                plans=tuple(_priced(plan, prices.get(offering.pk, ()), labels.day) for plan in own),
                evidence=tuple(each for each in evidence if each.offering_id == offering.pk),
                versions=tuple(each for each in versions if each.offering_id == offering.pk),
                formats=tuple(formats),
                is_delivered_here=service is not None,
            )
        )
    return tuple(found)


def _priced(plan: Plan, prices: Sequence[Price], day: date) -> PlanPrices:
    own = tuple(price for price in prices if price.plan == plan.pk)
    return PlanPrices(plan, own, on_day(own, day))


def _rows(details: Sequence[Detail]) -> tuple[ComparedRow, ...]:
    def row(label: str, values: Sequence[str]) -> ComparedRow:
        return ComparedRow(label, tuple(value or NOT_STATED for value in values))

    offerings = [each.offering for each in details]
    functions = dict.fromkeys((c.function.id, c.function.name) for each in details for c in each.covered)
    return (
        row("Provider", [each.provider_name for each in details]),
        row("Sector", [SECTORS[each.provider.sector] if each.provider else "" for each in details]),
        row("Office", [each.office.name for each in offerings]),
        row("Kind of offering", [KINDS[each.kind] for each in offerings]),
        row("Kind of service", [SERVICE_KINDS[each.service_kind] for each in offerings]),
        row("Designation", [f"{each.label_words} on {each.day}" for each in details]),
        row("Security authorization", [LEVELS[each.authorization] for each in offerings]),
        row("Activities covered", [str(len(each.activities)) for each in offerings]),
        *(row(f"{name} ({key})", [_share_of(each, key) for each in details]) for key, name in functions),
        row("Standard capabilities", [each.claimed.words for each in details]),
        row("Plans", ["; ".join(each.plan.name for each in detail.plans) for detail in details]),
        row("Price on the day", ["; ".join(_price(p) for p in _today(each)) for each in details]),
        row("Next price", ["; ".join(_next(each)) or "none announced" for each in details]),
        row("Meters", ["; ".join(dict.fromkeys(p.unit for p in _today(each))) for each in details]),
        row("Service levels", [each.service_levels for each in offerings]),
        row("Exit terms", [each.exit_terms for each in offerings]),
        row("Formats", [", ".join(each.formats) for each in details]),
        row("Delivered", ["in this system" if each.is_delivered_here else OUTSIDE for each in details]),
        row("Source", [each.source for each in offerings]),
    )


def _share_of(detail: Detail, function: str) -> str:
    found = next((each for each in detail.covered if each.function.id == function), None)
    return f"{len(found.activities)} of {found.of}" if found else "none"


def _today(detail: Detail) -> list[Price]:
    return [price for each in detail.plans for price in each.today]


def _price(price: Price) -> str:
    return f"${price.shown} per {price.unit}{' (invented)' if price.is_invented else ''}"


def _next(detail: Detail) -> list[str]:
    later = [price for each in detail.plans for price in each.prices if price.effective_on > detail.day]
    return [f"${price.shown} from {price.effective_on}" for price in later]
