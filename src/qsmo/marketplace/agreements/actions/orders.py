"""Orders: drafted with lines and funding, signed by four people inside the ceiling, performed, closed.

Locks are always taken in the order general terms, order, trail; two orders reaching for the last dollar of a ceiling
wait for one another there, and the second is measured against what the first left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from qsmo.kernel import clock
from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.money import Money, rate
from qsmo.kernel.period import Period
from qsmo.marketplace.agreements.actions.keys import add_once, earlier, keyed
from qsmo.marketplace.agreements.actions.signing import (
    missing_capacities,
    refuse_if,
    sign,
    stated_capacity,
    stated_reason,
)
from qsmo.marketplace.agreements.actions.terms import LAW
from qsmo.marketplace.agreements.flow import COMMITTED, REQUESTING, SERVICING
from qsmo.marketplace.agreements.models import Funding, GeneralTerms, Order, OrderLine
from qsmo.marketplace.agreements.rules import bounds, funding
from qsmo.marketplace.agreements.rules.funding import Cited
from qsmo.marketplace.catalogue.models import OfferingVersion, Plan
from qsmo.platform.access.door import action, add_many, allow, edit, move, one
from qsmo.platform.access.viewer import Viewer

OPEN_TERMS = ("approved", "amended")


@dataclass(frozen=True, slots=True)
class LineDraft:
    """One line as typed: plan, units, price of one, and the most it may cost; the amount, unless said."""

    plan_id: str
    words: str
    quantity: int
    unit: str
    unit_price: str
    ceiling_cents: int | None = None


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """What an order says of itself: days (the end day is the first after), need, and whether it is severable."""

    starts_on: date
    ends_on: date
    need: str
    is_severable: bool = True


@action("order.draft")
def draft_order(
    viewer: Viewer, /, terms_id: str, draft: OrderDraft, lines: Sequence[LineDraft], *, key: str = ""
) -> Order:
    """Draft an order under approved general terms, by the side that may start one.

    The same person's `key` again answers the same draft; with other content it is refused (409).
    """
    terms = _held(viewer, terms_id)
    order = Order(
        number=f"{terms.number}-O{terms.orders.count() + 1:03d}",
        general_terms=terms,
        requesting_id=terms.requesting_id,
        servicing_id=terms.servicing_id,
        prepared_by_id=viewer.person or None,
        revision=1,
    )
    there = earlier(viewer, keyed(order, key, [terms_id, draft, list(lines)]))
    if there is not None:
        return there
    _refuse_closed(terms)
    _refuse_other_starter(viewer, terms, order)
    rows = _rows(viewer, order, 1, lines)
    for name, value in _stated(draft, rows).items():
        setattr(order, name, value)
    refuse_if(_order_findings(terms, draft, rows), "This order cannot be drafted")
    made, is_new = add_once(viewer, order, "order.draft")
    if is_new:
        add_many(viewer, rows, "order.draft")
    return made


@action("order.draft")
def revise_order(viewer: Viewer, /, order_id: str, draft: OrderDraft, lines: Sequence[LineDraft]) -> Order:
    """State a draft anew; the earlier revision of its lines stays on file."""
    order = one(Order, viewer, order_id)
    if order.state != "draft":
        raise Refusal("not-a-draft", f"Order {order.number} is {order.state}; only a draft is revised")
    rows = _rows(viewer, order, order.revision + 1, lines)
    refuse_if(_order_findings(order.general_terms, draft, rows), "The order cannot be revised so")
    edit(viewer, order, "order.draft", revision=order.revision + 1, **_stated(draft, rows))
    add_many(viewer, rows, "order.draft")
    return order


@action("order.fund")
def fund_order(viewer: Viewer, /, order_id: str, side: str, lines: Sequence[Funding]) -> Order:
    """State one side's accounting, until that side has signed; an earlier statement stays on file."""
    if side not in (REQUESTING, SERVICING):
        raise Refusal("side-unknown", f"“{side}” is neither requesting nor servicing", status=422)
    order = one(Order, viewer, order_id)
    allow(viewer, f"order.fund.{side}", order)
    open_in = ("draft", "shared") if side == REQUESTING else ("draft", "shared", "requesting_approved")
    signed = order.signatures.filter(round=order.round, capacity__startswith=side).exists()
    if order.state not in open_in or (signed and order.state != "draft"):
        words = f"The {side} accounting of {order.number} is signed or past; reject the order to change it"
        raise Refusal("accounting-signed", words)
    column = f"{side}_revision"
    revision = getattr(order, column) + 1
    for number, line in enumerate(lines, start=1):
        line.order, line.revision, line.side, line.number = order, revision, side, number
    refuse_if(list(funding.form([line.cited for line in lines])), "This accounting is not right")
    edit(viewer, order, f"order.fund.{side}", **{column: revision})
    add_many(viewer, lines, f"order.fund.{side}")
    return order


