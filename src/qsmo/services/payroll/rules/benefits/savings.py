"""The Thrift Savings Plan: contributions within the limits of the year, and what the agency adds."""

from __future__ import annotations

import narwhals as nw

from qsmo.services.payroll.rules.columns import at_least, at_millionths, at_most, times, where
from qsmo.services.payroll.rules.rule import Reading, Rule


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


SAVINGS = [
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
