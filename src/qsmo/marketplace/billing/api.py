"""Billing over HTTP: bills, lines and why they are what they are, how all ties, and the moves of a bill."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema

from qsmo.kernel.period import Period
from qsmo.marketplace.billing import actions, queries
from qsmo.marketplace.billing.models import Bill, BillLine, Settlement
from qsmo.platform.api.door import PROBLEMS, Key, PageNumber, PageSize, Word, paged, viewer_of

router = Router(tags=["billing"])


class BillOut(Schema):
    """A bill; `ends_on` is the first day after its period, `total_cents` the sum of its lines."""

    id: str
    instance: str
    order: str
    plan: str
    customer: str
    provider: str
    starts_on: date
    ends_on: date
    state: str
    calculation: int
    total_cents: int
    digest: str
    issued_on: date | None
    accepted_on: date | None


class BillsOut(Schema):
    """One page of bills."""

    items: list[BillOut]
    page: int
    more: bool


class BillLineOut(Schema):
    """A line; `quantity` of the whole usage and `unit_cents` are exact fractions `n/d`."""

    id: str
    number: int
    kind: str
    meter: str
    quantity: str
    starts_on: date
    ends_on: date
    usage_starts_on: date
    usage_ends_on: date
    unit_cents: str
    amount_cents: int
    worked_out: str
    usage: str
    price: str
    corrects: str | None


class LinesOut(Schema):
    """One page of lines."""

    items: list[BillLineOut]
    page: int
    more: bool


class ExplainedOut(Schema):
    """Why a line is what it is; pairs are name and value."""

    label: str
    amount: str
    rule: str
    inputs: list[tuple[str, str]]
    table: str
    version: str
    source: str
    cite: str
    steps: list[str]
    evidence: list[tuple[str, str]]
    is_invented: bool


class BillCheckOut(Schema):
    """One comparison with its two figures."""

    words: str
    left: str
    right: str
    holds: bool


class BillTieOut(Schema):
    """All comparisons of a bill."""

    holds: bool
    checks: list[BillCheckOut]


class SettlementOut(Schema):
    """The settlement of a bill."""

    id: str
    bill: str
    amount_cents: int
    state: str
    reference: str
    confirmed_on: date | None


class BillIn(Schema):
    """What to bill; `ends_on` is the first day after the period."""

    instance: Key
    starts_on: date
    ends_on: date


class ConfirmIn(Schema):
    """Treasury's confirmation."""

    reference: Word


@router.get("/bills", response={200: BillsOut, **PROBLEMS})
def bills(request: HttpRequest, page: PageNumber = 1, size: PageSize = 25) -> dict[str, Any]:
    """The bills that the caller may see, newest period first."""
    return paged(queries.bills(viewer_of(request)), page, size, _bill)


@router.post("/bills", response={200: BillOut, **PROBLEMS})
def calculate(request: HttpRequest, wanted: BillIn) -> dict[str, Any]:
    """Open and calculate the bill of a subscription and period; the same again changes nothing."""
    viewer = viewer_of(request)
    made = actions.open_bill(viewer, wanted.instance, Period(wanted.starts_on, wanted.ends_on))
    return _bill(actions.calculate(viewer, made.pk))


@router.get("/bills/{key}", response={200: BillOut, **PROBLEMS})
def bill(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One bill."""
    return _bill(queries.bill(viewer_of(request), key))


@router.get("/bills/{key}/lines", response={200: LinesOut, **PROBLEMS})
def lines(request: HttpRequest, key: Key, page: PageNumber = 1, size: PageSize = 25) -> dict[str, Any]:
    """The lines of a bill, in order."""
    viewer = viewer_of(request)
    return paged(queries.lines(viewer, queries.bill(viewer, key)), page, size, _line)


@router.get("/lines/{key}", response={200: ExplainedOut, **PROBLEMS})
def explain(request: HttpRequest, key: Key) -> dict[str, Any]:
    """Why a line is what it is."""
    return asdict(queries.explain_line(viewer_of(request), key))


@router.get("/bills/{key}/tie", response={200: BillTieOut, **PROBLEMS})
def tie(request: HttpRequest, key: Key) -> dict[str, Any]:
    """Whether usage, lines, bill, settlement and the books of both sides agree."""
    tied = queries.tie(viewer_of(request), key)
    checks = [{**asdict(each), "holds": each.holds} for each in tied.checks]
    return {"holds": tied.holds, "checks": checks}


@router.post("/bills/{key}/{verb}", response={200: BillOut, **PROBLEMS})
def act(request: HttpRequest, key: Key, verb: Literal["review", "issue", "accept"]) -> dict[str, Any]:
    """Put under review, issue, or accept a bill."""
    moves = {"review": actions.review, "issue": actions.issue, "accept": actions.accept}
    return _bill(moves[verb](viewer_of(request), key))


@router.post("/settlements/{bill_key}", response={200: SettlementOut, **PROBLEMS})
def schedule(request: HttpRequest, bill_key: Key) -> dict[str, Any]:
    """Schedule the settlement of an accepted bill; again it is the same settlement."""
    return _settlement(actions.schedule(viewer_of(request), bill_key))


@router.post("/settlements/{key}/send", response={200: SettlementOut, **PROBLEMS})
def send(request: HttpRequest, key: Key) -> dict[str, Any]:
    """Note that a settlement went to Treasury."""
    return _settlement(actions.send(viewer_of(request), key))


@router.post("/settlements/{key}/confirm", response={200: SettlementOut, **PROBLEMS})
def confirm(request: HttpRequest, key: Key, said: ConfirmIn) -> dict[str, Any]:
    """Note Treasury's confirmation of a settlement."""
    return _settlement(actions.confirm(viewer_of(request), key, reference=said.reference))


def _bill(row: Bill) -> dict[str, Any]:
    named = (
        "starts_on",
        "ends_on",
        "state",
        "calculation",
        "total_cents",
        "digest",
        "issued_on",
        "accepted_on",
    )
    return {
        **{name: getattr(row, name) for name in named},
        "id": row.pk,
        "instance": row.instance_id,
        "order": row.order_id,
        "plan": row.plan_id,
        "customer": row.customer_id,
        "provider": row.provider_id,
    }


def _line(row: BillLine) -> dict[str, Any]:
    named = (
        "number",
        "kind",
        "meter",
        "starts_on",
        "ends_on",
        "usage_starts_on",
        "usage_ends_on",
        "amount_cents",
    )
    return {
        **{name: getattr(row, name) for name in named},
        "id": row.pk,
        "quantity": row.quantity_exact,
        "unit_cents": row.unit_exact,
        "worked_out": row.sum_words,
        "usage": row.usage_line_id,
        "price": row.price_id,
        "corrects": row.corrects_id,
    }


def _settlement(row: Settlement) -> dict[str, Any]:
    return {
        "id": row.pk,
        "bill": row.bill_id,
        "amount_cents": row.amount_cents,
        "state": row.state,
        "reference": row.reference,
        "confirmed_on": row.confirmed_on,
    }
