"""The life of an offering and its prices: drafting, evidence, assessment, publication, retirement."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.marketplace.catalogue import queries
from qsmo.marketplace.catalogue.actions.content import (
    Meter,
    checked,
    freeze,
    index,
    price_version,
    refuse_faults,
)
from qsmo.marketplace.catalogue.flow import EDITABLE, OFFERING
from qsmo.marketplace.catalogue.models import Evidence, Offering, OfferingVersion, Plan, PriceVersion
from qsmo.marketplace.catalogue.rules.readiness import (
    AUTHORIZATION,
    Dossier,
    approval_faults,
    submission_faults,
)
from qsmo.platform.access.door import action, add, allow, edit, move, one
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.record import trail

NOT_IN_FORCE = "No scope of the office that this offering falls under is designated or pre-designated today"


@action("offering.draft")
def draft(viewer: Viewer, /, *, provider: str, office: str, key: str = "", **content: Any) -> Offering:
    """Begin an offering of a provider in an office. Unknown activities are refused (422), each with a finding."""
    made = Offering(provider_id=provider, office_id=office, **checked(content))
    if key:
        made.id = key
    add(viewer, made, "offering.draft")
    index(viewer, [made])
    return made


@action("offering.draft")
def change(viewer: Viewer, /, offering_id: str, **content: Any) -> Offering:
    """Change an offering that is in draft or was returned; refused (409) in any other state."""
    offering = one(Offering, viewer, offering_id)
    _refuse_unless_editable(offering)
    edit(viewer, offering, "offering.draft", **checked(content))
    index(viewer, [offering])
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
    version = price_version(viewer, plan, meter, unit_price, effective_on, note)
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
    return add(
        viewer, price_version(viewer, plan, meter, unit_price, effective_on, note), "price.set", why=note
    )


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
    refuse_faults(submission_faults(_dossier(viewer, offering)), "This offering is not complete yet")
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
    refuse_faults(approval_faults(_dossier(viewer, offering)), "This offering may not be approved yet")
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


def _reason(why: str) -> str:
    if not why.strip():
        raise Refusal("reason-missing", "Say why; the provider and the agencies will read it", status=422)
    return why
