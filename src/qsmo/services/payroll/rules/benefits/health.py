"""Health benefits of federal employees (FEHB): the premium between the Government and the employee."""

from __future__ import annotations

import narwhals as nw

from qsmo.services.payroll.rules.columns import at_most, times
from qsmo.services.payroll.rules.rule import Cell, Lookup, Reading, Rule

TIERS = ("self_only", "self_plus_one", "self_and_family")


def _health_rows(law: Reading) -> list[dict[str, Cell]]:
    version = law.version("health")
    maxima = {"": 0, **{tier: version.cents(tier).cents for tier in TIERS}}
    return [{"fehb_tier": tier, "health_maximum_cents": most} for tier, most in maxima.items()]


MAXIMA = Lookup("health", ("fehb_tier",), ("health",), _health_rows)


def _government(law: Reading, premium: nw.Expr, maximum: nw.Expr) -> nw.Expr:
    return at_most(times(premium, law.rate("health", "share")), maximum)


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
