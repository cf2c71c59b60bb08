"""Overtime beside leave without pay in one workweek (5 CFR 550.112(d)), case by case."""

from __future__ import annotations

from typing import Any

import pytest

from qsmo.services.payroll.tests.earnings.test_intake import paid, taken

CASES: list[tuple[dict[int, list[tuple[str, str]]], int, int]] = [
    # eight unpaid on Monday, two hours beyond eight on Tuesday: they are overtime of their day
    ({2: [("940", "8")], 3: [("1037", "8"), ("1002", "2")]}, 0, 200),
    # eight unpaid on Monday, six hours on the day off: all six take the place of unpaid hours
    ({2: [("940", "8")], 7: [("1002", "6")]}, 600, 0),
    # four unpaid on Monday, six hours on the day off: four of them
    ({2: [("1037", "4"), ("940", "4")], 7: [("1002", "6")]}, 400, 200),
    # three unpaid and five hours outside of the tour on the same day: three, and two are overtime of the week
    ({2: [("1037", "5"), ("940", "3"), ("1002", "5")]}, 300, 200),
    # the other workweek is another matter
    ({2: [("940", "8")], 13: [("1037", "8"), ("1002", "2")]}, 0, 200),
    # ten hours on the day off are two beyond eight of that day, which stay overtime
    ({2: [("940", "8")], 3: [("940", "8")], 7: [("1002", "10")]}, 800, 200),
]


@pytest.mark.parametrize(("time", "substituted", "overtime"), CASES)
def test_work_takes_the_place_of_unpaid_hours(time: Any, substituted: int, overtime: int) -> None:
    row = paid(taken({}, time))
    assert (row["substituted_centihours"], row["overtime_centihours"]) == (substituted, overtime)
    assert row["substituted_pay_cents"] == row["hourly_cents"] * substituted // 100
    assert row["gross_cents"] == row["time_pay_cents"] + row["overtime_cents"]
