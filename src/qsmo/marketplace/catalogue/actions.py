"""All that writes to the catalogue: drafting, assessing, publishing, pricing, and taking over what is public."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from qsmo.kernel import clock
from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.ids import digest
from qsmo.marketplace.catalogue import queries
from qsmo.marketplace.catalogue.flow import EDITABLE, OFFERING
from qsmo.marketplace.catalogue.models import (
    Evidence,
    Offering,
    OfferingVersion,
    Plan,
    PriceVersion,
    Provider,
    SearchActivity,
    SearchText,
)
from qsmo.marketplace.catalogue.rules import listing
from qsmo.marketplace.catalogue.rules.listing import ListedOffering, ListedPrice, ListedProvider, expand
from qsmo.marketplace.catalogue.rules.readiness import (
    AUTHORIZATION,
    Dossier,
    approval_faults,
    submission_faults,
)
from qsmo.marketplace.catalogue.rules.searchable import body, functions, words_of
from qsmo.marketplace.standards.rules.framework import release
from qsmo.platform.access.door import action, add, allow, edit, move, one
from qsmo.platform.access.models import Organisation
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.record import trail

CONTENT = (
    "name", "area", "kind", "service_kind", "summary", "activities", "scopes", "service", "formats",
    "service_levels", "exit_terms", "badges", "note", "source", "invented", "has_federal_unique", "notice_days",
)  # fmt: skip
UNLISTED = ("formats", "has_federal_unique", "notice_days")
NOT_IN_FORCE = "No scope of the office that this offering falls under is designated or pre-designated today"


@dataclass(frozen=True, slots=True)
class Meter:
    """What a price is for: the meter, its unit in words, on which occasions a unit counts anew, the FIBF measure."""

    name: str
    unit: str
    recurs: str
    measure: str = ""


@action("offering.draft")
def draft(viewer: Viewer, /, *, provider: str, office: str, key: str = "", **content: Any) -> Offering:
    """Begin an offering of a provider in an office. Unknown activities are refused (422), each with a finding."""
    made = Offering(provider_id=provider, office_id=office, **_content(content))
    if key:
        made.id = key
    add(viewer, made, "offering.draft")
    index([made])
    return made


@action("offering.draft")
def change(viewer: Viewer, /, offering_id: str, **content: Any) -> Offering:
    """Change an offering that is in draft or was returned; refused (409) in any other state."""
    offering = one(Offering, viewer, offering_id)
    _refuse_unless_editable(offering)
    edit(viewer, offering, "offering.draft", **_content(content))
    index([offering])
    return offering


@action("price.draft")
def add_plan(viewer: Viewer, /, offering_id: str, name: str, *, words: str = "", key: str = "") -> Plan:
    """Add a way to buy an offering that is in draft or was returned."""
    offering = one(Offering, viewer, offering_id)
    _refuse_unless_editable(offering)
    plan = Plan(offering=offering, name=name, words=words)
    if key:
        plan.id = key
    return add(viewer, plan, "price.draft")


@action("price.draft")
def draft_price(
    viewer: Viewer, /, plan_id: str, meter: Meter, unit_price: str, *, effective_on: date, note: str = ""
) -> PriceVersion:
    """State a price of an offering in draft, in exact dollars. A later one for the same day takes its place."""
    plan = one(Plan, viewer, plan_id)
    _refuse_unless_editable(plan.offering)
    version = _price(viewer, plan, meter, unit_price, effective_on, note)
    return add(viewer, version, "price.draft")


@action("price.set")
def set_price(
    viewer: Viewer, /, plan_id: str, meter_name: str, unit_price: str, *, effective_on: date, note: str
) -> PriceVersion:
    """Announce a later price of a published offering; refused (409) within the notice that the offering promises."""
    plan = one(Plan, viewer, plan_id)
    allow(viewer, "price.set", plan)
    if plan.offering.state != "published":
        raise Refusal("not-published", f"“{plan.offering}” is {plan.offering.state}, not published")
    before = PriceVersion.seen_by(viewer).filter(plan=plan, meter=meter_name).last()
    if before is None:
        raise Refusal("meter-unknown", f"“{plan}” has no price for “{meter_name}”", status=404)
    earliest = clock.today() + timedelta(days=plan.offering.notice_days)
    if effective_on < earliest:
        words = f"“{plan.offering}” promises notice: its price may change on {earliest} at the earliest"
        raise Refusal("notice-short", words)
    meter = Meter(before.meter, before.unit, before.recurs, before.measure)
    return add(viewer, _price(viewer, plan, meter, unit_price, effective_on, note), "price.set", why=note)


@action("evidence.provide")
def record_evidence(
    viewer: Viewer, /, offering_id: str, kind: str, status: str, *, level: str = "none", **told: Any
) -> Evidence:
    """Put evidence on file; an authorization sets the level shown, everything else is the office's to record."""
    offering = one(Offering, viewer, offering_id)
    permission = "evidence.provide" if kind == AUTHORIZATION else "evidence.record"
    made = add(viewer, Evidence(offering=offering, kind=kind, status=status, level=level, **told), permission)
    if kind == AUTHORIZATION and offering.authorization != level:
        edit(viewer, offering, permission, authorization=level)
    return made


