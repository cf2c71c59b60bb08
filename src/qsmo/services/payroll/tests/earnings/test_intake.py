"""Intake of every plan and schedule, of hires, separations, payments and changes inside the period."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl
import pytest

from qsmo.contract.documents import Entitlement, PayTerms, TimeRecord
from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.services.payroll.rules import Prepared, calculate, explain, lines, prepare, totals
from qsmo.services.payroll.rules.intake.earnings.payments import payments_of, payments_text
from qsmo.services.payroll.tests.pay.people import ANALYST, RATES, entry, time_of
from qsmo.services.payroll.tests.pay.random_people import FIRST

HOURLY: dict[str, Any] = {
    "pay_plan": "WG",
    "grade": "05",
    "step": "02",
    "pay_basis": "PH",
    "basic_pay": Money.parse("25.50"),
    "adjusted_pay": Money.parse("25.50"),
    "flsa": "nonexempt",
}
SENIOR: dict[str, Any] = {
    "pay_plan": "ES",
    "grade": "00",
    "step": "00",
    "basic_pay": Money.parse("200000"),
    "adjusted_pay": Money.parse("200000"),
}
PROMOTED: dict[str, Any] = {
    "grade": "13",
    "step": "01",
    "basic_pay": Money.parse("90925"),
    "adjusted_pay": Money.parse("119630"),
}


def taken(changes: dict[str, Any], time: Any = None, *more: Any) -> Prepared:
    """The analyst with changes, and further assignments of the same person, prepared for the period."""
    person = replace(ANALYST, **changes)
    times = [time] if isinstance(time, TimeRecord) else [time_of(person.employee, time)]
    return prepare([person, *more], times, RATES, FIRST)


def codes(found: Prepared, severity: str = "error") -> list[str]:
    return sorted({each.code for each in found.findings if each.severity == severity})


def paid(found: Prepared) -> dict[str, Any]:
    """The calculated row of the one person, whose totals tie."""
    assert not codes(found), [str(each) for each in found.findings]
    frame = calculate(found.facts, FIRST).frame
    assert totals(frame).holds, [check for check in totals(frame).checks if not check.holds]
    return frame.row(0, named=True)


def hours(*entries: tuple[int, str, str]) -> TimeRecord:
    worked = tuple(entry(day, code, each) for day, code, each in entries)
    return TimeRecord("00000001", "900000001", "GS28", FIRST.during, worked)


def test_a_prevailing_rate_employee_is_paid_by_the_hour() -> None:
    row = paid(taken(HOURLY, {2: [("1037", "8"), ("second_shift", "8")]}))
    assert (row["hourly_cents"], row["adjusted_pay_cents"]) == (2_550, 5_321_900)
    assert row["gross_cents"] == 80 * 2_550 + 8 * 191  # 7.5 per cent of 25.50 is 1.9125


def test_a_senior_executive_has_a_rate_and_no_premiums() -> None:
    assert paid(taken(SENIOR))["gross_cents"] == 80 * 9_583  # 200,000 / 2,087 = 95.831
    assert codes(taken(SENIOR, {2: [("1037", "8"), ("1002", "2")]})) == ["no-premium"]
    assert codes(taken({**SENIOR, "adjusted_pay": Money.parse("215000")}), "warning") == ["senior-range"]


def test_an_officer_outside_the_leave_system_is_paid_without_a_time_record() -> None:
    officer = replace(ANALYST, **{**SENIOR, "pay_plan": "EX", "grade": "III"})
    found = prepare([officer], [], RATES, FIRST)
    assert paid(found)["basic_centihours"] == 8_000
    assert codes(prepare([replace(ANALYST)], [], RATES, FIRST)) == ["no-time"]


def test_a_special_rate_stands_where_its_table_is_named() -> None:
    special = {"adjusted_pay": Money.parse("120000")}
    assert codes(taken(special)) == ["locality-pay"]
    found = taken({**special, "terms": PayTerms(pay_table="L002")})
    assert paid(found)["hourly_cents"] == 5_750
    assert codes(
        taken({**special, "terms": PayTerms(pay_table="L002")}, {2: [("1037", "8"), ("1002", "1")]})
    ) == ["overtime-limit"]


def test_part_time_is_paid_for_its_hours_and_must_account_for_its_tour() -> None:
    part = {"work_schedule": "P", "tour_hours": 20}
    days = [(day, "1037", "5") for day in (2, 3, 4, 5, 10, 11, 12, 13)]
    row = paid(taken(part, hours(*days)))
    assert row["gross_cents"] == 40 * row["hourly_cents"]
    short = taken(part, hours(*days[:-1]))
    assert codes(short, "warning") == ["part-time-hours"]
    assert paid(short)["gross_cents"] == 35 * row["hourly_cents"]
    assert codes(taken(part, {6: [("1037", "12")]})) == ["tour-exceeded"]


def test_an_intermittent_employee_has_no_tour_and_no_leave() -> None:
    now_and_then = {"work_schedule": "I", "tour_hours": 0}
    assert paid(taken(now_and_then, hours((2, "1037", "6"))))["basic_centihours"] == 600
    assert codes(taken(now_and_then, hours((2, "876", "6")))) == ["intermittent-leave"]


def test_a_hire_and_a_separation_inside_the_period() -> None:
    second = [(day, "1037", "8") for day in (10, 11, 12, 13)] + [(9, "816", "8")]
    hired = {"effective_on": date(2026, 1, 18)}
    assert paid(taken(hired, hours(*second)))["basic_centihours"] == 4_000
    assert codes(taken(hired)) == ["not-employed"]
    left = {"ends_on": date(2026, 1, 16)}
    first = [(day, "1037", "8") for day in (2, 3, 4, 5, 6)]
    assert paid(taken(left, hours(*first)))["basic_centihours"] == 4_000
    assert codes(taken(left)) == ["not-employed"]


def test_a_payment_after_separation_needs_no_time() -> None:
    gone: dict[str, Any] = {
        "ends_on": date(2025, 12, 31),
        "effective_on": date(2025, 1, 12),
        "fehb": "",
        "tsp_percent": Fraction(0),
    }
    assert "ended-earlier" in codes(prepare([replace(ANALYST, **gone)], [], RATES, FIRST))
    leave = (Entitlement("annual_leave", centihours=10_000),)
    found = prepare([replace(ANALYST, **gone, entitlements=leave)], [], RATES, FIRST)
    row = paid(found)
    assert row["gross_cents"] == row["lump_leave_cents"] == 100 * row["hourly_cents"]


def test_a_promotion_inside_the_period_splits_it_and_each_part_explains_itself() -> None:
    """Five days at GS-12 step 5 and four and a holiday at GS-13 step 1 in Seattle: 54.63 and 57.32 an hour."""
    promoted = replace(ANALYST, effective_on=date(2026, 1, 18), **PROMOTED)
    found = taken({}, {3: [("1037", "8"), ("1002", "2")]}, promoted)
    assert found.facts["segment"].to_list() == [1, 2]
    row = paid(found)
    assert row["regular_pay_cents"] == 40 * 5_463 + 32 * 5_732
    assert row["holiday_pay_cents"] == 8 * 5_732
    assert row["hourly_cents"] == 5_732
    assert row["gross_cents"] == row["time_pay_cents"] + row["overtime_cents"]
    shown = explain(row, "regular_pay_cents")
    assert [each.value for each in shown.inputs] == [40 * 5_463, 32 * 5_732]
    assert "2 parts" in shown.words
    first = explain(row, shown.inputs[0].name)
    assert "2026-01-11 to 2026-01-17" in first.title
    assert [each.name for each in first.inputs] == ["part1:hourly_cents", "part1:regular_centihours"]
    assert explain(row, "part1:hourly_cents").shown == "54.63"
    assert explain(row, "part1:grade").value == 12
    (line,) = [each for each in lines(row) if each.name == "regular_pay_cents"]
    assert (line.quantity, line.rate) == ("72.00 h", "several")
    with pytest.raises(Refusal):
        explain(row, "part3:hourly_cents")


def test_a_change_that_does_not_touch_earnings_makes_no_parts() -> None:
    changed = replace(ANALYST, effective_on=date(2026, 1, 15), tsp_percent=Fraction(10, 100))
    found = taken({}, None, changed)
    assert found.facts["segment"].to_list() == [0]
    assert found.facts["tsp_millionths"].to_list() == [100_000]


def test_parts_add_up_to_the_whole_when_nothing_differs_but_the_step_is_the_same_rate() -> None:
    """A move between two stations of one area leaves every amount of hours as it was."""
    moved = replace(ANALYST, effective_on=date(2026, 1, 14), duty_station="530330000")
    split, whole = paid(taken({}, None, moved)), paid(taken({}))
    assert split["segments"] != ""
    for name in ("regular_centihours", "time_pay_cents", "gross_cents", "net_cents"):
        assert split[name] == whole[name]


def test_people_with_and_without_parts_are_calculated_together() -> None:
    promoted = replace(ANALYST, effective_on=date(2026, 1, 18), **PROMOTED)
    other = replace(ANALYST, employee="00000002", ssn="900000002")
    found = prepare([ANALYST, promoted, other], [time_of("00000001"), time_of("00000002")], RATES, FIRST)
    frame = calculate(found.facts, FIRST).frame
    assert calculate(found.facts, FIRST, engine="duckdb").frame.equals(frame)
    assert frame["employee"].to_list() == ["00000001", "00000002"]
    assert totals(frame).holds
    alone = calculate(found.facts.filter(pl.col("segment") == 0), FIRST).frame
    assert frame.row(1, named=True) == alone.row(0, named=True)


def test_payments_are_read_back_as_they_were_written() -> None:
    payments = (
        Entitlement("award", Money.parse("1234.50"), on=date(2026, 1, 12)),
        Entitlement("annual_leave", centihours=12_350),
        Entitlement("basic_back_pay", Money(-500)),
    )
    assert payments_text(payments) == "award 1234.50 2026-01-12; annual_leave 123.50h; basic_back_pay -5.00"
    assert payments_of(payments_text(payments)) == payments
    with pytest.raises(Refusal):
        payments_of("award lots")


def test_payments_reach_the_statement_and_unknown_ones_are_refused() -> None:
    ordered = (Entitlement("award", Money.parse("500")), Entitlement("back_pay", Money.parse("80")))
    row = paid(taken({"entitlements": ordered}))
    assert (row["award_cents"], row["back_pay_cents"], row["supplemental_pay_cents"]) == (
        50_000,
        8_000,
        58_000,
    )
    assert codes(taken({"entitlements": (Entitlement("gift", Money(1)),)})) == ["payment-code"]


def test_a_uniform_allowance_is_paid_and_lowers_no_wages_of_any_tax() -> None:
    """5 U.S.C. 5901(c): such an allowance is not wages."""
    plain, row = paid(taken({})), paid(taken({"entitlements": (Entitlement("uniform", Money(80_000)),)}))
    assert row["gross_cents"] == plain["gross_cents"] + 80_000
    assert row["net_cents"] == plain["net_cents"] + 80_000
    wages = ("fica_wages_cents", "income_tax_wages_cents", "state_wages_cents", "local_wages_cents")
    assert [row[name] for name in wages] == [plain[name] for name in wages]


@pytest.mark.parametrize(
    ("changes", "time", "code"),
    [
        ({"terms": PayTerms(auo=Fraction(30, 100))}, None, "annual-premium"),
        ({"terms": PayTerms(availability=True, auo=Fraction(25, 100))}, None, "annual-premium"),
        ({"terms": PayTerms(availability=True), "flsa": "nonexempt"}, None, "availability-flsa"),
        ({}, {2: [("1037", "8"), ("second_shift", "8")]}, "shift-of-general-schedule"),
        (HOURLY, {2: [("1037", "8"), ("838", "8")]}, "night-of-prevailing-rate"),
        (HOURLY, {2: [("1037", "8"), ("environmental_8", "4")]}, "environment-base"),
        ({}, {2: [("1037", "8"), ("environmental_8", "4")]}, "hazard-plan"),
        (
            {},
            {2: [("1037", "8"), ("hazard_8", "4")], 3: [("1037", "8"), ("hazard_25", "4")]},
            "two-percentages",
        ),
        ({"terms": PayTerms(schedule="standard")}, {2: [("1037", "9")], 3: [("1037", "7")]}, "standard-day"),
        (
            {"terms": PayTerms(schedule="standard")},
            {6: [("1037", "4")], 13: [("1037", "12")]},
            "standard-day",
        ),
        ({"adjusted_pay": Money.parse("0")}, None, "rate-range"),
    ],
)
def test_terms_and_hours_that_do_not_belong_together_are_refused(
    changes: dict[str, Any], time: Any, code: str
) -> None:
    assert code in codes(taken(changes, time))


def test_uneven_weeks_are_said_unless_the_schedule_allows_them() -> None:
    uneven = {6: [("1037", "4")], 13: [("1037", "12")]}
    assert codes(taken({}, uneven), "warning") == ["uneven-weeks"]
    assert codes(taken({"terms": PayTerms(schedule="standard")}, uneven)) == ["standard-day", "standard-week"]
    assert taken({"terms": PayTerms(schedule="compressed")}, uneven).findings == []
