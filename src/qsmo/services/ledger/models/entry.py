"""Sealed entries, their lines, how those are classified, and the balances that are kept of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from qsmo.platform.access.owned import Audience
from qsmo.services.ledger.models.book import Numbered, NumberedOfBook, Symbol
from qsmo.services.ledger.rules.position import NAMES, Attributes


class Entry(NumberedOfBook):
    """One balanced entry: an event, its document, and the rule that made its lines. Sealed, it never changes.

    `source` and `key` name the document, `digest` its content: the same document twice is one entry.
    """

    year = models.PositiveSmallIntegerField()
    period = models.PositiveSmallIntegerField()
    on = models.DateField()
    rule = models.CharField(max_length=40, blank=True, help_text="the posting rule, empty for a journal")
    rule_version = models.CharField(max_length=80, blank=True)
    source = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    words = models.CharField(max_length=240)
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    made_by = models.CharField(max_length=60)
    made_name = models.CharField(max_length=120)
    sealed = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "entries"
        ordering = ("-id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["book", "source", "key"], name="ledger_entry_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["book", "year", "period", "id"], name="ledger_entry_by_period"),
            models.Index(fields=["book", "made_at"], name="ledger_entry_by_instant"),
        ]

    def __str__(self) -> str:
        return f"entry {self.pk}"


class Combination(NumberedOfBook):
    """One way in which lines are classified: Treasury account, ledger account and attributes. Never changed."""

    symbol = models.ForeignKey(Symbol, on_delete=models.PROTECT, related_name="+")
    account = models.CharField(max_length=6)
    half = models.CharField(max_length=12)
    digest = models.CharField(max_length=64)
    federal = models.CharField(max_length=1, blank=True)
    partner = models.CharField(max_length=3, blank=True)
    partner_main = models.CharField(max_length=4, blank=True)
    authority = models.CharField(max_length=1, blank=True)
    reimbursable = models.CharField(max_length=1, blank=True)
    category = models.CharField(max_length=1, blank=True)
    program_b = models.CharField(max_length=4, blank=True)
    report_category = models.CharField(max_length=2, blank=True)
    availability_time = models.CharField(max_length=1, blank=True)
    bea = models.CharField(max_length=1, blank=True)
    borrowing = models.CharField(max_length=1, blank=True)
    exchange = models.CharField(max_length=1, blank=True)
    custodial = models.CharField(max_length=1, blank=True)
    budget_impact = models.CharField(max_length=1, blank=True)
    adjustment = models.CharField(max_length=1, blank=True)
    authority_year = models.CharField(max_length=3, blank=True)
    cohort = models.CharField(max_length=4, blank=True)
    defc = models.CharField(max_length=3, blank=True)
    reduction = models.CharField(max_length=3, blank=True)
    object_class = models.CharField(max_length=4, blank=True)
    activity = models.CharField(max_length=15, blank=True)
    fund = models.CharField(max_length=30, blank=True)
    organization = models.CharField(max_length=60, blank=True)
    program = models.CharField(max_length=30, blank=True)
    project = models.CharField(max_length=30, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["book", "digest"], name="ledger_combination_once")
        ]
        indexes: ClassVar = [models.Index(fields=["symbol", "account"], name="ledger_combination_account")]

    def __str__(self) -> str:
        return f"{self.symbol_id} {self.account}"

    @property
    def attributes(self) -> Attributes:
        """What it says beside account symbol and account."""
        return Attributes(**{name: getattr(self, name) for name in NAMES})


class Line(Numbered):
    """One line of an entry. `document` is the order, award or invoice whose open amount it moves, if any."""

    audience = Audience(
        reads="ledger.read", customer="entry__book__customer_id", provider="entry__book__provider_id"
    )

    made_at = None  # type: ignore[assignment]
    # A trigger looks for both, once for all lines of a statement: neither is ever deleted.
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="lines", db_constraint=False)
    combination = models.ForeignKey(
        Combination, on_delete=models.PROTECT, related_name="lines", db_constraint=False
    )
    cents = models.BigIntegerField(help_text="debit positive, credit negative")
    document = models.CharField(max_length=60, blank=True)
    words = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("entry", "id")
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(cents=0), name="ledger_line_amount")]
        indexes: ClassVar = [
            models.Index(fields=["document"], condition=~Q(document=""), name="ledger_line_document")
        ]

    def __str__(self) -> str:
        return f"line {self.pk}"


class Balance(NumberedOfBook):
    """What the sealed entries of one period moved in one combination: kept, and proved equal to the sum of lines."""

    made_at = None  # type: ignore[assignment]
    combination = models.ForeignKey(Combination, on_delete=models.PROTECT, related_name="balances")
    year = models.PositiveSmallIntegerField()
    period = models.PositiveSmallIntegerField()
    debits_cents = models.BigIntegerField()
    credits_cents = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["combination", "year", "period"], name="ledger_balance_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["book", "year", "period"], name="ledger_balance_by_year")]

    def __str__(self) -> str:
        return f"balance of {self.combination_id} in {self.year}-{self.period}"
