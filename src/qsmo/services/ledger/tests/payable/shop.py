"""Something bought: a vendor that another person approved, an order that is obligated, deliveries and invoices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from qsmo.kernel.money import Money
from qsmo.platform.access.viewer import Held, Viewer
from qsmo.services.ledger.actions.payable import invoices, orders, vendors
from qsmo.services.ledger.models import Delivery, Invoice, PurchaseOrder, Vendor
from qsmo.services.ledger.rules.payable.drafts import (
    InvoiceDraft,
    InvoiceLine,
    OrderDraft,
    OrderLine,
    VendorDraft,
)
from qsmo.services.ledger.rules.position import Attributes
from qsmo.services.ledger.tests.setting import CUSTOMER, Stage

VENDOR = VendorDraft("Northfield Chairs", "NFCHAIRS0001", "521234567", "021000021", "0012345678")
DELIVERED, INVOICED = date(2026, 1, 5), date(2026, 1, 7)
CHAIRS = OrderLine(1, "chairs", "10", "12.50")
DESKS = OrderLine(2, "desks", "4", "100.3333")


@dataclass
class Shop:
    """The books with a vendor and its order PO-7 of ten chairs and four desks, 526.33 in all, with 5.00 to spare."""

    stage: Stage
    certifier: Viewer
    vendor: Vendor
    order: PurchaseOrder

    @property
    def accountant(self) -> Viewer:
        """Who enters and proposes."""
        return self.stage.accountant

    def received(self, line: int = 1, quantity: str = "10", key: str = "R-1", **said: Any) -> Delivery:
        """Delivered and, on a day, accepted."""
        on = said.get("accepted_on", DELIVERED)
        made = orders.record_delivery(
            self.accountant, self.order.pk, key=key, line=line, quantity=quantity, delivered_on=DELIVERED
        )
        return orders.accept_delivery(self.accountant, made.pk, on) if on else made

    def draft(self, number: str = "INV-1", *lines: InvoiceLine, **said: Any) -> InvoiceDraft:
        """An invoice over all chairs, or other lines."""
        usual = (InvoiceLine(1, "10", "12.50", Money(125_00)),)
        return replace(InvoiceDraft(number, "PO-7", INVOICED, INVOICED, lines or usual), **said)

    def invoice(self, number: str = "INV-1", *lines: InvoiceLine, **said: Any) -> Invoice:
        """Taken in."""
        draft = self.draft(number, *lines, **said)
        return invoices.take_in_invoice(self.accountant, self.stage.book.pk, draft)[0]

    def matched(self, number: str = "INV-1", *lines: InvoiceLine, **said: Any) -> Invoice:
        """Taken in and matched."""
        return invoices.match_invoice(self.accountant, self.invoice(number, *lines, **said).pk)


def shop(stage: Stage) -> Shop:
    """Money, an obligation, a vendor and an order."""
    hq = Attributes(organization="HQ", object_class="310", federal="N", defc="Q")
    stage.funded("1,000.00", attributes=Attributes(organization="HQ", defc="Q"))
    stage.post("OBLIGATE", "531.33", attributes=hq, document="PO-7")
    certifier = Viewer("Certifier", person="certifier", held=(Held("certifying-officer", CUSTOMER),))
    vendor = vendors.enter_vendor(stage.accountant, stage.book.pk, VENDOR)
    vendors.approve_vendor(certifier, vendor.pk)
    draft = OrderDraft(
        "PO-7", vendor.pk, "Furniture", (CHAIRS, DESKS), tolerance_rate="0.02", tolerance=Money(5_00)
    )
    return Shop(stage, certifier, vendor, orders.enter_order(stage.accountant, stage.book.pk, draft))
