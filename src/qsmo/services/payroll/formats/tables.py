"""Our own tables of people and time, as CSV or Parquet with the same columns, which the pay rules read as they are.

Money is whole cents in columns that end in `_cents`; time is a row per person, day and code, a person's rows together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from typing import Any

import polars as pl

from qsmo.contract.documents import PayAssignment, TimeEntry, TimeRecord, Withholding
from qsmo.kernel.finding import Finding
from qsmo.kernel.money import Money
from qsmo.kernel.period import PAY_PERIOD_DAYS, Period
from qsmo.services.payroll.formats import hr_xml, time_xml
from qsmo.services.payroll.formats.federal import certificates
from qsmo.services.payroll.formats.message import Element
from qsmo.services.payroll.formats.more import MORE, taken, written
from qsmo.services.payroll.formats.reading import (
    BALANCES,
    EARLIEST,
    RECORD_ID,
    Reading,
    Seen,
    social_security_number,
    whose,
)
from qsmo.services.payroll.formats.rows import Schema, rows_of, write_rows

ASSIGNMENTS: Schema = {
    **dict.fromkeys(("employee", "ssn", "given_name", "last_name"), pl.String),
    "born_on": pl.Date,
    "agency": pl.String,
    "effective_on": pl.Date,
    **dict.fromkeys(("duty_station", "pay_plan", "grade", "step"), pl.String),
    **dict.fromkeys(("basic_pay_cents", "adjusted_pay_cents"), pl.Int64),
    **dict.fromkeys(("pay_basis", "work_schedule"), pl.String),
    "tour_hours": pl.Int64,
    **dict.fromkeys(("flsa", "retirement", "fegli", "fehb"), pl.String),
    **dict.fromkeys(("tsp_numerator", "tsp_denominator", "tsp_amount_cents"), pl.Int64),
    "tsp_roth": pl.Boolean,
    **dict.fromkeys(("form", "status"), pl.String),
    "step2_checked": pl.Boolean,
    **dict.fromkeys(("step3_cents", "step4a_cents", "step4b_cents", "extra_cents", "allowances"), pl.Int64),
    "exempt": pl.Boolean,
    **{f"ytd_{name}_cents": pl.Int64 for name in BALANCES},
}
FURTHER: Schema = dict.fromkeys(
    (*(each.name for each in MORE), *certificates.names_of(certificates.COLUMNS)), pl.String
)
"""Columns that may be left out."""
TIMES: Schema = {
    **dict.fromkeys(("employee", "ssn", "agency"), pl.String),
    **dict.fromkeys(("during_start", "during_end", "on"), pl.Date),
    "code": pl.String,
    "centihours": pl.Int64,
}
_YES = {"true": "it holds", "false": "it does not"}
_FLSA = {words: "Fair Labor Standards Act" for words in hr_xml.FLSA.values()}
_MAY_BE_EMPTY = {"fehb", *(f"ytd_{name}_cents" for name in BALANCES)}


def write_assignments_table(path: Path, assignments: Iterable[PayAssignment]) -> int:
    """Write a table of people, CSV or Parquet by the suffix; `read_assignments_table` reads it back equal."""
    return write_rows(path, ASSIGNMENTS | FURTHER, (assignment_row(person) for person in assignments))


def write_times_table(path: Path, times: Iterable[TimeRecord]) -> int:
    """Write a table of time, CSV or Parquet by the suffix; hands back the number of rows."""
    return write_rows(path, TIMES, (row for time in times for row in time_rows(time)))


def read_assignments_table(
    path: Path, *, agencies: Collection[str] = (), name: str = ""
) -> Iterator[PayAssignment | Finding]:
    """Each row as a PayAssignment or as findings (`line` is the line of a CSV, the row of a Parquet file)."""
    called = name or path.name
    seen = Seen()
    for number, row in enumerate(rows_of(path, ASSIGNMENTS, called, more=tuple(FURTHER)), start=1):
        yield from assignment_of(row, number, called, agencies, seen)


def assignment_of(
    row: Element, number: int, called: str, agencies: Collection[str], seen: Seen
) -> list[PayAssignment | Finding]:
    """One row of people as what it says, or as its findings; `number` is its place in the file."""
    reading = Reading(called, whose(row, "employee", number))
    if reading.whole_record(row):
        assignment = _assignment(reading, row, agencies, seen)
    return [*reading.findings] or [assignment]


def read_times_table(
    path: Path, *, agencies: Collection[str] = (), during: Period | None = None, name: str = ""
) -> Iterator[TimeRecord | Finding]:
    """Each run of rows of one employee as a TimeRecord, or as the findings of its rows."""
    called = name or path.name
    seen = Seen()
    rows = rows_of(path, TIMES, called)
    for number, (_, group) in enumerate(groupby(rows, employee_of), start=1):
        yield from time_of(list(group), number, called, agencies, during, seen)


def time_of(
    rows: list[Element],
    number: int,
    called: str,
    agencies: Collection[str],
    during: Period | None,
    seen: Seen,
) -> list[TimeRecord | Finding]:
    """The rows of one employee as what they say, or as their findings; `number` is the employee's place in the file."""
    reading = Reading(called, whose(rows[0], "employee", number))
    if all([reading.whole_record(row) for row in rows]):
        time = _time(reading, rows, agencies, during, seen)
    return [*reading.findings] or [time]


