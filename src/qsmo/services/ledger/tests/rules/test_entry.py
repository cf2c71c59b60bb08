"""What an entry must fulfil, each fault by its code, its field and what would be right. No books are needed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from qsmo.services.ledger.rules.entry import EntryDraft, LineDraft, entry_findings
from qsmo.services.ledger.rules.fund import Fund
from qsmo.services.ledger.rules.position import Attributes
from qsmo.services.ledger.rules.symbol import TreasuryAccount

TAS, OTHER, CANCELED = "073-2026/2026-0100-000", "073-X-0306-000", "073-C-0200-000"
FUNDS = {tas: Fund(TreasuryAccount.parse(tas), "appropriated", "A") for tas in (TAS, OTHER, CANCELED)}
ORDER = (("461000", 400_00), ("480100", -400_00))
EVEN = "debits equal to credits in each half of each account"
B134 = "310700 debited and 570000 credited with what is expended, in the same entry (B134)"
WITHIN, EXPIRED = date(2026, 1, 20), date(2026, 10, 20)


def draft(*lines: tuple[str, int], tas: str = TAS, on: date = WITHIN, rule: str = "") -> EntryDraft:
    """An entry of one Treasury account by its accounts and cents."""
    own = tuple(LineDraft(tas, account, cents) for account, cents in lines)
    return EntryDraft("journal", "J-1", "0" * 64, on, "Order", own, rule=rule)


def found(entry: EntryDraft) -> list[tuple[str, str, int | None, str, str]]:
    """The faults of an entry: code, field, line, words and what is expected."""
    return [
        (each.code, each.field, each.line, each.words, each.expected) for each in entry_findings(entry, FUNDS)
    ]


def test_an_order_within_the_year_has_no_faults() -> None:
    assert found(draft(*ORDER)) == []


def test_the_year_and_the_period_are_those_of_the_day_unless_an_adjustment_says_its_own() -> None:
    entry = draft(*ORDER, on=date(2025, 10, 1))
    assert (entry.year, entry.number) == (2026, 1)
    assert (replace(entry, on=date(2026, 9, 30)).year, replace(entry, on=date(2026, 9, 30)).number) == (
        2026,
        12,
    )
    assert replace(entry, on=date(2026, 9, 30), period=14).number == 14


def test_an_entry_of_one_line_lacks_its_other_side() -> None:
    assert found(draft(("101000", 5_00))) == [
        ("lines", "", None, "J-1 has 1 lines", "at least two, a debit and a credit"),
        ("unbalanced", "amount", None, f"The proprietary debits of {TAS} are 5.00 too high", EVEN),
    ]


@pytest.mark.parametrize(("account", "said"), [("999999", "999999"), ("", "(empty)")])
def test_an_account_that_the_chart_does_not_have_is_named_with_its_line(account: str, said: str) -> None:
    assert found(draft(("101000", 5_00), (account, -5_00))) == [
        (
            "account", "account", 2, f"There is no account {said} in the chart of FY2026",
            "an account of the USSGL, six digits",
        ),
    ]  # fmt: skip


@pytest.mark.parametrize(("tas", "said"), [("080-X-0100-000", "080-X-0100-000"), ("", "(empty)")])
def test_a_treasury_account_that_the_books_do_not_keep_is_named_in_each_line(tas: str, said: str) -> None:
    entry = draft(*ORDER, tas=tas)
    words = f"These books do not keep the Treasury account {said}"
    kept = f"{TAS}, {CANCELED}, {OTHER}"
    assert found(entry) == [("symbol", "tas", 1, words, kept), ("symbol", "tas", 2, words, kept)]
    assert [each.expected for each in entry_findings(entry, {})] == ["one that they keep"] * 2


def test_a_line_without_an_amount_is_named() -> None:
    assert found(draft(*ORDER, ("101000", 0))) == [
        ("amount", "amount", 3, "The amount is zero", "an amount above zero"),
    ]


def test_each_half_of_each_treasury_account_balances_by_itself() -> None:
    """As a whole the debits are the credits; yet neither half is even, and neither account is."""
    halves = draft(("461000", 3_00), ("101000", -3_00))
    assert found(halves) == [
        ("unbalanced", "amount", None, f"The budgetary debits of {TAS} are 3.00 too high", EVEN),
        ("unbalanced", "amount", None, f"The proprietary credits of {TAS} are 3.00 too high", EVEN),
    ]
    lines = (LineDraft(TAS, "101000", 2_00), LineDraft(OTHER, "101000", -2_00))
    assert [words for *_, words, _ in found(replace(halves, lines=lines))] == [
        f"The proprietary debits of {TAS} are 2.00 too high",
        f"The proprietary credits of {OTHER} are 2.00 too high",
    ]


def test_a_canceled_account_takes_nothing_and_its_money_comes_from_a_current_one() -> None:
    """2026 is expired through 30 September 2031 and gone the day after."""
    paid = (("490100", 5_00), ("490200", -5_00))
    assert found(draft(*paid, on=date(2031, 9, 30))) == []
    right = "a current account for the same purpose (31 U.S.C. 1553(b))"
    words = f"{TAS} was canceled at the end of 2031-09-30 (31 U.S.C. 1552)"
    assert found(draft(*paid, on=date(2031, 10, 1))) == [("canceled", "tas", None, words, right)]


def test_an_account_that_is_canceled_by_its_type_has_no_day_in_the_words() -> None:
    (one,) = found(draft(("101000", 5_00), ("310000", -5_00), tas=CANCELED))
    assert one[:4] == ("canceled", "tas", None, f"{CANCELED} was canceled (31 U.S.C. 1552)")


def test_an_account_takes_nothing_before_its_first_year() -> None:
    assert found(draft(*ORDER, on=date(2025, 10, 1))) == []
    words = f"{TAS} is not available before 1 October 2025"
    assert found(draft(*ORDER, on=date(2025, 9, 30))) == [
        ("not-yet", "tas", None, words, "an account of the year of the entry"),
    ]


@pytest.mark.parametrize(
    ("lines", "fresh"),
    [
        (ORDER, "480100"),
        ((("461000", 4_00), ("480200", -4_00), ("141000", 4_00), ("101000", -4_00)), "480200"),
        ((("445000", 4_00), ("451000", -4_00)), "451000"),
        ((("480100", 4_00), ("461000", -4_00)), "461000"),
        ((("465000", 4_00), ("480100", -3_00), ("480200", -1_00)), "480100, 480200"),
    ],
    ids=["order", "order with an advance", "apportionment", "order canceled into new money", "both"],
)
def test_an_expired_account_takes_no_new_obligation(lines: tuple[tuple[str, int], ...], fresh: str) -> None:
    words = f"{TAS} expired on 2026-09-30; account {fresh} would take a new obligation"
    right = "an adjustment of an obligation made before (31 U.S.C. 1553(a))"
    assert found(draft(*lines, on=EXPIRED)) == [("expired", "tas", None, words, right)]
    assert found(draft(*lines, on=date(2026, 9, 30))) == []
    assert found(draft(*lines, on=EXPIRED, rule="CLOSE")) == []


@pytest.mark.parametrize(
    "lines",
    [
        (("480100", 4_00), ("480200", -4_00), ("141000", 4_00), ("101000", -4_00)),
        (
            ("490100", 4_00), ("480100", -4_00), ("211000", 4_00), ("610000", -4_00), ("570000", 4_00),
            ("310700", -4_00),
        ),
        (("480100", 4_00), ("465000", -4_00)),
        (("465000", 4_00), ("488100", -4_00)),
    ],
    ids=["advance on an order", "receipt reduced to the invoice", "order canceled", "order raised"],
)  # fmt: skip
def test_an_expired_account_goes_on_with_the_obligations_that_it_has(
    lines: tuple[tuple[str, int], ...],
) -> None:
    assert found(draft(*lines, on=EXPIRED)) == []


def test_what_is_expended_of_appropriations_is_shown_as_used_in_the_same_entry() -> None:
    received = (("480100", 3_00), ("490100", -3_00), ("610000", 3_00), ("211000", -3_00))
    used = (("310700", 3_00), ("570000", -3_00))
    assert found(draft(*received, *used)) == []
    words = f"3.00 of authority are expended in {TAS}, and 0.00 of appropriations used"
    assert found(draft(*received)) == [("companion", "account", None, words, B134)]
    (one,) = found(draft(*used))
    assert one[3] == f"0.00 of authority are expended in {TAS}, and 3.00 of appropriations used"
    assert found(draft(*received, rule="CLOSE")) == []


def test_what_customers_pay_uses_no_appropriations() -> None:
    entry = draft(("480100", 3_00), ("490100", -3_00))
    ordered = tuple(replace(line, attributes=Attributes(reimbursable="R")) for line in entry.lines)
    assert found(replace(entry, lines=ordered)) == []
