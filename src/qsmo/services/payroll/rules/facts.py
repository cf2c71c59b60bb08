"""The facts of one person's pay: their names and bounds, and the frames made from the documents that bring them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl

from qsmo.contract.documents import PayAssignment, TimeRecord
from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.services.payroll.rules.benefits import TIERS
from qsmo.services.payroll.rules.columns import MILLION
from qsmo.services.payroll.rules.rule import Unit
from qsmo.services.payroll.rules.totals import TIME_CODES

MOST_CENTS = 100 * 100 * 100 * 100 * 100
MOST_CENTIHOURS = 12 * 100 * 100
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
    """What only the agency can supply: health premiums by plan code, retirement percentages by retirement code."""

    fehb: Mapping[str, FehbRate] = field(default_factory=dict)
    retirement: Mapping[str, RetirementRate] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact column: what it is called, what it says, and how large it may be (0 where it is not a number)."""

    name: str
    title: str
    words: str
    unit: Unit = "number"
    most: int = 0


HR = "From the pay assignment of human resources."
W4 = "From the employee's Form W-4."
TIME = "From the certified time record."
RUN = "From the pay calendar of the run."


def _text(name: str, title: str, words: str) -> Fact:
    return Fact(name, title, words)


def _whole(name: str, title: str, words: str, most: int = 100) -> Fact:
    return Fact(name, title, words, "number", most)


def _money(name: str, title: str, words: str) -> Fact:
    return Fact(f"{name}_cents", title, words, "cents", MOST_CENTS)


FACTS = [
    _text("employee", "Employee", HR),
    _text("agency", "Agency", HR),
    _text("period_start", "First day of the pay period", RUN),
    _text("pay_date", "Pay date", RUN),
    _text("known_by", "Law as known by", RUN),
    _whole("period_number", "Number of the pay period in the year", RUN),
    _whole("withholding_periods", "Pay periods of the year for withholding", RUN),
    _whole("grade", "Grade", HR),
    _whole("step", "Step", HR),
    _text(
        "area", "Locality pay area", "Found from the annual rate with locality pay that human resources gave."
    ),
    _text("duty_state", "State of the duty station", HR),
    _whole("nonexempt", "Covered by the FLSA", HR),
    _whole("age", "Age reached in the year", HR),
    _text("retirement", "Retirement code", HR),
    Fact(
        "agency_retirement_millionths",
        "Agency retirement rate",
        "Supplied by the agency from OPM's notice of the fiscal year.",
        "millionths",
        MILLION,
    ),
    _text("agency_retirement_source", "Source of the agency retirement rate", "Supplied by the agency."),
    _whole("life_insured", "Has basic life insurance", HR),
    _text("fehb", "Health plan code", HR),
    _text("fehb_tier", "Kind of health enrolment", "Supplied by the agency with the plan's premium."),
    _money("fehb_premium", "Health plan premium", "Supplied by the agency from its rate list of the year."),
    _text("fehb_source", "Source of the health premium", "Supplied by the agency."),
    Fact("tsp_millionths", "TSP percentage elected", HR, "millionths", MILLION),
    _money("tsp_amount", "TSP amount elected", HR),
    _whole("tsp_roth", "TSP contributions are Roth", HR),
    _whole("new_form", "Form W-4 of 2020 or later", W4),
    _whole("joint", "Married filing jointly", W4),
    _whole("step2", "Box of Step 2 is checked", W4),
    _text("tax_table", "Withholding table", f"{W4} Filing status, and the schedule for a checked Step 2."),
    _money("step3", "Credits for dependants (Step 3)", W4),
    _money("step4a", "Other income (Step 4(a))", W4),
    _money("step4b", "Deductions (Step 4(b))", W4),
    _money("extra", "Extra withholding (Step 4(c))", W4),
    _whole("allowances", "Allowances (forms before 2020)", W4),
    _whole("tax_exempt", "Claims exemption from withholding", W4),
    *(
        Fact(
            f"{name}_week{week}_centihours",
            f"{name.replace('_', ' ').capitalize()} hours, workweek {week}",
            f"{TIME} Time code {code}.",
            "centihours",
            MOST_CENTIHOURS,
        )
        for code, name in TIME_CODES.items()
        for week in (1, 2)
    ),
    *(
        _money(
            f"ytd_{name}",
            title,
            "From human resources where stated, else what the last certified pay of the year left.",
        )
        for name, title in BALANCE_TITLES.items()
    ),
]

