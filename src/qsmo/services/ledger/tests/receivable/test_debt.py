"""Charges on debts, against sums worked by hand from the statute and day by day in another way."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qsmo.kernel.finding import Refusal
from qsmo.kernel.law import LawGap
from qsmo.kernel.money import Money
from qsmo.services.ledger.rules.receivable.aging import ages
from qsmo.services.ledger.rules.receivable.debt import (
    Debt,
    applied,
    cleared_by,
    goes_to_treasury_on,
    interest,
    needs_justice,
    penalty,
    rate_of,
)
from qsmo.services.ledger.rules.receivable.postings import KINDS, posting, standing

NOTICED, DUE = date(2026, 1, 15), date(2026, 2, 14)
DEBT = Debt(Money(10_000_00), NOTICED, DUE)


def test_the_rate_is_that_of_the_day_of_the_notice_and_stays() -> None:
    assert [rate_of(date(year, 6, 1)).text("rate") for year in (2020, 2021, 2023, 2025, 2026)] == [
        "0.02", "0.01", "0.03", "0.05", "0.04",
    ]  # fmt: skip
    assert rate_of(date(2023, 3, 31)).text("rate") == "0.01"
    late = Debt(Money(10_000_00), date(2025, 12, 31), date(2026, 1, 30))
    assert interest(late, date(2026, 12, 31)).rate == Fraction(5, 100)


def test_a_debt_of_a_year_whose_rate_was_not_read_is_refused() -> None:
    for day in (date(2024, 5, 1), date(2027, 1, 1)):
        with pytest.raises(LawGap, match="Rate of interest on debts owed to the Government"):
            interest(Debt(Money(1_00), day, day), day + timedelta(days=60))


def test_nothing_is_charged_for_thirty_days_and_then_from_the_day_of_the_notice() -> None:
    assert interest(DEBT, NOTICED + timedelta(days=30)).amount == Money(0)
    # 10,000.00 x 4 percent x 31 days / 365 = 33.9726
    assert interest(DEBT, NOTICED + timedelta(days=31)).amount == Money(33_97)


def test_what_is_paid_within_thirty_days_bears_no_interest() -> None:
    debt = Debt(DEBT.principal, NOTICED, DUE, ((DUE, Money(4_000_00)), (date(2026, 3, 16), Money(1_000_00))))
    # 6,000.00 over 60 days to 16 March, 5,000.00 over 30 more: (360,000 + 150,000) x 4 percent / 365 = 55.8904
    found = interest(debt, date(2026, 4, 15))
    assert (found.amount, [span.days for span in found.spans]) == (Money(55_89), [60, 30])
    assert found.steps[0] == "6,000.00 at 4 percent a year from 2026-01-15 to 2026-03-16: 60 days"


def test_a_debt_that_is_paid_bears_interest_no_longer() -> None:
    """10,000.00 x 4 percent x 60 days / 365 = 65.7534; nothing is open after that."""
    paid = Debt(
        DEBT.principal, NOTICED, DUE, ((date(2026, 3, 16), DEBT.principal), (date(2026, 3, 20), Money(0)))
    )
    found = interest(paid, date(2026, 12, 31))
    assert (found.amount, [span.days for span in found.spans]) == (Money(65_75), [60])


def test_the_penalty_begins_after_ninety_days_and_runs_from_the_day_it_was_due() -> None:
    assert penalty(DEBT, DUE + timedelta(days=90)).amount == Money(0)
    # 10,000.00 x 6 percent x 91 days / 365 = 149.5890
    assert penalty(DEBT, DUE + timedelta(days=91)).amount == Money(149_59)
    paid = Debt(DEBT.principal, NOTICED, DUE, ((DUE + timedelta(days=90), Money(9_000_00)),))
    # only what was not paid by then: 1,000.00 x 6 percent x 100 / 365 = 16.4384
    assert penalty(paid, DUE + timedelta(days=100)).amount == Money(16_44)


def test_an_agency_of_the_united_states_owes_no_charges() -> None:
    debt = Debt(DEBT.principal, NOTICED, DUE, is_person=False)
    assert [charge(debt, date(2027, 1, 1)).amount for charge in (interest, penalty)] == [Money(0), Money(0)]


def test_a_part_payment_goes_to_costs_and_penalty_before_interest_and_principal_last() -> None:
    left = {
        "principal": Money(100_00), "interest": Money(5_00), "penalty": Money(3_00), "handling": Money(2_00),
        "contingency": Money(1_00),
    }  # fmt: skip
    assert applied(Money(8_00), left, NOTICED) == {
        "contingency": Money(1_00), "penalty": Money(3_00), "handling": Money(2_00), "interest": Money(2_00),
    }  # fmt: skip
    assert applied(Money(111_00), left, NOTICED) == left
    with pytest.raises(Refusal, match=r"111\.00 is owed"):
        applied(Money(111_01), left, NOTICED)


PAID = st.lists(st.tuples(st.integers(0, 400), st.integers(1, 2_000_00)), max_size=4)


@given(PAID, st.integers(0, 500))
def test_charges_are_what_a_count_of_single_days_comes_to(paid: list[tuple[int, int]], days: int) -> None:
    payments = tuple((NOTICED + timedelta(days=day), Money(cents)) for day, cents in paid)
    on = NOTICED + timedelta(days=days)
    debt = Debt(DEBT.principal, NOTICED, DUE, payments)
    for charge, start, free, rate in (
        (interest, NOTICED, NOTICED + timedelta(days=30), Fraction(4, 100)),
        (penalty, DUE, DUE + timedelta(days=90), Fraction(6, 100)),
    ):
        borne = 0
        if on > free:
            for number in range((on - start).days):
                day = start + timedelta(days=number)
                borne += debt.open_on(max(day, free)).cents
        exact = borne * rate / 365
        assert abs(charge(debt, on).amount.cents - exact) <= Fraction(1, 2)


@given(st.integers(1, 111_00))
def test_nothing_of_a_payment_is_lost_and_no_part_is_overpaid(cents: int) -> None:
    left = {"principal": Money(100_00), "interest": Money(5_00), "penalty": Money(6_00)}
    found = applied(Money(cents), left, NOTICED)
    assert Money.total(found.values()) == Money(cents)
    assert all(found[part] <= left[part] for part in found)
    assert not found.get("principal") or found["interest"] == left["interest"]


def test_open_debts_stand_in_the_group_of_their_age() -> None:
    on = date(2026, 8, 1)
    late = (0, 1, 30, 31, 90, 91, 120, 121, 180, 181, 365, 366, 730, 731)
    found = ages([(on - timedelta(days=days), Money(1_00)) for days in (-5, *late)], on)
    assert [(each.name, each.count) for each in found] == [
        ("current", 2), ("to-30", 2), ("to-60", 1), ("to-90", 1), ("to-120", 2), ("to-180", 2), ("to-365", 2),
        ("to-730", 2), ("over-730", 1),
    ]  # fmt: skip


def test_days_and_amounts_after_which_others_decide() -> None:
    assert goes_to_treasury_on(NOTICED, DUE) == date(2026, 6, 14)
    assert [needs_justice(NOTICED, Money(cents)) for cents in (100_000_00, 100_000_01)] == [False, True]


def test_money_in_suspense_is_to_be_cleared_within_sixty_days() -> None:
    """From 15 January: 16 days to its end, 28 of February, 16 of March."""
    assert cleared_by(NOTICED, date(2026, 3, 1)) == date(2026, 3, 16)


def test_every_part_that_is_charged_stands_in_one_account_or_the_case_is_refused() -> None:
    on = date(2026, 3, 1)
    assert standing("general-fund", on) == {
        "131000": ("principal",), "134000": ("interest",), "136000": ("penalty",),
        "137000": ("handling", "contingency"),
    }  # fmt: skip
    assert posting("reimbursable", "collect", "principal", on).rule == "COLLECT_REIMB"
    for kind in KINDS:
        assert standing(kind, on)
    with pytest.raises(Refusal, match="No posting rule is on file"):
        posting("reimbursable", "charge", "interest", on)
