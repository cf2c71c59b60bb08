"""Rates of pay by plan: tables, rates that human resources gave, divisors, and published examples."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from qsmo.kernel.law import register
from qsmo.kernel.period import PayCalendar
from qsmo.services.payroll.rules.rule import LAW
from qsmo.services.payroll.tests.earnings.calculating import GIVEN, dollars, earnings

OF_2021 = PayCalendar(date(2021, 1, 31), 11).period_of(date(2021, 1, 31))
OF_2025 = PayCalendar(date(2025, 1, 12), 6).period_of(date(2025, 1, 12))
REGISTER = register(LAW)


def example(reference: Path, name: str) -> Any:
    found = json.loads((reference / "payroll" / "examples" / "examples_shared.json").read_text("utf-8"))
    return next(each for each in found if each["id"] == name)


def test_the_divisor_example_of_opm(reference: Path) -> None:
    case = example(reference, "hourly-2087")
    row = earnings(**GIVEN, given_pay_cents=int(case["input"]["annual"]) * 100)
    assert dollars(row, "hourly", "time_pay") == [case["expected"]["hourly"], case["expected"]["biweekly"]]


def test_the_base_rates_of_2021_give_opms_locality_table_for_portland() -> None:
    """OPM table 2021-POR, 23.74 per cent: corners and the capped cell."""
    rows = {
        (row.integer("grade"), row.integer("step")): row.integer("annual")
        for row in REGISTER["gs"].at(on=date(2021, 6, 1)).rows
    }
    published = {
        (1, 1): 24424,
        (1, 6): 28150,
        (2, 9): 33673,
        (9, 1): 57023,
        (13, 10): 127835,
        (15, 8): 168576,
    }
    for cell, annual in published.items():
        assert (rows[cell] * 12374 + 5000) // 10000 == annual
    assert len(rows) == 150
    assert rows[15, 10] * 1.2374 > 172500


@pytest.mark.parametrize(
    ("plan", "annual", "hourly", "period"),
    [
        ("ES", 135_000, "64.69", "5175.20"),
        ("SL", 180_000, "86.25", "6900.00"),
        ("EX", 199_300, "95.50", "7640.00"),
        ("CA", 183_300, "87.83", "7026.40"),
        ("AD", 158_000, "75.96", "6076.80"),
        ("GM", 98_655, "47.27", "3781.60"),
    ],
)
def test_a_rate_by_the_year_is_divided_by_the_hours_of_its_plan(
    plan: str, annual: int, hourly: str, period: str
) -> None:
    """Statements of the federal test set; 2,080 hours for AD, 2,087 elsewhere."""
    row = earnings(
        OF_2021, **GIVEN, pay_plan=plan, given_base_cents=annual * 100, given_pay_cents=annual * 100
    )
    assert dollars(row, "hourly", "time_pay") == [hourly, period]


@pytest.mark.parametrize(("hourly", "year"), [(1856, "38735.00"), (2885, "60210.00"), (5989, "124990.00")])
def test_a_rate_by_the_hour_stands_and_gives_a_year(hourly: int, year: str) -> None:
    row = earnings(OF_2021, **GIVEN, pay_plan="WG", given_hourly_cents=hourly)
    assert (row["hourly_cents"], dollars(row, "adjusted_pay")) == (hourly, [year])


def test_the_same_grade_and_step_follows_the_year() -> None:
    assert dollars(earnings(OF_2025), "adjusted_pay") != dollars(earnings(), "adjusted_pay")
    assert dollars(earnings(OF_2025, area="", given_locality_millionths=170_600), "adjusted_pay") == dollars(
        earnings(OF_2025), "adjusted_pay"
    )


def test_the_executive_schedule_is_as_published(reference: Path) -> None:
    with (reference / "payroll" / "executive_schedule.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["year"] in ("2025", "2026")]
    assert len(rows) == 10
    for row in rows:
        version = REGISTER["executive"].at(on=date(int(row["year"]), 6, 1))
        assert version.text(f"level_{row['level'].lower()}") == row["annual"]
