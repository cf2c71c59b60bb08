"""One release of the business framework as linked facts: area, function, activity, capability, service measure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import TypeVar

from qsmo.kernel.finding import Refusal
from qsmo.kernel.law import Row, Version, register
from qsmo.marketplace.standards.rules.targets import Target, target

LAW = register(Path(__file__).parent.parent / "law")
RETIRED = "[Retired]"
IO = {"I": "input", "P": "process", "O": "output", "": "not said"}


@dataclass(frozen=True, slots=True)
class Area:
    """A mission-support area by its three-letter code."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Function:
    """A category of services of an area. `group` is the edition or group that the publisher files it under."""

    id: str
    area: str
    group: str
    name: str
    line: int

    @property
    def is_retired(self) -> bool:
        """Whether the publisher took it out of use but lists it still."""
        return self.name == RETIRED


@dataclass(frozen=True, slots=True)
class Activity:
    """A process with an outcome of its own: what scopes, offerings and measures point at."""

    id: str
    function: str
    area: str
    group: str
    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Capability:
    """A standard capability: its identifier and place, input, process or output, and the authority it rests on.

    `activity` is what the publisher names, whether or not the list of activities has it; `requirement` is the number
    of the federal financial management system requirement it replaces, where there is one.
    """

    id: str
    area: str
    activity: str
    group: str
    io: str
    authority: str
    requirement: str
    line: int


@dataclass(frozen=True, slots=True)
class Measure:
    """A service measure. Level `activity` counts work and is the natural billing unit; `performance` has a target.

    `named` is what the measure calls its activity where that differs from the list.
    """

    id: str
    area: str
    activity: str
    named: str
    name: str
    unit: str
    target: Target
    level: str
    kind: str
    category: str
    performer: str
    reporter: str
    accountable: str
    frequency: str
    method: str
    line: int


Item = TypeVar("Item", Capability, Measure)


@dataclass(frozen=True)
class Release:
    """All standards of one release, in published order. Look-ups refuse (404) an identifier that is not listed."""

    name: str
    effective: date
    known: date
    source: str
    areas: tuple[Area, ...]
    functions: tuple[Function, ...]
    activities: tuple[Activity, ...]
    capabilities: tuple[Capability, ...]
    measures: tuple[Measure, ...]

    def area(self, code: str) -> Area:
        """An area by code."""
        return _found(self._areas, code, "area", self.name)

    def function(self, key: str) -> Function:
        """A function by identifier."""
        return _found(self._functions, key, "function", self.name)

    def activity(self, key: str) -> Activity:
        """An activity by identifier."""
        return _found(self._activities, key, "activity", self.name)

    def capability(self, key: str) -> Capability:
        """A capability by identifier; the first of those that share one."""
        return _found(self._capabilities, key, "capability", self.name)

    def measure(self, key: str) -> Measure:
        """A service measure by identifier."""
        return _found(self._measures, key, "service measure", self.name)

    def has_activity(self, key: str) -> bool:
        """Whether the list of activities has this identifier."""
        return key in self._activities

    def functions_of(self, area: str) -> tuple[Function, ...]:
        """The functions of an area."""
        return tuple(function for function in self.functions if function.area == area)

    def activities_of(self, function: str) -> tuple[Activity, ...]:
        """The activities of a function; an activity without identifier is not one."""
        return tuple(
            activity for activity in self.activities if activity.function == function and activity.id
        )

    def capabilities_of(self, activity: str) -> tuple[Capability, ...]:
        """The capabilities of an activity, also of one that the list does not have."""
        return self._capabilities_by_activity.get(activity, ())

    def measures_of(self, activity: str) -> tuple[Measure, ...]:
        """The service measures of an activity."""
        return self._measures_by_activity.get(activity, ())

    def covers(self, key: str) -> frozenset[str]:
        """The activities that an area, function or activity identifier stands for; refused (404) when unknown."""
        if key in self._areas:
            return frozenset(
                activity.id for activity in self.activities if activity.area == key and activity.id
            )
        if key in self._functions:
            return frozenset(activity.id for activity in self.activities_of(key))
        return frozenset({self.activity(key).id})

    @cached_property
    def _areas(self) -> Mapping[str, Area]:
        return {area.code: area for area in self.areas}

    @cached_property
    def _functions(self) -> Mapping[str, Function]:
        return {function.id: function for function in self.functions}

    @cached_property
    def _activities(self) -> Mapping[str, Activity]:
        return {activity.id: activity for activity in self.activities if activity.id}

    @cached_property
    def _capabilities(self) -> Mapping[str, Capability]:
        return {each.id: each for each in reversed(self.capabilities) if each.id}

    @cached_property
    def _measures(self) -> Mapping[str, Measure]:
        return {measure.id: measure for measure in self.measures}

    @cached_property
    def _capabilities_by_activity(self) -> Mapping[str, tuple[Capability, ...]]:
        return _by_activity(self.capabilities)

    @cached_property
    def _measures_by_activity(self) -> Mapping[str, tuple[Measure, ...]]:
        return _by_activity(self.measures)


