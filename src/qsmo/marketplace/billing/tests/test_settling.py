"""Settlement: both sides' accounting, four journals that balance, and everything tied to the cent."""

from __future__ import annotations

import pytest

from qsmo.contract.documents import Usage
from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.marketplace.agreements.tests.setting import BUYER, SELLER
from qsmo.marketplace.billing import actions, queries
from qsmo.marketplace.billing.models import Bill, Settlement
from qsmo.marketplace.billing.tests.setting import (
    BILLING,
    calculated,
    counts,
    issued,
    settled,
    two_prices,
)
from qsmo.marketplace.catalogue.rules import prices as catalogue_prices
from qsmo.marketplace.metering.tests.setting import ASKED_ON, install, people, subscribed
from qsmo.platform.record.models import OutboxDocument

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day():
    with clock.at(ASKED_ON):
        yield


@pytest.fixture
def both(monkeypatch):
    install(monkeypatch)
    return people()


@pytest.fixture
def instance(both):
    two_prices(both.plan)
    return subscribed(both)


def entries(bill: Bill) -> list[tuple[str, str, list[tuple[str, str, int]]]]:
    return [
        (
            document.key.partition("/")[2],
            document.entity_id,
            [(line["side"][0], line["account"], line["amount"]) for line in document.body["lines"]],
        )
        for document in OutboxDocument.every.filter(key__startswith=bill.pk).order_by("made_at", "id")
    ]


def test_the_four_journals_of_a_bill_name_their_accounts_and_its_amount(both, instance):
    bill = settled(both, calculated(instance)).bill
    cents = 857_325
    assert entries(bill) == [
        (
            "performed",
            SELLER,
            [("d", "425100", cents), ("c", "422100", cents), ("d", "131000", cents), ("c", "520000", cents)],
        ),
        # The buyer's account 8704 is a trust fund: no appropriation of the general fund is used.
        (
            "accepted",
            BUYER,
            [("d", "480100", cents), ("c", "490100", cents), ("d", "610000", cents), ("c", "211000", cents)],
        ),
        (
            "paid",
            BUYER,
            [("d", "490100", cents), ("c", "490200", cents), ("d", "211000", cents), ("c", "101000", cents)],
        ),
        (
            "collected",
            SELLER,
            [("d", "425200", cents), ("c", "425100", cents), ("d", "101000", cents), ("c", "131000", cents)],
        ),
    ]


def test_settlement_carries_the_accounting_of_both_sides_and_settles_the_bill(both, instance):
    settlement = settled(both, calculated(instance))
    assert (settlement.state, settlement.amount_cents, settlement.reference) == (
        "confirmed",
        857_325,
        "IPAC-77",
    )
    assert settlement.confirmed_on == ASKED_ON
    assert Bill.every.get().state == "settled"
    assert [
        (part.party, part.tas, part.betc, part.alc, part.amount_cents)
        for part in queries.settlement_parts(BILLING, settlement)
    ] == [
        ("buyer", "028-2026/2026-8704-000", "DISB", "28040001", 857_325),
        ("seller", "012-X-4609-000", "COLL", "12400001", 857_325),
    ]


def test_usage_lines_bill_settlement_and_both_books_tie_to_the_cent(both, instance):
    bill = settled(both, calculated(instance)).bill
    tied = queries.tie(both.funding, bill.pk)
    assert tied.holds
    told = {check.words: (check.left, check.right) for check in tied.checks}
    amount = "8,573.25"
    for words in (
        "sealed usage × price of each day = lines for usage",
        "lines for usage + lines of correction = bill",
        "bill = settlement",
        "settlement = accounting of the buyer",
        "settlement = accounting of the seller",
        "receivable of the seller (131000) = bill",
        "payable of the buyer (211000) = bill",
        "funds paid by the buyer (101000) = bill",
        "funds collected by the seller (101000) = bill",
    ):
        assert told[words] == (amount, amount)
    assert told["debits = credits of the buyer, accepted"] == ("17,146.50", "17,146.50")
    assert told["journals left = journals due"][0] == "performed, accepted, paid, collected"
    assert len(tied.checks) == 16


def test_a_tie_that_is_broken_says_which_comparison_and_with_which_figures(both, instance):
    bill = calculated(instance)
    Bill.every.filter(pk=bill.pk).update(total_cents=857_326)
    tied = queries.tie(BILLING, bill.pk)
    broken = [(check.words, check.left, check.right) for check in tied.checks if not check.holds]
    assert broken == [("lines for usage + lines of correction = bill", "8,573.25", "8,573.26")]
    assert not tied.holds


def test_only_an_accepted_bill_is_settled_and_scheduling_twice_is_once(both, instance):
    bill = issued(both, calculated(instance))
    before = counts()
    with pytest.raises(Refusal) as refused:
        actions.schedule(BILLING, bill.pk)
    assert refused.value.code == "bill-not-accepted"
    assert counts() == before
    actions.accept(both.funding, bill.pk)
    first = actions.schedule(BILLING, bill.pk)
    assert actions.schedule(BILLING, bill.pk) == first
    assert Settlement.every.count() == 1


def test_a_confirmation_without_a_reference_or_before_sending_changes_nothing(both, instance):
    bill = issued(both, calculated(instance))
    actions.accept(both.funding, bill.pk)
    settlement = actions.schedule(BILLING, bill.pk)
    before = counts()
    for reference, code in (("  ", "reference-missing"), ("IPAC-1", "move-not-open")):
        with pytest.raises(Refusal) as refused:
            actions.confirm(BILLING, settlement.pk, reference=reference)
        assert refused.value.code == code
    assert counts() == before
    assert Bill.every.get().state == "accepted"


def test_a_bill_of_nothing_is_settled_by_its_acceptance_without_journals(both, instance, monkeypatch):
    service = install(monkeypatch)
    service.answer = lambda _sub, _period: []
    bill = issued(both, calculated(instance))
    assert bill.total_cents == 0
    assert actions.accept(both.funding, bill.pk).state == "settled"
    assert OutboxDocument.every.count() == 0
    assert queries.tie(BILLING, bill.pk).holds


def test_an_estimate_of_the_catalogue_and_a_bill_of_the_same_usage_are_the_same(both, instance):
    bill = calculated(instance)
    usage = queries.lines(BILLING, bill)[0].usage_line.usage
    assert isinstance(usage, Usage)
    known = [each.fact for each in both.plan.prices.all()]
    estimated = catalogue_prices.spread(known, usage.meter, usage.during, usage.quantity)
    assert [line.amount for line in estimated] == [
        Money(row.amount_cents) for row in queries.lines(BILLING, bill)
    ]
    assert Money.total(line.amount for line in estimated) == bill.total
