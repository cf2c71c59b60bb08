"""The ledger's records: books of an agency, its Treasury accounts, periods, sealed entries, kept balances, controls.

Amounts are whole cents, debits positive. An entry is written unsealed, then its lines, then it is sealed; sealing
checks it, moves the balances and draws on the controls, by triggers of the database. What is sealed never changes.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from qsmo.platform.access.owned import Audience, Owned, states_of
from qsmo.services.ledger.flow import DOCUMENT, PERIOD
from qsmo.services.ledger.rules.fund import Fund
from qsmo.services.ledger.rules.position import NAMES, Attributes
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
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="lines")
    combination = models.ForeignKey(Combination, on_delete=models.PROTECT, related_name="lines")
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


class Control(NumberedOfBook):
    """What is left at one level of funds control. Where it is `hard` the database keeps it from going below zero.

    `year` is 0 where the control holds over all years. `words` name the limit to people.
    """

    LEVELS: ClassVar = {
        "cash": "Fund balance with Treasury",
        "appropriation": "Appropriation",
        "apportionment": "Apportionment",
        "allotment": "Allotment",
        "commitment": "Commitment",
        "expired": "Expired balance",
        "budget": "Budget of the agency",
    }

    symbol = models.ForeignKey(Symbol, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=16, choices=list(LEVELS.items()))
    key = models.CharField(max_length=200)
    words = models.CharField(max_length=240)
    year = models.PositiveSmallIntegerField(default=0)
    hard = models.BooleanField()
    left_cents = models.BigIntegerField(default=0)
    warn_below_cents = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["book", "key", "year"], name="ledger_control_once"),
            models.CheckConstraint(
                condition=Q(hard=False) | Q(left_cents__gte=0), name="ledger_control_not_overdrawn"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["symbol", "level"], name="ledger_control_by_level")]

    def __str__(self) -> str:
        return self.words


class Draw(Numbered):
    """That lines of a combination draw on a control: a line's cents times `weight` are added to what is left."""

    audience = Audience(
        reads="ledger.read",
        customer="combination__book__customer_id",
        provider="combination__book__provider_id",
    )

    made_at = None  # type: ignore[assignment]
    combination = models.ForeignKey(Combination, on_delete=models.PROTECT, related_name="draws")
    control = models.ForeignKey(Control, on_delete=models.PROTECT, related_name="draws")
    weight = models.SmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["combination", "control"], name="ledger_draw_once"),
            models.CheckConstraint(condition=Q(weight=1) | Q(weight=-1), name="ledger_draw_weight"),
        ]

    def __str__(self) -> str:
        return f"{self.combination_id} draws on {self.control_id}"


class SourceDocument(OfBook):
    """A document that came for the books, with what became of it: an entry, or what is wrong, as a work list."""

    flow = DOCUMENT

    kind = models.CharField(max_length=20)
    source = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    body = models.JSONField()
    state = models.CharField(max_length=10, default=DOCUMENT.initial, editable=False)
    findings = models.JSONField(default=list, blank=True, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "document"
        ordering = ("-made_at", "-id")
        constraints: ClassVar = [
            states_of(DOCUMENT, "ledger_document"),
            models.UniqueConstraint(fields=["book", "source", "key"], name="ledger_document_once"),
            models.CheckConstraint(
                condition=Q(state="posted", entry__isnull=False)
                | (~Q(state="posted") & Q(entry__isnull=True)),
                name="ledger_document_entry",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


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
