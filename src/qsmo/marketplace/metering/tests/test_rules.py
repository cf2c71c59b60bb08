"""When a period may be asked for, what an answer must hold, and the digest that stands for it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qsmo.contract.documents import Usage
from qsmo.contract.service import Manifest, Meter
from qsmo.kernel.period import Period
from qsmo.marketplace.metering.rules import answer_digest, askable_on, overlapping, usage_findings

PERIOD = Period(date(2026, 3, 8), date(2026, 3, 22))
MANIFEST = Manifest(
    slug="water",
    name="Water",
    area="utilities",
    words="water by the litre",
    meters=(
        Meter("litre", "litre", "litres delivered"),
        Meter("visit", "visit", "visits", closes_after_days=9),
    ),
)


def use(
    meter: str = "litre", quantity: Any = Fraction(5), evidence: str = "run:1", during: Period = PERIOD
) -> Usage:
    return Usage(meter, during, quantity, evidence)


def test_a_period_may_be_asked_when_the_slowest_meter_has_closed():
    assert askable_on(MANIFEST, PERIOD) == date(2026, 3, 31)


def test_a_sound_answer_has_no_findings():
    part = Period(date(2026, 3, 8), date(2026, 3, 9))
    assert usage_findings(MANIFEST, PERIOD, [use(), use(during=part), use("visit", Fraction(0))]) == ()


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (use("gallon"), "usage-meter"),
        (use(during=Period(date(2026, 3, 7), date(2026, 3, 9))), "usage-days"),
        (use(during=Period(date(2026, 3, 21), date(2026, 3, 23))), "usage-days"),
        (use(quantity=Fraction(-1)), "usage-quantity"),
        (use(quantity=1.5), "usage-quantity"),
        (use(evidence="  "), "usage-evidence"),
        ("half an answer", "usage-form"),
    ],
)
def test_each_fault_is_named_with_its_place(item: object, code: str):
    found = usage_findings(MANIFEST, PERIOD, [use(evidence="other"), item])
    assert [(each.code, each.line) for each in found] == [(code, 2)]


def test_the_same_evidence_twice_is_a_fault():
    assert [each.code for each in usage_findings(MANIFEST, PERIOD, [use(), use()])] == ["usage-twice"]


@given(st.permutations([use(evidence=str(number), quantity=Fraction(number, 3)) for number in range(5)]))
def test_the_digest_does_not_depend_on_the_order_of_the_answer(shuffled):
    expected = [use(evidence=str(number), quantity=Fraction(number, 3)) for number in range(5)]
    assert answer_digest("i", PERIOD, shuffled) == answer_digest("i", PERIOD, expected)


def test_the_digest_changes_with_a_quantity_an_instance_or_a_period():
    digests = {
        answer_digest("i", PERIOD, [use()]),
        answer_digest("i", PERIOD, [use(quantity=Fraction(6))]),
        answer_digest("j", PERIOD, [use()]),
        answer_digest("i", Period(PERIOD.start, date(2026, 3, 23)), [use()]),
    }
    assert len(digests) == 4


def test_periods_that_share_days_without_being_the_same_overlap():
    touching = Period(PERIOD.end, date(2026, 4, 5))
    crossing = Period(date(2026, 3, 21), date(2026, 4, 4))
    assert overlapping(PERIOD, [PERIOD, touching]) is None
    assert overlapping(PERIOD, [PERIOD, touching, crossing]) == crossing
