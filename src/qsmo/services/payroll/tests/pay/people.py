"""One employee and one pay period of time for tests: plain, complete, and right; a test changes what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from qsmo.contract.documents import PayAssignment, TimeEntry, TimeRecord
from qsmo.kernel.money import Money
from qsmo.services.payroll.rules import AgencyRates, FehbRate, Prepared, RetirementRate, prepare
from qsmo.services.payroll.tests.pay.random_people import FIRST

RATES = AgencyRates(
    fehb={"111": FehbRate(Money.parse("400.00"), "self_only", "the agency's rate list of 2026")},
    retirement={"KF": RetirementRate(Fraction(165, 1000), "a notice that the test invents")},
)

ANALYST = PayAssignment(
    employee="00000001",
    ssn="900000001",
    given_name="Ana",
    last_name="Example",
    born_on=date(1980, 5, 5),
    agency="GS28",
    effective_on=date(2025, 6, 1),
    duty_station="531960033",
    pay_plan="GS",
    grade="12",
    step="05",
    basic_pay=Money.parse("86659"),
    adjusted_pay=Money.parse("114017"),
    pay_basis="PA",
    work_schedule="F",
    tour_hours=40,
    flsa="exempt",
    retirement="KF",
    fegli="C0",
    fehb="111",
    tsp_percent=Fraction(5, 100),
)


def day(number: int) -> date:
    """A day of the pay period that begins on Sunday 11 January 2026, counted from 1."""
    return FIRST.during.start + timedelta(days=number - 1)


def entry(number: int, code: str, hours: str) -> TimeEntry:
    """Hours of a time code on a day of the pay period."""
    return TimeEntry(day(number), code, int(Fraction(hours) * 100))


def time_of(employee: str, changes: Mapping[int, Iterable[tuple[str, str]]] | None = None) -> TimeRecord:
    """Ten days of eight hours, the second Monday a holiday; `changes` puts other (code, hours) on a day."""
    days: dict[int, list[tuple[str, str]]] = {
        number: [("1037", "8")] for number in (2, 3, 4, 5, 6, 10, 11, 12, 13)
    }
    days[9] = [("816", "8")]
    days |= {number: list(entries) for number, entries in (changes or {}).items()}
    entries = tuple(entry(number, code, hours) for number in sorted(days) for code, hours in days[number])
    return TimeRecord(employee=employee, ssn="900000001", agency="GS28", during=FIRST.during, entries=entries)


def prepared(
    changes: Mapping[str, Any] | None = None,
    time: Mapping[int, Iterable[tuple[str, str]]] | None = None,
    rates: AgencyRates = RATES,
) -> Prepared:
    """The analyst with changes, prepared for the first pay period of the 2026 rates, beside a colleague without."""
    changed = replace(ANALYST, **(changes or {}))
    colleague = replace(ANALYST, employee="00000002", ssn="900000002")
    times = [time_of(changed.employee, time), time_of(colleague.employee)]
    return prepare([changed, colleague], times, rates, FIRST)
