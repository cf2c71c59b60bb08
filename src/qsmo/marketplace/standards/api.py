"""The standards over HTTP: areas, functions, activities, capabilities, measures and faults of a release."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from qsmo.marketplace.standards import queries
from qsmo.marketplace.standards.rules.framework import Activity, Measure
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.api.door import LARGEST, Key, Word

router = Router(tags=["standards"])

ReleaseName = Annotated[str, Query(description="Name of a release; the newest without it.", max_length=20)]


class ReleaseOut(Schema):
    """A release of the standards."""

    name: str
    effective: date
    known: date
    source: str


class AreaOut(Schema):
    """An area with what the release lists in it."""

    code: str
    name: str
    functions: int
    activities: int
    capabilities: int
    measures: int


class FunctionOut(Schema):
    """A function of an area."""

    id: str
    area: str
    group: str
    name: str
    is_retired: bool


class ActivityOut(Schema):
    """An activity of a function."""

    id: str
    function: str
    area: str
    group: str
    name: str


class CapabilityOut(Schema):
    """A capability: direction is I, P, O or nothing."""

    id: str
    area: str
    activity: str
    io: str
    authority: str
    requirement: str


class CapabilitiesOut(Schema):
    """One page of capabilities, and how many fit in all."""

    total: int
    start: int
    items: list[CapabilityOut]


class MeasureOut(Schema):
    """A service measure with its target as published and as read; `number` is a decimal figure as text."""

    id: str
    area: str
    activity: str
    name: str
    unit: str
    level: str
    kind: str
    frequency: str
    method: str
    target_text: str
    target_standing: str
    target_operator: str
    target_number: str
    target_unit: str


class FaultOut(Schema):
    """A kind of fault in the published data, and how often it occurs."""

    code: str
    words: str
    count: int


class FrameworkFindingOut(Schema):
    """One fault: where it is in the table, and whose it is."""

    code: str
    words: str
    file: str
    line: int | None
    field: str
    expected: str
    who: str


@router.get("/releases", response=list[ReleaseOut])
def releases(request: HttpRequest) -> list[Any]:
    """The releases on file, oldest first."""
    viewer = _viewer(request)
    return [queries.published(viewer, name) for name in queries.release_names(viewer)]


@router.get("/areas", response=list[AreaOut])
def areas(request: HttpRequest, release: ReleaseName = "") -> list[Any]:
    """The areas of a release with their sizes."""
    return list(queries.areas(_viewer(request), release))


@router.get("/functions", response=list[FunctionOut])
def functions(request: HttpRequest, area: Word = "", release: ReleaseName = "") -> list[Any]:
    """The functions of a release, or of one area."""
    return list(queries.functions(_viewer(request), area, release))


@router.get("/activities", response=list[ActivityOut])
def activities(request: HttpRequest, function: Word = "", release: ReleaseName = "") -> list[Any]:
    """The activities of a release, or of one function."""
    return list(queries.activities(_viewer(request), function, release))


@router.get("/activities/{key}", response=ActivityOut)
def activity(request: HttpRequest, key: Key, release: ReleaseName = "") -> Activity:
    """One activity."""
    return queries.activity(_viewer(request), key, release)


@router.get("/capabilities", response=CapabilitiesOut)
def capabilities(
    request: HttpRequest,
    q: Word = "",
    area: Word = "",
    activity: Word = "",
    io: Word = "",
    start: Annotated[int, Query(ge=0, le=LARGEST)] = 0,
    size: Annotated[int, Query(ge=1, le=100)] = 25,
    release: ReleaseName = "",
) -> dict[str, Any]:
    """Capabilities by words, area, activity and direction, a page at a time."""
    found = queries.capabilities(_viewer(request), q, area=area, activity_id=activity, io=io, name=release)
    return {"total": len(found), "start": start, "items": list(found[start : start + size])}


@router.get("/measures", response=list[MeasureOut])
def measures(request: HttpRequest, activity: Key, level: Word = "", release: ReleaseName = "") -> list[Any]:
    """The service measures of one activity, or those of one level: `activity` or `performance`."""
    return [_measure(each) for each in queries.measures(_viewer(request), activity, level, release)]


@router.get("/faults", response=list[FaultOut])
def faults(request: HttpRequest, release: ReleaseName = "") -> list[Any]:
    """The kinds of fault that are looked for, with their counts."""
    return list(queries.faults(_viewer(request), release))


@router.get("/faults/{code}", response=list[FrameworkFindingOut])
def findings(request: HttpRequest, code: Key, release: ReleaseName = "") -> list[Any]:
    """Each fault of one kind."""
    return list(queries.findings(_viewer(request), code, release))


def _measure(each: Measure) -> dict[str, Any]:
    aim = each.target
    told = {name: getattr(each, name) for name in MeasureOut.model_fields if not name.startswith("target_")}
    return {
        **told,
        "target_text": aim.text,
        "target_standing": aim.standing,
        "target_operator": aim.operator,
        "target_number": aim.figure,
        "target_unit": aim.unit,
    }


def _viewer(request: HttpRequest) -> Viewer:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # set by the middleware or the key
    return viewer
