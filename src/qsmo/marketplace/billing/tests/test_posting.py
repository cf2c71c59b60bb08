"""Journals of both sides: the accounts of each event, split over funds to the cent, balanced in each half."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qsmo.kernel.finding import Refusal
from qsmo.kernel.law import LawGap
from qsmo.kernel.money import Money
from qsmo.marketplace.billing.rules.correction import changed
from qsmo.marketplace.billing.rules.posting import (
    EVENTS,
    Books,
    Fund,
    journal,
    moved,
    spends_appropriations,
    tables,
)

ON = date(2026, 4, 2)
GENERAL = "047-2026/2026-0401-000"
REVOLVING = "020-X-4560-000"
BUYER = Books("047", "020", (Fund(GENERAL, Money(100)),))
SELLER = Books("020", "047", (Fund(REVOLVING, Money(100)),))


def entry(event, books=BUYER, amount=857_325):
    return journal(event, books, Money(amount), key=f"k/{event}", on=ON, source="bill k")


def sides(found):
    return [(line.side[0].upper(), line.account, line.amount.cents) for line in found.lines]


def test_acceptance_delivers_the_order_and_uses_the_appropriation_of_a_general_fund_account():
    found = entry("accepted")
    assert sides(found) == [
        ("D", "480100", 857_325),
        ("C", "490100", 857_325),
        ("D", "610000", 857_325),
        ("C", "211000", 857_325),
        ("D", "310700", 857_325),
        ("C", "570000", 857_325),
    ]
    assert {line.tas for line in found.lines} == {GENERAL}
    assert {line.partner for line in found.lines} == {"020"}
    assert found.words == "Services received and accepted on an order (USSGL transaction B402 and B134)"


def test_a_revolving_fund_uses_no_appropriation():
    found = entry("accepted", Books("047", "020", (Fund(REVOLVING, Money(1)),)))
    assert [line.account for line in found.lines] == ["480100", "490100", "610000", "211000"]
    assert found.words == "Services received and accepted on an order (USSGL transaction B402)"


def test_performance_payment_and_collection_move_their_accounts():
    assert sides(entry("performed", SELLER)) == [
        ("D", "425100", 857_325),
        ("C", "422100", 857_325),
        ("D", "131000", 857_325),
        ("C", "520000", 857_325),
    ]
    assert [line.account for line in entry("paid").lines] == ["490100", "490200", "211000", "101000"]
    assert [line.account for line in entry("collected", SELLER).lines] == [
        "425200",
        "425100",
        "101000",
        "131000",
    ]


@given(st.integers(1, 10**12), st.lists(st.integers(1, 10**9), min_size=1, max_size=5))
def test_any_amount_over_any_funds_balances_and_adds_back(cents, weights):
    funds = tuple(Fund(f"047-2026/2026-{400 + n:04d}-000", Money(w)) for n, w in enumerate(weights))
    for event, _ in EVENTS:
        found = entry(event, Books("047", "020", funds), cents)
        assert found.debits == found.credits
    accepted = entry("accepted", Books("047", "020", funds), cents)
    assert moved(accepted.lines, "211000", "credit") == Money(cents)


def test_an_amount_of_zero_makes_no_journal():
    with pytest.raises(Refusal) as refused:
        entry("accepted", amount=0)
    assert refused.value.code == "journal-amount"


def test_an_account_of_no_known_group_is_a_gap_in_the_law():
    assert spends_appropriations(GENERAL, ON)
    assert not spends_appropriations(REVOLVING, ON)
    for tas in ("047-2026/2026-9999-000", "nonsense"):
        with pytest.raises(LawGap):
            spends_appropriations(tas, ON)


def test_every_event_of_the_table_balances_in_each_half_with_and_without_its_conditions():
    rows = tables()["postings"].at(on=ON).rows
    assert {(row.text("event"), row.text("party")) for row in rows} == set(EVENTS)
    for code in {row.text("code") for row in rows}:
        own = [row for row in rows if row.text("code") == code]
        for half in ("budgetary", "proprietary"):
            signs = [row.text("side") for row in own if row.text("half") == half]
            assert signs.count("debit") == signs.count("credit")
        assert all((row.text("account")[0] == "4") == (row.text("half") == "budgetary") for row in own)


def test_a_later_answer_takes_back_and_adds_only_what_differs():
    billed = {"a": ("paid", 5), "b": ("paid", 5), "c": ("paid", 7)}
    answered = {"x": ("paid", 5), "y": ("paid", 8), "z": ("paid", 7)}
    assert changed(billed, answered) == (["b"], ["y"])
    assert changed(billed, billed) == ([], [])
    assert changed({}, answered) == ([], ["x", "y", "z"])
