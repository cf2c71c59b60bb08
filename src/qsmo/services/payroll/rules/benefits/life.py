"""Life insurance of federal employees (FEGLI)."""

from __future__ import annotations

import narwhals as nw

from qsmo.services.payroll.rules.columns import at_least, half_up, where
from qsmo.services.payroll.rules.rule import Reading, Rule


def _life_amount(law: Reading, annual: nw.Expr, insured: nw.Expr) -> nw.Expr:
    unit = law.cents("life_insurance", "pay_unit")
    rounded = (annual + (unit - 1)) // unit * unit + law.cents("life_insurance", "added")
    return where(insured == 1, at_least(rounded, law.cents("life_insurance", "least")))


def _life_premium(law: Reading, key: str, amount: nw.Expr, hours: nw.Expr) -> nw.Expr:
    premium = half_up(amount * law.cents("life_insurance", key), law.cents("life_insurance", "pay_unit"))
    return where(hours > 0, premium)


LIFE = [
    Rule(
        name="life_amount_cents",
        kind="total",
        title="Basic insurance amount (FEGLI)",
        words="Annual pay rounded up to the next thousand dollars, and two thousand more; at least ten thousand.",
        cite="5 U.S.C. 8704(a)",
        inputs=("adjusted_pay_cents", "life_insured"),
        expression=_life_amount,
        tables=("life_insurance",),
    ),
    Rule(
        name="life_cents",
        kind="deduction",
        title="Life insurance, basic (FEGLI)",
        words="The premium for each thousand dollars of the basic insurance amount, in a period with paid hours.",
        cite="5 U.S.C. 8707(a)",
        inputs=("life_amount_cents", "basic_centihours"),
        expression=lambda law, amount, hours: _life_premium(law, "employee_per_unit", amount, hours),
        tables=("life_insurance",),
    ),
    Rule(
        name="agency_life_cents",
        kind="employer",
        title="Life insurance, basic (FEGLI), agency",
        words="The Government pays half of what the employee pays.",
        cite="5 U.S.C. 8708(a)",
        inputs=("life_amount_cents", "basic_centihours"),
        expression=lambda law, amount, hours: _life_premium(law, "government_per_unit", amount, hours),
        tables=("life_insurance",),
    ),
]
