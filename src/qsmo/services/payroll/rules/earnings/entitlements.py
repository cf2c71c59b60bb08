"""Payments beside hours: awards, incentives, lump sums, severance, back pay, and the limit on them all in a year."""

from __future__ import annotations

import narwhals as nw

from qsmo.services.payroll.rules.columns import at_least, at_most, for_hours
from qsmo.services.payroll.rules.earnings.facts import AMOUNTS
from qsmo.services.payroll.rules.earnings.pay import total
from qsmo.services.payroll.rules.rule import Reading, Rule

AGGREGATE = "5 U.S.C. 5307; 5 CFR 530.201-205"
WORDS = {
    "award": ("Awards in money that were ordered.", "5 U.S.C. 4502-4505a, 4507"),
    "incentive": (
        "Recruitment, relocation and retention incentives that were ordered.",
        "5 U.S.C. 5753, 5754",
    ),
    "lump_leave": (
        "The hourly rate for the hours of annual leave that are paid out, and amounts that were ordered with their own "
        "rates.",
        "5 U.S.C. 5551, 5552; 5 CFR 550.1201-1207",
    ),
    "severance": ("Severance pay that was ordered for the pay period.", "5 U.S.C. 5595"),
    "basic_back_pay": ("Basic pay of earlier periods; it counts for retirement.", "5 U.S.C. 5596"),
    "back_pay": ("Premiums of earlier periods.", "5 U.S.C. 5596"),
    "comp_paid": (
        "Compensatory time and credit hours paid out in amounts that were ordered, and the hourly rate for the credit "
        "hours that are paid out by hours.",
        "5 U.S.C. 5543, 6126(b); 5 CFR 550.114",
    ),
    "allowance": ("Allowances that were ordered, such as for uniforms.", "5 U.S.C. 5901"),
}
BY_HOURS = {"lump_leave": "lump_leave_centihours", "comp_paid": "credit_paid_centihours"}
"""Groups that may be paid by the hour: the hours of each."""
DEFERRABLE = ("award_cents", "incentive_cents")
COMPENSATION = (
    "time_pay_cents",
    "night_premium_cents",
    "sunday_premium_cents",
    "holiday_premium_cents",
    "second_shift_premium_cents",
    "third_shift_premium_cents",
    "hazard_premium_cents",
    "environmental_premium_cents",
    "standby_pay_cents",
    "auo_pay_cents",
    "availability_pay_cents",
    "overtime_cents",
    "flsa_overtime_cents",
    "over_cap_cents",
    *DEFERRABLE,
)


def _group(group: str) -> Rule:
    words, cite = WORDS[group]
    hours = BY_HOURS.get(group, "")
    return Rule(
        name=f"{group}_cents",
        kind="earning",
        title=AMOUNTS[group],
        words=words,
        cite=cite,
        inputs=(f"{group}_due_cents", *(("hourly_cents", hours) if hours else ())),
        expression=_lump if hours else total,
        quantity=hours,
    )


def _lump(due: nw.Expr, hourly: nw.Expr, hours: nw.Expr) -> nw.Expr:
    return due + for_hours(hourly, hours)


def _deferred(law: Reading, before: nw.Expr, now: nw.Expr, *deferrable: nw.Expr) -> nw.Expr:
    over = at_least(before + now - law.cents("executive", "level_i"), 0)
    return -at_most(over, at_least(total(*deferrable), 0))


ENTITLEMENTS = [
    *(_group(group) for group in AMOUNTS),
    Rule(
        name="compensation_cents",
        kind="total",
        title="Compensation toward the limit of the year",
        words="Basic pay, premiums, awards and incentives of the pay period; lump sums for leave, severance and back "
        "pay are not in it.",
        cite=AGGREGATE,
        inputs=COMPENSATION,
        expression=total,
    ),
    Rule(
        name="deferred_pay_cents",
        kind="earning",
        title="Deferred to next year",
        words="Awards and incentives that would lift the compensation of the calendar year above level I of the "
        "Executive Schedule are paid at the beginning of the next year.",
        cite=AGGREGATE,
        inputs=("ytd_compensation_cents", "compensation_cents", *DEFERRABLE),
        expression=_deferred,
        tables=("executive",),
    ),
    Rule(
        name="aggregate_pay_cents",
        kind="total",
        title="Compensation paid toward the limit of the year",
        words="The compensation of the pay period without what is deferred.",
        cite=AGGREGATE,
        inputs=("compensation_cents", "deferred_pay_cents"),
        expression=total,
    ),
    Rule(
        name="supplemental_pay_cents",
        kind="total",
        title="Supplemental wages",
        words="The ordered payments that are supplemental wages, and leave paid out, less what is deferred.",
        cite="26 CFR 31.3402(g)-1(a)",
        inputs=("supplemental_due_cents", "lump_leave_cents", "lump_leave_due_cents", "deferred_pay_cents"),
        expression=lambda due, lump, ordered, deferred: due + lump - ordered + deferred,
    ),
    Rule(
        name="untaxed_pay_cents",
        kind="total",
        title="Earnings that are not taxed",
        words="Allowances that are not wages, such as for uniforms.",
        cite="5 U.S.C. 5901(c); 26 U.S.C. 132(d)",
        inputs=("untaxed_due_cents",),
        expression=total,
    ),
]


def _basic(
    time: nw.Expr,
    second: nw.Expr,
    third: nw.Expr,
    standby: nw.Expr,
    availability: nw.Expr,
    auo: nw.Expr,
    officer: nw.Expr,
    back: nw.Expr,
) -> nw.Expr:
    return time + second + third + standby + availability + auo * officer + back


BASIC = [
    Rule(
        name="basic_pay_cents",
        kind="total",
        title="Basic pay",
        words="The hourly rate times all paid basic hours, and what the law makes part of basic pay: shift "
        "differentials of prevailing rate employees, standby duty and availability pay, uncontrollable overtime of "
        "law enforcement officers, back pay of basic pay. Retirement and savings percentages are taken of it.",
        cite="5 U.S.C. 5504(b), 8331(3), 8401(4)",
        inputs=(
            "time_pay_cents",
            "second_shift_premium_cents",
            "third_shift_premium_cents",
            "standby_pay_cents",
            "availability_pay_cents",
            "auo_pay_cents",
            "law_enforcement",
            "basic_back_pay_cents",
        ),
        expression=_basic,
        quantity="basic_centihours",
        rate="hourly_cents",
    )
]
