"""Invented people for demonstrations and tests: a seeded agency of General Schedule employees with a pay period's time.

Everything about them is made up and says so: names of plants and stones, social security numbers that begin with 9
(never issued), health plans that do not exist. Pay is that of the law tables, so that all of them can be paid.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TypeVar

from qsmo.contract.documents import PayAssignment, TimeEntry, TimeRecord, Withholding
from qsmo.kernel.calendar import WEEKDAYS, holidays, in_lieu_day
from qsmo.kernel.law import register
from qsmo.kernel.money import Money
from qsmo.kernel.period import Period
from qsmo.services.payroll.formats import hr_xml, rates, time_xml
from qsmo.services.payroll.formats.sample.damage import Damaged, damage
from qsmo.services.payroll.formats.sample.words import (
    ELECTIONS,
    FAMILY_NAMES,
    GIVEN_NAMES,
    GRADES,
    PLANS,
    STATIONS,
    STEPS,
    TOURS,
)

Choice = TypeVar("Choice")

AGENCY = "ZZ00"
"""A sub-element code that no agency has."""
PERIOD = Period(date(2026, 2, 8), date(2026, 2, 22))
"""A pay period with a holiday in it."""
LAW = register(Path(__file__).parents[2] / "law")
_DAY = 800
_REGULAR, _HOLIDAY, _WORKED, _OVERTIME, _NIGHT, _SUNDAY = "1037", "816", "861", "1002", "838", "1047"
_ANNUAL, _SICK, _UNPAID = "876", "961", "940"


@dataclass(frozen=True, slots=True)
class SampleFiles:
    """What was written: the HR and time messages, the agency's rate list, and what was damaged on purpose."""

    hr: Path
    time: Path
    rates: Path
    people: int
    damaged: tuple[Damaged, ...]


def write_sample(
    folder: Path,
    count: int,
    *,
    seed: int,
    during: Period = PERIOD,
    agency: str = AGENCY,
    damaged: bool = True,
) -> SampleFiles:
    """Write `hr.xml`, `time.xml` and `rates.csv` for so many people; the same seed writes the same bytes.

    With `damaged`, twelve records (of twelve people) are then damaged in twelve ways; that takes 50 people or more.
    """
    folder.mkdir(parents=True, exist_ok=True)
    at = datetime.combine(during.end, time(6), tzinfo=UTC)
    people = list(generate(count, seed=seed, during=during, agency=agency))
    hr, clock = folder / "hr.xml", folder / "time.xml"
    hr_xml.write_assignments(hr, (person for person, _ in people), at=at)
    time_xml.write_times(clock, (worked for _, worked in people), at=at)
    write_sample_rates(folder / "rates.csv", during.start)
    done = damage(hr, clock, seed=seed) if damaged else ()
    return SampleFiles(hr, clock, folder / "rates.csv", count, done)


def generate(
    count: int, *, seed: int, during: Period = PERIOD, agency: str = AGENCY
) -> Iterator[tuple[PayAssignment, TimeRecord]]:
    """So many people, each with time for the pay period; the same seed gives the same people."""
    chance = random.Random(seed)  # noqa: S311 - the same people for the same seed, nothing secret
    for number in range(1, count + 1):
        person = _person(chance, number, during, agency)
        yield person, _time(chance, person, during)