TEXTS = ("employee", "agency", "area", "duty_state", "retirement", "agency_retirement_source")
NAMED = {fact.name: fact for fact in FACTS}


def assignment_frame(assignments: Iterable[PayAssignment]) -> pl.DataFrame:
    """Pay assignments as a frame; Refusal (422) for a year-to-date balance of an unknown name."""
    return pl.DataFrame([_assignment(each) for each in assignments], schema=ASSIGNMENT, orient="row")


def _assignment(each: PayAssignment) -> tuple[Any, ...]:
    balances = dict(each.year_to_date)
    unknown = sorted(set(balances) - set(BALANCES))
    if unknown:
        words = f"{each.employee}: no balance is called {unknown[0]}; known are {', '.join(BALANCES)}"
        raise Refusal("balance-name", words, status=422)
    form = each.withholding
    return (
        each.employee,
        each.born_on,
        each.agency,
        each.effective_on,
        each.duty_station,
        each.pay_plan,
        each.grade,
        each.step,
        each.basic_pay.cents,
        each.adjusted_pay.cents,
        each.pay_basis,
        each.work_schedule,
        each.tour_hours,
        each.flsa,
        each.retirement,
        each.fegli,
        each.fehb,
        each.tsp_percent.numerator,
        each.tsp_percent.denominator,
        each.tsp_amount.cents,
        each.tsp_roth,
        form.form,
        form.status,
        form.step2_checked,
        form.step3.cents,
        form.step4a.cents,
        form.step4b.cents,
        form.extra.cents,
        form.allowances,
        form.exempt,
        *(balances.get(name, 0) for name in BALANCES),
    )


ASSIGNMENT: dict[str, type[pl.DataType]] = {
    "employee": pl.String,
    "born_on": pl.Date,
    "agency": pl.String,
    "effective_on": pl.Date,
    "duty_station": pl.String,
    "pay_plan": pl.String,
    "grade": pl.String,
    "step": pl.String,
    "basic_pay_cents": pl.Int64,
    "adjusted_pay_cents": pl.Int64,
    "pay_basis": pl.String,
    "work_schedule": pl.String,
    "tour_hours": pl.Int64,
    "flsa": pl.String,
    "retirement": pl.String,
    "fegli": pl.String,
    "fehb": pl.String,
    "tsp_numerator": pl.Int64,
    "tsp_denominator": pl.Int64,
    "tsp_amount_cents": pl.Int64,
    "tsp_roth": pl.Boolean,
    "form": pl.String,
    "status": pl.String,
    "step2_checked": pl.Boolean,
    "step3_cents": pl.Int64,
    "step4a_cents": pl.Int64,
    "step4b_cents": pl.Int64,
    "extra_cents": pl.Int64,
    "allowances": pl.Int64,
    "exempt": pl.Boolean,
    **{f"ytd_{name}_cents": pl.Int64 for name in BALANCES},
}
"""The columns of a frame of assignments; `file` and `line` may be added and are then named in findings."""

TIME_ENTRY: dict[str, type[pl.DataType]] = {
    "employee": pl.String,
    "on": pl.Date,
    "code": pl.String,
    "centihours": pl.Int64,
    "during_start": pl.Date,
    "during_end": pl.Date,
}
"""The columns of a frame of time entries; `file` and `line` may be added and are then named in findings."""


def time_frame(times: Iterable[TimeRecord]) -> pl.DataFrame:
    """Time records as a frame of entries."""
    rows = [
        (each.employee, entry.on, entry.code, entry.centihours, each.during.start, each.during.end)
        for each in times
        for entry in each.entries
    ]
    return pl.DataFrame(rows, schema=TIME_ENTRY, orient="row")


def reached_in(year: date) -> pl.Expr:
    """The age that a person reaches in the year of a day."""
    return (pl.lit(year.year, pl.Int64) - pl.col("born_on").dt.year().cast(pl.Int64)).alias("age")