def employee_of(row: Element) -> str:
    """The employee number of a row, as it stands there."""
    return row.attributes.get("employee", "")


def assignment_row(person: PayAssignment) -> dict[str, Any]:
    """An assignment as the row of a table."""
    form = person.withholding
    plain = {
        name: getattr(person, name) for name in ASSIGNMENTS if name in PayAssignment.__dataclass_fields__
    }
    return plain | {
        "basic_pay_cents": person.basic_pay.cents,
        "adjusted_pay_cents": person.adjusted_pay.cents,
        "tsp_numerator": person.tsp_percent.numerator,
        "tsp_denominator": person.tsp_percent.denominator,
        "tsp_amount_cents": person.tsp_amount.cents,
        "form": form.form,
        "status": form.status,
        "step2_checked": form.step2_checked,
        "step3_cents": form.step3.cents,
        "step4a_cents": form.step4a.cents,
        "step4b_cents": form.step4b.cents,
        "extra_cents": form.extra.cents,
        "allowances": form.allowances,
        "exempt": form.exempt,
        **{f"ytd_{name}_cents": dict(person.year_to_date).get(name) for name in BALANCES},
        **written(person),
        **certificates.written(person, certificates.COLUMNS),
    }


def time_rows(time: TimeRecord) -> Iterator[dict[str, Any]]:
    """A time record as the rows of a table."""
    for entry in time.entries:
        yield {
            "employee": time.employee,
            "ssn": time.ssn,
            "agency": time.agency,
            "during_start": time.during.start,
            "during_end": time.during.end,
            "on": entry.on,
            "code": entry.code,
            "centihours": entry.centihours,
        }


def _assignment(reading: Reading, row: Element, agencies: Collection[str], seen: Seen) -> PayAssignment:
    employee = reading.text(
        row, "employee", RECORD_ID, "an employee number of up to 20 characters", code="id-wrong"
    )
    begins = row.attributes.get("effective_on", "")
    seen.check(
        reading,
        row,
        "employee",
        employee and f"{employee} from {begins}",
        code="employee-twice",
        words="This employee number with this effective date",
    )
    plan = reading.text(row, "pay_plan", hr_xml.PAY_PLAN, "a pay plan such as GS", code="pay-plan-wrong")
    station = "a duty station of nine characters"
    basic, adjusted = (Money(reading.cents(row, name)) for name in ("basic_pay_cents", "adjusted_pay_cents"))
    if not reading.findings and not Money(0) < basic <= adjusted:
        words = f"Basic pay {basic} and adjusted pay {adjusted} do not fit together."
        reading.wrong("pay-sum-wrong", words, row.line, "adjusted_pay_cents", "0 < basic pay <= adjusted pay")
    ssn = social_security_number(reading, row, seen, "ssn")
    if not reading.findings:
        seen.belongs(reading, row, "employee", employee, ssn)
    return PayAssignment(
        employee=employee,
        ssn=ssn,
        given_name=reading.name(row, "given_name"),
        last_name=reading.name(row, "last_name"),
        born_on=reading.day(row, "born_on"),
        agency=reading.agency(row, "agency", agencies),
        effective_on=reading.day(row, "effective_on"),
        duty_station=reading.text(
            row, "duty_station", hr_xml.DUTY_STATION, station, code="duty-station-wrong"
        ),
        pay_plan=plan,
        grade=hr_xml.of_plan(reading, row, "grade", hr_xml.GS_GRADES, plan),
        step=hr_xml.of_plan(reading, row, "step", hr_xml.GS_STEPS, plan),
        basic_pay=basic,
        adjusted_pay=adjusted,
        pay_basis=reading.one_of(row, "pay_basis", hr_xml.PAY_BASIS),
        work_schedule=reading.one_of(row, "work_schedule", hr_xml.SCHEDULES),
        tour_hours=reading.whole(row, "tour_hours", low=0, high=80),
        flsa=reading.one_of(row, "flsa", _FLSA),
        retirement=reading.one_of(row, "retirement", hr_xml.RETIREMENT),
        fegli=reading.text(
            row, "fegli", hr_xml.FEGLI, "a life insurance code such as C0", code="fegli-wrong"
        ),
        fehb=_health(reading, row),
        tsp_percent=_percent(reading, row),
        tsp_amount=Money(reading.cents(row, "tsp_amount_cents")),
        tsp_roth=_yes(reading, row, "tsp_roth"),
        withholding=_withholding(reading, row),
        state=certificates.of_state(reading, row, certificates.COLUMNS),
        year_to_date=tuple(
            (name, reading.cents(row, f"ytd_{name}_cents"))
            for name in BALANCES
            if row.attributes.get(f"ytd_{name}_cents")
        ),
        **taken(reading, row),
    )


