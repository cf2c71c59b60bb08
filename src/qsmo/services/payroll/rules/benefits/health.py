"""Health benefits of federal employees (FEHB): the premium between the Government and the employee."""

from __future__ import annotations

import narwhals as nw

from qsmo.services.payroll.rules.columns import at_most, half_up, times, where
from qsmo.services.payroll.rules.rule import Cell, Lookup, Reading, Rule

TIERS = ("self_only", "self_plus_one", "self_and_family")


def _maxima(law: Reading) -> list[dict[str, Cell]]:
    version = law.version("health")
    maxima = {"": 0, **{tier: version.cents(tier).cents for tier in TIERS}}
    return [{"fehb_tier": tier, "health_maximum_cents": most} for tier, most in maxima.items()]


MAXIMA = Lookup("health", ("fehb_tier",), ("health",), _maxima)


def _government(law: Reading, premium: nw.Expr, maximum: nw.Expr, *rest: nw.Expr) -> nw.Expr:
    hours, unshared = rest
    whole = at_most(times(premium, law.rate("health", "share")), maximum)
    prorated = half_up(whole * hours, law.integer("pay_rates", "hours_in_week"))
    return where(unshared == 1, 0, where(hours > 0, prorated, whole))


HEALTH = [
    Rule(
        name="health_maximum_cents",
        kind="limit",
        title="Greatest Government contribution",
        words="The greatest biweekly contribution of the Government for the kind of enrolment.",
        cite="5 U.S.C. 8906(a), (b)(1)",
        inputs=("fehb_tier",),
        lookup=MAXIMA,
        tables=("health",),
    ),
    Rule(
        name="agency_health_cents",
        kind="employer",
        title="Health benefits (FEHB), agency",
        words="Three quarters of the plan's premium, to the nearest cent, but not more than the greatest contribution; "
        "for part-time career employees the share of their weekly hours in a full week; nothing for temporary "
        "employees who pay the whole premium.",
        cite="5 U.S.C. 8906(b), 8906a",
        inputs=("fehb_premium_cents", "health_maximum_cents", "part_time_hours", "health_unshared"),
        expression=_government,
        tables=("health", "pay_rates"),
    ),
    Rule(
        name="health_due_cents",
        kind="total",
        title="Health benefits premium due",
        words="The plan's premium less the Government's contribution, in full in each pay period, paid or not.",
        cite="5 U.S.C. 8906(b), (d), (e); 5 CFR 890.502",
        inputs=("fehb_premium_cents", "agency_health_cents"),
        expression=lambda premium, government: premium - government,
    ),
    Rule(
        name="health_cents",
        kind="deduction",
        title="Health benefits (FEHB)",
        words="The premium due, less what pay did not cover when its turn came; taken before taxes unless premium "
        "conversion was waived.",
        cite="5 U.S.C. 8906(d); 26 U.S.C. 125; 5 CFR part 892",
        inputs=("health_due_cents", "health_uncovered_cents"),
        expression=lambda due, uncovered: due - uncovered,
    ),
]
