"""Something bought and owed in the small world of the walk."""

from __future__ import annotations

from datetime import date

from qsmo.kernel import clock
from qsmo.kernel.calendar import on_or_after_workday
from qsmo.kernel.money import Money
from qsmo.platform.access.viewer import Viewer
from qsmo.services.ledger.actions.payable import invoices, orders, paying, vendors
from qsmo.services.ledger.formats.paying.answers import Recorded
from qsmo.services.ledger.models import Book
from qsmo.services.ledger.queries.payable import owed
from qsmo.services.ledger.queries.payable import paying as queries
from qsmo.services.ledger.rules.payable.drafts import (
    InvoiceDraft,
    InvoiceLine,
    OrderDraft,
    OrderLine,
    VendorDraft,
)

BOUGHT_ON = date(2026, 3, 16)


def buy(book: Book, mark: str, accountant: Viewer, certifier: Viewer, on: date = BOUGHT_ON) -> None:
    """A vendor, an order with a delivery, an invoice that is matched and one that is not, and a published rate."""
    draft = VendorDraft(f"Vendor {mark}", mark[:12].ljust(12, "X"), "521234567", "021000021", f"{mark[:12]}1")
    vendor = vendors.enter_vendor(accountant, book.pk, draft)
    vendors.approve_vendor(certifier, vendor.pk)
    lines = (OrderLine(1, f"Chairs {mark}", "10", "12.50"),)
    order = orders.enter_order(
        accountant, book.pk, OrderDraft(f"{mark}-1", vendor.pk, f"Chairs {mark}", lines)
    )
    for quantity in ("9", "1"):
        made = orders.record_delivery(
            accountant, order.pk, key=f"{mark}-{quantity}", line=1, quantity=quantity, delivered_on=on
        )
        if quantity == "9":
            orders.accept_delivery(accountant, made.pk, on)
    for number, asked in ((1, 5), (2, 1), (3, 4)):
        line = InvoiceLine(1, str(asked), "12.50", Money(asked * 12_50))
        draft_of = InvoiceDraft(f"{mark}-{number}", order.number, on, on, (line,))
        taken, _is_new = invoices.take_in_invoice(accountant, book.pk, draft_of)
        if number != 2:
            invoices.match_invoice(accountant, taken.pk)
    vendors.keep_rate(
        accountant, book.pk, kind="prompt-payment", begins_on=date(2026, 1, 1), ends_on=date(2026, 6, 30), rate="0.05",
        source=f"made up for {mark}",
    )  # fmt: skip
    _pay(book, mark, accountant, certifier, on)


def _pay(book: Book, mark: str, accountant: Viewer, certifier: Viewer, on: date) -> None:
    """The office, the answers of all lists with one match, a schedule that was sent and one that was paid."""
    said = {
        "location_code": "28040001",
        "input_system": "QSMO",
        "request_version": "502",
        "event_type": "DISB",
    }
    paying.keep_office(accountant, book.pk, said)
    lists = queries.lists()
    (uei,) = owed.vendors(accountant, book).values_list("uei", flat=True)
    rows = [f"{uei},{each},{on},{'yes' if each == 'debts' else 'no'},{mark}" for each in lists]
    content = "\n".join(["uei,list,asked_on,matched,reference", *rows]).encode()
    paying.screen(accountant, book.pk, Recorded(content, "answers.csv", frozenset(lists)))
    pays_on = on_or_after_workday(clock.today())
    for invoice in list(queries.ready(accountant, book).values_list("pk", flat=True)):
        made = paying.propose_schedule(accountant, book.pk, pays_on=pays_on, invoices=[invoice])
        paying.certify_schedule(certifier, made.pk, why=f"paid early for {mark}")
        paying.send_schedule(accountant, made.pk)
    paying.confirm_schedule(accountant, made.pk, clock.today())
