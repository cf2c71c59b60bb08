"""Payments beside hours: which bases they enter, leave paid out, and the limit of the year."""

from __future__ import annotations

from qsmo.services.payroll.tests.earnings.calculating import earnings


def test_an_award_is_gross_and_supplemental_and_not_basic_pay() -> None:
    plain = earnings()
    row = earnings(award_due_cents=500_000, supplemental_due_cents=500_000)
    assert row["gross_cents"] == plain["gross_cents"] + 500_000
    assert row["supplemental_pay_cents"] == 500_000
    assert row["basic_pay_cents"] == plain["basic_pay_cents"]


def test_leave_is_paid_out_by_the_hour() -> None:
    row = earnings(lump_leave_centihours=12_350)
    assert row["lump_leave_cents"] == (row["hourly_cents"] * 12_350 + 50) // 100
    assert row["supplemental_pay_cents"] == row["lump_leave_cents"]
    assert row["compensation_cents"] == row["time_pay_cents"]


def test_leave_paid_out_at_amounts_of_its_own_is_counted_once() -> None:
    row = earnings(lump_leave_due_cents=100_000, supplemental_due_cents=100_000)
    assert row["supplemental_pay_cents"] == row["lump_leave_cents"] == 100_000


def test_back_pay_of_basic_pay_counts_for_retirement_and_other_back_pay_does_not() -> None:
    plain = earnings()
    row = earnings(basic_back_pay_due_cents=40_000, back_pay_due_cents=10_000)
    assert row["gross_cents"] == plain["gross_cents"] + 50_000
    assert row["basic_pay_cents"] == plain["basic_pay_cents"] + 40_000


def test_a_uniform_allowance_is_gross_and_not_taxed() -> None:
    row = earnings(allowance_due_cents=80_000, untaxed_due_cents=80_000)
    assert row["gross_cents"] == row["time_pay_cents"] + 80_000
    assert row["untaxed_pay_cents"] == 80_000
    assert row["supplemental_pay_cents"] == 0


def test_awards_above_level_i_are_deferred_and_basic_pay_never() -> None:
    level_i = 25_310_000
    before = level_i - 700_000
    row = earnings(
        grade=15,
        award_due_cents=500_000,
        supplemental_due_cents=500_000,
        ytd_compensation_cents=before,
    )
    over = before + row["time_pay_cents"] + 500_000 - level_i
    assert row["deferred_pay_cents"] == -min(over, 500_000)
    assert row["gross_cents"] == row["time_pay_cents"] + 500_000 + row["deferred_pay_cents"]
    assert row["supplemental_pay_cents"] == 500_000 + row["deferred_pay_cents"]
    assert earnings(grade=15, ytd_compensation_cents=level_i)["deferred_pay_cents"] == 0
