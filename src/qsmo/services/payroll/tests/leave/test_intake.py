"""Who has accounts of leave, by which terms, and what they begin with: taken from papers as they come."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from qsmo.contract.documents import Entitlement, LeaveTerms
from qsmo.kernel.finding import Refusal
from qsmo.services.payroll.rules.intake.documents import assignment_frame
from qsmo.services.payroll.rules.intake.leave.opening import leave_left, with_leave
from qsmo.services.payroll.rules.intake.leave.terms import leave_of, leave_text
from qsmo.services.payroll.rules.leave.facts import BALANCES, YEAR_BEFORE, before, granted
from qsmo.services.payroll.tests.pay.people import ANALYST, prepared

TERMS = LeaveTerms(
    balances=(("annual", 12_025), ("sick", -50), ("restored_later", 800)),
    abroad=True,
    appointed_on=date(2026, 1, 11),
    limited_to=date(2026, 3, 31),
)
TEXT = "annual 120.25; sick -0.50; restored_later 8.00; abroad; appointed 2026-01-11; limited 2026-03-31"
BEGINS = date(2026, 1, 11)


def facts(**changes: Any) -> dict[str, Any]:
    """The facts of leave of the analyst with changes, in the pay period from 11 January 2026."""
    found = prepared(changes)
    assert not [each for each in found.findings if each.severity == "error"]
    return found.facts.row(0, named=True)


SERVICE: list[tuple[date | None, int]] = [
    (date(2025, 6, 1), 1),
    (date(2023, 1, 12), 1),  # the third year is full on the second day of the pay period
    (date(2023, 1, 11), 2),
    (date(2011, 1, 12), 2),
    (date(2011, 1, 11), 3),
    (None, 0),
]


@pytest.mark.parametrize(("since", "band"), SERVICE)
def test_the_band_changes_with_the_pay_period_after_the_years_are_full(since: date | None, band: int) -> None:
    assert facts(leave_since=since)["leave_band"] == band


def test_terms_of_leave_are_written_and_read() -> None:
    assert leave_text(TERMS) == TEXT
    assert leave_of(TEXT) == TERMS
    for wrong in (
        "annual 8",
        "annual 8.00; annual 9.00",
        "annuel 8.00",
        "limited 2026-02-30",
        "annual 99999.00",
    ):
        with pytest.raises(Refusal):
            leave_of(wrong)


def test_stated_balances_and_terms_become_facts() -> None:
    row = facts(leave=TERMS)
    assert row[before("annual")] == 12_025
    assert row[before("sick")] == -50
    assert row[before("restored_later")] == 800
    assert row[before("comp")] == row[YEAR_BEFORE] == 0
    assert (row["leave_kept"], row["leave_abroad"], row["leave_whole"], row["leave_year"]) == (1, 1, 1, 2026)


@pytest.mark.parametrize(
    ("until", "waits"),
    [
        (BEGINS + timedelta(days=88), 1),
        (BEGINS + timedelta(days=89), 0),
        (None, 0),
    ],  # 89 days, 90 days, no limit
)
def test_an_appointment_is_limited_where_it_is_for_less_than_90_days(until: date | None, waits: int) -> None:
    assert facts(leave=LeaveTerms(appointed_on=BEGINS, limited_to=until))["leave_limited"] == waits


def test_90_days_that_are_over_wait_no_more() -> None:
    began = BEGINS - timedelta(days=76)  # the ninetieth day is the last of the pay period
    assert (
        facts(leave=LeaveTerms(appointed_on=began, limited_to=began + timedelta(days=60)))["leave_limited"]
        == 0
    )


@pytest.mark.parametrize(("first", "whole"), [(BEGINS, 1), (date(2026, 1, 12), 1), (date(2026, 1, 13), 0)])
def test_a_pay_period_is_whole_for_who_is_there_on_its_workdays(first: date, whole: int) -> None:
    row = prepared({"effective_on": first}, {} if whole else {2: []}).facts.row(0, named=True)
    assert (row["employee"], row["leave_whole"]) == (ANALYST.employee, whole)


def restored(on: date | None) -> Any:
    return prepared({"entitlements": (Entitlement("restored_leave", centihours=2_400, on=on),)})


def test_restored_leave_is_good_to_the_end_of_the_leave_year_in_which_two_years_are_over() -> None:
    by_day = {
        date(2026, 1, 12): "restored_later",  # 12 January 2028 is in leave year 2028
        date(2025, 12, 31): "restored_next",  # 31 December 2027 is in leave year 2027
        date(2024, 3, 1): "restored",
        date(2024, 2, 29): "restored",
    }
    for day, account in by_day.items():
        row = restored(day).facts.row(0, named=True)
        held = {name: row[granted(name)] for name in ("restored", "restored_next", "restored_later")}
        assert {name: hours for name, hours in held.items() if hours} == {account: 2_400}


@pytest.mark.parametrize("day", [date(2023, 3, 1), None])
def test_restored_leave_whose_years_are_over_or_unsaid_is_refused_by_name(day: date | None) -> None:
    assert [each.code for each in restored(day).findings if each.severity == "error"] == ["payment-code"]


def test_leave_goes_on_from_the_last_pay_unless_balances_are_stated() -> None:
    people = assignment_frame([ANALYST, replace(ANALYST, employee="00000002", leave=TERMS)])
    closings = [closing(300, 2024), closing(700, 2025)]
    found = {row["employee"]: row for row in with_leave(people, closings).iter_rows(named=True)}
    assert (found["00000001"][before("annual")], found["00000001"][YEAR_BEFORE]) == (700, 2025)
    assert (found["00000002"][before("annual")], found["00000002"][YEAR_BEFORE]) == (12_025, 0)
    assert found["00000002"][before("annual_used")] == 0


def test_rows_from_before_leave_was_kept_leave_nothing() -> None:
    assert leave_left(pl.LazyFrame({"employee": ["00000001"], "gross_cents": [1]})).collect().is_empty()


def closing(annual: int, year: int) -> pl.DataFrame:
    """What a pay left two people of annual leave."""
    held = {name: [0, 0] for name in BALANCES} | {before("annual"): [annual] * 2, YEAR_BEFORE: [year] * 2}
    return pl.DataFrame({"employee": ["00000001", "00000002"], **held})
