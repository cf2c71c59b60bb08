"""Readings of a subscription's meters for a period, the sealed answers to them, and the lines of each answer."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from qsmo.contract.documents import Usage
from qsmo.kernel.period import Period
from qsmo.marketplace.metering.flow import READING
from qsmo.platform.access.models import Organisation
from qsmo.platform.access.owned import Audience, Owned, states_of

SEEN_BY = Audience(reads="usage.read", customer="customer_id", provider="provider_id")


class Reading(Owned):
    """That a subscription's usage of a period was asked for, and what came of it. One a subscription and period.

    `answers` counts the sealed answers; `words` and `findings` say what was wrong with an answer not sealed.
    """

    audience = SEEN_BY
    flow = READING

    instance = models.ForeignKey("orders.Instance", on_delete=models.PROTECT, related_name="readings")
    customer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=12, default=READING.initial, editable=False)
    answers = models.PositiveSmallIntegerField(default=0, editable=False)
    words = models.TextField(blank=True, editable=False)
    findings = models.JSONField(default=list, blank=True, editable=False)

    class Meta:
        ordering = ("-starts_on", "-id")
        constraints: ClassVar = [
            states_of(READING, "reading"),
            models.UniqueConstraint(fields=["instance", "starts_on", "ends_on"], name="reading_once"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="reading_days"),
        ]
        indexes: ClassVar = [models.Index(fields=["starts_on", "id"], name="reading_by_day")]

    def __str__(self) -> str:
        return f"usage of {self.during}"

    @property
    def during(self) -> Period:
        """The days asked for; the end day is not one of them."""
        return Period(self.starts_on, self.ends_on)

    @property
    def latest(self) -> SealedUsage | None:
        """The answer that counts now: the one with the highest number."""
        return self.sealed_answers.order_by("-number").first()


class SealedUsage(Owned):
    """One answer of a service, kept as it was given: number 1 first, a later correction the next number.

    `digest` stands for instance, period and all usages; `signed_by` is who asked and sealed. Never changed.
    """

    audience = SEEN_BY

    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="sealed_answers")
    customer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    line_count = models.PositiveIntegerField()
    signed_by = models.CharField(max_length=60)
    signed_name = models.CharField(max_length=120)
    why = models.TextField(blank=True)

    class Meta:
        verbose_name = "sealed answer"
        ordering = ("reading", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reading", "number"], name="sealed_usage_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="sealed_usage_number_counts"),
        ]

    def __str__(self) -> str:
        return f"answer {self.number} for {self.reading}"


class UsageLine(Owned):
    """One usage of a sealed answer. `quantity_exact` is the exact quantity, `n/d`. Never changed."""

    audience = SEEN_BY

    sealed = models.ForeignKey(SealedUsage, on_delete=models.PROTECT, related_name="lines")
    customer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    meter = models.CharField(max_length=80)
    starts_on = models.DateField()
    ends_on = models.DateField()
    quantity_exact = models.TextField()
    evidence = models.TextField()
    words = models.TextField(blank=True)

    class Meta:
        ordering = ("sealed", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sealed", "number"], name="usage_line_once"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="usage_line_days"),
            models.CheckConstraint(condition=~Q(evidence=""), name="usage_line_evidence"),
        ]

    def __str__(self) -> str:
        return f"{self.meter} on {self.during}"

    @property
    def during(self) -> Period:
        """The days of the usage."""
        return Period(self.starts_on, self.ends_on)

    @property
    def quantity(self) -> Fraction:
        """The exact quantity."""
        return Fraction(self.quantity_exact)

    @property
    def usage(self) -> Usage:
        """The usage as the service gave it."""
        return Usage(self.meter, self.during, self.quantity, self.evidence, self.words)
