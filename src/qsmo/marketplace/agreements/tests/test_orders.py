"""Orders inside ceilings, days and the life of their funds; what is taken is given back."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.marketplace.agreements import actions, queries
from qsmo.marketplace.agreements.actions import LineDraft, OrderDraft
from qsmo.marketplace.agreements.flow import ORDER, ORDER_STEPS
from qsmo.marketplace.agreements.models import Funding, GeneralTerms, Order, OrderLine
from qsmo.marketplace.agreements.tests import setting
from qsmo.marketplace.agreements.tests.setting import CAPACITIES, DRAFT, TODAY, Cast
from qsmo.marketplace.agreements.tests.test_signing import refused
from qsmo.platform.access.viewer import program
from qsmo.platform.record.trail import entries_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day():
    with clock.at(TODAY):
        yield


@pytest.fixture
def cast() -> Cast:
    return setting.cast()


def taken(terms: GeneralTerms) -> int:
    """What orders have taken of a ceiling, as stored."""
    return GeneralTerms.every.get(pk=terms.pk).taken_cents


def test_an_order_is_accepted_by_four_people_and_takes_from_the_ceiling_at_the_second(cast: Cast) -> None:
    terms = setting.approved_terms(cast)
    order = setting.shared_order(cast, terms)
    seen = []
    for capacity in CAPACITIES:
        order = actions.sign_order(cast.signer(capacity), order.id, capacity)
        seen.append((order.state, taken(terms)))
    assert seen == [
        ("shared", 0),
        ("requesting_approved", 100_000_00),
        ("requesting_approved", 100_000_00),
        ("servicing_approved", 100_000_00),
    ]
    assert order.number == "GTC-028-01212NF-FY2026-001-O001"
    assert [entry.verb for entry in entries_of(order)] == [
        "order.draft",
        "order.fund.requesting",
        "order.fund.servicing",
        "share",
        "sign_requesting_program",
        "sign_requesting_funding",
        "approve_requesting",
        "sign_servicing_program",
        "sign_servicing_funding",
        "accept",
    ]


def test_the_seller_signs_only_after_the_buyer(cast: Cast) -> None:
    order = setting.shared_order(cast, setting.approved_terms(cast))
    refused(
        lambda: actions.sign_order(cast.seller_program, order.id, "servicing_program"), "move-not-open", 409
    )


def test_one_person_signs_an_order_once(cast: Cast) -> None:
    both = setting.person(
        "Bo Both",
        ("customer-program-official", setting.BUYER),
        ("customer-funding-official", setting.BUYER),
    )
    order = setting.shared_order(cast, setting.approved_terms(cast))
    actions.sign_order(both, order.id, "requesting_program")
    refused(lambda: actions.sign_order(both, order.id, "requesting_funding"), "same-person", 403)


def test_an_order_beyond_the_ceiling_or_the_days_is_refused(cast: Cast) -> None:
    terms = setting.approved_terms(cast, 100_000)
    over = LineDraft(cast.plan.id, "Employees", 100_001, "employee", "1.00")
    said = refused(lambda: actions.draft_order(cast.manager, terms.id, DRAFT, [over]), "over-ceiling", 422)
    assert said.findings[0].expected == "at most 100,000.00"
    beyond = setting.later(DRAFT, ends_on=date(2028, 1, 2))
    line = setting.line(cast)
    refused(lambda: actions.draft_order(cast.manager, terms.id, beyond, [line]), "outside-period", 422)
    refused(lambda: actions.draft_order(cast.manager, terms.id, DRAFT, []), "no-lines", 422)


def test_the_second_order_for_the_last_dollar_is_refused_at_its_signature(cast: Cast) -> None:
    terms = setting.approved_terms(cast, 100_000)
    first, second = (setting.shared_order(cast, terms) for _ in range(2))
    for order in (first, second):
        actions.sign_order(cast.program, order.id, "requesting_program")
    actions.sign_order(cast.funding, first.id, "requesting_funding")
    said = refused(
        lambda: actions.sign_order(cast.funding, second.id, "requesting_funding"), "over-ceiling", 422
    )
    assert said.findings[0].expected == "at most 0.00"


def test_the_database_itself_holds_the_ceiling_and_the_funds(cast: Cast) -> None:
    order = setting.accepted_order(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        GeneralTerms.every.update(taken_cents=250_000_01)
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.every.filter(pk=order.pk).update(spent_cents=100_000_01)


@pytest.mark.parametrize("name", ["reject", "cancel"])
def test_what_an_order_took_is_given_back_when_it_ends_early(cast: Cast, name: str) -> None:
    terms = setting.approved_terms(cast)
    order = setting.shared_order(cast, terms)
    for capacity in CAPACITIES[:2]:
        actions.sign_order(cast.signer(capacity), order.id, capacity)
    assert taken(terms) == 100_000_00
    if name == "reject":
        order = actions.reject_order(cast.seller_program, order.id, why="No capacity this year")
    else:
        order = actions.cancel_order(cast.manager, order.id, why="Not needed")
    assert (order.state, taken(terms)) == ({"reject": "rejected", "cancel": "cancelled"}[name], 0)


def test_an_order_is_not_cancelled_once_it_is_performed(cast: Cast) -> None:
    order = setting.accepted_order(cast)
    actions.start_performance(cast.seller_admin, order.id)
    actions.start_performance(cast.seller_admin, order.id)
    refused(lambda: actions.cancel_order(cast.manager, order.id, why="Late"), "move-not-open", 409)


def test_closing_gives_back_what_was_not_spent(cast: Cast) -> None:
    terms = setting.approved_terms(cast)
    order = setting.accepted_order(cast, terms)
    billing = program("billing")
    refused(lambda: actions.spend(billing, order.id, 1, reference="bill 1"), "order-not-performed", 409)
    actions.start_performance(cast.seller_admin, order.id)
    actions.spend(billing, order.id, 60_000_00, reference="bill 1")
    said = refused(lambda: actions.spend(billing, order.id, 40_000_01, reference="bill 2"), "over-order", 409)
    assert said.words.startswith("40,000.01 does not fit: 40,000.00 of ")
    refused(lambda: actions.spend(cast.manager, order.id, 1, reference="mine"), "not-allowed", 403)
    actions.complete_order(cast.seller_program, order.id)
    closed = actions.close_order(cast.seller_funding, order.id)
    assert (closed.state, closed.spent_cents, taken(terms)) == ("closed", 60_000_00, 60_000_00)


def test_an_order_is_not_signed_before_its_funding_adds_up(cast: Cast) -> None:
    order = actions.draft_order(cast.manager, setting.approved_terms(cast).id, DRAFT, [setting.line(cast)])
    actions.fund_order(cast.funding, order.id, "requesting", [setting.account(99_999)])
    actions.share_order(cast.manager, order.id)
    said = refused(
        lambda: actions.sign_order(cast.program, order.id, "requesting_program"), "funding-total", 422
    )
    assert said.findings[0].expected == "100,000.00"
    actions.fund_order(
        cast.funding, order.id, "requesting", [setting.account(60_000), setting.account(40_000)]
    )
    assert actions.sign_order(cast.program, order.id, "requesting_program").state == "shared"
    assert Funding.every.filter(order=order).count() == 3
    said = refused(
        lambda: actions.fund_order(cast.funding, order.id, "requesting", [setting.account()]),
        "accounting-signed",
        409,
    )


def test_expired_money_obligates_nothing(cast: Cast) -> None:
    order = actions.draft_order(cast.manager, setting.approved_terms(cast).id, DRAFT, [setting.line(cast)])
    old = setting.account(bpoa="2025", epoa="2025")
    actions.fund_order(cast.funding, order.id, "requesting", [old])
    actions.share_order(cast.manager, order.id)
    said = refused(
        lambda: actions.sign_order(cast.program, order.id, "requesting_program"), "funds-life", 422
    )
    assert said.findings[0].words == (
        "account 028-2025/2025-8704-000 is expired on the day of obligation (2026-01-05)"
    )


def test_accounting_in_a_wrong_form_is_refused_part_by_part(cast: Cast) -> None:
    order = actions.draft_order(cast.manager, setting.approved_terms(cast).id, DRAFT, [setting.line(cast)])
    wrong = [setting.account(aid="28", alc="2804"), setting.account(betc="disb!")]
    said = refused(lambda: actions.fund_order(cast.funding, order.id, "requesting", wrong), "tas-form", 422)
    assert [(each.file, each.field) for each in said.findings] == [
        ("requesting funding line 1", "aid"),
        ("requesting funding line 1", "alc"),
        ("requesting funding line 2", "betc"),
    ]
    assert not Funding.every.filter(order=order).exists()
    refused(
        lambda: actions.fund_order(cast.seller_funding, order.id, "requesting", [setting.account()]),
        "not-allowed",
        403,
    )


def test_only_the_agreed_side_starts_an_order(cast: Cast) -> None:
    terms = setting.approved_terms(cast)
    line = setting.line(cast)
    refused(lambda: actions.draft_order(cast.seller_admin, terms.id, DRAFT, [line]), "other-side-starts", 403)


def test_only_what_the_seller_has_published_is_ordered(cast: Cast) -> None:
    terms = setting.approved_terms(cast)
    line = setting.line(cast)
    offering = cast.plan.offering
    type(offering).every.filter(pk=offering.pk).update(state="deprecated")
    refused(lambda: actions.draft_order(cast.manager, terms.id, DRAFT, [line]), "offering-not-published", 409)


def test_a_revision_stands_beside_the_earlier_one(cast: Cast) -> None:
    order = actions.draft_order(cast.manager, setting.approved_terms(cast).id, DRAFT, [setting.line(cast)])
    need = OrderDraft(DRAFT.starts_on, DRAFT.ends_on, "Pay for 1,000 employees")
    order = actions.revise_order(cast.manager, order.id, need, [setting.line(cast, 50_000)])
    assert (order.revision, order.total_cents) == (2, 50_000_00)
    assert [line.quantity for line in queries.lines_of(order)] == [50_000]
    assert OrderLine.every.filter(order=order).count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        OrderLine.every.filter(order=order).update(quantity=1)


def test_a_shared_order_is_not_revised(cast: Cast) -> None:
    order = setting.shared_order(cast, setting.approved_terms(cast))
    refused(
        lambda: actions.revise_order(cast.manager, order.id, DRAFT, [setting.line(cast)]),
        "not-a-draft",
        409,
    )


def test_steps_follow_the_story() -> None:
    shown = queries.steps(ORDER, ORDER_STEPS, "requesting_approved")
    assert [step[1] for step in shown] == ["done", "done", "current", "todo", "todo", "todo", "todo"]
    assert [step[1] for step in queries.steps(ORDER, ORDER_STEPS, "closed")] == ["done"] * 7
    assert queries.steps(ORDER, ORDER_STEPS, "cancelled") == [
        ("Draft", "done", ""),
        ("Cancelled", "done", ""),
    ]


def test_a_refusal_names_every_fault_at_once(cast: Cast) -> None:
    terms = setting.approved_terms(cast, 10)
    bare = OrderDraft(date(2025, 1, 1), date(2025, 6, 1), " ")
    with pytest.raises(Refusal) as caught:
        actions.draft_order(
            cast.manager, terms.id, bare, [LineDraft(cast.plan.id, "x", 11, "unit", "1", 5_00)]
        )
    assert [finding.code for finding in caught.value.findings] == [
        "line-ceiling",
        "need-missing",
        "outside-period",
    ]
