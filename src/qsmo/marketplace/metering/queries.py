"""What somebody may see of metering: readings, sealed answers with their lines, and the evidence behind a line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from django.db.models import QuerySet

from qsmo.contract.service import Subscription
from qsmo.kernel.finding import Refusal
from qsmo.marketplace.metering.models import Reading, SealedUsage, UsageLine
from qsmo.marketplace.metering.rules import answer_digest
from qsmo.marketplace.orders.models import Instance
from qsmo.platform.access.door import one
from qsmo.platform.access.viewer import Viewer


@runtime_checkable
class ShowsEvidence(Protocol):
    """A service that can expand the pointers of its usage: for its subscription only, as names and values."""

    def evidence(self, sub: Subscription, pointer: str) -> Iterable[tuple[str, str]]:
        """What stands behind a pointer."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A pointer, and what the service shows for it; nothing where the service does not expand its pointers."""

    pointer: str
    shown: tuple[tuple[str, str], ...]


def readings(viewer: Viewer) -> QuerySet[Reading]:
    """The readings that the viewer may see, newest period first."""
    return Reading.seen_by(viewer).select_related("customer", "provider")


def reading(viewer: Viewer, key: str) -> Reading:
    """One reading; refused (404) when the viewer cannot see it."""
    return one(Reading, viewer, key)


def sealed(viewer: Viewer, key: str) -> SealedUsage:
    """One sealed answer; refused (404) when the viewer cannot see it."""
    return one(SealedUsage, viewer, key)


def answers(viewer: Viewer, of: Reading) -> QuerySet[SealedUsage]:
    """The sealed answers of a reading, first to latest."""
    return SealedUsage.seen_by(viewer).filter(reading=of).order_by("number")


def lines(viewer: Viewer, of: SealedUsage) -> QuerySet[UsageLine]:
    """The lines of a sealed answer, in order."""
    return UsageLine.seen_by(viewer).filter(sealed=of).order_by("number")


def digest_now(viewer: Viewer, of: SealedUsage) -> str:
    """The digest computed again from the stored lines; equal to the sealed one as long as nothing was altered."""
    usages = [line.usage for line in lines(viewer, of)]
    return answer_digest(of.reading.instance_id, of.reading.during, usages)


def evidence(viewer: Viewer, line: UsageLine) -> Evidence:
    """What the service can show for a line today; a pointer that it refuses to open is shown with its words."""
    instance = Instance.seen_by(viewer).filter(pk=line.sealed.reading.instance_id).first()
    service: object = None if instance is None else instance.service
    if instance is None or not isinstance(service, ShowsEvidence):
        return Evidence(line.evidence, ())
    try:
        shown = tuple(service.evidence(instance.subscription, line.evidence))
    except Refusal as refusal:
        shown = (("Not shown", refusal.words),)
    return Evidence(line.evidence, shown)
