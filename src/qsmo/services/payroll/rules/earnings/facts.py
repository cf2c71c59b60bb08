"""The facts of earnings: plan and given rates, hours by kind and workweek, percentages of premium, payments."""

from __future__ import annotations

from qsmo.services.payroll.rules.earnings.codes import KINDS, TIME_CODES
from qsmo.services.payroll.rules.fact import (
    HR,
    MOST_CENTS,
    TIME,
    Fact,
    hours_fact,
    money_fact,
    number_fact,
    rate_fact,
    text_fact,
)

WEEKS = ("week1", "week2")
AMOUNTS = {
    "award": "Awards",
    "incentive": "Recruitment, relocation and retention incentives",
    "lump_leave": "Lump sum for annual leave",
    "severance": "Severance pay",
    "basic_back_pay": "Back pay of basic pay",
    "back_pay": "Back pay of premiums",
    "comp_paid": "Compensatory time and credit hours paid out",
    "allowance": "Allowances",
}
"""Groups of payments beside hours, with their titles, in the order of the statement."""
MOST_HOURLY = 100 * 100 * 100
SEGMENT = "segment"
SEGMENTS = "segments"
PAYMENT = "From the payments that human resources ordered."
YEAR = "From human resources where stated, else what the last certified pay of the year left."


def _codes(kind: str) -> str:
    codes = [code for code, of in TIME_CODES.items() if of == kind]
    return f"{TIME} Time code{'s' if len(codes) > 1 else ''} {', '.join(codes)}."


HOURS = [
    hours_fact(f"{kind}_{week}", f"{title}, workweek {week[-1]}", _codes(kind), default=0)
    for kind, title in KINDS.items()
    for week in WEEKS
]

EARNINGS_FACTS = [
    text_fact("pay_plan", "Pay plan", HR, "GS"),
    number_fact(
        SEGMENT, "Part of the pay period", "Counted from 1 where the pay period has parts, else 0.", default=0
    ),
    text_fact(
        SEGMENTS, "Parts of the pay period", "The calculated parts that are added up here, as data.", ""
    ),
    text_fact("first_day", "First day of the part", HR, ""),
    text_fact("last_day", "Last day of the part", HR, ""),
    number_fact(
        "rate_stands", "The rate of human resources stands", f"{HR} No table on file gives it.", default=0
    ),
    money_fact("given_base", "Annual base rate as given", HR, 0),
    money_fact("given_pay", "Annual adjusted rate as given", HR, 0),
    Fact("given_hourly_cents", "Hourly rate as given", HR, "cents", MOST_HOURLY, 0),
    rate_fact(
        "given_locality",
        "Locality percentage in the rates given",
        "The one percentage with two decimals that leads from the base rate given to the adjusted rate given.",
        0,
    ),
    number_fact("locality_unknown", "Locality percentage is not known", HR, default=0),
    rate_fact("standby", "Standby duty percentage", HR, 0),
    rate_fact("auo", "Percentage for administratively uncontrollable overtime", HR, 0),
    number_fact("availability", "Receives availability pay", HR, default=0),
    number_fact("law_enforcement", "Law enforcement officer", HR, default=0),
    number_fact("annual_cap", "Annual in place of the biweekly premium limit", HR, default=0),
    number_fact("certified_appraisal", "Appraisal system is certified", HR, default=0),
    Fact("environment_base_cents", "Hourly rate of WG-10 step 2", HR, "cents", MOST_HOURLY, 0),
    rate_fact("hazard", "Hazard percentage", TIME, 0),
    rate_fact("environmental", "Environmental percentage", TIME, 0),
    hours_fact("lump_leave", "Annual leave to be paid out", PAYMENT, 0),
    hours_fact("credit_paid", "Credit hours to be paid out", PAYMENT, 0),
    *(
        Fact(f"{group}_due_cents", f"{title} ordered", PAYMENT, "cents", MOST_CENTS, 0, least=-MOST_CENTS)
        for group, title in AMOUNTS.items()
    ),
    money_fact("untaxed_due", "Ordered payments that are not taxed", PAYMENT, 0),
    money_fact("supplemental_due", "Ordered payments that are supplemental wages", PAYMENT, 0),
    *HOURS,
]
