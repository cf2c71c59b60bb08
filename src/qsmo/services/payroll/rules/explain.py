"""From an amount back to its law: the lines of a statement, and for each figure its rule, inputs, tables and source."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.services.payroll.rules.calculation import rules_on
from qsmo.services.payroll.rules.columns import MILLION
from qsmo.services.payroll.rules.deductions.precedence import TABLE as ORDER
from qsmo.services.payroll.rules.deductions.precedence import due_of, place_of
from qsmo.services.payroll.rules.earnings.facts import SEGMENTS
from qsmo.services.payroll.rules.earnings.segments import (
    RULES_OF_PARTS,
    added_up,
    days_of,
    parts_of,
)
from qsmo.services.payroll.rules.facts import BALANCES, DEFAULTS, NAMED
from qsmo.services.payroll.rules.rule import Cells, Figures, Kind, Lookup, Rule, Unit, figures
from qsmo.services.payroll.rules.totals import RULES

ITEMS: tuple[Kind, ...] = ("earning", "deduction", "employer")
SECTIONS: tuple[Kind, ...] = (*ITEMS, "total")
SHOWN_TOTALS = ("gross_cents", "deductions_cents", "net_cents", "employer_cents")
LINES = frozenset(rule.name for rule in RULES if rule.kind in SECTIONS)
"""The rules that may stand on a statement."""
DUES = frozenset(due_of(rule.name.removesuffix("_cents")) for rule in RULES)
"""What is due of each deduction, before the order of precedence."""
SOURCES = {"agency_retirement_millionths": "agency_retirement_source", "fehb_premium_cents": "fehb_source"}
PART_MARK = ":"
"""Between the part of a pay period and the name of its figure."""
FLAGS = (
    *("nonexempt", "life_insured", "life_a", "tsp_roth", "new_form", "joint", "step2", "tax_exempt"),
    *("oasdi_applies", "agency_saves", "catch_up_is_roth", "levy_above_exempt", "tsp_suspended"),
    *("health_after_tax", "health_unshared", "supports_another_family", "support_in_arrears"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement. `name` opens it with `explain`; `because` names table versions and citation."""

    section: Kind
    name: str
    title: str
    amount: Money
    quantity: str
    rate: str
    because: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class TableUse:
    """A version of a table that a figure rests on, and the figures that were read from it as (key, text)."""

    name: str
    title: str
    cite: str
    reference: str
    source: str
    checked: str
    figures: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Input:
    """A value that went in. `opens` says that it has a rule of its own to look into."""

    name: str
    title: str
    unit: str
    value: int | str
    shown: str
    opens: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a figure is what it is: its sentence, its law, what went in, what came out."""

    name: str
    title: str
    kind: Kind
    unit: Unit
    words: str
    cite: str
    value: int | str
    shown: str
    tables: tuple[TableUse, ...]
    inputs: tuple[Input, ...]
    because: str


def lines(row: Cells) -> list[Line]:
    """The lines of one person's statement, in order: earnings, deductions, agency contributions, totals.

    Lines of nothing are left out; the totals always stand.
    """
    found = []
    for section in SECTIONS:
        for rule in in_order([rule for rule in rules_of(row).values() if rule.kind == section], section):
            amount = _cents(row, rule.name) if rule.kind == section else 0
            if amount if section != "total" else rule.name in SHOWN_TOTALS:
                found.append(_line(row, rule, section, _cents(row, rule.name)))
    return found


def in_order(rules: list[Rule], section: Kind) -> list[Rule]:
    """The rules of a section as a statement shows them: deductions in their order of precedence."""
    return sorted(rules, key=lambda rule: place_of(rule.name)) if section == "deduction" else rules


def explain(row: Cells, name: str) -> Explanation:
    """One figure of a calculated row, rule or fact. Refused (404) where there is no figure of that name."""
    rule = rules_of(row).get(name)
    if PART_MARK in name:
        return _of_part(row, name)
    if rule is not None and added_up(row, name):
        return _added(row, rule)
    if rule is not None:
        return _with_due(row, rule)
    fact = NAMED.get(name)
    if fact is None or (name not in row and name not in DEFAULTS):
        raise Refusal("no-such-figure", f"There is no figure called “{name}” on this statement.", status=404)
    source = row.get(SOURCES.get(name, ""), "")
    words = f"{fact.words} Source: {source}." if source else fact.words
    value = _value(row, name)
    return Explanation(
        name=name,
        title=fact.title,
        kind="fact",
        unit=fact.unit,
        words=words,
        cite="",
        value=value,
        shown=shown_value(name, fact.unit, value),
        tables=(),
        inputs=(),
        because=words,
    )


def year_to_date(row: Cells) -> tuple[tuple[str, int], ...]:
    """The balances after this pay period, as the next PayAssignment of the same tax year carries them."""
    names = [(name, f"closing_{name}_cents") for name in BALANCES]
    return tuple(
        (name, _cents(row, column if column in row else f"ytd_{name}_cents")) for name, column in names
    )


def _line(row: Cells, rule: Rule, section: Kind, amount: int) -> Line:
    return Line(
        section=section,
        name=rule.name,
        title=rule.title,
        amount=Money(amount),
        quantity=_shown_input(row, rule.quantity),
        rate=_shown_input(row, rule.rate),
        because=_because(row, rule),
        rule=rule,
    )


def _explained(row: Cells, rule: Rule) -> Explanation:
    law = _law(row)
    value = _value(row, rule.name)
    return Explanation(
        name=rule.name,
        title=rule.title,
        kind=rule.kind,
        unit=rule.unit,
        words=rule.words,
        cite=rule.cite,
        value=value,
        shown=shown_value(rule.name, rule.unit, value),
        tables=_tables(row, rule, law),
        inputs=tuple(_input(row, name) for name in rule.inputs),
        because=_because(row, rule),
    )


def _tables(row: Cells, rule: Rule, law: Figures) -> tuple[TableUse, ...]:
    if rule.lookup is not None:
        read = _looked_up(row, rule.lookup, rule.name, law)
    else:
        reading = law.within(rule.tables)
        rule.read(reading)
        read = list(dict.fromkeys(reading.read))
    uses = []
    for name in filter(law.on_file, rule.tables):
        table, version = law.law[name], law.version(name)
        taken = tuple((key, text) for each, key, text in read if each == name)
        use = TableUse(
            name, table.title, table.cite, version.reference, version.source, version.checked, taken
        )
        uses.append(use)
    return tuple(uses)


def _looked_up(row: Cells, lookup: Lookup, name: str, law: Figures) -> list[tuple[str, str, str]]:
    unit = rules_of(row)[name].unit
    for small in lookup.rows(law.within(lookup.tables)):
        if all(small[key] == row[key] for key in lookup.on):
            keys = [(key, str(small[key])) for key in lookup.on]
            return [
                (lookup.tables[0], key, text)
                for key, text in [*keys, (name, shown_value(name, unit, small[name]))]
            ]
    return []


def _input(row: Cells, name: str) -> Input:
    rule, fact = rules_of(row).get(name), NAMED.get(name)
    title, unit = (rule.title, rule.unit) if rule else (fact.title, fact.unit) if fact else (name, "number")
    value = _value(row, name)
    return Input(
        name, title, unit, value, shown_value(name, unit, value), opens=rule is not None or fact is not None
    )


def _because(row: Cells, rule: Rule) -> str:
    """The tables that the figure rests on, down to the lines above it and the facts, and the citation."""
    law = _law(row)
    tables = (
        _rests_on(_day(row, "pay_date"), _source(row, rule).name) if rule.kind != "total" else rule.tables
    )
    return "; ".join([*(law.version(name).reference for name in tables if law.on_file(name)), rule.cite])


def _with_due(row: Cells, rule: Rule) -> Explanation:
    """A deduction says at once by what rule and tables it is due, and then how far pay covers that."""
    own, due = _explained(row, rule), _due(row, rule)
    if due is None:
        return own
    return replace(own, words=f"{due.words} {own.words}", tables=(*_tables(row, due, _law(row)), *own.tables))


def _due(row: Cells, rule: Rule) -> Rule | None:
    """The rule of what is due, of a deduction that is taken in the order of precedence."""
    return rules_of(row).get(due_of(rule.name.removesuffix("_cents"))) if rule.tables == (ORDER,) else None


def _source(row: Cells, rule: Rule) -> Rule:
    """What says how much a figure is: of a deduction that pay covers what is due, of anything else itself."""
    due = _due(row, rule)
    return due if due is not None and _cents(row, due.name) == _cents(row, rule.name) else rule


@cache
def _rests_on(day: date, name: str) -> tuple[str, ...]:
    """The tables of a rule and of the figures between it and the lines that it reads; without any, those of the lines.

    What people are paid by is the business of the lines of earnings: other lines do not name its tables again.
    """
    found = _rules_on(day)
    tables: dict[str, None] = {}
    beyond: list[Rule] = []
    near, seen = [found[name]], {name}
    while near:
        each = near.pop(0)
        tables |= dict.fromkeys(each.tables)
        for inner in (found[key] for key in each.inputs if key in found and key not in seen):
            seen.add(inner.name)
            (beyond if _ends(inner, found[name].kind) else near).append(inner)
    if tables:
        return tuple(tables)
    others = [each.name for each in beyond if each.kind in ("deduction", "employer") or each.name in DUES]
    dues = ((name, due_of(name.removesuffix("_cents"))) for name in others)
    lines = [_rests_on(day, due if due in found else line) for line, due in dues]
    return tuple(dict.fromkeys(table for each in lines for table in each))


def _ends(rule: Rule, kind: Kind) -> bool:
    is_pay_rate = rule.kind == "rate" and rule.unit.endswith(("cents", "cent"))
    return (
        rule.name in DUES
        or rule.name in SHOWN_TOTALS
        or rule.kind in ITEMS
        or (is_pay_rate and kind != "earning")
    )


def _added(row: Cells, rule: Rule) -> Explanation:
    """A figure that is added up over the parts of the pay period opens into the figure of each part."""
    parts = parts_of(str(row[SEGMENTS]))
    inputs = []
    for number, part in enumerate(parts, start=1):
        title = f"{rule.title}, {days_of(part)}"
        value = _value(part, rule.name)
        shown = shown_value(rule.name, rule.unit, value)
        inputs.append(
            Input(f"part{number}{PART_MARK}{rule.name}", title, rule.unit, value, shown, opens=True)
        )
    words = f"{rule.words} The pay period has {len(parts)} parts, which are added up."
    return replace(_explained(row, rule), words=words, tables=(), inputs=tuple(inputs))


def _of_part(row: Cells, name: str) -> Explanation:
    """A figure of one part of the pay period, named part1:figure, with inputs of the same part."""
    part, _, figure = name.partition(PART_MARK)
    parts = dict(enumerate(parts_of(str(row.get(SEGMENTS, ""))), start=1))
    number = int(part.removeprefix("part")) if part.removeprefix("part").isdecimal() else 0
    if number not in parts or figure not in parts[number]:
        raise Refusal("no-such-figure", f"There is no figure called “{name}” on this statement.", status=404)
    found = explain(parts[number], figure)
    inputs = tuple(replace(each, name=f"{part}{PART_MARK}{each.name}") for each in found.inputs)
    return replace(found, name=name, title=f"{found.title}, {days_of(parts[number])}", inputs=inputs)


def _shown_input(row: Cells, name: str) -> str:
    if name and SEGMENTS in row and row[SEGMENTS] and not added_up(row, name):
        return "several" if name in RULES_OF_PARTS else _input(row, name).shown
    return _input(row, name).shown if name else ""


def shown_value(name: str, unit: str, value: int | str) -> str:
    """A value with its unit, as a statement prints it."""
    if isinstance(value, str):
        return value
    if unit == "cents":
        return str(Money(value))
    if unit == "centihours":
        return f"{Money(value)} h"
    if unit == "millionths":
        return f"{_decimal(value * 100)} %"
    if unit == "millionths of a cent":
        return _decimal(value, scale=MILLION * 100)
    if name in FLAGS:
        return "yes" if value else "no"
    return str(value)


def _decimal(value: int, scale: int = MILLION) -> str:
    whole, rest = divmod(abs(value), scale)
    digits = str(rest).zfill(len(str(scale)) - 1).rstrip("0").ljust(2, "0")
    return f"{'-' if value < 0 else ''}{whole:,}.{digits}"


@cache
def _rules_on(day: date) -> dict[str, Rule]:
    return {rule.name: rule for rule in rules_on(day)}


def rules_of(row: Cells) -> dict[str, Rule]:
    """The rules of the pay date of a row, by name, in order."""
    return _rules_on(_day(row, "pay_date"))


def _law(row: Cells) -> Figures:
    known = row.get("known_by")
    return figures(
        _day(row, "period_start"), _day(row, "pay_date"), known if isinstance(known, date) else None
    )


def _day(row: Cells, name: str) -> date:
    value: Any = row[name]
    return value if isinstance(value, date) else date.fromisoformat(value)


def _cents(row: Cells, name: str) -> int:
    value: Any = row.get(name, 0)
    return int(value)


def _value(row: Cells, name: str) -> int | str:
    """A rule or fact that came after the row was stored is at nothing, or at its default."""
    value: Any = row.get(name, DEFAULTS.get(name, 0))
    return value if isinstance(value, int | str) else str(value)
