"""Prompt payment as rules: worked examples of the dossier, days worked out in another way, and what always holds."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.services.ledger.rules.payable.prompt import (
    Bill,
    Delivery,
    Terms,
    bank_pause_ends,
    discount,
    due,
    earliest,
    interest,
    interest_class,
    kinds,
    late_return_days,
)

FIVE = Fraction(5, 100)
DUE = date(2026, 3, 2)
HOLIDAYS_2026 = {
    date(2026, 1, 1), date(2026, 1, 19), date(2026, 2, 16), date(2026, 5, 25), date(2026, 6, 19), date(2026, 7, 3),
    date(2026, 9, 7), date(2026, 10, 12), date(2026, 11, 11), date(2026, 11, 26), date(2026, 12, 25),
}  # fmt: skip
"""Legal holidays as the Office of Personnel Management lists them for 2026."""
DAYS = st.dates(date(2026, 1, 2), date(2026, 9, 30))
CENTS = st.integers(1, 10**12)


@pytest.mark.parametrize(
    ("days", "expected"),
    [(12, "3.33"), (35, "9.73"), (0, "0.00"), (30, "8.33"), (3, "0.00")],
)
def test_interest_is_that_of_the_worked_examples(days: int, expected: str) -> None:
    """2,000.00 at 5 percent: 12 days, and a month and 5 days, from the dossier; under 1.00 is not paid."""
    assert str(interest(Money(2_000_00), DUE, DUE + timedelta(days=days), FIVE).paid) == expected


def test_interest_opens_into_its_steps() -> None:
    told = interest(Money(2_000_00), DUE, DUE + timedelta(days=12), FIVE).told
    assert told.steps == (
        "From the day after 2026-03-02 through 2026-03-14: 12 days",
        "2,000.00 × 5 percent / 360 × 12 = 3.33",
    )
    assert ("rate in force on 2026-03-03", "5 percent") in told.inputs
    assert told.cite == "31 U.S.C. 3901-3907; 5 CFR 1315"


def test_days_of_a_dispute_do_not_count_and_no_day_counts_twice() -> None:
    """Ten of twenty days are paused, by two spans that overlap: ten days at 5 percent are 2.78."""
    spans = [
        (DUE - timedelta(days=5), DUE + timedelta(days=6)),
        (DUE + timedelta(days=4), DUE + timedelta(days=10)),
    ]
    found = interest(Money(2_000_00), DUE, DUE + timedelta(days=20), FIVE, spans)
    assert (found.days, str(found.paid)) == (10, "2.78")


def test_interest_accrues_for_a_year_at_most_and_asks_for_its_rate_by_name() -> None:
    year, later = (interest(Money(100_000_00), DUE, DUE + timedelta(days=each), FIVE) for each in (365, 900))
    assert year.owed == later.owed
    with pytest.raises(Refusal, match="no prompt payment rate in force on 2026-03-03 is on file") as refused:
        interest(Money(100), DUE, DUE + timedelta(days=1), None)
    assert refused.value.code == "interest-rate"
    assert interest(Money(100), DUE, DUE, None).paid == Money(0)


@given(CENTS, st.integers(-400, 800), st.integers(0, 400), st.integers(1, 2000))
def test_interest_never_falls_with_time_rate_or_principal(
    cents: int, days: int, more: int, rate: int
) -> None:
    def owed(principal: int, late: int, points: int) -> Money:
        return interest(Money(principal), DUE, DUE + timedelta(days=late), Fraction(points, 10_000)).owed

    least = owed(cents, days, rate)
    assert least <= owed(cents, days + more, rate)
    assert least <= owed(cents + more, days, rate)
    assert least <= owed(cents, days, rate + more)
    assert (days > 0) or least == Money(0)


@given(CENTS, st.integers(1, 365), st.integers(1, 2000))
def test_interest_is_what_adding_it_up_month_by_month_gives(cents: int, days: int, points: int) -> None:
    """Another way: each 30 days add a twelfth of the rate, the rest by days of 360; exact, rounded once."""
    rate = Fraction(points, 10_000)
    grown, left = Fraction(cents), days
    while left >= 30:
        grown, left = grown + grown * rate / 12, left - 30
    grown += grown * rate * left / 360
    exact = Fraction(grown - cents)
    rounded = (Decimal(exact.numerator) / exact.denominator).quantize(Decimal(1), ROUND_HALF_UP)
    assert interest(Money(cents), DUE, DUE + timedelta(days=days), rate).owed.cents in (
        int(rounded), int(exact + Fraction(1, 2)),
    )  # fmt: skip


def _next_open(day: date) -> date:
    while day.weekday() > 4 or day in HOLIDAYS_2026:
        day += timedelta(days=1)
    return day


@given(DAYS, st.integers(0, 40), st.integers(0, 40), st.booleans())
def test_the_due_day_is_thirty_days_from_the_later_of_invoice_and_acceptance(
    received: date, before: int, took: int, accepted: bool
) -> None:
    delivered = received - timedelta(days=before)
    on = delivered + timedelta(days=took) if accepted else None
    bill = Bill(received, received, (Delivery(delivered, on),))
    counted = delivered + timedelta(days=min(took, 7) if accepted else 7)
    found = due(bill, Terms())
    assert found.received_on == max(received, counted)
    assert found.on == _next_open(max(received, counted) + timedelta(days=30))
    assert found.told.amount == str(found.on)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("ordinary", date(2026, 4, 1)),
        ("meat", date(2026, 3, 5)),
        ("perishable", date(2026, 3, 9)),
        ("dairy", date(2026, 3, 12)),
        ("construction", date(2026, 3, 16)),
        ("retainage", date(2026, 3, 30)),
    ],
)
def test_each_kind_has_its_days_counted_from_its_day(kind: str, expected: date) -> None:
    """Delivered on Thursday 26 February, accepted and, with the invoice, received two and four days later."""
    delivery = Delivery(date(2026, 2, 26), date(2026, 2, 28))
    assert due(Bill(date(2026, 2, 27), date(2026, 3, 2), (delivery,)), Terms(kind)).on == expected


def test_a_contract_says_the_days_of_financing_and_may_say_those_of_goods() -> None:
    bill = Bill(DUE, DUE)
    assert due(bill, Terms(days=45)).on == date(2026, 4, 16)
    assert not due(bill, Terms("financing", 20)).pays_interest
    with pytest.raises(Refusal, match="the contract says the days"):
        due(bill, Terms("financing"))


def test_an_invoice_without_stamp_counts_from_its_own_day_and_a_late_return_takes_days_off() -> None:
    assert due(Bill(date(2026, 3, 2), None), Terms()).on == date(2026, 4, 1)
    late = late_return_days(date(2026, 2, 2), date(2026, 2, 12))
    assert late == 3
    assert late_return_days(date(2026, 2, 2), date(2026, 2, 9)) == 0
    assert due(Bill(date(2026, 3, 2), date(2026, 3, 2), (), late), Terms()).on == date(2026, 3, 30)


def test_a_small_business_has_an_earlier_goal_that_moves_no_due_day() -> None:
    found = due(Bill(DUE, DUE), Terms(goal=True))
    assert (found.goal_on, found.on) == (date(2026, 3, 17), date(2026, 4, 1))
    assert earliest(found.on) == date(2026, 3, 25)


@pytest.mark.parametrize(("funds", "taken"), [("0.05", True), ("0.3673", True), ("0.3674", False)])
def test_a_discount_is_taken_where_a_year_of_it_beats_the_value_of_funds(funds: str, taken: bool) -> None:
    """2 percent in 10 days, net 30: (2 / 98) × (360 / 20) is 36.7347 percent."""
    found = discount(
        Money(1_000_00), Fraction(2, 100), 10, dated_on=DUE, pays_on=DUE + timedelta(days=10), due_days=30,
        value_of_funds=Fraction(funds),
    )  # fmt: skip
    assert (found.amount, found.taken) == (Money(20_00), taken)
    assert any("36.734694 percent" in step for step in found.told.steps)


def test_a_discount_is_lost_the_day_after_and_asks_for_its_rate_by_name() -> None:
    def on(day: int) -> bool:
        return discount(
            Money(1_000_00), Fraction(2, 100), 10, dated_on=DUE, pays_on=DUE + timedelta(days=day), due_days=30,
            value_of_funds=None,
        ).taken  # fmt: skip

    assert on(11) is False
    with pytest.raises(Refusal, match="no current value of funds rate"):
        on(10)


def test_the_law_tells_seven_cases_apart_and_interest_has_a_class_of_its_own() -> None:
    """Circular A-11, 83: object class 430 is interest and dividends."""
    assert list(kinds(DUE)) == [
        "ordinary", "meat", "perishable", "dairy", "construction", "retainage", "financing",
    ]  # fmt: skip
    assert kinds(DUE)["ordinary"] == "Goods and services"
    assert interest_class() == "430"


def test_the_refusal_of_a_case_without_days_names_its_terms() -> None:
    with pytest.raises(Refusal) as refused:
        due(Bill(DUE, DUE), Terms("financing"))
    assert (refused.value.code, refused.value.status) == ("terms", 422)
    assert str(refused.value) == (
        "Contract financing other than construction: the contract says the days, and the order has none"
    )


@pytest.mark.parametrize(
    ("owed_on", "last", "days"),
    [
        (date(2026, 3, 2), date(2027, 3, 2), 365),
        (date(2027, 3, 1), date(2028, 3, 1), 366),
        (date(2028, 2, 29), date(2029, 2, 28), 365),
        (date(2028, 3, 1), date(2029, 3, 1), 365),
    ],
)
def test_the_year_of_interest_begins_on_the_day_after_and_ends_a_year_later(
    owed_on: date, last: date, days: int
) -> None:
    """A year that begins on 1 March ends on the last day of February: no day of March counts twice."""
    found = interest(Money(100_000_00), owed_on, last + timedelta(days=40), FIVE)
    assert found.days == days
    assert found.owed == interest(Money(100_000_00), owed_on, last, FIVE).owed
    assert found.told.steps[:2] == (
        f"From the day after {owed_on} through {last}: {days} days",
        "Interest accrues for a year at most",
    )


def test_where_all_days_are_paused_no_interest_is_owed_and_the_reason_is_said() -> None:
    """Not even a rate is asked for. Spans before and after the time count for nothing."""
    paid_on = DUE + timedelta(days=20)
    whole = interest(Money(2_000_00), DUE, paid_on, None, [(DUE, paid_on)])
    assert (whole.days, whole.owed, whole.paid) == (0, Money(0), Money(0))
    assert whole.told.steps == ("All 20 days after 2026-03-02 are paused: no interest",)
    beside = [
        (DUE - timedelta(days=9), DUE),
        (paid_on + timedelta(days=1), paid_on + timedelta(days=5)),
    ]
    found = interest(Money(2_000_00), DUE, paid_on, FIVE, beside)
    assert (found.days, str(found.paid)) == (20, "5.56")


def test_days_stop_counting_until_a_week_after_bank_details_are_right() -> None:
    assert bank_pause_ends(date(2026, 2, 25)) == date(2026, 3, 4)


def test_a_discount_is_taken_where_paying_by_it_is_no_earlier_than_paying_when_due() -> None:
    """No value of funds is asked for: nothing is paid early."""
    found = discount(
        Money(1_000_00), Fraction(2, 100), 30, dated_on=DUE, pays_on=DUE, due_days=30, value_of_funds=None,
    )  # fmt: skip
    assert (found.amount, found.taken, found.through) == (Money(20_00), True, date(2026, 4, 1))
