"""The sum of a bill worked out another way, and what the books of both sides must say of it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from qsmo.contract.documents import JournalLine
from qsmo.kernel.money import Money
from qsmo.kernel.period import Period
from qsmo.marketplace.billing.rules.lines import Answered, Billed, charged, corrected, total
from qsmo.marketplace.billing.rules.price import Metered, Price
from qsmo.marketplace.billing.rules.tie import day_by_day, journal_checks, sum_checks

DAYS = Period(date(2026, 3, 8), date(2026, 3, 22))
PRICES = [
    Price("a", "standard", "paid", date(2025, 10, 1), {"unit": Fraction("412.5")}, recorded=""),
    Price("b", "standard", "paid", date(2026, 3, 15), {"unit": Fraction(450)}, recorded=""),
]


def usage(quantity: str, key: str = "u1") -> Metered:
    return Metered(key, "paid", DAYS, Fraction(quantity))


def books(*lines):
    return [JournalLine(account, side, Money(cents), "020-X-4560-000", "") for account, side, cents in lines]


def test_lines_and_single_days_come_to_the_same_amount() -> None:
    """1,988 × 7/14 = 994 at $4.125 and $4.50: $4,100.25 and $4,473.00, by hand."""
    lines = charged([usage("1988")], "standard", PRICES)
    assert total(lines) == Money(8_573_25)
    assert day_by_day([usage("1988")], "standard", PRICES) == Money(8_573_25)
    checks = sum_checks(Money(8_573_25), lines, Money(8_573_25))
    assert [(each.left, each.right, each.holds) for each in checks] == [("8,573.25", "8,573.25", True)] * 2
    assert [each.holds for each in sum_checks(Money(8_573_24), lines, Money(8_573_26))] == [False, False]


def test_a_later_answer_takes_the_old_line_back_and_charges_the_new_one() -> None:
    (old,) = charged([usage("14")], "standard", PRICES[:1])
    kept = charged([usage("28", "u2")], "standard", PRICES[:1])[0]
    before = [Billed("line 7", ("14",), old), Billed("line 8", ("28",), kept)]
    after = [Answered(usage("10", "u3"), ("10",)), Answered(usage("28", "u4"), ("28",))]
    found = corrected(before, after, "standard", PRICES[:1])
    # 14 × $4.125 = $57.75 back, 10 × $4.125 = $41.25 instead; what did not change stays.
    assert [(each.kind, each.usage, each.amount, each.corrects) for each in found] == [
        ("withdrawn", "u1", Money(-57_75), "line 7"),
        ("added", "u3", Money(41_25), ""),
    ]
    assert found[0].sum_words == "taken back: 14 × $4.1250 = $57.75"
    checks = sum_checks(
        Money(8_573_25), [*charged([usage("1988")], "standard", PRICES), *found], Money(8_556_75)
    )
    assert all(each.holds for each in checks)


def test_the_amount_of_the_bill_stands_on_its_account_and_debits_equal_credits() -> None:
    right = books(("131000", "debit", 8_573_25), ("510000", "credit", 8_573_25))
    assert all(each.holds for each in journal_checks(Money(8_573_25), {"performed": right}))
    wrong = books(("211000", "debit", 8_573_25), ("610000", "credit", 8_573_24))
    found = journal_checks(Money(8_573_25), {"accepted": wrong})
    assert [(each.words, each.left, each.right) for each in found] == [
        ("payable of the buyer (211000) = bill", "0.00", "8,573.25"),
        ("debits = credits of the buyer, accepted", "8,573.25", "8,573.24"),
    ]
    assert not any(each.holds for each in found)
