"""Four signatures by four people; a refusal changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.marketplace.agreements import actions, queries
from qsmo.marketplace.agreements.models import GeneralTerms, Order, Signature
from qsmo.marketplace.agreements.tests import setting
from qsmo.marketplace.agreements.tests.setting import BUYER, CAPACITIES, SELLER, TODAY, Cast
from qsmo.platform.record.models import TrailEntry
from qsmo.platform.record.trail import broken_links, entries_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day():
    with clock.at(TODAY):
        yield


@pytest.fixture
def cast() -> Cast:
    return setting.cast()


def everything() -> list[object]:
    """All that a refusal might have changed."""
    return [
        *GeneralTerms.every.order_by("pk").values_list(),
        *Order.every.order_by("pk").values_list(),
        *Signature.every.order_by("pk").values_list(),
        TrailEntry.objects.count(),
    ]


def refused(work: Callable[[], object], code: str, status: int) -> Refusal:
    """That a piece of work is refused so, and changed nothing."""
    before = everything()
    with pytest.raises(Refusal) as caught:
        work()
    assert (caught.value.code, caught.value.status) == (code, status)
    assert everything() == before
    return caught.value


def test_terms_are_approved_by_the_fourth_signature_and_not_before(cast: Cast) -> None:
    terms = setting.terms_in_approval(cast)
    states = []
    for capacity in CAPACITIES:
        terms = actions.sign_terms(cast.signer(capacity), terms.id, capacity)
        states.append(terms.state)
    assert states == ["in_approval", "in_approval", "in_approval", "approved"]
    assert terms.number == "GTC-028-01212NF-FY2026-001"
    assert terms.authority_citation == "31 U.S.C. 1535"
    verbs = list(entries_of(terms).values_list("verb", "actor_name"))
    assert verbs[0] == ("agreement.draft", "Mara Manager")
    assert verbs[3:] == [
        ("sign_requesting_program", "Paul Program"),
        ("sign_requesting_funding", "Fay Funding"),
        ("sign_servicing_program", "Sol Program"),
        ("sign_servicing_funding", "Sue Funding"),
        ("approve", "Sue Funding"),
    ]
    assert broken_links(BUYER) == []


def test_one_person_with_both_roles_signs_once(cast: Cast) -> None:
    """Separation is by person, not by role."""
    both = setting.person(
        "Bo Both", ("customer-program-official", BUYER), ("customer-funding-official", BUYER)
    )
    terms = setting.terms_in_approval(cast)
    actions.sign_terms(both, terms.id, "requesting_program")
    said = refused(lambda: actions.sign_terms(both, terms.id, "requesting_funding"), "same-person", 403)
    assert said.words == (
        "Bo Both already signed GTC-028-01212NF-FY2026-001 as requesting program official; "
        "another person must sign now"
    )
    refused(lambda: actions.sign_terms(both, terms.id, "requesting_program"), "same-person", 403)


def test_one_person_on_both_sides_signs_once(cast: Cast) -> None:
    both = setting.person(
        "Bo Both", ("customer-program-official", BUYER), ("provider-program-official", SELLER)
    )
    terms = setting.terms_in_approval(cast)
    actions.sign_terms(both, terms.id, "servicing_program")
    refused(lambda: actions.sign_terms(both, terms.id, "requesting_program"), "same-person", 403)


def test_who_prepared_does_not_sign_for_the_funds(cast: Cast) -> None:
    both = setting.person(
        "Bo Both", ("customer-program-manager", BUYER), ("customer-funding-official", BUYER)
    )
    terms = setting.terms_in_approval(cast)
    order_terms = setting.approved_terms(cast)
    own = actions.draft_order(both, order_terms.id, setting.DRAFT, [setting.line(cast)])
    actions.fund_order(both, own.id, "requesting", [setting.account()])
    actions.share_order(both, own.id)
    refused(lambda: actions.sign_order(both, own.id, "requesting_funding"), "same-person", 403)
    assert actions.sign_terms(both, terms.id, "requesting_funding").state == "in_approval"


def test_a_capacity_is_signed_once_and_only_by_its_official(cast: Cast) -> None:
    terms = setting.terms_in_approval(cast)
    second = setting.person("Sam Second", ("customer-program-official", BUYER))
    actions.sign_terms(cast.program, terms.id, "requesting_program")
    refused(lambda: actions.sign_terms(second, terms.id, "requesting_program"), "signed-already", 409)
    refused(lambda: actions.sign_terms(second, terms.id, "requesting_funding"), "not-allowed", 403)
    refused(lambda: actions.sign_terms(second, terms.id, "servicing_program"), "not-allowed", 403)
    refused(lambda: actions.sign_terms(second, terms.id, "anything"), "capacity-unknown", 422)


def test_a_stranger_with_every_role_elsewhere_sees_and_signs_nothing(cast: Cast) -> None:
    terms = setting.terms_in_approval(cast)
    order = setting.shared_order(cast, setting.approved_terms(cast))
    assert list(queries.general_terms(cast.stranger)) == []
    assert list(queries.orders(cast.stranger)) == []
    assert list(Signature.seen_by(cast.stranger)) == []
    refused(lambda: queries.the_terms(cast.stranger, terms.id), "not-found", 404)
    refused(lambda: actions.sign_terms(cast.stranger, terms.id, "requesting_program"), "not-found", 404)
    refused(lambda: actions.sign_order(cast.stranger, order.id, "requesting_program"), "not-found", 404)
    refused(lambda: actions.cancel_order(cast.stranger, order.id, why="mine"), "not-found", 404)


def test_rejected_terms_come_back_and_the_same_officials_sign_again(cast: Cast) -> None:
    terms = setting.terms_in_approval(cast)
    actions.sign_terms(cast.program, terms.id, "requesting_program")
    refused(lambda: actions.reject_terms(cast.seller_program, terms.id, why=" "), "reason-missing", 422)
    actions.reject_terms(cast.seller_program, terms.id, why="The ceiling is too low")
    refused(lambda: actions.sign_terms(cast.funding, terms.id, "requesting_funding"), "move-not-open", 409)
    actions.redraft_terms(cast.manager, terms.id)
    actions.share_terms(cast.manager, terms.id)
    actions.open_approval(cast.manager, terms.id)
    for capacity in CAPACITIES:
        terms = actions.sign_terms(cast.signer(capacity), terms.id, capacity)
    assert (terms.state, terms.round) == ("approved", 2)
    assert Signature.every.filter(general_terms=terms).count() == 5


def test_an_amendment_is_in_force_when_four_have_signed_it(cast: Cast) -> None:
    terms = setting.approved_terms(cast)
    actions.amend_terms(cast.manager, terms.id, why="More people", ceiling_cents=300_000_00)
    for capacity in CAPACITIES:
        assert GeneralTerms.every.get(pk=terms.id).ceiling_cents == 250_000_00
        terms = actions.sign_terms(cast.signer(capacity), terms.id, capacity)
    assert (terms.state, terms.ceiling_cents, terms.amendment, terms.proposed) == (
        "approved",
        300_000_00,
        1,
        {},
    )


def test_an_amendment_below_what_orders_took_is_refused(cast: Cast) -> None:
    terms = setting.approved_terms(cast)
    setting.accepted_order(cast, terms)
    refused(
        lambda: actions.amend_terms(cast.manager, terms.id, why="Less", ceiling_cents=99_999_99),
        "ceiling",
        422,
    )


def test_termination_keeps_the_notice(cast: Cast) -> None:
    terms = setting.approved_terms(cast)
    early = date(2026, 4, 4)
    refused(
        lambda: actions.terminate_terms(cast.program, terms.id, ends_on=early, why="Moving"),
        "notice-short",
        422,
    )
    ended = actions.terminate_terms(cast.program, terms.id, ends_on=date(2026, 4, 5), why="Moving")
    assert (ended.state, ended.ends_on) == ("terminated", date(2026, 4, 5))
    refused(
        lambda: actions.draft_order(cast.manager, terms.id, setting.DRAFT, [setting.line(cast)]),
        "terms-not-open",
        409,
    )


def test_bad_terms_are_refused_finding_by_finding(cast: Cast) -> None:
    before = everything()
    with pytest.raises(Refusal) as caught:
        actions.draft_terms(
            cast.manager,
            requesting_id=BUYER,
            servicing_id="no such",
            starts_on=date(2026, 1, 1),
            ends_on=date(2026, 1, 1),
            ceiling_cents=0,
            termination_days=30,
            authority="franchise_fund",
            orders_start="nobody",
        )
    assert [finding.code for finding in caught.value.findings] == [
        "organisation-unknown",
        "period-empty",
        "ceiling",
        "starter-unknown",
        "authority",
    ]
    assert everything() == before


def test_the_places_say_who_signed_and_who_may(cast: Cast) -> None:
    terms = setting.terms_in_approval(cast)
    actions.sign_terms(cast.program, terms.id, "requesting_program")
    fresh = GeneralTerms.every.get(pk=terms.id)
    seen = [(place.who, place.is_open) for place in queries.places(cast.funding, fresh)]
    assert seen == [("Paul Program", False), ("", True), ("", False), ("", False)]
    assert not any(place.is_open for place in queries.places(cast.program, fresh))
