"""Dental, vision, flexible spending, health savings and long-term care: elected, and paid by the employee alone."""

from __future__ import annotations

import narwhals as nw

from qsmo.services.payroll.rules.columns import at_least, half_up, where
from qsmo.services.payroll.rules.rule import Rule


def _by_pay_dates(annual: nw.Expr, before: nw.Expr, dates: nw.Expr) -> nw.Expr:
    return half_up(at_least(annual - before, 0), at_least(dates, 1))


def _taken(name: str, title: str, due: str, cite: str) -> Rule:
    return Rule(
        name=f"{name}_cents",
        kind="deduction",
        title=title,
        words="The amount due, less what pay did not cover when its turn came; taken before taxes.",
        cite=cite,
        inputs=(due, f"{name}_uncovered_cents"),
        expression=lambda due, uncovered: due - uncovered,
    )


def _spending_due(name: str, title: str, cite: str) -> Rule:
    return Rule(
        name=f"{name}_due_cents",
        kind="total",
        title=f"{title}, due",
        words="What is left of the year's election, in equal parts over the pay dates left in the year.",
        cite=cite,
        inputs=(f"{name}_elected_cents", f"ytd_{name}_cents", "pay_dates_left"),
        expression=_by_pay_dates,
    )


def _before_taxes(health: nw.Expr, waived: nw.Expr, *others: nw.Expr) -> nw.Expr:
    total = where(waived == 1, 0, health)
    for other in others:
        total = total + other
    return total


SPENDING = {
    "fsa_health": ("Flexible spending, health care", "26 U.S.C. 125(i)"),
    "fsa_dependent": ("Flexible spending, dependent care", "26 U.S.C. 129"),
}
ELECTED = {
    "dental": ("Dental insurance (FEDVIP)", "5 U.S.C. 8958"),
    "vision": ("Vision insurance (FEDVIP)", "5 U.S.C. 8988"),
    "hsa": ("Health savings account", "26 U.S.C. 125, 223"),
}

OTHER = [
    *(_spending_due(name, title, cite) for name, (title, cite) in SPENDING.items()),
    *(_taken(name, title, f"{name}_due_cents", cite) for name, (title, cite) in SPENDING.items()),
    *(_taken(name, title, f"{name}_elected_cents", cite) for name, (title, cite) in ELECTED.items()),
    Rule(
        name="long_term_care_cents",
        kind="deduction",
        title="Long-term care insurance (FLTCIP)",
        words="The premium that the carrier gave; taken after taxes.",
        cite="5 U.S.C. 9004",
        inputs=("long_term_care_elected_cents",),
        expression=lambda elected: elected + 0,
    ),
    Rule(
        name="pretax_cents",
        kind="total",
        title="Taken before taxes",
        words="Health benefits unless premium conversion was waived, dental and vision insurance, flexible spending "
        "and health savings: they lower the wages for income tax, Social Security and Medicare.",
        cite="26 U.S.C. 125, 3121(a)(5)(G); 5 CFR part 892",
        inputs=(
            "health_cents",
            "health_after_tax",
            "dental_cents",
            "vision_cents",
            "fsa_health_cents",
            "fsa_dependent_cents",
            "hsa_cents",
        ),
        expression=_before_taxes,
    ),
]
