"""The words by which an offering is found: its own, and the names of what it covers in the framework."""

from __future__ import annotations

from collections.abc import Sequence

from qsmo.marketplace.standards.rules.framework import Release


def body(release: Release, activities: Sequence[str], words: Sequence[str]) -> str:
    """The text to index: the offering's own words, then area, functions and activities by name and identifier."""
    held = [release.activity(key) for key in activities]
    areas = dict.fromkeys(release.area(each.area).name for each in held)
    functions = dict.fromkeys(f"{each.function} {release.function(each.function).name}" for each in held)
    return "\n".join([*words, *areas, *functions, *(f"{each.id} {each.name}" for each in held)])


def functions(release: Release, activities: Sequence[str]) -> list[str]:
    """The functions that activities belong to, each once."""
    return list(dict.fromkeys(release.activity(key).function for key in activities))
