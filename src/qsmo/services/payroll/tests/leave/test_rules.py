"""What pay periods earn, take and lose of each kind of leave, against figures worked out by hand from the statutes."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from qsmo.contract.documents import Entitlement
from qsmo.services.payroll.rules import calculate, prepare
from qsmo.services.payroll.rules.calculation import evaluate
from qsmo.services.payroll.rules.leave.accounts import LEAVE
from qsmo.services.payroll.rules.leave.facts import BALANCES, HOURS, LEAVE_FACTS, before, granted
from qsmo.services.payroll.rules.leave.kept import Account, accounts, accounts_through
from qsmo.services.payroll.rules.rule import figures
from qsmo.services.payroll.rules.single import program_of
from qsmo.services.payroll.tests.asking.test_what_if import RATES
from qsmo.services.payroll.tests.asking.test_why import PERIOD, time_
from qsmo.services.payroll.tests.people import ANA

JANUARY = date(2026, 1, 11)
TAKES = (
    "annual_leave",
    "restored_leave",
    "sick_leave",
    "comp_used",
    "comp_earned",
    "credit_used",
    "credit_earned",
    "credit_paid",
    "lump_leave",
    "unpaid",
    "basic",
)
NOTHING = {fact.name: fact.default for fact in LEAVE_FACTS} | {f"{name}_centihours": 0 for name in TAKES}
FULL = {"basic_centihours": 8_000}


def worked(number: int, hours: dict[str, int], **facts: Any) -> dict[str, Any]:
    """One pay period from 11 January 2026 on, counted from 0, of somebody with accounts in full time."""
    day = JANUARY + timedelta(days=14 * number)
    own = {"leave_kept": 1, "leave_whole": 1, "leave_band": 1, "leave_year": day.year}
    days = {"period_start": day, "pay_date": day + timedelta(days=19), "known_by": None}
    return {**NOTHING, **own, **days, **hours, **facts}


def turns(*rows: dict[str, Any]) -> list[dict[str, Account]]:
    """The accounts after each of several pay periods in a row, by kind."""
    found = [accounts_through(rows[: place + 1]) for place in range(len(rows))]
    return [{each.kind: each for each in one} for one in found]


def earned(found: list[dict[str, Account]], kind: str) -> list[int]:
    return [each[kind].earned for each in found]


@pytest.mark.parametrize(("band", "hours"), [(0, 0), (1, 400), (2, 600), (3, 800)])
def test_annual_leave_goes_by_the_band_of_service_and_sick_leave_does_not(band: int, hours: int) -> None:
    found = turns(worked(0, FULL, leave_band=band), worked(1, FULL, leave_band=band))
    assert earned(found, "annual_leave") == [hours, hours]
    assert earned(found, "sick_leave") == [400, 400]
    assert found[1]["annual_leave"].year_earned == 2 * hours
    assert found[1]["sick_leave"].balance == 800


@pytest.mark.parametrize(("band", "hours"), [(1, 400), (2, 1_000), (3, 800)])
def test_six_hour_earners_have_ten_in_the_last_full_pay_period_of_the_calendar_year(
    band: int, hours: int
) -> None:
    found = turns(worked(24, FULL, leave_band=band, leave_last=1))
    assert earned(found, "annual_leave") == [hours]


def test_part_time_earns_by_the_hour_and_keeps_what_is_left_of_one() -> None:
    paid = (6_400, 4_800, 4_800, 9_000)
    rows = [worked(place, {"basic_centihours": hours}, leave_part_time=1) for place, hours in enumerate(paid)]
    found = turns(*rows)
    assert earned(found, "annual_leave") == [300, 200, 300, 400]  # 64, 4 + 48, 12 + 48, at most 80: by 20
    assert [turn["annual_leave"].balance for turn in found] == [300, 500, 800, 1_200]
    by_thirteen = turns(*(row | {"leave_band": 2} for row in rows))
    assert earned(by_thirteen, "annual_leave") == [400, 400, 400, 600]  # 64, 12 + 48, 8 + 48, 4 + 80
    assert earned(by_thirteen, "sick_leave") == [300, 200, 300, 400]


def test_each_80_hours_without_pay_cost_the_leave_of_their_pay_period() -> None:
    away = {"basic_centihours": 4_100, "unpaid_centihours": 3_900}
    found = turns(*(worked(place, away) for place in range(5)))
    # 39, 78, 117, 156, 195: the third and the fifth pay period pass 80 and 160
    assert earned(found, "annual_leave") == earned(found, "sick_leave") == [400, 400, 0, 400, 0]


def test_hours_without_pay_that_are_short_of_80_end_with_the_leave_year() -> None:
    away = {"basic_centihours": 4_100, "unpaid_centihours": 3_900}
    found = turns(worked(-3, away), worked(-2, away), worked(-1, away), worked(0, away))
    assert [worked(place, {})["leave_year"] for place in (-3, -2, -1, 0)] == [2025, 2025, 2025, 2026]
    assert earned(found, "sick_leave") == [400, 400, 0, 400]


def test_no_leave_for_a_part_of_a_pay_period() -> None:
    assert earned(turns(worked(0, FULL, leave_whole=0)), "annual_leave") == [0]


def test_under_an_appointment_of_less_than_90_days_annual_leave_waits_for_its_end() -> None:
    waits = [worked(place, FULL, leave_limited=1) for place in range(6)]
    found = turns(*waits, worked(6, FULL))
    assert earned(found, "annual_leave") == [0] * 6 + [2_800]
    assert earned(found, "sick_leave") == [400] * 7


CEILINGS = [({}, 24_000), ({"leave_abroad": 1}, 36_000), ({"leave_senior": 1, "leave_abroad": 1}, 72_000)]


@pytest.mark.parametrize(("terms", "most"), CEILINGS)
def test_a_new_leave_year_takes_over_30_45_or_90_days(terms: dict[str, int], most: int) -> None:
    held = {before("annual"): most - 300}
    found = turns(worked(-2, FULL, **terms, **held), worked(-1, FULL, **terms), worked(0, FULL, **terms))
    assert [(turn["annual_leave"].lost, turn["annual_leave"].balance) for turn in found] == [
        (0, most + 100),
        (0, most + 500),
        (500, most + 400),
    ]
    assert [turn["annual_leave"].year_earned for turn in found] == [400, 800, 400]
    assert [turn["sick_leave"].lost for turn in found] == [0, 0, 0]  # 5 U.S.C. 6307(b): it accumulates


def test_what_time_takes_is_taken_and_more_than_there_is_is_advanced() -> None:
    found = turns(worked(0, FULL | {"annual_leave_centihours": 1_600, "sick_leave_centihours": 800}))
    annual, sick = found[0]["annual_leave"], found[0]["sick_leave"]
    assert (annual.before, annual.earned, annual.used, annual.balance) == (0, 400, 1_600, -1_200)
    assert (sick.earned, sick.used, sick.balance, sick.year_used) == (400, 800, -400, 800)
    assert annual.because == "leave from 2021-01-03; 5 U.S.C. 6303, 6304"


def test_leave_that_is_paid_out_is_gone() -> None:
    held = {before("annual"): 10_000}
    account = turns(worked(0, FULL | {"lump_leave_centihours": 10_400}, **held))[0]["annual_leave"]
    assert (account.used, account.balance) == (10_400, 0)


def test_compensatory_time_is_kept_where_there_is_some() -> None:
    found = turns(
        worked(0, FULL | {"comp_earned_centihours": 300}), worked(1, FULL | {"comp_used_centihours": 200})
    )
    assert [(each["comp"].earned, each["comp"].used, each["comp"].balance) for each in found] == [
        (300, 0, 300),
        (0, 200, 100),
    ]
    assert "comp" not in turns(worked(0, FULL))[0]


def test_restored_leave_is_taken_from_what_lapses_first_and_lapses_with_its_leave_year() -> None:
    held = {before("restored"): 800, before("restored_next"): 1_600, granted("restored_later"): 2_400}
    taken = FULL | {"restored_leave_centihours": 1_200}
    found = turns(worked(-1, taken, **held), worked(0, FULL), worked(26, FULL), worked(52, FULL))
    told = [each["restored_leave"] for each in found[:3]]
    assert [(each.before, each.earned, each.used, each.lost, each.balance) for each in told] == [
        (2_400, 2_400, 1_200, 0, 3_600),  # 8 of this year's and 4 of the next year's are taken
        (3_600, 0, 0, 0, 3_600),  # nothing was left to lapse at the end of 2025
        (3_600, 0, 0, 1_200, 2_400),  # 12 lapse at the end of 2026
    ]
    assert found[3]["restored_leave"].lost == 2_400
    assert found[3]["restored_leave"].balance == 0


def test_who_was_away_for_a_whole_leave_year_loses_what_lapsed_meanwhile() -> None:
    held = {before("restored"): 800, before("restored_next"): 1_600, before("restored_later"): 2_400}
    account = turns(worked(-1, FULL, **held), worked(26, FULL))[1]["restored_leave"]
    assert (account.lost, account.balance) == (2_400, 2_400)


def test_who_is_outside_of_the_leave_system_has_no_accounts_and_keeps_the_balances() -> None:
    rows = [worked(0, FULL), worked(1, FULL, leave_kept=0), worked(2, FULL)]
    assert accounts_through(rows[:2]) == ()
    assert turns(*rows)[2]["annual_leave"].balance == 800


def test_balance_is_what_there_was_and_what_came_less_what_went_for_anybody() -> None:
    chance = random.Random(9)
    for _ in range(200):
        row = anybody(chance)
        program_of(figures(row["period_start"], row["pay_date"]), tuple(LEAVE))(row)
        for each in accounts(row):
            assert each.balance == each.before - each.lost + each.earned - each.used


def anybody(chance: random.Random) -> dict[str, Any]:
    """Leave facts and hours of any size, the sum of restored leave never below what is taken."""
    flags = ("leave_part_time", "leave_whole", "leave_senior", "leave_abroad", "leave_limited", "leave_last")
    drawn: dict[str, Any] = {name: chance.randint(0, 1) for name in flags}
    drawn |= {
        "leave_band": chance.randint(0, 3),
        "leave_year_before": chance.choice((0, 2023, 2024, 2025, 2026)),
    }
    drawn |= {before(name): chance.randint(0, 60_000) for name in HOURS}
    drawn |= {before(name): chance.randint(-4_000, 90_000) for name in ("annual", "sick", "comp")}
    drawn |= {before(name): chance.randint(0, 1_999) for name in ("annual_part", "sick_part")}
    drawn |= {f"{name}_centihours": chance.choice((0, 25, 800, 4_000)) for name in TAKES}
    return worked(0, {}, **drawn)


def test_polars_duckdb_and_plain_python_keep_the_same_accounts() -> None:
    chance = random.Random(5)
    rows = [{"employee": f"{number:04d}", **anybody(chance)} for number in range(300)]
    law = figures(JANUARY, rows[0]["pay_date"])
    frame = pl.DataFrame(rows, schema_overrides={"known_by": pl.Date})
    one, two = (evaluate(frame, LEAVE, law, engine=engine) for engine in ("polars", "duckdb"))
    assert one.equals(two)
    for row, computed in zip(rows, one.iter_rows(named=True), strict=True):
        program_of(law, tuple(LEAVE))(row)
        assert row == computed
    assert set(BALANCES.values()) <= set(one.columns)


def test_credit_hours_above_24_are_not_carried_over() -> None:
    """5 U.S.C. 6126(a): ten hours earned three times are 10, 20 and 24; four used leave 20, and paying those none."""
    most = {"leave_credit_most_centihours": 2_400}
    ten = FULL | {"credit_earned_centihours": 1_000}
    found = turns(
        *(worked(place, ten, **most) for place in range(3)),
        worked(3, FULL | {"credit_used_centihours": 400}, **most),
        worked(4, FULL | {"credit_paid_centihours": 2_000}, **most),
    )
    credit = [each["credit_hours"] for each in found]
    assert [each.balance for each in credit] == [1_000, 2_000, 2_400, 2_000, 0]
    assert [each.lost for each in credit] == [0, 0, 600, 0, 0]
    assert (credit[4].year_earned, credit[4].year_used) == (3_000, 2_400)
    assert "credit_hours" not in turns(worked(0, FULL, **most))[0]


def test_in_part_time_a_quarter_of_the_biweekly_hours_is_carried() -> None:
    """48 hours in two weeks allow 12; a full tour allows 24 (5 U.S.C. 6126(a))."""
    people = [replace(ANA, work_schedule="P", tour_hours=24), replace(ANA, employee="2", ssn="900000009")]
    times = [replace(time_(), employee=each.employee, ssn=each.ssn) for each in people]
    facts = prepare(people, times, RATES, PERIOD, withholding_periods=26).facts
    assert facts["leave_credit_most_centihours"].to_list() == [1_200, 2_400]


def test_credit_hours_are_paid_out_at_the_hourly_rate_and_at_most_24() -> None:
    """5 U.S.C. 6126(b): ten hours at 36.38."""
    paid, refused = (
        prepare(
            [replace(ANA, entitlements=(Entitlement("credit_paid", centihours=hours),))],
            [time_()],
            RATES,
            PERIOD,
        )
        for hours in (1_000, 2_401)
    )
    (row,) = calculate(paid.facts, PERIOD).frame.rows(named=True)
    assert row["comp_paid_cents"] == 363_80
    assert row["supplemental_pay_cents"] == 0
    assert (refused.facts.height, [each.code for each in refused.findings]) == (0, ["credit-hours"])
