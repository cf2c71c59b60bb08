"""The rows of the prescribed reports from balances alone: amounts and shares worked by hand, and what is refused."""

from __future__ import annotations

from fractions import Fraction

import pytest

from qsmo.kernel.finding import Refusal
from qsmo.services.ledger.rules.position import Attributes, Position
from qsmo.services.ledger.rules.report.core import (
    DIMENSIONS,
    REPORTS,
    accounts_of,
    classified,
    dimensions,
    items,
    named,
    obligation,
    status_of_funding,
    trial_items,
)
from qsmo.services.ledger.rules.report.fund import Fund

YEAR = 2026
TAS, NO_YEAR = "073-2026/2026-0100-000", "073-X-0306-000"
GIVEN = Attributes(bea="D", category="A", reimbursable="D")
HQ = Attributes(bea="D", category="A", reimbursable="D", organization="HQ", object_class="252")
WEST = Attributes(bea="D", category="A", reimbursable="D", organization="WEST", object_class="252")
NAMED = {"symbol": TAS, "agency": "073", "budget_year": "2026", "period": "FY2026-05"}


def held(
    account: str, ending: int, said: Attributes = GIVEN, *, opening: int = 0, tas: str = TAS
) -> Position:
    """A balance, of the account with years unless another is named."""
    return Position(tas, account, said, opening, ending)


# 1,000.00 given and allotted. HQ: 50.00 committed, 100.00 not received, 100.00 not paid, 30.00 in advance, 170.00 paid:
# 450.00 used. WEST: 25.00 ordered.
BOOKS = [
    held("411900", 1_000_00), held("461000", -525_00), held("470000", -50_00, HQ), held("480100", -100_00, HQ),
    held("490100", -100_00, HQ), held("480200", -30_00, HQ), held("490200", -170_00, HQ),
    held("480100", -25_00, WEST),
]  # fmt: skip


def amounts(authority: int, commitments: int, unpaid: int, prepaid: int, expended: int) -> dict[str, int]:
    """The amounts of a row by what is taken."""
    return {
        "authority": authority, "commitments": commitments, "unpaid": unpaid, "prepaid": prepaid,
        "expended": expended,
    }  # fmt: skip


def test_the_whole_account_is_held_against_its_authority() -> None:
    (row,) = status_of_funding([Fund(TAS)], BOOKS, YEAR, 5)
    assert row == {
        **NAMED, **amounts(1_000_00, 50_00, 225_00, 30_00, 170_00), "used": 475_00,
        "used_share": Fraction(19, 40), "available": 525_00, "available_share": Fraction(21, 40),
    }  # fmt: skip


def test_a_group_without_authority_has_no_share_and_one_with_it_all_of_it() -> None:
    given, office, west = status_of_funding([Fund(TAS)], BOOKS, YEAR, 5, "organization")
    assert given == {
        **NAMED, "organization": "", **amounts(1_000_00, 0, 0, 0, 0), "used": 0, "used_share": Fraction(0),
        "available": 1_000_00, "available_share": Fraction(1),
    }  # fmt: skip
    empty = {"used_share": None, "available": None, "available_share": None}
    spent = amounts(0, 50_00, 200_00, 30_00, 170_00)
    assert office == {**NAMED, "organization": "HQ", **spent, "used": 450_00, **empty}
    assert west == {**NAMED, "organization": "WEST", **amounts(0, 0, 25_00, 0, 0), "used": 25_00, **empty}


def test_rows_are_told_apart_by_every_attribute_that_is_named() -> None:
    rows = list(status_of_funding([Fund(TAS)], BOOKS, YEAR, 5, "object_class", "organization"))
    assert [(row["object_class"], row["organization"], row["used"]) for row in rows] == [
        ("", "", 0), ("252", "HQ", 450_00), ("252", "WEST", 25_00),
    ]  # fmt: skip


def test_more_used_than_given_is_below_zero_and_over_the_whole() -> None:
    books = [held("411900", 100_00), held("490200", -150_00)]
    (row,) = status_of_funding([Fund(TAS)], books, YEAR, 5)
    assert (row["used_share"], row["available"], row["available_share"]) == (
        Fraction(3, 2), -50_00, Fraction(-1, 2),
    )  # fmt: skip


def test_accounts_come_in_the_order_given_and_one_in_which_nothing_is_left_out() -> None:
    books = [held("411900", 1_00), held("411900", 2_00, tas=NO_YEAR), held("480100", 0, HQ, opening=-5_00)]
    rows = list(status_of_funding([Fund(NO_YEAR), Fund(TAS)], books, YEAR, 12, "organization"))
    assert [(row["symbol"], row["budget_year"], row["period"], row["authority"]) for row in rows] == [
        (NO_YEAR, "", "FY2026-12", 2_00), (TAS, "2026", "FY2026-12", 1_00),
    ]  # fmt: skip


