"""The Thrift Savings Plan: contributions within the limits of the year, and what the agency adds."""

from __future__ import annotations

import narwhals as nw

from qsmo.services.payroll.rules.columns import at_least, at_millionths, at_most, times, where
from qsmo.services.payroll.rules.rule import Reading, Rule


def _elected(basic: nw.Expr, rate: nw.Expr, amount: nw.Expr, roth: nw.Expr, *more: nw.Expr) -> nw.Expr:
    """The Roth part; with `roth` turned round, the traditional part."""
    other_rate, other_amount = more
    one = where(roth == 1, at_millionths(basic, rate) + amount)
    return one + at_millionths(basic, other_rate) + other_amount


def _limit(law: Reading, age: nw.Expr) -> nw.Expr:
    ordinary = where(age >= law.integer("savings", "catch_up_from_age"), law.cents("savings", "catch_up"))
    return ordinary + law.cents("savings", "elective_deferral")


def _limit_from_2025(law: Reading, age: nw.Expr) -> nw.Expr:
    higher = (age >= law.integer("savings", "higher_from_age")) & (
        age <= law.integer("savings", "higher_through_age")
    )
    more = law.cents("savings", "higher_catch_up") - law.cents("savings", "catch_up")
    return _limit(law, age) + where(higher, more)


def _additions_room(law: Reading, basic: nw.Expr, before: nw.Expr, agency: nw.Expr) -> nw.Expr:
    """What the employee may still put in: the limit less all that was added and the most the agency may add now."""
    automatic = times(basic, law.rate("savings", "automatic"))
    most = _match(law, basic, basic, agency)
    return at_least(
        law.cents("savings", "annual_additions") - before - where(agency == 1, automatic) - most, 0
    )


def _due(elected: nw.Expr, limit: nw.Expr, before: nw.Expr, *rest: nw.Expr) -> nw.Expr:
    room, suspended = rest
    return where(suspended == 1, 0, at_most(at_most(elected, at_least(limit - before, 0)), room))


def _catch_up(law: Reading, contribution: nw.Expr, before: nw.Expr) -> nw.Expr:
    deferral = law.cents("savings", "elective_deferral")
    return at_least(before + contribution - deferral, 0) - at_least(before - deferral, 0)


def _traditional(contribution: nw.Expr, catch_up: nw.Expr, elected: nw.Expr, must: nw.Expr) -> nw.Expr:
    """What was elected as traditional comes first; catch-up follows, as Roth where it must be."""
    regular = at_most(elected, contribution - catch_up)
    return regular + where(must == 1, 0, at_most(elected - regular, catch_up))


def _match(law: Reading, basic: nw.Expr, contribution: nw.Expr, agency: nw.Expr) -> nw.Expr:
    in_full = at_most(contribution, times(basic, law.rate("savings", "match_in_full_to")))
    in_all = at_most(contribution, times(basic, law.rate("savings", "match_in_part_to")))
    return where(agency == 1, in_full + times(in_all - in_full, law.rate("savings", "match_part")))


def _limit_rule(words: str, begins: str, ends: str = "") -> Rule:
    return Rule(
        name="savings_limit_cents",
        kind="limit",
        title="TSP limit of the year",
        words=words,
        cite="26 U.S.C. 402(g), 414(v)",
        inputs=("age",),
        expression=_limit if ends else _limit_from_2025,
        tables=("savings",),
        begins=begins,
        ends=ends,
    )


def _roth_rule(words: str, begins: str, ends: str = "") -> Rule:
    return Rule(
        name="catch_up_is_roth",
        kind="limit",
        title="TSP catch-up must be Roth",
        unit="number",
        words=words,
        cite="26 U.S.C. 414(v)(7)",
        inputs=("ytd_prior_year_wages_cents",),
        expression=(lambda wages: wages * 0)
        if ends
        else (lambda law, wages: where(wages > law.cents("savings", "roth_only_over"), 1)),
        tables=() if ends else ("savings",),
        begins=begins,
        ends=ends,
    )


ELECTED = ("basic_pay_cents", "tsp_millionths", "tsp_amount_cents", "tsp_roth")

