"""The pay periods that a replay runs through, from the table of the cycle: never from the names of files."""

from __future__ import annotations

from datetime import date, timedelta

from qsmo.kernel.finding import Refusal
from qsmo.kernel.law import LawGap, register
from qsmo.kernel.period import PAY_PERIOD_DAYS, PayCalendar, PayPeriod
from qsmo.services.payroll.rules.rule import LAW


def calendar_on(day: date) -> PayCalendar:
    """The calendar that holds on a day; LawGap where none is on file."""
    values = register(LAW)["pay_calendar"].at(on=day).values
    return PayCalendar(date.fromisoformat(values.text("anchor")), values.integer("days_to_pay"))


def tax_year(day: date) -> int:
    """The year in which the pay period of a day is paid; where no calendar is on file, the year of the day."""
    try:
        return calendar_on(day).period_of(day).tax_year
    except LawGap:
        return day.year


def pay_periods(first: date, last: date) -> list[PayPeriod]:
    """The pay periods that hold the days from the first to the last."""
    found: list[PayPeriod] = []
    day = first
    while day <= last:
        found.append(calendar_on(day).period_of(day))
        day = found[-1].during.end
    return found


def through(label: str, first: date) -> date:
    """The last day of a pay period written as `2021-08`; refused where the calendar of that year has none such."""
    year = label.partition("-")[0]
    try:
        calendar = calendar_on(date(int(year), first.month, 1))
    except (ValueError, LawGap):
        words = f"“{label}” is not a pay period of a year whose calendar is on file; write it as 2021-08"
        raise Refusal("pay-period-form", words, status=422) from None
    return calendar.of_label(label).during.last


def begins(day: date) -> date:
    """The first day of the first pay period that begins on a day or after it."""
    during = calendar_on(day).period_of(day).during
    return day if during.start == day else during.start + timedelta(days=PAY_PERIOD_DAYS)
