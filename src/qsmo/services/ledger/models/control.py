"""What is left at each level of funds control, and what draws on it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from qsmo.platform.access.owned import Audience
from qsmo.services.ledger.models.book import Numbered, NumberedOfBook, Symbol
from qsmo.services.ledger.models.entry import Combination


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
