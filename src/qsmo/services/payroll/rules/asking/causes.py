"""What can make net pay differ between two pay periods: groups of facts, in the order in which they are changed.

The order is a convention. Where two things change at once their effects overlap (a higher rate on more hours, taxed
at a higher bracket), and what overlaps is counted to the one that comes later in this list.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from qsmo.services.payroll.rules.deductions.elections import KINDS as ELECTIONS
from qsmo.services.payroll.rules.earnings.codes import KINDS as HOURS
from qsmo.services.payroll.rules.earnings.facts import AMOUNTS, SEGMENT, SEGMENTS, WEEKS
from qsmo.services.payroll.rules.earnings.pay import BASIC_HOURS
from qsmo.services.payroll.rules.facts import BALANCES
from qsmo.services.payroll.rules.leave.facts import LEAVE_FACTS

BACK_PAY = ("basic_back_pay_due_cents", "back_pay_due_cents")
RATE_NAMES = {"hazard": "hazard_millionths", "environmental": "environmental_millionths"}
ELSEWHERE = (
    "tsp_traditional",
    "tsp_roth",
    "tsp_suspended",
    "health_after_tax",
    "health_unshared",
    "levy_exempt",
)
SUPPORT = ("child_support", "spousal_support", "supports_another_family", "support_in_arrears")


@dataclass(frozen=True, slots=True)
class Group:
    """Facts that are changed together, and what their change is called. `of_parts`: they are facts of a part of the
    pay period, and change with the parts where a pay period has several."""

    name: str
    title: str
    words: str
    facts: tuple[str, ...]
    of_parts: bool = False


def _hours(kind: str) -> tuple[str, ...]:
    rate = (RATE_NAMES[kind],) if kind in RATE_NAMES else ()
    return (*(f"{kind}_{week}_centihours" for week in WEEKS), *rate)


def _election(stem: str, title: str) -> Group:
    more = {
        "levy": ("levy_exempt_cents", "levy_above_exempt"),
        "debt": ("debt_millionths", "debt_left_cents"),
    }
    words = "What was elected or ordered, beside the other deductions."
    return Group(stem, title, words, (f"{stem}_elected_cents", *more.get(stem, ())))


BASIC = (*BASIC_HOURS, "unpaid")
YEAR = Group(
    "year",
    "The year so far: limits and balances",
    "What was earned and withheld earlier in the year: the Social Security wage base, the limits of TSP contributions, "
    "of premium pay and of flexible spending, and what is still owed.",
    (*(f"ytd_{name}_cents" for name in BALANCES), "period_number", "pay_dates_left", "imputed_due"),
)
LAW = Group(
    "law",
    "Law, tables and rates of the pay date",
    "Pay tables, tax tables, percentages and limits in force now in place of those in force last time, for the same "
    "pay.",
    ("period_start", "pay_date", "known_by", "withholding_periods"),
)
AGE = Group(
    "age", "Age", "Age bands of life insurance, and ages of catch-up contributions.", ("age", "life_age")
)
POSITION = Group(
    "position",
    "Position and rate of basic pay",
    "Plan, grade, step, locality, rate of pay, and premiums that go with the position.",
    (
        *("agency", "pay_plan", "grade", "step", "area", "duty_state", "nonexempt", "first_day", "last_day"),
        *("rate_stands", "given_base_cents", "given_pay_cents", "given_hourly_cents", "locality_unknown"),
        *("given_locality_millionths", "standby_millionths", "auo_millionths", "availability"),
        *("law_enforcement", "annual_cap", "certified_appraisal", "environment_base_cents"),
    ),
    of_parts=True,
)
TIME = [
    Group(
        "basic-hours",
        "Hours of basic pay, leave and hours without pay",
        "Hours worked and hours of leave, by kind.",
        tuple(name for kind in BASIC for name in _hours(kind)),
        of_parts=True,
    ),
    *(
        Group(f"{kind}-hours", f"Hours: {title}", "Hours of this kind.", _hours(kind), of_parts=True)
        for kind, title in HOURS.items()
        if kind not in BASIC
    ),
]
PAYMENTS = Group(
    "payments",
    "One-off payments and back pay",
    "Payments that were ordered beside the hours: awards, incentives, lump sums, and back pay for earlier periods that "
    "became known late.",
    (
        *(f"{group}_due_cents" for group in AMOUNTS),
        *("lump_leave_centihours", "credit_paid_centihours", "untaxed_due_cents", "supplemental_due_cents"),
    ),
)
BENEFITS = [
    Group(
        "retirement",
        "Retirement plan",
        "The plan and its percentages.",
        ("retirement", "agency_retirement_millionths", "agency_retirement_source"),
    ),
    Group(
        "health",
        "Health benefits: plan or premium",
        "The plan, the kind of enrollment, and the premium of the year.",
        (
            *("fehb", "fehb_tier", "fehb_premium_cents", "fehb_source", "part_time_hours"),
            *("health_after_tax", "health_unshared"),
        ),
    ),
    Group(
        "life",
        "Life insurance: coverage",
        "Basic insurance and its options.",
        ("life_insured", "life_a", "life_b_multiples", "life_c_multiples"),
    ),
    Group(
        "savings",
        "TSP: election",
        "Percentages and amounts elected, traditional and Roth.",
        (
            *("tsp_millionths", "tsp_amount_cents", "tsp_roth", "tsp_suspended"),
            *("tsp_traditional_amount_cents", "tsp_traditional_millionths"),
            *("tsp_roth_amount_cents", "tsp_roth_millionths"),
        ),
    ),
]
CERTIFICATES = [
    Group(
        "federal-form",
        "Form W-4",
        "Filing status, steps and allowances of the federal withholding certificate.",
        (
            *("new_form", "joint", "step2", "tax_table", "step3_cents", "step4a_cents", "step4b_cents"),
            *("extra_cents", "allowances", "tax_exempt", "alien"),
        ),
    ),
    Group(
        "state-form",
        "State and local withholding: place and certificate",
        "The state and the place that tax the pay, and what their certificate says.",
        (
            *("tax_state", "state_key", "state_exemptions", "state_dependents", "state_claimed_cents"),
            *("state_extra_cents", "state_elected", "state_election_millionths", "state_exempt", "local_key"),
        ),
    ),
]
ORDERS = [
    Group(
        "support",
        "Child and spousal support",
        "What was ordered, and what share of pay may be taken.",
        ("child_support_elected_cents", "spousal_support_elected_cents", *SUPPORT[2:]),
    ),
    *(
        _election(kind.stem, kind.title)
        for kind in ELECTIONS.values()
        if kind.stem not in (*ELSEWHERE, *SUPPORT)
    ),
]
GROUPS = [YEAR, LAW, AGE, POSITION, *TIME, PAYMENTS, *BENEFITS, *CERTIFICATES, *ORDERS]
"""Every group, in the order in which it is changed."""
PARTS = Group(
    "parts",
    "Position and hours, by parts of the pay period",
    "The position or its rate changed inside a pay period: its days are paid in parts, each with its own rate and "
    "hours, and the parts change together.",
    tuple(name for group in GROUPS if group.of_parts for name in group.facts),
    of_parts=True,
)
"""In the place of all groups of parts where one of the pay periods has parts."""
NO_PAY = frozenset(
    {"employee", SEGMENT, SEGMENTS, "elections", "ytd_cases", *(fact.name for fact in LEAVE_FACTS)}
)
"""Facts that no rule of pay reads: who it is, what the facts above were made from, and the accounts of leave."""


def called(group: Group, changed: Collection[str]) -> str:
    """What a change of a group is called, given which of its facts changed."""
    if group is not PAYMENTS:
        return group.title
    back = set(changed) & set(BACK_PAY)
    other = {name for name in changed if name.endswith("_due_cents")} - {
        *BACK_PAY, "untaxed_due_cents", "supplemental_due_cents",
    }  # fmt: skip
    if back and not other:
        return "Back pay for earlier pay periods, known late"
    return group.title if back else "One-off payments"
