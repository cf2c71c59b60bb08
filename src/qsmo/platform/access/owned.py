"""The base of every record with an owner: an identifier, a version, and an audience that decides who sees the row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import Q

from qsmo.kernel import clock
from qsmo.kernel.flow import Flow
from qsmo.kernel.ids import new_id, plain
from qsmo.platform.access.second_lock.lock import Lifting
from qsmo.platform.access.viewer import Viewer


def _now() -> datetime:
    return clock.now()


EVERYBODY = Q(pk__isnull=False)
"""The public condition of records of which everybody may see every row."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Which columns name the organisations, and the person, that may see a row; and which rows everybody may see.

    `reads` is the permission to read. A side takes one column or several, each holding an organisation's id (or a
    path to one through foreign keys, `order__customer_id`).
    """

    reads: str
    customer: str | tuple[str, ...] = ()
    provider: str | tuple[str, ...] = ()
    office: str | tuple[str, ...] = ()
    person: str = ""
    public: Q | None = None

    def columns(self, side: str) -> tuple[str, ...]:
        """The columns of one side."""
        named: str | tuple[str, ...] = getattr(self, side)
        return (named,) if isinstance(named, str) else named

    def organisations_of(self, record: models.Model, side: str) -> frozenset[str]:
        """The organisations that one record names on one side."""
        return frozenset(_reach(record, column) for column in self.columns(side)) - {""}

    def person_of(self, record: models.Model) -> str:
        """The person whom the record is about, or nothing."""
        return _reach(record, self.person) if self.person else ""

    def filter(self, viewer: Viewer) -> Q:
        """The condition for the rows that a viewer may read."""
        if viewer.sees_all(self.reads) or self.public == EVERYBODY:
            return Q()
        seen = Q(pk__in=()) if self.public is None else self.public
        for side in ("office", "provider", "customer"):
            organisations = viewer.organisations(self.reads, side)
            if organisations:
                for column in self.columns(side):
                    seen |= Q(**{f"{column}__in": sorted(organisations)})
        if self.person and viewer.sees_own(self.reads):
            seen |= Q(**{self.person: viewer.person})
        return seen


def _reach(record: models.Model, path: str) -> str:
    value: Any = record
    for step in path.split("__"):
        value = _next(value, step)
    return "" if value is None else str(value)


def _next(value: Any, step: str) -> Any:
    try:
        return getattr(value, step, None)
    except ObjectDoesNotExist:
        # The second lock hides the row that is named here. Whose the record is must be decided without it.
        link: Any = value._meta.get_field(step)
        return Lifting(link.related_model).filter(pk=getattr(value, link.attname)).first()


class Owned(models.Model):
    """A stored fact that belongs to somebody. Rows are read through `seen_by(viewer)` and written through the doors.

    `flow` makes `state` obligatory; `hidden` names the columns whose content the trail keeps only as a digest.
    """

    audience: ClassVar[Audience]
    flow: ClassVar[Flow | None] = None
    hidden: ClassVar[frozenset[str]] = frozenset()

    id = models.CharField(primary_key=True, max_length=40, default=new_id, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    made_at = models.DateTimeField(default=_now, editable=False)

    every = models.Manager["Self"]()

    class Meta:
        abstract = True

    @classmethod
    def seen_by(cls, viewer: Viewer) -> models.QuerySet[Self]:
        """The rows that a viewer may read. Those of a program are read past the second lock, on whosever page."""
        rows = Lifting(cls) if viewer.program else cls.every.all()
        return rows.filter(cls.audience.filter(viewer))

    @classmethod
    def unseen(cls, reason: str) -> models.QuerySet[Self]:
        """All rows, without a viewer, for a stated reason; the count of such places may only fall.

        They are read past the second lock too.
        """
        if not reason:
            raise ValueError("say why rows are read without a viewer")
        return Lifting(cls)

    @property
    def is_public(self) -> bool:
        """Whether everybody may see this row."""
        condition = self.audience.public
        return condition is not None and type(self).every.filter(condition, pk=self.pk).exists()

    @property
    def chain(self) -> str:
        """The organisation in whose trail this record's history is written."""
        for side in ("customer", "provider", "office"):
            found = sorted(self.audience.organisations_of(self, side))
            if found:
                return found[0]
        return "qsmo"

    def picture(self, fields: Iterable[str] | None = None) -> dict[str, Any]:
        """The columns as plain data for the trail; hidden ones are left out."""
        names = [field.attname for field in self._meta.concrete_fields] if fields is None else list(fields)
        return {name: plain(_storable(getattr(self, name))) for name in names if name not in self.hidden}


def _storable(value: Any) -> Any:
    return (
        value if value is None or isinstance(value, str | int | bool | dict | list) else _text_or_self(value)
    )


def _text_or_self(value: Any) -> Any:
    try:
        return plain(value)
    except TypeError:
        return str(value)


def states_of(flow: Flow, name: str) -> models.CheckConstraint:
    """The database constraint that a flow's state column holds only its states; stated in the model's Meta."""
    return models.CheckConstraint(condition=Q(state__in=flow.states), name=f"{name}_state_known")
