"""Loads the organisations that everything else names: agencies, bureaus, the offices and the oversight bodies."""

from __future__ import annotations

from dataclasses import dataclass

from qsmo.kernel import clock
from qsmo.kernel.law import Row
from qsmo.marketplace.standards.rules.framework import LAW
from qsmo.platform.access.door import action
from qsmo.platform.access.models import Organisation
from qsmo.platform.access.organisations import enlist
from qsmo.platform.access.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many organisations were listed, and how many of them were new."""

    listed: int
    new: int


@action("organisation.seed")
def seed(viewer: Viewer, /) -> Loaded:
    """Make the organisations of the table, or bring their names up to date; a second time changes nothing."""
    wanted = [_organisation(row) for row in LAW["agencies"].at(on=clock.today()).rows]
    return Loaded(len(wanted), enlist(viewer, wanted, "organisation.seed"))


def _organisation(row: Row) -> Organisation:
    return Organisation(
        id=row.text("organisation"),
        name=row.text("name"),
        short_name=row.cells["abbreviation"],
        kind=row.text("kind"),
        parent_id=row.cells["parent"] or None,
    )
