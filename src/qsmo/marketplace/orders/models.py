"""Instances, the commands given to them with their first answers, and the files a customer takes along."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from qsmo.contract.service import Service, Subscription
from qsmo.marketplace.agreements.models import Order, OrderLine
from qsmo.marketplace.orders.flow import INSTANCE, OVER
from qsmo.platform import plugs
from qsmo.platform.access.models import Organisation, Person
from qsmo.platform.access.owned import Audience, Owned, states_of

TROUBLES = ("refused", "raised", "timeout", "half-answer", "no-service", "waited-too-long")


class Instance(Owned):
    """One customer's use of a service under one order line.

    `running` names the command under way and `running_until` the instant after which its process counts as dead.
    `trouble` is the named reason why the last command came to nothing, `trouble_seen` what was seen of it, `findings`
    what the customer can mend. `wanted_terms` are those of a change under way. An adopted instance ran before it came
    here.
    """

    audience = Audience(reads="instance.read", customer="customer_id", provider="provider_id")
    flow = INSTANCE

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="instances")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="instances")
    customer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    service_slug = models.CharField(max_length=60, blank=True)
    terms = models.JSONField(default=dict, blank=True)
    wanted_terms = models.JSONField(default=dict, blank=True)
    requested_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    is_adopted = models.BooleanField(default=False)
    state = models.CharField(max_length=20, default=INSTANCE.initial, editable=False)
    active_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    began_at = models.DateTimeField(null=True, blank=True)
    again_at = models.DateTimeField(null=True, blank=True)
    running = models.CharField(max_length=40, blank=True)
    running_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    words = models.TextField(blank=True)
    trouble = models.CharField(max_length=20, blank=True)
    trouble_seen = models.TextField(blank=True)
    findings = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = "subscription"
        ordering = ("-made_at", "-id")
        constraints: ClassVar = [
            states_of(INSTANCE, "instance"),
            models.UniqueConstraint(
                fields=["line"], condition=~Q(state__in=OVER), name="instance_once_a_line"
            ),
            models.CheckConstraint(condition=Q(trouble__in=("", *TROUBLES)), name="instance_trouble_known"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("active_on")), name="instance_days"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["again_at"], name="instance_again"),
            models.Index(fields=["made_at", "id"], name="instance_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.service_slug or 'subscription'} for {self.customer_id}"

    @property
    def service(self) -> Service | None:
        """The service installed here that delivers it; none where people deliver it, or where it is not installed."""
        return plugs.services().get(self.service_slug)

    @property
    def subscription(self) -> Subscription:
        """All that the service learns; while a change is under way, with the terms it changes to."""
        terms = self.wanted_terms if self.state == "updating" else self.terms
        return Subscription(self.id, self.customer_id, self.provider_id, terms)


class Command(Owned):
    """A command given with a key. The same key again answers the same; with other content it is refused."""

    audience = Audience(reads="instance.read", customer="customer_id", provider="provider_id")

    customer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    instance = models.ForeignKey(Instance, on_delete=models.PROTECT, related_name="commands")
    key = models.CharField(max_length=80)
    verb = models.CharField(max_length=20)
    content = models.CharField(max_length=64)
    answer = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("made_at", "id")
        constraints: ClassVar = [models.UniqueConstraint(fields=["customer", "key"], name="command_key_once")]

    def __str__(self) -> str:
        return f"{self.verb} {self.key}"


class Exported(Owned):
    """One file of a customer's data, kept in the store under its digest."""

    audience = Audience(
        reads="instance.read", customer="instance__customer_id", provider="instance__provider_id"
    )

    instance = models.ForeignKey(Instance, on_delete=models.PROTECT, related_name="files")
    command = models.ForeignKey(Command, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    records = models.PositiveBigIntegerField()
    size_bytes = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = "exported file"
        ordering = ("made_at", "name")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["command", "name"], name="exported_name_once")
        ]

    def __str__(self) -> str:
        return self.name
