"""What somebody would be paid who is to be hired: papers of a position are made, and computed as they would be if sent.

Of the person little is known: age, where they work, what they would elect. What is not said is as the law has it for
anybody who is first appointed, and `ASSUMPTION` says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from qsmo.contract.documents import PayAssignment, TimeEntry, TimeRecord
from qsmo.kernel.calendar import SATURDAY, holidays
from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.law import register
from qsmo.kernel.money import Money
from qsmo.kernel.period import PayPeriod, Period
from qsmo.services.payroll.rules.asking.agency import area_code
from qsmo.services.payroll.rules.asking.asked import FIELDS as CHANGES
from qsmo.services.payroll.rules.asking.asked import Field, choice, dollars, matched
from qsmo.services.payroll.rules.asking.changed import (
    WHERE,
    located,
    people_changed,
    refuse,
    wrong,
)
from qsmo.services.payroll.rules.asking.what_if import COST, Papers, prepared_of
from qsmo.services.payroll.rules.asking.year import year_of
from qsmo.services.payroll.rules.columns import MILLION
from qsmo.services.payroll.rules.earnings.codes import FIRST_CODE
from qsmo.services.payroll.rules.explain import SECTIONS, SHOWN_TOTALS, in_order, rules_of
from qsmo.services.payroll.rules.facts import AgencyRates
from qsmo.services.payroll.rules.intake.documents import assignment_frame, time_frame
from qsmo.services.payroll.rules.intake.earnings.position import LEVELS
from qsmo.services.payroll.rules.rule import LAW, Figures, Kind, figures
from qsmo.services.payroll.rules.single import NotComputedError, facts_of, pay_of

NOBODY = "new"
FULL_TIME_HOURS = register(LAW)["pay_rates"].versions[-1].integer("hours_in_week")
ASSUMPTION = (
    "A whole pay period in pay status from Monday to Friday, as the first of the year: nothing was earned or withheld "
    "before. What is not said is as for anybody who is first appointed: step 1, full time, nonexempt under the Fair "
    "Labor Standards Act (5 CFR 551.202), FERS with the contribution of those first hired after 2013, basic life "
    "insurance (5 U.S.C. 8702), no health plan, no savings, a Form W-4 of a single person without entries. A year is "
    "all its pay dates of the same."
)
PLANS = tuple(row.text("plan") for row in register(LAW)["pay_plans"].versions[-1].rows)
RETIREMENT = tuple(row.text("code") for row in register(LAW)["retirement"].versions[-1].rows)
FIRST = {"step": 1, "hours": FULL_TIME_HOURS, "retirement": "KF", "fegli": "C0", "flsa": "nonexempt"}
OF_HIRE = {**WHERE, "adjusted pay": "pay", "basic pay": "grade", "pay plan": "plan", "age": "age",
           "life insurance": "fegli", "tour of duty": "hours", "date of birth": "age"}  # fmt: skip


def _grade(text: str) -> str:
    found = matched(r"\d{1,2}|I{1,3}|IV|V", text.upper())[0]
    return found if found in LEVELS else f"{int(found):02d}"


def _number(most: int) -> Any:
    def read(text: str) -> int:
        found = int(matched(r"\d{1,2}", text)[0])
        if not 0 < found <= most:
            raise ValueError(text)
        return found

    return read


OF_POSITION = (
    choice("plan", "Pay plan", *PLANS),
    Field(
        "grade",
        "Grade",
        "a grade, 1 to 15, of the General Schedule; a level, I to V, of the Executive Schedule",
        _grade,
    ),
    CHANGES["step"],
    Field(
        "area",
        "Locality pay area",
        "the code of an area, such as DCB or RUS; for the General Schedule",
        area_code,
    ),
    Field(
        "pay",
        "Rate of pay",
        "dollars a year with locality pay, or an hour under a prevailing rate plan, where no table has the rate",
        dollars,
    ),
    Field(
        "hours",
        "Hours a week",
        "whole hours, 1 to 40; fewer than 40 are part time",
        _number(FULL_TIME_HOURS),
    ),
    choice("flsa", "Fair Labor Standards Act", "nonexempt", "exempt"),
)
OF_PERSON = (
    Field("age", "Age reached in the year of pay", "whole years, such as 34", _number(100 - 1)),
    choice("retirement", "Retirement code", *RETIREMENT),
    Field(
        "fegli",
        "Life insurance code",
        "a code of two characters such as C0 (basic) or D0 (with option A); B0 where waived",
        lambda text: matched(r"[A-Z][0-9A-Z]", text.upper())[0],
    ),
)
ELECTED = tuple(field for name, field in CHANGES.items() if name not in ("grade", "step"))
FIELDS = {field.name: field for field in (*OF_POSITION, *OF_PERSON, *ELECTED)}
"""Every field by name. Pay plan, age and state are needed."""
NEEDED = ("plan", "age", "state")


@dataclass(frozen=True, slots=True)
class Terms:
    """By what a new person would be paid: the agency's rates, the pay period, and how many there are in the year."""

    rates: AgencyRates
    period: PayPeriod
    withholding_periods: int
    pay_dates: int


@dataclass(frozen=True, slots=True)
class Amount:
    """One line of the pay period in cents, and of a year of its pay dates."""

    section: Kind
    name: str
    title: str
    cents: int
    year: int | None


@dataclass(frozen=True, slots=True)
class Hired:
    """The pay of a new person as a calculated row, every line of it, and warnings about it."""

    row: Mapping[str, Any]
    lines: tuple[Amount, ...]
    warnings: tuple[Finding, ...]


