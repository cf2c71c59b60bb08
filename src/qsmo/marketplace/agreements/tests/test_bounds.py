"""What general terms take: orders inside their days and ceiling, funding that adds up, terms within the limits."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from qsmo.kernel.money import Money
from qsmo.kernel.period import Period
from qsmo.marketplace.agreements.actions.terms import LAW
from qsmo.marketplace.agreements.rules import bounds, funding, limits
from qsmo.marketplace.agreements.rules.bounds import Ceiling, Wanted
from qsmo.marketplace.agreements.rules.funding import Cited
from qsmo.marketplace.agreements.rules.limits import Limits
from qsmo.marketplace.agreements.rules.tas import Tas

YEAR = Period(date(2026, 1, 1), date(2027, 1, 1))
CEILING = Ceiling(YEAR, amount=Money(100_000_00), taken=Money(40_000_00))
LIMITS = Limits(date(2020, 4, 27), date(2031, 3, 1), years=10, ceiling=Money(1_000_000_00))
FUND = Tas(aid="047", bpoa="2026", epoa="2026", main="0401")


def codes(found):
    return [(each.code, each.field, each.expected) for each in found]


def line(number=1, quantity=10, price="1.5", ceiling=15_00):
    return Wanted(number, quantity, Fraction(price), Money(ceiling))


def cited(side="customer", number=1, amount=60_00, alc="20180001", betc="DISB"):
    return Cited(side, number, FUND, betc, alc, Money(amount))


def test_an_order_may_take_all_days_and_all_that_is_left() -> None:
    assert list(bounds.inside(CEILING, YEAR, Money(60_000_00))) == []


@pytest.mark.parametrize(
    ("during", "field"),
    [
        (Period(date(2025, 12, 31), date(2026, 6, 1)), "starts_on"),
        (Period(date(2026, 6, 1), date(2027, 1, 2)), "ends_on"),
    ],
)
def test_an_order_outside_the_days_of_its_terms_is_named_with_them(during: Period, field: str) -> None:
    found = bounds.inside(CEILING, during, Money(1))
    assert codes(found) == [("outside-period", field, "days from 2026-01-01 to 2026-12-31")]


def test_a_cent_above_what_is_left_is_too_much() -> None:
    found = list(bounds.inside(CEILING, YEAR, Money(60_000_01)))
    assert codes(found) == [("over-ceiling", "total", "at most 60,000.00")]
    assert (
        found[0].words
        == "the order of 60,000.01 is more than the 60,000.00 left of the ceiling of 100,000.00"
    )


def test_each_line_has_units_a_price_and_a_ceiling_not_below_its_amount() -> None:
    assert codes(bounds.lines([])) == [("no-lines", "lines", "a line")]
    assert list(bounds.lines([line()])) == []
    found = list(bounds.lines([line(), line(2, quantity=0, ceiling=0), line(3, ceiling=14_99)]))
    assert [(each.code, each.file) for each in found] == [
        ("line-quantity", "line 2"),
        ("line-ceiling", "line 3"),
    ]
    assert found[1].expected == "at least 15.00"


def test_an_amount_is_rounded_once_from_the_exact_price() -> None:
    """3 units at 33 cents and a third are a dollar; 3 at 33.5 cents are 100.5 cents, half up 101."""
    assert line(quantity=3, price="1/3").amount == Money(100)
    assert line(quantity=3, price="0.335").amount == Money(101)


def test_both_sides_fund_the_whole_order_from_different_locations() -> None:
    both = [cited(), cited("provider", alc="20180002", amount=20_00), cited("provider", 2, 40_00, "20180002")]
    sides = ("customer", "provider")
    assert list(funding.form(both)) == []
    assert list(funding.completeness(both, Money(60_00), sides)) == []
    same = [cited(), cited("provider", amount=59_99)]
    assert codes(funding.completeness(same, Money(60_00), sides)) == [
        ("funding-total", "provider funding", "60.00"),
        ("alc-same", "alc", "a different location for each side"),
    ]


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"betc": "D"}, "betc-form", "betc"),
        ({"betc": "disb"}, "betc-form", "betc"),
        ({"alc": "2018001"}, "alc-form", "alc"),
        ({"amount": 0}, "funding-amount", "amount"),
    ],
)
def test_a_funding_line_is_checked_by_its_form(wrong: dict[str, Any], code: str, field: str) -> None:
    (found,) = funding.form([cited(number=3, **wrong)])
    assert (found.code, found.field, found.file) == (code, field, "customer funding line 3")


def test_the_year_after_29_february_is_over_on_1_march() -> None:
    assert funding.years_later(date(2024, 2, 29), 1) == date(2025, 3, 1)
    assert funding.years_later(date(2024, 2, 29), 4) == date(2028, 2, 29)


def test_the_limits_on_file_are_counted_from_today() -> None:
    """M-19-16 of 26 April 2019 is the first day; five years ahead of today the last."""
    on_file = limits.limits_of(LAW["limits"].at(on=date(2026, 1, 1)), date(2024, 2, 29))
    assert on_file == Limits(date(2019, 4, 26), date(2029, 3, 1), 10, Money(100_000_000_000_00))


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2020, 4, 26), "start-too-early"),
        (date(2020, 4, 27), None),
        (date(2031, 3, 1), None),
        (date(2031, 3, 2), "start-too-late"),
    ],
)
def test_terms_start_between_the_first_day_and_the_last_that_is_planned(day: date, code: str | None) -> None:
    wanted = [(code, "starts_on", "a day from 2020-04-27 to 2031-03-01")] if code else []
    assert codes(limits.start(day, LIMITS)) == wanted


@pytest.mark.parametrize(
    ("ends", "code"),
    [
        (date(2026, 1, 1), "period-empty"),
        (date(2026, 1, 2), None),
        (date(2036, 1, 1), None),
        (date(2036, 1, 2), "term-too-long"),
    ],
)
def test_terms_run_at_least_a_day_and_at_most_the_years(ends: date, code: str | None) -> None:
    found = codes(limits.term(date(2026, 1, 1), ends, LIMITS))
    assert [each[:2] for each in found] == ([(code, "ends_on")] if code else [])


@pytest.mark.parametrize(
    ("amount", "taken", "code", "expected"),
    [
        (0, 0, "ceiling", "more than $0.00 and at most $1,000,000.00"),
        (39_99, 40_00, "ceiling", "at least $40.00 and at most $1,000,000.00"),
        (1_000_000_01, 0, "ceiling-too-large", "more than $0.00 and at most $1,000,000.00"),
        (40_00, 40_00, None, None),
        (1_000_000_00, 0, None, None),
    ],
)
def test_a_ceiling_lies_between_what_is_taken_and_the_limit(amount, taken, code, expected) -> None:
    found = codes(limits.ceiling(Money(amount), Money(taken), LIMITS))
    assert found == ([(code, "ceiling_cents", expected)] if code else [])
