"""From order to matched invoice in the books: what each step posts, once, and what is refused with nothing changed.

Expected balances are worked by hand from the posting rules.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from qsmo.contract.service import Subscription
from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.kernel.period import Period
from qsmo.services.ledger.actions.payable import invoices, orders, vendors
from qsmo.services.ledger.models import Delivery, Invoice, PurchaseOrder, Vendor
from qsmo.services.ledger.plug import service
from qsmo.services.ledger.queries.payable import owed
from qsmo.services.ledger.rules.payable.drafts import InvoiceLine, OrderDraft, OrderLine
from qsmo.services.ledger.tests.payable.shop import CHAIRS, INVOICED, VENDOR, Shop
from qsmo.services.ledger.tests.setting import CUSTOMER, PROVIDER, TERMS

pytestmark = pytest.mark.django_db
PAYABLE = ("211000", "480100", "490100", "610000", "310700", "570000")


def balances(bought: Shop) -> dict[str, str]:
    """What is owed and what it cost."""
    found = bought.stage.balances()
    return {account: found[account] for account in PAYABLE if account in found}


def counts(bought: Shop) -> tuple[Any, ...]:
    """How much there is of everything: what a refusal leaves as it was."""
    rows = [
        (each.pk, each.state, each.version)
        for model in (Vendor, Delivery, Invoice)
        for each in model.every.all()
    ]
    return (*bought.stage.counts(), PurchaseOrder.every.count(), sorted(rows))


def test_acceptance_posts_the_receipt_once_and_the_invoice_only_the_difference(bought: Shop) -> None:
    delivery = bought.received()
    assert balances(bought) == {
        "211000": "-125.00", "310700": "125.00", "480100": "-406.33", "490100": "-125.00", "570000": "-125.00",
        "610000": "125.00",
    }  # fmt: skip
    assert bought.received().pk == delivery.pk if delivery.state != "accepted" else True
    dearer = bought.matched("INV-1", InvoiceLine(1, "8", "12.75", Money(102_00)))
    assert (dearer.state, str(dearer.processed_on)) == ("matched", "2026-01-20")
    assert balances(bought)["211000"] == "-127.00"
    cheaper = bought.matched("INV-2", InvoiceLine(1, "2", "12.00", Money(24_00)))
    assert owed.match_of(bought.accountant, cheaper).difference == Money(-1_00)
    assert balances(bought) == {
        "211000": "-126.00", "310700": "126.00", "480100": "-405.33", "490100": "-126.00", "570000": "-126.00",
        "610000": "126.00",
    }  # fmt: skip


def test_parts_of_a_line_with_a_price_of_four_decimals_add_up_to_its_order(bought: Shop) -> None:
    for number, quantity in enumerate(("1", "1.5", "1.5"), start=1):
        bought.received(2, quantity, f"R-{number}")
    assert balances(bought)["211000"] == "-401.33"
    line = InvoiceLine(2, "4", "100.3333", Money(401_33))
    assert bought.matched("INV-1", line).state == "matched"
    assert balances(bought)["211000"] == "-401.33"


def test_the_accounting_of_the_order_goes_through_to_the_receipt(bought: Shop) -> None:
    bought.received()
    (share,) = owed.open_of(bought.accountant, bought.stage.book, "PO-7", owed.ACCRUED)
    assert (share.cents, share.attributes.organization, share.attributes.object_class) == (
        125_00,
        "HQ",
        "310",
    )


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ((InvoiceLine(1, "9", "12.50", Money(112_50)),), "received"),
        ((InvoiceLine(1, "11", "12.50", Money(137_50)),), "ordered"),
        ((InvoiceLine(1, "8", "13.00", Money(104_00)),), "price"),
        ((InvoiceLine(3, "1", "1.00", Money(1_00)),), "order-line"),
    ],
)
def test_what_does_not_match_is_refused_with_each_difference(
    bought: Shop, lines: tuple[InvoiceLine, ...], code: str
) -> None:
    bought.received(quantity="8")
    held = bought.invoice("INV-1", *lines)
    before = counts(bought)
    with pytest.raises(Refusal) as refused:
        invoices.match_invoice(bought.accountant, held.pk)
    assert (refused.value.code, [each.code for each in refused.value.findings]) == ("match", [code])
    assert counts(bought) == before


def test_an_invoice_comes_once_and_the_same_number_with_other_content_is_a_duplicate(bought: Shop) -> None:
    first = bought.invoice("INV-001")
    assert bought.invoice("INV-001").pk == first.pk
    before = counts(bought)
    for draft in (bought.draft("inv 001"), bought.draft("INV-001", dated_on=date(2026, 1, 6))):
        with pytest.raises(Refusal) as refused:
            invoices.take_in_invoice(bought.accountant, bought.stage.book.pk, draft)
        assert refused.value.code == "duplicate"
    assert counts(bought) == before
    assert owed.lookalikes(bought.accountant, first) == []
    assert [each.number for each in owed.lookalikes(bought.accountant, bought.invoice("X-9"))] == ["INV-001"]


def test_an_improper_invoice_is_returned_and_its_late_return_shortens_the_time_for_the_next(
    bought: Shop,
) -> None:
    first = bought.invoice(says_contact=False)
    assert (first.state, first.findings[0]["code"]) == ("improper", "contact")
    invoices.return_invoice(bought.accountant, first.pk, on=date(2026, 1, 17), why="no contact")
    again = bought.invoice(received_on=date(2026, 1, 20))
    assert again.replaces_id == first.pk
    told = owed.due_of(bought.accountant, again)
    assert told.on == date(2026, 2, 17)
    assert "3 days less, for the late return of the invoice before: 2026-02-16" in told.told.steps


def test_a_dispute_pauses_interest_and_the_rate_that_is_missing_is_named(bought: Shop) -> None:
    bought.received()
    held = bought.invoice()
    invoices.dispute_invoice(bought.accountant, held.pk, on=date(2026, 1, 10), why="wrong color")
    invoices.settle_invoice(bought.accountant, held.pk, on=date(2026, 1, 20), why="agreed")
    held = invoices.match_invoice(bought.accountant, held.pk)
    due = owed.due_of(bought.accountant, held)
    assert due.on == held.due_on == date(2026, 2, 6)
    with pytest.raises(Refusal, match="no prompt payment rate in force on 2026-02-07"):
        owed.interest_of(bought.accountant, held, due, date(2026, 6, 1))
    vendors.keep_rate(
        bought.accountant, bought.stage.book.pk, kind="prompt-payment", begins_on=date(2026, 1, 1),
        ends_on=date(2026, 6, 30), rate="0.05", source="made up for this test",
    )  # fmt: skip
    late = owed.interest_of(bought.accountant, held, due, date(2026, 6, 6))
    assert (late.days, str(late.paid)) == (120, "2.10")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"uei": "short"}, "uei"),
        ({"ein": "12345678"}, "ein"),
        ({"routing": "021000022"}, "routing"),
        ({"account": ""}, "account"),
        ({"legal_name": "Café"}, "name"),
    ],
)
def test_a_vendor_is_entered_right_by_one_and_approved_by_another(
    bought: Shop, said: dict[str, Any], code: str
) -> None:
    before = counts(bought)
    with pytest.raises(Refusal) as refused:
        vendors.enter_vendor(bought.accountant, bought.stage.book.pk, replace(VENDOR, **said))
    assert [each.code for each in refused.value.findings] == [code]
    with pytest.raises(Refusal):
        vendors.approve_vendor(bought.accountant, bought.vendor.pk)
    assert counts(bought) == before


def test_a_vendor_whose_account_is_changed_waits_for_approval_and_shows_no_account_in_the_trail(
    bought: Shop,
) -> None:
    changed = vendors.change_vendor(
        bought.accountant, bought.vendor.pk, replace(VENDOR, account="999"), "a letter"
    )
    assert changed.state == "proposed"
    assert vendors.approve_vendor(bought.certifier, changed.pk).state == "active"
    assert bought.vendor.account_shown == "…5678"


def test_an_order_needs_its_obligation_and_more_than_ordered_is_not_accepted(bought: Shop) -> None:
    before = counts(bought)
    draft = OrderDraft("PO-8", bought.vendor.pk, "More", (OrderLine(1, "lamps", "1", "10.00"),))
    with pytest.raises(Refusal, match="and the books have 0"):
        orders.enter_order(bought.accountant, bought.stage.book.pk, draft)
    assert counts(bought) == before
    bought.received(quantity="9")
    with pytest.raises(Refusal, match="11 of line 1 would be accepted, and 10 are ordered"):
        bought.received(quantity="2", key="R-2")
    assert bought.stage.balances()["211000"] == "-112.50"


def test_what_is_no_invoice_is_refused_with_everything_that_is_wrong(bought: Shop) -> None:
    before = counts(bought)
    lines = (InvoiceLine(1, "10", "12.50", Money(124_00)), InvoiceLine(0, "x", "1", Money(0)))
    draft = bought.draft("--", *lines, dated_on=INVOICED, received_on=date(2026, 1, 6), discount_rate="0.02")
    with pytest.raises(Refusal) as refused:
        invoices.take_in_invoice(bought.accountant, bought.stage.book.pk, draft)
    assert [each.code for each in refused.value.findings] == [
        "number", "received", "discount", "lines", "arithmetic", "quantity", "amount",
    ]  # fmt: skip
    assert counts(bought) == before
    assert CHAIRS.number == 1


def test_an_invoice_is_metered_once_on_the_day_on_which_it_was_matched(bought: Shop) -> None:
    bought.received()
    bought.matched()
    bought.invoice("INV-2", dated_on=date(2026, 1, 6))
    sub = Subscription("test-books", CUSTOMER, PROVIDER, TERMS)
    period = Period(date(2026, 1, 1), date(2026, 2, 1))
    (usage,) = [each for each in service.usage(sub, period) if each.meter == "invoice-processed"]
    assert (int(usage.quantity), usage.during.start) == (1, date(2026, 1, 20))
    assert dict(service.evidence(sub, usage.evidence))["INV-1"] == "125.00, received on 2026-01-07"
