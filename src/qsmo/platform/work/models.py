"""Slots of the schedule, each queued once; pulses of workers, by which the clock sees who lives; how far work is."""

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


class Pulse(models.Model):
    """How often a worker has said that it lives, and how often the clock looked since without hearing of it anew.

    Counts, not instants, because the clocks of two machines differ.
    """

    worker = models.CharField(max_length=64, unique=True)
    beats = models.PositiveIntegerField(default=0)
    heard = models.PositiveIntegerField(default=0)
    silences = models.PositiveSmallIntegerField(default=0)
    looked_at = models.DateTimeField(null=True)

    objects = models.Manager["Pulse"]()

    def __str__(self) -> str:
        return f"{self.worker}: {self.beats}"


class Progress(models.Model):
    """How far a piece of work is that somebody waits for. It is gone when the work ends, however it ends."""

    name = models.CharField(max_length=120, unique=True)
    done = models.PositiveIntegerField(default=0)
    planned = models.PositiveIntegerField()

    objects = models.Manager["Progress"]()

    def __str__(self) -> str:
        return f"{self.name}: {self.done} of {self.planned}"
