"""What an offering covers of the business framework: its activities, and which of their capabilities are claimed."""

from __future__ import annotations

from dataclasses import dataclass

from qsmo.contract.service import Claim
from qsmo.marketplace.catalogue.models import Offering
from qsmo.marketplace.standards.rules.framework import Activity, Function, release
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.plugs import services


@dataclass(frozen=True, slots=True)
class Covered:
    """A function of the framework with the activities of it that an offering covers, and how many there are in all."""

    function: Function
    activities: tuple[Activity, ...]
    of: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """The capabilities that the service behind an offering claims, out of all that its activities have."""

    claims: tuple[Claim, ...]
    of: int

    @property
    def words(self) -> str:
        """As it is written wherever it stands: `1 of 63 capabilities claimed`."""
        return f"{len(self.claims):,} of {self.of:,} capabilities claimed"


def offerings_here(viewer: Viewer) -> list[Offering]:
    """The published offerings that are delivered by a service of this installation, first published first."""
    rows = Offering.seen_by(viewer).filter(service__in=list(services()), state="published")
    return list(rows.order_by("-made_at", "-id"))


def covered(offering: Offering) -> tuple[Covered, ...]:
    """The functions of an offering's activities, each with those activities."""
    held = release(offering.release)
    activities = [held.activity(key) for key in offering.activities]
    return tuple(
        Covered(
            function=held.function(key),
            activities=tuple(each for each in activities if each.function == key),
            of=len(held.activities_of(key)),
        )
        for key in dict.fromkeys(each.function for each in activities)
    )


def claimed(offering: Offering) -> Claimed:
    """What the service delivered here claims of the offering's activities; nothing where it is provided elsewhere."""
    held = release(offering.release)
    capabilities = [each for key in offering.activities for each in held.capabilities_of(key)]
    return Claimed(_claims(offering.service, {each.id for each in capabilities}), len(capabilities))


def claimed_by(slug: str) -> Claimed:
    """What a service claims of the activities that it names itself."""
    held = release()
    activities = services()[slug].manifest.activities
    capabilities = [each for key in activities for each in held.capabilities_of(key)]
    return Claimed(_claims(slug, {each.id for each in capabilities}), len(capabilities))


def _claims(slug: str, within: set[str]) -> tuple[Claim, ...]:
    service = services().get(slug) if slug else None
    return (
        tuple(each for each in service.manifest.capabilities if each.capability in within) if service else ()
    )
