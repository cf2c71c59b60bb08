"""The trail's entries and the heads of their chains; the outbox's documents and who has taken them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from qsmo.kernel.ids import new_id
from qsmo.platform.access.owned import Audience, Owned


class TrailHead(models.Model):
    """The last link of one organisation's chain; locked while a link is added, so that links never fork."""

    chain = models.CharField(primary_key=True, max_length=40)
    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    objects = models.Manager["TrailHead"]()

    def __str__(self) -> str:
        return f"{self.chain} at {self.number}"


class TrailEntry(models.Model):
    """One change of one record: who, when, what, before, after, why; each entry carries the hash of the one before."""

    id = models.CharField(primary_key=True, max_length=40, default=new_id, editable=False)
    chain = models.CharField(max_length=40)
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=60)
    actor_name = models.CharField(max_length=120)
    via = models.CharField(max_length=20)
    verb = models.CharField(max_length=60)
    kind = models.CharField(max_length=60)
    record = models.CharField(max_length=40)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    why = models.TextField(blank=True)
    evidence = models.TextField(blank=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = models.Manager["TrailEntry"]()

    class Meta:
        ordering = ("chain", "number")
        constraints: ClassVar = [models.UniqueConstraint(fields=["chain", "number"], name="trail_link_once")]
        indexes: ClassVar = [models.Index(fields=["kind", "record"], name="trail_of_record")]

    def __str__(self) -> str:
        return f"{self.verb} {self.kind} {self.record}"


class OutboxDocument(Owned):
    """A document handed over, in the same transaction as the work that made it. Sender and receiver may both read."""

    audience = Audience(
        reads="outbox.read",
        customer=("customer_id", "entity_id"),
        provider=("customer_id", "entity_id"),
        office=("customer_id", "entity_id"),
    )

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    sender = models.CharField(max_length=40)
    to = models.CharField(max_length=40)
    customer = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")
    entity = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")
    body = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ("made_at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sender", "kind", "key"], name="outbox_document_once")
        ]
        indexes: ClassVar = [models.Index(fields=["to", "kind"], name="outbox_to_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class OutboxReceipt(models.Model):
    """That a receiver has taken a document in; a document without one is still waiting for it."""

    document = models.ForeignKey(OutboxDocument, on_delete=models.PROTECT, related_name="receipts")
    taker = models.CharField(max_length=40)
    at = models.DateTimeField()

    objects = models.Manager["OutboxReceipt"]()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "taker"], name="outbox_receipt_once"),
            models.CheckConstraint(condition=~Q(taker=""), name="outbox_taker_named"),
        ]

    def __str__(self) -> str:
        return f"{self.document} taken by {self.taker}"
