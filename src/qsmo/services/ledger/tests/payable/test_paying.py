"""Schedules from proposal to confirmation and back: who may, what each step posts, and what stops it.

Expected balances are worked by hand from the posting rules.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.services.ledger.actions.payable import paying as actions
from qsmo.services.ledger.actions.payable import vendors
from qsmo.services.ledger.formats.checking import check_payments
from qsmo.services.ledger.formats.paying.answers import Recorded
from qsmo.services.ledger.formats.paying.nacha import write_nacha
from qsmo.services.ledger.models import Entry, Invoice, Payment, PaymentSchedule, Screened
from qsmo.services.ledger.queries.payable import owed, paying
from qsmo.services.ledger.rules.payable.drafts import InvoiceLine
from qsmo.services.ledger.tests.payable.shop import VENDOR, Shop

pytestmark = pytest.mark.django_db
PAYS_ON, LATE = date(2026, 2, 4), date(2026, 3, 4)
OFFICE = {"location_code": "28040001", "input_system": "QSMO", "request_version": "502", "event_type": "DISB"}
ACH = {
    "ach_destination": "021000021", "ach_destination_name": "A BANK", "ach_origin": "1234567890",
    "ach_origin_name": "AN AGENCY", "ach_company": "1234567890", "ach_company_name": "AN AGENCY",
    "ach_bank": "02100002",
}  # fmt: skip
LISTS = ("death", "exclusions", "sanctions", "debts")
BOOKS = ("101000", "211000", "214000", "461000", "490100", "490200", "610000", "633000")


def answers(**matched: str) -> Recorded:
    """What all lists said on the day of the tests."""
    rows = [f"{VENDOR.uei},{each},2026-01-20,{matched.get(each, 'no')},X-1" for each in LISTS]
    content = "\n".join(["uei,list,asked_on,matched,reference", *rows]).encode()
    return Recorded(content, "answers.csv", frozenset(LISTS))


def owing(bought: Shop, *, rate: str = "", **said: Any) -> Invoice:
    """A matched invoice of 125.00, due on 6 February, with the office and the lists."""
    bought.received()
    book = bought.stage.book.pk
    actions.keep_office(bought.accountant, book, OFFICE | ACH)
    actions.screen(bought.accountant, book, answers())
    if rate:
        for kind, ends in (("prompt-payment", date(2026, 6, 30)), ("value-of-funds", date(2026, 12, 31))):
            vendors.keep_rate(
                bought.accountant, book, kind=kind, begins_on=date(2026, 1, 1), ends_on=ends, rate=rate,
                source="made up for this test",
            )  # fmt: skip
    return bought.matched(**said)


def proposed(bought: Shop, *invoices: Invoice, pays_on: date = PAYS_ON) -> PaymentSchedule:
    """A schedule of invoices."""
    keys = [each.pk for each in invoices]
    return actions.propose_schedule(bought.accountant, bought.stage.book.pk, pays_on=pays_on, invoices=keys)


def sent(bought: Shop, schedule: PaymentSchedule, why: str = "") -> PaymentSchedule:
    """Certified by another and handed over."""
    actions.certify_schedule(bought.certifier, schedule.pk, why)
    return actions.send_schedule(bought.accountant, schedule.pk)


def balances(bought: Shop) -> dict[str, str]:
    """What is owed, paid and left."""
    found = bought.stage.balances()
    return {account: found[account] for account in BOOKS if account in found}


def state(bought: Shop) -> tuple[Any, ...]:
    """What a refusal leaves as it was."""
    rows = [
        (each.pk, each.state, each.version)
        for model in (Invoice, PaymentSchedule, Payment)
        for each in model.every.all()
    ]
    return (*bought.stage.counts(), sorted(rows))


def test_an_invoice_is_proposed_certified_sent_and_confirmed_by_two_people(bought: Shop) -> None:
    held = owing(bought)
    schedule = proposed(bought, held)
    before = state(bought)
    with pytest.raises(Refusal):
        actions.certify_schedule(bought.accountant, schedule.pk)
    assert state(bought) == before
    done = sent(bought, schedule)
    assert {each["outcome"] for each in done.checks} == {"holds"}
    assert len(done.checks) == 13
    content = paying.request_of(bought.accountant, done)
    assert check_payments(("request.txt", content)).findings == []
    with clock.at(PAYS_ON):
        actions.confirm_schedule(bought.accountant, done.pk, PAYS_ON, {f"{done.number}-00001": "TRACE-1"})
    assert balances(bought) == {
        "101000": "875.00", "461000": "-468.67", "490200": "-125.00", "610000": "125.00",
    }  # fmt: skip
    paid = Payment.every.get()
    assert (paid.state, paid.trace, str(paid.paid_on), paid.invoice.state) == (
        "confirmed", "TRACE-1", "2026-02-04", "paid",
    )  # fmt: skip


def test_late_payment_posts_its_interest_and_a_return_takes_everything_back(bought: Shop) -> None:
    held = owing(bought, rate="0.12")
    due = owed.due_of(bought.accountant, held)
    assert str(owed.interest_of(bought.accountant, held, due, LATE).paid) == "1.08"
    done = sent(bought, proposed(bought, held, pays_on=LATE))
    assert (done.cents, balances(bought)["633000"], balances(bought)["214000"]) == (126_08, "1.08", "-1.08")
    with clock.at(LATE):
        actions.confirm_schedule(bought.accountant, done.pk, LATE)
        assert balances(bought) == {
            "101000": "873.92", "461000": "-467.59", "490200": "-126.08", "610000": "125.00", "633000": "1.08",
        }  # fmt: skip
        paid = Payment.every.get()
        interest = Entry.every.get(rule="PAY_INTEREST").lines.filter(combination__account="490200").get()
        assert interest.combination.object_class == "430"
        actions.return_payment(bought.accountant, paid.pk, on=LATE, why="no such account", wrong_account=True)
        assert balances(bought) == {
            "101000": "1,000.00", "211000": "-125.00", "461000": "-468.67", "490100": "-125.00", "610000": "125.00",
        }  # fmt: skip
        vendors.change_vendor(bought.accountant, bought.vendor.pk, replace(VENDOR, account="77"), "a letter")
        vendors.approve_vendor(bought.certifier, bought.vendor.pk)
        again = owed.invoice(bought.accountant, held.pk)
        assert again.pauses == [{"kind": "bank", "first": "2026-03-04", "last": "2026-03-11"}]
        assert owed.interest_of(bought.accountant, again, due, date(2026, 3, 13)).days == 27
        assert proposed(bought, again, pays_on=date(2026, 3, 13)).cents == 126_13


def test_a_discount_is_taken_off_and_what_is_owed_is_less(bought: Shop) -> None:
    held = owing(bought, rate="0.05", discount_rate="0.02", discount_days=20)
    schedule = proposed(bought, held, pays_on=date(2026, 1, 26))
    assert (schedule.cents, Payment.every.get().discount_cents) == (122_50, 2_50)
    sent(bought, schedule)
    assert balances(bought)["211000"] == "-122.50"
    with clock.at(date(2026, 1, 26)):
        actions.confirm_schedule(bought.accountant, schedule.pk, date(2026, 1, 26))
    assert balances(bought) == {
        "101000": "877.50", "461000": "-468.67", "490200": "-122.50", "610000": "122.50",
    }  # fmt: skip


def test_what_does_not_hold_stops_the_certification_with_nothing_changed(bought: Shop) -> None:
    held = owing(bought)
    schedule = proposed(bought, held)
    actions.screen(bought.accountant, bought.stage.book.pk, answers(sanctions="yes"))
    Screened.every.filter(listing="sanctions").delete()
    actions.screen(bought.accountant, bought.stage.book.pk, answers(sanctions="yes", debts="yes"))
    vendors.hold_vendor(bought.accountant, bought.vendor.pk, "a debt")
    before = state(bought)
    with pytest.raises(Refusal) as refused:
        actions.certify_schedule(bought.certifier, schedule.pk, "please")
    assert [each.code for each in refused.value.findings] == ["payee", "listed"]
    assert state(bought) == before
    vendors.release_vendor(bought.certifier, bought.vendor.pk, "paid")
    match = Screened.every.get(listing="sanctions")
    actions.clear_match(bought.certifier, match.pk, "born in another year")
    assert actions.certify_schedule(bought.certifier, schedule.pk).state == "certified"


def test_paying_early_needs_a_reason_of_the_certifying_officer(bought: Shop) -> None:
    schedule = proposed(bought, owing(bought), pays_on=date(2026, 1, 28))
    with pytest.raises(Refusal) as refused:
        actions.certify_schedule(bought.certifier, schedule.pk)
    assert [(each.code, each.expected) for each in refused.value.findings] == [
        ("early", "a reason to waive it")
    ]
    done = actions.certify_schedule(bought.certifier, schedule.pk, "the year ends")
    assert [(each["code"], each["why"]) for each in done.checks if each["outcome"] == "waived"] == [
        ("early", "the year ends")
    ]


def test_an_invoice_is_in_one_schedule_and_comes_out_when_it_is_sent_back(bought: Shop) -> None:
    held = owing(bought)
    first = proposed(bought, held)
    assert (
        actions.propose_schedule(
            bought.accountant, bought.stage.book.pk, pays_on=PAYS_ON, invoices=[held.pk], number=first.number
        ).pk
        == first.pk
    )
    before = state(bought)
    with pytest.raises(Refusal) as refused:
        proposed(bought, held)
    assert (refused.value.code, state(bought)) == ("not-ready", before)
    actions.decline_schedule(bought.certifier, first.pk, "wrong day")
    second = proposed(bought, held)
    actions.withdraw_schedule(bought.accountant, second.pk, "again")
    assert Invoice.every.get().state == "matched"


def test_a_schedule_that_treasury_rejects_leaves_the_books_as_before(bought: Shop) -> None:
    held = owing(bought, rate="0.12")
    before = balances(bought)
    schedule = sent(bought, proposed(bought, held, pays_on=LATE))
    assert balances(bought) != before
    actions.reject_schedule(bought.accountant, schedule.pk, "routing order")
    assert balances(bought) == before
    assert (Payment.every.get().state, Invoice.every.get().state) == ("dropped", "matched")


def test_the_file_that_was_certified_is_the_one_that_is_sent(bought: Shop) -> None:
    schedule = proposed(bought, owing(bought))
    actions.certify_schedule(bought.certifier, schedule.pk)
    actions.keep_office(bought.accountant, bought.stage.book.pk, OFFICE | {"location_code": "11112222"})
    with pytest.raises(Refusal, match="not the one that was certified"):
        actions.send_schedule(bought.accountant, schedule.pk)


@pytest.mark.parametrize(
    ("pays_on", "field"),
    [(date(2026, 1, 19), "pays_on"), (date(2026, 2, 7), "pays_on"), (date(2026, 2, 16), "pays_on")],
)
def test_a_day_that_is_over_or_no_workday_is_refused(bought: Shop, pays_on: date, field: str) -> None:
    held = owing(bought)
    with pytest.raises(Refusal) as refused:
        proposed(bought, held, pays_on=pays_on)
    assert [each.field for each in refused.value.findings] == [field]


def test_both_files_carry_every_payment_in_order_of_routing_numbers(bought: Shop) -> None:
    bought.received(2, "4", "R-2")
    other = replace(
        VENDOR, uei="OTHERVENDOR1", routing="011000015", account_kind="savings", legal_name="Second"
    )
    second = vendors.enter_vendor(bought.accountant, bought.stage.book.pk, other)
    vendors.approve_vendor(bought.certifier, second.pk)
    first = owing(bought)
    lines = InvoiceLine(2, "4", "100.3333", Money(401_33))
    third = bought.matched("INV-2", lines)
    schedule = proposed(bought, first, third)
    request = paying.request_of(bought.accountant, schedule).decode().splitlines()
    assert [line[:2].strip() for line in request] == ["H", "01", "02", "03", "G", "02", "03", "G", "T", "E"]
    assert request[3][22:102].strip() == "RMR*IV*INV-1**125.00\\"
    assert int(request[-2][23:38]) == schedule.cents == 526_33
    sheet = paying.sheet_of(bought.accountant, schedule)
    moved = replace(
        sheet, payments=(sheet.payments[0], replace(sheet.payments[1], routing="011000015", savings=True))
    )
    lines_of = write_nacha(moved).decode().splitlines()
    assert ({len(line) for line in lines_of}, len(lines_of)) == ({94}, 10)
    entries = [line for line in lines_of if line[0] == "6"]
    assert [(line[1:3], line[3:12], int(line[29:39])) for line in entries] == [
        ("32", "011000015", 401_33), ("22", "021000021", 125_00),
    ]  # fmt: skip
    control = next(line for line in lines_of if line[0] == "8")
    assert (int(control[4:10]), int(control[10:20]), int(control[32:44])) == (4, 1100001 + 2100002, 526_33)
