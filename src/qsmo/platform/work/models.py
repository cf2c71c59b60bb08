"""The slots of the schedule: that a name was due at an instant and was queued, once."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Slot(models.Model):
    """One due time of one scheduled job; unique, so that several clocks queue it once."""

    name = models.CharField(max_length=120)
    at = models.DateTimeField()

    objects = models.Manager["Slot"]()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["name", "at"], name="slot_once")]

    def __str__(self) -> str:
        return f"{self.name} at {self.at}"