@action("offering.draft")
def submit(viewer: Viewer, /, offering_id: str, *, why: str = "") -> Offering:
    """Hand an offering in for assessment; refused (422) with one finding for each thing it still lacks."""
    offering = one(Offering, viewer, offering_id)
    _refuse_faults(submission_faults(_dossier(viewer, offering)), "This offering is not complete yet")
    return move(viewer, offering, "submit", why=why)


@action("offering.assess")
def begin_assessment(viewer: Viewer, /, offering_id: str) -> Offering:
    """Take a submitted offering into assessment; refused (403) to anybody who drafted or submitted it."""
    offering = one(Offering, viewer, offering_id)
    _refuse_drafter(viewer, offering)
    return move(viewer, offering, "begin_assessment")


@action("offering.assess")
def return_for_changes(viewer: Viewer, /, offering_id: str, *, why: str) -> Offering:
    """Return an offering to its provider with the reason."""
    return move(viewer, one(Offering, viewer, offering_id), "return_for_changes", why=_reason(why))


@action("offering.assess")
def reject(viewer: Viewer, /, offering_id: str, *, why: str) -> Offering:
    """Refuse an offering for good, with the reason."""
    return move(viewer, one(Offering, viewer, offering_id), "reject", why=_reason(why))


@action("offering.assess")
def approve(viewer: Viewer, /, offering_id: str, *, why: str = "") -> Offering:
    """Approve an assessed offering: not by its drafter, and not before its conformance run passed."""
    offering = one(Offering, viewer, offering_id)
    _refuse_drafter(viewer, offering)
    _refuse_faults(approval_faults(_dossier(viewer, offering)), "This offering may not be approved yet")
    return move(viewer, offering, "approve", why=why)


@action("offering.publish")
def publish(viewer: Viewer, /, offering_id: str, *, why: str = "") -> OfferingVersion:
    """Publish an offering as a new version; refused (409) while no designation of its scope is in force."""
    offering = one(Offering, viewer, offering_id)
    if queries.Labels.on(viewer).of(offering.scopes) == queries.NO_LABEL:
        raise Refusal("scope-not-in-force", NOT_IN_FORCE)
    move(viewer, offering, "publish", why=why)
    return freeze(viewer, offering, "offering.publish")


@action("offering.publish")
def suspend(viewer: Viewer, /, offering_id: str, *, why: str) -> Offering:
    """Take an offering out of the public catalogue for a time; running subscriptions are not touched."""
    return move(viewer, one(Offering, viewer, offering_id), "suspend", why=_reason(why))


@action("offering.publish")
def deprecate(viewer: Viewer, /, offering_id: str, *, ends_on: date, why: str) -> Offering:
    """Close an offering for new orders; running ones keep their terms until the announced last day."""
    offering = one(Offering, viewer, offering_id)
    earliest = clock.today() + timedelta(days=offering.notice_days)
    if ends_on < earliest:
        words = (
            f"“{offering}” promises {offering.notice_days} days of notice: it may end on {earliest} or later"
        )
        raise Refusal("notice-short", words)
    return move(viewer, offering, "deprecate", why=_reason(why), ends_on=ends_on)


