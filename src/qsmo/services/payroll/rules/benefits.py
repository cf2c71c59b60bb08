"""Retirement, savings, life insurance and health benefits: what the employee pays and what the agency adds."""

from __future__ import annotations

import narwhals as nw

from qsmo.services.payroll.rules.columns import (
    at_least,
    at_millionths,
    at_most,
    half_up,
    millionths,
    times,
    where,
)
from qsmo.services.payroll.rules.rule import Cell, Lookup, Reading, Rule

TIERS = ("self_only", "self_plus_one", "self_and_family")


def _retirement_rows(law: Reading) -> list[dict[str, Cell]]:
    values = law.version("retirement").values
    return [
        {"retirement": code, "retirement_millionths": millionths(values.rate(code))}
        for code in sorted(values.cells)
    ]


def _health_rows(law: Reading) -> list[dict[str, Cell]]:
    version = law.version("health")
    maxima = {"": 0, **{tier: version.cents(tier).cents for tier in TIERS}}
    return [{"fehb_tier": tier, "health_maximum_cents": most} for tier, most in maxima.items()]


RETIREMENT = Lookup("retirement", ("retirement",), ("retirement",), _retirement_rows)
HEALTH = Lookup("health", ("fehb_tier",), ("health",), _health_rows)

RETIREMENT_RULES = [
    Rule(
        name="retirement_millionths",
        kind="rate",
        title="Retirement deduction rate",
        unit="millionths",
        words="The percentage of basic pay that the retirement plan asks of the employee.",
        cite="5 U.S.C. 8422(a)(3)",
        inputs=("retirement",),
        lookup=RETIREMENT,
        tables=("retirement",),
    ),
    Rule(
        name="retirement_cents",
        kind="deduction",
        title="Retirement (FERS)",
        words="The retirement percentage of basic pay.",
        cite="5 U.S.C. 8422(a)",
        inputs=("basic_pay_cents", "retirement_millionths"),
        expression=lambda basic, rate: at_millionths(basic, rate),
        rate="retirement_millionths",
    ),
    Rule(
        name="agency_retirement_cents",
        kind="employer",
        title="Retirement (FERS), agency",
        words="The normal-cost percentage, as the agency supplied it from the notice of the fiscal year, of basic pay.",
        cite="5 U.S.C. 8423(a)",
        inputs=("basic_pay_cents", "agency_retirement_millionths"),
        expression=lambda basic, rate: at_millionths(basic, rate),
        rate="agency_retirement_millionths",
    ),
]


def _limit(law: Reading, age: nw.Expr) -> nw.Expr:
    higher = (age >= law.integer("savings", "higher_from_age")) & (
        age <= law.integer("savings", "higher_through_age")
    )
    ordinary = where(age >= law.integer("savings", "catch_up_from_age"), law.cents("savings", "catch_up"))
    return where(higher, law.cents("savings", "higher_catch_up"), ordinary) + law.cents(
        "savings", "elective_deferral"
    )


def _catch_up(law: Reading, contribution: nw.Expr, before: nw.Expr) -> nw.Expr:
    deferral = law.cents("savings", "elective_deferral")
    return at_least(before + contribution - deferral, 0) - at_least(before - deferral, 0)


def _roth(law: Reading, contribution: nw.Expr, catch_up: nw.Expr, roth: nw.Expr, wages: nw.Expr) -> nw.Expr:
    must = wages > law.cents("savings", "roth_only_over")
    return where(roth == 1, contribution, where(must, catch_up))


def _match(law: Reading, basic: nw.Expr, contribution: nw.Expr) -> nw.Expr:
    in_full = at_most(contribution, times(basic, law.rate("savings", "match_in_full_to")))
    in_all = at_most(contribution, times(basic, law.rate("savings", "match_in_part_to")))
    return in_full + times(in_all - in_full, law.rate("savings", "match_part"))


