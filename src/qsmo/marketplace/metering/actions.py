"""Asking a service for a closed period and sealing its answer; an answer that cannot be sealed leaves a named state."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from itertools import islice

import structlog
from django.db import connection, transaction

from qsmo.contract.documents import Usage
from qsmo.contract.service import Manifest, Service, Subscription
from qsmo.kernel import clock
from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.ids import plain
from qsmo.kernel.period import Period
from qsmo.marketplace.metering.flow import SEAL
from qsmo.marketplace.metering.models import Reading, SealedUsage, UsageLine
from qsmo.marketplace.metering.rules import (
    answer_digest,
    askable_on,
    canonical_order,
    overlapping,
    usage_findings,
)
from qsmo.marketplace.orders.actions import calling
from qsmo.marketplace.orders.models import Instance
from qsmo.platform.access.door import action, add, add_many, allow, move, one
from qsmo.platform.access.viewer import Viewer

LOG = structlog.get_logger("qsmo.metering")
LIMIT_SECONDS = 120
MOST_LINES = 200_000
MOST_FINDINGS = 100


def seal(
    viewer: Viewer, /, instance_id: str, period: Period, *, why: str = "", limit_seconds: int = LIMIT_SECONDS
) -> Reading:
    """Ask for a closed period and seal the answer. The reading's `state` says what came of it.

    `sealed`: the answer is kept; the same answer again is the same record, another one is a further, numbered answer.
    `unanswered`: the service raised, or did not answer within the limit; `rejected`: the answer has findings. In both
    nothing is sealed.
    `asked`: the process that asked ended before the answer; seal again.
    Refused (409): the period is not closed yet (with the day from which it can be asked), or it shares days with
    another period asked for; and, once an answer is sealed, a later one that is missing or wrong.
    """
    reading, service, sub = _begin(viewer, instance_id, period)
    # Asked outside of any transaction: a slow service holds up nobody else's writing.
    try:
        answer = _ask(service, sub, period, limit_seconds)
    except Refusal as refusal:
        return _miss(viewer, reading.pk, refusal.words, refusal.findings)
    return _keep(viewer, reading.pk, service.manifest, answer, why)


@action(SEAL)
def _begin(viewer: Viewer, /, instance_id: str, period: Period) -> tuple[Reading, Service, Subscription]:
    instance = one(Instance, viewer, instance_id)
    # The subscription is locked: two who ask at the same moment come one after the other.
    Instance.seen_by(viewer).select_for_update().get(pk=instance.pk)
    allow(viewer, SEAL, _draft(instance, period))
    service = instance.service
    if service is None:
        named = f" (“{instance.service_slug}”)" if instance.service_slug else ""
        words = f"This subscription is delivered by people, or by a service not installed here{named}"
        raise Refusal("usage-no-service", f"{words}; it has no meters that can be asked")
    _refuse_open(service, period)
    return _reading(viewer, instance, period), service, instance.subscription


@action(SEAL)
def _miss(viewer: Viewer, /, reading_id: str, words: str, found: tuple[Finding, ...]) -> Reading:
    return _unsealed(viewer, _locked(viewer, reading_id), "miss", words, found)


@action(SEAL)
def _keep(
    viewer: Viewer, /, reading_id: str, manifest: Manifest, answer: tuple[object, ...], why: str
) -> Reading:
    reading = _locked(viewer, reading_id)
    found = usage_findings(manifest, reading.during, answer)
    if found:
        words = f"{manifest.name}: {len(found):,} things are wrong with the answer; nothing was sealed"
        return _unsealed(viewer, reading, "reject", words, found)
    return _sealed(viewer, reading, [each for each in answer if isinstance(each, Usage)], why)


def _locked(viewer: Viewer, reading_id: str) -> Reading:
    """The reading, locked until the transaction ends: of two answers at once the second is compared with the first."""
    return Reading.seen_by(viewer).select_for_update().get(pk=reading_id)


def _draft(instance: Instance, period: Period) -> Reading:
    return Reading(
        instance=instance,
        customer_id=instance.customer_id,
        provider_id=instance.provider_id,
        starts_on=period.start,
        ends_on=period.end,
    )


def _refuse_open(service: Service, period: Period) -> None:
    first = askable_on(service.manifest, period)
    today = clock.today()
    if today < first:
        words = f"Usage of {period} can still change. It can be asked from {first} on; today is {today}."
        raise Refusal("usage-open", words)


def _reading(viewer: Viewer, instance: Instance, period: Period) -> Reading:
    """The reading of this period, new where there is none; refused where another shares days with it."""
    others = Reading.seen_by(viewer).filter(
        instance=instance, starts_on__lt=period.end, ends_on__gt=period.start
    )
    there = {reading.during: reading for reading in others}
    if period in there:
        return there[period]
    crossing = overlapping(period, list(there))
    if crossing is not None:
        words = f"{period} shares days with {crossing}, which was asked for before; no day is metered twice"
        raise Refusal("usage-overlap", words)
    return add(viewer, _draft(instance, period), SEAL)


def _ask(service: Service, sub: Subscription, period: Period, limit_seconds: int) -> tuple[object, ...]:
    """The service's whole answer; whatever it raises, and that it does not answer, becomes a refusal with words."""

    def asked() -> object:
        try:
            return tuple(islice(service.usage(sub, period), MOST_LINES + 1))
        except Refusal as refusal:
            return refusal

    answer = _on_this_thread(asked) if connection.in_atomic_block else calling.answered(asked, limit_seconds)
    if isinstance(answer, Refusal):
        raise answer
    if isinstance(answer, calling.Outcome):
        LOG.error(
            "service did not answer", service=service.manifest.slug, period=str(period), seen=answer.evidence
        )
        seen = answer.evidence.strip().rpartition("\n")[2] if answer.trouble == "raised" else answer.words
        raise Refusal("usage-unanswered", f"{service.manifest.name} did not answer for {period}: {seen}")
    found = answer if isinstance(answer, tuple) else ()
    if len(found) > MOST_LINES:
        words = (
            f"{service.manifest.name} answered with more than {MOST_LINES:,} usages; it must answer with sums"
        )
        raise Refusal("usage-too-long", words)
    return found


