"""Who walks through the small whole world, and with what browser."""

from __future__ import annotations

from typing import Any

from django.test import Client

from qsmo.platform.access.policy import policy
from tests.access.world import World

SHOWN_TO = (
    "customer-program-manager@073", "customer-funding-official@073", "provider-admin@ibc",
    "provider-funding-official@ibc", "payroll-operator@ibc", "employee@073", "auditor@005", "ledger-accountant@ibc",
    "budget-officer@073", "certifying-officer@073",
)  # fmt: skip
STRANGERS = ("nobody", "public")


def names() -> list[str]:
    """Everybody who walks, by name, known before the world is built."""
    places = {
        "customer": ("073", "080"), "person": ("073", "080"), "provider": ("ibc", "usda-nfc"),
        "office": ("qsmo-hr", "qsmo-fm"), "oversight": ("005",), "public": (),
    }  # fmt: skip
    roles = policy().roles.values()
    return [f"{role.slug}@{key}" for role in roles for key in places[role.side]] + list(STRANGERS)


def browser(world: World, name: str) -> Client:
    """Somebody's browser, already signed in."""
    client = Client(raise_request_exception=False)
    someone = world.people[name]
    if someone is not None:
        client.force_login(someone)
    return client


def content(answer: Any) -> str:
    """What was sent, whole."""
    sent = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return sent.decode(errors="replace")
