"""Frames made from the documents that bring the facts: one row per assignment, one per time entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import polars as pl

from qsmo.contract.documents import PayAssignment, TimeRecord
from qsmo.kernel.finding import Refusal
from qsmo.services.payroll.rules.columns import MILLION
from qsmo.services.payroll.rules.deductions.elections import written
from qsmo.services.payroll.rules.deductions.facts import CASES
from qsmo.services.payroll.rules.facts import BALANCES
from qsmo.services.payroll.rules.intake.earnings.payments import payments_text
from qsmo.services.payroll.rules.intake.earnings.terms import expanded
from qsmo.services.payroll.rules.intake.leave.terms import leave_text
from qsmo.services.payroll.rules.tax.certificates import spell_letter, spell_state

REQUIRED = object()


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the frame of assignments: how it is taken from a document, and its value in frames without it."""

    name: str
    type: type[pl.DataType]
    take: Callable[[PayAssignment], Any]
    default: Any = REQUIRED


def _balance(name: str) -> Callable[[PayAssignment], int]:
    return lambda each: dict(each.year_to_date).get(name, 0)


CORE = [
    Column("employee", pl.String, attrgetter("employee")),
    Column("born_on", pl.Date, attrgetter("born_on")),
    Column("agency", pl.String, attrgetter("agency")),
    Column("effective_on", pl.Date, attrgetter("effective_on")),
    Column("duty_station", pl.String, attrgetter("duty_station")),
    Column("pay_plan", pl.String, attrgetter("pay_plan")),
    Column("grade", pl.String, attrgetter("grade")),
    Column("step", pl.String, attrgetter("step")),
    Column("basic_pay_cents", pl.Int64, attrgetter("basic_pay.cents")),
    Column("adjusted_pay_cents", pl.Int64, attrgetter("adjusted_pay.cents")),
    Column("pay_basis", pl.String, attrgetter("pay_basis")),
    Column("work_schedule", pl.String, attrgetter("work_schedule")),
    Column("tour_hours", pl.Int64, attrgetter("tour_hours")),
    Column("flsa", pl.String, attrgetter("flsa")),
    Column("retirement", pl.String, attrgetter("retirement")),
    Column("fegli", pl.String, attrgetter("fegli")),
    Column("fehb", pl.String, attrgetter("fehb")),
    Column("tsp_numerator", pl.Int64, attrgetter("tsp_percent.numerator")),
    Column("tsp_denominator", pl.Int64, attrgetter("tsp_percent.denominator")),
    Column("tsp_amount_cents", pl.Int64, attrgetter("tsp_amount.cents")),
    Column("tsp_roth", pl.Boolean, attrgetter("tsp_roth")),
    Column("form", pl.String, attrgetter("withholding.form")),
    Column("status", pl.String, attrgetter("withholding.status")),
    Column("step2_checked", pl.Boolean, attrgetter("withholding.step2_checked")),
    Column("step3_cents", pl.Int64, attrgetter("withholding.step3.cents")),
    Column("step4a_cents", pl.Int64, attrgetter("withholding.step4a.cents")),
    Column("step4b_cents", pl.Int64, attrgetter("withholding.step4b.cents")),
    Column("extra_cents", pl.Int64, attrgetter("withholding.extra.cents")),
    Column("allowances", pl.Int64, attrgetter("withholding.allowances")),
    Column("exempt", pl.Boolean, attrgetter("withholding.exempt")),
    *(Column(f"ytd_{name}_cents", pl.Int64, _balance(name), 0) for name in BALANCES),
    Column("elections", pl.String, lambda each: written(each.elections), ""),
    Column(CASES, pl.String, lambda _: "", ""),
]


def _millionths(name: str) -> Callable[[PayAssignment], int]:
    return lambda each: round(getattr(each.terms, name) * MILLION)


EARNINGS = [
    Column("ends_on", pl.Date, attrgetter("ends_on"), None),
    Column("schedule", pl.String, attrgetter("terms.schedule"), ""),
    Column("pay_table", pl.String, attrgetter("terms.pay_table"), ""),
    Column("standby_millionths", pl.Int64, _millionths("standby"), 0),
    Column("auo_millionths", pl.Int64, _millionths("auo"), 0),
    Column("availability", pl.Boolean, attrgetter("terms.availability"), False),
    Column("law_enforcement", pl.Boolean, attrgetter("terms.law_enforcement"), False),
    Column("annual_cap", pl.Boolean, attrgetter("terms.annual_cap"), False),
    Column("certified_appraisal", pl.Boolean, attrgetter("terms.certified_appraisal"), False),
    Column("environment_base_cents", pl.Int64, attrgetter("terms.environment_base.cents"), 0),
    Column("entitlements", pl.String, lambda each: payments_text(each.entitlements), ""),
]
TAX = [
    Column("form_on", pl.Date, attrgetter("withholding.signed_on"), None),
    Column("alien", pl.Boolean, attrgetter("withholding.nonresident_alien"), default=False),
    Column("letter", pl.String, lambda each: spell_letter(each.withholding.letter), ""),
    Column("state_form", pl.String, lambda each: spell_state(each.state), ""),
]
LEAVE = [
    Column("leave_since", pl.Date, attrgetter("leave_since"), None),
    Column("leave", pl.String, lambda each: leave_text(each.leave), ""),
]
COLUMNS = [*CORE, *EARNINGS, *TAX, *LEAVE]
"""Every column. A part adds the list of its own file here, each column with a default."""
ASSIGNMENT = {column.name: column.type for column in COLUMNS}
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


def assignment_frame(assignments: Iterable[PayAssignment]) -> pl.DataFrame:
    """Pay assignments as a frame; Refusal (422) for a year-to-date balance of an unknown name."""
    rows = [_row(each) for each in assignments]
    return pl.DataFrame(rows, schema=ASSIGNMENT, orient="row")


def complete(people: pl.DataFrame) -> pl.DataFrame:
    """A frame of assignments with every column, those that it lacks at their value where nobody said them."""
    people = _typed(expanded(people))
    missing = [each for each in COLUMNS if each.default is not REQUIRED and each.name not in people.columns]
    people = people.with_columns(pl.lit(each.default, each.type).alias(each.name) for each in missing)
    return people.with_columns(pl.col("entitlements").fill_null(""))


def _typed(people: pl.DataFrame) -> pl.DataFrame:
    """Days and flags that a table holds as text, as what they are; an empty cell says nothing."""
    held = people.schema
    texts = [each for each in COLUMNS if each.type != pl.String and held.get(each.name) == pl.String]
    days = [each.name for each in texts if each.type == pl.Date]
    return people.with_columns(
        *(pl.col(name).str.to_date("%Y-%m-%d", strict=False) for name in days),
        *((pl.col(each.name) == "true").fill_null(value=False) for each in texts if each.type == pl.Boolean),
    )


def time_frame(times: Iterable[TimeRecord]) -> pl.DataFrame:
    """Time records as a frame of entries."""
    rows = [
        (each.employee, entry.on, entry.code, entry.centihours, each.during.start, each.during.end)
        for each in times
        for entry in each.entries
    ]
    return pl.DataFrame(rows, schema=TIME_ENTRY, orient="row")


def _row(each: PayAssignment) -> tuple[Any, ...]:
    unknown = sorted({name for name, _ in each.year_to_date} - set(BALANCES))
    if unknown:
        words = f"{each.employee}: no balance is called {unknown[0]}; known are {', '.join(BALANCES)}"
        raise Refusal("balance-name", words, status=422)
    return tuple(column.take(each) for column in COLUMNS)
