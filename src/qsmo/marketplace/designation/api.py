"""The offices over HTTP: who leads what as of a day, and each office's dated facts."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from qsmo.kernel import clock
from qsmo.marketplace.designation import queries
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.api.door import Key

router = Router(tags=["designation"])

AsOf = Annotated[date | None, Query(description="Day for which it is asked; today without it.")]
KnownBy = Annotated[date | None, Query(description="Day by which it was known; all on file without it.")]


class OfficeRowOut(Schema):
    """One scope of one office as it stood: lead is a Treasury agency identifier."""

    designation: str
    office: str
    office_name: str
    area: str
    scope: str
    scope_name: str
    covers: list[str]
    lead: str
    lead_name: str
    lead_short: str
    stage: str
    since: date
    known: date
    source: str


class FactOut(Schema):
    """One dated fact of a designation."""

    designation: str
    scope: str
    act: str
    stage: str
    lead: str
    effective: date
    known: date
    source: str


@router.get("/offices", response=list[OfficeRowOut])
def offices(request: HttpRequest, as_of: AsOf = None, known_by: KnownBy = None) -> list[Any]:
    """What held on a day, from the facts known by another day."""
    return list(queries.offices_as_of(_viewer(request), as_of or clock.today(), known_by))


@router.get("/offices/{office}", response=list[OfficeRowOut])
def office(request: HttpRequest, office: Key, as_of: AsOf = None, known_by: KnownBy = None) -> list[Any]:
    """The scopes of one office as they stood on a day."""
    viewer = _viewer(request)
    key = queries.office_detail(viewer, office).pk
    return list(queries.offices_as_of(viewer, as_of or clock.today(), known_by, key))


@router.get("/offices/{office}/facts", response=list[FactOut])
def facts(request: HttpRequest, office: Key, known_by: KnownBy = None) -> list[Any]:
    """Every dated fact of one office, oldest first."""
    return [
        {
            "designation": fact.designation_id,
            "scope": fact.designation.scope,
            "act": fact.act,
            "stage": fact.stage,
            "lead": fact.designation.lead_id or "",
            "effective": fact.effective_on,
            "known": fact.known_on,
            "source": fact.decision or fact.source,
        }
        for fact in queries.timeline(_viewer(request), office, known_by)
    ]


def _viewer(request: HttpRequest) -> Viewer:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # set by the middleware or the key
    return viewer
