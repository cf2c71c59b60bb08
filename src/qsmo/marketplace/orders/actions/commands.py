"""The commands that reach a service, each in three parts: begin (a transaction), ask (none), settle (a transaction).

Between the two transactions the instance is marked as running until its deadline, so that a second command is refused,
and a process that died in between is taken over by the next command once the deadline has passed. What a service
answers is written by the program `orders`; the person who gave the command stands in the trail at its beginning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.marketplace.agreements.actions import start_performance
from qsmo.marketplace.orders.actions.calling import (
    EXPORT_LIMIT_SECONDS,
    LIMIT_SECONDS,
    Kept,
    Outcome,
    ask,
    take_along,
)
from qsmo.marketplace.orders.actions.decisions import refuse_bad_terms, refuse_running
from qsmo.marketplace.orders.actions.keys import Answer, answered, earlier, note
from qsmo.marketplace.orders.flow import SETTLE
from qsmo.marketplace.orders.models import Command, Exported, Instance
from qsmo.platform.access.door import action, add_many, allow, edit, move, one
from qsmo.platform.access.viewer import Viewer, program

MARGIN = timedelta(minutes=1)
WAIT_MAX = timedelta(days=7)
MAY_EXIST = ("raised", "timeout", "half-answer", "waited-too-long")
ORDERS = program("orders")
CLEAR: dict[str, Any] = {"trouble": "", "trouble_seen": "", "findings": [], "words": "", "again_at": None}


@dataclass(frozen=True, slots=True)
class Verb:
    """A command: the permission it asks for, the move that begins it from a state, and the states it goes on in."""

    name: str
    permission: str
    begins: Mapping[str, str]
    goes_on: tuple[str, ...] = ()


PROVISION = Verb("provision", "instance.run", {"approved": "provision", "failed": "retry"}, ("provisioning",))
CHANGE = Verb("change", "instance.change", {"active": "change"}, ("updating",))
EXPORT = Verb("export", "instance.export", {}, ("active", "suspended", "ended"))
LEAVE = Verb(
    "leave", "instance.leave", {"active": "leave", "suspended": "leave"}, ("exiting", "deprovisioning")
)
ABANDON = Verb("abandon", "instance.abandon", dict.fromkeys(("requested", "approved", "failed"), "abandon"))


@dataclass(frozen=True, slots=True)
class Begun:
    """A command that has begun, or the answer to its earlier giving."""

    instance: Instance
    command: str
    repeat: Answer | None = None
    trouble_before: str = ""


def provision(
    viewer: Viewer, /, instance_id: str, *, key: str = "", limit_seconds: int = LIMIT_SECONDS
) -> Answer:
    """Have the service made ready; also asks again while it is waiting, and tries again after a failure.

    Ends active, provisioning (with the instant to ask again) or failed (with the named trouble).
    """
    begun = _begin(viewer, instance_id, PROVISION, {}, key, limit_seconds)
    if begun.repeat is not None:
        return begun.repeat
    outcome = ask(begun.instance.service_slug, "open", begun.instance.subscription, limit_seconds)
    return settle_opened(ORDERS, begun.instance.id, begun.command, _patience(begun.instance, outcome))


def change_terms(
    viewer: Viewer,
    /,
    instance_id: str,
    terms: Mapping[str, str],
    *,
    key: str = "",
    limit_seconds: int = LIMIT_SECONDS,
) -> Answer:
    """Have the service take other terms over. Unless it says done, the terms stay as they were."""
    begun = _begin(viewer, instance_id, CHANGE, {"terms": dict(terms)}, key, limit_seconds)
    if begun.repeat is not None:
        return begun.repeat
    outcome = ask(begun.instance.service_slug, "change", begun.instance.subscription, limit_seconds)
    return settle_changed(ORDERS, begun.instance.id, begun.command, _patience(begun.instance, outcome))


def export(
    viewer: Viewer, /, instance_id: str, *, key: str = "", limit_seconds: int = EXPORT_LIMIT_SECONDS
) -> Answer:
    """Export the customer's data into files that stay listed under their digests; nothing else changes."""
    begun = _begin(viewer, instance_id, EXPORT, {}, key, limit_seconds)
    if begun.repeat is not None:
        return begun.repeat
    outcome, files = take_along(begun.instance.service_slug, begun.instance.subscription, limit_seconds)
    return settle_exported(ORDERS, begun.instance.id, begun.command, outcome, files)