def test_the_trial_balance_adds_up_by_account_and_leaves_out_what_was_and_is_nothing() -> None:
    books = [
        held("490200", -170_00, HQ), held("101000", 60_00, HQ, opening=10_00), held("101000", 5_00, WEST),
        held("211000", 0, HQ, opening=-4_00), held("610000", 0, HQ),
    ]  # fmt: skip
    common = {**NAMED, "period_start": "FY2026-01"}
    assert list(trial_items(books, YEAR, 5)) == [
        {**common, "account": "101000", "opening": 10_00, "movement": 55_00, "ending": 65_00},
        {**common, "account": "211000", "opening": -4_00, "movement": 4_00, "ending": 0},
        {**common, "account": "490200", "opening": 0, "movement": -170_00, "ending": -170_00},
    ]
    apart = [
        (row["account"], row["organization"], row["ending"])
        for row in trial_items(books, YEAR, 5, "organization")
    ]
    assert apart == [
        ("101000", "HQ", 60_00), ("101000", "WEST", 5_00), ("211000", "HQ", 0), ("490200", "HQ", -170_00),
    ]  # fmt: skip


def test_a_report_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(Refusal) as refused:
        items("no-report", YEAR)
    words = f"There is no such prescribed report; there are {', '.join(REPORTS)}"
    assert (refused.value.code, refused.value.status, refused.value.words) == ("core-report", 404, words)


def test_items_come_in_the_order_of_their_numbers() -> None:
    found = items("status-of-funding", YEAR)
    assert [each.number for each in found] == list(range(1, 21))
    assert (found[12].label, found[12].kind, found[12].taken, found[12].terms) == (
        "Commitments", "money", "commitments", "-E470000",
    )  # fmt: skip


def test_rows_are_told_apart_by_nothing_by_one_attribute_or_by_all() -> None:
    assert dimensions("trial-balance", "") == ()
    assert dimensions("obligation-status", "") == ()
    assert dimensions("trial-balance", "fund") == ("fund",)
    assert dimensions("status-of-funding", "all") == DIMENSIONS


@pytest.mark.parametrize(
    ("report", "by", "offered"),
    [
        ("trial-balance", "grade", "fund, organization, program, activity, project, object_class, all"),
        ("status-of-funding", "partner", "fund, organization, program, activity, project, object_class, all"),
        ("obligation-status", "fund", "nothing"),
        ("transaction-detail", "all", "nothing"),
    ],
)
def test_what_a_report_is_not_told_apart_by_is_refused(report: str, by: str, offered: str) -> None:
    with pytest.raises(Refusal) as refused:
        dimensions(report, by)
    assert (refused.value.code, refused.value.status) == ("by", 422)
    assert refused.value.words == f"This report is shown by {offered}, not by “{by}”"


def test_the_accounts_of_each_amount_of_an_order_are_those_of_the_table() -> None:
    found = accounts_of("obligation-status", YEAR)
    assert list(found) == ["obligated", "invoiced", "open", "accrued", "available", "prepaid"]
    assert found["prepaid"] == ("480200", "487200", "488200")
    assert set(found["open"]) == {*found["available"], *found["prepaid"]}
    assert set(found["obligated"]) == {*found["open"], *found["invoiced"]}


@pytest.mark.parametrize(
    ("undelivered", "unpaid", "standing"),
    [(1, 0, "open"), (0, 1, "open"), (5, -5, "open"), (-1, 0, "open"), (0, 0, "closed")],
)
def test_an_order_is_open_until_it_is_delivered_and_paid(
    undelivered: int, unpaid: int, standing: str
) -> None:
    sums = {"obligated": 400_00, "open": undelivered, "accrued": unpaid}
    assert obligation(sums) == {**sums, "standing": standing}


def test_a_treasury_account_is_named_by_its_owner_and_first_year() -> None:
    moved = "089-073-2025/2027-0100-000"
    assert named(moved) == {"symbol": moved, "agency": "073", "budget_year": "2025"}
    assert named(TAS, "FY2026-05") == NAMED
    with pytest.raises(Refusal) as refused:
        named("073")
    assert (refused.value.code, refused.value.status) == ("symbol-form", 422)


def test_a_line_is_classified_by_what_the_reports_show_and_by_nothing_else() -> None:
    said = Attributes(
        fund="F1", organization="HQ", program="P", activity="0001ABCD", project="X", object_class="252",
        partner="014", partner_main="4523", cohort="2020",
    )  # fmt: skip
    assert classified(said) == {
        "fund": "F1", "organization": "HQ", "program": "P", "activity": "0001ABCD", "project": "X",
        "object_class": "252", "partner": "014", "partner_main": "4523",
    }  # fmt: skip
