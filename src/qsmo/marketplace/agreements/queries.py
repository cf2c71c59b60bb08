"""What a viewer may know of general terms and orders: lists, one with everything about it, and who signs next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from qsmo.kernel.flow import Flow
from qsmo.marketplace.agreements.flow import CAPACITIES, Capacity
from qsmo.marketplace.agreements.models import Funding, GeneralTerms, Order, OrderLine, Signature
from qsmo.marketplace.catalogue.models import Plan
from qsmo.platform.access.door import barring, one
from qsmo.platform.access.viewer import Viewer, program
from qsmo.platform.access.waiting import MOST, Waiting, by_moves, oldest, open_to

Step = tuple[str, str, str]
AGREEMENTS = program("agreements")


@dataclass(frozen=True, slots=True)
class Place:
    """One of the four places for a signature: who signed and when, or whether this viewer may sign there now."""

    capacity: Capacity
    who: str = ""
    at: datetime | None = None
    is_open: bool = False


def general_terms(viewer: Viewer, *, state: str = "", text: str = "") -> QuerySet[GeneralTerms]:
    """The general terms a viewer may see, newest first, narrowed by state and by part of their number."""
    rows = GeneralTerms.seen_by(viewer).select_related("requesting", "servicing")
    rows = rows.filter(state=state) if state else rows
    return rows.filter(number__icontains=text) if text else rows


def orders(viewer: Viewer, *, state: str = "", text: str = "", terms_id: str = "") -> QuerySet[Order]:
    """The orders a viewer may see, newest first, narrowed by state, part of their number, and general terms."""
    rows = Order.seen_by(viewer).select_related("requesting", "servicing", "general_terms")
    rows = rows.filter(general_terms_id=terms_id) if terms_id else rows
    rows = rows.filter(state=state) if state else rows
    return rows.filter(number__icontains=text) if text else rows


def the_terms(viewer: Viewer, terms_id: str) -> GeneralTerms:
    """One record of general terms; refused (404) when the viewer may not see it."""
    return one(GeneralTerms, viewer, terms_id)


def the_order(viewer: Viewer, order_id: str) -> Order:
    """One order; refused (404) when the viewer may not see it."""
    return one(Order, viewer, order_id)


def plans_for(viewer: Viewer, terms: GeneralTerms) -> list[Plan]:
    """The plans that may be ordered under general terms: those that the servicing side has published."""
    rows = Plan.seen_by(viewer).filter(offering__provider_id=terms.servicing_id, offering__state="published")
    return list(rows.select_related("offering").order_by("offering__name", "name"))


def lines_of(order: Order) -> list[OrderLine]:
    """The present lines of an order, each with its plan and offering, which may have gone from the catalog since."""
    plan = Prefetch("plan", Plan.seen_by(AGREEMENTS).select_related("offering"))
    return list(order.present_lines.prefetch_related(plan).order_by("number"))


def funding_of(order: Order) -> list[Funding]:
    """The present accounting of both sides of an order."""
    return list(order.present_funding.order_by("side", "number"))


def places(viewer: Viewer, record: GeneralTerms | Order) -> list[Place]:
    """The four places for signatures of the present round."""
    signed = {each.capacity: each for each in record.signatures.filter(round=record.round)}
    has_signed = any(each.person_id == viewer.person for each in signed.values())
    moves = {move.name: move for move in record.flow.legal(record.state)} if record.flow else {}
    found = []
    for capacity in CAPACITIES:
        there = signed.get(capacity.slug)
        if there is not None:
            found.append(Place(capacity, there.person_name, there.made_at))
            continue
        move = moves.get(capacity.move)
        barred = has_signed or (capacity.funding and record.prepared_by_id == viewer.person)
        may = move is not None and not barred and viewer.may(move.permission, record)
        found.append(Place(capacity, is_open=may and move is not None and not barring(viewer, record, move)))
    return found


def open_moves(viewer: Viewer, record: GeneralTerms | Order) -> set[str]:
    """The names of the moves, other than signatures, that this viewer may make now."""
    legal = record.flow.legal(record.state) if record.flow else ()
    return {
        move.name
        for move in legal
        if not move.name.startswith("sign_") and viewer.may(move.permission, record)
    }


FORWARD = {
    "share": "Share for signature",
    "open_approval": "Open for signatures",
    "redraft": "Take up again after it was sent back",
}
"""The moves, other than signatures, without which an agreement does not go on."""


def waiting(viewer: Viewer, most: int = MOST) -> Iterator[Waiting]:
    """The oldest general terms and orders that the viewer may sign, share or take up again now."""
    for rows, page, link in (
        (general_terms(viewer), "agreements:terms", "general_terms"),
        (orders(viewer), "agreements:order", "order"),
    ):
        for record, what in (*_to_sign(viewer, rows, link, most), *by_moves(viewer, rows, FORWARD, most)):
            about = f"{record.servicing.name} for {record.requesting.name}"
            yield Waiting(what, record.number, about, record.made_at, page, record.pk)


def _to_sign(viewer: Viewer, rows: QuerySet[Any], link: str, most: int) -> Iterator[tuple[Any, str]]:
    """The records of which the viewer may give a signature of the present round, with the capacity in words."""
    this_round = Signature.seen_by(viewer).filter(**{link: OuterRef("pk")}, round=OuterRef("round"))
    moves = {
        (capacity, move)
        for capacity in CAPACITIES
        for move in rows.model.flow.moves
        if move.name == capacity.move and viewer.may(move.permission)
    }
    for capacity, move in sorted(moves, key=lambda pair: CAPACITIES.index(pair[0])):
        taken = this_round.filter(Q(capacity=capacity.slug) | Q(person_id=viewer.person))
        found = open_to(viewer, rows, move).filter(~Exists(taken))
        found = found.exclude(prepared_by_id=viewer.person) if capacity.funding else found
        for record in oldest(found, most):
            yield record, f"Sign as {capacity.words.lower()}"


def steps(flow: Flow, story: tuple[str, ...], state: str) -> list[Step]:
    """The states on the way, as done, current or to do. A state off the way (rejected, cancelled) stands at the end."""
    names = story if state in story else (*story[:1], state)
    here = names.index(state)
    is_end = state in flow.ends
    return [
        (
            name.replace("_", " ").capitalize(),
            "done" if place < here or (place == here and is_end) else "current" if place == here else "todo",
            "",
        )
        for place, name in enumerate(names)
    ]
