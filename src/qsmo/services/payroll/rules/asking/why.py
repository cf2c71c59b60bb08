"""Why net pay differs from last time: last time's facts are turned into this time's, a group at a time.

After each group the pay is computed again by the rules themselves. What changes between two of these computations is
the doing of the group, line by line; together they are the whole difference to the cent, because each begins where the
one before it ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qsmo.services.payroll.rules.asking.causes import GROUPS, NO_PAY, PARTS, Group, called
from qsmo.services.payroll.rules.earnings.facts import SEGMENT
from qsmo.services.payroll.rules.explain import in_order, rules_of, shown_value
from qsmo.services.payroll.rules.facts import NAMED
from qsmo.services.payroll.rules.rule import Cells, Kind
from qsmo.services.payroll.rules.single import NotComputedError, facts_of, pay_of

CONVENTION = (
    "Each cause is what changes when its facts are put in the place of last time's, in the order of this list, and the "
    "pay is computed again by the same rules. The order is a convention: where two causes work together (a higher rate "
    "for more hours, taxed at a higher bracket), what they do together is counted to the later one. The sum does not "
    "depend on the order."
)
Facts = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line of the statement before and after; `by` is what that does to net pay, in cents."""

    section: Kind
    name: str
    title: str
    before: int
    after: int

    @property
    def by(self) -> int:
        """The effect on net pay."""
        more = self.after - self.before
        return -more if self.section == "deduction" else more


@dataclass(frozen=True, slots=True)
class FactChange:
    """One fact, last time and this time, as they are shown."""

    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause of the difference: what it is, the facts that changed, and the lines that changed with them."""

    name: str
    title: str
    words: str
    facts: tuple[FactChange, ...]
    lines: tuple[LineChange, ...]

    @property
    def by(self) -> int:
        """What the cause does to net pay, in cents."""
        return sum(line.by for line in self.lines)


@dataclass(frozen=True, slots=True)
class Why:
    """The difference of net pay between two calculated rows: every line of both, and the causes that add up to it."""

    before: Cells
    after: Cells
    lines: tuple[LineChange, ...]
    causes: tuple[Cause, ...]

    @property
    def by(self) -> int:
        """The difference of net pay, in cents."""
        after: Any = self.after["net_cents"]
        before: Any = self.before["net_cents"]
        return int(after) - int(before)


def why(before: Cells, after: Cells) -> Why:
    """The causes of the difference between two statements of a person, in the order of the groups."""
    causes = tuple(each for each in _causes(before, after) if each.lines)
    return Why(before, after, line_changes(before, after, all_=True), causes)


def line_changes(before: Cells, after: Cells, *, all_: bool = False) -> tuple[LineChange, ...]:
    """The earnings and deductions that differ between two rows, or all that either has, in a statement's order."""
    rules = {**rules_of(before), **rules_of(after)}
    found = []
    for section in SECTIONS:
        kept = [rule for rule in rules.values() if rule.kind == section]
        for rule in in_order(kept, section):
            old, new = _cents(before, rule.name), _cents(after, rule.name)
            if old != new or (all_ and old):
                found.append(LineChange(section, rule.name, rule.title, old, new))
    return tuple(found)


SECTIONS: tuple[Kind, ...] = ("earning", "deduction")
DRIFT = (
    "The rules or tables were corrected after that pay was computed: the same facts give another pay now. What was "
    "paid stands until it is corrected by a later pay period."
)


def _causes(before: Cells, after: Cells) -> Iterator[Cause]:
    old: Facts = facts_of(before)
    new: Facts = facts_of(after)
    row = pay_of(old)
    yield _drift("drift-before", "Rules corrected since last time", before, row)
    waiting: list[Group] = []
    steps = _steps(old, new)
    for groups, facts in steps:
        waiting += groups
        changed = _changed(old, facts)
        if not changed:
            continue
        try:
            now = pay_of(facts)
        except NotComputedError:
            if facts is steps[-1][1]:
                raise
            continue
        yield _cause(waiting, changed, old, facts, line_changes(row, now))
        old, row, waiting = facts, now, []
    yield _drift("drift-after", "Rules corrected since this pay", row, after)


def _steps(old: Facts, new: Facts) -> list[tuple[list[Group], Facts]]:
    """The facts after each group. Where a pay period has parts, position and hours change with the parts, at once."""
    in_parts = any(part[SEGMENT] for part in (*old, *new))
    steps: list[tuple[list[Group], Facts]] = []
    facts = old
    of_people = [name for group in GROUPS if not group.of_parts for name in group.facts]
    for group in GROUPS:
        if not (in_parts and group.of_parts):
            facts = [{**part, **_taken(new[-1], group.facts)} for part in facts]
            steps.append(([group], facts))
        elif steps[-1][0] != [PARTS]:
            last = facts[-1]
            facts = [{**part, **_taken(last, of_people)} for part in new]
            steps.append(([PARTS], facts))
    return [*steps[:-1], (steps[-1][0], new)]


def _taken(facts: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: facts[name] for name in names}


def _changed(old: Facts, new: Facts) -> list[str]:
    names = [name for name in new[-1] if name not in NO_PAY]
    if len(old) == len(new):
        pairs = list(zip(old, new, strict=True))
        return [name for name in names if any(one[name] != other[name] for one, other in pairs)]
    return [name for name in names if {part[name] for part in old} != {part[name] for part in new}]


def _cause(
    groups: Sequence[Group], changed: Sequence[str], old: Facts, new: Facts, lines: tuple[LineChange, ...]
) -> Cause:
    real = [group for group in groups if set(group.facts) & set(changed)] or list(groups[:1])
    return Cause(
        name=real[0].name,
        title=" and ".join(called(group, changed) for group in real),
        words=" ".join(group.words for group in real),
        facts=tuple(_facts(changed, old, new)),
        lines=lines,
    )


def _facts(changed: Sequence[str], old: Facts, new: Facts) -> Iterator[FactChange]:
    for name in changed:
        was, now = (_shown(name, facts) for facts in (old, new))
        if was != now:
            yield FactChange(NAMED[name].title, was, now)


def _shown(name: str, facts: Facts) -> str:
    """A fact as it is shown; of a pay period in parts, that of each part."""
    unit = NAMED[name].unit
    texts = [shown_value(name, unit, part[name] if part[name] is not None else "") for part in facts]
    return ", ".join(text or "nothing" for text in dict.fromkeys(texts))


def _drift(name: str, title: str, before: Cells, after: Cells) -> Cause:
    return Cause(name, title, DRIFT, (), line_changes(before, after))


def _cents(row: Cells, name: str) -> int:
    value: Any = row.get(name, 0)
    return int(value)