def write_sample_rates(path: Path, effective_on: date) -> None:
    """The rate list that goes with the sample; its sources say what is invented and what the agency stands for."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(rates.COLUMNS)
        for code, tier, premium in PLANS:
            source = "invented for the sample: no such plan exists"
            writer.writerow(("fehb", code, tier, effective_on, premium, "", source))
        for code, percent in (("K", "18.4"), ("KR", "16.5"), ("KF", "16.5")):
            source = (
                "supplied by the agency: figure of OPM's notice for FY2024-25, not yet confirmed for FY2026"
            )
            writer.writerow(("retirement", code, "", effective_on, "", percent, source))


def _person(chance: random.Random, number: int, during: Period, agency: str) -> PayAssignment:
    grade, step = _one(chance, GRADES), _one(chance, STEPS)
    station, area = chance.choice(STATIONS)
    basic = _base(grade, step, during.start)
    hired_on = _day_between(chance, date(1998, 1, 4), during.start - timedelta(days=30))
    exempt = grade > 11 or (grade > 8 and chance.random() < 0.5)
    percent, amount = _one(chance, ELECTIONS)
    plan = "" if chance.random() < 0.12 else chance.choice(PLANS)[0]
    return PayAssignment(
        employee=f"{number:08d}",
        ssn=f"9{number:08d}",
        given_name=chance.choice(GIVEN_NAMES),
        last_name=chance.choice(FAMILY_NAMES),
        born_on=hired_on - timedelta(days=chance.randrange(20 * 365, 45 * 365)),
        agency=agency,
        effective_on=hired_on,
        duty_station=station,
        pay_plan="GS",
        grade=f"{grade:02d}",
        step=f"{step:02d}",
        basic_pay=basic,
        adjusted_pay=_with_locality(basic, area, during.start),
        pay_basis="PA",
        work_schedule="F",
        tour_hours=40,
        flsa="exempt" if exempt else "nonexempt",
        retirement=_retirement(hired_on),
        fegli=_one(chance, {"C0": 82, "B0": 12, "A0": 6}),
        fehb=plan,
        tsp_percent=Fraction(percent, 100),
        tsp_amount=Money(amount * 100),
        tsp_roth=bool(percent or amount) and chance.random() < 0.25,
        withholding=_withholding(chance, during.start),
        leave_since=hired_on,
    )


@cache
def _base(grade: int, step: int, on: date) -> Money:
    return LAW["gs"].at(on=on).row(grade=grade, step=step).cents("annual")


@cache
def _with_locality(basic: Money, area: str, on: date) -> Money:
    """Base with the area's percentage, to the dollar, not above level IV (5 U.S.C. 5304(g))."""
    percent = LAW["locality"].at(on=on).row(area=area).rate("percent")
    dollars = Money(basic.cents // 100).times(1 + percent / 100).cents
    return min(Money(dollars * 100), LAW["executive"].at(on=on).cents("level_iv"))


def _retirement(hired_on: date) -> str:
    """FERS by the year of hire: 2013 revised, from 2014 on further revised (5 U.S.C. 8401(37), 8422(a)(3))."""
    if hired_on.year < 2013:
        return "K"
    return "KR" if hired_on.year == 2013 else "KF"


def _withholding(chance: random.Random, on: date) -> Withholding:
    exempt = chance.random() < 0.01
    extra = Money(chance.choice((0, 0, 0, 0, 0, 0, 0, 25, 50, 100)) * 100)
    if chance.random() < 0.15:
        return Withholding(
            form="2019",
            status="married" if chance.random() < 0.5 else "single",
            allowances=chance.randrange(0, 6),
            extra=extra,
            exempt=exempt,
        )
    status = _one(chance, {"single": 50, "married": 40, "head": 10})
    return Withholding(
        status=hr_xml.STATUSES[status],
        step2_checked=chance.random() < 0.15,
        step3=Money(chance.choice((0, 0, 0, 500, 2200, 4400)) * 100),
        step4a=Money(chance.choice((0,) * 19 + (1200,)) * 100),
        step4b=Money(chance.choice((0,) * 19 + (3000,)) * 100),
        extra=extra,
        exempt=exempt,
        signed_on=on.replace(month=1, day=2) if exempt else None,
    )


def _time(chance: random.Random, person: PayAssignment, during: Period) -> TimeRecord:
    tour = _one(chance, TOURS)
    days_off = [name for name in WEEKDAYS if name not in tour]
    workdays = [day for day in during if WEEKDAYS[day.weekday()] in tour]
    closed = _holidays(during, tuple(days_off))
    codes = dict.fromkeys(workdays, _REGULAR) | dict.fromkeys(closed, _HOLIDAY)
    if closed and chance.random() < 0.03:
        codes |= dict.fromkeys(closed, _WORKED)
    kind = _one(chance, {"": 58, "overtime": 22, "night": 6, _ANNUAL: 8, _SICK: 5, _UNPAID: 1})
    if kind in (_ANNUAL, _SICK, _UNPAID):
        free = [day for day in workdays if codes[day] == _REGULAR]
        codes |= dict.fromkeys(chance.sample(free, chance.choice((1, 1, 2, 3))), kind)
    entries = [TimeEntry(day, code, _DAY) for day, code in codes.items()]
    for day, code in codes.items():
        if WEEKDAYS[day.weekday()] == "Sunday" and code == _REGULAR:
            entries.append(TimeEntry(day, _SUNDAY, _DAY))
        if kind == "night" and code == _REGULAR:
            entries.append(TimeEntry(day, _NIGHT, chance.choice((200, 300, 800))))
    if kind == "overtime":
        worked = [day for day, code in codes.items() if code == _REGULAR]
        for day in sorted(chance.sample(worked, chance.randrange(1, 5))):
            entries.append(TimeEntry(day, _OVERTIME, 25 * chance.randrange(4, 17)))
    return TimeRecord(person.employee, person.ssn, person.agency, during, tuple(entries))


@cache
def _holidays(during: Period, days_off: tuple[str, ...]) -> list[date]:
    years = {during.start.year, during.last.year, during.last.year + 1}
    legal = [holiday.legal_on for year in sorted(years) for holiday in holidays(year)]
    return [day for day in (in_lieu_day(day, days_off) for day in legal) if day in during]


def _day_between(chance: random.Random, first: date, last: date) -> date:
    return first + timedelta(days=chance.randrange((last - first).days + 1))


def _one(chance: random.Random, weights: Mapping[Choice, int]) -> Choice:
    return chance.choices(list(weights), list(weights.values()))[0]
