"""Loads the organisations that everything else names: agencies, bureaus, the offices and the oversight bodies."""

from __future__ import annotations

from dataclasses import dataclass

from qsmo.kernel import clock
from qsmo.kernel.law import Row
from qsmo.marketplace.standards.rules.framework import LAW
from qsmo.platform.access.door import action
from qsmo.platform.access.models import Organisation
from qsmo.platform.access.viewer import Viewer

CHANGING = ("name", "short_name", "kind", "parent")


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many organisations were listed, and how many of them were new."""

    listed: int
    new: int


@action("organisation.seed")
def seed(_viewer: Viewer, /) -> Loaded:
    """Make the organisations of the table, or bring their names up to date; a second time changes nothing."""
    rows = LAW["agencies"].at(on=clock.today()).rows
    wanted = [_organisation(row) for row in rows]
    before = Organisation.objects.count()
    # Parents stand before their bureaus in the table, and an unknown parent is refused by the database.
    Organisation.objects.bulk_create(
        wanted, update_conflicts=True, unique_fields=["id"], update_fields=list(CHANGING)
    )
    return Loaded(len(wanted), Organisation.objects.count() - before)


def _organisation(row: Row) -> Organisation:
    return Organisation(
        id=row.text("organisation"),
        name=row.text("name"),
        short_name=row.cells["abbreviation"],
        kind=row.text("kind"),
        parent_id=row.cells["parent"] or None,
    )
