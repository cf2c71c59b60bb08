"""What somebody may look up in the standards: areas, functions, activities, capabilities, measures and faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from qsmo.kernel.finding import Finding, Refusal
from qsmo.marketplace.standards.rules import lint
from qsmo.marketplace.standards.rules.framework import (
    IO,
    Activity,
    Capability,
    Function,
    Measure,
    Release,
    release,
    releases,
)
from qsmo.platform.access.viewer import Viewer


@dataclass(frozen=True, slots=True)
class AreaSize:
    """An area with what the release lists in it."""

    code: str
    name: str
    functions: int
    activities: int
    capabilities: int
    measures: int


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault and how often a release has it."""

    code: str
    words: str
    count: int


def published(viewer: Viewer, name: str = "") -> Release:
    """A whole release by name, the newest without one; refused (404) where there is none."""
    _refuse_unless_open(viewer)
    return release(name)


def release_names(viewer: Viewer) -> tuple[str, ...]:
    """The releases on file, oldest first."""
    _refuse_unless_open(viewer)
    return releases()


def areas(viewer: Viewer, name: str = "") -> tuple[AreaSize, ...]:
    """The areas of a release with their sizes, as published: retired functions and nameless rows count."""
    held = published(viewer, name)
    functions = Counter(each.area for each in held.functions)
    activities = Counter(each.area for each in held.activities)
    capabilities_ = Counter(each.area for each in held.capabilities)
    measures_ = Counter(each.area for each in held.measures)
    return tuple(
        AreaSize(
            area.code,
            area.name,
            functions[area.code],
            activities[area.code],
            capabilities_[area.code],
            measures_[area.code],
        )
        for area in held.areas
    )


def functions(viewer: Viewer, area: str = "", name: str = "") -> tuple[Function, ...]:
    """The functions of a release, or of one of its areas; refused (404) for an area that is not listed."""
    held = published(viewer, name)
    return held.functions_of(held.area(area).code) if area else held.functions


def activities(viewer: Viewer, function: str = "", name: str = "") -> tuple[Activity, ...]:
    """The activities of a release, or of one function; refused (404) for a function that is not listed."""
    held = published(viewer, name)
    if function:
        return held.activities_of(held.function(function).id)
    return tuple(each for each in held.activities if each.id)


def activity(viewer: Viewer, key: str, name: str = "") -> Activity:
    """An activity by identifier; refused (404) when it is not listed."""
    return published(viewer, name).activity(key)


def measures(viewer: Viewer, activity_id: str = "", level: str = "", name: str = "") -> tuple[Measure, ...]:
    """The service measures of a release or of one activity; level `activity` (billing) or `performance` (service)."""
    held = published(viewer, name)
    _refuse_unless_known("level", level, [each.level for each in held.measures])
    found = held.measures_of(held.activity(activity_id).id) if activity_id else held.measures
    return tuple(each for each in found if not level or each.level == level)


def capabilities(
    viewer: Viewer, words: str = "", *, area: str = "", activity_id: str = "", io: str = "", name: str = ""
) -> tuple[Capability, ...]:
    """Capabilities whose identifier, place or authority holds all the words, in published order; `io` is I, P, O."""
    held = published(viewer, name)
    _refuse_unless_known("area", area, [each.code for each in held.areas])
    _refuse_unless_known("io", io, IO)
    wanted = words.casefold().split()
    return tuple(
        each
        for each in (held.capabilities_of(activity_id) if activity_id else held.capabilities)
        if (not area or each.area == area)
        and (not io or each.io == io)
        and (not wanted or all(word in _text(held, each) for word in wanted))
    )


def faults(viewer: Viewer, name: str = "") -> tuple[Fault, ...]:
    """Every kind of fault with its count in a release, also those that it has not."""
    found = lint.counts(published(viewer, name))
    return tuple(Fault(check.code, check.words, found[check.code]) for check in lint.CHECKS)


def findings(viewer: Viewer, code: str = "", name: str = "") -> tuple[Finding, ...]:
    """The single faults of a release, or those of one kind; refused (404) for a kind that is not looked for."""
    if code and code not in {check.code for check in lint.CHECKS}:
        raise Refusal("fault-unknown", f"The linter does not look for “{code}”", status=404)
    return tuple(each for each in lint.lint(published(viewer, name)) if not code or each.code == code)


def _refuse_unless_known(field: str, value: str, known: Iterable[str]) -> None:
    """Refuse (422) a value to narrow a list by that does not exist, with those that do."""
    if value and value not in (listed := sorted({each for each in known if each})):
        words, expected = f"There is no {field} “{value}”", f"one of {', '.join(listed)}"
        finding = Finding("filter-unknown", words, field=field, expected=expected)
        raise Refusal("filter-unknown", f"{words}; it is {expected}", status=422, findings=(finding,))


def _text(held: Release, each: Capability) -> str:
    place = held.activity(each.activity) if held.has_activity(each.activity) else None
    named = f"{place.name} {held.function(place.function).name}" if place else ""
    direction = IO[each.io]
    return f"{each.id} {each.requirement} {direction} {named} {each.authority}".casefold()


def _refuse_unless_open(viewer: Viewer) -> None:
    if not viewer.may("standards.read"):
        raise Refusal("not-allowed", f"{viewer.name} may not read the standards", status=403)