def _on_this_thread(asked: Callable[[], object]) -> object:
    """The same inside a caller's transaction, whose rows no other connection sees: without a deadline, undone whole."""
    try:
        with transaction.atomic():
            return asked()
    except Exception as error:
        said = "".join(traceback.format_exception(error))
        return calling.Outcome(f"The service broke down: {type(error).__name__}", "raised", said)


def _unsealed(viewer: Viewer, reading: Reading, name: str, words: str, found: tuple[Finding, ...]) -> Reading:
    if reading.answers:
        words = f"{words}. Answer {reading.answers} stays as it is sealed."
        raise Refusal("usage-not-sealed", words, findings=found[:MOST_FINDINGS])
    kept = [plain(each.as_dict()) for each in found[:MOST_FINDINGS]]
    return move(viewer, reading, name, words=words, findings=kept)


def _sealed(viewer: Viewer, reading: Reading, usages: list[Usage], why: str) -> Reading:
    digest = answer_digest(reading.instance_id, reading.during, usages)
    latest = reading.latest
    if latest is not None and latest.digest == digest:
        return reading
    sides = {"customer_id": reading.customer_id, "provider_id": reading.provider_id}
    sealed = SealedUsage(
        reading=reading,
        number=reading.answers + 1,
        digest=digest,
        line_count=len(usages),
        signed_by=viewer.actor,
        signed_name=viewer.name,
        why=why,
        **sides,
    )
    add(viewer, sealed, SEAL, why=why)
    lines = [
        UsageLine(
            sealed=sealed,
            number=number,
            meter=usage.meter,
            starts_on=usage.during.start,
            ends_on=usage.during.end,
            quantity_exact=plain(usage.quantity),
            evidence=usage.evidence,
            words=usage.words,
            **sides,
        )
        for number, usage in enumerate(canonical_order(usages), start=1)
    ]
    add_many(viewer, lines, SEAL)
    return move(viewer, reading, "seal", why=why, answers=sealed.number, words="", findings=[])
