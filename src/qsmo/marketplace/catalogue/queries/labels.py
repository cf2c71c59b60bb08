"""Under which designation an offering stands on a day: designated, pre-designated, or none in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from qsmo.kernel import clock
from qsmo.marketplace.designation.flow import DESIGNATED, IN_FORCE, PRE_DESIGNATED
from qsmo.marketplace.designation.queries import offices_as_of
from qsmo.platform.access.viewer import Viewer

NO_LABEL = "none"
LABELS = {
    DESIGNATED: "Designated",
    PRE_DESIGNATED: "Pre-designated",
    NO_LABEL: "No designation in force",
}


@dataclass(frozen=True, slots=True)
class Labels:
    """The stages in force on a day, by `office/scope`."""

    day: date
    stages: Mapping[str, str]

    @classmethod
    def on(cls, viewer: Viewer, day: date | None = None, known_by: date | None = None) -> Labels:
        """What is in force on a day (today without one), as known by another; two queries."""
        day = day or clock.today()
        rows = offices_as_of(viewer, day, known_by)
        in_force = {f"{row.office}/{row.scope}": row.stage for row in rows if row.stage in IN_FORCE}
        return cls(day, in_force)

    def of(self, scopes: str) -> str:
        """The label for scopes separated by spaces: the weakest, so that nothing is called more than it all is."""
        held = [self.stages.get(scope) for scope in scopes.split()]
        if not held or None in held:
            return NO_LABEL
        return DESIGNATED if all(stage == DESIGNATED for stage in held) else PRE_DESIGNATED
