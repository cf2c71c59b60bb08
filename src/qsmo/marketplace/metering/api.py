"""Metering over HTTP: readings, sealed answers with their lines, and sealing a closed period."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from qsmo.kernel.period import Period
from qsmo.marketplace.metering import actions, queries
from qsmo.marketplace.metering.models import Reading, SealedUsage, UsageLine
from qsmo.platform.api.door import PROBLEMS, Key, PageNumber, PageSize, Word, paged, viewer_of

router = Router(tags=["metering"])


class ReadingOut(Schema):
    """A period asked for; `ends_on` is the first day after. `state` says what came of it, `findings` why."""

    id: str
    instance: str
    customer: str
    provider: str
    starts_on: date
    ends_on: date
    state: str
    answers: int
    words: str
    findings: list[dict[str, Any]]
    latest: str | None


class ReadingsOut(Schema):
    """One page of readings."""

    items: list[ReadingOut]
    page: int
    more: bool


class SealedOut(Schema):
    """One sealed answer."""

    id: str
    number: int
    digest: str
    lines: int
    signed_by: str
    sealed_at: datetime
    why: str


class UsageOut(Schema):
    """One usage; `quantity` is an exact fraction `n/d`."""

    id: str
    number: int
    meter: str
    starts_on: date
    ends_on: date
    quantity: str
    evidence: str
    words: str


class UsagesOut(Schema):
    """One page of usages."""

    items: list[UsageOut]
    page: int
    more: bool


class SealIn(Schema):
    """What to ask for; `ends_on` is the first day after the period."""

    instance: Key
    starts_on: date
    ends_on: date
    why: Word = ""


@router.get("/readings", response={200: ReadingsOut, **PROBLEMS})
def readings(request: HttpRequest, page: PageNumber = 1, size: PageSize = 25) -> dict[str, Any]:
    """The readings that the caller may see, newest period first."""
    return paged(queries.readings(viewer_of(request)), page, size, _reading)


@router.get("/readings/{key}", response={200: ReadingOut, **PROBLEMS})
def reading(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One reading."""
    return _reading(queries.reading(viewer_of(request), key))


@router.get("/readings/{key}/answers", response={200: list[SealedOut], **PROBLEMS})
def answers(request: HttpRequest, key: Key) -> list[dict[str, Any]]:
    """The sealed answers of a reading, first to latest."""
    viewer = viewer_of(request)
    return [_sealed(each) for each in queries.answers(viewer, queries.reading(viewer, key))]


@router.get("/answers/{key}/lines", response={200: UsagesOut, **PROBLEMS})
def lines(request: HttpRequest, key: Key, page: PageNumber = 1, size: PageSize = 25) -> dict[str, Any]:
    """The lines of a sealed answer, in order."""
    viewer = viewer_of(request)
    return paged(queries.lines(viewer, queries.sealed(viewer, key)), page, size, _usage)


@router.post("/readings", response={200: ReadingOut, **PROBLEMS})
def seal(request: HttpRequest, wanted: SealIn) -> dict[str, Any]:
    """Ask a service for a closed period and seal its answer; the same answer again changes nothing."""
    period = Period(wanted.starts_on, wanted.ends_on)
    return _reading(actions.seal(viewer_of(request), wanted.instance, period, why=wanted.why))


def _reading(row: Reading) -> dict[str, Any]:
    latest = row.latest
    return {
        "id": row.pk,
        "instance": row.instance_id,
        "customer": row.customer_id,
        "provider": row.provider_id,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "state": row.state,
        "answers": row.answers,
        "words": row.words,
        "findings": row.findings,
        "latest": latest.pk if latest else None,
    }


def _sealed(row: SealedUsage) -> dict[str, Any]:
    return {
        "id": row.pk,
        "number": row.number,
        "digest": row.digest,
        "lines": row.line_count,
        "signed_by": row.signed_name,
        "sealed_at": row.made_at,
        "why": row.why,
    }


def _usage(row: UsageLine) -> dict[str, Any]:
    return {
        "id": row.pk,
        "number": row.number,
        "meter": row.meter,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "quantity": row.quantity_exact,
        "evidence": row.evidence,
        "words": row.words,
    }
