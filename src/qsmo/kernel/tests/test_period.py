"""Half-open periods and biweekly pay periods: known calendars, and properties of splitting."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qsmo.kernel.finding import Refusal
from qsmo.kernel.period import PayCalendar, Period

# Two-week periods that start on a Sunday and are paid six days after they end, as the General Services
# Administration's 2026 payroll calendar has them: first pay date 2 January 2026.
STANDARD = PayCalendar(anchor=date(2026, 1, 11), pay_lag_days=6)

days = st.dates(date(1990, 1, 1), date(2060, 12, 31))
periods = st.builds(lambda start, length: Period(start, start + timedelta(length)), days, st.integers(1, 800))


def test_a_period_holds_its_first_day_and_not_its_end():
    period = Period(date(2026, 3, 8), date(2026, 3, 22))
    assert period.days == 14
    assert period.last == date(2026, 3, 21)
    assert date(2026, 3, 8) in period
    assert date(2026, 3, 21) in period
    assert date(2026, 3, 22) not in period
    assert "2026-03-08" not in period
    assert list(period)[:2] == [date(2026, 3, 8), date(2026, 3, 9)]
    assert len(list(period)) == 14


def test_a_period_reads_back_what_it_writes():
    assert Period.parse("2026-03-08/2026-03-22") == Period(date(2026, 3, 8), date(2026, 3, 22))
    assert str(Period.parse("2026-03-08/2026-03-22")) == "2026-03-08/2026-03-22"


@pytest.mark.parametrize("text", ["", "2026-03-08", "2026-03-08/2026-02-30", "a/b", "2026-01-01/2026-02-01/"])
def test_what_is_not_a_period_is_refused_with_words(text):
    with pytest.raises(Refusal) as refused:
        Period.parse(text)
    assert (refused.value.code, refused.value.status) == ("period-form", 422)


@pytest.mark.parametrize("end", [date(2026, 3, 8), date(2026, 3, 7)])
def test_an_empty_or_backward_period_is_refused(end):
    with pytest.raises(Refusal) as refused:
        Period(date(2026, 3, 8), end)
    assert refused.value.code == "period-empty"


def test_months_end_where_the_next_one_starts():
    assert Period.month(2026, 2) == Period(date(2026, 2, 1), date(2026, 3, 1))
    assert Period.month(2026, 12) == Period(date(2026, 12, 1), date(2027, 1, 1))


def test_periods_that_only_touch_do_not_overlap():
    march, april = Period.month(2026, 3), Period.month(2026, 4)
    assert march.overlap(april) is None
    assert march.overlap(Period(date(2026, 3, 30), date(2026, 4, 2))) == Period(
        date(2026, 3, 30), date(2026, 4, 1)
    )


@given(period=periods, cuts=st.lists(days, max_size=6))
def test_the_parts_of_a_split_touch_and_add_up(period, cuts):
    parts = period.split(*cuts)
    assert [day for part in parts for day in part] == list(period)
    inside = {day for day in cuts if period.start < day < period.end}
    assert {part.start for part in parts[1:]} == inside


@given(one=periods, other=periods)
def test_an_overlap_is_the_days_that_both_hold(one, other):
    both = one.overlap(other)
    assert both == other.overlap(one)
    assert set(both or ()) == set(one) & set(other)


def test_2026_has_27_pay_dates_and_its_neighbours_26():
    pay_dates = [period.pay_date for period in STANDARD.pay_periods_in(2026)]
    assert len(pay_dates) == 27
    assert pay_dates[0] == date(2026, 1, 2)
    assert pay_dates[-2] == date(2026, 12, 18)
    assert pay_dates[-1] == date(2026, 12, 31)  # 1 January 2027 is a holiday
    assert len(STANDARD.pay_periods_in(2025)) == 26
    assert len(STANDARD.pay_periods_in(2027)) == 26


def test_every_eleventh_year_has_27_pay_dates():
    """OPM: a 27th pay date comes about every eleven years; here counted from Fridays alone."""
    expected: dict[int, int] = {}
    friday = date(2026, 1, 2) - timedelta(days=14 * 26 * 35)
    while friday.year < 2061:
        paid = friday - timedelta(days=1) if (friday.month, friday.day) == (1, 1) else friday
        expected[paid.year] = expected.get(paid.year, 0) + 1
        friday += timedelta(days=14)
    long_years = [year for year in range(1995, 2060) if len(STANDARD.pay_periods_in(year)) == 27]
    assert long_years == [year for year in range(1995, 2060) if expected[year] == 27]
    assert long_years == [2004, 2015, 2026, 2037, 2048]


def test_work_of_december_is_taxed_in_the_year_in_which_it_is_paid():
    period = STANDARD.period_of(date(2025, 12, 20))
    assert period.during == Period(date(2025, 12, 14), date(2025, 12, 28))
    assert (period.number, period.tax_year, period.label) == (1, 2026, "2026-01")


def test_the_general_schedule_of_2026_starts_with_a_period():
    """Executive order on 2026 pay: first pay period beginning on or after 1 January, 11 January 2026."""
    assert STANDARD.period_of(date(2026, 1, 11)).during.start == date(2026, 1, 11)
    assert STANDARD.period_of(date(2026, 1, 10)).during.end == date(2026, 1, 11)


@given(day=days)
def test_every_day_is_in_one_pay_period_which_is_found_by_its_label(day):
    period = STANDARD.period_of(day)
    assert day in period.during
    assert period.during.days == 14
    assert STANDARD.of_label(period.label) == period


@given(year=st.integers(1990, 2060))
def test_pay_periods_of_a_year_are_numbered_from_one_and_paid_in_it(year):
    periods = STANDARD.pay_periods_in(year)
    assert [period.number for period in periods] == list(range(1, len(periods) + 1))
    assert {period.tax_year for period in periods} == {year}
    assert all(period.pay_date.weekday() < 5 for period in periods)


def test_an_extra_closure_moves_a_pay_date_to_the_workday_before():
    closed = PayCalendar(date(2026, 1, 11), 6, closures=frozenset({date(2026, 1, 16)}))
    assert STANDARD.pay_periods_in(2026)[1].pay_date == date(2026, 1, 16)
    assert closed.pay_periods_in(2026)[1].pay_date == date(2026, 1, 15)


@pytest.mark.parametrize(
    "label", ["", "2026", "2026-28", "2025-27", "2026-00", "26-01", "x-1", "0000-01", "9999-01"]
)
def test_what_is_not_a_pay_period_is_refused_with_words(label):
    with pytest.raises(Refusal) as refused:
        STANDARD.of_label(label)
    assert (refused.value.code, refused.value.status) == ("pay-period-form", 422)
