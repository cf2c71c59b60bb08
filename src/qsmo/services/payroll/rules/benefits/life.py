"""Life insurance of federal employees (FEGLI): Basic, and the options by age band."""

from __future__ import annotations

import narwhals as nw

from qsmo.services.payroll.rules.columns import at_least, for_hours, half_up, times, where
from qsmo.services.payroll.rules.rule import Cell, Lookup, Reading, Rule

OPTIONS = ("option_a", "option_b", "option_c")
OLDEST = 100


def _rates(law: Reading) -> list[dict[str, Cell]]:
    """A row for each age. An age without a band on file costs nothing here; the intake refuses its options."""
    found = {age: dict.fromkeys(OPTIONS, 0) for age in range(OLDEST + 1)}
    for row in law.version("life_insurance").rows:
        for age in range(row.integer("age_from"), min(row.integer("age_to"), OLDEST) + 1):
            found[age] = {name: row.cents(name).cents for name in OPTIONS}
    return [
        {"life_age": age, **{f"{name}_rate_cents": cents for name, cents in rates.items()}}
        for age, rates in found.items()
    ]


RATES = Lookup("life", ("life_age",), ("life_insurance",), _rates)


def _life_pay(law: Reading, adjusted: nw.Expr, hourly: nw.Expr, hours: nw.Expr) -> nw.Expr:
    a_year = for_hours(hourly, hours * 100) * law.integer("life_insurance", "weeks_in_year")
    return where(hours > 0, a_year, adjusted)


def _rounded_up(law: Reading, annual: nw.Expr) -> nw.Expr:
    unit = law.cents("life_insurance", "pay_unit")
    return (annual + (unit - 1)) // unit * unit


def _amount(law: Reading, annual: nw.Expr, insured: nw.Expr) -> nw.Expr:
    whole = _rounded_up(law, annual) + law.cents("life_insurance", "added")
    return where(insured == 1, at_least(whole, law.cents("life_insurance", "least")))


def _premium(key: str, law: Reading, amount: nw.Expr, hours: nw.Expr) -> nw.Expr:
    for_each_dollar = law.rate("life_insurance", key) * 100 / law.cents("life_insurance", "pay_unit")
    return where(hours > 0, times(amount, for_each_dollar))


def _option_b(law: Reading, annual: nw.Expr, multiples: nw.Expr, rate: nw.Expr, hours: nw.Expr) -> nw.Expr:
    insured = _rounded_up(law, annual) * multiples
    return where(hours > 0, half_up(insured * rate, law.cents("life_insurance", "pay_unit")))


def _rate(letter: str, words: str) -> Rule:
    return Rule(
        name=f"option_{letter}_rate_cents",
        kind="rate",
        title=f"Life insurance, premium of Option {letter.upper()}",
        words=f"{words}, by the age reached before the pay period began.",
        cite=f"5 U.S.C. 8714{letter}; 5 CFR 870.402",
        inputs=("life_age",),
        lookup=RATES,
        tables=("life_insurance",),
    )


def _by_unit(letter: str, fact: str, words: str) -> Rule:
    return Rule(
        name=f"life_{letter}_cents",
        kind="deduction",
        title=f"Life insurance, Option {letter.upper()} (FEGLI)",
        words=words,
        cite=f"5 U.S.C. 8714{letter}",
        inputs=(fact, f"option_{letter}_rate_cents", "basic_centihours"),
        expression=lambda units, rate, hours: where(hours > 0, units * rate),
        rate=f"option_{letter}_rate_cents",
    )


LIFE = [
    Rule(
        name="life_pay_cents",
        kind="rate",
        title="Annual pay for life insurance",
        words="The annual rate of pay; of a part-time employee the pay for the tour of duty of a year of 52 weeks.",
        cite="5 U.S.C. 8704(a); 5 CFR 870.204",
        inputs=("adjusted_pay_cents", "hourly_cents", "part_time_hours"),
        expression=_life_pay,
        tables=("life_insurance",),
    ),
    Rule(
        name="life_amount_cents",
        kind="total",
        title="Basic insurance amount (FEGLI)",
        words="Annual pay rounded up to the next thousand dollars, and two thousand more; at least ten thousand.",
        cite="5 U.S.C. 8704(a)",
        inputs=("life_pay_cents", "life_insured"),
        expression=_amount,
        tables=("life_insurance",),
    ),
    Rule(
        name="life_cents",
        kind="deduction",
        title="Life insurance, basic (FEGLI)",
        words="The premium for each thousand dollars of the basic insurance amount, in a period with paid hours.",
        cite="5 U.S.C. 8707(a)",
        inputs=("life_amount_cents", "basic_centihours"),
        expression=lambda law, amount, hours: _premium("employee_per_unit", law, amount, hours),
        tables=("life_insurance",),
    ),
    Rule(
        name="agency_life_cents",
        kind="employer",
        title="Life insurance, basic (FEGLI), agency",
        words="The Government pays half of what the employee pays.",
        cite="5 U.S.C. 8708(a)",
        inputs=("life_amount_cents", "basic_centihours"),
        expression=lambda law, amount, hours: _premium("government_per_unit", law, amount, hours),
        tables=("life_insurance",),
    ),
    _rate("a", "The biweekly premium for ten thousand dollars of Option A"),
    _rate("b", "The biweekly premium for each thousand dollars of Option B"),
    _rate("c", "The biweekly premium for each multiple of Option C"),
    _by_unit(
        "a", "life_a", "The premium of the age band for ten thousand dollars; the employee pays all of it."
    ),
    Rule(
        name="life_b_cents",
        kind="deduction",
        title="Life insurance, Option B (FEGLI)",
        words="The premium of the age band for each thousand dollars of one to five times the annual pay, rounded up "
        "to the next thousand; the employee pays all of it.",
        cite="5 U.S.C. 8714b",
        inputs=("life_pay_cents", "life_b_multiples", "option_b_rate_cents", "basic_centihours"),
        expression=_option_b,
        tables=("life_insurance",),
        rate="option_b_rate_cents",
    ),
    _by_unit(
        "c",
        "life_c_multiples",
        "The premium of the age band for each of one to five multiples for the family; the employee pays all of it.",
    ),
]
