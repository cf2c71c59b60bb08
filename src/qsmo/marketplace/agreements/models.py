"""General terms, orders with their lines and funding by revision, and the signatures on both."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from qsmo.kernel.money import Money, rate
from qsmo.kernel.period import Period
from qsmo.marketplace.agreements.flow import GENERAL_TERMS, ORDER
from qsmo.marketplace.agreements.rules.bounds import Ceiling, Wanted
from qsmo.marketplace.agreements.rules.funding import Cited
from qsmo.marketplace.agreements.rules.tas import Tas
from qsmo.marketplace.catalogue.models import OfferingVersion, Plan
from qsmo.platform.access.models import Organisation, Person
from qsmo.platform.access.owned import Audience, Owned, states_of

SIDES = ("requesting", "servicing")
STARTERS = ("requesting", "servicing", "either")


class GeneralTerms(Owned):
    """What two organisations agree before anything is ordered (form 7600A): days, ceiling, notice, authority.

    `taken_cents` is what accepted orders have taken of the ceiling; the database refuses more. `proposed` holds the
    changes of an amendment until all four officials have signed it. `round` counts rounds of signatures. `draft_key` is
    the key of the form that drafted it and `draft_digest` that of what it stated: a form sent twice is one draft.
    """

    audience = Audience(reads="agreement.read", customer="requesting_id", provider="servicing_id")
    flow = GENERAL_TERMS

    number = models.CharField(max_length=40)
    requesting = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    servicing = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    ceiling_cents = models.BigIntegerField()
    taken_cents = models.BigIntegerField(default=0, editable=False)
    termination_days = models.PositiveSmallIntegerField()
    authority = models.CharField(max_length=40)
    authority_citation = models.CharField(max_length=200)
    is_assisted = models.BooleanField(default=False)
    allows_advance = models.BooleanField(default=False)
    orders_start = models.CharField(max_length=12, default="requesting")
    prepared_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    draft_key = models.CharField(max_length=80, blank=True, editable=False)
    draft_digest = models.CharField(max_length=64, blank=True, editable=False)
    state = models.CharField(max_length=20, default=GENERAL_TERMS.initial, editable=False)
    round = models.PositiveSmallIntegerField(default=0, editable=False)
    amendment = models.PositiveSmallIntegerField(default=0, editable=False)
    proposed = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = "general terms"
        verbose_name_plural = "general terms"
        ordering = ("-made_at", "-id")
        constraints: ClassVar = [
            states_of(GENERAL_TERMS, "general_terms"),
            models.UniqueConstraint(fields=["number"], name="general_terms_number_once"),
            models.UniqueConstraint(
                fields=["prepared_by", "draft_key"],
                condition=~Q(draft_key=""),
                name="general_terms_drafted_once",
            ),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="general_terms_days"),
            models.CheckConstraint(condition=~Q(requesting=F("servicing")), name="general_terms_two_sides"),
            models.CheckConstraint(
                condition=Q(taken_cents__gte=0, taken_cents__lte=F("ceiling_cents")),
                name="general_terms_ceiling_holds",
            ),
            models.CheckConstraint(
                condition=Q(orders_start__in=STARTERS), name="general_terms_starter_known"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["made_at", "id"], name="general_terms_newest")]

    def __str__(self) -> str:
        return self.number

    @property
    def during(self) -> Period:
        """The days on which it holds; the end day is not one of them."""
        return Period(self.starts_on, self.ends_on)

    @property
    def bounds(self) -> Ceiling:
        """What it allows, as the rules read it."""
        return Ceiling(self.during, Money(self.ceiling_cents), Money(self.taken_cents))

    @property
    def left_cents(self) -> int:
        """What orders may still take."""
        return self.ceiling_cents - self.taken_cents


class Order(Owned):
    """Funded demand under general terms (form 7600B). Earlier revisions of its lines and funding stay on file.

    `total_cents` is the sum of the lines' ceilings: what is obligated. `spent_cents` is what billing has taken of it.
    """

    audience = Audience(reads="order.read", customer="requesting_id", provider="servicing_id")
    flow = ORDER

    number = models.CharField(max_length=40)
    general_terms = models.ForeignKey(GeneralTerms, on_delete=models.PROTECT, related_name="orders")
    requesting = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    servicing = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    need = models.TextField()
    is_severable = models.BooleanField(default=True)
    total_cents = models.BigIntegerField(editable=False)
    spent_cents = models.BigIntegerField(default=0, editable=False)
    prepared_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    draft_key = models.CharField(max_length=80, blank=True, editable=False)
    draft_digest = models.CharField(max_length=64, blank=True, editable=False)
    state = models.CharField(max_length=20, default=ORDER.initial, editable=False)
    revision = models.PositiveSmallIntegerField(default=0, editable=False)
    requesting_revision = models.PositiveSmallIntegerField(default=0, editable=False)
    servicing_revision = models.PositiveSmallIntegerField(default=0, editable=False)
    round = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        ordering = ("-made_at", "-id")
        constraints: ClassVar = [
            states_of(ORDER, "order"),
            models.UniqueConstraint(fields=["number"], name="order_number_once"),
            models.UniqueConstraint(
                fields=["prepared_by", "draft_key"], condition=~Q(draft_key=""), name="order_drafted_once"
            ),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="order_days"),
            models.CheckConstraint(
                condition=Q(spent_cents__gte=0, spent_cents__lte=F("total_cents")), name="order_funds_hold"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["made_at", "id"], name="order_newest"),
            models.Index(fields=["requesting", "made_at", "id"], name="order_requesting_newest"),
            models.Index(fields=["servicing", "made_at", "id"], name="order_servicing_newest"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def during(self) -> Period:
        """The days of performance; the end day is not one of them."""
        return Period(self.starts_on, self.ends_on)

    @property
    def left_cents(self) -> int:
        """What may still be billed."""
        return self.total_cents - self.spent_cents

    @property
    def present_lines(self) -> models.QuerySet[OrderLine]:
        """The lines of the present revision."""
        return self.lines.filter(revision=self.revision)

    @property
    def present_funding(self) -> models.QuerySet[Funding]:
        """The accounting of both sides in its present revisions."""
        requesting = Q(side="requesting", revision=self.requesting_revision)
        servicing = Q(side="servicing", revision=self.servicing_revision)
        return self.funding.filter(requesting | servicing)


class OrderLine(Owned):
    """One thing ordered: a plan of a published offering version, units, price of one, and the most it may cost.

    `unit_price` is the exact text of dollars (`6.3375`), as price versions hold it.
    """

    audience = Audience(reads="order.read", customer="order__requesting_id", provider="order__servicing_id")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    revision = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    offering_version = models.ForeignKey(OfferingVersion, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=200)
    quantity = models.BigIntegerField()
    unit = models.CharField(max_length=60)
    unit_price = models.CharField(max_length=40)
    amount_cents = models.BigIntegerField()
    ceiling_cents = models.BigIntegerField()

    class Meta:
        ordering = ("order", "revision", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "revision", "number"], name="order_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, amount_cents__gte=0, ceiling_cents__gte=F("amount_cents")),
                name="order_line_amounts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order.number} line {self.number}"

    @property
    def wanted(self) -> Wanted:
        """The line as the rules read it."""
        return Wanted(self.number, self.quantity, rate(self.unit_price), Money(self.ceiling_cents))


class Funding(Owned):
    """One line of accounting on one side of an order: account symbol, transaction code, location, amount."""

    audience = Audience(reads="order.read", customer="order__requesting_id", provider="order__servicing_id")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="funding")
    revision = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=12)
    number = models.PositiveSmallIntegerField()
    ata = models.CharField(max_length=3, blank=True)
    aid = models.CharField(max_length=3)
    bpoa = models.CharField(max_length=4, blank=True)
    epoa = models.CharField(max_length=4, blank=True)
    availability = models.CharField(max_length=1, blank=True)
    main = models.CharField(max_length=4)
    sub = models.CharField(max_length=3)
    betc = models.CharField(max_length=8)
    alc = models.CharField(max_length=8)
    amount_cents = models.BigIntegerField()

    class Meta:
        verbose_name = "funding line"
        ordering = ("order", "revision", "side", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "revision", "side", "number"], name="funding_once"),
            models.CheckConstraint(condition=Q(side__in=SIDES), name="funding_side_known"),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.tas}"

    @property
    def tas(self) -> Tas:
        """The account symbol."""
        return Tas(self.ata, self.aid, self.bpoa, self.epoa, self.availability, self.main, self.sub)

    @property
    def cited(self) -> Cited:
        """The line as the rules read it."""
        return Cited(self.side, self.number, self.tas, self.betc, self.alc, Money(self.amount_cents))


class Signature(Owned):
    """That a person signed general terms or an order in one capacity, in one round; never changed.

    The database holds both rules: one signature a capacity, and one capacity a person.
    """

    audience = Audience(reads="agreement.read", customer="requesting_id", provider="servicing_id")

    general_terms = models.ForeignKey(
        GeneralTerms, null=True, on_delete=models.PROTECT, related_name="signatures"
    )
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="signatures")
    requesting = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    servicing = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    capacity = models.CharField(max_length=20)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    person_name = models.CharField(max_length=120)

    class Meta:
        ordering = ("made_at", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(general_terms__isnull=False, order__isnull=True)
                | Q(general_terms__isnull=True, order__isnull=False),
                name="signature_on_one",
            ),
            *(
                models.UniqueConstraint(
                    fields=[what, "round", once],
                    condition=Q(**{f"{what}__isnull": False}),
                    name=f"signature_{what}_{once}",
                )
                for what in ("general_terms", "order")
                for once in ("capacity", "person")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_name} as {self.capacity}"
