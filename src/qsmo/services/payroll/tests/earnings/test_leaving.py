"""Severance pay and projected leave: cases worked out by hand from the statute."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from qsmo.kernel.money import Money
from qsmo.services.payroll.rules.earnings.leaving import projected_leave, severance
from qsmo.services.payroll.rules.rule import figures
from qsmo.services.payroll.tests.pay.random_people import FIRST

LAW = figures(FIRST.during.start, FIRST.pay_date)


@pytest.mark.parametrize(
    ("service", "age", "weeks"),
    [
        (12 * 5, 12 * 38, Fraction(5)),
        (12 * 10, 12 * 40, Fraction(10)),
        (12 * 5 + 7, 12 * 40, Fraction(11, 2)),  # two full quarters after five years: half a week
        (12 * 12 + 7, 12 * 40, Fraction(15)),  # 10 + 2 x 2 + half of two weeks
        (12 * 12 + 7, 12 * 45 + 4, Fraction(15) * Fraction(1525, 1000)),  # 21 quarters above forty
        (12 * 10, 12 * 41, Fraction(11)),  # a tenth for a year of age
        (12 * 30, 12 * 60, Fraction(52)),  # 50 weeks and half as much again twice over, at most 52
        (11, 12 * 30, Fraction(3, 4)),
    ],
)
def test_the_weeks_of_severance_pay(service: int, age: int, weeks: Fraction) -> None:
    found = severance(LAW, Money.parse("1000.00"), service_months=service, age_months=age)
    assert found.weeks == weeks
    assert found.amount == Money.parse("1000.00").times(weeks)
    assert found.each_period == Money.parse("2000.00")


def test_severance_of_a_lifetime_is_a_year_at_most() -> None:
    found = severance(
        LAW, Money.parse("1000.00"), service_months=240, age_months=12 * 50, weeks_before=Fraction(40)
    )
    assert found.weeks == 12


def test_leave_is_paid_at_the_rates_of_its_days_and_holidays_do_not_extend_it() -> None:
    """80 hours after Wednesday 31 December 2025: seven days to 9 January with a holiday, three from 12 January."""
    rates = [(date(2025, 1, 12), Money.parse("50.00")), (date(2026, 1, 11), Money.parse("50.50"))]
    found = projected_leave(8_000, date(2025, 12, 31), rates, daily=800)
    assert found == Money.parse("50.00").times(Fraction(56)) + Money.parse("50.50").times(Fraction(24))


def test_part_of_an_hour_is_paid_to_the_cent() -> None:
    assert projected_leave(
        1_225, date(2026, 2, 6), [(date(2026, 1, 11), Money.parse("33.33"))], daily=800
    ) == Money(
        40_829  # 33.33 times 12.25 is 408.2925
    )
