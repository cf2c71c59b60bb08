"""The facts of one person's pay: every column that comes from outside, joined from the lists of all parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import polars as pl

from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.services.payroll.rules.benefits import TIERS
from qsmo.services.payroll.rules.columns import MILLION
from qsmo.services.payroll.rules.deductions.facts import DEDUCTION_BALANCES, DEDUCTION_FACTS
from qsmo.services.payroll.rules.earnings.facts import EARNINGS_FACTS
from qsmo.services.payroll.rules.fact import (
    HR,
    MOST_CENTS,
    RUN,
    W4,
    Fact,
    money_fact,
    number_fact,
    text_fact,
)
from qsmo.services.payroll.rules.leave.facts import LEAVE_FACTS
from qsmo.services.payroll.rules.tax.facts import TAX_BALANCES, TAX_FACTS

__all__ = [
    "BALANCES",
    "DEFAULTS",
    "FACTS",
    "MOST_CENTS",
    "NAMED",
    "AgencyRates",
    "FehbRate",
    "RetirementRate",
]

BALANCE_TITLES = {
    "gross": "Gross pay before this pay period",
    "net": "Net pay before this pay period",
    "federal_tax": "Federal income tax before this pay period",
    "oasdi_wages": "Social Security wages before this pay period",
    "oasdi": "Social Security before this pay period",
    "medicare_wages": "Medicare wages before this pay period",
    "medicare": "Medicare before this pay period",
    "additional_medicare": "Additional Medicare before this pay period",
    "tsp": "TSP contributions before this pay period",
    "capped_pay": "Basic and premium pay under the limit before this pay period",
    "compensation": "Compensation toward the limit of the year before this pay period",
    "deferred_pay": "Payments deferred to next year before this pay period",
    **TAX_BALANCES,
    **DEDUCTION_BALANCES,
    "imputed_life": "Imputed income of life insurance not yet taxed before this pay period",
    "prior_year_wages": "Wages of the year before",
}
BALANCES = tuple(BALANCE_TITLES)
"""The names of year-to-date balances that a PayAssignment may carry, in cents; one that is missing is nothing yet."""


@dataclass(frozen=True, slots=True)
class FehbRate:
    """The whole biweekly premium of one health plan code, as the agency supplies it with its source."""

    premium: Money
    tier: str
    source: str

    def __post_init__(self) -> None:
        if self.tier not in TIERS or self.premium.cents <= 0 or not self.source:
            words = f"A health premium has an amount above zero, one of {', '.join(TIERS)}, and a source"
            raise Refusal("fehb-rate", words, status=422)


@dataclass(frozen=True, slots=True)
class RetirementRate:
    """The agency's percentage of basic pay for one retirement code, as OPM's notice of the fiscal year gives it."""

    rate: Fraction
    source: str

    def __post_init__(self) -> None:
        if not 0 < self.rate < 1 or (self.rate * MILLION).denominator != 1 or not self.source:
            words = (
                "An agency retirement rate lies between 0 and 1, has at most six decimals, and has a source"
            )
            raise Refusal("retirement-rate", words, status=422)


@dataclass(frozen=True, slots=True)
class AgencyRates:
    """What only the agency can supply: health premiums by plan code, retirement percentages by retirement code.

    `approximate_states` pays people in states whose withholding table is not on file by the rates of the statute.
    """

    fehb: Mapping[str, FehbRate] = field(default_factory=dict)
    retirement: Mapping[str, RetirementRate] = field(default_factory=dict)
    approximate_states: bool = False


CORE = [
    text_fact("employee", "Employee", HR),
    text_fact("agency", "Agency", HR),
    text_fact("period_start", "First day of the pay period", RUN),
    text_fact("pay_date", "Pay date", RUN),
    text_fact("known_by", "Law as known by", RUN),
    number_fact("period_number", "Number of the pay period in the year", RUN),
    number_fact("withholding_periods", "Pay periods of the year for withholding", RUN),
    number_fact("grade", "Grade", HR),
    number_fact("step", "Step", HR),
    text_fact(
        "area", "Locality pay area", "Found from the annual rate with locality pay that human resources gave."
    ),
    text_fact("duty_state", "State of the duty station", HR),
    number_fact("nonexempt", "Covered by the FLSA", HR),
    number_fact("age", "Age reached in the year", HR),
    text_fact("retirement", "Retirement code", HR),
    Fact(
        "agency_retirement_millionths",
        "Agency retirement rate",
        "Supplied by the agency from OPM's notice of the fiscal year.",
        "millionths",
        MILLION,
    ),
    text_fact("agency_retirement_source", "Source of the agency retirement rate", "Supplied by the agency."),
    number_fact(
        "imputed_due",
        "Imputed income is settled",
        "With the last pay date of the year, and with the last pay.",
        default=0,
    ),
    number_fact("life_insured", "Has basic life insurance", HR),
    text_fact("fehb", "Health plan code", HR),
    text_fact("fehb_tier", "Kind of health enrolment", "Supplied by the agency with the plan's premium."),
    money_fact(
        "fehb_premium", "Health plan premium", "Supplied by the agency from its rate list of the year."
    ),
    text_fact("fehb_source", "Source of the health premium", "Supplied by the agency."),
    Fact("tsp_millionths", "TSP percentage elected", HR, "millionths", MILLION),
    money_fact("tsp_amount", "TSP amount elected", HR),
    number_fact("tsp_roth", "TSP contributions are Roth", HR),
    number_fact("new_form", "Form W-4 of 2020 or later", W4),
    number_fact("joint", "Married filing jointly", W4),
    number_fact("step2", "Box of Step 2 is checked", W4),
    text_fact(
        "tax_table", "Withholding table", f"{W4} Filing status, and the schedule for a checked Step 2."
    ),
    money_fact("step3", "Credits for dependants (Step 3)", W4),
    money_fact("step4a", "Other income (Step 4(a))", W4),
    money_fact("step4b", "Deductions (Step 4(b))", W4),
    money_fact("extra", "Extra withholding (Step 4(c))", W4),
    number_fact("allowances", "Allowances (forms before 2020)", W4),
    number_fact("tax_exempt", "Claims exemption from withholding", W4),
    *(
        money_fact(
            f"ytd_{name}",
            title,
            "From human resources where stated, else what the last certified pay of the year left.",
            default=0,
        )
        for name, title in BALANCE_TITLES.items()
    ),
]

FACTS = [*CORE, *EARNINGS_FACTS, *TAX_FACTS, *DEDUCTION_FACTS, *LEAVE_FACTS]
"""Every fact. A part adds the list of its own file here, each fact with a default, so that frames without it work."""
NAMED = {fact.name: fact for fact in FACTS}
DEFAULTS = {fact.name: fact.default for fact in FACTS if fact.default is not None}


def completed(frame: pl.DataFrame, names: Iterable[str] = tuple(DEFAULTS)) -> pl.DataFrame:
    """The frame with each of these facts that it lacks at the value it has where nobody said it."""
    missing = [name for name in names if name in DEFAULTS and name not in frame.columns]
    return frame.with_columns(pl.lit(DEFAULTS[name], _type(name)).alias(name) for name in missing)


def in_order(frame: pl.DataFrame, *by: str) -> pl.DataFrame:
    """By employee, then by what is named. Frames mostly are, and to see it is far cheaper than to sort all columns."""
    ids = frame["employee"]
    if ids.is_sorted() and not (by and (ids == ids.shift(1)).any()):
        return frame
    return frame.sort("employee", *by)


def _type(name: str) -> type[pl.DataType]:
    return pl.String if isinstance(DEFAULTS[name], str) else pl.Int64
