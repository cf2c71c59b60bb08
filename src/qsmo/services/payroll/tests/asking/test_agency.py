"""What a raise or other premiums would do to everybody: worked out by hand for one, and added up for many."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from qsmo.contract.documents import PayAssignment
from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.services.payroll.rules import calculate, prepare
from qsmo.services.payroll.rules.asking.agency import FIELDS, Share, share_of, together
from qsmo.services.payroll.rules.asking.asked import read
from qsmo.services.payroll.tests.asking.test_what_if import RATES
from qsmo.services.payroll.tests.asking.test_why import PERIOD, time_
from qsmo.services.payroll.tests.pay.random_people import FIRST, random_facts
from qsmo.services.payroll.tests.people import ANA


def paid(*people: PayAssignment) -> pl.DataFrame:
    times = [
        replace(time_(), employee=name, ssn=ANA.ssn) for name in sorted({each.employee for each in people})
    ]
    prepared = prepare(people, times, RATES, PERIOD)
    assert not prepared.refused
    return calculate(prepared.facts, PERIOD).frame


def asked(frame: pl.DataFrame, **changes: str) -> Share:
    return share_of(frame, read(changes, FIELDS), PERIOD)


def sums(share: Share) -> dict[str, Any]:
    return share.groups.drop("pay_plan", "grade").sum().row(0, named=True)


def test_a_raise_is_of_the_rate_to_the_dollar_with_locality() -> None:
    """56,243 and 1.7 percent: 57,199; with 35 percent 77,219; 37.00 an hour in place of 36.38."""
    found = sums(asked(paid(ANA), raise_percent="1.7"))
    assert found["regular_pay_cents_before"] == 80 * 36_38
    assert found["regular_pay_cents_after"] == 80 * 37_00
    assert found["cost_cents_after"] > found["gross_cents_after"] > found["gross_cents_before"]
    assert (found["people"], found["touched"]) == (1, 1)


def test_locality_percentages_rise_by_points_beside_the_base_or_alone() -> None:
    """35 percent and 0.7 points: 56,243 × 1.357 = 76,322, by 2,087 is 36.57; with one percent 56,805, 77,084, 36.94."""
    frame = paid(ANA)
    alone = sums(asked(frame, locality_points="0.7"))
    assert alone["regular_pay_cents_after"] == 80 * 36_57
    both = sums(asked(frame, raise_percent="1", locality_points="0.7"))
    assert both["regular_pay_cents_after"] == 80 * 36_94
    area = frame["area"][0]
    other = "RUS" if area != "RUS" else "DCB"
    assert sums(asked(frame, locality_points="0.7", area=area.lower())) == alone
    assert sums(asked(frame, locality_points="0.7", area=other))["touched"] == 0
    one = sums(asked(frame, raise_percent="1"))
    assert sums(asked(frame, raise_percent="1", locality_points="0.7", area=other)) == one


def test_premiums_rise_for_both_sides_by_the_formula() -> None:
    """400.00 and 8 percent: 432.00, a quarter of it the employee's; somebody without a plan is left alone."""
    other = replace(ANA, employee="00000002", ssn="900000002", fehb="")
    found = sums(asked(paid(ANA, other), fehb_percent="8"))
    assert (found["health_cents_before"], found["health_cents_after"]) == (100_00, 108_00)
    assert (found["agency_health_cents_before"], found["agency_health_cents_after"]) == (300_00, 324_00)
    assert (found["people"], found["touched"]) == (2, 1)
    assert sums(asked(paid(ANA, other), fehb_percent="8", plan="ZB2"))["touched"] == 0


def test_the_pay_of_a_period_in_parts_rises_in_each() -> None:
    """Step 3 at 36.38 and step 4 at 37.52 an hour; 1.7 percent more are 37.00 and 58,987 × 1.35 / 2,087 = 38.16."""
    promoted = replace(ANA, effective_on=date(2026, 3, 15), step="04", basic_pay=Money(58_001_00),
                       adjusted_pay=Money(78_301_00))  # fmt: skip
    found = sums(asked(paid(ANA, promoted), raise_percent="1.7"))
    assert found["regular_pay_cents_before"] == 40 * (36_38 + 37_52)
    assert found["regular_pay_cents_after"] == 40 * (37_00 + 38_16)


def test_the_whole_is_the_sum_of_its_groups_and_of_everybody() -> None:
    frame = calculate(random_facts(300, 3), FIRST).frame
    share = share_of(frame, read({"raise_percent": "2", "fehb_percent": "-5"}, FIELDS), FIRST)
    both, left_out = together([share, share])
    assert left_out == 2 * share.left_out
    assert int(both["people"].sum()) == 2 * (frame.height - share.left_out)
    for name in ("gross", "net", "cost", "income_tax"):
        before = frame[f"{name}_cents"].sum()
        assert share.left_out or int(share.groups[f"{name}_cents_before"].sum()) == before
    moved = sums(share)["net_cents_after"] - sums(share)["net_cents_before"]
    assert int(share.moves["by"].sum()) == moved


def test_nothing_asked_touches_nobody() -> None:
    assert sums(asked(paid(ANA)))["touched"] == 0
    assert sums(asked(paid(ANA), raise_percent="0"))["touched"] == 0


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("raise_percent", "100"),
        ("raise_percent", "x"),
        ("fehb_percent", "1.234"),
        ("plan", "1"),
        ("area", "ZZZZ"),
        ("locality_points", "0.123"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(name: str, text: str) -> None:
    with pytest.raises(Refusal) as refused:
        read({name: text}, FIELDS)
    assert [each.field for each in refused.value.findings] == [name]
