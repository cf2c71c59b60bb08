"""Receivables: who owes, what, line by line with its entry, and the money that came."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from qsmo.platform.access.owned import states_of
from qsmo.services.ledger.flow import RECEIPT, RECEIVABLE
from qsmo.services.ledger.models.book import OfBook, Symbol
from qsmo.services.ledger.models.entry import Entry
from qsmo.services.ledger.rules.receivable.debt import TITLES
from qsmo.services.ledger.rules.receivable.postings import KINDS


class Debtor(OfBook):
    """A customer or debtor. An agency of the United States has its agency code and main account, nobody else has."""

    name = models.CharField(max_length=120)
    agency = models.CharField(max_length=3, blank=True)
    main = models.CharField(max_length=4, blank=True)
    reference = models.CharField(max_length=40, blank=True, help_text="its number in the agency's own files")
    address = models.CharField(max_length=240, blank=True)

    class Meta:
        ordering = ("name",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["book", "name"], name="ledger_debtor_once"),
            models.CheckConstraint(
                condition=(Q(agency="") & Q(main="")) | (~Q(agency="") & ~Q(main="")),
                name="ledger_debtor_agency",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Receivable(OfBook):
    """What one debtor owes, or for an advance what is owed to a customer. What is open is the sum of its lines.

    `account` is what it is revenue of, where its kind leaves a choice; `order` the customer's order that it is under.
    """

    flow = RECEIVABLE

    number = models.CharField(max_length=40)
    debtor = models.ForeignKey(Debtor, on_delete=models.PROTECT, related_name="+")
    symbol = models.ForeignKey(
        Symbol, on_delete=models.PROTECT, related_name="+", verbose_name="Treasury account"
    )
    kind = models.CharField(max_length=16, choices=list(KINDS.items()))
    state = models.CharField(max_length=12, default=RECEIVABLE.initial, editable=False)
    words = models.CharField(max_length=120)
    order = models.CharField(max_length=60, blank=True)
    account = models.CharField(max_length=6, blank=True)
    organization = models.CharField(max_length=60, blank=True)
    principal_cents = models.BigIntegerField()
    open_cents = models.BigIntegerField(default=0, editable=False)
    due_on = models.DateField()
    noticed_on = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ("-made_at", "-id")
        constraints: ClassVar = [
            states_of(RECEIVABLE, "ledger_receivable"),
            models.UniqueConstraint(fields=["book", "number"], name="ledger_receivable_once"),
            models.CheckConstraint(
                condition=Q(principal_cents__gt=0, open_cents__gte=0), name="ledger_receivable_amounts"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "dropped")) | Q(noticed_on__isnull=False),
                name="ledger_receivable_noticed",
            ),
        ]

    def __str__(self) -> str:
        return f"receivable {self.number}"


class Receipt(OfBook):
    """Money that came: held in suspense in a clearing account, or applied to a receivable."""

    flow = RECEIPT

    number = models.CharField(max_length=40)
    received_on = models.DateField()
    cents = models.BigIntegerField()
    payer = models.CharField(max_length=120)
    state = models.CharField(max_length=10, default=RECEIPT.initial, editable=False)
    symbol = models.ForeignKey(
        Symbol,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="clearing account",
    )
    receivable = models.ForeignKey(
        Receivable, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ("-received_on", "-id")
        constraints: ClassVar = [
            states_of(RECEIPT, "ledger_receipt"),
            models.UniqueConstraint(fields=["book", "number"], name="ledger_receipt_once"),
            models.CheckConstraint(condition=Q(cents__gt=0), name="ledger_receipt_amount"),
            models.CheckConstraint(
                condition=Q(state="applied", receivable__isnull=False)
                | (Q(state="held") & Q(receivable__isnull=True)),
                name="ledger_receipt_applied",
            ),
        ]

    def __str__(self) -> str:
        return f"receipt {self.number}"


class ReceivableLine(OfBook):
    """One thing that happened to a receivable: what it added to a part of it or took from it, why, and its entry."""

    receivable = models.ForeignKey(Receivable, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(help_text="the day it counts from, for interest")
    event = models.CharField(max_length=12)
    part = models.CharField(max_length=12, choices=list(TITLES.items()))
    cents = models.BigIntegerField(help_text="added to what is open, or taken from it")
    words = models.CharField(max_length=240)
    steps = models.JSONField(default=list, blank=True)
    cite = models.CharField(max_length=60, blank=True)
    table = models.CharField(max_length=80, blank=True)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+")
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "line of a receivable"
        ordering = ("made_at", "id")
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(cents=0), name="ledger_owed_amount")]

    def __str__(self) -> str:
        return self.words
