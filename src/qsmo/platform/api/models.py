"""API keys: shown once when made, kept only as a digest, ended but never deleted."""

from __future__ import annotations

import hashlib
import secrets

from django.db import models

from qsmo.kernel import clock
from qsmo.platform.access.models import Person
from qsmo.platform.access.owned import Audience, Owned
from qsmo.platform.access.viewer import Viewer


class ApiKey(Owned):
    """A key with which a program acts as the person who made it, with that person's grants of the moment."""

    audience = Audience(reads="key.read", person="person_id")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="keys")
    name = models.CharField(max_length=80)
    start = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    ended_at = models.DateTimeField(null=True)

    hidden = frozenset({"digest"})

    def __str__(self) -> str:
        return f"{self.name} ({self.start}…)"


def new_secret() -> str:
    """A new key: 256 random bits behind a prefix that scanners of leaked secrets recognise."""
    return f"qsmo_{secrets.token_urlsafe(32)}"


def secret_digest(secret: str) -> str:
    """What is stored of a key."""
    return hashlib.sha256(secret.encode()).hexdigest()


def key_viewer(secret: str) -> Viewer | None:
    """The viewer that a key stands for, or None when it is unknown or ended."""
    rows = ApiKey.unseen("the key itself says who is looking").select_related("person")
    key = rows.filter(digest=secret_digest(secret)).first()
    if key is None or not key.person.is_active or (key.ended_at is not None and key.ended_at <= clock.now()):
        return None
    return key.person.viewer("key")
