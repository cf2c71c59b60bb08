"""The directory of people: who signs in, and making somebody known."""

from __future__ import annotations

from django.db.models import QuerySet

from qsmo.platform.access.door import action
from qsmo.platform.access.models import Person
from qsmo.platform.access.viewer import Viewer


def people() -> QuerySet[Person]:
    """Everybody who signs in, by e-mail address; for operators at the machine, not for pages."""
    return Person.objects.order_by("email")


@action("organisation.seed")
def enrol(_viewer: Viewer, /, *, email: str, name: str, password: str) -> tuple[Person, bool]:
    """Make a person known by e-mail address, with an already hashed password; somebody known stays as they are.

    Answers the person, and whether they are new.
    """
    return Person.objects.get_or_create(email=email, defaults={"name": name, "password": password})
