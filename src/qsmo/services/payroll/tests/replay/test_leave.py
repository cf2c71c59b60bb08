"""Leave accounts against the statutes: 5 U.S.C. 6303, 6304 and 6307, 5 CFR part 630."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from qsmo.contract.documents import TimeEntry, TimeRecord
from qsmo.kernel.period import PayPeriod
from qsmo.services.payroll.rules.timeline.calendar import calendar_on
from qsmo.services.payroll.rules.timeline.leave import Account, accounts
from qsmo.services.payroll.rules.timeline.papers import Papers
from qsmo.services.payroll.rules.timeline.state import Known
from qsmo.services.payroll.tests.pay.people import ANALYST

JANUARY = date(2026, 1, 11)
FULL = {"1037": 8_000}


def period(number: int) -> PayPeriod:
    """The pay periods from 11 January 2026 on, counted from 0."""
    day = JANUARY + timedelta(days=14 * number)
    return calendar_on(day).period_of(day)


def paid(
    number: int, hours: dict[str, int], known: dict[str, Any], **person: Any
) -> tuple[PayPeriod, Papers]:
    """One pay period with hours by time code, in hundredths, all on its second day."""
    own = period(number)
    on = own.during.start + timedelta(days=1)
    entries = tuple(TimeEntry(on, code, centihours) for code, centihours in hours.items())
    record = TimeRecord(ANALYST.employee, ANALYST.ssn, "GS28", own.during, entries)
    assignment = replace(ANALYST, effective_on=own.during.start, **person)
    return own, Papers(ANALYST.employee, Known(assignments=(assignment,), **known), record)


def kept(
    hours: list[dict[str, int]], first: int = 0, known: Any = None, **person: Any
) -> list[list[Account]]:
    """The accounts after each of several pay periods."""
    turns = [paid(first + place, each, known or {}, **person) for place, each in enumerate(hours)]
    return [list(accounts(turns[: place + 1])) for place in range(len(turns))]


def earned(found: list[list[Account]], kind: str) -> list[int]:
    return [each.earned for turn in found for each in turn if each.kind == kind]


SERVICE: list[tuple[date | None, str, list[int]]] = [
    (date(2025, 6, 1), "GS", [400]),
    (date(2023, 1, 12), "GS", [400, 600]),  # the third year is full on the second day of the first pay period
    (date(2023, 1, 11), "GS", [600]),
    (date(2011, 1, 12), "GS", [600, 800]),
    (date(1999, 3, 1), "WG", [800]),
    (date(2025, 6, 1), "ES", [800]),
    (date(2025, 6, 1), "SL", [800]),
    (None, "GS", [0]),
]


@pytest.mark.parametrize(("since", "plan", "hours"), SERVICE)
def test_annual_leave_goes_by_years_of_service_and_changes_with_the_next_pay_period(
    since: date | None, plan: str, hours: list[int]
) -> None:
    found = kept([FULL] * len(hours), leave_since=since, pay_plan=plan)
    assert earned(found, "annual_leave") == hours
    assert earned(found, "sick_leave") == [400] * len(hours)


def test_six_hour_earners_have_ten_in_the_last_full_pay_period_of_the_calendar_year() -> None:
    found = kept([FULL, FULL, FULL], first=23, leave_since=date(2020, 1, 1))
    assert [period(each).during.last for each in (23, 24, 25)] == [
        date(2026, 12, 12),
        date(2026, 12, 26),
        date(2027, 1, 9),
    ]
    assert earned(found, "annual_leave") == [600, 1_000, 600]


def test_part_time_earns_by_the_hour_and_keeps_what_is_left_of_one() -> None:
    found = kept(
        [{"1037": 6_400}, {"1037": 4_800}, {"1037": 4_800}, {"1037": 9_000}],
        work_schedule="P",
        tour_hours=32,
        leave_since=date(2025, 6, 1),
    )
    assert earned(found, "annual_leave") == [300, 200, 300, 400]  # 64, 4 + 48, 12 + 48, at most 80: by 20
    assert [turn[0].balance for turn in found] == [300, 500, 800, 1_200]


def test_each_80_hours_without_pay_cost_the_leave_of_their_pay_period() -> None:
    found = kept([{"1037": 4_100, "940": 3_900}] * 3, leave_since=date(2025, 6, 1))
    assert earned(found, "annual_leave") == earned(found, "sick_leave") == [400, 400, 0]


def test_no_leave_for_a_part_of_a_pay_period_but_for_days_off_at_its_ends() -> None:
    saturday, friday = date(2026, 1, 24), date(2026, 1, 23)
    since = date(2025, 6, 1)
    for last, hours in ((saturday, 400), (friday, 400), (date(2026, 1, 22), 0)):
        assert earned(kept([FULL], known={"ended_on": last}, leave_since=since), "annual_leave") == [hours]


def test_under_an_appointment_of_less_than_90_days_annual_leave_waits() -> None:
    began = JANUARY
    for until, hours in ((began + timedelta(days=88), [0] * 6), (began + timedelta(days=89), [400] * 6)):
        known = {"began_on": began, "limited_to": until}
        assert earned(kept([FULL] * 6, known=known, leave_since=began), "annual_leave") == hours
    known = {"began_on": began, "limited_to": began + timedelta(days=60)}
    assert earned(kept([FULL] * 7, known=known, leave_since=began), "annual_leave")[-1] == 2_800


@pytest.mark.parametrize(("plan", "most"), [("GS", 24_000), ("ES", 72_000)])
def test_a_new_leave_year_takes_over_240_hours_and_720_of_an_executive(plan: str, most: int) -> None:
    given_back = {"876": -most}  # only so many hours on the account at once
    found = kept([FULL | given_back, FULL, FULL], first=-2, leave_since=date(1999, 1, 1), pay_plan=plan)
    assert [(turn[0].lost, turn[0].balance) for turn in found] == [
        (0, most + 800),
        (0, most + 1_600),
        (1_600, most + 800),
    ]


def test_what_time_takes_is_taken_and_more_than_there_is_is_advanced() -> None:
    found = kept([{"1037": 5_600, "876": 1_600, "961": 800}], leave_since=date(2025, 6, 1))
    annual, sick = found[0]
    assert (annual.earned, annual.used, annual.balance) == (400, 1_600, -1_200)
    assert (sick.earned, sick.used, sick.balance) == (400, 800, -400)
    assert annual.because == "leave from 2021-01-03; 5 U.S.C. 6303, 6304"


def test_compensatory_time_is_kept_where_there_is_some() -> None:
    comp = {"comp_earned": 300}
    found = kept([FULL | comp, {"1037": 7_800, "comp_used": 200}], leave_since=date(2025, 6, 1))
    assert [
        (each.earned, each.used, each.balance) for turn in found for each in turn if each.kind == "comp"
    ] == [
        (300, 0, 300),
        (0, 200, 100),
    ]


@pytest.mark.parametrize("changes", [{"pay_plan": "EX"}, {"work_schedule": "I"}])
def test_who_is_outside_of_the_leave_system_has_no_accounts(changes: dict[str, Any]) -> None:
    assert kept([FULL], leave_since=date(2025, 6, 1), **changes) == [[]]
