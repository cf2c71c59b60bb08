"""A person with a key, and calls to the API."""

from __future__ import annotations

from typing import Any

from django.test import Client

from qsmo.platform.access.models import Grant, Organisation, Person
from qsmo.platform.api.actions import make_key

MIA = "mia@agency.example"


def person(email: str = MIA, role: str = "customer-program-manager", key: str = "028") -> Person:
    """A person with one role for an agency."""
    Organisation.objects.get_or_create(id=key, defaults={"name": f"Agency {key}", "kind": "agency"})
    made = Person.objects.create_user(email, "correct horse battery", name=email.partition("@")[0])
    Grant.every.create(person=made, organisation_id=key, role=role)
    return made


def secret_of(someone: Person, name: str = "feed") -> str:
    """A fresh key of a person."""
    return make_key(someone.viewer("test"), name=name)[1]


def with_key(secret: str) -> dict[str, Any]:
    """The header that carries a key."""
    return {"headers": {"Authorization": f"Bearer {secret}"}}


def client() -> Client:
    """A caller that is shown faults as answers."""
    return Client(raise_request_exception=False)
