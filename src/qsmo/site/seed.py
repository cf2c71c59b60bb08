"""The seeded world: organisations, people for every role, history, catalogue. Loading it again changes nothing."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

from django.contrib.auth.hashers import make_password

from qsmo.marketplace.catalogue import actions as catalogue
from qsmo.marketplace.designation import actions as designation
from qsmo.marketplace.standards import actions as standards
from qsmo.platform.access.door import action, add
from qsmo.platform.access.models import Grant
from qsmo.platform.access.people import enrol
from qsmo.platform.access.viewer import Viewer, program

PASSWORD = "seeded-for-trying-only"  # noqa: S105  # printed on the sign-in page of a demonstration, nowhere else valid
PEOPLE = tomllib.loads((Path(__file__).parent / "people.toml").read_text(encoding="utf-8"))["person"]
SEEDER = program("seed")


def seed_world(said: Callable[[str], None]) -> None:
    """Load everything that is there before the first order; `said` is told each step."""
    said("organisations")
    standards.seed(SEEDER)
    said("the history of offices and designations")
    designation.seed(SEEDER)
    said("providers, offerings, prices")
    catalogue.seed(SEEDER)
    said("people and their roles")
    seed_people(SEEDER)


@action("organisation.seed")
def seed_people(viewer: Viewer, /) -> int:
    """Make the people of the list with their grants; answers how many were new."""
    hashed, new = make_password(PASSWORD), 0
    for each in PEOPLE:
        person, is_new = enrol(viewer, email=each["email"], name=each["name"], password=hashed)
        new += is_new
        for role in each["roles"] if is_new else ():
            slug, _, organisation = role.partition("@")
            add(viewer, Grant(person=person, organisation_id=organisation, role=slug), "organisation.seed")
    return new
