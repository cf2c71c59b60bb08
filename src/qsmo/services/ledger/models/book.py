"""Books, their Treasury accounts and accounting periods, and what every record of a book has in common."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from qsmo.platform.access.owned import Audience, Owned, states_of
from qsmo.services.ledger.flow import PERIOD
from qsmo.services.ledger.rules.fund import Fund
from qsmo.services.ledger.rules.symbol import TreasuryAccount

CLOSING_PERIOD = 15
"""The last period of a year: 1 to 12 are its months, 13 and 14 take adjustments, 15 the entries that close it."""


class Book(Owned):
    """The books of one entity under one subscription."""

    audience = Audience(reads="ledger.read", customer="customer_id", provider="provider_id")

    subscription = models.CharField(max_length=40, unique=True)
    customer = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")
    first_year = models.PositiveSmallIntegerField(help_text="the first fiscal year of these books")
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(is_open=True), name="ledger_book_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"Books of {self.customer_id}"


OF_BOOK = Audience(reads="ledger.read", customer="book__customer_id", provider="book__provider_id")


class OfBook(Owned):
    """A record of one book; whoever sees the book sees it."""

    audience = OF_BOOK

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Numbered(Owned):
    """A record of which there are very many and which is never changed: a number for its name, and no version."""

    id = models.BigAutoField(primary_key=True)  # type: ignore[assignment]
    version = None  # type: ignore[assignment]

    class Meta:
        abstract = True


class NumberedOfBook(Numbered):
    """Such a record of one book."""

    audience = OF_BOOK

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Symbol(OfBook):
    """A Treasury account symbol that the books keep. `tas` is its display form.

    `financing` says what pays: appropriations, or authority that customers or receipts give. `category` is how its
    money is apportioned, `program_b` the line where that is by program.
    """

    FINANCING: ClassVar = {
        "appropriated": "Appropriations of the general fund",
        "reimbursable": "Appropriations, and orders of customers",
        "revolving": "Revolving fund",
        "special": "Special or trust receipts",
        "receipts": "Receipts of the General Fund",
        "clearing": "Clearing account",
    }

    tas = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    financing = models.CharField(max_length=16, choices=list(FINANCING.items()))
    category = models.CharField(
        max_length=1, choices=[("A", "by quarter"), ("B", "by program"), ("E", "exempt")]
    )
    program_b = models.CharField(max_length=4, blank=True)
    bea = models.CharField(max_length=1, choices=[("D", "discretionary"), ("M", "mandatory")], default="D")

    class Meta:
        verbose_name = "Treasury account"
        ordering = ("tas",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["book", "tas"], name="ledger_symbol_once")]

    def __str__(self) -> str:
        return self.tas

    @property
    def fund(self) -> Fund:
        """What posting must know of it."""
        account = TreasuryAccount.parse(self.tas)
        return Fund(account, self.financing, self.category, self.program_b, self.bea)


class Accounting(OfBook):
    """One accounting period of a fiscal year of the books, open or closed."""

    flow = PERIOD

    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, default=PERIOD.initial, editable=False)

    class Meta:
        verbose_name = "accounting period"
        ordering = ("year", "number")
        constraints: ClassVar = [
            states_of(PERIOD, "ledger_period"),
            models.UniqueConstraint(fields=["book", "year", "number"], name="ledger_period_once"),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=CLOSING_PERIOD), name="ledger_period_number"
            ),
        ]

    def __str__(self) -> str:
        return f"FY{self.year} period {self.number:02d}"


class PeriodSeal(OfBook):
    """What the entries of a closed period amount to, chained to the seal before: made in the background, never changed.

    A period that was opened again and closed has another one, with the next number.
    """

    year = models.PositiveSmallIntegerField()
    period = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField(help_text="in the chain of the book, from 1")
    entries = models.PositiveIntegerField()
    lines = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = "seal of a period"
        ordering = ("number",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["book", "number"], name="ledger_period_seal_once"),
        ]

    def __str__(self) -> str:
        return f"seal {self.number} of FY{self.year} period {self.period:02d}"
