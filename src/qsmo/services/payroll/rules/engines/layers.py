"""The rules in layers that can be computed at once, and the small tables of law that some are looked up in."""

from __future__ import annotations

from functools import cache

import polars as pl

from qsmo.services.payroll.rules.rule import Figures, Lookup, Rule


@cache
def layers(rules: tuple[Rule, ...]) -> tuple[tuple[Rule, ...], ...]:
    """The rules grouped so that each group reads only facts and the groups before it; one lookup stays together."""
    depth: dict[str, int] = {}
    found: dict[int, list[Rule]] = {}
    for rule in rules:
        place = 1 + max((depth.get(name, 0) for name in reads(rule)), default=0)
        depth[rule.name] = place
        found.setdefault(place, []).append(rule)
    return tuple(tuple(found[place]) for place in sorted(found))


def reads(rule: Rule) -> tuple[str, ...]:
    """The columns that a rule is computed from."""
    return rule.lookup.on if rule.lookup else rule.inputs


def lookups(layer: tuple[Rule, ...]) -> list[tuple[Lookup, list[str]]]:
    """The tables that a layer looks into, each with the rules that take their column from it."""
    found = dict.fromkeys(rule.lookup for rule in layer if rule.lookup)
    return [(lookup, [rule.name for rule in layer if rule.lookup is lookup]) for lookup in found]


@cache
def small(lookup: Lookup, law: Figures) -> pl.DataFrame:
    """The table of a lookup under the law of a pay period."""
    return pl.DataFrame(lookup.rows(law.within(lookup.tables)))
