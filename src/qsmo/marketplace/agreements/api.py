"""Agreements over HTTP: general terms and orders, read, drafted, signed and moved."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema

from qsmo.marketplace.agreements import actions, queries
from qsmo.marketplace.agreements.actions import LineDraft, OrderDraft
from qsmo.marketplace.agreements.models import Funding, GeneralTerms, Order
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.api.door import PROBLEMS, Key, PageNumber, PageSize, Word, paged, viewer_of

router = Router(tags=["agreements"])

Cents = Annotated[int, Field(ge=0, le=10**15, description="Whole US cents.")]
SignAs = Literal["requesting_program", "requesting_funding", "servicing_program", "servicing_funding"]
Side = Literal["requesting", "servicing"]
Price = Annotated[
    str, Field(pattern=r"^[0-9]{1,12}(\.[0-9]{1,9})?$", description="Exact dollars, such as 6.3375.")
]


class TermsOut(Schema):
    """General terms; `ends_on` is the first day after."""

    id: str
    number: str
    requesting: str
    servicing: str
    starts_on: date
    ends_on: date
    ceiling_cents: int
    taken_cents: int
    termination_days: int
    authority: str
    authority_citation: str
    is_assisted: bool
    allows_advance: bool
    orders_start: str
    state: str
    amendment: int


class TermsPage(Schema):
    """One page of general terms."""

    items: list[TermsOut]
    page: int
    more: bool


class OrderOut(Schema):
    """An order; `ends_on` is the first day after."""

    id: str
    number: str
    general_terms: str
    requesting: str
    servicing: str
    starts_on: date
    ends_on: date
    need: str
    is_severable: bool
    total_cents: int
    spent_cents: int
    state: str


class OrderPage(Schema):
    """One page of orders."""

    items: list[OrderOut]
    page: int
    more: bool


class PlaceOut(Schema):
    """One of the four places for a signature."""

    capacity: str
    who: str
    at: datetime | None
    is_open: bool


class TermsIn(Schema):
    """General terms to draft."""

    requesting_id: Key
    servicing_id: Key
    starts_on: date
    ends_on: date
    ceiling_cents: Cents
    termination_days: Annotated[int, Field(ge=0, le=3650)]
    authority: Word
    authority_citation: Word = ""
    is_assisted: bool = False
    allows_advance: bool = False
    orders_start: Literal["requesting", "servicing", "either"] = "requesting"


class LineIn(Schema):
    """An order line to draft."""

    plan_id: Key
    words: Word
    quantity: Annotated[int, Field(ge=1, le=10**12)]
    unit: Annotated[str, Field(max_length=60)]
    unit_price: Price
    ceiling_cents: Cents | None = None


class OrderIn(Schema):
    """An order to draft."""

    starts_on: date
    ends_on: date
    need: Annotated[str, Field(max_length=4000)]
    is_severable: bool = True
    lines: Annotated[list[LineIn], Field(max_length=100)]


class AccountIn(Schema):
    """A line of accounting."""

    ata: Annotated[str, Field(max_length=3)] = ""
    aid: Annotated[str, Field(max_length=3)]
    bpoa: Annotated[str, Field(max_length=4)] = ""
    epoa: Annotated[str, Field(max_length=4)] = ""
    availability: Annotated[str, Field(max_length=1)] = ""
    main: Annotated[str, Field(max_length=4)]
    sub: Annotated[str, Field(max_length=3)] = "000"
    betc: Annotated[str, Field(max_length=8)]
    alc: Annotated[str, Field(max_length=8)]
    amount_cents: Cents


class WhyIn(Schema):
    """A reason, where one is asked for."""

    why: Annotated[str, Field(max_length=2000)] = ""


class AmendmentIn(WhyIn):
    """Another ceiling or end."""

    ceiling_cents: Cents | None = None
    ends_on: date | None = None


class EndIn(WhyIn):
    """The first day on which terms no longer hold."""

    ends_on: date


@router.get("/general-terms", response={200: TermsPage, **PROBLEMS})
def list_terms(
    request: HttpRequest, state: Word = "", page: PageNumber = 1, size: PageSize = 25
) -> dict[str, Any]:
    """The general terms that the caller may see."""
    return paged(queries.general_terms(viewer_of(request), state=state), page, size, _terms)


@router.get("/general-terms/{key}", response={200: TermsOut, **PROBLEMS})
def one_terms(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One record of general terms."""
    return _terms(queries.the_terms(viewer_of(request), key))


@router.get("/general-terms/{key}/signatures", response={200: list[PlaceOut], **PROBLEMS})
def terms_signatures(request: HttpRequest, key: Key) -> list[dict[str, Any]]:
    """Who signed general terms, and where the caller may sign."""
    viewer = viewer_of(request)
    return _places(viewer, queries.the_terms(viewer, key))


@router.post("/general-terms", response={200: TermsOut, **PROBLEMS})
def draft_terms(request: HttpRequest, body: TermsIn) -> dict[str, Any]:
    """Draft general terms."""
    return _terms(actions.draft_terms(viewer_of(request), **body.dict()))


@router.post("/general-terms/{key}/sign/{capacity}", response={200: TermsOut, **PROBLEMS})
def sign_terms(request: HttpRequest, key: Key, capacity: SignAs) -> dict[str, Any]:
    """Sign general terms in one capacity."""
    return _terms(actions.sign_terms(viewer_of(request), key, capacity))


