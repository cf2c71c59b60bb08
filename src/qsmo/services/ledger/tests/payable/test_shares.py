"""Amounts over what is open: the parts add up, none is more than was open, and what is too much is refused."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.services.ledger.rules.fund import Fund
from qsmo.services.ledger.rules.payable.prompt import Delivery
from qsmo.services.ledger.rules.payable.shares import Share, bare, covering, reserved, shares, split
from qsmo.services.ledger.rules.position import Attributes
from qsmo.services.ledger.rules.symbol import TreasuryAccount

TAS = "047-2026/2026-0200-000"
HQ, FIELD = Attributes(organization="HQ"), Attributes(organization="FIELD")
ORDERED = "480100"
"""Undelivered orders, unpaid: a budgetary account that no customer pays."""
CENTS = st.integers(1, 10**10)
OPEN = st.lists(CENTS, max_size=6).map(
    lambda amounts: tuple(
        Share(TAS, Attributes(organization=str(at)), cents) for at, cents in enumerate(amounts)
    )
)


def _open(hq: int = 60_00, field: int = 40_00) -> tuple[Share, ...]:
    return Share(TAS, HQ, hq), Share(TAS, FIELD, field)


def _sum(parts: tuple[Share, ...]) -> int:
    return sum(each.cents for each in parts)


@pytest.mark.parametrize(
    ("cents", "expected"),
    [
        (0, ()),
        (1, (Share(TAS, HQ, 1),)),
        (60_00, (Share(TAS, HQ, 60_00),)),
        (60_01, (Share(TAS, HQ, 60_00), Share(TAS, FIELD, 1))),
        (100_00, _open()),
    ],
)
def test_an_amount_falls_on_what_is_open_the_first_first(cents: int, expected: tuple[Share, ...]) -> None:
    assert shares(Money(cents), _open(), "order PO-7") == expected


@pytest.mark.parametrize(
    ("cents", "open_", "words", "expected"),
    [
        (
            100_01,
            _open(),
            "100.01 are to be taken from order PO-7, and 100.00 are open",
            "at most 100.00",
        ),
        (1, (), "0.01 are to be taken from order PO-7, and 0.00 are open", "at most 0.00"),
        (-1, _open(), "-0.01 are to be taken from order PO-7, and 0.00 are open", "at most 0.00"),
    ],
)
def test_more_than_is_open_is_refused_with_what_is_there(
    cents: int, open_: tuple[Share, ...], words: str, expected: str
) -> None:
    with pytest.raises(Refusal) as refused:
        shares(Money(cents), open_, "order PO-7")
    assert (refused.value.code, refused.value.status, refused.value.words) == ("obligation", 409, words)
    (finding,) = refused.value.findings
    assert (finding.code, finding.field, finding.expected) == ("obligation", "amount", expected)


@given(OPEN, st.integers(0, 10**11))
def test_shares_add_up_to_the_amount_and_none_is_more_than_is_open(
    open_: tuple[Share, ...], cents: int
) -> None:
    if cents > _sum(open_):
        with pytest.raises(Refusal):
            shares(Money(cents), open_, "it")
        return
    found = shares(Money(cents), open_, "it")
    assert _sum(found) == cents
    assert all(0 < part.cents <= each.cents for part, each in zip(found, open_, strict=False))
    assert [each.attributes for each in found] == [each.attributes for each in open_[: len(found)]]
    assert all(part == each for part, each in zip(found[:-1], open_, strict=False)), "one is used up first"


@given(OPEN, st.integers(0, 100), st.integers(0, 100))
def test_what_is_taken_and_what_is_then_open_are_what_was_open(
    open_: tuple[Share, ...], percent: int, less: int
) -> None:
    """Also when the amount loses a part of its end: what is kept and what is taken off are the amount."""
    cents = _sum(open_) * percent // 100
    taken = shares(Money(cents), open_, "it")
    assert _sum(reserved(open_, taken)) + cents == _sum(open_)
    off = cents * less // 100
    kept, ended = split(taken, off)
    assert (_sum(kept), _sum(ended)) == (cents - off, off)
    assert reserved(reserved(open_, kept), ended) == reserved(open_, taken)


def test_what_others_take_is_not_open_and_more_than_there_is_leaves_nothing() -> None:
    other = Share("047-X-0001-000", HQ, 99_00)
    assert reserved(_open(), ()) == _open()
    assert reserved(_open(), [Share(TAS, HQ, 10_00), Share(TAS, HQ, 5_00), other]) == _open(45_00)
    assert reserved(_open(), [Share(TAS, HQ, 70_00)]) == (Share(TAS, FIELD, 40_00),)
    twice = (Share(TAS, HQ, 10_00), Share(TAS, HQ, 20_00))
    assert reserved(twice, [Share(TAS, HQ, 15_00)]) == (Share(TAS, HQ, 15_00),)


@pytest.mark.parametrize(
    ("less", "kept", "off"),
    [
        (0, _open(), ()),
        (2_00, _open(60_00, 38_00), (Share(TAS, FIELD, 2_00),)),
        (40_00, (Share(TAS, HQ, 60_00),), (Share(TAS, FIELD, 40_00),)),
        (50_00, (Share(TAS, HQ, 50_00),), (Share(TAS, HQ, 10_00), Share(TAS, FIELD, 40_00))),
    ],
)
def test_a_discount_is_taken_off_at_the_end(
    less: int, kept: tuple[Share, ...], off: tuple[Share, ...]
) -> None:
    assert split(_open(), less) == (kept, off)


def test_an_invoice_pays_the_deliveries_that_its_quantity_reaches() -> None:
    """Four on the 5th, three on the 7th, five on the 9th: told in any order, they are paid in that of their days."""
    first, second, third = (Delivery(date(2026, 1, day)) for day in (5, 7, 9))
    delivered = [(Fraction(5), third), (Fraction(4), first), (Fraction(3), second)]
    paid = [
        covering(delivered, Fraction(before), Fraction(quantity))
        for before, quantity in ((0, 4), (0, 5), (4, 3), (3, 5), (7, 9), (12, 1))
    ]
    assert paid == [(first,), (first, second), (second,), (first, second, third), (third,), ()]


@pytest.mark.parametrize(
    ("financing", "said", "left"),
    [
        ("appropriated", {"category": "B", "program_b": "0001", "bea": "D", "reimbursable": "D"}, {}),
        ("appropriated", {"category": "A", "reimbursable": "R"}, {"category": "A", "reimbursable": "R"}),
        ("revolving", {"program_b": "0002", "reimbursable": "R"}, {"program_b": "0002"}),
        ("revolving", {"bea": "M", "reimbursable": "D"}, {"bea": "M", "reimbursable": "D"}),
    ],
)
def test_only_what_does_not_follow_from_the_account_is_said_in_both_halves(
    financing: str, said: dict[str, str], left: dict[str, str]
) -> None:
    fund = Fund(TreasuryAccount.parse(TAS), financing, "B", "0001")
    whole = Attributes(organization="HQ", object_class="310", **said)
    found = bare(whole, fund)
    assert found == Attributes(organization="HQ", object_class="310", **left)
    assert fund.completed(found, ORDERED) == fund.completed(whole, ORDERED)
    assert fund.completed(found, "610000") == found
