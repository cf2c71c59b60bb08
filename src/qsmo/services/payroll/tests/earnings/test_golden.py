"""Gross pay on every statement of the shared half of the federal test set: exact, or a miss with its reason by law."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from qsmo.contract.documents import Entitlement
from qsmo.kernel.finding import Finding
from qsmo.kernel.money import Money
from qsmo.services.payroll.tests.earnings.golden import Statement, earned, statements

MISSES = {
    (
        "GREYSON NINE",
        2,
    ): "64 hours of overtime, 132 of night and 32 of Sunday work by the regular rate of each workweek "
    "(5 CFR 551.511-512) give less than was printed; the dossier found no method that gives it.",
    ("WILL ONE", 3): "the certified time has 80 regular hours up to the last day; 48 were paid.",
    ("SLADE THREE", 3): "the certified time has 80 regular hours up to the last day; 40 were paid.",
    (
        "EDWARD ONE",
        3,
    ): "a recruitment incentive of “straight 25%” was paid as 25 per cent of one hour; 5 U.S.C. 5753(d) "
    "takes the annual rate.",
    (
        "GRAHAM FIVE",
        4,
    ): "holds the difference of two earlier periods after a promotion with effect from 14 February; "
    "it is checked by itself below.",
}
"""Statements whose gross pay the law, applied to the records of the set alone, does not give."""


@pytest.fixture(scope="module")
def found(reference: Path) -> dict[tuple[str, int], Statement]:
    return {(each.name, each.number): each for each in statements(reference)}


@pytest.fixture(scope="module")
def computed(
    found: dict[tuple[str, int], Statement],
) -> dict[tuple[str, int], tuple[dict[str, Any], list[Finding]]]:
    return {key: earned(each) for key, each in found.items()}


def test_gross_pay_is_exact_on_every_statement_but_the_listed_ones(
    found: dict[tuple[str, int], Statement],
    computed: dict[tuple[str, int], tuple[dict[str, Any], list[Finding]]],
) -> None:
    assert len(found) == 150
    paid = {key: Money(row["gross_cents"]) for key, (row, _) in computed.items()}
    off = {
        key: f"{paid[key]} for {each.published}" for key, each in found.items() if paid[key] != each.published
    }
    assert set(off) == set(MISSES), off


def test_the_intake_refuses_one_statement_holiday_work_on_no_holiday(
    computed: dict[tuple[str, int], tuple[dict[str, Any], list[Finding]]],
) -> None:
    refused = {
        key: sorted({finding.code for finding in findings if finding.severity == "error"})
        for key, (_, findings) in computed.items()
    }
    assert {key: codes for key, codes in refused.items() if codes} == {
        ("GREYSON NINE", 2): ["hours", "not-the-holiday"]
    }


def test_back_pay_after_a_late_promotion_is_the_difference_of_the_periods(
    found: dict[tuple[str, int], Statement],
) -> None:
    statement = found["GRAHAM FIVE", 4]
    new = Money(earned(statement)[0]["gross_cents"])
    owed = [new - Money(earned(found["GRAHAM FIVE", number])[0]["gross_cents"]) for number in (2, 3)]
    row, _ = earned(statement, Entitlement("basic_back_pay", Money.total(owed)))
    assert Money(row["gross_cents"]) == statement.published
    assert row["basic_pay_cents"] == row["gross_cents"]


def test_an_officer_without_time_is_paid_by_status(found: dict[tuple[str, int], Statement]) -> None:
    statement = found["EXAVIER ONE", 4]
    assert statement.time.entries == ()
    assert Money(earned(statement)[0]["gross_cents"]) == statement.published
