"""A record made up for tests of the doors: a letter between a customer and a provider, with a life of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import Q
from django.test.utils import isolate_apps

from qsmo.kernel.flow import Flow, Move
from qsmo.kernel.ids import new_id
from qsmo.platform.access import viewer as viewers
from qsmo.platform.access.owned import Audience, Owned, states_of
from qsmo.platform.access.policy import Permission, Policy, policy
from qsmo.platform.access.viewer import Held, Viewer
from qsmo.platform.record.models import TrailEntry, TrailHead

LETTER = Flow(
    "letter",
    "draft",
    (
        Move("send", ("draft",), "sent", "letter.send"),
        Move("answer", ("sent",), "answered", "letter.answer", not_by=("send",)),
    ),
)

with isolate_apps("qsmo.platform.access"):

    class Letter(Owned):
        """What a customer writes to a provider; everybody may read it once it is answered."""

        audience = Audience(
            reads="letter.read",
            customer="customer",
            provider="provider",
            office=("office", "second_office"),
            person="about",
            public=Q(state="answered"),
        )
        flow = LETTER
        hidden = frozenset({"secret"})

        customer = models.CharField(max_length=10)
        provider = models.CharField(max_length=10)
        office = models.CharField(max_length=10, blank=True)
        second_office = models.CharField(max_length=10, blank=True)
        about = models.CharField(max_length=40, blank=True)
        subject = models.CharField(max_length=20)
        secret = models.CharField(max_length=20, blank=True)
        state = models.CharField(max_length=10, default=LETTER.initial)

        class Meta:
            app_label = "access"
            constraints: ClassVar = [
                states_of(LETTER, "letter"),
                models.UniqueConstraint(fields=["customer", "subject"], name="letter_subject_once"),
            ]

        def clean(self) -> None:
            if self.subject == "nothing":
                raise ValidationError("A letter is about something")

    class Stamp(Owned):
        """What is computed from a letter, and may be computed again."""

        audience = Audience(reads="letter.read", customer="letter__customer", provider="letter__provider")

        letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="+")
        cents = models.IntegerField()

        class Meta:
            app_label = "access"


def _permission(name: str, *roles: str, programs: tuple[str, ...] = ()) -> Permission:
    return Permission(name, f"{name} in words", frozenset(roles), frozenset(programs), "access")


PERMISSIONS = {
    each.name: each
    for each in (
        _permission(
            "letter.read",
            "public", "auditor", "office-director", "provider-admin", "customer-program-manager", "employee",
            programs=("postman",),
        ),
        _permission("letter.write", "customer-program-manager", programs=("postman",)),
        _permission("letter.send", "customer-program-manager"),
        _permission("letter.answer", "provider-admin", "customer-program-manager"),
        _permission("letter.own", "employee"),
    )
}  # fmt: skip

AGENCY, NEIGHBOUR, SELLER = "agency-a", "agency-b", "seller"
MIA = Viewer("Mia", person="mia", held=(Held("customer-program-manager", AGENCY),), via="test")
MAX = Viewer("Max", person="max", held=(Held("customer-program-manager", AGENCY),), via="test")
NINA = Viewer("Nina", person="nina", held=(Held("customer-program-manager", NEIGHBOUR),), via="test")
PAUL = Viewer("Paul", person="paul", held=(Held("provider-admin", SELLER),), via="test")
AUDITOR = Viewer("Ada", person="ada", held=(Held("auditor", "005"),), via="test")


def letter(subject: str = "") -> Letter:
    """A letter of the agency, not on file yet."""
    return Letter(customer=AGENCY, provider=SELLER, subject=subject or new_id()[:20], secret="a word")


def world() -> tuple[object, ...]:
    """Everything that a refusal must leave as it was."""
    return (
        list(Letter.every.order_by("id").values_list()),
        list(Stamp.every.order_by("id").values_list()),
        TrailEntry.objects.count(),
        list(TrailHead.objects.order_by("chain").values_list("chain", "number", "hash")),
    )


@pytest.fixture(scope="session")
def letter_table(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> None:
    """The table of letters, beside those of the product."""
    with django_db_blocker.unblock(), connection.schema_editor() as editor:  # type: ignore[attr-defined]
        editor.create_model(Letter)
        editor.create_model(Stamp)


@pytest.fixture
def letters(letter_table: None, db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Letters and the permissions about them; emptied afterwards, because no migration knows them."""
    stated = policy()
    widened = Policy(stated.roles, {**stated.permissions, **PERMISSIONS})
    monkeypatch.setattr(viewers, "policy", lambda: widened)
    yield
    with connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{Stamp._meta.db_table}"')
        cursor.execute(f'DELETE FROM "{Letter._meta.db_table}"')