@action("order.draft")
def share_order(viewer: Viewer, /, order_id: str) -> Order:
    """Show a draft to the other side and open it for the requesting side's signatures."""
    order = one(Order, viewer, order_id)
    stated = OrderDraft(order.starts_on, order.ends_on, order.need, order.is_severable)
    found = _order_findings(order.general_terms, stated, list(order.present_lines))
    refuse_if(found, "This order cannot be shared")
    return move(viewer, order, "share", round=order.round + 1)


@action("order.sign")
def sign_order(viewer: Viewer, /, order_id: str, capacity: str) -> Order:
    """Sign in one capacity. A side's second signature approves for it; the requesting side's obligates the funds."""
    order = one(Order, viewer, order_id)
    terms = _held(viewer, order.general_terms_id)
    stated = stated_capacity(capacity)
    sign(viewer, order, stated)
    refuse_if(_signing_findings(order, terms, stated.side), "This order cannot be signed yet")
    if any(missing.side == stated.side for missing in missing_capacities(order)):
        return order
    if stated.side == SERVICING:
        return move(viewer, order, "accept")
    _refuse_closed(terms)
    move(viewer, order, "approve_requesting")
    edit(
        viewer, terms, "agreement.commit", why=order.number, taken_cents=terms.taken_cents + order.total_cents
    )
    return order


@action("order.sign")
def reject_order(viewer: Viewer, /, order_id: str, *, why: str) -> Order:
    """Send an order back with the reason; what it had taken of the ceiling is given back."""
    return _end(viewer, order_id, "reject", stated_reason(why))


@action("order.draft")
def redraft_order(viewer: Viewer, /, order_id: str) -> Order:
    """Take a rejected order up again as a draft."""
    return move(viewer, one(Order, viewer, order_id), "redraft")


@action("order.cancel")
def cancel_order(viewer: Viewer, /, order_id: str, *, why: str) -> Order:
    """Cancel an order before its performance; what it had taken of the ceiling is given back."""
    return _end(viewer, order_id, "cancel", stated_reason(why))


@action("order.perform")
def start_performance(viewer: Viewer, /, order_id: str) -> Order:
    """Note that something of the order is being delivered; a repeat changes nothing."""
    order = one(Order, viewer, order_id)
    return order if order.state == "in_performance" else move(viewer, order, "start_performance")


@action("order.perform")
def complete_order(viewer: Viewer, /, order_id: str) -> Order:
    """Note that everything ordered was delivered."""
    return move(viewer, one(Order, viewer, order_id), "complete")


@action("order.spend")
def spend(viewer: Viewer, /, order_id: str, cents: int, *, reference: str) -> Order:
    """Take a billed amount from an order (give back, when negative), never beyond what is left. Billing calls this once
    for a bill, in the bill's own transaction; `reference` names the bill in the trail.
    """
    order = Order.seen_by(viewer).select_for_update().filter(pk=order_id).first() or one(
        Order, viewer, order_id
    )
    if order.state not in ("in_performance", "completed"):
        raise Refusal(
            "order-not-performed", f"Order {order.number} is {order.state}: nothing is billed to it"
        )
    if not 0 <= order.spent_cents + cents <= order.total_cents:
        words = f"{Money(cents)} does not fit: {Money(order.left_cents)} of {order.number} is left"
        raise Refusal("over-order", words)
    return edit(viewer, order, "order.spend", why=reference, spent_cents=order.spent_cents + cents)


@action("order.close")
def close_order(viewer: Viewer, /, order_id: str) -> Order:
    """Close a completed order; what was not spent goes back to the ceiling."""
    return _end(viewer, order_id, "close", "")


def _end(viewer: Viewer, order_id: str, name: str, why: str) -> Order:
    order = one(Order, viewer, order_id)
    terms = _held(viewer, order.general_terms_id)
    back = order.left_cents if order.state in COMMITTED else 0
    move(viewer, order, name, why=why)
    if back:
        edit(viewer, terms, "agreement.commit", why=order.number, taken_cents=terms.taken_cents - back)
    return order