SAVINGS_RULES = [
    Rule(
        name="savings_election_cents",
        kind="total",
        title="TSP contribution elected",
        words="The elected percentage of basic pay, or the elected amount, not more than basic pay.",
        cite="5 U.S.C. 8432(a); 5 CFR 1600.21, 1600.22",
        inputs=("basic_pay_cents", "tsp_millionths", "tsp_amount_cents"),
        expression=lambda basic, rate, amount: at_most(at_millionths(basic, rate) + amount, basic),
    ),
    Rule(
        name="savings_limit_cents",
        kind="limit",
        title="TSP limit of the year",
        words="The elective deferral limit, and the catch-up limit for the age reached in the year.",
        cite="26 U.S.C. 402(g), 414(v)",
        inputs=("age",),
        expression=_limit,
        tables=("savings",),
    ),
    Rule(
        name="savings_cents",
        kind="total",
        title="TSP contribution",
        words="The elected contribution, cut in the pay period in which the limit of the year is met.",
        cite="5 CFR 1600.22; 26 U.S.C. 402(g)",
        inputs=("savings_election_cents", "savings_limit_cents", "ytd_tsp_cents"),
        expression=lambda elected, limit, before: at_most(elected, at_least(limit - before, 0)),
    ),
    Rule(
        name="catch_up_cents",
        kind="total",
        title="TSP catch-up part",
        words="The part of the contribution above the elective deferral limit.",
        cite="26 U.S.C. 414(v)",
        inputs=("savings_cents", "ytd_tsp_cents"),
        expression=_catch_up,
        tables=("savings",),
    ),
    Rule(
        name="savings_roth_cents",
        kind="deduction",
        title="TSP Roth",
        words="Roth contributions; catch-up of those whose wages of the year before were above the limit is Roth too.",
        cite="5 U.S.C. 8432d; 26 U.S.C. 414(v)(7)",
        inputs=("savings_cents", "catch_up_cents", "tsp_roth", "ytd_prior_year_wages_cents"),
        expression=_roth,
        tables=("savings",),
    ),
    Rule(
        name="savings_traditional_cents",
        kind="deduction",
        title="TSP traditional",
        words="The contribution that is not Roth; it lowers the wages for income tax.",
        cite="5 U.S.C. 8432(a)",
        inputs=("savings_cents", "savings_roth_cents"),
        expression=lambda all_, roth: all_ - roth,
    ),
    Rule(
        name="savings_automatic_cents",
        kind="employer",
        title="TSP automatic, agency",
        words="One per cent of basic pay, whether or not the employee contributes.",
        cite="5 U.S.C. 8432(c)(1)",
        inputs=("basic_pay_cents",),
        expression=lambda law, basic: times(basic, law.rate("savings", "automatic")),
        tables=("savings",),
    ),
    Rule(
        name="savings_match_cents",
        kind="employer",
        title="TSP matching, agency",
        words="The contribution up to three per cent of basic pay in full, and the next two by half, each to the cent.",
        cite="5 U.S.C. 8432(c)(2)",
        inputs=("basic_pay_cents", "savings_cents"),
        expression=_match,
        tables=("savings",),
    ),
]


def _life_amount(law: Reading, annual: nw.Expr, insured: nw.Expr) -> nw.Expr:
    unit = law.cents("life_insurance", "pay_unit")
    rounded = (annual + (unit - 1)) // unit * unit + law.cents("life_insurance", "added")
    return where(insured == 1, at_least(rounded, law.cents("life_insurance", "least")))


def _life_premium(law: Reading, key: str, amount: nw.Expr, hours: nw.Expr) -> nw.Expr:
    premium = half_up(amount * law.cents("life_insurance", key), law.cents("life_insurance", "pay_unit"))
    return where(hours > 0, premium)


def _government(law: Reading, premium: nw.Expr, maximum: nw.Expr) -> nw.Expr:
    return at_most(times(premium, law.rate("health", "share")), maximum)


INSURANCE_RULES = [
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
    Rule(
        name="health_maximum_cents",
        kind="limit",
        title="Greatest Government contribution",
        words="The greatest biweekly contribution of the Government for the kind of enrolment.",
        cite="5 U.S.C. 8906(a), (b)(1)",
        inputs=("fehb_tier",),
        lookup=HEALTH,
        tables=("health",),
    ),
    Rule(
        name="agency_health_cents",
        kind="employer",
        title="Health benefits (FEHB), agency",
        words="Three quarters of the plan's premium, to the nearest cent, but not more than the greatest contribution.",
        cite="5 U.S.C. 8906(b)",
        inputs=("fehb_premium_cents", "health_maximum_cents"),
        expression=_government,
        tables=("health",),
    ),
    Rule(
        name="health_cents",
        kind="deduction",
        title="Health benefits (FEHB)",
        words="The plan's premium less the Government's contribution; taken before taxes.",
        cite="5 U.S.C. 8906(b), (d); 26 U.S.C. 125",
        inputs=("fehb_premium_cents", "agency_health_cents"),
        expression=lambda premium, government: premium - government,
    ),
]

BENEFITS = [*RETIREMENT_RULES, *SAVINGS_RULES, *INSURANCE_RULES]
