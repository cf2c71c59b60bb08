"""Bills with the lines of each calculation, and settlements with the accounting of both sides."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from qsmo.kernel.money import Money
from qsmo.kernel.period import Period
from qsmo.marketplace.billing.flow import BILL, SETTLEMENT
from qsmo.marketplace.billing.rules.lines import Line
from qsmo.marketplace.billing.rules.posting import Party
from qsmo.platform.access.models import Organisation
from qsmo.platform.access.owned import Audience, Owned, states_of

SEEN_BY = Audience(reads="bill.read", customer="customer_id", provider="provider_id")
KINDS = ("usage", "withdrawn", "added")
PARTIES: tuple[Party, ...] = ("buyer", "seller")


class Bill(Owned):
    """What a customer owes for one subscription and period. One a subscription and period; frozen once issued.

    The lines are those of its present `calculation`; `digest` stands for them, the plan and the sealed answer.
    """

    audience = SEEN_BY
    flow = BILL

    instance = models.ForeignKey("orders.Instance", on_delete=models.PROTECT, related_name="bills")
    order = models.ForeignKey("agreements.Order", on_delete=models.PROTECT, related_name="bills")
    plan = models.ForeignKey("catalogue.Plan", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    sealed = models.ForeignKey("metering.SealedUsage", null=True, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=12, default=BILL.initial, editable=False)
    calculation = models.PositiveSmallIntegerField(default=0, editable=False)
    total_cents = models.BigIntegerField(default=0, editable=False)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    issued_on = models.DateField(null=True, editable=False)
    accepted_on = models.DateField(null=True, editable=False)

    class Meta:
        ordering = ("-starts_on", "-id")
        constraints: ClassVar = [
            states_of(BILL, "bill"),
            models.UniqueConstraint(fields=["instance", "starts_on", "ends_on"], name="bill_once"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="bill_days"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["customer", "starts_on", "id"], name="bill_of_customer"),
            models.Index(fields=["provider", "starts_on", "id"], name="bill_of_provider"),
            models.Index(fields=["starts_on", "id"], name="bill_by_day"),
        ]

    def __str__(self) -> str:
        return f"bill for {self.during}"

    @property
    def during(self) -> Period:
        """The days billed; the end day is not one of them."""
        return Period(self.starts_on, self.ends_on)

    @property
    def total(self) -> Money:
        """The sum of the lines."""
        return Money(self.total_cents)

    @property
    def is_issued(self) -> bool:
        """Whether it can no longer be calculated again."""
        return self.issued_on is not None


class BillLine(Owned):
    """One line of one calculation of a bill: exact quantity and unit price (in cents) as `n/d`, amount settled once.

    `starts_on` to `ends_on` are the line's days, `usage_starts_on` to `usage_ends_on` those of the whole usage.
    Never changed; a bill calculated again has a new set.
    """

    audience = SEEN_BY

    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="lines")
    customer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    calculation = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    usage_line = models.ForeignKey("metering.UsageLine", on_delete=models.PROTECT, related_name="+")
    price = models.ForeignKey("catalogue.PriceVersion", on_delete=models.PROTECT, related_name="+")
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="taken_back_by")
    meter = models.CharField(max_length=80)
    quantity_exact = models.TextField()
    unit_exact = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    usage_starts_on = models.DateField()
    usage_ends_on = models.DateField()
    amount_cents = models.BigIntegerField()
    sum_words = models.TextField()

    class Meta:
        verbose_name = "bill line"
        ordering = ("bill", "calculation", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bill", "calculation", "number"], name="bill_line_once"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="bill_line_kind_known"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="bill_line_days"),
            models.CheckConstraint(
                condition=Q(kind="withdrawn", corrects__isnull=False)
                | (~Q(kind="withdrawn") & Q(corrects__isnull=True)),
                name="bill_line_corrects",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meter} on {self.during}"

    @property
    def during(self) -> Period:
        """The days of the line."""
        return Period(self.starts_on, self.ends_on)

    @property
    def of(self) -> Period:
        """The days of the whole usage."""
        return Period(self.usage_starts_on, self.usage_ends_on)

    @property
    def line(self) -> Line:
        """The line as the rules know it."""
        return Line(
            kind=self.kind,  # type: ignore[arg-type]  # the database holds only these kinds
            usage=self.usage_line_id,
            price=self.price_id,
            meter=self.meter,
            quantity=Fraction(self.quantity_exact),
            during=self.during,
            of=self.of,
            unit=Fraction(self.unit_exact),
            amount=Money(self.amount_cents),
            sum_words=self.sum_words,
            corrects=self.corrects_id or "",
        )


class Settlement(Owned):
    """The movement of money for one accepted bill: scheduled, sent, confirmed by Treasury with its reference."""

    audience = SEEN_BY
    flow = SETTLEMENT

    bill = models.OneToOneField(Bill, on_delete=models.PROTECT, related_name="settlement")
    customer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    amount_cents = models.BigIntegerField()
    state = models.CharField(max_length=12, default=SETTLEMENT.initial, editable=False)
    reference = models.CharField(max_length=40, blank=True, editable=False)
    confirmed_on = models.DateField(null=True, editable=False)

    class Meta:
        ordering = ("-made_at", "-id")
        constraints: ClassVar = [
            states_of(SETTLEMENT, "settlement"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="settlement_amount"),
        ]

    def __str__(self) -> str:
        return f"settlement of {self.amount}"

    @property
    def amount(self) -> Money:
        """What moves."""
        return Money(self.amount_cents)


class SettlementPart(Owned):
    """One line of accounting of one side of a settlement, from the order's funding. Never changed."""

    audience = SEEN_BY

    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="parts")
    customer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    party = models.CharField(max_length=8)
    number = models.PositiveSmallIntegerField()
    tas = models.CharField(max_length=40)
    betc = models.CharField(max_length=8)
    alc = models.CharField(max_length=8)
    amount_cents = models.BigIntegerField()

    class Meta:
        verbose_name = "settlement part"
        ordering = ("settlement", "party", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["settlement", "party", "number"], name="settlement_part_once"),
            models.CheckConstraint(condition=Q(party__in=PARTIES), name="settlement_part_party"),
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.tas}"
