"""Life insurance above 50,000 dollars: its cost by the table of the regulation, above what the employee pays, is wages.

Nothing of it is paid out. It is settled once a year, with the last pay date or the last pay (26 CFR 31.3121(a)-1).
"""

from __future__ import annotations

import narwhals as nw

from qsmo.services.payroll.rules.benefits.life import OLDEST
from qsmo.services.payroll.rules.columns import at_least, half_up, where
from qsmo.services.payroll.rules.rule import Cell, Lookup, Reading, Rule


def _rows(law: Reading) -> list[dict[str, Cell]]:
    found: dict[int, int] = dict.fromkeys(range(OLDEST + 1), 0)
    for row in law.version("group_life").rows:
        for age in range(row.integer("age_from"), row.integer("age_to") + 1):
            found[age] = row.cents("monthly").cents
    return [{"age": age, "group_life_rate_cents": cents} for age, cents in found.items()]


TABLE_I = Lookup("group_life", ("age",), ("group_life",), _rows)


def _cost(law: Reading, amount: nw.Expr, pay: nw.Expr, *rest: nw.Expr) -> nw.Expr:
    option_a, multiples, rate, number, left, insured = rest
    periods = at_least(number + left - 1, 1)
    unit = law.cents("group_life", "unit")
    rounded = (pay + (unit - 1)) // unit * unit
    whole = amount + option_a * law.cents("group_life", "option_a") + multiples * rounded
    above = at_least(whole - law.cents("group_life", "excluded"), 0)
    return where(insured == 1, half_up(above * rate * 12, periods * unit))


IMPUTED = [
    Rule(
        name="group_life_rate_cents",
        kind="rate",
        title="Cost of group life insurance, a month",
        words="The cost of a thousand dollars of insurance for a month, by the age reached in the year.",
        cite="26 CFR 1.79-3(d)(2)",
        inputs=("age",),
        lookup=TABLE_I,
        tables=("group_life",),
    ),
    Rule(
        name="group_life_cost_cents",
        kind="total",
        title="Cost of life insurance above 50,000 dollars",
        words="The cost of a year for the insurance of Basic, Option A and Option B above 50,000 dollars, divided by "
        "the pay dates of the year. They are sold together and are one policy; Option C insures others.",
        cite="26 U.S.C. 79(a), (c); 26 CFR 1.79-0, 1.79-3",
        inputs=(
            *("life_amount_cents", "life_pay_cents", "life_a", "life_b_multiples", "group_life_rate_cents"),
            *("period_number", "pay_dates_left", "life_insured"),
        ),
        expression=_cost,
        tables=("group_life",),
    ),
    Rule(
        name="imputed_life_cents",
        kind="wages",
        title="Imputed income of life insurance",
        words="The cost of the insurance above 50,000 dollars, less what the employee owes for insurance of their own "
        "life.",
        cite="26 U.S.C. 79(a)(2); 26 CFR 1.79-3(e)",
        inputs=("group_life_cost_cents", "life_due_cents", "life_a_due_cents", "life_b_due_cents"),
        expression=lambda cost, basic, a, b: at_least(cost - basic - a - b, 0),
    ),
    Rule(
        name="imputed_settled_cents",
        kind="wages",
        title="Imputed income of life insurance, settled",
        words="With the last pay date of the year or the last pay: what has been imputed and not yet taxed. It is "
        "wages for Social Security and Medicare, and income of Form W-2 without withholding.",
        cite="26 U.S.C. 3121(a)(2)(C), 3401(a)(14), 6051(a)",
        inputs=("imputed_life_cents", "ytd_imputed_life_cents", "imputed_due"),
        expression=lambda now, before, due: where(due == 1, now + before),
    ),
    Rule(
        name="closing_imputed_life_cents",
        kind="balance",
        title="Imputed income of life insurance not yet taxed",
        words="What was imputed in this pay period and earlier ones of the year, less what was settled.",
        cite="26 U.S.C. 79",
        inputs=("imputed_life_cents", "ytd_imputed_life_cents", "imputed_settled_cents"),
        expression=lambda now, before, settled: now + before - settled,
    ),
]
