"""Offices, their designations scope by scope and lead by lead, and the dated facts of which each one's life is made."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from qsmo.marketplace.designation.flow import DESIGNATION, ENDED
from qsmo.marketplace.designation.rules import Event
from qsmo.platform.access.owned import EVERYBODY, Audience, Owned, states_of


class Office(Owned):
    """A quality service management office, or an area in which there may be one. The id is a short name: `hr`.

    `area` is the code of the business framework, empty where the framework has none. The office is an organisation of
    its own, apart from the agency that leads it, which may change.
    """

    audience = Audience(reads="designation.read", office="organisation_id", public=EVERYBODY)

    name = models.CharField(max_length=120)
    area = models.CharField(max_length=3, blank=True)
    organisation = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Designation(Owned):
    """One scope of an office under one lead. `covers` are the identifiers of the business framework that it holds.

    `state` is the last stage decided, which may take effect later; what holds on a day is told by the facts.
    """

    audience = Audience(reads="designation.read", office="office__organisation_id", public=EVERYBODY)
    flow = DESIGNATION

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="designations")
    scope = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    covers = models.JSONField(default=list, blank=True)
    lead = models.ForeignKey(
        "access.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=30, default=DESIGNATION.initial)

    class Meta:
        ordering = ("office_id", "scope", "id")
        constraints: ClassVar = [
            states_of(DESIGNATION, "designation"),
            models.UniqueConstraint(
                fields=["office", "scope"], condition=~Q(state__in=ENDED), name="designation_one_lead_a_scope"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office_id}: {self.name}"


class StageFact(Owned):
    """One dated fact of a designation's life, never changed: what was done, the stage since when, known since when."""

    audience = Audience(
        reads="designation.read", office="designation__office__organisation_id", public=EVERYBODY
    )

    designation = models.ForeignKey(Designation, on_delete=models.PROTECT, related_name="facts")
    number = models.PositiveSmallIntegerField()
    act = models.CharField(max_length=30)
    stage = models.CharField(max_length=30)
    effective_on = models.DateField()
    known_on = models.DateField()
    decision = models.TextField(blank=True)
    source = models.TextField(blank=True)

    class Meta:
        ordering = ("effective_on", "known_on", "designation_id", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["designation", "number"], name="stage_fact_once"),
            models.CheckConstraint(condition=Q(stage__in=DESIGNATION.states), name="stage_fact_stage_known"),
        ]

    def __str__(self) -> str:
        return f"{self.act} from {self.effective_on}"

    @property
    def event(self) -> Event:
        """The fact as the rules know it."""
        dates = (self.effective_on, self.known_on)
        return Event(self.act, self.stage, *dates, self.decision, self.source, self.number)