def _held(viewer: Viewer, terms_id: str) -> GeneralTerms:
    """The general terms, locked until the transaction ends; the first lock that an action on an order takes."""
    held = GeneralTerms.seen_by(viewer).select_for_update().filter(pk=terms_id).first()
    return held or one(GeneralTerms, viewer, terms_id)


def _rows(viewer: Viewer, order: Order, revision: int, lines: Sequence[LineDraft]) -> list[OrderLine]:
    rows = []
    for number, line in enumerate(lines, start=1):
        plan, version = _plan_of(viewer, order, line.plan_id)
        exact = rate(line.unit_price)
        amount = bounds.Wanted(number, line.quantity, exact, Money(0)).amount.cents
        rows.append(
            OrderLine(
                order=order,
                revision=revision,
                number=number,
                plan=plan,
                offering_version=version,
                words=line.words,
                quantity=line.quantity,
                unit=line.unit,
                unit_price=line.unit_price.strip(),
                amount_cents=amount,
                ceiling_cents=amount if line.ceiling_cents is None else line.ceiling_cents,
            )
        )
    return rows


def _plan_of(viewer: Viewer, order: Order, plan_id: str) -> tuple[Plan, OfferingVersion]:
    plan = one(Plan, viewer, plan_id)
    version = plan.offering.versions.order_by("-number").first()
    if plan.offering.state != "published" or version is None:
        words = f"{plan.offering} is {plan.offering.state}; only what is published is ordered"
        raise Refusal("offering-not-published", words)
    if plan.offering.provider_id != order.servicing_id:
        words = f"{plan.offering} is sold by {plan.offering.provider}, not by the servicing side"
        raise Refusal("other-provider", words, status=422)
    return plan, version


def _stated(draft: OrderDraft, rows: Sequence[OrderLine]) -> dict[str, Any]:
    return {
        "starts_on": draft.starts_on,
        "ends_on": draft.ends_on,
        "need": draft.need.strip(),
        "is_severable": draft.is_severable,
        "total_cents": sum(row.ceiling_cents for row in rows),
    }


def _order_findings(terms: GeneralTerms, draft: OrderDraft, rows: Sequence[OrderLine]) -> list[Finding]:
    found = list(bounds.lines([row.wanted for row in rows]))
    if not draft.need.strip():
        expected = "what is needed, by whom, and when"
        found.append(
            Finding("need-missing", "the bona fide need is not stated", field="need", expected=expected)
        )
    if draft.ends_on <= draft.starts_on:
        words, expected = "the order ends before it starts", f"a last day on or after {draft.starts_on}"
        return [*found, Finding("period-empty", words, field="ends_on", expected=expected)]
    total = Money(sum(row.ceiling_cents for row in rows))
    return [*found, *bounds.inside(terms.bounds, Period(draft.starts_on, draft.ends_on), total)]


def _signing_findings(order: Order, terms: GeneralTerms, side: str) -> list[Finding]:
    cited: list[Cited] = [line.cited for line in order.present_funding]
    sides = (REQUESTING,) if side == REQUESTING else (REQUESTING, SERVICING)
    found = list(funding.completeness(cited, Money(order.total_cents), sides))
    if side == REQUESTING:
        today = clock.today()
        accounts = LAW["accounts"].at(on=today)
        for line in cited:
            if line.side == REQUESTING:
                found += funding.life(line.tas, line.place, order.during, today, order.is_severable, accounts)
        found += bounds.inside(terms.bounds, order.during, Money(order.total_cents))
    return found


def _refuse_closed(terms: GeneralTerms) -> None:
    if terms.state not in OPEN_TERMS:
        raise Refusal(
            "terms-not-open", f"General terms {terms.number} are {terms.state}: they take no orders"
        )


def _refuse_other_starter(viewer: Viewer, terms: GeneralTerms, order: Order) -> None:
    sides = {REQUESTING: ("customer", terms.requesting_id), SERVICING: ("provider", terms.servicing_id)}
    if viewer.program or terms.orders_start not in sides:
        return
    side, organisation = sides[terms.orders_start]
    if viewer.may("order.draft", order) and organisation not in viewer.organisations("order.draft", side):
        words = f"Under {terms.number} orders start on the {terms.orders_start} side"
        raise Refusal("other-side-starts", words, status=403)
