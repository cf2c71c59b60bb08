"""Prices day by day: hand-computed cases, and what holds for any usage and any number of prices."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money, round_to_integer
from qsmo.kernel.period import Period
from qsmo.marketplace.billing.rules.price import (
    Metered,
    Price,
    arithmetic,
    charges,
    exact_words,
    in_force,
    unit_words,
)

PAY_PERIOD = Period(date(2026, 3, 8), date(2026, 3, 22))
START = PAY_PERIOD.start


def price(key: str, effective: date, cents: str, recorded: str = "", meter: str = "paid") -> Price:
    return Price(key, "standard", meter, effective, {"unit": Fraction(cents)}, recorded=recorded)


def usage(quantity: str = "1988", during: Period = PAY_PERIOD) -> Metered:
    return Metered("u1", "paid", during, Fraction(quantity))


def test_a_price_change_in_the_middle_of_a_period_is_billed_day_by_day():
    prices = [price("a", date(2025, 10, 1), "412.5"), price("b", date(2026, 3, 15), "450")]
    lines = charges(usage(), "standard", prices)
    # 1,988 × 7/14 = 994; 994 × 4.125 = 4,100.25 and 994 × 4.50 = 4,473.00, worked out by hand.
    assert [(line.price.key, str(line.during), str(line.amount)) for line in lines] == [
        ("a", "2026-03-08/2026-03-15", "4,100.25"),
        ("b", "2026-03-15/2026-03-22", "4,473.00"),
    ]
    assert arithmetic(lines[0]) == "1,988 × 7/14 × $4.1250 = $4,100.25"
    assert arithmetic(lines[1]) == "1,988 × 7/14 × $4.50 = $4,473.00"


def test_two_changes_in_one_period_and_one_on_its_first_day_all_count():
    prices = [
        price("old", date(2025, 10, 1), "100"),
        price("first-day", START, "200"),
        price("second", START + timedelta(days=1), "300"),
        price("last-day", PAY_PERIOD.last, "400"),
        price("after", PAY_PERIOD.end, "999"),
    ]
    lines = charges(usage("14"), "standard", prices)
    # One unit a day: 1 day at $2, 12 days at $3, 1 day at $4.
    assert [(line.price.key, line.amount) for line in lines] == [
        ("first-day", Money(200)),
        ("second", Money(3600)),
        ("last-day", Money(400)),
    ]


def test_one_price_for_the_whole_usage_is_one_line_without_a_share_of_days():
    lines = charges(usage(), "standard", [price("a", START, "412.5")])
    assert [arithmetic(line) for line in lines] == ["1,988 × $4.1250 = $8,200.50"]


def test_a_line_is_rounded_once_and_half_up():
    # 1 × 1/2 day × 1 cent is half a cent on each of two lines: each goes up, the bill is their sum.
    two_days = Period(START, START + timedelta(days=2))
    prices = [price("a", START, "1"), price("b", START + timedelta(days=1), "1")]
    lines = charges(usage("1", two_days), "standard", prices)
    assert [line.amount for line in lines] == [Money(1), Money(1)]
    # Three thirds of a cent in one line are settled once, not three times nothing.
    assert charges(usage("3", two_days), "standard", [price("a", START, "1/3")])[0].amount == Money(1)


def test_of_two_prices_of_one_day_the_one_recorded_later_is_in_force():
    prices = [price("corrected", START, "300", "2026-02-02"), price("first", START, "200", "2026-01-01")]
    assert in_force(prices, "standard", "paid", START).key == "corrected"
    assert [line.price.key for line in charges(usage(), "standard", prices)] == ["corrected"]


def test_the_price_of_another_plan_or_meter_is_never_taken():
    other = Price("x", "premium", "paid", START, {"unit": Fraction(1)})
    prices = [other, price("y", START, "2", meter="stored"), price("mine", START, "3")]
    assert [line.price.key for line in charges(usage(), "standard", prices)] == ["mine"]


def test_a_day_without_a_price_is_refused_naming_plan_meter_and_day():
    with pytest.raises(Refusal) as refused:
        charges(usage(), "standard", [price("late", START + timedelta(days=3), "100")])
    assert refused.value.code == "price-gap"
    assert refused.value.words == "Plan standard has no price for paid on 2026-03-08"


def test_an_unknown_price_model_is_refused():
    graduated = Price("g", "standard", "paid", START, {"unit": Fraction(1)}, model="graduated")
    with pytest.raises(Refusal) as refused:
        charges(usage(), "standard", [graduated])
    assert refused.value.code == "price-model"


@pytest.mark.parametrize(
    ("value", "words"),
    [("1988", "1,988"), ("1/8", "0.125"), ("1/3", "1/3"), ("12345/2", "6,172.5"), ("30", "30")],
)
def test_exact_numbers_are_shown_without_loss(value: str, words: str):
    assert exact_words(Fraction(value)) == words


@pytest.mark.parametrize(
    ("cents", "words"),
    [("412.5", "$4.1250"), ("400", "$4.00"), ("1000", "$10.00"), ("0.05", "$0.0005"), ("100/3", "$1/3")],
)
def test_unit_prices_are_shown_with_all_their_decimals(cents: str, words: str):
    assert unit_words(Fraction(cents)) == words


figures = st.fractions(min_value=0, max_value=100_000, max_denominator=10_000)


@given(
    quantity=st.fractions(min_value=0, max_value=10_000_000, max_denominator=1_000),
    days=st.integers(1, 62),
    changes=st.lists(st.tuples(st.integers(-5, 70), figures), max_size=8),
    first=figures,
)
def test_any_number_of_prices_covers_every_day_once_and_rounds_once_a_line(quantity, days, changes, first):
    during = Period(START, START + timedelta(days=days))
    prices = [Price("first", "standard", "paid", START - timedelta(days=9), {"unit": first})]
    for number, (offset, cents) in enumerate(changes):
        effective = START + timedelta(days=offset)
        prices.append(
            Price(f"p{number}", "standard", "paid", effective, {"unit": cents}, recorded=f"{number}")
        )
    used = Metered("u", "paid", during, quantity)
    lines = charges(used, "standard", prices)
    assert [day for line in lines for day in line.during] == list(during)
    assert sum((line.quantity for line in lines), Fraction(0)) == quantity
    # An independent computation: every day by itself, exact, added up per price, settled at the very end.
    daily: dict[str, Fraction] = {}
    for day in during:
        found = max((p for p in prices if p.effective <= day), key=lambda p: (p.effective, p.recorded))
        daily[found.key] = daily.get(found.key, Fraction(0)) + quantity / days * found.figures["unit"]
    assert {line.price.key: line.amount.cents for line in lines} == {
        key: round_to_integer(exact) for key, exact in daily.items()
    }
    assert len(lines) == len(daily)
