"""Bills: computed to the cent, the same again, frozen once issued, corrected by the next, seen by their own sides."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.marketplace.agreements.models import Order
from qsmo.marketplace.agreements.tests.setting import SELLER, person
from qsmo.marketplace.billing import actions, queries
from qsmo.marketplace.billing.models import Bill, BillLine
from qsmo.marketplace.billing.tests.setting import (
    BILLING,
    calculated,
    counts,
    issued,
    price,
    two_prices,
)
from qsmo.marketplace.metering.actions import seal
from qsmo.marketplace.metering.tests.setting import (
    ASKED_ON,
    METERING,
    NEXT,
    PERIOD,
    install,
    paid,
    people,
    subscribed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day():
    with clock.at(ASKED_ON):
        yield


@pytest.fixture
def service(monkeypatch):
    return install(monkeypatch)


@pytest.fixture
def both(service):
    return people()


@pytest.fixture
def instance(both):
    two_prices(both.plan)
    return subscribed(both)


def rows(bill: Bill) -> list[tuple[str, str, int]]:
    return [(row.kind, row.sum_words, row.amount_cents) for row in queries.lines(BILLING, bill)]


def test_a_price_change_in_the_middle_of_the_period_is_on_the_bill_day_by_day(instance):
    bill = calculated(instance)
    assert rows(bill) == [
        ("usage", "1,988 × 7/14 × $4.1250 = $4,100.25", 410_025),
        ("usage", "1,988 × 7/14 × $4.50 = $4,473.00", 447_300),
    ]
    assert (bill.state, bill.total_cents, bill.calculation) == ("calculated", 857_325, 1)


def test_calculating_again_with_the_same_usage_and_prices_changes_nothing(instance):
    bill = calculated(instance)
    before = counts()
    again = actions.calculate(BILLING, actions.open_bill(BILLING, instance.id, PERIOD).pk)
    assert (again.pk, again.digest, again.version) == (bill.pk, bill.digest, bill.version)
    assert counts() == before


def test_a_calculation_killed_half_way_left_nothing_and_ends_with_the_same_digest(instance, monkeypatch):
    seal(METERING, instance.id, PERIOD)
    bill = actions.open_bill(BILLING, instance.id, PERIOD)
    before = counts()

    def killed(*_args, **_changes):
        assert BillLine.every.count() == 2
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("qsmo.marketplace.billing.actions.bills.move", killed)
        with pytest.raises(KeyboardInterrupt):
            actions.calculate(BILLING, bill.pk)
    assert counts() == before
    first = actions.calculate(BILLING, bill.pk).digest
    actions.calculate(BILLING, bill.pk)
    assert Bill.every.get().digest == first


def test_until_it_is_issued_a_bill_follows_a_later_answer(instance, service, both):
    bill = calculated(instance)
    actions.review(both.seller_program, bill.pk)
    service.answer = lambda _sub, _period: [paid("2000")]
    seal(METERING, instance.id, PERIOD, why="late time cards")
    again = actions.calculate(BILLING, bill.pk)
    # 1,000 × 4.125 + 1,000 × 4.50, by hand.
    assert (again.state, again.calculation, again.total_cents) == ("calculated", 2, 862_500)
    assert again.sealed is not None
    assert again.sealed.number == 2


def test_without_sealed_usage_or_without_a_price_nothing_is_billed(instance, both):
    bill = actions.open_bill(BILLING, instance.id, PERIOD)
    before = counts()
    with pytest.raises(Refusal) as refused:
        actions.calculate(BILLING, bill.pk)
    assert refused.value.code == "usage-not-sealed"
    assert counts() == before
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER IF EXISTS catalogue_priceversion_no_delete")
        else:
            cursor.execute("DROP TRIGGER catalogue_priceversion_append_only ON catalogue_priceversion")
        cursor.execute("DELETE FROM catalogue_priceversion")
    price(both.plan, "4.50", date(2026, 3, 15))
    seal(METERING, instance.id, PERIOD)
    before = counts()
    with pytest.raises(Refusal) as refused:
        actions.calculate(BILLING, bill.pk)
    assert refused.value.code == "price-gap"
    assert (
        refused.value.words
        == f"Plan {queries.plan_words(both.plan)} has no price for employee-paid on 2026-03-08"
    )
    assert counts() == before


def test_an_issued_bill_is_frozen_and_the_order_has_spent_it(instance, both, service):
    bill = issued(both, calculated(instance))
    assert (bill.state, bill.issued_on) == ("issued", ASKED_ON)
    assert Order.every.get().spent_cents == 857_325
    service.answer = lambda _sub, _period: [paid("2000")]
    seal(METERING, instance.id, PERIOD, why="late time cards")
    before = counts()
    with pytest.raises(Refusal) as refused:
        actions.calculate(BILLING, bill.pk)
    assert refused.value.code == "bill-issued"
    assert counts() == before


def test_the_person_who_reviewed_a_bill_cannot_issue_it(instance):
    two_hats = person(
        "Tim Both", ("provider-program-official", SELLER), ("provider-funding-official", SELLER)
    )
    bill = calculated(instance)
    actions.review(two_hats, bill.pk)
    before = counts()
    with pytest.raises(Refusal) as refused:
        actions.issue(two_hats, bill.pk)
    assert (refused.value.code, refused.value.status) == ("same-person", 403)
    assert counts() == before
    assert Bill.every.get().state == "under_review"


def test_a_bill_above_what_is_left_of_the_order_is_not_issued_and_both_amounts_are_named(both):
    two_prices(both.plan)
    bill = calculated(subscribed(both, dollars=8_000))
    actions.review(both.seller_program, bill.pk)
    before = counts()
    with pytest.raises(Refusal) as refused:
        actions.issue(both.seller_funding, bill.pk)
    assert refused.value.code == "over-order"
    assert "8,573.25" in refused.value.words
    assert "8,000.00" in refused.value.words
    assert counts() == before
    assert Bill.every.get().state == "under_review"


def test_a_bill_that_would_be_different_now_is_not_issued(instance, both):
    bill = calculated(instance)
    actions.review(both.seller_program, bill.pk)
    price(both.plan, "5", date(2026, 3, 21))
    before = counts()
    with pytest.raises(Refusal) as refused:
        actions.issue(both.seller_funding, bill.pk)
    assert refused.value.code == "bill-stale"
    # The last day at $5 instead of $4.50: 142 × 0.50 = $71.00 more, by hand.
    assert "$8,644.25 instead of $8,573.25" in refused.value.words
    assert counts() == before


def test_a_correction_after_issue_is_lines_of_the_next_bill_at_the_prices_of_their_own_days(
    instance, both, service
):
    first = issued(both, calculated(instance))
    service.answer = lambda _sub, _period: [paid("1990", PERIOD, "run:2026-03-08")]
    seal(METERING, instance.id, PERIOD, why="two late time cards")
    service.answer = lambda _sub, _period: [paid("1000", NEXT, "run:2026-03-22")]
    bill = calculated(instance, NEXT)
    assert rows(bill) == [
        ("usage", "1,000 × $4.50 = $4,500.00", 450_000),
        ("withdrawn", "taken back: 1,988 × 7/14 × $4.1250 = $4,100.25", -410_025),
        ("withdrawn", "taken back: 1,988 × 7/14 × $4.50 = $4,473.00", -447_300),
        ("added", "1,990 × 7/14 × $4.1250 = $4,104.38", 410_438),
        ("added", "1,990 × 7/14 × $4.50 = $4,477.50", 447_750),
    ]
    assert bill.total_cents == 450_863
    opened = [queries.explain_line(BILLING, row).steps[1] for row in queries.lines(BILLING, bill)]
    assert opened[1] == "Exactly -$4,100.25"
    assert opened[3] == "Exactly $4,104.3750"
    assert {row.corrects_id for row in queries.lines(BILLING, bill) if row.kind == "withdrawn"} == {
        row.pk for row in queries.lines(BILLING, first)
    }
    assert queries.tie(BILLING, bill.pk).holds
    issued(both, bill)
    # A third answer takes back what the correction added, and nothing else.
    service.answer = lambda _sub, _period: [paid("1991", PERIOD, "run:2026-03-08")]
    seal(METERING, instance.id, PERIOD, why="one more")
    added = [row.pk for row in queries.lines(BILLING, bill) if row.kind == "added"]
    third = actions.open_bill(BILLING, instance.id, PERIOD.__class__(NEXT.end, date(2026, 4, 12)))
    service.answer = lambda _sub, _period: []
    seal(METERING, instance.id, third.during)
    third = actions.calculate(BILLING, third.pk)
    found = [(row.kind, row.corrects_id) for row in queries.lines(BILLING, third)]
    assert found == [("withdrawn", added[0]), ("withdrawn", added[1]), ("added", None), ("added", None)]


def test_a_bill_whose_corrections_exceed_its_charges_is_not_issued(instance, both, service):
    issued(both, calculated(instance))
    service.answer = lambda _sub, _period: []
    seal(METERING, instance.id, PERIOD, why="nobody was paid")
    bill = calculated(instance, NEXT)
    assert bill.total_cents == -857_325
    actions.review(both.seller_program, bill.pk)
    before = counts()
    with pytest.raises(Refusal) as refused:
        actions.issue(both.seller_funding, bill.pk)
    assert refused.value.code == "bill-below-zero"
    assert "the bill is -$8,573.25" in refused.value.words
    assert counts() == before


def test_a_line_opens_into_usage_price_arithmetic_and_rounding(instance):
    line = queries.lines(BILLING, calculated(instance)).first()
    assert line is not None
    found = queries.explain_line(BILLING, line.pk)
    assert (found.label, found.amount) == ("employee-paid, 2026-03-08 to 2026-03-14", "$4,100.25")
    assert dict(found.inputs)["Quantity"] == "1,988 employee paid"
    assert dict(found.inputs)["Approved by"] == "Dora Director"
    assert dict(found.inputs)["Evidence named"] == "run:2026-03-08"
    assert found.version == "$4.1250 from 2025-10-01"
    assert found.steps == (
        "1,988 × 7/14 × $4.1250 = $4,100.25",
        "Exactly $4,100.25",
        "Rounded half up to the cent: $4,100.25",
    )
    assert found.evidence == (("Pay run", "run:2026-03-08"), ("Customer", "028"))
    assert found.is_invented
    assert "no statute prescribes" in found.cite


def test_nobody_sees_or_moves_the_bills_of_others(instance, both):
    bill = calculated(instance)
    line = queries.lines(BILLING, bill).first()
    assert line is not None
    assert list(queries.bills(both.funding)) == [bill]
    assert list(queries.bills(both.seller_funding)) == [bill]
    assert list(queries.bills(both.stranger)) == []
    assert list(queries.lines(both.stranger, bill)) == []
    before = counts()
    for look in (
        lambda: queries.bill(both.stranger, bill.pk),
        lambda: queries.bill_for(both.stranger, instance.id, PERIOD),
        lambda: queries.explain_line(both.stranger, line.pk),
        lambda: queries.tie(both.stranger, bill.pk),
        lambda: actions.accept(both.stranger, bill.pk),
    ):
        with pytest.raises(Refusal) as refused:
            look()
        assert refused.value.status == 404
    for forbidden in (
        lambda: actions.calculate(both.funding, bill.pk),
        lambda: actions.issue(both.funding, bill.pk),
        lambda: actions.accept(both.seller_funding, bill.pk),
    ):
        with pytest.raises(Refusal) as refused:
            forbidden()
        assert refused.value.status == 403
    assert counts() == before


@pytest.mark.parametrize(
    "statement", ["UPDATE billing_billline SET amount_cents = 1", "DELETE FROM billing_billline"]
)
def test_the_database_itself_keeps_bill_lines_unchanged(instance, statement):
    calculated(instance)
    with (
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert BillLine.every.count() == 2
