"""The facts of benefits and deductions: what was elected or ordered, and what earlier pay left."""

from __future__ import annotations

from qsmo.services.payroll.rules.deductions.elections import KINDS
from qsmo.services.payroll.rules.deductions.precedence import CLAIMED
from qsmo.services.payroll.rules.fact import HR, money_fact, number_fact, rate_fact, text_fact

ELECTED = "From the elections and orders that human resources sent."
ELSEWHERE = ("tsp_traditional", "tsp_roth", "levy_exempt")
"""Kinds of elections whose amounts are facts of other names than `…_elected_cents`."""
CASES = "ytd_cases"

DEDUCTION_FACTS = [
    text_fact("elections", "Elections and orders", ELECTED, default=""),
    text_fact(
        CASES, "Paid on cases before this pay period", "What earlier pay of ours took, by case.", default=""
    ),
    number_fact("part_time_hours", "Weekly hours of a part-time career employee", HR, default=0),
    number_fact("life_age", "Age for life insurance", "Reached before the pay period began.", default=0),
    number_fact("life_a", "Has Option A of life insurance", HR, default=0),
    number_fact("life_b_multiples", "Multiples of Option B", HR, default=0),
    number_fact("life_c_multiples", "Multiples of Option C", HR, default=0),
    number_fact(
        "pay_dates_left", "Pay dates left in the year", "From the pay date, this one counted.", default=0
    ),
    money_fact("tsp_traditional_amount", "TSP traditional, amount elected", ELECTED, default=0),
    rate_fact("tsp_traditional", "TSP traditional, percentage elected", ELECTED, default=0),
    money_fact("tsp_roth_amount", "TSP Roth, amount elected", ELECTED, default=0),
    rate_fact("tsp_roth", "TSP Roth, percentage elected", ELECTED, default=0),
    money_fact("levy_exempt", "Exempt amount of the levy", ELECTED, default=0),
    number_fact("levy_above_exempt", "Levy of all pay above an exempt amount", ELECTED, default=0),
    rate_fact("debt", "Debt, percentage of disposable pay", ELECTED, default=0),
    money_fact("debt_left", "Debt left of the percentage", ELECTED, default=0),
    *(
        money_fact(f"{kind.stem}_elected", kind.title, ELECTED, default=0)
        for kind in KINDS.values()
        if kind.amount and kind.stem not in ELSEWHERE
    ),
    *(number_fact(kind.stem, kind.title, ELECTED, default=0) for kind in KINDS.values() if not kind.amount),
    *(
        money_fact(
            f"{name}_uncovered",
            "Not covered by pay",
            "Found when the order of precedence was walked: what pay did not cover at the turn of this deduction.",
            default=0,
        )
        for name in CLAIMED
    ),
]
DEDUCTION_BALANCES = {
    "additions": "Annual additions to the TSP before this pay period",
    "fsa_health": "Flexible spending, health care, before this pay period",
    "fsa_dependent": "Flexible spending, dependent care, before this pay period",
    "health_debt": "Health benefits premiums owed before this pay period",
}
"""Balances of the year that deductions read and leave."""