def leave(
    viewer: Viewer, /, instance_id: str, *, key: str = "", limit_seconds: int = EXPORT_LIMIT_SECONDS
) -> Answer:
    """End the use: export first; only when every file is kept, close. Given again, it goes on where it stood."""
    begun = _begin(viewer, instance_id, LEAVE, {}, key, limit_seconds)
    if begun.repeat is not None:
        return begun.repeat
    if begun.instance.state == "exiting":
        outcome, files = take_along(begun.instance.service_slug, begun.instance.subscription, limit_seconds)
        answer = settle_exported(ORDERS, begun.instance.id, begun.command, outcome, files)
        if answer.trouble:
            return answer
    outcome = ask(begun.instance.service_slug, "close", begun.instance.subscription, limit_seconds)
    return settle_closed(ORDERS, begun.instance.id, begun.command, outcome)


def abandon(
    viewer: Viewer, /, instance_id: str, *, why: str, key: str = "", limit_seconds: int = LIMIT_SECONDS
) -> Answer:
    """Give up an instance that never became active. Where a failed opening may have left something behind at the
    provider, it is closed there once; after a plain refusal nothing can be there. Adopted instances are never given up.
    """
    begun = _begin(viewer, instance_id, ABANDON, {"why": why}, key, limit_seconds)
    if begun.repeat is not None:
        return begun.repeat
    outcome = Outcome("Given up: nothing was left at the provider")
    if begun.trouble_before in MAY_EXIST:
        outcome = ask(begun.instance.service_slug, "close", begun.instance.subscription, limit_seconds)
    return settle_abandoned(ORDERS, begun.instance.id, begun.command, outcome)


def poll_due() -> int:
    """Ask again about every instance whose instant has come, or whose process died; answers how many were asked."""
    now = clock.now()
    rows = Instance.seen_by(ORDERS).filter(state__in=("provisioning", "updating", "deprovisioning"))
    asked = 0
    for instance in rows.order_by("again_at", "id"):
        is_running = instance.running_until is not None and instance.running_until > now
        if is_running or (instance.again_at is not None and instance.again_at > now):
            continue
        if instance.again_at is None and not instance.running:
            continue  # in trouble: a person decides
        asked += 1
        match instance.state:
            case "provisioning":
                provision(ORDERS, instance.id)
            case "updating":
                change_terms(ORDERS, instance.id, instance.wanted_terms)
            case _:
                leave(ORDERS, instance.id)
    return asked


def _begin(
    viewer: Viewer, instance_id: str, verb: Verb, content: Mapping[str, Any], key: str, limit_seconds: int
) -> Begun:
    # Durable: the mark must be in the database, and no lock held, before the service is asked.
    with transaction.atomic(durable=True):
        return begin(viewer, instance_id, verb, content, key, limit_seconds)


@action("instance.command")
def begin(
    viewer: Viewer,
    /,
    instance_id: str,
    verb: Verb,
    content: Mapping[str, Any],
    key: str,
    limit_seconds: int,
) -> Begun:
    """Mark an instance as running a command; of two at once exactly one begins."""
    instance = one(Instance, viewer, instance_id)
    allow(viewer, verb.permission, instance)
    full = {"instance": instance.id, **content}
    repeat = earlier(viewer, instance.customer_id, key, verb.name, full)
    if repeat is not None:
        return Begun(instance, "", repeat)
    refuse_running(instance)
    _refuse_unfit(instance, verb, content)
    before = instance.trouble
    command = note(viewer, instance, key, verb.name, full, verb.permission)
    now = clock.now()
    changes: dict[str, Any] = {
        **CLEAR,
        "running": command.id,
        "running_until": now + timedelta(seconds=limit_seconds) + MARGIN,
        "tries": instance.tries + 1,
    }
    name = verb.begins.get(instance.state)
    if name is None and instance.state in verb.goes_on:
        edit(viewer, instance, verb.permission, **changes)
        return Begun(instance, command.id, trouble_before=before)
    changes |= {"began_at": now, "tries": 1}
    if verb is CHANGE:
        changes["wanted_terms"] = dict(content["terms"])
    move(viewer, instance, name or verb.name, why=str(content.get("why", "")), **changes)
    return Begun(instance, command.id, trouble_before=before)


def _refuse_unfit(instance: Instance, verb: Verb, content: Mapping[str, Any]) -> None:
    if verb is CHANGE:
        refuse_bad_terms(instance.service_slug, content["terms"])
        if instance.state == "updating" and content["terms"] != instance.wanted_terms:
            raise Refusal("command-running", "Another change of terms is under way here")
    if verb is ABANDON:
        if not content["why"].strip():
            raise Refusal("reason-missing", "Say why: the other side will read it", status=422)
        if instance.is_adopted:
            raise Refusal("adopted-kept", "This ran before it came here; no failure here ends it")
    if verb is EXPORT and instance.state not in verb.goes_on:
        raise Refusal("not-exportable", f"There is nothing to export while it is {instance.state}")