def _health(reading: Reading, row: Element) -> str:
    if row.attributes.get("fehb") == "":
        return ""
    return reading.text(
        row, "fehb", hr_xml.FEHB, "a plan code of three characters, or empty", code="fehb-wrong"
    )


def _percent(reading: Reading, row: Element) -> Fraction:
    above, below = reading.whole(row, "tsp_numerator"), reading.whole(row, "tsp_denominator", low=1)
    if above > below:
        words = f"The savings plan rate {above}/{below} is over 100 percent."
        reading.wrong("number-wrong", words, row.line, "tsp_numerator", "at most tsp_denominator")
    return Fraction(above, below)


def _withholding(reading: Reading, row: Element) -> Withholding:
    form = reading.one_of(row, "form", dict.fromkeys(hr_xml.FORMS, "form of"))
    status = reading.one_of(row, "status", dict.fromkeys(hr_xml.STATUSES, "status"))
    step3, step4a, step4b, extra = (
        Money(reading.cents(row, f"{name}_cents")) for name in ("step3", "step4a", "step4b", "extra")
    )
    stated = Withholding(
        form=hr_xml.FORMS[form],
        status=hr_xml.STATUSES[status],
        step2_checked=_yes(reading, row, "step2_checked"),
        step3=step3,
        step4a=step4a,
        step4b=step4b,
        extra=extra,
        allowances=reading.whole(row, "allowances", high=99),
        exempt=_yes(reading, row, "exempt"),
        **certificates.of_form(reading, row, certificates.COLUMNS),
    )
    hr_xml.unmixed(reading, row, "form", stated)
    return stated


def _time(
    reading: Reading, rows: list[Element], agencies: Collection[str], during: Period | None, seen: Seen
) -> TimeRecord:
    first = rows[0]
    employee = reading.text(first, "employee", RECORD_ID, "an employee number", code="id-wrong")
    seen.check(reading, first, "employee", employee, code="employee-twice", words="This employee number")
    ssn = social_security_number(reading, first, seen, "ssn")
    agency = reading.agency(first, "agency", agencies)
    actual = _period(reading, first, during)
    same = ("ssn", "agency", "during_start", "during_end")
    entries = []
    for row in rows:
        for name in same:
            if row.attributes[name] != first.attributes[name]:
                words = f"{name} differs within the rows of one employee."
                reading.wrong("rows-differ", words, row.line, name, f"the same {name} in each of the rows")
        entries.append(_entry(reading, row, actual))
    time_xml.doubles(reading, first, entries, rows)
    worked = tuple(entry for entry in entries if entry.centihours)
    return TimeRecord(employee=employee, ssn=ssn, agency=agency, during=actual, entries=worked)


def _period(reading: Reading, row: Element, during: Period | None) -> Period:
    start, end = reading.day(row, "during_start"), reading.day(row, "during_end")
    fallback = during or Period(EARLIEST, EARLIEST + timedelta(days=PAY_PERIOD_DAYS))
    if reading.findings:
        return fallback
    if (end - start).days != PAY_PERIOD_DAYS or start.weekday() != time_xml.SUNDAY:
        words = f"The time runs from {start} up to {end}."
        reading.wrong(
            "period-wrong", words, row.line, "during_end", "14 days from a Sunday on; the end is not part"
        )
    elif during is not None and Period(start, end) != during:
        words = f"The time is for {start} up to {end}, another pay period than the one being paid."
        reading.wrong("period-other", words, row.line, "during_start", f"{during.start} up to {during.end}")
    else:
        return Period(start, end)
    return fallback


def _entry(reading: Reading, row: Element, during: Period) -> TimeEntry:
    on = reading.day(row, "on")
    if not reading.findings and on not in during:
        words = f"The day {on} is not in the pay period."
        reading.wrong("day-outside", words, row.line, "on", f"a day from {during.start} to {during.last}")
    hours = reading.whole(row, "centihours", high=time_xml.DAY_CENTIHOURS)
    return TimeEntry(on=on, code=reading.one_of(row, "code", time_xml.CODES), centihours=hours)


def _yes(reading: Reading, row: Element, name: str) -> bool:
    return reading.one_of(row, name, _YES) == "true"