@cache
def release(name: str = "") -> Release:
    """A release by name, or the newest; refused (404) when there is none of that name.

    Offerings and contracts keep the name of the release they were mapped to, so that a newer one changes nothing.
    """
    known = {version.text("release"): version for version in LAW["functions"].versions}
    functions = known.get(name) if name else max(known.values(), key=lambda version: version.effective)
    if functions is None:
        listed = ", ".join(known)
        raise Refusal("release-unknown", f"There is no release “{name}”. On file: {listed}.", status=404)
    tables = {
        each: LAW[each].at(on=functions.effective) for each in ("activities", "capabilities", "measures")
    }
    authorities = {row.text("authority"): row.text("text") for row in _rows("authorities", functions)}
    area_of = {row.text("function"): row.text("area") for row in functions.rows}
    return Release(
        name=functions.text("release"),
        effective=functions.effective,
        known=functions.known,
        source=functions.source,
        areas=tuple(Area(code, words) for code, words in functions.values.cells.items() if code != "release"),
        functions=tuple(
            Function(row.text("function"), row.text("area"), row.cells["group"], row.text("name"), line)
            for line, row in _lines(functions)
        ),
        activities=tuple(_activity(line, row, area_of) for line, row in _lines(tables["activities"])),
        capabilities=tuple(
            _capability(line, row, authorities) for line, row in _lines(tables["capabilities"])
        ),
        measures=tuple(_measure(line, row) for line, row in _lines(tables["measures"])),
    )


def releases() -> tuple[str, ...]:
    """The names of the releases on file, oldest first."""
    versions = sorted(LAW["functions"].versions, key=lambda version: version.effective)
    return tuple(version.text("release") for version in versions)


def _rows(table: str, functions: Version) -> tuple[Row, ...]:
    return LAW[table].at(on=functions.effective).rows


def _lines(version: Version) -> Iterable[tuple[int, Row]]:
    # The first line of the file names the columns.
    return enumerate(version.rows, start=2)


def _activity(line: int, row: Row, area_of: Mapping[str, str]) -> Activity:
    cells = row.cells
    function = row.text("function")
    return Activity(cells["activity"], function, area_of[function], cells["group"], cells["name"], line)


def _capability(line: int, row: Row, authorities: Mapping[str, str]) -> Capability:
    cells = row.cells
    return Capability(
        id=cells["capability"],
        area=cells["area"],
        activity=cells["activity"],
        group=cells["group"],
        io=cells["io"],
        authority=authorities[cells["authority"]] if cells["authority"] else "",
        requirement=cells["requirement"],
        line=line,
    )


def _measure(line: int, row: Row) -> Measure:
    told = {
        name: row.cells[name] for name in ("area", "activity", "named", "unit", "level", "kind", "category")
    }
    duties = {
        name: row.cells[name] for name in ("performer", "reporter", "accountable", "frequency", "method")
    }
    aim = target(row.cells["target"], row.cells["unit"])
    return Measure(id=row.text("measure"), name=row.text("name"), target=aim, line=line, **told, **duties)


def _by_activity(items: Iterable[Item]) -> Mapping[str, tuple[Item, ...]]:
    found: defaultdict[str, list[Item]] = defaultdict(list)
    for item in items:
        if item.activity:
            found[item.activity].append(item)
    return {key: tuple(each) for key, each in found.items()}


Named = TypeVar("Named")


def _found(index: Mapping[str, Named], key: str, kind: str, release_name: str) -> Named:
    if key not in index:
        raise Refusal("standard-unknown", f"Release {release_name} lists no {kind} “{key}”", status=404)
    return index[key]
