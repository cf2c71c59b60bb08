"""Finds the faults of a published release: one small function per kind of fault, listed once in CHECKS."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from qsmo.kernel.finding import Finding
from qsmo.marketplace.standards.rules.framework import Release

FORM = re.compile(r"^[A-Z]{3}\.[A-Z0-9-]+(\.[0-9]+)*$")
EVERY_ACTIVITY = re.compile(r"^[A-Z]{3}\.0+\.0+$")


@dataclass(frozen=True, slots=True)
class Check:
    """A kind of fault: its code, what it is in words, and what finds it."""

    code: str
    words: str
    find: Callable[[Release], Iterator[Finding]]


def lint(release: Release) -> tuple[Finding, ...]:
    """Every fault of a release, check by check, each with the line of our table and the identifier (`who`)."""
    return tuple(replace(finding, code=check.code) for check in CHECKS for finding in check.find(release))


def counts(release: Release) -> dict[str, int]:
    """How many faults of each kind a release has, also where there are none."""
    found = Counter(finding.code for finding in lint(release))
    return {check.code: found[check.code] for check in CHECKS}


def dangling_capability(release: Release) -> Iterator[Finding]:
    """A capability filed under an activity that the release does not list."""
    for each in release.capabilities:
        if each.activity and not release.has_activity(each.activity):
            words = f"names the activity {each.activity}, which is not listed"
            yield _at(release, "capabilities", each.line, "activity", words, each.id)


def empty_activity(release: Release) -> Iterator[Finding]:
    """An activity without any capability: nothing says what a solution must be able to do."""
    for each in release.activities:
        if each.id and not release.capabilities_of(each.id):
            yield _at(release, "activities", each.line, "activity", "has no capability", each.id)


def no_authority(release: Release) -> Iterator[Finding]:
    """A capability that rests on no authoritative reference."""
    for each in release.capabilities:
        if not each.authority:
            words = "has no authoritative reference"
            yield _at(release, "capabilities", each.line, "authority", words, each.id)


def doubled_identifier(release: Release) -> Iterator[Finding]:
    """An identifier that two capabilities share; told once for each identifier."""
    lines: dict[str, list[int]] = {}
    for each in release.capabilities:
        lines.setdefault(each.id, []).append(each.line)
    for key, found in lines.items():
        if key and len(found) > 1:
            words = f"stands for {len(found)} capabilities, on lines {', '.join(map(str, found))}"
            yield _at(release, "capabilities", found[1], "capability", words, key)


def misspelled_identifier(release: Release) -> Iterator[Finding]:
    """An identifier not of the form area, point, rest."""
    for table, kind, items in (
        ("functions", "function", release.functions),
        ("activities", "activity", release.activities),
        ("capabilities", "capability", release.capabilities),
    ):
        for each in items:
            if each.id and not FORM.match(each.id):
                words = "is not written as area, point, number"
                yield _at(release, table, each.line, kind, words, each.id)


def retired_function(release: Release) -> Iterator[Finding]:
    """A function out of use that the list still has."""
    for each in release.functions:
        if each.is_retired:
            yield _at(release, "functions", each.line, "name", "is retired, yet listed", each.id)


def nameless_row(release: Release) -> Iterator[Finding]:
    """A row of activities or capabilities without an identifier."""
    for activity in release.activities:
        if not activity.id:
            words = "a row without identifier"
            yield _at(release, "activities", activity.line, "activity", words, activity.function)
    for each in release.capabilities:
        if not each.id:
            words = "a row without identifier"
            yield _at(release, "capabilities", each.line, "capability", words, each.area)


def no_direction(release: Release) -> Iterator[Finding]:
    """A capability that is said to be neither input, process nor output."""
    for each in release.capabilities:
        if each.id and not each.io:
            words = "is not said to be input, process or output"
            yield _at(release, "capabilities", each.line, "io", words, each.id)


def measure_without_area(release: Release) -> Iterator[Finding]:
    """A service measure filed under no area of the framework."""
    for each in release.measures:
        if not each.area:
            words = "belongs to no area of the framework"
            yield _at(release, "measures", each.line, "area", words, each.id)


def measure_without_activity(release: Release) -> Iterator[Finding]:
    """A service measure that names no activity."""
    for each in release.measures:
        if not each.activity and not each.named:
            yield _at(release, "measures", each.line, "activity", "names no activity", each.id)


def measure_of_unknown_activity(release: Release) -> Iterator[Finding]:
    """A service measure of an activity that the release does not list; `000.000` stands for every activity."""
    for each in release.measures:
        if (
            each.activity
            and not release.has_activity(each.activity)
            and not EVERY_ACTIVITY.match(each.activity)
        ):
            words = f"measures the activity {each.activity}, which is not listed"
            yield _at(release, "measures", each.line, "activity", words, each.id)


def measure_names_another(release: Release) -> Iterator[Finding]:
    """A service measure that calls a listed activity by another name than the list."""
    for each in release.measures:
        if each.named and release.has_activity(each.activity):
            listed = release.activity(each.activity).name
            words = f"calls {each.activity} “{each.named}”, the list calls it “{listed}”"
            yield _at(release, "measures", each.line, "named", words, each.id, listed)


def measure_in_another_area(release: Release) -> Iterator[Finding]:
    """A service measure filed under one area whose activity is listed in another."""
    for each in release.measures:
        if each.area and release.has_activity(each.activity):
            home = release.activity(each.activity).area
            if home != each.area:
                words = f"is filed under {each.area}, its activity {each.activity} under {home}"
                yield _at(release, "measures", each.line, "area", words, each.id, home)


CHECKS = (
    Check(
        "capability-dangling", "capabilities that name an activity which is not listed", dangling_capability
    ),
    Check("activity-empty", "activities without any capability", empty_activity),
    Check("authority-missing", "capabilities without an authoritative reference", no_authority),
    Check("identifier-doubled", "capability identifiers used twice", doubled_identifier),
    Check("identifier-form", "identifiers written in another form", misspelled_identifier),
    Check("function-retired", "retired functions still listed", retired_function),
    Check("row-nameless", "rows without identifier", nameless_row),
    Check("direction-missing", "capabilities that are neither input, process nor output", no_direction),
    Check("measure-no-area", "service measures of no area", measure_without_area),
    Check("measure-no-activity", "service measures that name no activity", measure_without_activity),
    Check(
        "measure-dangling", "service measures of an activity which is not listed", measure_of_unknown_activity
    ),
    Check(
        "measure-name-differs", "service measures that call their activity otherwise", measure_names_another
    ),
    Check(
        "measure-astray",
        "service measures filed under another area than their activity",
        measure_in_another_area,
    ),
)


def _at(
    release: Release, table: str, line: int, field: str, words: str, who: str, expected: str = ""
) -> Finding:
    file = f"{table}-{release.name.lower()}.csv"
    return Finding("", words, "warning", file=file, line=line, field=field, who=who, expected=expected)
