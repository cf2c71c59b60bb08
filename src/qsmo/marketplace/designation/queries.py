"""What somebody may know of the offices: who leads what at which stage on a day, as known by another; its history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.db.models import QuerySet

from qsmo.kernel import clock
from qsmo.marketplace.designation.flow import ENDED
from qsmo.marketplace.designation.models import Designation, Office, StageFact
from qsmo.marketplace.designation.rules import Event, Span, Standing, spans, standing
from qsmo.marketplace.standards.rules.framework import release
from qsmo.platform.access.door import one
from qsmo.platform.access.viewer import Viewer


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """One scope of one office on the day asked: its lead (agency identifier and name), stage, since when, by what."""

    designation: str
    office: str
    office_name: str
    area: str
    scope: str
    scope_name: str
    covers: tuple[str, ...]
    lead: str
    lead_name: str
    lead_short: str
    stage: str
    since: date
    known: date
    source: str


@dataclass(frozen=True, slots=True)
class Life:
    """A designation with the stages it went through, for a drawing in time."""

    designation: Designation
    lead_name: str
    spans: tuple[Span, ...]


def offices_as_of(
    viewer: Viewer, true_on: date, known_by: date | None = None, office: str = ""
) -> tuple[OfficeRow, ...]:
    """What held on a day, from the facts known by another day (all that is on file without one), scope by scope.

    Scopes that were withdrawn or passed to another lead are not listed; two queries, however many offices.
    """
    rows = []
    for designation in _with_facts(Designation.seen_by(viewer), office):
        held = standing(_events(designation), true_on, known_by)
        if held is not None and held.stage not in ENDED:
            rows.append(_row(designation, held))
    return tuple(
        sorted(rows, key=lambda row: (not row.lead, row.office_name, row.scope != "all", row.scope_name))
    )


def stage_of(viewer: Viewer, office: str, activity: str, true_on: date | None = None) -> OfficeRow | None:
    """The narrowest scope of an office that holds an activity of the business framework on a day (today without one).

    None where no scope of the office holds it: then nothing may be published there under the office's name.
    """
    held = release()
    candidates = []
    for row in offices_as_of(viewer, true_on or clock.today(), office=office):
        activities = frozenset[str]().union(*(held.covers(key) for key in row.covers))
        if activity in activities:
            candidates.append((len(activities), row.scope, row))
    return min(candidates)[2] if candidates else None


def offices(viewer: Viewer) -> QuerySet[Office]:
    """The offices and areas on file."""
    return Office.seen_by(viewer).select_related("organisation")


def office_detail(viewer: Viewer, office: str) -> Office:
    """One office; refused (404) when there is none of this short name."""
    return one(Office, viewer, office)


def timeline(viewer: Viewer, office: str, known_by: date | None = None) -> tuple[StageFact, ...]:
    """Every fact of an office's designations, oldest first, as far as it was known by a day."""
    found = StageFact.seen_by(viewer).filter(designation__office_id=office_detail(viewer, office).pk)
    if known_by is not None:
        found = found.filter(known_on__lte=known_by)
    return tuple(found.select_related("designation__lead"))


def lives(viewer: Viewer, office: str, until: date, known_by: date | None = None) -> tuple[Life, ...]:
    """The stages of each designation of an office up to and with a day, those without any left out."""
    found = []
    for designation in _with_facts(Designation.seen_by(viewer), office_detail(viewer, office).pk):
        parts = spans(_events(designation), until, known_by)
        if parts:
            found.append(Life(designation, _lead_name(designation), parts))
    return tuple(sorted(found, key=lambda life: (life.spans[0].during.start, life.designation.scope)))


def designation_detail(viewer: Viewer, designation: str) -> Designation:
    """One designation; refused (404) when there is none of this identifier."""
    return one(Designation, viewer, designation)


def _with_facts(designations: QuerySet[Designation], office: str) -> Iterable[Designation]:
    found = designations.filter(office_id=office) if office else designations
    return found.select_related("office", "lead").prefetch_related("facts")


def _events(designation: Designation) -> list[Event]:
    return [fact.event for fact in designation.facts.all()]


def _row(designation: Designation, held: Standing) -> OfficeRow:
    return OfficeRow(
        designation=designation.pk,
        office=designation.office_id,
        office_name=designation.office.name,
        area=designation.office.area,
        scope=designation.scope,
        scope_name=designation.name,
        covers=tuple(cast(list[str], designation.covers)),
        lead=designation.lead_id or "",
        lead_name=_lead_name(designation),
        lead_short=designation.lead.short_name if designation.lead else "",
        stage=held.stage,
        since=held.since,
        known=held.event.known,
        source=held.event.decision or held.event.source,
    )


def _lead_name(designation: Designation) -> str:
    return designation.lead.name if designation.lead else ""
