"""What is bought and owed: vendors, orders with their lines, deliveries, invoices, and the rates of late payment."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from qsmo.kernel.money import Money, rate
from qsmo.platform.access.owned import Audience, Owned, states_of
from qsmo.services.ledger.flow import DELIVERY, INVOICE, VENDOR
from qsmo.services.ledger.models.book import OfBook
from qsmo.services.ledger.rules.payable.match import Billed, Ordered, Tolerance
from qsmo.services.ledger.rules.payable.prompt import Terms

SHOWN = 4
"""So many last characters of a bank account are shown."""


class Vendor(OfBook):
    """Somebody who is paid. What is changed of it waits until another person has approved it."""

    flow = VENDOR
    hidden = frozenset({"ein", "account"})
    ACCOUNTS: ClassVar = [("checking", "checking"), ("savings", "savings")]

    legal_name = models.CharField(max_length=120)
    uei = models.CharField("unique entity identifier", max_length=12)
    ein = models.CharField("taxpayer number", max_length=9)
    is_small = models.BooleanField("small business", default=False)
    routing = models.CharField("routing number", max_length=9)
    account = models.CharField("account number", max_length=17)
    account_kind = models.CharField(max_length=8, choices=ACCOUNTS, default="checking")
    registered_until = models.DateField("registered in SAM until", null=True, blank=True)
    state = models.CharField(max_length=10, default=VENDOR.initial, editable=False)

    class Meta:
        ordering = ("legal_name", "id")
        constraints: ClassVar = [
            states_of(VENDOR, "ledger_vendor"),
            models.UniqueConstraint(fields=["book", "uei"], name="ledger_vendor_once"),
        ]

    def __str__(self) -> str:
        return self.legal_name

    @property
    def account_shown(self) -> str:
        """The account as a page may show it."""
        return f"…{self.account[-SHOWN:]}"


class PurchaseOrder(OfBook):
    """What an order says that its obligation in the books does not: vendor, lines, terms. `number` is the obligation's
    document; `lines` have number, words, quantity and unit price as exact text."""

    number = models.CharField(max_length=60)
    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="orders")
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, default="ordinary")
    terms_days = models.PositiveSmallIntegerField(default=0)
    acceptance_days = models.PositiveSmallIntegerField(default=0)
    tolerance_rate = models.CharField(max_length=12, default="0")
    tolerance_cents = models.BigIntegerField(default=0)
    lines = models.JSONField()

    class Meta:
        verbose_name = "order"
        ordering = ("-made_at", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["book", "number"], name="ledger_purchase_order_once")
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def terms(self) -> Terms:
        """What it says on the time of payment."""
        return Terms(self.kind, self.terms_days, self.acceptance_days, self.vendor.is_small)

    @property
    def tolerance(self) -> Tolerance:
        """How much more than ordered may be paid."""
        return Tolerance(rate(self.tolerance_rate), Money(self.tolerance_cents))

    def line(self, number: int, accepted: Fraction, invoiced: Fraction) -> Ordered | None:
        """One of its lines, with what of it was accepted and invoiced before."""
        for each in self.lines:
            if each["number"] == number:
                quantity, price = rate(each["quantity"]), rate(each["unit_price"])
                return Ordered(number, each["words"], quantity, price, accepted, invoiced)
        return None


OF_ORDER = Audience(
    reads="ledger.read", customer="order__book__customer_id", provider="order__book__provider_id"
)


class Delivery(Owned):
    """What was delivered of one line of an order, and whether it was accepted."""

    audience = OF_ORDER
    flow = DELIVERY

    order = models.ForeignKey(PurchaseOrder, on_delete=models.PROTECT, related_name="deliveries")
    key = models.CharField(
        max_length=60, help_text="number of the receipt: the same one twice is one delivery"
    )
    line = models.PositiveSmallIntegerField()
    quantity = models.CharField(max_length=20)
    delivered_on = models.DateField()
    accepted_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, default=DELIVERY.initial, editable=False)

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ("delivered_on", "id")
        constraints: ClassVar = [
            states_of(DELIVERY, "ledger_delivery"),
            models.UniqueConstraint(fields=["order", "key", "line"], name="ledger_delivery_once"),
            models.CheckConstraint(
                condition=Q(state="accepted", accepted_on__isnull=False)
                | (~Q(state="accepted") & Q(accepted_on__isnull=True)),
                name="ledger_delivery_accepted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of line {self.line}"


class Invoice(OfBook):
    """What a vendor asks for. `lines` have number, quantity, unit price and cents; once matched also the quantity that
    was invoiced `before`. `pauses` are days that owe no interest: kind, first and last day."""

    flow = INVOICE

    order = models.ForeignKey(PurchaseOrder, on_delete=models.PROTECT, related_name="invoices")
    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="invoices")
    number = models.CharField(max_length=40)
    plain = models.CharField(max_length=40, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    dated_on = models.DateField()
    received_on = models.DateField()
    is_stamped = models.BooleanField("stamped as received", default=True)
    lines = models.JSONField()
    amount_cents = models.BigIntegerField()
    discount_rate = models.CharField(max_length=12, default="0")
    discount_days = models.PositiveSmallIntegerField(default=0)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    returned_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    processed_on = models.DateField(null=True, blank=True, help_text="the day on which it was matched")
    pauses = models.JSONField(default=list, blank=True)
    findings = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=10, default=INVOICE.initial, editable=False)

    class Meta:
        ordering = ("-received_on", "-id")
        constraints: ClassVar = [
            states_of(INVOICE, "ledger_invoice"),
            models.UniqueConstraint(
                fields=["vendor", "plain"],
                condition=~Q(state__in=("returned", "withdrawn")),
                name="ledger_invoice_once",
            ),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="ledger_invoice_amount"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["book", "state", "due_on"], name="ledger_invoice_due"),
            models.Index(fields=["book", "processed_on"], name="ledger_invoice_processed"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def amount(self) -> Money:
        """What it asks for."""
        return Money(self.amount_cents)

    @property
    def billed(self) -> tuple[Billed, ...]:
        """Its lines as the rules take them."""
        return tuple(billed_of(each) for each in self.lines)


def billed_of(line: Mapping[str, Any]) -> Billed:
    """A line of an invoice as it is kept."""
    price = rate(line["unit_price"])
    return Billed(line["number"], rate(line["quantity"]), price, Money(line["cents"]))


class PublishedRate(OfBook):
    """A rate that the Treasury publishes for half a year, as somebody took it from a notice."""

    KINDS: ClassVar = {
        "prompt-payment": "Prompt payment interest",
        "value-of-funds": "Current value of funds",
    }

    kind = models.CharField(max_length=16, choices=list(KINDS.items()))
    begins_on = models.DateField()
    ends_on = models.DateField()
    rate = models.CharField(max_length=12, help_text="a fraction of one: 0.05 is 5 percent")
    source = models.CharField(max_length=200, help_text="the notice that it was taken from")

    class Meta:
        ordering = ("kind", "-begins_on")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["book", "kind", "begins_on"], name="ledger_rate_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("begins_on")), name="ledger_rate_days"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} from {self.begins_on}"