SAVINGS = [
    Rule(
        name="savings_traditional_elected_cents",
        kind="total",
        title="TSP traditional elected",
        words="The elected percentage of basic pay and the elected amount, as traditional contributions.",
        cite="5 U.S.C. 8432(a); 5 CFR 1600.21, 1600.22",
        inputs=(*ELECTED, "tsp_traditional_millionths", "tsp_traditional_amount_cents"),
        expression=lambda basic, rate, amount, roth, *more: _elected(basic, rate, amount, 1 - roth, *more),
    ),
    Rule(
        name="savings_roth_elected_cents",
        kind="total",
        title="TSP Roth elected",
        words="The elected percentage of basic pay and the elected amount, as Roth contributions.",
        cite="5 U.S.C. 8432d; 5 CFR 1600.21, 1600.22",
        inputs=(*ELECTED, "tsp_roth_millionths", "tsp_roth_amount_cents"),
        expression=_elected,
    ),
    Rule(
        name="savings_election_cents",
        kind="total",
        title="TSP contribution elected",
        words="Traditional and Roth together, not more than basic pay.",
        cite="5 U.S.C. 8432(a); 5 CFR 1600.21, 1600.22",
        inputs=("savings_traditional_elected_cents", "savings_roth_elected_cents", "basic_pay_cents"),
        expression=lambda traditional, roth, basic: at_most(traditional + roth, basic),
    ),
    _limit_rule(
        "The elective deferral limit, and the catch-up limit for the age reached in the year.",
        "2021-01-01",
        "2024-12-31",
    ),
    _limit_rule(
        "The elective deferral limit, and the catch-up limit for the age reached in the year, which is higher for "
        "four years from 60 on.",
        "2025-01-01",
    ),
    Rule(
        name="savings_room_cents",
        kind="limit",
        title="TSP room under annual additions",
        words="The limit of annual additions less what was added in the year, and less the most that the agency may "
        "add in this pay period.",
        cite="26 U.S.C. 415(c)",
        inputs=("basic_pay_cents", "ytd_additions_cents", "agency_saves"),
        expression=_additions_room,
        tables=("savings",),
    ),
    Rule(
        name="savings_due_cents",
        kind="total",
        title="TSP contribution within the limits",
        words="The elected contribution, cut in the pay period in which a limit of the year is met; nothing while "
        "contributions are suspended.",
        cite="5 CFR 1600.22; 26 U.S.C. 402(g), 415(c)",
        inputs=(
            "savings_election_cents",
            "savings_limit_cents",
            "ytd_tsp_cents",
            "savings_room_cents",
            "tsp_suspended",
        ),
        expression=_due,
    ),
    Rule(
        name="savings_cents",
        kind="total",
        title="TSP contribution",
        words="The contribution, less what pay did not cover when its turn came in the order of precedence.",
        cite="5 U.S.C. 8432(a); OPM PPM-2008-01",
        inputs=("savings_due_cents", "savings_uncovered_cents"),
        expression=lambda due, uncovered: due - uncovered,
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
    _roth_rule("No law asked for it before 2026.", "2021-01-01", "2025-12-31"),
    _roth_rule(
        "Catch-up of those whose wages of the year before were above the limit is Roth.", "2026-01-01"
    ),
    Rule(
        name="savings_traditional_cents",
        kind="deduction",
        title="TSP traditional",
        words="The traditional part, first in order; catch-up only as far as it need not be Roth. It lowers the wages "
        "for income tax.",
        cite="5 U.S.C. 8432(a); 26 U.S.C. 414(v)(7)",
        inputs=("savings_cents", "catch_up_cents", "savings_traditional_elected_cents", "catch_up_is_roth"),
        expression=_traditional,
    ),
    Rule(
        name="savings_roth_cents",
        kind="deduction",
        title="TSP Roth",
        words="The contribution that is not traditional.",
        cite="5 U.S.C. 8432d; 26 U.S.C. 414(v)(7)",
        inputs=("savings_cents", "savings_traditional_cents"),
        expression=lambda all_, traditional: all_ - traditional,
    ),
    Rule(
        name="savings_automatic_cents",
        kind="employer",
        title="TSP automatic, agency",
        words="One per cent of basic pay under FERS, whether or not the employee contributes.",
        cite="5 U.S.C. 8432(c)(1)",
        inputs=("basic_pay_cents", "agency_saves"),
        expression=lambda law, basic, agency: where(
            agency == 1, times(basic, law.rate("savings", "automatic"))
        ),
        tables=("savings",),
    ),
    Rule(
        name="savings_match_cents",
        kind="employer",
        title="TSP matching, agency",
        words="Under FERS the contribution, traditional and Roth together, up to three per cent of basic pay in full, "
        "and the next two by half, each to the cent.",
        cite="5 U.S.C. 8432(c)(2)",
        inputs=("basic_pay_cents", "savings_cents", "agency_saves"),
        expression=_match,
        tables=("savings",),
    ),
]