def _patience(instance: Instance, outcome: Outcome) -> Outcome:
    began = instance.began_at
    if outcome.again_at is None or began is None or clock.now() - began < WAIT_MAX:
        return outcome
    words = f"The service is still not ready after {WAIT_MAX.days} days: {outcome.words}"
    return Outcome(words, "waited-too-long", f"began {began.isoformat()}")


@action(SETTLE)
def settle_opened(viewer: Viewer, /, instance_id: str, command_id: str, outcome: Outcome) -> Answer:
    """Write down what came of opening: active, asked again later, or failed."""
    instance, command = _running(viewer, instance_id, command_id)
    if outcome.trouble:
        move(viewer, instance, "fail", evidence=outcome.evidence, **_trouble(outcome))
    elif outcome.again_at is not None:
        edit(viewer, instance, SETTLE, **_waiting(outcome))
    else:
        move(viewer, instance, "succeed", **_quiet(outcome), active_on=clock.today())
        start_performance(viewer, instance.order_id)
    return answered(viewer, command, instance, SETTLE)


@action(SETTLE)
def settle_changed(viewer: Viewer, /, instance_id: str, command_id: str, outcome: Outcome) -> Answer:
    """Write down what came of a change: the new terms, asked again later, or the old terms with the trouble named."""
    instance, command = _running(viewer, instance_id, command_id)
    if outcome.trouble:
        changes = _trouble(outcome) | {"wanted_terms": {}}
        move(viewer, instance, "change_failed", evidence=outcome.evidence, **changes)
    elif outcome.again_at is not None:
        edit(viewer, instance, SETTLE, **_waiting(outcome))
    else:
        changes = _quiet(outcome) | {"terms": instance.wanted_terms, "wanted_terms": {}}
        move(viewer, instance, "changed", **changes)
    return answered(viewer, command, instance, SETTLE)


@action(SETTLE)
def settle_exported(
    viewer: Viewer, /, instance_id: str, command_id: str, outcome: Outcome, files: list[Kept]
) -> Answer:
    """List the files kept; on the way out, go on to closing with the command still running."""
    instance, command = _running(viewer, instance_id, command_id)
    rows = [
        Exported(
            instance=instance,
            command=command,
            name=file.name,
            media_type=file.media_type,
            digest=file.digest,
            records=file.records,
            size_bytes=file.size_bytes,
        )
        for file in files
    ]
    add_many(viewer, rows, SETTLE)
    if outcome.trouble:
        edit(viewer, instance, SETTLE, **_trouble(outcome))
    elif instance.state == "exiting":
        move(viewer, instance, "exported", words=outcome.words)
    else:
        edit(viewer, instance, SETTLE, **_quiet(outcome))
    return answered(viewer, command, instance, SETTLE)


@action(SETTLE)
def settle_closed(viewer: Viewer, /, instance_id: str, command_id: str, outcome: Outcome) -> Answer:
    """Write down what came of closing: ended, asked again later, or still on the way out with the trouble named."""
    instance, command = _running(viewer, instance_id, command_id)
    if outcome.trouble:
        edit(viewer, instance, SETTLE, **_trouble(outcome))
    elif outcome.again_at is not None:
        edit(viewer, instance, SETTLE, **_waiting(outcome))
    else:
        move(viewer, instance, "end", **_quiet(outcome), ended_on=clock.today())
    return answered(viewer, command, instance, SETTLE)


@action(SETTLE)
def settle_abandoned(viewer: Viewer, /, instance_id: str, command_id: str, outcome: Outcome) -> Answer:
    """Write down whether what might have been left at the provider was closed; if not, the trouble stays named."""
    instance, command = _running(viewer, instance_id, command_id)
    changes = _trouble(outcome) if outcome.trouble else _quiet(outcome)
    edit(viewer, instance, SETTLE, **changes)
    return answered(viewer, command, instance, SETTLE)


def _running(viewer: Viewer, instance_id: str, command_id: str) -> tuple[Instance, Command]:
    instance = one(Instance, viewer, instance_id)
    if instance.running != command_id:
        words = (
            "This command took longer than its deadline, and another one took over; its answer is not used"
        )
        raise Refusal("command-overtaken", words)
    return instance, one(Command, viewer, command_id)


def _quiet(outcome: Outcome) -> dict[str, Any]:
    return {**CLEAR, "running": "", "running_until": None, "words": outcome.words}


def _waiting(outcome: Outcome) -> dict[str, Any]:
    return {**_quiet(outcome), "again_at": outcome.again_at}


def _trouble(outcome: Outcome) -> dict[str, Any]:
    return {
        **_quiet(outcome),
        "trouble": outcome.trouble,
        "trouble_seen": outcome.evidence,
        "findings": [finding.as_dict() for finding in outcome.findings],
    }
