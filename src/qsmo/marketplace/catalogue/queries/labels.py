"""Under which designation an offering stands on a day: designated, pre-designated, or none in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max

from qsmo.kernel import clock
from qsmo.marketplace.designation.flow import DESIGNATED, IN_FORCE, PRE_DESIGNATED
from qsmo.marketplace.designation.models import StageFact
from qsmo.marketplace.designation.queries import offices_as_of
from qsmo.platform.access.viewer import Viewer

NO_LABEL = "none"
LABELS = {
    DESIGNATED: "Designated",
    PRE_DESIGNATED: "Pre-designated",
    NO_LABEL: "No designation in force",
}


HELD_MAX = 100
_HELD: dict[tuple[object, ...], Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class Labels:
    """The stages in force on a day, by `office/scope`."""

    day: date
    stages: Mapping[str, str]

    @classmethod
    def on(cls, viewer: Viewer, day: date | None = None, known_by: date | None = None) -> Labels:
        """What is in force on a day (today without one), as known by another; one query while nothing changes."""
        day = day or clock.today()
        facts = StageFact.seen_by(viewer).order_by().aggregate(count=Count("pk"), last=Max("pk"))
        key = (day, known_by, facts["count"], facts["last"])
        # Facts are only ever added, each under a new identifier: the same count and last one are the same facts.
        if key not in _HELD:
            while len(_HELD) >= HELD_MAX:
                _HELD.pop(next(iter(_HELD)), None)
            rows = offices_as_of(viewer, day, known_by)
            _HELD[key] = {f"{row.office}/{row.scope}": row.stage for row in rows if row.stage in IN_FORCE}
        return cls(day, _HELD[key])

    def of(self, scopes: str) -> str:
        """The label for scopes separated by spaces: the weakest, so that nothing is called more than it all is."""
        held = [self._stage(scope) for scope in scopes.split()]
        if not held or None in held:
            return NO_LABEL
        return DESIGNATED if all(stage == DESIGNATED for stage in held) else PRE_DESIGNATED

    def _stage(self, scope: str) -> str | None:
        # Before its own scopes were named, an office stood in one stage for all of its area.
        return self.stages.get(scope) or self.stages.get(f"{scope.partition('/')[0]}/all")
