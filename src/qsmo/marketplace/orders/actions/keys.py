"""Idempotency: a command's key, what it asked, and its first answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from qsmo.kernel.finding import Refusal
from qsmo.kernel.ids import digest, new_id
from qsmo.marketplace.orders.models import Command, Instance
from qsmo.platform.access.door import add, edit
from qsmo.platform.access.viewer import Viewer

KEY_LENGTH_MAX = 80
READ = "instance.read"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command came to. `is_repeat` says that the same key had been answered before, and this is that answer."""

    instance: str
    state: str
    words: str = ""
    trouble: str = ""
    is_repeat: bool = False


def earlier(
    viewer: Viewer, customer_id: str, key: str, verb: str, content: Mapping[str, Any]
) -> Answer | None:
    """The first answer to a key, or None when the key is new. The key with other content is refused (409)."""
    if len(key) > KEY_LENGTH_MAX:
        words = f"An idempotency key has at most {KEY_LENGTH_MAX} characters"
        raise Refusal("key-too-long", words, status=422)
    there = Command.seen_by(viewer).filter(customer_id=customer_id, key=key).first() if key else None
    if there is None:
        return None
    if (there.verb, there.content) != (verb, digest(dict(content))):
        words = f"The key “{key}” was used before, for something else; use a key of its own for each command"
        raise Refusal("key-reused", words)
    return replace(Answer(**there.answer), is_repeat=True)


def note(
    viewer: Viewer, instance: Instance, key: str, verb: str, content: Mapping[str, Any], permission: str
) -> Command:
    """Keep a command with its key (one is made where none is given) and its answer so far."""
    command = Command(
        customer_id=instance.customer_id,
        provider_id=instance.provider_id,
        instance=instance,
        key=key or new_id(),
        verb=verb,
        content=digest(dict(content)),
        answer=asdict(answer_of(instance)),
    )
    try:
        return add(viewer, command, permission)
    except Refusal as refusal:
        if refusal.code != "conflict":
            raise
        words = f"The key “{command.key}” is in use at this moment; ask again for its answer"
        raise Refusal("command-running", words) from refusal


def answered(viewer: Viewer, command: Command, instance: Instance, permission: str) -> Answer:
    """Write the command's answer down as the instance now stands."""
    answer = answer_of(instance)
    edit(viewer, command, permission, answer=asdict(answer))
    return answer


def answer_of(instance: Instance) -> Answer:
    """How the instance stands."""
    return Answer(instance.id, instance.state, instance.words, instance.trouble)
