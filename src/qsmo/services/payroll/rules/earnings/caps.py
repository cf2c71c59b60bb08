"""Limits on premium pay: by the pay period, by the year in emergencies, and which premiums give way first."""

from __future__ import annotations

import narwhals as nw

from qsmo.services.payroll.rules.columns import at_least, at_most, where
from qsmo.services.payroll.rules.earnings.pay import total
from qsmo.services.payroll.rules.earnings.premium import by_the_hour, rate_of_step
from qsmo.services.payroll.rules.rule import Reading, Rule

CAP = "5 U.S.C. 5547; 5 CFR 550.105-107"
KEPT_LONGEST_FIRST = (
    "availability_pay_cents",
    "auo_pay_cents",
    "standby_pay_cents",
    "night_premium_cents",
    "sunday_premium_cents",
    "holiday_premium_cents",
    "overtime_cents",
)
"""Title 5 premiums within the limit, in the order in which they are let in; compensatory time comes after them all."""
CUT_TITLES = {
    "comp_value": "compensatory time",
    "overtime": "overtime",
    "holiday_premium": "holiday premium",
    "sunday_premium": "Sunday premium",
    "night_premium": "night pay",
    "standby_pay": "standby duty pay",
    "auo_pay": "administratively uncontrollable overtime",
    "availability_pay": "availability pay",
}


def _limit(
    law: Reading,
    annual: nw.Expr,
    by_year: nw.Expr,
    before: nw.Expr,
    covered: nw.Expr,
    premium: nw.Expr,
    basic: nw.Expr,
) -> nw.Expr:
    biweekly = by_the_hour(law, annual) * law.integer("pay_rates", "hours_in_pay_period")
    left = where(by_year == 1, at_least(annual - before, 0), biweekly)
    return where(covered == 1, left, basic + premium)


def _room(limit: nw.Expr, basic: nw.Expr, premium: nw.Expr) -> nw.Expr:
    return at_most(at_least(limit - basic, 0), premium)


def _cut(room: nw.Expr, amount: nw.Expr, *kept: nw.Expr) -> nw.Expr:
    left = at_least(room - total(*kept), 0) if kept else room
    return at_least(amount - left, 0)


def _cut_rule(name: str) -> Rule:
    before: tuple[str, ...] = KEPT_LONGEST_FIRST
    if f"{name}_cents" in KEPT_LONGEST_FIRST:
        before = KEPT_LONGEST_FIRST[: KEPT_LONGEST_FIRST.index(f"{name}_cents")]
    return Rule(
        name=f"cut_{name}_cents",
        kind="total",
        title=f"Above the limit: {CUT_TITLES[name]}",
        words=f"The part of {CUT_TITLES[name]} that finds no room under the limit. Annual premiums are let in first, "
        "then night, Sunday and holiday pay, then overtime, then compensatory time; what is cut is lost.",
        cite=CAP,
        inputs=("premium_room_cents", f"{name}_cents", *before),
        expression=_cut,
    )


LIMIT = [
    Rule(
        name="cap_annual_cents",
        kind="limit",
        title="Annual rate behind the limit on premium pay",
        words="GS-15 step 10 with the same locality pay, or level V of the Executive Schedule if that is more.",
        cite=CAP,
        inputs=("locality_millionths",),
        expression=lambda law, percent: at_least(
            rate_of_step(law, percent, "cap_grade", "cap_step"), law.cents("executive", "level_v")
        ),
        tables=("premium", "gs", "executive"),
    ),
    Rule(
        name="capped_premium_cents",
        kind="total",
        title="Premium pay under the limit",
        words="Title 5 premium pay and the value of compensatory time earned. FLSA overtime, hazard pay and the "
        "premiums of prevailing rate employees are outside the limit.",
        cite=CAP,
        inputs=("comp_value_cents", *KEPT_LONGEST_FIRST),
        expression=total,
    ),
    Rule(
        name="cap_cents",
        kind="limit",
        title="Limit on basic and premium pay",
        words="That annual rate by the hour, to the nearest cent, times the hours of a full pay period. In an "
        "emergency or mission-critical work: the annual rate, less what was paid in the year.",
        cite=CAP,
        inputs=(
            "cap_annual_cents",
            "annual_cap",
            "ytd_capped_pay_cents",
            "title5_premium",
            "capped_premium_cents",
            "time_pay_cents",
        ),
        expression=_limit,
        tables=("pay_rates",),
    ),
    Rule(
        name="premium_room_cents",
        kind="limit",
        title="Room for premium pay",
        words="The limit less basic pay: as much title 5 premium pay can be received.",
        cite=CAP,
        inputs=("cap_cents", "time_pay_cents", "capped_premium_cents"),
        expression=_room,
    ),
    *(_cut_rule(name) for name in CUT_TITLES),
    Rule(
        name="over_cap_cents",
        kind="earning",
        title="Premium pay above the limit",
        words="Title 5 premium pay is cut where it would lift pay above the limit; FLSA overtime is not.",
        cite=CAP,
        inputs=tuple(f"cut_{name}_cents" for name in CUT_TITLES if name != "comp_value"),
        expression=lambda *cuts: -total(*cuts),
    ),
    Rule(
        name="capped_pay_cents",
        kind="total",
        title="Basic and premium pay received under the limit",
        words="Basic pay, and premium pay and compensatory time as far as they found room: what counts toward the "
        "annual limit.",
        cite=CAP,
        inputs=("time_pay_cents", "premium_room_cents"),
        expression=total,
    ),
]
