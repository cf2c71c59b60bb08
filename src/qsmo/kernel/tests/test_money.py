"""Money, rates and roundings: published examples, and properties over many amounts."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import ZERO, Money, Rounding, allocate, rate, round_to_integer

amounts = st.integers(-(10**14), 10**14).map(Money)
rates = st.fractions(min_value=-5, max_value=5, max_denominator=10**6)
weights = st.lists(st.fractions(min_value=0, max_value=1000, max_denominator=1000), min_size=1, max_size=12)


def test_an_hourly_rate_is_the_annual_rate_over_2087_to_the_nearest_cent():
    """OPM fact sheet on the 2,087-hour divisor (5 U.S.C. 5504(b)): GS-13 step 1, Washington, 2011."""
    hourly = Money.parse("89,033").times(Fraction(1, 2087))
    biweekly = hourly.times(80)
    assert str(hourly) == "42.66"
    assert str(biweekly) == "3,412.80"
    assert str(biweekly.times(26)) == "88,732.80"
    assert str(biweekly.times(27)) == "92,145.60"


def test_premium_rates_are_settled_before_they_are_multiplied_by_hours():
    """A published federal test case: 51,526 a year, 49.9 hours of overtime, 46.9 hours at night, gross 3,939.34."""
    hourly = Money.parse("51,526").times(Fraction(1, 2087))
    overtime = hourly.times(rate("1.5")).times(rate("49.9"))
    night = hourly.times(rate("0.10")).times(rate("46.9"))
    assert [str(part) for part in (hourly, overtime, night)] == ["24.69", "1,848.30", "115.84"]
    assert str(hourly.times(80) + overtime + night) == "3,939.34"


def test_half_a_cent_and_over_goes_up_as_opm_illustrates():
    """OPM's own illustration of 5 U.S.C. 5504(b): 18.845 becomes 18.85."""
    assert str(Money.parse("37.69").times(Fraction(1, 2))) == "18.85"


@pytest.mark.parametrize(
    ("cents", "half_up", "half_even", "down", "up"),
    [
        ("2.5", 3, 2, 2, 3),
        ("3.5", 4, 4, 3, 4),
        ("2.4", 2, 2, 2, 3),
        ("2.6", 3, 3, 2, 3),
        ("2", 2, 2, 2, 2),
        ("-2.5", -3, -2, -2, -3),
        ("-2.4", -2, -2, -2, -3),
        ("0", 0, 0, 0, 0),
    ],
)
def test_each_rounding_does_what_its_name_says(cents, half_up, half_even, down, up):
    value = rate(cents)
    assert round_to_integer(value, Rounding.HALF_UP) == half_up
    assert round_to_integer(value, Rounding.HALF_EVEN) == half_even
    assert round_to_integer(value, Rounding.DOWN) == down
    assert round_to_integer(value, Rounding.UP) == up


@given(value=rates, rounding=st.sampled_from(Rounding))
def test_rounding_is_symmetric_about_zero(value, rounding):
    assert round_to_integer(-value, rounding) == -round_to_integer(value, rounding)


@given(value=rates)
def test_rounding_half_up_is_off_by_half_a_unit_at_most(value):
    assert abs(round_to_integer(value) - value) <= Fraction(1, 2)


@given(amount=amounts)
def test_money_reads_back_what_it_writes(amount):
    assert Money.parse(str(amount)) == amount


@pytest.mark.parametrize(
    ("text", "cents"),
    [("1,234.50", 123450), ("-3", -300), ("$0.07", 7), ("-$12.5", -1250), (" 7 ", 700), ("1000", 100000)],
)
def test_money_is_read_from_the_ways_people_write_it(text, cents):
    assert Money.parse(text).cents == cents


@pytest.mark.parametrize("text", ["", "1.234", "1,23", "12,34.00", "1e3", "$-3", "abc", "1.", ".5", "1 000"])
def test_what_is_not_an_amount_is_refused_with_words(text):
    with pytest.raises(Refusal) as refused:
        Money.parse(text)
    assert (refused.value.code, refused.value.status) == ("money-form", 422)
    assert text in refused.value.words


def test_money_is_written_with_commas_and_two_digits():
    assert [str(Money(cents)) for cents in (0, 7, -7, 123456789, -100)] == [
        "0.00",
        "0.07",
        "-0.07",
        "1,234,567.89",
        "-1.00",
    ]


@pytest.mark.parametrize("cents", [1.0, "1", True, None, Fraction(1)])
def test_money_takes_whole_cents_only(cents):
    with pytest.raises(TypeError, match="whole cents"):
        Money(cents)


def test_money_adds_compares_and_sums():
    assert Money(5) + Money(7) - Money(2) == Money(10)
    assert -Money(5) == Money(-5)
    assert abs(Money(-5)) == Money(5)
    assert Money(5) < Money(7)
    assert bool(Money(1)) is True
    assert bool(ZERO) is False
    assert Money.total(Money(cents) for cents in (1, 2, 3)) == Money(6)
    assert Money.total([]) == ZERO


def test_a_float_is_never_a_rate_or_a_weight():
    with pytest.raises(TypeError, match="exact fraction"):
        Money(100).times(0.5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="exact fraction"):
        allocate(Money(100), [0.5, 1])  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.062", Fraction(62, 1000)), ("2/3", Fraction(2, 3)), ("-1", Fraction(-1)), (" 1.5 ", Fraction(3, 2))],
)
def test_a_rate_is_exact(text, value):
    assert rate(text) == value


@pytest.mark.parametrize("text", ["", "6.2%", "1/0", "1/00", "0.5/2", "1e-3", "a", ".5", "1/-2"])
def test_what_is_not_a_rate_is_refused_with_words(text):
    with pytest.raises(Refusal) as refused:
        rate(text)
    assert (refused.value.code, refused.value.status) == ("rate-form", 422)


def test_a_hundred_dollars_in_three_gives_the_odd_cent_to_the_first():
    assert allocate(Money(10000), [1, 1, 1]) == [Money(3334), Money(3333), Money(3333)]


def test_the_odd_cent_goes_where_most_was_cut_off():
    assert allocate(Money(10), [1, 2, 3]) == [Money(2), Money(3), Money(5)]  # 1.67, 3.33, 5.00


def test_a_negative_total_is_split_like_its_magnitude():
    assert allocate(Money(-10), [1, 2, 3]) == [Money(-2), Money(-3), Money(-5)]


@given(total=amounts, weights=weights.filter(any))
def test_parts_add_back_to_the_total_and_are_off_by_less_than_a_cent(total, weights):
    parts = allocate(total, weights)
    assert Money.total(parts) == total
    exact = [total.cents * weight / sum(weights) for weight in weights]
    assert all(abs(part.cents - share) < 1 for part, share in zip(parts, exact, strict=True))


@pytest.mark.parametrize("weights", [[], [0], [0, 0], [1, -1], [2, -1]])
def test_weights_that_cannot_share_anything_are_an_error(weights):
    with pytest.raises(ValueError, match="weights"):
        allocate(Money(1), weights)
