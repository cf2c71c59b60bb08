"""Subscriptions over HTTP: read, requested, commanded. Commands take an idempotency key in `Idempotency-Key`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Header, Router, Schema

from qsmo.marketplace.orders import actions, queries
from qsmo.marketplace.orders.models import Exported, Instance
from qsmo.platform.api.door import PROBLEMS, Key, PageNumber, PageSize, Word, paged, viewer_of

router = Router(tags=["orders"])

Once = Annotated[str, Header(alias="Idempotency-Key", max_length=80)]
Terms = Annotated[dict[Annotated[str, Field(max_length=60)], Word], Field(max_length=60)]
Why = Annotated[str, Field(max_length=2000)]


class InstanceOut(Schema):
    """One customer's use of a service; `trouble` names why the last command came to nothing."""

    id: str
    order: str
    line: str
    customer: str
    provider: str
    service: str
    terms: dict[str, str]
    state: str
    is_adopted: bool
    active_on: date | None
    ended_on: date | None
    again_at: datetime | None
    words: str
    trouble: str
    findings: list[dict[str, Any]]


class InstancePage(Schema):
    """One page of subscriptions."""

    items: list[InstanceOut]
    page: int
    more: bool


class ExportFileOut(Schema):
    """An exported file."""

    id: str
    name: str
    media_type: str
    digest: str
    records: int
    size_bytes: int


class FilePage(Schema):
    """One page of exported files."""

    items: list[ExportFileOut]
    page: int
    more: bool


class AnswerOut(Schema):
    """What a command came to."""

    instance: str
    state: str
    words: str
    trouble: str
    is_repeat: bool


class RequestIn(Schema):
    """The order line to use, and the terms."""

    line_id: Key
    terms: Terms = {}


class SubscriptionTermsIn(Schema):
    """New terms."""

    terms: Terms


class SubscriptionWhyIn(Schema):
    """A reason, where one is asked for."""

    why: Why = ""


@router.get("/instances", response={200: InstancePage, **PROBLEMS})
def list_instances(
    request: HttpRequest, state: Word = "", order: Word = "", page: PageNumber = 1, size: PageSize = 25
) -> dict[str, Any]:
    """The subscriptions that the caller may see."""
    return paged(queries.instances(viewer_of(request), state=state, order_id=order), page, size, _instance)


@router.get("/instances/{key}", response={200: InstanceOut, **PROBLEMS})
def one_instance(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One subscription."""
    return _instance(queries.the_instance(viewer_of(request), key))


@router.get("/instances/{key}/files", response={200: FilePage, **PROBLEMS})
def list_files(request: HttpRequest, key: Key, page: PageNumber = 1, size: PageSize = 25) -> dict[str, Any]:
    """The files exported from a subscription."""
    viewer = viewer_of(request)
    return paged(queries.files_of(viewer, queries.the_instance(viewer, key)), page, size, _file)


@router.post("/instances", response={200: AnswerOut, **PROBLEMS})
def request_instance(request: HttpRequest, body: RequestIn, once: Once = "") -> dict[str, Any]:
    """Request the use of what an order line bought."""
    return asdict(actions.request(viewer_of(request), body.line_id, body.terms, key=once))


@router.post("/instances/{key}/terms", response={200: AnswerOut, **PROBLEMS})
def change_terms(
    request: HttpRequest, key: Key, body: SubscriptionTermsIn, once: Once = ""
) -> dict[str, Any]:
    """Change a subscription's terms."""
    return asdict(actions.change_terms(viewer_of(request), key, body.terms, key=once))


@router.post("/instances/{key}/{verb}", response={200: AnswerOut, **PROBLEMS})
def command(
    request: HttpRequest,
    key: Key,
    verb: Literal["provision", "export", "leave", "abandon"],
    body: SubscriptionWhyIn,
    once: Once = "",
) -> dict[str, Any]:
    """Make ready (or ask or try again), export, end with the data exported first, or give up."""
    viewer = viewer_of(request)
    if verb == "abandon":
        return asdict(actions.abandon(viewer, key, why=body.why, key=once))
    verbs = {"provision": actions.provision, "export": actions.export, "leave": actions.leave}
    return asdict(verbs[verb](viewer, key, key=once))


@router.post("/instances/{key}/decide/{verb}", response={200: InstanceOut, **PROBLEMS})
def decide(
    request: HttpRequest,
    key: Key,
    verb: Literal["approve", "suspend", "resume", "stay"],
    body: SubscriptionWhyIn,
) -> dict[str, Any]:
    """Approve, suspend, resume, or call an exit off."""
    viewer = viewer_of(request)
    if verb == "approve":
        return _instance(actions.approve(viewer, key))
    verbs = {"suspend": actions.suspend, "resume": actions.resume, "stay": actions.stay}
    return _instance(verbs[verb](viewer, key, why=body.why))


def _instance(row: Instance) -> dict[str, Any]:
    named = (
        "id",
        "terms",
        "state",
        "is_adopted",
        "active_on",
        "ended_on",
        "again_at",
        "words",
        "trouble",
        "findings",
    )
    others = {
        "order": row.order_id,
        "line": row.line_id,
        "customer": row.customer_id,
        "provider": row.provider_id,
        "service": row.service_slug,
    }
    return {name: getattr(row, name) for name in named} | others


def _file(row: Exported) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ExportFileOut.model_fields}
