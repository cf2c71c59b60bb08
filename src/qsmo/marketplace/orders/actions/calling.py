"""A service called so that whatever it does leaves a named outcome: done, waiting, refused, or in a named trouble.

The call runs in a thread of its own and is waited for until a deadline. Python cannot stop a thread: one that hangs is
left behind, its late answer is heard by nobody, and the next command repeats the verb, which the contract makes safe.
"""

from __future__ import annotations

import contextvars
import queue
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import connections

from qsmo.contract.service import Done, ExportedFile, Refused, Service, Subscription, Waiting
from qsmo.kernel.finding import Finding
from qsmo.platform import plugs
from qsmo.platform.store import files

LIMIT_SECONDS = 30
EXPORT_LIMIT_SECONDS = 600
EVIDENCE_LENGTH_MAX = 4000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call. `trouble` is empty when it is done or waiting; `again_at` is set when it is waiting."""

    words: str = ""
    trouble: str = ""
    evidence: str = ""
    findings: tuple[Finding, ...] = ()
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """One exported file after its content went to the store."""

    name: str
    media_type: str
    digest: str
    records: int
    size_bytes: int


def ask(slug: str, verb: str, subscription: Subscription, limit_seconds: int = LIMIT_SECONDS) -> Outcome:
    """Call `open`, `change` or `close` of a service. An offering without a service is done by hand: always done."""
    if not slug:
        return Outcome("Nothing to do by machine: this offering is delivered by people")
    service = plugs.services().get(slug)
    if service is None:
        return _absent(slug)
    return _read(_within(lambda: getattr(service, verb)(subscription), limit_seconds))


def take_along(
    slug: str, subscription: Subscription, limit_seconds: int = EXPORT_LIMIT_SECONDS
) -> tuple[Outcome, list[Kept]]:
    """Export a subscription's data into the store; the files count only when every one of them came whole."""
    if not slug:
        return Outcome("Nothing is kept by machine: there is nothing to export"), []
    service = plugs.services().get(slug)
    if service is None:
        return _absent(slug), []
    answer = _within(lambda: _keep(service, subscription), limit_seconds)
    if isinstance(answer, Outcome):
        return answer, []
    if isinstance(answer, list):
        return Outcome(f"{len(answer)} files exported"), answer
    return _half(answer), []


def _keep(service: Service, subscription: Subscription) -> object:
    kept: list[Kept] = []
    for file in service.export(subscription):
        if not isinstance(file, ExportedFile) or not file.name or file.name in {each.name for each in kept}:
            return file
        digest = files.put(file.pieces)
        size = files.path(digest).stat().st_size
        kept.append(Kept(file.name, file.media_type, digest, file.records, size))
    return kept


def answered(work: Callable[[], object], limit_seconds: int) -> object:
    """The answer of any other piece of a service's work, or the `Outcome` that names its trouble."""
    return _within(work, limit_seconds)


def _within(work: Callable[[], object], limit_seconds: int) -> object:
    """The answer of a piece of work, or the outcome that says that it raised or did not answer in time."""
    answers: queue.SimpleQueue[object] = queue.SimpleQueue()
    context = contextvars.copy_context()

    def run() -> None:
        try:
            answers.put(context.run(work))
        except BaseException as error:  # a service that calls exit() is in trouble like any other that raises
            said = "".join(traceback.format_exception(error))[-EVIDENCE_LENGTH_MAX:]
            words = f"The service broke down: {type(error).__name__}"
            answers.put(Outcome(words, "raised", said))
        finally:
            connections.close_all()

    threading.Thread(target=run, daemon=True, name="service-call").start()
    try:
        return answers.get(timeout=limit_seconds)
    except queue.Empty:
        words = f"The service did not answer within {limit_seconds} seconds"
        return Outcome(words, "timeout", f"waited {limit_seconds} s")


def _read(answer: object) -> Outcome:
    match answer:
        case Outcome():
            return answer
        case Done(words=str()):
            return Outcome(answer.words)
        case Waiting(words=str(), again=datetime(tzinfo=zone)) if zone is not None:
            return Outcome(answer.words, again_at=answer.again)
        case Refused(words=str(), findings=tuple()) if all(
            isinstance(each, Finding) for each in answer.findings
        ):
            return Outcome(answer.words, "refused", findings=answer.findings)
        case _:
            return _half(answer)


def _half(answer: object) -> Outcome:
    words = "The service gave an answer that the contract does not know"
    return Outcome(words, "half-answer", repr(answer)[:EVIDENCE_LENGTH_MAX])


def _absent(slug: str) -> Outcome:
    known = ", ".join(sorted(plugs.services())) or "none"
    return Outcome(f"The service “{slug}” is not installed here", "no-service", f"installed are: {known}")
