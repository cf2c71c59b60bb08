"""Documents that came for the books, and what became of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from qsmo.platform.access.owned import states_of
from qsmo.services.ledger.flow import DOCUMENT
from qsmo.services.ledger.models.book import OfBook
from qsmo.services.ledger.models.entry import Entry


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
