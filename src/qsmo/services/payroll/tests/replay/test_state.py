"""What is known of a person in a pay period: by effective date, by what had arrived, and never back for elections."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from qsmo.kernel.money import Money
from qsmo.kernel.period import Period
from qsmo.services.payroll.rules.timeline.calendar import begins, pay_periods, through
from qsmo.services.payroll.rules.timeline.events import DEDUCTION, ELECTION, Event, Held, Pay, profile
from qsmo.services.payroll.rules.timeline.state import Known, known_in, paid_once
from qsmo.services.payroll.tests.pay.people import ANALYST

FIRST = Period(date(2026, 1, 11), date(2026, 1, 25))
NEXT = Period(date(2026, 1, 25), date(2026, 2, 8))
THIRD = Period(date(2026, 2, 8), date(2026, 2, 22))
HIRED = profile(ANALYST)
PROMOTED: dict[str, Any] = {
    "grade": "13",
    "step": "01",
    "basic_pay": Money(9092500),
    "adjusted_pay": Money(11963000),
}


def act(on: date, nature: str, known_on: date | None = None, order: int = 1, **stated: Any) -> Event:
    return Event("00000001", on, nature, stated, known_on=known_on, order=order)


def known(during: Period, *events: Event, by: date | None = None) -> Known:
    return known_in([HIRED, *events], during, by or during.last, begins)


def test_a_profile_is_the_assignment_until_something_changes_it() -> None:
    found = known(FIRST)
    assert [replace(each, effective_on=ANALYST.effective_on) for each in found.assignments] == [ANALYST]
    assert (found.ended_on, found.held, found.findings) == (None, (), ())


def test_a_change_inside_a_pay_period_splits_it_on_its_day() -> None:
    found = known(FIRST, act(date(2026, 1, 20), "702", **PROMOTED)).assignments
    assert [(each.effective_on, each.grade) for each in found] == [
        (FIRST.start, "12"),
        (date(2026, 1, 20), "13"),
    ]


def test_a_change_on_the_first_day_does_not_split() -> None:
    found = known(NEXT, act(NEXT.start, "702", **PROMOTED)).assignments
    assert [each.grade for each in found] == ["13"]


def test_an_action_that_states_what_holds_already_does_not_split() -> None:
    assert (
        len(known(FIRST, act(date(2026, 1, 20), "792", grade="12", duty_station="531960033")).assignments)
        == 1
    )


def test_two_actions_of_a_day_act_in_their_sequence() -> None:
    second = replace(act(NEXT.start, "792", grade="14"), sequence=21)
    first = replace(act(NEXT.start, "702", order=2, grade="13"), sequence=11)
    assert known(NEXT, second, first).assignments[0].grade == "14"


def test_what_had_not_arrived_is_not_known() -> None:
    late = act(FIRST.start, "702", known_on=THIRD.start, **PROMOTED)
    assert known(NEXT, late).assignments[0].grade == "12"
    assert known(NEXT, late, by=THIRD.last).assignments[0].grade == "13"


def test_a_late_change_of_an_election_begins_with_the_pay_period_in_which_it_is_known() -> None:
    late = act(FIRST.start, "101", known_on=date(2026, 1, 28), fehb="105", tsp_amount=Money(15000))
    late = replace(late, stated={**late.stated, "tsp_percent": Fraction(0)})
    before, after = known(NEXT, late, by=THIRD.last), known(THIRD, late)
    assert (before.assignments[0].fehb, before.assignments[0].tsp_percent) == ("111", Fraction(5, 100))
    assert (after.assignments[0].fehb, after.assignments[0].tsp_amount) == ("105", Money(15000))


def test_an_election_with_a_day_of_its_own_waits_for_the_pay_period_that_begins_then() -> None:
    election = replace(
        act(FIRST.start, "911", tsp_percent=Fraction(0)), elected_on={"savings": date(2026, 1, 27)}
    )
    assert known(NEXT, election).assignments[0].tsp_percent == Fraction(5, 100)
    assert known(THIRD, election).assignments[0].tsp_percent == Fraction(0)


def test_savings_of_both_treatments_are_kept_side_by_side() -> None:
    found = known(NEXT, act(NEXT.start, "913", roth_percent=Fraction(0), roth_amount=Money(15000)))
    assert found.savings == (Fraction(5, 100), Money(0), Fraction(0), Money(15000))


def test_a_rate_in_tenths_does_not_change_the_rate_on_file() -> None:
    hourly = profile(replace(ANALYST, pay_basis="PH", basic_pay=Money(1856), adjusted_pay=Money(1856)))
    again = act(NEXT.start, "792", pay_basis="PH", basic_pay=Money(1860), adjusted_pay=Money(1860))
    found = known_in([hourly, replace(again, within=Money(5))], NEXT, NEXT.last, begins).assignments
    assert found[0].basic_pay == Money(1856)
    raised = replace(again, within=Money(5), stated={**again.stated, "basic_pay": Money(1870)})
    assert known_in([hourly, raised], NEXT, NEXT.last, begins).assignments[0].basic_pay == Money(1870)
    exact = known_in([hourly, again], NEXT, NEXT.last, begins).assignments
    assert exact[0].basic_pay == Money(1860)


def test_a_separation_ends_the_employment_with_its_day() -> None:
    left = act(date(2026, 1, 30), "317")
    assert known(NEXT, left).ended_on == date(2026, 1, 30)
    assert known(NEXT, left).assignments
    assert not known(THIRD, left).assignments
    back = act(THIRD.start, "140", order=2)
    assert known(THIRD, left, back).assignments


def test_nobody_is_employed_before_the_first_day() -> None:
    hired = profile(replace(ANALYST, effective_on=date(2026, 1, 28)))
    assert not known_in([hired], FIRST, FIRST.last, begins).assignments
    found = known_in([hired], NEXT, NEXT.last, begins).assignments
    assert [each.effective_on for each in found] == [date(2026, 1, 28)]


def test_an_appointment_that_states_too_little_is_named() -> None:
    found = known_in([act(FIRST.start, "101", grade="12")], FIRST, FIRST.last, begins)
    assert [each.code for each in found.findings] == ["profile-missing"]
    assert "basic_pay" in found.findings[0].words


def test_a_cancelled_action_is_as_if_it_had_not_been() -> None:
    promotion = act(FIRST.start, "702", **PROMOTED)
    cancelled = replace(act(FIRST.start, "001", known_on=NEXT.start, order=2), corrects="702")
    assert known(FIRST, promotion, cancelled).assignments[0].grade == "13"
    assert known(FIRST, promotion, cancelled, by=NEXT.last).assignments[0].grade == "12"


def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    promotion = act(FIRST.start, "702", **PROMOTED)
    corrected = replace(act(FIRST.start, "002", order=2, **{**PROMOTED, "step": "02"}), corrects="702")
    found = known(FIRST, promotion, corrected).assignments[0]
    assert (found.grade, found.step) == ("13", "02")


def test_deductions_are_held_until_they_are_asked_for_at_nothing() -> None:
    begun = Event("00000001", NEXT.start, DEDUCTION, {}, held=(Held("428", Money(25000)),))
    ended = Event("00000001", THIRD.start, DEDUCTION, {}, held=(Held("428", Money(0)),))
    assert known(FIRST, begun, ended).held == ()
    assert known(NEXT, begun, ended).held == (("428", Money(25000)),)
    assert known(THIRD, begun, ended).held == ()


def test_entries_of_an_older_form_replace_what_messages_say_of_step_2() -> None:
    entries = {"form": "2019", "allowances": 2}
    older = Event("00000001", FIRST.start, ELECTION, {"entries": entries})
    said = act(FIRST.start, "101", status="married", step2_checked=True)
    form = known(FIRST, older, said).assignments[0].withholding
    assert (form.form, form.status, form.allowances, form.step2_checked) == ("2019", "married", 2, False)


def test_a_divorce_changes_the_form_with_the_next_pay_period() -> None:
    married = act(FIRST.start, "101", status="married")
    divorced = act(date(2026, 1, 20), "991", order=2, status="single")
    assert known(FIRST, married, divorced).assignments[0].withholding.status == "married"
    assert known(NEXT, married, divorced).assignments[0].withholding.status == "single"


def test_an_award_is_due_where_it_takes_effect_or_once_it_is_known() -> None:
    award = replace(act(date(2026, 1, 20), "840"), pays=(Pay("award", Money(100000), "an award"),))
    late = replace(award, known_on=NEXT.start)
    assert [pay.code for _, pay in paid_once([award], FIRST, None, FIRST.last)] == ["award"]
    assert paid_once([award], NEXT, FIRST.last, NEXT.last) == []
    assert paid_once([late], FIRST, None, FIRST.last) == []
    assert len(paid_once([late], NEXT, FIRST.last, NEXT.last)) == 1
    assert paid_once([late], THIRD, NEXT.last, THIRD.last) == []


def test_pay_periods_come_from_the_calendar_of_their_year() -> None:
    found = pay_periods(date(2021, 1, 31), date(2021, 3, 1))
    assert [(each.label, each.during.start, each.pay_date) for each in found] == [
        ("2021-04", date(2021, 1, 31), date(2021, 2, 24)),
        ("2021-05", date(2021, 2, 14), date(2021, 3, 10)),
        ("2021-06", date(2021, 2, 28), date(2021, 3, 24)),
    ]
    assert through("2021-05", date(2021, 1, 31)) == date(2021, 2, 27)
    assert pay_periods(date(2026, 2, 22), date(2026, 2, 22))[0].label == "2026-06"
    assert begins(date(2026, 1, 12)) == date(2026, 1, 11) + timedelta(days=14)