@action("offering.publish")
def retire(viewer: Viewer, /, offering_id: str, *, why: str = "") -> Offering:
    """Retire a deprecated offering after its announced last day, when no subscription runs on its terms any more."""
    offering = one(Offering, viewer, offering_id)
    if offering.ends_on is not None and clock.today() <= offering.ends_on:
        raise Refusal("still-running", f"“{offering}” was announced to run through {offering.ends_on}")
    return move(viewer, offering, "retire", why=why)


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


def index(offerings: Sequence[Offering]) -> None:
    """Make anew what search reads of these offerings: their words, and one row for each activity."""
    keys = [offering.pk for offering in offerings]
    SearchText.rows.filter(offering__in=keys).delete()
    SearchActivity.rows.filter(offering__in=keys).delete()
    sellers = Provider.every.filter(organisation__in={offering.provider_id for offering in offerings})
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


def _content(content: dict[str, Any]) -> dict[str, Any]:
    stray = sorted(set(content) - set(CONTENT))
    if stray:
        raise ValueError(f"not part of an offering's content: {', '.join(stray)}")
    if "activities" in content:
        held = release()
        activities, faults = expand(held, content["activities"])
        _refuse_faults(faults, "Some activities are not in the framework")
        content = {**content, "activities": activities, "release": held.name}
    return content


def _price(
    viewer: Viewer, plan: Plan, meter: Meter, unit_price: str, effective_on: date, note: str
) -> PriceVersion:
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


def _dossier(viewer: Viewer, offering: Offering) -> Dossier:
    return Dossier(
        activities=len(offering.activities),
        prices=PriceVersion.seen_by(viewer).filter(plan__offering=offering).count(),
        service_levels=offering.service_levels,
        exit_terms=offering.exit_terms,
        evidence={each.kind: each.status for each in Evidence.seen_by(viewer).filter(offering=offering)},
        has_federal_unique=offering.has_federal_unique,
    )


def _refuse_unless_editable(offering: Offering) -> None:
    if offering.state not in EDITABLE:
        open_ = ", ".join(each.name for each in OFFERING.legal(offering.state)) or "none"
        words = f"“{offering}” is {offering.state}; its content stands. Open moves are: {open_}"
        raise Refusal("not-in-draft", words)


def _refuse_drafter(viewer: Viewer, offering: Offering) -> None:
    """The flow bars whoever submitted; this bars whoever wrote a word of it."""
    if trail.entries_of(offering).filter(verb="offering.draft", actor=viewer.actor).exists():
        words = f"{viewer.name} drafted “{offering}”; it must be assessed by another person"
        raise Refusal("same-person", words, status=403)


def _refuse_faults(faults: Iterable[Finding], words: str) -> None:
    found = tuple(faults)
    if found:
        raise Refusal("incomplete", words, status=422, findings=found)


def _reason(why: str) -> str:
    if not why.strip():
        raise Refusal("reason-missing", "Say why; the provider and the agencies will read it", status=422)
    return why


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
    for seller in listing.providers():
        _take_provider(viewer, seller)
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


def _take_provider(viewer: Viewer, listed: ListedProvider) -> None:
    """The organisation, then what the catalogue knows of it; a parent that is not on file is left out."""
    parent = Organisation.objects.filter(pk=listed.parent).first() if listed.parent else None
    Organisation.objects.get_or_create(
        id=listed.id, defaults={"name": listed.name, "kind": "provider", "parent": parent}
    )
    if not Provider.seen_by(viewer).filter(organisation_id=listed.id).exists():
        row = Provider(
            organisation_id=listed.id,
            sector=listed.sector,
            legacy_areas=list(listed.legacy_areas),
            note=listed.note,
            source=listing.sources()["providers"],
        )
        add(viewer, row, "catalogue.seed")


def _take_offering(viewer: Viewer, listed: ListedOffering) -> None:
    plain = {name: getattr(listed, name) for name in CONTENT if name not in UNLISTED}
    content = _content({**plain, "formats": list(listed.formats)})
    offering = Offering(id=listed.id, provider_id=listed.provider, office_id=listed.office, **content)
    matched = listing.authorizations().get(listed.id)
    offering.authorization = matched.level if matched else "none"
    add(viewer, offering, "catalogue.seed")
    index([offering])
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
    version = _price(viewer, plan, meter, listed.unit_price, listed.effective_on, listed.note)
    version.id, version.announced_on, version.is_invented = listed.id, listed.announced_on, True
    add(viewer, version, "catalogue.seed")
