"""Holidays, observance and working days, against the statute's dates and the published list."""

import csv
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qsmo.kernel.calendar import (
    add_workdays,
    closures_by_order,
    holidays,
    in_lieu_day,
    is_workday,
    on_or_after_workday,
    on_or_before_workday,
)
from qsmo.kernel.law import LawGap

days = st.dates(date(1987, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize("year", ["2025", "2026", "2027"])
def test_the_holidays_of_the_published_list_are_found(reference, year):
    with (reference / "payroll" / "holidays.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["year"] == year]
    published = [(row["legal_date"], row["observed_monday_friday"]) for row in rows]
    found = holidays(int(year), washington=True)
    assert sorted((str(day.legal_on), str(day.observed_on)) for day in found) == sorted(published)


def test_the_holidays_of_2026_are_eleven_and_independence_day_is_kept_on_friday():
    found = {holiday.name: (holiday.legal_on, holiday.observed_on) for holiday in holidays(2026)}
    assert len(found) == 11
    assert found["Independence Day"] == (date(2026, 7, 4), date(2026, 7, 3))
    assert found["Memorial Day"] == (date(2026, 5, 25), date(2026, 5, 25))
    assert found["Thanksgiving Day"] == (date(2026, 11, 26), date(2026, 11, 26))


def test_a_sunday_holiday_is_kept_on_monday():
    observed = {holiday.name: holiday.observed_on for holiday in holidays(2027)}
    assert observed["Independence Day"] == date(2027, 7, 5)
    assert observed["Christmas Day"] == date(2027, 12, 24)


def test_inauguration_day_counts_in_washington_every_fourth_year():
    def inauguration(year, *, washington):
        found = holidays(year, washington=washington)
        return [day.observed_on for day in found if day.name == "Inauguration Day"]

    assert inauguration(2025, washington=True) == [date(2025, 1, 20)]
    assert inauguration(2025, washington=False) == []
    assert inauguration(2026, washington=True) == []
    assert inauguration(2013, washington=True) == [date(2013, 1, 21)]  # 20 January was a Sunday
    assert inauguration(2029, washington=True) == [date(2029, 1, 20)]  # a Saturday: no other day is given


def test_juneteenth_is_a_holiday_from_2021():
    names = "Juneteenth National Independence Day"
    assert names not in {holiday.name for holiday in holidays(2020)}
    assert names in {holiday.name for holiday in holidays(2021)}


def test_years_before_the_table_are_refused_not_guessed():
    with pytest.raises(LawGap, match="1985"):
        holidays(1985)


def test_a_tour_without_sunday_and_monday_gets_the_saturday_before_a_monday_holiday():
    """OPM's illustration of December 2001: Monday 24 December, closed by executive order."""
    assert in_lieu_day(date(2001, 12, 24), {"Sunday", "Monday"}) == date(2001, 12, 22)


@pytest.mark.parametrize(
    ("holiday", "days_off", "sunday", "in_lieu"),
    [
        (date(2026, 7, 4), {"Saturday", "Sunday"}, "Sunday", date(2026, 7, 3)),
        (date(2027, 7, 4), {"Saturday", "Sunday"}, "Sunday", date(2027, 7, 5)),
        (date(2026, 11, 26), {"Saturday", "Sunday"}, "Sunday", date(2026, 11, 26)),
        (date(2026, 11, 26), {"Wednesday", "Thursday"}, "Thursday", date(2026, 11, 27)),
        (date(2026, 11, 26), {"Wednesday", "Thursday"}, "Wednesday", date(2026, 11, 24)),
    ],
)
def test_a_holiday_on_a_day_off_moves_as_the_tour_says(holiday, days_off, sunday, in_lieu):
    assert in_lieu_day(holiday, days_off, sunday=sunday) == in_lieu


def test_offices_are_shut_on_weekends_holidays_and_closures():
    assert is_workday(date(2026, 7, 2))
    assert not is_workday(date(2026, 7, 3))  # Independence Day observed
    assert not is_workday(date(2026, 7, 4))
    assert not is_workday(date(2021, 12, 31))  # New Year's Day 2022, observed in the year before
    assert not is_workday(date(2001, 12, 24))  # by executive order
    assert not is_workday(date(2026, 7, 6), closures={date(2026, 7, 6)})
    assert is_workday(date(2025, 1, 21))
    assert date(2001, 12, 24) in closures_by_order()


def test_inauguration_day_shuts_offices_in_washington_only():
    """In 2025 it fell on another holiday; in 2021 it was a Wednesday of its own."""
    assert is_workday(date(2021, 1, 20))
    assert not is_workday(date(2021, 1, 20), washington=True)


def test_workdays_are_counted_over_a_long_weekend():
    thursday = date(2026, 7, 2)
    monday = date(2026, 7, 6)
    assert add_workdays(thursday, 1) == monday
    assert add_workdays(monday, -1) == thursday
    assert add_workdays(thursday, 0) == thursday
    assert add_workdays(thursday, 1, closures={monday}) == date(2026, 7, 7)
    assert on_or_before_workday(date(2026, 7, 5)) == thursday
    assert on_or_after_workday(date(2026, 7, 3)) == monday
    assert on_or_before_workday(thursday) == on_or_after_workday(thursday) == thursday


@given(day=days, count=st.integers(1, 60))
def test_as_many_workdays_back_as_forth(day, count):
    start = on_or_before_workday(day)
    there = add_workdays(start, count)
    assert add_workdays(there, -count) == start
    between = [start + timedelta(days=step) for step in range(1, (there - start).days + 1)]
    assert sum(map(is_workday, between)) == count


@given(day=days)
def test_a_workday_before_and_after_enclose_the_day(day):
    assert on_or_before_workday(day) <= day <= on_or_after_workday(day)
    assert is_workday(on_or_before_workday(day))
    assert is_workday(on_or_after_workday(day))
