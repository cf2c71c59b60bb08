"""Prices by date: which version counts, how a period is cut, and what a year costs, each figure worked out by hand."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.kernel.period import Period
from qsmo.marketplace.catalogue.rules.prices import (
    Price,
    estimate,
    exact_dollars,
    in_force,
    occasions,
    spread,
    unit_price,
)

STORY = Period(date(2026, 2, 22), date(2026, 3, 8))


def price(
    dollars: str, effective: date, *, recorded: date = date(2025, 6, 2), recurs: str = "pay_period"
) -> Price:
    return Price(
        id=f"p-{effective}-{dollars}",
        plan="plan",
        meter="employee-paid",
        unit="employee paid per pay period",
        recurs=recurs,
        text=dollars,
        effective_on=effective,
        recorded_on=recorded,
        announced_on=recorded,
        order=recorded.isoformat(),
    )


OLD, NEW = price("6.15", date(2025, 10, 1)), price("6.3375", date(2026, 3, 1))


def test_a_price_counts_from_its_own_day():
    assert in_force([OLD, NEW], "employee-paid", date(2026, 2, 28)) == OLD
    assert in_force([OLD, NEW], "employee-paid", date(2026, 3, 1)) == NEW
    assert in_force([OLD, NEW], "employee-paid", date(2025, 9, 30)) is None
    assert in_force([OLD, NEW], "other", date(2026, 3, 1)) is None


def test_of_two_prices_from_one_day_the_later_recorded_counts_as_far_as_it_was_known():
    corrected = price("6.25", date(2026, 3, 1), recorded=date(2026, 1, 5))
    assert in_force([OLD, NEW, corrected], "employee-paid", date(2026, 3, 1)) == corrected
    assert in_force([OLD, NEW, corrected], "employee-paid", date(2026, 3, 1), date(2026, 1, 4)) == NEW


def test_a_change_in_the_middle_of_a_pay_period_shares_the_quantity_by_days():
    lines = spread([OLD, NEW], "employee-paid", STORY, Fraction(2000))
    # Seven days each: 1,000 x 6.15 and 1,000 x 6.3375.
    assert [(str(line.during), line.quantity, line.amount) for line in lines] == [
        ("2026-02-22/2026-03-01", Fraction(1000), Money(6_150_00)),
        ("2026-03-01/2026-03-08", Fraction(1000), Money(6_337_50)),
    ]


def test_two_changes_in_one_period_and_one_on_its_first_day_all_count():
    prices = [
        OLD,
        price("1.00", date(2026, 2, 22)),
        price("2.00", date(2026, 2, 23)),
        price("3.00", date(2026, 3, 7)),
    ]
    lines = spread(prices, "employee-paid", STORY, Fraction(14))
    assert [(line.price.shown, line.quantity, line.amount) for line in lines] == [
        ("1.00", Fraction(1), Money(1_00)),
        ("2.00", Fraction(12), Money(24_00)),
        ("3.00", Fraction(1), Money(3_00)),
    ]


def test_a_price_replaced_on_its_own_day_cuts_nothing():
    prices = [
        OLD,
        price("9.00", date(2026, 3, 1)),
        price("6.15", date(2026, 3, 1), recorded=date(2026, 1, 1)),
    ]
    lines = spread(prices, "employee-paid", STORY, Fraction(2))
    assert [line.amount for line in lines] == [Money(6_15), Money(6_15)]
    assert len({line.price.id for line in lines}) == 2


def test_a_period_before_the_first_price_is_refused():
    with pytest.raises(Refusal) as refused:
        spread([NEW], "employee-paid", STORY, Fraction(1))
    assert refused.value.code == "price-missing"
    assert "2026-02-22" in refused.value.words


def test_2026_has_27_pay_dates_and_costs_what_the_hand_says():
    made = estimate([OLD, NEW], "employee-paid", 2000, 2026)
    assert made.occasions == 27
    assert len(made.lines) == 28
    # Five and a half pay periods at 6.15, twenty-one and a half at 6.3375.
    assert [(share.quantity, share.amount) for share in made.shares] == [
        (Fraction(11_000), Money(67_650_00)),
        (Fraction(43_000), Money(272_512_50)),
    ]
    assert made.total == Money(340_162_50)
    assert made.average == Money(12_598_61)


def test_the_total_is_the_sum_of_lines_rounded_half_up():
    third = price("1/3", date(2025, 1, 1), recurs="month")
    made = estimate([third], "employee-paid", 5, 2026)
    # 5/3 dollars a month is 1.67, twelve times 20.04; rounding the year once would give 20.00.
    assert [line.amount for line in made.lines] == [Money(1_67)] * 12
    assert made.total == Money(20_04)


def test_use_over_the_year_is_cut_where_the_price_changes():
    prices = [price("2.00", date(2025, 1, 1), recurs="use"), price("4.00", date(2026, 7, 3), recurs="use")]
    made = estimate(prices, "employee-paid", 365, 2026)
    # 183 days before 3 July, 182 from it on.
    assert [(line.quantity, line.amount) for line in made.lines] == [
        (Fraction(183), Money(366_00)),
        (Fraction(182), Money(728_00)),
    ]
    assert occasions("use", 2026) == (Period(date(2026, 1, 1), date(2027, 1, 1)),)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("6.15", "6.15"),
        ("6.3375", "6.3375"),
        ("0", "0.00"),
        ("6850", "6,850.00"),
        ("1/3", "1/3"),
        ("1.125", "1.125"),
    ],
)
def test_a_price_is_shown_exactly(text, shown):
    assert exact_dollars(text) == shown


@pytest.mark.parametrize("text", ["-1", "six", "1e3", "", "1/0"])
def test_what_is_no_price_is_refused(text):
    with pytest.raises(Refusal):
        unit_price(text)


def test_a_meter_without_price_and_a_negative_volume_are_refused():
    with pytest.raises(Refusal, match="no price for"):
        estimate([OLD], "other", 1, 2026)
    with pytest.raises(Refusal, match="zero or more"):
        estimate([OLD], "employee-paid", -1, 2026)
