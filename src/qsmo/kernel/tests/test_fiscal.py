"""The federal fiscal year (31 U.S.C. 1102) and its accounting periods."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qsmo.kernel.finding import Refusal
from qsmo.kernel.fiscal import FiscalPeriod, FiscalYear
from qsmo.kernel.period import Period


def test_the_fiscal_year_turns_on_the_first_of_october():
    assert FiscalYear.of(date(2025, 9, 30)) == FiscalYear(2025)
    assert FiscalYear.of(date(2025, 10, 1)) == FiscalYear(2026)
    assert FiscalYear(2026).during == Period(date(2025, 10, 1), date(2026, 10, 1))
    assert str(FiscalYear(2026)) == "FY2026"


@pytest.mark.parametrize(
    ("number", "month"), [(1, (2025, 10)), (3, (2025, 12)), (4, (2026, 1)), (9, (2026, 6)), (12, (2026, 9))]
)
def test_the_first_accounting_period_is_october_and_the_twelfth_september(number, month):
    period = FiscalPeriod(FiscalYear(2026), number)
    assert period.during == Period.month(*month)
    assert str(period) == f"FY2026-P{number:02d}"


@given(day=st.dates(date(1, 10, 1), date(9998, 12, 31)))
def test_a_day_is_in_the_accounting_period_found_for_it(day):
    period = FiscalPeriod.of(day)
    assert day in period.during
    assert day in period.year.during


@pytest.mark.parametrize("number", [0, 13, -1])
def test_there_are_twelve_accounting_periods(number):
    with pytest.raises(Refusal) as refused:
        FiscalPeriod(FiscalYear(2026), number)
    assert (refused.value.code, refused.value.status) == ("fiscal-period", 422)
