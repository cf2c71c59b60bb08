"""What must be settled before a year is closed, by balances alone."""

from __future__ import annotations

import pytest

from qsmo.kernel.finding import Finding
from qsmo.services.ledger.rules.closing import closing_findings
from qsmo.services.ledger.rules.position import Attributes, Position

TAS = "073-2026/2026-0100-000"
SETTLE = "removed before the year is closed (YE_ANTICIPATED)"


def held(account: str, ending: int, opening: int = 0) -> Position:
    """A balance of the Treasury account."""
    return Position(TAS, account, Attributes(), opening, ending)


def test_what_goes_or_stays_by_the_chart_needs_nothing_before_the_year_is_closed() -> None:
    assert closing_findings([held("411900", 9_00), held("461000", -9_00), held("445000", -1_00)], 2026) == ()


@pytest.mark.parametrize(("account", "cents"), [("421000", 10_00), ("459000", -10_00)])
def test_an_estimate_that_did_not_come_true_is_named_with_its_account(account: str, cents: int) -> None:
    words = f"{TAS}: 10.00 in {account} is anticipated and did not come true"
    assert closing_findings([held(account, cents)], 2026) == (
        Finding("anticipated", words, field=account, expected=SETTLE),
    )
    assert closing_findings([held(account, 0, opening=cents)], 2026) == ()


def test_an_account_whose_target_is_a_choice_is_settled_by_a_journal() -> None:
    words = f"{TAS}: where 413100 closes to (413900 or 420100) is not sourced"
    right = "a journal in period 14 that settles it"
    assert closing_findings([held("413100", 7_00)], 2026) == (
        Finding("closing-choice", words, field="413100", expected=right),
    )
    assert closing_findings([held("413100", 0, opening=7_00)], 2026) == ()


def test_every_balance_that_must_be_settled_is_named_in_the_order_given() -> None:
    found = closing_findings([held("413100", 7_00), held("610000", 2_00), held("421000", 1_00)], 2026)
    assert [(each.code, each.field) for each in found] == [
        ("closing-choice", "413100"), ("anticipated", "421000"),
    ]  # fmt: skip
