"""Receivables from the notice to the last cent: every step in the books, what is refused with nothing changed.

Amounts are worked by hand: 4 percent for notices of 2026, 6 percent from the due day after ninety days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.services.ledger.actions import receivable as verbs
from qsmo.services.ledger.queries import receivable as queries
from qsmo.services.ledger.tests.receivable.setting import BILLED, CLEARING, ORDERS, Desk, desk
from qsmo.services.ledger.tests.setting import TODAY

pytestmark = pytest.mark.django_db
LATE = date(2026, 6, 30)


@pytest.fixture
def at() -> Iterator[Desk]:
    with clock.at(TODAY):
        made = desk()
    with clock.at(LATE):
        yield made


def test_a_debt_is_charged_by_law_and_paid_in_the_order_of_the_law(at: Desk) -> None:
    by, found = at.stage.accountant, at.billed("1,000.00")
    assert verbs.assess(by, found.pk, on=date(2026, 2, 19)) == []
    # 161 days to 30 June: 1,000.00 x 4 % x 161 / 365 = 17.64; 131 days past due: 1,000.00 x 6 % x 131 / 365 = 21.53
    assert verbs.assess(by, found.pk, on=LATE) == [Money(17_64), Money(21_53)]
    before = at.counts()
    assert verbs.assess(by, found.pk, on=LATE) == []
    assert at.counts() == before
    verbs.charge_costs(by, found.pk, on=LATE, amount=Money(15_00), part="handling", why="credit report")
    verbs.collect(by, found.pk, number="P-1", amount=Money(100_00), on=LATE)
    assert at.left(found) == {"principal": "954.17"}
    verbs.collect(by, found.pk, number="P-2", amount=Money(954_17), on=LATE)
    found.refresh_from_db()
    assert (found.state, at.left(found)) == ("paid", {})
    assert at.stage.balances() == {
        "101000": "1,054.17", "298500": "-1,054.17", "531000": "-17.64", "532000": "-1,021.53",
        "532500": "-15.00", "599300": "1,054.17",
    }  # fmt: skip
    steps = next(line.steps for line in queries.lines_of(by, found) if line.part == "interest")
    assert steps == [
        "1,000.00 at 4 percent a year from 2026-01-20 to 2026-06-30: 161 days",
        "17.64 in all, less 0.00 charged before",
    ]


def test_an_order_of_another_agency_is_billed_collected_and_written_off(at: Desk) -> None:
    at.stage.post("ORDER_NO_ADVANCE", "500.00", tas=ORDERS, chosen=frozenset({"462000"}))
    found = at.billed("300.00", kind="reimbursable")
    verbs.collect(at.stage.accountant, found.pk, number="I-1", amount=Money(200_00), on=date(2026, 6, 1))
    assert at.left(found) == {"principal": "100.00"}
    verbs.end(at.stage.officer, found.pk, "the customer disputes it and is right")
    verbs.write_off(at.stage.accountant, found.pk, on=LATE)
    assert at.left(found) == {}
    assert at.stage.balances() == {
        "101000": "200.00", "422100": "200.00", "425200": "200.00", "462000": "-400.00", "520000": "-300.00",
        "672000": "100.00",
    }  # fmt: skip


def test_an_advance_is_earned_and_the_rest_given_back(at: Desk) -> None:
    found, by = at.billed("400.00", kind="advance"), at.stage.accountant
    verbs.earn(by, found.pk, on=LATE, amount=Money(250_00), words="work of June")
    assert at.left(found) == {"principal": "150.00"}
    verbs.refund(by, found.pk, on=LATE, amount=Money(150_00), words="not needed")
    found.refresh_from_db()
    assert (found.state, at.left(found)) == ("paid", {})
    assert at.stage.balances() == {
        "101000": "250.00", "425200": "250.00", "462000": "-250.00", "520000": "-250.00",
    }  # fmt: skip


def test_money_in_suspense_is_applied_as_of_the_day_it_came(at: Desk) -> None:
    by, book, found = at.stage.accountant, at.stage.book, at.billed("1,000.00")
    held = verbs.deposit(
        by, book.pk, number="S-1", symbol_id=at.symbol(CLEARING).pk, amount=Money(600_00),
        on=date(2026, 2, 10), payer="somebody",
    )  # fmt: skip
    assert at.stage.balances()["241000"] == "-600.00"
    verbs.apply(by, held.pk, found.pk, on=date(2026, 3, 31))
    assert at.left(found) == {"principal": "400.00"}
    # what came within thirty days bears no interest: 400.00 x 4 % x 161 / 365 = 7.06
    assert verbs.assess(by, found.pk, on=LATE)[0] == Money(7_06)
    assert "241000" not in at.stage.balances()


Try = Callable[[Desk, Any], object]


@pytest.mark.parametrize(
    ("code", "attempt"),
    [
        ("payment-amount", lambda at, r: verbs.collect(
            at.stage.accountant, r.pk, number="P", amount=Money(1_040_00), on=LATE)),
        ("day", lambda at, r: verbs.collect(
            at.stage.accountant, r.pk, number="P", amount=Money(1_00), on=date(2026, 7, 1))),
        ("day", lambda at, r: verbs.collect(
            at.stage.accountant, r.pk, number="P", amount=Money(1_00), on=date(2026, 1, 19))),
        ("receivable-state", lambda at, r: verbs.write_off(at.stage.accountant, r.pk, on=LATE)),
        ("receivable-there", lambda at, _r: at.billed("1.00")),
        ("part", lambda at, r: verbs.charge_costs(
            at.stage.accountant, r.pk, on=LATE, amount=Money(1), part="interest", why="w")),
        ("reason", lambda at, r: verbs.end(at.stage.officer, r.pk, " ")),
        ("not-allowed", lambda at, r: verbs.end(at.stage.accountant, r.pk, "w")),
        ("not-allowed", lambda at, r: verbs.assess(at.stage.officer, r.pk, on=LATE)),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_and_nothing_changes(at: Desk, code: str, attempt: Try) -> None:
    found = at.billed("1,000.00")
    before = at.counts()
    with pytest.raises(Refusal) as refused:
        attempt(at, found)
    assert refused.value.code == code
    assert at.counts() == before


def test_more_than_was_ordered_is_not_billed(at: Desk) -> None:
    at.stage.post("ORDER_NO_ADVANCE", "500.00", tas=ORDERS, chosen=frozenset({"462000"}))
    before = at.stage.balances()
    with pytest.raises(Refusal, match=r"come to 500\.00, not 500\.01"):
        at.billed("500.01", kind="reimbursable")
    assert at.stage.balances() == before


def test_a_large_debt_needs_the_department_of_justice(at: Desk) -> None:
    found = at.billed("100,000.01")
    with pytest.raises(Refusal, match=r"31 U\.S\.C\. 3711"):
        verbs.end(at.stage.officer, found.pk, "bankrupt")
    verbs.end(at.stage.officer, found.pk, "bankrupt", justice="DJ 77-1")
    verbs.write_off(at.stage.accountant, found.pk, on=BILLED)
    assert at.left(found) == {}
    assert at.stage.balances() == {"532000": "-100,000.01", "672000": "100,000.01"}