@router.post("/general-terms/{key}/amend", response={200: TermsOut, **PROBLEMS})
def amend_terms(request: HttpRequest, key: Key, body: AmendmentIn) -> dict[str, Any]:
    """Propose another ceiling or end."""
    return _terms(actions.amend_terms(viewer_of(request), key, **body.dict()))


@router.post("/general-terms/{key}/terminate", response={200: TermsOut, **PROBLEMS})
def terminate_terms(request: HttpRequest, key: Key, body: EndIn) -> dict[str, Any]:
    """End terms early, with notice."""
    return _terms(actions.terminate_terms(viewer_of(request), key, ends_on=body.ends_on, why=body.why))


@router.post("/general-terms/{key}/{verb}", response={200: TermsOut, **PROBLEMS})
def move_terms(
    request: HttpRequest,
    key: Key,
    verb: Literal["share", "open_approval", "redraft", "close", "reject", "drop_amendment"],
    body: WhyIn,
) -> dict[str, Any]:
    """Share, open for signatures, send back, take up again, refuse an amendment, or close."""
    viewer = viewer_of(request)
    match verb:
        case "reject":
            return _terms(actions.reject_terms(viewer, key, why=body.why))
        case "drop_amendment":
            return _terms(actions.drop_amendment(viewer, key, why=body.why))
    plain = {
        "share": actions.share_terms,
        "open_approval": actions.open_approval,
        "redraft": actions.redraft_terms,
        "close": actions.close_terms,
    }
    return _terms(plain[verb](viewer, key))


@router.get("/orders", response={200: OrderPage, **PROBLEMS})
def list_orders(
    request: HttpRequest,
    state: Word = "",
    general_terms: Word = "",
    page: PageNumber = 1,
    size: PageSize = 25,
) -> dict[str, Any]:
    """The orders that the caller may see."""
    rows = queries.orders(viewer_of(request), state=state, terms_id=general_terms)
    return paged(rows, page, size, _order)


@router.get("/orders/{key}", response={200: OrderOut, **PROBLEMS})
def one_order(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One order."""
    return _order(queries.the_order(viewer_of(request), key))


@router.get("/orders/{key}/signatures", response={200: list[PlaceOut], **PROBLEMS})
def order_signatures(request: HttpRequest, key: Key) -> list[dict[str, Any]]:
    """Who signed an order, and where the caller may sign."""
    viewer = viewer_of(request)
    return _places(viewer, queries.the_order(viewer, key))


@router.post("/general-terms/{key}/orders/new", response={200: OrderOut, **PROBLEMS})
def draft_order(request: HttpRequest, key: Key, body: OrderIn) -> dict[str, Any]:
    """Draft an order under general terms."""
    draft = OrderDraft(body.starts_on, body.ends_on, body.need, body.is_severable)
    lines = [LineDraft(**line.dict()) for line in body.lines]
    return _order(actions.draft_order(viewer_of(request), key, draft, lines))


@router.post("/orders/{key}/fund/{side}", response={200: OrderOut, **PROBLEMS})
def fund_order(
    request: HttpRequest, key: Key, side: Side, body: Annotated[list[AccountIn], Field(max_length=100)]
) -> dict[str, Any]:
    """State one side's accounting."""
    lines = [Funding(**line.dict()) for line in body]
    return _order(actions.fund_order(viewer_of(request), key, side, lines))


@router.post("/orders/{key}/sign/{capacity}", response={200: OrderOut, **PROBLEMS})
def sign_order(request: HttpRequest, key: Key, capacity: SignAs) -> dict[str, Any]:
    """Sign an order in one capacity."""
    return _order(actions.sign_order(viewer_of(request), key, capacity))


@router.post("/orders/{key}/{verb}", response={200: OrderOut, **PROBLEMS})
def move_order(
    request: HttpRequest,
    key: Key,
    verb: Literal["share", "redraft", "complete", "close", "reject", "cancel"],
    body: WhyIn,
) -> dict[str, Any]:
    """Share, send back, take up again, cancel, complete or close."""
    viewer = viewer_of(request)
    match verb:
        case "reject":
            return _order(actions.reject_order(viewer, key, why=body.why))
        case "cancel":
            return _order(actions.cancel_order(viewer, key, why=body.why))
    plain = {
        "share": actions.share_order,
        "redraft": actions.redraft_order,
        "complete": actions.complete_order,
        "close": actions.close_order,
    }
    return _order(plain[verb](viewer, key))


def _terms(row: GeneralTerms) -> dict[str, Any]:
    named = ("id", "number", "starts_on", "ends_on", "ceiling_cents", "taken_cents", "termination_days", "authority",
             "authority_citation", "is_assisted", "allows_advance", "orders_start", "state", "amendment")  # fmt: skip
    sides = {"requesting": row.requesting_id, "servicing": row.servicing_id}
    return {name: getattr(row, name) for name in named} | sides


def _order(row: Order) -> dict[str, Any]:
    named = (
        "id",
        "number",
        "starts_on",
        "ends_on",
        "need",
        "is_severable",
        "total_cents",
        "spent_cents",
        "state",
    )
    sides = {"requesting": row.requesting_id, "servicing": row.servicing_id}
    return {name: getattr(row, name) for name in named} | sides | {"general_terms": row.general_terms_id}


def _places(viewer: Viewer, record: GeneralTerms | Order) -> list[dict[str, Any]]:
    return [
        {"capacity": each.capacity.slug, "who": each.who, "at": each.at, "is_open": each.is_open}
        for each in queries.places(viewer, record)
    ]
