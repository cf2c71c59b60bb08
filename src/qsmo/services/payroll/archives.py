"""Statements printed for a whole run: archives of some hundred people each, kept by digest."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from qsmo.platform.access.owned import Audience, Owned


class Archive(Owned):
    """A share of a run's statements as tagged PDF, in one archive: printed once, kept as a file by digest.

    `unprinted` are employees whose statement has a character that no font at hand can show.
    """

    audience = Audience(
        reads="payroll.statement.read",
        customer="run__account__customer_id",
        provider="run__account__provider_id",
    )

    run = models.ForeignKey("payroll.PayRun", on_delete=models.PROTECT, related_name="archives")
    number = models.PositiveIntegerField()
    file = models.CharField(max_length=64)
    first = models.CharField(max_length=60)
    last = models.CharField(max_length=60)
    people = models.PositiveIntegerField()
    unprinted = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ("run", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "number"], name="payroll_archive_once")
        ]

    def __str__(self) -> str:
        return f"statements {self.number} of {self.run_id}"
