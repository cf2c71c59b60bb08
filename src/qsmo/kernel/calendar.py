"""Federal working days: the legal holidays of 5 U.S.C. 6103, their observance, and closures by order."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from qsmo.kernel.law import Row, register

LAW = register(Path(__file__).parent / "law")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SATURDAY, SUNDAY = 5, 6
_ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Holiday:
    """One holiday of one year: the legal day, and the day observed by those who work Monday to Friday."""

    name: str
    legal_on: date
    observed_on: date


@cache
def holidays(year: int, *, washington: bool = False) -> tuple[Holiday, ...]:
    """The legal holidays of a calendar year, in order.

    Inauguration Day counts only in the Washington area (5 U.S.C. 6103(c)) and is not moved: when 20 January is a
    Sunday the ceremony and the holiday fall on Monday, when it is a Saturday nobody is given another day.
    """
    version = LAW["holidays"].at(on=date(year, 12, 31))
    found = []
    for row in version.rows:
        if row.cells["every"] and year % row.integer("every") != row.integer("remainder"):
            continue
        if row.cells["area"] and not washington:
            continue
        legal = _legal_day(row, year)
        observed = _observed(legal)
        if row.cells["area"] and legal.weekday() == SATURDAY:
            observed = legal
        found.append(Holiday(row.text("name"), legal, observed))
    return tuple(sorted(found, key=lambda holiday: holiday.legal_on))


def in_lieu_day(holiday: date, days_off: Collection[str], *, sunday: str = "Sunday") -> date:
    """The day off in lieu when a holiday falls on a day off of another tour (5 U.S.C. 6103(b), E.O. 11582).

    `days_off` names the weekdays without work. A holiday on one of them moves to the workday before; on the day off
    that stands for Sunday (`sunday`) it moves to the next workday.
    """
    step = _ONE if WEEKDAYS[holiday.weekday()] == sunday else -_ONE
    day = holiday
    while WEEKDAYS[day.weekday()] in days_off:
        day += step
    return day


def is_workday(day: date, *, washington: bool = False, closures: Collection[date] = ()) -> bool:
    """Whether offices that work Monday to Friday are open: no weekend, holiday, closure by order or extra closure."""
    if day.weekday() in (SATURDAY, SUNDAY) or day in closures or day in closures_by_order():
        return False
    years = (day.year, day.year + 1)
    return all(
        day != holiday.observed_on for year in years for holiday in holidays(year, washington=washington)
    )


@cache
def closures_by_order() -> dict[date, str]:
    """Days closed by executive order, with why."""
    versions = LAW["closures"].versions
    return {date.fromisoformat(day): why for version in versions for day, why in version.values.cells.items()}


def on_or_before_workday(day: date, *, closures: Collection[date] = ()) -> date:
    """The day itself if it is a workday, else the last workday before it."""
    while not is_workday(day, closures=closures):
        day -= _ONE
    return day


def on_or_after_workday(day: date, *, closures: Collection[date] = ()) -> date:
    """The day itself if it is a workday, else the next one."""
    while not is_workday(day, closures=closures):
        day += _ONE
    return day


def add_workdays(day: date, count: int, *, closures: Collection[date] = ()) -> date:
    """The workday `count` workdays after a day (before it, when negative); the day itself is not counted."""
    step = _ONE if count >= 0 else -_ONE
    left = abs(count)
    while left:
        day += step
        left -= is_workday(day, closures=closures)
    return day


def _legal_day(row: Row, year: int) -> date:
    month = row.integer("month")
    if row.cells["day"]:
        return date(year, month, row.integer("day"))
    weekday, occurrence = WEEKDAYS.index(row.text("weekday")), row.integer("occurrence")
    if occurrence > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (occurrence - 1))
    last = date(year + month // 12, month % 12 + 1, 1) - _ONE
    return last - timedelta(days=(last.weekday() - weekday) % 7)


def _observed(day: date) -> date:
    if day.weekday() == SATURDAY:
        return day - _ONE
    return day + _ONE if day.weekday() == SUNDAY else day
