"""The shared half of the federal test set as documents of earnings: who, at which rate, with which hours and payments.

Rates of a period are those of the personnel actions, which the set prints as the annual rate of each statement; what
was paid is read by the test alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from qsmo.contract.documents import Entitlement, PayAssignment, TimeEntry, TimeRecord
from qsmo.kernel.finding import Finding
from qsmo.kernel.law import register
from qsmo.kernel.money import Money
from qsmo.kernel.period import PayCalendar, PayPeriod, Period
from qsmo.services.payroll.rules.calculation import evaluate
from qsmo.services.payroll.rules.earnings.facts import SEGMENT
from qsmo.services.payroll.rules.earnings.stages import EARNING_RULES
from qsmo.services.payroll.rules.facts import FACTS, completed
from qsmo.services.payroll.rules.intake import earnings as intake
from qsmo.services.payroll.rules.intake.documents import assignment_frame, time_frame
from qsmo.services.payroll.rules.intake.people import findings_of
from qsmo.services.payroll.rules.intake.time import certified
from qsmo.services.payroll.rules.rule import LAW, figures

CALENDAR = PayCalendar(date(2021, 1, 31), 11)
CODES = {
    "regular": "1037",
    "holiday_not_worked": "816",
    "holiday_worked": "861",
    "overtime": "1002",
    "night_differential": "838",
    "sunday_premium": "1047",
    "lwop": "940",
    "annual_leave": "876",
    "sick_leave": "961",
}
HIRED = {"GREYSON SEVEN": date(2021, 2, 21)}
"""The appointment inside a pay period, as the set's guide says; the profile prints the first day of the period."""
LAST_DAYS = {"WILL ONE": date(2021, 3, 13), "SLADE THREE": date(2021, 3, 13)}
PLANS = {("GRAHAM THREE", 4): ("GS", "15", "01"), ("GRAHAM FIVE", 4): ("GM", "14", "00")}
GRADES = {("GREYSON ONE", 3): ("11", "01"), ("GREYSON FIVE", 3): ("09", "05")}
AWARDS = {("GLADYS ONE", 5): Entitlement("award", Money.parse("5000.00"))}


@dataclass(frozen=True)
class Statement:
    """One statement: the documents that lead to it, and the gross pay that the set publishes."""

    name: str
    number: int
    assignment: PayAssignment
    time: TimeRecord
    period: PayPeriod
    published: Money


def statements(reference: Path) -> Iterator[Statement]:
    """Every statement of the shared half."""
    text = (reference / "payroll" / "golden" / "golden_shared.json").read_text("utf-8")
    for place, employee in enumerate(json.loads(text)["employees"], start=1):
        for each in employee["periods"]:
            yield _statement(f"{place:08d}", employee, each)


def earned(given: Statement, *more: Entitlement) -> tuple[dict[str, Any], list[Finding]]:
    """The calculated earnings of a statement and the findings of its intake, through the intake's own functions."""
    law = figures(given.period.during.start, given.period.pay_date)
    assignment = given.assignment
    people = assignment_frame([_with(assignment, more)])
    states = pl.DataFrame([dict(row.cells) for row in register(LAW)["states"].versions[-1].rows])
    held = intake.in_effect(people, given.period).with_columns(
        period_start=pl.lit(given.period.during.start),
        period_last=pl.lit(given.period.during.last),
        number=pl.col("duty_station").str.head(2),
    )
    held = held.join(states.rename({"name": "duty_state_name"}), on="number", how="left")
    held = intake.with_payments(intake.with_rates(held, law), law).with_columns(nearest=pl.lit(""))
    found = [finding for check in intake.earnings_checks(law) for finding in findings_of(check, held)]
    entries = time_frame([given.time] if given.time.entries else [])
    found_in_time, hours = certified(entries, held, given.period, law)
    found += found_in_time
    facts = held.join(hours, on=["employee", SEGMENT], how="left").with_columns(
        pl.col("grade").cast(pl.Int64, strict=False).fill_null(0),
        pl.col("step").cast(pl.Int64, strict=False).fill_null(0),
        nonexempt=(pl.col("flsa") == "nonexempt").cast(pl.Int64),
        **intake.earnings_facts(),
    )
    known = [fact.name for fact in FACTS if fact.name in facts.columns]
    return evaluate(completed(facts.select(known)), EARNING_RULES, law).row(0, named=True), found


def _with(assignment: PayAssignment, more: tuple[Entitlement, ...]) -> PayAssignment:
    return replace(assignment, entitlements=(*assignment.entitlements, *more))


def _statement(number: str, employee: dict[str, Any], each: dict[str, Any]) -> Statement:
    name, place = employee["employee"], each["pay_period"]
    begin = date.fromisoformat(each["begin"])
    period = CALENDAR.period_of(begin)
    assert str(period.during.last) == each["end"], name
    return Statement(
        name=name,
        number=place,
        assignment=_assignment(number, employee, each),
        time=_time(number, each, period.during),
        period=period,
        published=Money.parse(each["expected"]["gross"]),
    )


def _assignment(number: str, employee: dict[str, Any], each: dict[str, Any]) -> PayAssignment:
    profile, name, place = employee["profile"], employee["employee"], each["pay_period"]
    plan, grade, step = profile["pay_plan"], profile["grade"], profile["step"]
    hourly = profile["pay_basis"] == "PH"
    for key, (new_plan, new_grade, new_step) in PLANS.items():
        if key[0] == name and place >= key[1]:
            plan, grade, step = new_plan, new_grade, new_step
    for (who, since), (new_grade, new_step) in GRADES.items():
        if who == name and place >= since:
            grade, step = new_grade, new_step
    annual = Money.parse(profile["total_salary"] if hourly else each["expected"]["annual_adjusted_pay"])
    changed = not hourly and annual != Money.parse(profile["total_salary"])
    base = _table().get((grade, step)) if changed and plan == "GS" else None
    hired = HIRED.get(name, date.fromisoformat(profile["hire_date"]))
    return PayAssignment(
        employee=number,
        ssn="900000001",
        given_name=name.split()[0],
        last_name=name.split()[1],
        born_on=date.fromisoformat(profile["dob"]),
        agency="GS28",
        effective_on=hired,
        duty_station=profile["duty_station"],
        pay_plan=plan,
        grade=grade,
        step=step,
        basic_pay=base or (annual if changed else Money.parse(profile["basic_pay"])),
        adjusted_pay=annual,
        pay_basis=profile["pay_basis"],
        work_schedule=profile["work_schedule"],
        tour_hours=int(profile["tour_hours_week"]),
        flsa=profile["flsa"],
        retirement=profile["retirement_plan"],
        fegli=profile["fegli"],
        fehb=profile["fehb"],
        ends_on=LAST_DAYS.get(name),
        entitlements=(AWARDS[name, place],) if (name, place) in AWARDS else (),
    )


@cache
def _table() -> dict[tuple[str, str], Money]:
    rows = register(LAW)["gs"].at(on=date(2021, 2, 1)).rows
    return {
        (f"{row.integer('grade'):02d}", f"{row.integer('step'):02d}"): row.cents("annual") for row in rows
    }


def _time(number: str, each: dict[str, Any], during: Period) -> TimeRecord:
    entries = tuple(
        TimeEntry(
            during.start + timedelta(days=7 * (int(line["week"]) - 1) + int(line["day"]) - 1),
            CODES[line["code"]],
            round(float(line["hours"]) * 100),
        )
        for line in each["time"]
    )
    return TimeRecord(number, "900000001", "GS28", during, entries)
