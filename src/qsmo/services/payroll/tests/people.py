"""People and time for the tests of files: invented, with numbers that are nobody's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from qsmo.contract.documents import PayAssignment, TimeEntry, TimeRecord, Withholding
from qsmo.kernel.finding import Finding
from qsmo.kernel.money import Money
from qsmo.kernel.period import Period
from qsmo.services.payroll.formats.hr_xml import write_assignments
from qsmo.services.payroll.formats.time_xml import write_times

AT = datetime(2026, 3, 24, 9, 30, tzinfo=UTC)
DURING = Period(date(2026, 3, 8), date(2026, 3, 22))

ANA = PayAssignment(
    employee="00000001",
    ssn="900000001",
    given_name="Ana & José",
    last_name='O"Neil <i>',
    born_on=date(1990, 12, 5),
    agency="GS28",
    effective_on=date(2021, 1, 31),
    duty_station="480000201",
    pay_plan="GS",
    grade="09",
    step="03",
    basic_pay=Money(5624300),
    adjusted_pay=Money(7592800),
    pay_basis="PA",
    work_schedule="F",
    tour_hours=40,
    flsa="nonexempt",
    retirement="KF",
    fegli="C0",
    fehb="ZA1",
    tsp_percent=Fraction(5, 100),
)
BEN = replace(
    ANA,
    employee="00000002",
    ssn="900000002",
    flsa="exempt",
    fehb="",
    tsp_percent=Fraction(0),
    tsp_amount=Money(12345),
    tsp_roth=True,
    withholding=Withholding(
        status="head",
        step2_checked=True,
        step3=Money(220000),
        step4a=Money(50),
        step4b=Money(7),
        extra=Money(2500),
    ),
    year_to_date=(("oasdi_wages", 1234567), ("oasdi", 76543)),
)
CAY = replace(
    ANA,
    employee="00000003",
    ssn="900000003",
    pay_basis="PH",
    pay_plan="WG",
    grade="II",
    step="00",
    basic_pay=Money(1862),
    adjusted_pay=Money(1862),
    tsp_roth=True,
    withholding=Withholding(form="2019", status="married", allowances=3, exempt=True),
)
PEOPLE = (ANA, BEN, CAY)


def time_of(person: PayAssignment) -> TimeRecord:
    """Two weeks of eight hours from Monday to Friday, with an hour and a quarter of overtime on the first day."""
    days = [DURING.start + timedelta(days=place) for place in (1, 2, 3, 4, 5, 8, 9, 10, 11, 12)]
    entries = [TimeEntry(day, "1037", 800) for day in days]
    entries.append(TimeEntry(days[0], "1002", 125))
    return TimeRecord(person.employee, person.ssn, person.agency, DURING, tuple(entries))


TIMES = tuple(time_of(person) for person in PEOPLE)


def hr_file(folder: Path, people: tuple[PayAssignment, ...] = PEOPLE) -> Path:
    """A valid HR message."""
    write_assignments(folder / "hr.xml", people, at=AT)
    return folder / "hr.xml"


def time_file(folder: Path, times: tuple[TimeRecord, ...] = TIMES) -> Path:
    """A valid time message."""
    write_times(folder / "time.xml", times, at=AT)
    return folder / "time.xml"


def edited(path: Path, old: str, new: str, count: int = 1) -> Path:
    """The file with the first occurrences of some text replaced; the text must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), encoding="utf-8")
    return path


def apart(items: Iterable[object]) -> tuple[list[Any], list[Finding]]:
    """What could be read, and what could not."""
    read: list[Any] = []
    findings: list[Finding] = []
    for item in items:
        if isinstance(item, Finding):
            findings.append(item)
        else:
            read.append(item)
    return read, findings
