"""Imputed income of life insurance above 50,000 dollars, by hand from Table I of 26 CFR 1.79-3(d)(2)."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from qsmo.contract.documents import TimeEntry, TimeRecord
from qsmo.kernel.money import Money
from qsmo.services.payroll.rules import calculate, prepare
from qsmo.services.payroll.tests.pay.people import ANALYST, RATES, day, prepared
from qsmo.services.payroll.tests.pay.random_people import CALENDAR, FIRST

OLD = date(1959, 5, 5)
"""67 in 2026: 1.27 a month for each thousand dollars."""
WAGES = 437_040 - 10_000
"""Gross pay of the analyst less the share of her health premium."""


def row_of(**changes: Any) -> dict[str, Any]:
    """The analyst's row in the first pay period of 2026 whose pay is in the year, which has 26 pay dates."""
    found = prepared(changes)
    assert not found.refused, found.findings
    return calculate(found.facts, FIRST).frame.row(0, named=True)


def biweekly(insured: int, monthly: str, paid: str) -> int:
    """Insurance in thousands of dollars above 50, its cost of a month, and what the employee pays; in cents."""
    cost = Fraction(monthly) * (insured - 50) * 12 / 26
    return int(cost * 100 + Fraction(1, 2)) - Money.parse(paid).cents


CASES: list[tuple[dict[str, Any], int]] = [
    # 114,017 dollars of pay are insured for 117,000 (Basic), with 10,000 (A) and 115,000 for each multiple (B)
    ({"born_on": OLD}, biweekly(117, "1.27", "18.72")),
    ({"born_on": date(1963, 5, 5)}, biweekly(117, "0.66", "18.72")),
    ({"born_on": date(1968, 5, 5)}, 0),  # 58: 0.43 for 67 thousand dollars is less than the premium
    ({"born_on": OLD, "fegli": "B0"}, 0),
    ({"born_on": date(1980, 5, 5)}, 0),
]


@pytest.mark.parametrize(("changes", "cents"), CASES)
def test_the_cost_above_the_premium_is_imputed_and_waits(changes: dict[str, Any], cents: int) -> None:
    row = row_of(**changes)
    assert row["imputed_life_cents"] == row["closing_imputed_life_cents"] == cents
    assert row["imputed_settled_cents"] == 0
    assert row["fica_wages_cents"] == WAGES


def test_options_on_the_own_life_count_with_their_premiums() -> None:
    row = row_of(born_on=OLD, fegli="K0")
    multiples = row["life_b_multiples"]
    whole = 117 + 10 * row["life_a"] + 115 * multiples
    paid = Money(row["life_cents"] + row["life_a_cents"] + row["life_b_cents"])
    assert multiples > 0
    assert row["imputed_life_cents"] == max(0, biweekly(whole, "1.27", str(paid)))


def test_it_is_settled_with_the_last_pay_and_taxed_for_social_security_and_medicare_alone() -> None:
    now = biweekly(117, "1.27", "18.72")
    balances = (("imputed_life", 5_000),)
    plain = row_of(born_on=OLD, year_to_date=balances)
    row = row_of(born_on=OLD, year_to_date=balances, ends_on=day(14))
    assert plain["closing_imputed_life_cents"] == 5_000 + now
    assert (row["imputed_settled_cents"], row["closing_imputed_life_cents"]) == (5_000 + now, 0)
    assert row["fica_wages_cents"] == WAGES + 5_000 + now
    assert row["income_tax_cents"] == plain["income_tax_cents"]
    assert row["gross_cents"] == plain["gross_cents"]


def test_it_is_settled_with_the_last_pay_date_of_the_year() -> None:
    def due(on: date) -> int:
        period = CALENDAR.period_of(on)
        workdays = [day for day in period.during if day.weekday() < 5]
        entries = tuple(TimeEntry(day, "1037", 800) for day in workdays)
        record = TimeRecord(ANALYST.employee, ANALYST.ssn, ANALYST.agency, period.during, entries)
        return int(prepare([ANALYST], [record], RATES, period).facts["imputed_due"][0])

    last = CALENDAR.period_of(date(2026, 12, 5)).pay_date
    assert last == date(2026, 12, 18)
    assert (last + timedelta(days=14)).year == 2027
    assert (due(date(2026, 3, 10)), due(date(2026, 12, 5))) == (0, 1)
