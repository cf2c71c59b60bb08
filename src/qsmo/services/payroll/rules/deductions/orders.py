"""Debts and orders: levies, salary offset, support, chapter 13 and commercial garnishment, each within its limit."""

from __future__ import annotations

import narwhals as nw

from qsmo.services.payroll.rules.columns import at_least, at_millionths, at_most, millionths, times, where
from qsmo.services.payroll.rules.rule import Reading, Rule

REQUIRED = (
    *("retirement", "oasdi", "medicare", "additional_medicare"),
    *("income_tax", "state_tax", "state_approximation", "local_tax"),
    *("health", "life", "savings"),
)
"""What comes off gross pay before it is disposable."""
CLAIMING = ("health", "savings")


def _left(total: nw.Expr, *less: nw.Expr) -> nw.Expr:
    for each in less:
        total = total - each
    return at_least(total, 0)


def disposable(known: frozenset[str]) -> Rule:
    """The rule of disposable pay over those deductions that the calculation has."""
    return Rule(
        name="disposable_cents",
        kind="wages",
        title="Disposable pay",
        words="Gross pay less retirement, taxes, health benefits, basic life insurance and contributions to the Thrift "
        "Savings Plan.",
        cite="5 CFR 550.1103, 581.105, 582.103; 15 U.S.C. 1672(b)",
        inputs=(
            "gross_cents",
            *(
                f"{name}_cents" if name in CLAIMING else f"{name}_due_cents"
                for name in REQUIRED
                if f"{name}_cents" in known
            ),
        ),
        expression=_left,
    )


def _levy(disposable: nw.Expr, elected: nw.Expr, above: nw.Expr, exempt: nw.Expr) -> nw.Expr:
    return elected + where(above == 1, at_least(disposable - exempt, 0))


def _offset(law: Reading, base: nw.Expr, elected: nw.Expr, rate: nw.Expr, left: nw.Expr) -> nw.Expr:
    asked = elected + at_most(at_millionths(base, rate), left)
    return at_most(asked, times(base, law.rate("withholding_orders", "salary_offset")))


def _support(law: Reading, base: nw.Expr, another: nw.Expr, arrears: nw.Expr) -> nw.Expr:
    share = {
        name: millionths(law.rate("withholding_orders", name))
        for name in ("another_family", "no_other_family", "arrears")
    }
    rate = where(another == 1, share["another_family"], share["no_other_family"])
    return at_millionths(base, rate + where(arrears == 1, share["arrears"]))


def _commercial(law: Reading, base: nw.Expr, *support: nw.Expr) -> nw.Expr:
    protected = times(
        nw.lit(law.cents("withholding_orders", "minimum_wage"), nw.Int64),
        law.rate("withholding_orders", "protected_hours"),
    )
    weeks = law.integer("withholding_orders", "weeks_in_pay_period")
    most = at_most(
        times(base, law.rate("withholding_orders", "commercial")), at_least(base - protected * weeks, 0)
    )
    return _left(most, *support)


LIMITED = ("disposable_cents", "levy_due_cents", "debt_due_cents", "debt_agreed_due_cents")

ORDERS = [
    Rule(
        name="levy_cents",
        kind="deduction",
        title="Tax levy",
        words="The amount on the levy, or all disposable pay above the exempt amount that stands on its notice.",
        cite="26 U.S.C. 6331, 6334(d)",
        inputs=("disposable_cents", "levy_elected_cents", "levy_above_exempt", "levy_exempt_cents"),
        expression=_levy,
    ),
    Rule(
        name="after_levy_cents",
        kind="wages",
        title="Disposable pay after levies",
        words="Disposable pay less a tax levy: the measure of salary offset.",
        cite="5 CFR 550.1103",
        inputs=("disposable_cents", "levy_due_cents"),
        expression=_left,
    ),
    Rule(
        name="debt_cents",
        kind="deduction",
        title="Debt to the United States",
        words="Salary offset: what the notices of debt ask for, at most fifteen per cent of disposable pay.",
        cite="5 U.S.C. 5514(a)(3); 5 CFR 550.1104",
        inputs=("after_levy_cents", "debt_elected_cents", "debt_millionths", "debt_left_cents"),
        expression=_offset,
        tables=("withholding_orders",),
    ),
    Rule(
        name="debt_agreed_cents",
        kind="deduction",
        title="Debt to the United States, agreed",
        words="What the employee agreed to pay back in writing; the limit of salary offset does not hold.",
        cite="5 U.S.C. 5514(a)(3)",
        inputs=("debt_agreed_elected_cents",),
        expression=lambda elected: elected + 0,
    ),
    Rule(
        name="aggregate_disposable_cents",
        kind="wages",
        title="Disposable pay for legal process",
        words="Disposable pay less what is owed to the United States: the measure of support and garnishment.",
        cite="5 CFR 581.105(a), 582.103(a)",
        inputs=LIMITED,
        expression=_left,
    ),
    Rule(
        name="support_limit_cents",
        kind="limit",
        title="Most that support may take",
        words="Sixty per cent of disposable pay, fifty if another family is supported, and five more for arrears of "
        "more than twelve weeks.",
        cite="15 U.S.C. 1673(b)(2); 5 CFR 581.402",
        inputs=("aggregate_disposable_cents", "supports_another_family", "support_in_arrears"),
        expression=_support,
        tables=("withholding_orders",),
    ),
    Rule(
        name="child_support_cents",
        kind="deduction",
        title="Child support",
        words="What the orders ask for, within the limit of support.",
        cite="42 U.S.C. 659; 15 U.S.C. 1673(b)",
        inputs=("child_support_elected_cents", "support_limit_cents"),
        expression=lambda elected, limit: at_most(elected, limit),
    ),
    Rule(
        name="spousal_support_cents",
        kind="deduction",
        title="Spousal support",
        words="What the orders ask for, within the limit of support that child support leaves.",
        cite="42 U.S.C. 659; 15 U.S.C. 1673(b)",
        inputs=("spousal_support_elected_cents", "support_limit_cents", "child_support_due_cents"),
        expression=lambda elected, limit, child: at_most(elected, at_least(limit - child, 0)),
    ),
    Rule(
        name="chapter_13_cents",
        kind="deduction",
        title="Bankruptcy (chapter 13)",
        words="The amount of the court's order; no percentage limits it.",
        cite="11 U.S.C. 1325(c); 15 U.S.C. 1673(b)(1)(B)",
        inputs=("chapter_13_elected_cents",),
        expression=lambda elected: elected + 0,
    ),
    Rule(
        name="garnishment_limit_cents",
        kind="limit",
        title="Most that garnishment may take",
        words="A quarter of disposable pay, but only what exceeds thirty times the minimum wage for each week, less "
        "support that is taken.",
        cite="15 U.S.C. 1673(a); 5 U.S.C. 5520a; 5 CFR 582.402",
        inputs=("aggregate_disposable_cents", "child_support_due_cents", "spousal_support_due_cents"),
        expression=_commercial,
        tables=("withholding_orders",),
    ),
    Rule(
        name="garnishment_cents",
        kind="deduction",
        title="Commercial garnishment",
        words="What the writs ask for or still have to collect, within the limit of garnishment.",
        cite="5 U.S.C. 5520a; 15 U.S.C. 1673(a)",
        inputs=("garnishment_elected_cents", "garnishment_limit_cents"),
        expression=lambda elected, limit: at_most(elected, limit),
    ),
]
