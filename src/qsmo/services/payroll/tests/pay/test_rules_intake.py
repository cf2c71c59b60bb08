"""What is refused, person by person, with what would be right; nobody else is touched."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import polars as pl
import pytest

from qsmo.contract.documents import TimeRecord, Withholding
from qsmo.kernel.finding import Refusal
from qsmo.kernel.law import LawGap
from qsmo.kernel.money import Money
from qsmo.kernel.period import Period
from qsmo.services.payroll.rules import (
    AgencyRates,
    FehbRate,
    RetirementRate,
    assignment_frame,
    prepare,
    time_frame,
)
from qsmo.services.payroll.tests.pay.people import ANALYST, RATES, entry, prepared, time_of
from qsmo.services.payroll.tests.pay.random_people import CALENDAR, FIRST

ME = ANALYST.employee
OLD = Withholding(form="2019", status="single", allowances=2)


def _wages(social_security: int, medicare: int, oasdi: int | None = None) -> tuple[tuple[str, int], ...]:
    """Balances of both taxes at 6.2 and 1.45 percent of wages in cents."""
    taken = social_security * 62 // 1000 if oasdi is None else oasdi
    return (
        ("oasdi_wages", social_security),
        ("oasdi", taken),
        ("medicare_wages", medicare),
        ("medicare", medicare * 145 // 10_000),
    )


def test_a_complete_record_is_taken_in_without_a_finding() -> None:
    found = prepared()
    assert found.findings == []
    assert found.facts["employee"].to_list() == [ME, "00000002"]
    row = found.facts.row(0, named=True)
    assert (row["area"], row["age"], row["tax_table"]) == ("SEA", 46, "single_or_mfs standard")
    assert row["regular_week1_centihours"] == 4_000
    assert (row["regular_week2_centihours"], row["holiday_week2_centihours"]) == (3_200, 800)


BIRTH = "a day before 2026-01-30 that makes nobody older than 100"
STATION = "a duty station code of nine digits in a state or the District of Columbia"
WHOLE = "a whole percentage from 0 to 100, or an amount in whole dollars"
TO_A_CENT = "balances that agree to a cent for each pay period"
SAME_WAGES = "the same wages for both, Social Security up to 184,500.00"
PLANS = "one of GS, GM, GL, ES, SL, ST, EX, AD, ED, CA, WG, WL, WS; people of other plans are paid outside of this run"
BASES = "PA (per annum); PH (per hour) for prevailing rate plans, and for experts"
NEAREST = "114,017.00 (SEA) or 114,459.00 (HAR); or the special rate table in the terms of pay"
SCHEDULES = "F or G (full time), P, Q, S or T (part time), I or J (intermittent)"
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("pay-plan", {"pay_plan": "ZZ"}, PLANS),
    ("pay-basis", {"pay_basis": "PH"}, BASES),
    ("grade", {"grade": "16"}, "01 to 15"),
    ("step", {"step": "11"}, "01 to 10"),
    (
        "base-pay",
        {"basic_pay": Money.parse("114018")},
        "a base rate above zero, and an adjusted rate that is not below it",
    ),
    ("locality-pay", {"adjusted_pay": Money.parse("114018")}, NEAREST),
    ("work-schedule", {"work_schedule": "X"}, SCHEDULES),
    ("tour-hours", {"tour_hours": 32}, "40 a week, or 80 a pay period"),
    ("flsa", {"flsa": "E"}, "exempt or nonexempt"),
    ("retirement-code", {"retirement": "9"}, "1, 6, C, K, KR, KF, M, MR, MF, 2, 4"),
    ("retirement-rate", {"retirement": "KR"}, "an agency rate for KR"),
    ("fegli", {"fegli": "Z9"}, "A0 ineligible, B0 waived, C0 Basic only, or one of the codes with options"),
    ("fehb", {"fehb": "ZZ9"}, "a plan of the agency's rate list, or empty for no enrolment"),
    ("tsp-election", {"tsp_amount": Money.parse("10")}, "one of the two"),
    (
        "tsp-range",
        {"tsp_percent": Fraction(101, 100)},
        WHOLE,
    ),
    ("tsp-range", {"tsp_percent": Fraction(1, 3)}, WHOLE),
    ("tsp-range", {"tsp_percent": Fraction(55, 1000)}, WHOLE),
    ("tsp-range", {"tsp_percent": Fraction(0), "tsp_amount": Money(30050)}, WHOLE),
    ("w4-entries", {"withholding": replace(OLD, status="head")}, "the entries of one form"),
    ("w4-entries", {"withholding": Withholding(allowances=2)}, "the entries of one form"),
    ("amount-range", {"withholding": Withholding(extra=Money(-1))}, "0 to 100,000,000.00"),
    (
        "duty-station",
        {"duty_station": "RM0000000"},
        STATION,
    ),
    ("duty-station", {"duty_station": "53"}, STATION),
    (
        "state-approximation",
        {"duty_station": "010920000"},
        "a state with its table on file, or the agency's choice to withhold by the statute",
    ),
    ("born-on", {"born_on": date(2080, 5, 5)}, BIRTH),
    ("born-on", {"born_on": date(1925, 12, 31)}, BIRTH),
    (
        "oasdi-balance",
        {"year_to_date": _wages(1_000_000, 1_000_000, oasdi=0)},
        TO_A_CENT,
    ),
    (
        "medicare-balance",
        {"year_to_date": (("medicare", 14_500),)},
        TO_A_CENT,
    ),
    ("wages-balance", {"year_to_date": _wages(20_000_000, 20_000_000)}, SAME_WAGES),
    ("wages-balance", {"year_to_date": _wages(0, 18_450_000)}, SAME_WAGES),
    ("wages-balance", {"year_to_date": _wages(1_000_000, 0)}, SAME_WAGES),
    ("additional-medicare-balance", {"year_to_date": _wages(18_450_000, 30_000_000)}, TO_A_CENT),
    (
        "additional-medicare-balance",
        {"year_to_date": (*_wages(18_450_000, 19_000_000), ("additional_medicare", 100))},
        TO_A_CENT,
    ),
    ("starts-later", {"effective_on": date(2026, 2, 8)}, "an assignment in effect on 2026-01-11"),
    (
        "tsp-catch-up",
        {"born_on": date(1970, 1, 1), "tsp_percent": Fraction(1), "year_to_date": (("tsp", 2_000_000),)},
        "prior_year_wages in the year-to-date balances",
    ),
]


@pytest.mark.parametrize(("code", "changes", "expected"), REFUSED)
def test_a_person_who_cannot_be_paid_rightly_is_refused_and_told_why(
    code: str, changes: dict[str, Any], expected: str
) -> None:
    found = prepared(changes)
    mine = [each for each in found.findings if each.who == ME]
    assert [each.code for each in mine if each.severity == "error"] == [code]
    finding = next(each for each in mine if each.code == code)
    assert finding.expected == expected
    assert finding.words.endswith(".")
    assert found.refused == {ME}
    assert found.facts["employee"].to_list() == ["00000002"]


WRONG_TIME: list[tuple[str, dict[int, list[tuple[str, str]]]]] = [
    ("time-code", {2: [("1037", "8"), ("4711", "1")]}),
    ("hours", {2: [("1037", "8"), ("838", "0")]}),
    ("tour", {2: [("1037", "7")]}),
    ("tour", {2: [("1037", "9")]}),
    ("time-twice", {2: [("1037", "4"), ("1037", "4")]}),
    ("day-hours", {2: [("1037", "8"), ("1002", "17")]}),
    ("day-outside", {2: [("1037", "8")], 15: [("1002", "1")]}),
    ("night-hours", {2: [("1037", "8"), ("838", "9")]}),
    ("night-on-leave", {2: [("876", "8"), ("838", "2")]}),
    ("sunday-hours", {2: [("1037", "8"), ("1047", "9")]}),
    ("not-sunday", {3: [("1037", "8"), ("1047", "8")]}),
]


@pytest.mark.parametrize(("code", "time"), WRONG_TIME)
def test_time_that_cannot_be_is_refused(code: str, time: dict[int, list[tuple[str, str]]]) -> None:
    found = prepared(time=time)
    assert {each.code for each in found.findings} == {code}
    assert found.refused == {ME}
    assert found.facts["employee"].to_list() == ["00000002"]


def test_night_hours_on_a_short_leave_are_paid() -> None:
    assert prepared(time={2: [("876", "7"), ("1037", "1"), ("838", "2")]}).findings == []


def test_time_of_another_pay_period_is_refused() -> None:
    late = replace(time_of(ME), during=Period(date(2026, 1, 25), date(2026, 2, 8)))
    found = prepare([ANALYST], [late], RATES, FIRST)
    assert {each.code for each in found.findings} == {"other-pay-period"}
    assert found.facts.is_empty()


def test_holiday_hours_need_a_holiday_in_the_pay_period() -> None:
    period = CALENDAR.period_of(date(2026, 3, 10))
    days = [period.during.start + timedelta(days=number) for number in (1, 2, 3, 4, 5, 8, 9, 10, 11, 12)]
    entries = tuple(replace(entry(1, "1037", "8"), on=each) for each in days)
    record = TimeRecord(ME, "900000001", "GS28", period.during, entries)
    assert prepare([ANALYST], [record], RATES, period).findings == []
    record = replace(record, entries=(replace(entries[0], code="816"), *entries[1:]))
    (finding,) = prepare([ANALYST], [record], RATES, period).findings
    assert finding.code == "no-holiday"


HOLIDAYS: list[tuple[set[str], dict[int, list[tuple[str, str]]]]] = [
    ({"not-the-holiday", "holiday-days"}, {3: [("861", "8")]}),
    ({"not-the-holiday"}, {3: [("861", "8")], 9: [("1037", "8")]}),
    ({"not-the-holiday"}, {6: [("816", "8")], 7: [("1037", "8")], 9: []}),
    (set(), {7: [("816", "8")], 9: []}),
    (set(), {8: [("816", "8")], 9: []}),
    (set(), {10: [("816", "8")], 9: [], 14: [("1037", "8")]}),
    (set(), {9: [("861", "8")]}),
]
"""Monday 19 January is the holiday, the ninth day: who works it may not move it, who is off has a workday in lieu."""


@pytest.mark.parametrize(("codes", "time"), HOLIDAYS)
def test_holiday_pay_is_for_the_holiday_or_the_workday_in_lieu_of_it(
    codes: set[str], time: dict[int, list[tuple[str, str]]]
) -> None:
    found = prepared(time=time)
    assert {each.code for each in found.findings if each.severity == "error"} == codes
    assert found.refused == ({ME} if codes else set())


def test_withholding_goes_by_26_or_27_pay_periods_and_no_other_number() -> None:
    for number in (0, 25, 28, -26):
        with pytest.raises(Refusal, match=f"not by {number}$"):
            prepare([ANALYST], [time_of(ME)], RATES, FIRST, withholding_periods=number)


def test_a_person_without_time_and_time_without_a_person_are_both_named() -> None:
    found = prepare([ANALYST], [time_of("00000009")], RATES, FIRST)
    assert {(each.who, each.code) for each in found.findings} == {
        (ME, "no-time"),
        ("00000009", "no-assignment"),
    }
    assert found.facts.is_empty()


def test_two_assignments_for_one_day_are_refused_and_an_older_one_is_not() -> None:
    older = replace(ANALYST, effective_on=date(2024, 1, 1), step="04", basic_pay=Money.parse("1"))
    assert prepare([older, ANALYST], [time_of(ME)], RATES, FIRST).findings == []
    (finding,) = prepare([ANALYST, ANALYST], [time_of(ME)], RATES, FIRST).findings
    assert finding.code == "two-assignments"


def test_a_rate_that_is_not_the_steps_is_said_and_stands() -> None:
    found = prepared({"basic_pay": Money.parse("87362"), "adjusted_pay": Money.parse("115000")})
    (finding,) = found.findings
    assert (finding.code, finding.severity, finding.who) == ("not-the-step", "warning", ME)
    assert finding.expected.startswith("86,659.00; or a rate that the law lets stand")
    mine = found.facts.row(by_predicate=pl.col("employee") == ME, named=True)
    assert (mine["rate_stands"], mine["given_base_cents"], mine["given_pay_cents"]) == (
        1,
        8_736_200,
        11_500_000,
    )


def test_a_locality_area_in_another_state_is_a_warning_and_is_paid() -> None:
    found = prepared({"duty_station": "484050000"})
    (finding,) = found.findings
    assert (finding.code, finding.severity, finding.who) == ("locality-state", "warning", ME)
    assert "Texas" in finding.words
    assert found.facts.height == 2


def test_a_missing_agency_rate_names_the_notice_that_is_missing() -> None:
    (finding, other) = prepared(rates=AgencyRates(fehb=RATES.fehb)).findings
    assert finding.code == other.code == "retirement-rate"
    assert "OPM's annual notice" in finding.words


def test_agency_rates_need_a_source_and_sense() -> None:
    for make in (
        lambda: FehbRate(Money.parse("400"), "self_only", ""),
        lambda: FehbRate(Money.parse("400"), "couple", "list"),
        lambda: FehbRate(Money(0), "self_only", "list"),
        lambda: RetirementRate(Fraction(165, 1000), ""),
        lambda: RetirementRate(Fraction(165, 10), "notice"),
    ):
        with pytest.raises(Refusal):
            make()


def test_a_balance_of_an_unknown_name_is_refused() -> None:
    with pytest.raises(Refusal, match="no balance is called pension"):
        prepared({"year_to_date": (("pension", 1),)})


@pytest.mark.parametrize("on", [date(2024, 6, 10), date(2027, 3, 1)])
def test_a_pay_period_without_law_is_a_gap(on: date) -> None:
    period = CALENDAR.period_of(on)
    with pytest.raises(LawGap):
        prepare([ANALYST], [time_of(ME)], RATES, period)


def test_frames_are_taken_as_documents_are_and_their_place_is_named() -> None:
    people = assignment_frame([ANALYST, replace(ANALYST, employee="2", grade="16")])
    times = time_frame([time_of(ME), time_of("2")])
    plain = prepare(people, times, RATES, FIRST)
    assert plain.facts.equals(prepare([ANALYST], [time_of(ME)], RATES, FIRST).facts)
    placed = people.with_columns(file=pl.lit("people.csv"), line=pl.Series([2, 3]))
    (finding,) = prepare(placed, times, RATES, FIRST).findings
    assert (finding.file, finding.line, finding.field) == ("people.csv", 3, "grade")


def test_27_pay_periods_for_withholding_are_a_choice_of_the_payroll() -> None:
    facts = prepare([ANALYST], [time_of(ME)], RATES, FIRST, withholding_periods=27).facts
    assert facts["withholding_periods"].to_list() == [27]
    assert prepared().facts["withholding_periods"].unique().to_list() == [26]
