"""Step 10: something is bought of a vendor, matched, certified by another person, and paid by a checked file."""

from __future__ import annotations

from datetime import date

from qsmo.kernel import clock
from qsmo.kernel.ids import digest
from qsmo.kernel.money import Money
from qsmo.services.ledger import actions
from qsmo.services.ledger.actions.payable import invoices, orders, paying, vendors
from qsmo.services.ledger.formats.checking import check_payments
from qsmo.services.ledger.formats.paying.answers import Recorded
from qsmo.services.ledger.models import Invoice, PaymentSchedule
from qsmo.services.ledger.queries.core import core_rows, spelled
from qsmo.services.ledger.queries.payable import owed
from qsmo.services.ledger.queries.payable import paying as queries
from qsmo.services.ledger.queries.reports import Asked
from qsmo.services.ledger.rules.payable.drafts import (
    InvoiceDraft,
    InvoiceLine,
    OrderDraft,
    OrderLine,
    VendorDraft,
)
from qsmo.services.ledger.rules.position import Attributes
from qsmo.services.ledger.rules.posting import Event
from qsmo.site.story.keeping import ACCOUNTANT, Kept
from qsmo.site.story.telling import Story, person

CERTIFIER = "clara.whitman@sba.example"
ORDERED_ON, DELIVERED_ON, INVOICED_ON, PAYS_ON = (
    date(2026, 5, 4),
    date(2026, 5, 11),
    date(2026, 5, 12),
    date(2026, 6, 8),
)
DUE_ON = date(2026, 6, 11)
"""Thirty days from 12 May: the invoice came a day after the chairs were accepted (5 CFR 1315.4)."""
NUMBER, INVOICE, SCHEDULE = "PO-2026-073-1", "N-4711", "CHAIRS-1"
COST = Money.parse("7,500.00")
VENDOR = VendorDraft("Northfield Chairs (invented)", "NFCHAIRS0001", "521234567", "021000021", "0012345678")
CHAIRS = OrderLine(1, "chairs", "40", "187.50")
FURNITURE = "310"
"""Object class: equipment."""
OFFICE = {"location_code": "28040001", "input_system": "QSMO", "request_version": "502", "event_type": "DISB"}


def buy(story: Story, kept: Kept) -> None:
    """Forty chairs: obligated, delivered, invoiced, matched, due, certified by two people, paid and in the books."""
    story.step(10, "A vendor is paid: order, delivery and invoice matched, certified by another person")
    invoice = _owed(story, kept)
    schedule = _certified(story, kept, invoice)
    content = queries.request_of(person(ACCOUNTANT), schedule)
    name = "payment-request.txt"
    (story.folder / name).write_bytes(content)
    found = check_payments((name, content)).findings
    story.check(f"findings of the check of {name}", [each.words for each in found], [])
    story.figure(name, digest(content.decode()))
    with clock.at(PAYS_ON):
        if schedule.state == "certified":
            schedule = paying.send_schedule(person(ACCOUNTANT), schedule.pk)
        if schedule.state == "sent":
            traces = {f"{SCHEDULE}-00001": "091000010000001"}
            schedule = paying.confirm_schedule(person(ACCOUNTANT), schedule.pk, PAYS_ON, traces)
    story.check("the schedule is", schedule.state, "confirmed")
    asked = Asked(2026, 9)
    (obligation,) = core_rows(person(ACCOUNTANT), kept.book, asked, "obligation-status", document=NUMBER)
    row = spelled(obligation)
    story.check("obligated on the order, by the books", Money(row["obligated"]), COST)
    story.check("of it not delivered, and delivered and not paid", (row["open"], row["accrued"]), (0, 0))


def _owed(story: Story, kept: Kept) -> Invoice:
    viewer = person(ACCOUNTANT)
    with clock.at(ORDERED_ON):
        event = Event(
            "OBLIGATE", kept.tas, ORDERED_ON, {"amount": COST}, "purchases", NUMBER,
            attributes=Attributes(federal="N", object_class=FURNITURE), document=NUMBER,
        )  # fmt: skip
        actions.post_event(viewer, kept.book.pk, event)
        vendor = vendors.enter_vendor(viewer, kept.book.pk, VENDOR)
        if vendor.state == "proposed":
            vendors.approve_vendor(person(CERTIFIER), vendor.pk)
        order = orders.enter_order(
            viewer, kept.book.pk, OrderDraft(NUMBER, vendor.pk, "Chairs for the field offices", (CHAIRS,))
        )
    with clock.at(DELIVERED_ON):
        delivery = orders.record_delivery(
            viewer, order.pk, key="R-1", line=1, quantity="40", delivered_on=DELIVERED_ON
        )
        if delivery.state == "delivered":
            orders.accept_delivery(viewer, delivery.pk, DELIVERED_ON)
    with clock.at(INVOICED_ON):
        draft = InvoiceDraft(
            INVOICE, NUMBER, INVOICED_ON, INVOICED_ON, (InvoiceLine(1, "40", "187.50", COST),)
        )
        invoice, _is_new = invoices.take_in_invoice(viewer, kept.book.pk, draft)
        if invoice.state == "received":
            invoice = invoices.match_invoice(viewer, invoice.pk)
    due = owed.due_of(viewer, invoice)
    story.say(f"  Invoice {INVOICE} of {VENDOR.legal_name} for {COST} agrees with order and delivery. Due:")
    for step in due.told.steps:
        story.say(f"    {step}")
    story.check("due on", due.on, DUE_ON)
    return invoice


def _certified(story: Story, kept: Kept, invoice: Invoice) -> PaymentSchedule:
    viewer, lists = person(ACCOUNTANT), queries.lists()
    answers = [f"{VENDOR.uei},{each},{PAYS_ON},no,demonstration" for each in lists]
    recorded = "\n".join(["uei,list,asked_on,matched,reference", *answers]).encode()
    with clock.at(PAYS_ON):
        paying.keep_office(viewer, kept.book.pk, OFFICE)
        paying.screen(viewer, kept.book.pk, Recorded(recorded, "answers.csv", frozenset(lists)))
        schedule = paying.propose_schedule(
            viewer, kept.book.pk, pays_on=PAYS_ON, invoices=[invoice.pk], number=SCHEDULE
        )

        def untouched() -> tuple[str, int]:
            now = queries.schedule(viewer, schedule.pk)
            return now.state, now.version

        with story.refused("The accountant certifies her own schedule", "not-allowed", untouched):
            paying.certify_schedule(viewer, schedule.pk)
        if schedule.state == "proposed":
            schedule = paying.certify_schedule(person(CERTIFIER), schedule.pk)
    story.say(f"  Schedule {SCHEDULE} of {Money(schedule.cents)}, checked before it was certified:")
    for each in schedule.checks:
        story.say(f"    {each['title']}: {each['outcome']}")
    story.check(
        "checks that do not hold",
        [each["title"] for each in schedule.checks if each["outcome"] != "holds"],
        [],
    )
    story.check("paid, and the invoice", Money(schedule.cents), COST)
    return schedule
