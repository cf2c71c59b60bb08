"""Premium pay: published examples to the cent, prevailing rate plans, the limits and the order in which they cut."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from qsmo.kernel.period import PayCalendar
from qsmo.services.payroll.tests.earnings.calculating import GIVEN, dollars, earnings
from qsmo.services.payroll.tests.earnings.test_rates import OF_2021, example

NEXT = PayCalendar(date(2021, 1, 31), 11).period_of(date(2021, 2, 14))


def test_flsa_overtime_of_one_workweek_as_opm_computes_it(reference: Path) -> None:
    case = example(reference, "flsa-overtime-2023")
    given, expected = case["input"], case["expected"]
    row = earnings(
        **GIVEN,
        given_hourly_cents=2237,
        nonexempt=1,
        regular_week2_centihours=0,
        overtime_week1_centihours=given["overtime_hours"] * 100,
        night_week1_centihours=given["night_hours"] * 100,
        sunday_week1_centihours=given["sunday_hours"] * 100,
    )
    got = dollars(
        row,
        "time_pay",
        "night_rate",
        "night_premium",
        "sunday_rate",
        "sunday_premium",
        "overtime_straight_week1",
        "remuneration_week1",
        "regular_rate_week1",
        "half_rate_week1",
        "flsa_week1",
    )
    names = (
        "basic night_rate night sunday_rate sunday overtime_straight total_remuneration hourly_regular_rate half "
        "overtime_total"
    )
    assert got == [expected[name] for name in names.split()]
    assert dollars(row, "gross") == [f"{1447.32 + 0:.2f}"]


def test_title_5_overtime_and_night_pay_of_the_federal_test_set(reference: Path) -> None:
    expected = example(reference, "gdts-title5-overtime-night")["expected"]
    row = earnings(
        NEXT,
        grade=7,
        step=3,
        area="",
        given_locality_millionths=282_200,
        overtime_week1_centihours=1_520,
        overtime_week2_centihours=3_470,
        night_week1_centihours=1_400,
        night_week2_centihours=3_290,
    )
    names = ["hourly", "overtime_rate", "overtime", "night_rate", "gross"]
    assert dollars(row, *names) == [expected[name] for name in names]
    assert dollars(row, "time_pay", "night_premium") == [expected["basic"], expected["night"]]


def test_above_gs_10_step_1_overtime_is_at_the_own_rate_when_that_is_more() -> None:
    """Graham Three of the federal test set: GM-14 in the Rest of U.S., two hours at 55.37."""
    row = earnings(
        OF_2021,
        pay_plan="GM",
        area="",
        rate_stands=1,
        given_base_cents=10_016_700,
        given_pay_cents=11_556_300,
        given_locality_millionths=153_700,
        overtime_week1_centihours=200,
    )
    assert dollars(row, "hourly", "overtime", "gross") == ["55.37", "110.74", "4540.34"]


def test_the_limit_of_opms_atlanta_example(reference: Path) -> None:
    """191,900 a year was the rate of GS-15 step 10 in Atlanta in 2024; the same steps with the cap of 2026."""
    expected = example(reference, "premium-cap-atlanta-2024")["expected"]
    assert float(expected["biweekly_cap"]) * 100 == (19_190_000 * 2 + 2087) // (2 * 2087) * 80
    row = earnings(area="SF", grade=15, step=10, overtime_week1_centihours=1_000)
    assert dollars(row, "cap_annual", "cap") == ["197200.00", "7559.20"]
    assert row["gross_cents"] == row["cap_cents"]


def test_premiums_are_cut_in_a_fixed_order() -> None:
    premiums = {
        "night_week1_centihours": 800,
        "sunday_week1_centihours": 800,
        "overtime_week1_centihours": 800,
        "comp_earned_week2_centihours": 800,
    }
    row = earnings(grade=15, step=8, area="RUS", **premiums)
    names = ("night_premium", "sunday_premium", "overtime", "comp_value")
    paid = sum(row[f"{name}_cents"] for name in names)
    cut = [row[f"cut_{name}_cents"] for name in names]
    assert sum(cut) == paid - row["premium_room_cents"] > 0
    assert cut[0] == cut[1] == 0
    assert cut[3] == row["comp_value_cents"], "compensatory time gives way before anything that is paid"
    assert row["over_cap_cents"] == -cut[2]
    assert row["gross_cents"] <= row["cap_cents"]


def test_in_an_emergency_the_year_is_the_limit() -> None:
    much = {"grade": 15, "step": 5, "area": "RUS", "overtime_week1_centihours": 4_000}
    early = earnings(**much, annual_cap=1)
    assert early["over_cap_cents"] == 0
    late = earnings(**much, annual_cap=1, ytd_capped_pay_cents=early["cap_annual_cents"] - 700_000)
    assert late["gross_cents"] == max(700_000, late["time_pay_cents"])
    assert earnings(**much)["over_cap_cents"] < 0


def test_prevailing_rate_employees_have_no_limit_and_their_shift_pay_is_basic_pay() -> None:
    row = earnings(
        **GIVEN,
        pay_plan="WG",
        given_hourly_cents=3_333,
        overtime_week1_centihours=4_000,
        second_shift_week1_centihours=4_000,
        third_shift_week2_centihours=4_000,
    )
    # 7.5 and 10 per cent of 33.33 are 2.49975 and 3.333
    assert dollars(row, "second_shift_rate", "third_shift_rate", "overtime_rate") == ["2.50", "3.33", "50.00"]
    assert row["basic_pay_cents"] == 80 * 3_333 + 40 * 250 + 40 * 333
    assert row["over_cap_cents"] == 0


SHIFTS = [
    # (33.33 + 2.50) and (33.33 + 3.33) times 1.5 are 53.745 and 54.99; without a whole week in one shift 49.995
    ({"second_shift_week1_centihours": 4_000}, 800, 0, 8 * 5_375),
    ({"third_shift_week1_centihours": 4_000}, 800, 0, 8 * 5_499),
    ({"second_shift_week1_centihours": 3_200}, 800, 0, 8 * 5_000),
    ({"second_shift_week1_centihours": 2_000, "third_shift_week1_centihours": 2_000}, 800, 0, 8 * 5_000),
    ({"third_shift_week2_centihours": 4_000}, 800, 1_000, 8 * 5_000 + 10 * 5_499),
    ({}, 110, 120, (5_000 * 230 + 50) // 100),
]


@pytest.mark.parametrize(("shifts", "first", "second", "cents"), SHIFTS)
def test_the_night_differential_of_prevailing_rate_employees_is_in_their_overtime_rate(
    shifts: dict[str, int], first: int, second: int, cents: int
) -> None:
    """5 CFR 532.505: the differential is part of the rate of basic pay and a basis of overtime pay."""
    hours = {"overtime_week1_centihours": first, "overtime_week2_centihours": second}
    row = earnings(**GIVEN, pay_plan="WG", given_hourly_cents=3_333, **hours, **shifts)
    assert row["overtime_cents"] == cents
    assert earnings(**hours, **shifts)["overtime_rate_week1_cents"] == earnings()["overtime_rate_cents"]


def test_hazard_and_environmental_pay_take_the_percentage_of_the_code() -> None:
    row = earnings(hazard_week1_centihours=800, hazard_millionths=250_000)
    assert row["hazard_rate_cents"] == (row["hourly_cents"] * 2 + 4) // 8
    assert row["gross_cents"] == row["time_pay_cents"] + 8 * row["hazard_rate_cents"]
    row = earnings(
        **GIVEN,
        pay_plan="WG",
        given_hourly_cents=3_000,
        environmental_week2_centihours=400,
        environmental_millionths=80_000,
        environment_base_cents=2_611,
    )
    assert row["environmental_premium_cents"] == 4 * 209
    assert row["basic_pay_cents"] == row["time_pay_cents"]


@pytest.mark.parametrize(
    ("facts", "line", "in_base"),
    [
        ({"availability": 1}, "availability_pay_cents", True),
        ({"auo_millionths": 250_000}, "auo_pay_cents", False),
        ({"auo_millionths": 250_000, "law_enforcement": 1}, "auo_pay_cents", True),
    ],
)
def test_a_quarter_of_basic_pay(facts: dict[str, int], line: str, in_base: bool) -> None:
    row = earnings(grade=9, step=1, **facts)
    quarter = (row["time_pay_cents"] * 2 + 4) // 8
    assert row[line] == quarter
    assert row["basic_pay_cents"] == row["time_pay_cents"] + in_base * quarter


def test_standby_pay_is_of_the_part_up_to_gs_10_step_1() -> None:
    row = earnings(grade=13, step=1, standby_millionths=250_000)
    assert row["standby_pay_cents"] == (row["overtime_limit_hourly_cents"] * 80 * 2 + 4) // 8
    assert row["basic_pay_cents"] == row["time_pay_cents"] + row["standby_pay_cents"]