def hired(asked: Mapping[str, Any], terms: Terms) -> Hired:
    """What a new person would be paid. Refused (422) by field where something is missing or could not be paid."""
    _refuse_lacking(asked)
    period = terms.period
    law = figures(period.during.start, period.pay_date)
    said = {**FIRST, **asked}
    elected = {
        name: value for name, value in asked.items() if name in CHANGES and name not in ("grade", "step")
    }
    person = _position(said, period, law)
    people = assignment_frame([person])
    worked = TimeRecord(NOBODY, "", "", period.during, tuple(_worked(period.during, said["hours"])))
    papers = Papers(
        people, time_frame([worked]), terms.rates, period, terms.withholding_periods, terms.pay_dates
    )
    rows = people_changed(people.to_dicts(), elected, {}, law)
    prepared = prepared_of(rows, people.schema, elected, papers)
    refuse(prepared.findings, asked, OF_HIRE)
    try:
        row = pay_of(facts_of(prepared.facts.row(0, named=True)))
    except NotComputedError as fault:
        refuse(fault.findings, asked, OF_HIRE)
        raise Refusal("what-if", f"This could not be paid: {fault}", status=422) from fault
    warnings = tuple(each for each in prepared.findings if each.severity == "warning")
    return Hired(row, _lines(row, terms.pay_dates), warnings)


def _refuse_lacking(asked: Mapping[str, Any]) -> None:
    lacking = tuple(
        Finding(
            "what-if-value", f"{FIELDS[name].label} is needed.", field=name, expected=FIELDS[name].expected
        )
        for name in NEEDED
        if name not in asked
    )
    if lacking:
        raise Refusal("what-if", lacking[0].words, status=422, findings=lacking)


def _position(said: Mapping[str, Any], period: PayPeriod, law: Figures) -> PayAssignment:
    base, adjusted = _rates(said, law)
    year = period.pay_date.year
    plan = said["plan"]
    return PayAssignment(
        employee=NOBODY, ssn="", given_name="", last_name="", agency="",
        born_on=date(year - said["age"], 1, 1),
        effective_on=period.during.start,
        duty_station="",
        pay_plan=plan,
        grade=said.get("grade", "00"),
        step=f"{said['step']:02d}" if _rate_kind(plan, law) == "gs" else "00",
        basic_pay=base,
        adjusted_pay=adjusted,
        pay_basis="PH" if _rate_kind(plan, law) == "hourly" else "PA",
        work_schedule="F" if said["hours"] == FULL_TIME_HOURS else "P",
        tour_hours=said["hours"],
        flsa=said["flsa"],
        retirement=said["retirement"],
        fegli=said["fegli"],
        fehb="",
        leave_since=period.during.start,
    )  # fmt: skip


def _rates(said: Mapping[str, Any], law: Figures) -> tuple[Money, Money]:
    """Base and adjusted rate: of the table where there is one, else what was said."""
    kind, pay = _rate_kind(said["plan"], law), said.get("pay")
    if kind == "gs":
        if "grade" not in said:
            raise wrong("grade", "A grade is needed under the General Schedule.", FIELDS["grade"].expected)
        base = _base(said, law)
        if pay is not None:
            return base, Money(pay)
        if not law.on_file("locality"):
            raise wrong(
                "pay", "No locality percentages are on file for this pay period.", FIELDS["pay"].expected
            )
        area = said.get("area", "")
        percents = {row.text("area"): row.rate("percent") / 100 for row in law.version("locality").rows}
        if area not in percents:
            raise wrong(
                "area", "A locality pay area is needed under the General Schedule.", FIELDS["area"].expected
            )
        return base, Money(located(base.cents, int(percents[area] * MILLION), law))
    if pay is None and kind == "executive" and said.get("grade") in LEVELS:
        pay = law.version("executive").cents(LEVELS[said["grade"]]).cents
    if pay is None:
        raise wrong(
            "pay",
            f"Pay plan {said['plan']} has no table on file to look the rate up in.",
            FIELDS["pay"].expected,
        )
    return Money(pay), Money(pay)


def _base(said: Mapping[str, Any], law: Figures) -> Money:
    for row in law.version("gs").rows:
        if (f"{row.integer('grade'):02d}", row.integer("step")) == (said["grade"], said["step"]):
            return row.cents("annual")
    words = f"GS-{said['grade']} step {said['step']} is not in the General Schedule."
    field = "grade" if said["step"] == 1 else "step"
    raise wrong(field, words, FIELDS[field].expected)


def _rate_kind(plan: str, law: Figures) -> str:
    return next(row.text("rates") for row in law.version("pay_plans").rows if row.text("plan") == plan)


def _worked(during: Period, weekly: int) -> Iterator[TimeEntry]:
    """The tour over Monday to Friday of both weeks, as evenly as hundredths allow; holidays are paid as such."""
    closed = {each.observed_on for year in {during.start.year, during.last.year} for each in holidays(year)}
    days = [during.start + timedelta(days=place) for place in range((during.end - during.start).days)]
    workdays = [day for day in days if day.weekday() < SATURDAY]
    each, left = divmod(weekly * 2 * 100, len(workdays))
    for place, day in enumerate(workdays):
        code = FIRST_CODE["holiday" if day in closed else "regular"]
        yield TimeEntry(day, code, each + (place < left))


def _lines(row: Mapping[str, Any], pay_dates: int) -> tuple[Amount, ...]:
    year = year_of(row, pay_dates)
    rules = rules_of(row)
    found = []
    for section in SECTIONS:
        for rule in in_order([rule for rule in rules.values() if rule.kind == section], section):
            cents, yearly = row.get(rule.name, 0), year.get(rule.name, 0) if year else None
            if cents or yearly if section != "total" else rule.name in (*SHOWN_TOTALS, COST):
                found.append(Amount(section, rule.name, rule.title, cents, yearly))
    return tuple(found)
