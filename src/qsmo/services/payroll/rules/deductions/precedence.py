"""The order of precedence: what each deduction gets when pay does not cover all of them, and what is left undone.

A deduction taken before taxes lowers them, so what it gets cannot be known before taxes are, nor taxes before it. These
few carry an amount that pay did not cover as a fact, nothing at first; the calculation raises it until all agrees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial

import narwhals as nw

from qsmo.kernel.law import Row, register
from qsmo.services.payroll.rules.columns import at_least, at_most
from qsmo.services.payroll.rules.rule import LAW, Reading, Rule

TABLE = "precedence"
CLAIMED = {
    "health": "health_due_cents",
    "fsa_health": "fsa_health_due_cents",
    "dental": "dental_elected_cents",
    "vision": "vision_elected_cents",
    "hsa": "hsa_elected_cents",
    "fsa_dependent": "fsa_dependent_due_cents",
    "savings": "savings_due_cents",
}
"""What is due of those that lower taxes; what they get is `…_cents`, and what pay did not cover `…_uncovered_cents`."""
STAGES = {
    "law": "what the law requires, health benefits and basic life insurance",
    "orders": "debts and orders",
    "benefits": "other insurance and accounts",
}
"""The stages after which the pay that is left is a column of its own."""


def arranged(rules: Sequence[Rule]) -> list[Rule]:
    """The rules with the walk down the order of precedence among them, each after the rules that it reads.

    A rule that says what is due of a deduction is named so, and the deduction becomes what it gets.
    """
    names = {rule.name for rule in rules}
    walked = [row for row in order() if f"{row.text('name')}_cents" in names]
    direct = [f"{row.text('name')}_cents" for row in walked if row.text("name") not in CLAIMED]
    found = [_due(rule) if rule.name in direct else rule for rule in rules]
    titles = {rule.name: rule for rule in rules}
    before: list[str] = []
    left, stage = "gross_cents", walked[0].text("stage") if walked else ""
    for row in walked:
        if row.text("stage") != stage:
            left_after = _left_after(stage, left, before)
            found.append(left_after)
            left, before, stage = left_after.name, [], row.text("stage")
        name = row.text("name")
        if f"{name}_cents" in direct:
            found.append(_taken(titles[f"{name}_cents"], row, left, tuple(before)))
        before.append(_asked(name))
    return _sorted([*found, _uncovered([row.text("name") for row in walked])])


def order() -> tuple[Row, ...]:
    """The rows of the order of precedence, first taken first."""
    return register(LAW)[TABLE].versions[-1].rows


@cache
def places() -> dict[str, int]:
    """The place of each column in the order; the parts of the Thrift Savings Plan share one."""
    found = {f"{row.text('name')}_cents": place for place, row in enumerate(order())}
    return found | {f"savings_{part}_cents": found["savings_cents"] for part in ("traditional", "roth")}


def place_of(column: str) -> int:
    """The place of a deduction in the order; those that it does not name come last."""
    return places().get(column, len(places()))


def due_of(name: str) -> str:
    """The column of what is due of a deduction."""
    return CLAIMED.get(name, f"{name}_due_cents")


def claims(rules: Sequence[Rule]) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Of each deduction that lowers taxes: its name, its due column, what was left for its stage, what came before."""
    names = {rule.name for rule in rules}
    found: list[tuple[str, str, str, tuple[str, ...]]] = []
    before: list[str] = []
    left, stage = "gross_cents", ""
    for row in order():
        name = row.text("name")
        if f"{name}_cents" not in names:
            continue
        if stage and row.text("stage") != stage:
            left, before = f"left_after_{stage}_cents", []
        stage = row.text("stage")
        if name in CLAIMED:
            found.append((name, CLAIMED[name], left, tuple(before)))
        before.append(_asked(name))
    return found


def _asked(name: str) -> str:
    """What a deduction asks of pay: what is due; of those that lower taxes, what they take."""
    return f"{name}_cents" if name in CLAIMED else due_of(name)


def _due(rule: Rule) -> Rule:
    stem = rule.name.removesuffix("_cents")
    return replace(rule, name=f"{stem}_due_cents", kind="total", title=f"{rule.title}, due")


def _taken(due: Rule, row: Row, left: str, before: tuple[str, ...]) -> Rule:
    name = row.text("name")
    return Rule(
        name=f"{name}_cents",
        kind="deduction",
        title=due.title,
        words=f"What is due, as far as it is covered by the pay that is left when its turn comes, number "
        f"{row.text('place')} in the order of precedence.",
        cite=due.cite,
        inputs=(f"{name}_due_cents", left, *before),
        expression=partial(_covered, name),
        tables=(TABLE,),
        rate=due.rate,
        quantity=due.quantity,
    )


def _covered(name: str, law: Reading, due: nw.Expr, *rest: nw.Expr) -> nw.Expr:
    law.row(TABLE, name=name)
    return at_most(due, at_least(_less(*rest), 0))


def _less(first: nw.Expr, *others: nw.Expr) -> nw.Expr:
    for other in others:
        first = first - other
    return first


def _left_after(stage: str, left: str, taken: Sequence[str]) -> Rule:
    return Rule(
        name=f"left_after_{stage}_cents",
        kind="total",
        title=f"Left after {STAGES[stage]}",
        words=f"The pay that is left after {STAGES[stage]}.",
        cite="OPM PPM-2008-01; 5 CFR 550.313",
        inputs=(left, *taken),
        expression=lambda *columns: at_least(_less(*columns), 0),
    )


def _uncovered(names: Sequence[str]) -> Rule:
    pairs = [(due_of(name), f"{name}_cents") for name in names]
    return Rule(
        name="uncovered_cents",
        kind="total",
        title="Not covered by pay",
        words="What is due of all deductions and could not be taken.",
        cite="OPM PPM-2008-01; 5 CFR 550.313",
        inputs=tuple(column for pair in pairs for column in pair),
        expression=_pairwise,
    )


def _pairwise(*columns: nw.Expr) -> nw.Expr:
    total = columns[0] - columns[1]
    for place in range(2, len(columns), 2):
        total = total + columns[place] - columns[place + 1]
    return total


def _sorted(rules: Sequence[Rule]) -> list[Rule]:
    """Stable: a rule keeps its place unless it reads one that comes later. ValueError where two read each other."""
    waiting = {rule.name for rule in rules}
    found: list[Rule] = []
    left = list(rules)
    while left:
        ready = next((rule for rule in left if not waiting & set(rule.inputs)), None)
        if ready is None:
            raise ValueError(f"these rules read each other: {sorted(waiting)}")
        same = [rule for rule in left if rule.name == ready.name]
        if any(waiting & set(rule.inputs) for rule in same):
            raise ValueError(f"{ready.name} is ready in one shape and waits in another")
        found += same
        waiting.discard(ready.name)
        left = [rule for rule in left if rule.name != ready.name]
    return found
