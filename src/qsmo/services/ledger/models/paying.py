"""What is paid: the paying office, schedules with their checks, payments, and what the lists said of payees."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from qsmo.kernel.money import Money
from qsmo.platform.access.owned import Audience, Owned, states_of
from qsmo.services.ledger.flow import PAYMENT, SCHEDULE
from qsmo.services.ledger.models.book import OfBook
from qsmo.services.ledger.models.payable import SHOWN, Invoice, Vendor
from qsmo.services.ledger.rules.payable.shares import Share
from qsmo.services.ledger.rules.position import NAMES, attributes_of


class Screened(Owned):
    """What a list said of a vendor on a day. A match stops payment until somebody has found that another is meant."""

    audience = Audience(
        reads="ledger.read", customer="vendor__book__customer_id", provider="vendor__book__provider_id"
    )

    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="answers")
    listing = models.CharField(max_length=20)
    asked_on = models.DateField()
    matched = models.BooleanField()
    reference = models.CharField(max_length=60, blank=True)
    cleared = models.CharField("why another is meant", max_length=240, blank=True)

    class Meta:
        verbose_name = "answer of a list"
        ordering = ("-asked_on", "listing", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["vendor", "listing", "asked_on", "reference"], name="ledger_screened_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.listing} on {self.asked_on}"


class PayingOffice(OfBook):
    """What the office that pays for a book states about itself, by name, as each file asks for it."""

    said = models.JSONField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["book"], name="ledger_office_once")]

    def __str__(self) -> str:
        return str(self.said.get("location_code", "paying office"))


class PaymentSchedule(OfBook):
    """Payments that are certified together. `checks` are what was looked at, `digest` that of the payment request."""

    flow = SCHEDULE

    number = models.CharField(max_length=14)
    year = models.PositiveSmallIntegerField(help_text="the fiscal year of the day of payment")
    pays_on = models.DateField()
    made_on = models.DateTimeField()
    cents = models.BigIntegerField()
    count = models.PositiveIntegerField()
    checks = models.JSONField(default=list, blank=True, editable=False)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    paid_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, default=SCHEDULE.initial, editable=False)

    class Meta:
        verbose_name = "payment schedule"
        ordering = ("-pays_on", "-id")
        constraints: ClassVar = [
            states_of(SCHEDULE, "ledger_schedule"),
            models.UniqueConstraint(fields=["book", "year", "number"], name="ledger_schedule_once"),
        ]

    def __str__(self) -> str:
        return self.number


class Payment(Owned):
    """One payment of an invoice, with the payee as it was when the schedule was proposed.

    `shares` are Treasury account, attributes and cents of what is paid, `less` of the discount that is taken;
    `entries` the numbers of what was posted for it.
    """

    audience = Audience(
        reads="ledger.read", customer="schedule__book__customer_id", provider="schedule__book__provider_id"
    )
    flow = PAYMENT
    hidden = frozenset({"account", "taxpayer"})

    schedule = models.ForeignKey(PaymentSchedule, on_delete=models.PROTECT, related_name="payments")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="payments")
    key = models.CharField(max_length=20)
    payee = models.CharField(max_length=120)
    taxpayer = models.CharField(max_length=9)
    routing = models.CharField(max_length=9)
    account = models.CharField(max_length=17)
    account_kind = models.CharField(max_length=8)
    principal_cents = models.BigIntegerField()
    discount_cents = models.BigIntegerField(default=0)
    interest_cents = models.BigIntegerField(default=0)
    shares = models.JSONField(default=list, blank=True)
    less = models.JSONField(default=list, blank=True)
    entries = models.JSONField(default=list, blank=True)
    trace = models.CharField(max_length=30, blank=True)
    paid_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, default=PAYMENT.initial, editable=False)

    class Meta:
        ordering = ("schedule", "key")
        constraints: ClassVar = [
            states_of(PAYMENT, "ledger_payment"),
            models.UniqueConstraint(fields=["schedule", "key"], name="ledger_payment_once"),
            models.UniqueConstraint(
                fields=["invoice"],
                condition=Q(state__in=("scheduled", "confirmed")),
                name="ledger_payment_of_invoice",
            ),
            models.CheckConstraint(condition=Q(principal_cents__gt=0), name="ledger_payment_amount"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def cents(self) -> int:
        """What goes to the payee: the invoice less discount, with interest."""
        return self.principal_cents + self.interest_cents

    @property
    def amount(self) -> Money:
        """The same as money."""
        return Money(self.cents)

    @property
    def account_shown(self) -> str:
        """The account as a page may show it."""
        return f"…{self.account[-SHOWN:]}"

    @property
    def paid_from(self) -> tuple[Share, ...]:
        """Where the principal is taken from."""
        return tuple(_share(each) for each in self.shares)

    @property
    def taken_off(self) -> tuple[Share, ...]:
        """Where the discount is taken off."""
        return tuple(_share(each) for each in self.less)

    @property
    def symbols(self) -> dict[str, int]:
        """Cents by Treasury account; interest is paid where the first part of the invoice is."""
        found: dict[str, int] = {}
        for each in self.paid_from:
            found[each.tas] = found.get(each.tas, 0) + each.cents
        if self.interest_cents:
            found[self.paid_from[0].tas] += self.interest_cents
        return found


def _share(kept: dict[str, Any]) -> Share:
    return Share(kept["tas"], attributes_of(kept["attributes"]), kept["cents"])


def kept_share(share: Share) -> dict[str, Any]:
    """A share as a payment keeps it; attributes that are empty are left out."""
    said = {name: value for name in NAMES if (value := getattr(share.attributes, name))}
    return {"tas": share.tas, "attributes": said, "cents": share.cents}
