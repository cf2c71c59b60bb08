"""Organisations, people, and the roles that people hold for organisations."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from qsmo.kernel.ids import new_id
from qsmo.platform.access.owned import Audience, Owned
from qsmo.platform.access.viewer import Held, Viewer


class Organisation(models.Model):
    """An agency, bureau, office, provider or oversight body. The id is the code the field uses: `047`, `020/2036`."""

    KINDS = ("agency", "bureau", "office", "provider", "oversight")

    id = models.CharField(primary_key=True, max_length=40)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=12)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )

    objects = models.Manager["Organisation"]()

    class Meta:
        ordering = ("name",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind__in=("agency", "bureau", "office", "provider", "oversight")),
                name="organisation_kind_known",
            )
        ]

    def __str__(self) -> str:
        return self.name


class People(BaseUserManager["Person"]):
    """Finds and makes people by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> Person:
        """Make a person who signs in with an e-mail address."""
        person = self.model(email=self.normalize_email(email), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """Somebody who signs in. What they may do stands in their grants alone; there is no superuser."""

    id = models.CharField(primary_key=True, max_length=40, default=new_id, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = People()

    def __str__(self) -> str:
        return self.name

    def viewer(self, via: str) -> Viewer:
        """This person as a viewer, with the grants that stand now; somebody inactive holds none."""
        held: tuple[Held, ...] = ()
        if self.is_active:
            grants = Grant.unseen("grants say who is looking").filter(person=self).order_by("role")
            rows = grants.values_list("role", "organisation_id", "organisation__name")
            held = tuple(Held(*row) for row in rows)
        return Viewer(name=self.name, person=self.id, held=held, via=via)


class Grant(Owned):
    """A role that a person holds for an organisation."""

    audience = Audience(
        reads="organisation.read",
        customer="organisation_id",
        provider="organisation_id",
        office="organisation_id",
        person="person_id",
    )

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grants")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "organisation", "role"], name="grant_once")
        ]

    def __str__(self) -> str:
        return f"{self.person} as {self.role} for {self.organisation}"
