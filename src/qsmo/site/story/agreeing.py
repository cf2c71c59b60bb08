"""How two organizations come to an order: general terms and an order drafted, funded, signed, and what it provides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from qsmo.kernel import clock
from qsmo.marketplace.agreements import actions as agreements
from qsmo.marketplace.agreements.actions.orders import LineDraft, OrderDraft
from qsmo.marketplace.agreements.models import Funding, GeneralTerms, Order
from qsmo.marketplace.orders import actions as orders
from qsmo.marketplace.orders.models import Instance
from qsmo.platform.record.trail import entries_of
from qsmo.site.story.telling import Story, person

CAPACITIES = ("requesting_program", "requesting_funding", "servicing_program", "servicing_funding")


@dataclass(frozen=True)
class Deal:
    """What a customer orders of a provider: under which terms, who drafts and signs, and from which money.

    `signers` in the order of the capacities; `manager` drafts for the customer and `admin` for the provider;
    `buys` and `sells` are the accounting of either side; `key` names the commands of the subscription.
    """

    number: str
    customer: str
    provider: str
    signed_on: date
    manager: str
    admin: str
    signers: tuple[str, str, str, str]
    terms: Mapping[str, Any]
    draft: OrderDraft
    line: LineDraft
    buys: Mapping[str, str]
    sells: Mapping[str, str]
    key: str = "demonstration"
    twice: str = ""
    """A capacity in which the first signer tries to sign the terms once more, which is refused."""


def agreed(story: Story, deal: Deal) -> Order:
    """General terms and an order, each signed by four different people; found where they were made before."""
    manager = person(deal.manager)
    with clock.at(deal.signed_on):
        terms = GeneralTerms.seen_by(manager).filter(number=deal.number).first()
        if terms is None:
            terms = agreements.draft_terms(
                manager,
                requesting_id=deal.customer,
                servicing_id=deal.provider,
                number=deal.number,
                **deal.terms,
            )
        if terms.state == "draft":
            terms = agreements.share_terms(manager, terms.pk)
        if terms.state == "shared":
            agreements.open_approval(manager, terms.pk)
        _sign_terms(story, deal, terms.pk)
        terms.refresh_from_db()
        order = Order.seen_by(manager).filter(general_terms=terms).first()
        if order is None:
            order = agreements.draft_order(manager, terms.pk, deal.draft, [deal.line])
        if order.state == "draft":
            _fund_order(deal, order)
        _sign_order(deal, order.pk)
        order.refresh_from_db()
    for record in (terms, order):
        signed = entries_of(record).filter(verb__startswith="sign_")
        for entry in signed:
            story.say(f"  {record}: {entry.verb.removeprefix('sign_').replace('_', ' ')}, {entry.actor_name}")
        story.check(f"different people who signed {record}", signed.values("actor").distinct().count(), 4)
    story.check("the order is", order.state in ("servicing_approved", "in_performance"), True)
    story.check("general terms are", terms.state, "approved")
    return order


def subscribed(story: Story, deal: Deal, order: Order, on: date, terms: Mapping[str, str]) -> Instance:
    """Request, approve and provision what the order bought, through the contract."""
    manager, provider = person(deal.manager), person(deal.admin)
    with clock.at(on):
        line = order.present_lines.get()
        orders.request(manager, line.pk, terms, key=f"{deal.key}: request")
        instance = Instance.seen_by(manager).get(order=order)
        if instance.state == "requested":
            orders.approve(provider, instance.pk)
            orders.provision(provider, instance.pk, key=f"{deal.key}: provision")
        instance.refresh_from_db()
    story.say(f"  Subscription {instance.pk}: {instance.state}, since {instance.active_on}. {instance.words}")
    story.check("the subscription is", instance.state, "active")
    return instance


def _sign_terms(story: Story, deal: Deal, terms_id: str) -> None:
    def untouched() -> tuple[int, int]:
        terms = GeneralTerms.seen_by(person(deal.manager)).get(pk=terms_id)
        return terms.version, entries_of(terms).count()

    for capacity, email in zip(CAPACITIES, deal.signers, strict=True):
        viewer = person(email)
        terms = GeneralTerms.seen_by(viewer).get(pk=terms_id)
        if terms.state == "in_approval" and not terms.signatures.filter(capacity=capacity).exists():
            agreements.sign_terms(viewer, terms_id, capacity)
        if deal.twice and capacity == CAPACITIES[0]:
            second = "same-person" if terms.state == "in_approval" else "move-not-open"
            with story.refused(
                "The program official, who is a funding official too, signs again", second, untouched
            ):
                agreements.sign_terms(viewer, terms_id, deal.twice)


def _fund_order(deal: Deal, order: Order) -> None:
    for side, email, fund in (
        ("requesting", deal.manager, deal.buys),
        ("servicing", deal.admin, deal.sells),
    ):
        accounting = Funding(amount_cents=order.total_cents, **fund)
        agreements.fund_order(person(email), order.pk, side, [accounting])
    agreements.share_order(person(deal.manager), order.pk)


def _sign_order(deal: Deal, order_id: str) -> None:
    for capacity, email in zip(CAPACITIES, deal.signers, strict=True):
        viewer = person(email)
        order = Order.seen_by(viewer).get(pk=order_id)
        if not order.signatures.filter(capacity=capacity).exists():
            agreements.sign_order(viewer, order_id, capacity)
