"""Real writers at the same moment, each with a connection of its own, on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.marketplace.agreements import actions
from qsmo.marketplace.agreements.actions import keys
from qsmo.marketplace.agreements.actions import orders as order_actions
from qsmo.marketplace.agreements.actions import terms as terms_actions
from qsmo.marketplace.agreements.models import GeneralTerms, Order, OrderLine, Signature
from qsmo.marketplace.agreements.tests import setting
from qsmo.marketplace.agreements.tests.setting import BUYER, TODAY, Cast
from qsmo.marketplace.agreements.tests.test_edges import browser
from qsmo.marketplace.agreements.tests.test_forms import TERMS, order_form
from qsmo.platform.record.trail import broken_links, entries_of

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 5


@pytest.fixture
def cast() -> Cast:
    return setting.cast()


@pytest.fixture
def meet(monkeypatch: pytest.MonkeyPatch) -> Callable[[ModuleType], None]:
    """Have both writers read the same state of a record before either writes."""

    def at(module: ModuleType) -> None:
        barrier, met, real = threading.Barrier(2), threading.local(), module.one

        def one(*args: Any) -> Any:
            found = real(*args)
            if not getattr(met, "already", False):
                met.already = True
                barrier.wait(20)
            return found

        monkeypatch.setattr(module, "one", one)

    return at


def race(*works: Callable[[], object]) -> list[str]:
    """What came of works begun at once, each in a thread: `done`, or the code of its refusal."""
    said: list[str] = ["" for _ in works]

    def run(place: int, work: Callable[[], object]) -> None:
        try:
            with clock.at(TODAY):
                work()
            said[place] = "done"
        except Refusal as refusal:
            said[place] = refusal.code
        except Exception as error:
            said[place] = repr(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(said)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_of_two_officials_who_sign_at_once_one_wins(
    cast: Cast, meet: Callable[[ModuleType], None], number: int
) -> None:
    """Different people in different capacities: even so the second must look at what the first changed."""
    with clock.at(TODAY):
        terms = setting.terms_in_approval(cast)
    before = entries_of(terms).count()
    meet(terms_actions)
    came = race(
        lambda: actions.sign_terms(cast.program, terms.id, "requesting_program"),
        lambda: actions.sign_terms(cast.seller_program, terms.id, "servicing_program"),
    )
    assert came == ["changed-meanwhile", "done"]
    assert Signature.every.filter(general_terms=terms).count() == 1
    assert entries_of(terms).count() == before + 1
    assert broken_links(BUYER) == []


@pytest.mark.parametrize("number", range(ROUNDS))
def test_of_an_approval_and_a_rejection_at_once_one_wins(
    cast: Cast, meet: Callable[[ModuleType], None], number: int
) -> None:
    with clock.at(TODAY):
        order = setting.shared_order(cast, setting.approved_terms(cast))
        actions.sign_order(cast.program, order.id, "requesting_program")
    meet(order_actions)
    came = race(
        lambda: actions.sign_order(cast.funding, order.id, "requesting_funding"),
        lambda: actions.reject_order(cast.seller_program, order.id, why="No"),
    )
    assert came == ["changed-meanwhile", "done"]
    state = Order.every.get(pk=order.pk).state
    taken = GeneralTerms.every.get().taken_cents
    assert (state, taken) in {("requesting_approved", 100_000_00), ("rejected", 0)}
    assert broken_links(BUYER) == []


@pytest.mark.parametrize("number", range(ROUNDS))
def test_of_two_orders_for_the_last_dollar_one_loses(
    cast: Cast, meet: Callable[[ModuleType], None], number: int
) -> None:
    with clock.at(TODAY):
        terms = setting.approved_terms(cast, 100_001)
        orders = [setting.shared_order(cast, terms) for _ in range(2)]
        for order in orders:
            actions.sign_order(cast.program, order.id, "requesting_program")
    meet(order_actions)
    first, second = (order.id for order in orders)
    came = race(
        lambda: actions.sign_order(cast.funding, first, "requesting_funding"),
        lambda: actions.sign_order(cast.funding, second, "requesting_funding"),
    )
    assert came == ["done", "over-ceiling"]
    states = sorted(Order.every.values_list("state", flat=True))
    assert states == ["requesting_approved", "shared"]
    assert GeneralTerms.every.get().taken_cents == 100_000_00
    assert broken_links(BUYER) == []


def test_the_same_form_sent_twice_at_once_is_one_draft(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both posts find no earlier draft before either writes."""
    barrier, met, real = threading.Barrier(2), threading.local(), keys.earlier

    def earlier(*args: Any) -> Any:
        found = real(*args)
        if not getattr(met, "already", False):
            met.already = True
            barrier.wait(20)
        return found

    monkeypatch.setattr(terms_actions, "earlier", earlier)
    went = sent_twice(cast, "/agreements/new/", TERMS | {"key": "one"})
    assert went == [(302, f"/agreements/{GeneralTerms.every.get().pk}/")] * 2
    assert entries_of(GeneralTerms.every.get()).count() == 1
    assert broken_links(BUYER) == []


@pytest.mark.parametrize("number", range(ROUNDS))
def test_the_same_order_sent_twice_at_once_is_one_draft(cast: Cast, number: int) -> None:
    with clock.at(TODAY):
        terms = setting.approved_terms(cast)
    went = sent_twice(cast, f"/agreements/{terms.pk}/order/", order_form(cast, key="one"))
    assert went == [(302, f"/agreements/orders/{Order.every.get().pk}/")] * 2
    assert OrderLine.every.count() == 1
    assert broken_links(BUYER) == []


@pytest.mark.parametrize("number", range(ROUNDS))
def test_two_drafts_in_the_same_moment_both_win_with_different_numbers(
    cast: Cast, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    barrier, met, real = threading.Barrier(2), threading.local(), terms_actions._next_number

    def both_see_the_same(*args: Any) -> str:
        found: str = real(*args)
        if not getattr(met, "already", False):
            met.already = True
            barrier.wait(20)
        return found

    monkeypatch.setattr(terms_actions, "_next_number", both_see_the_same)
    assert race(*(lambda: setting.draft_terms(cast) for _ in range(2))) == ["done", "done"]
    numbers = sorted(GeneralTerms.every.values_list("number", flat=True))
    assert [each[-4:] for each in numbers] == ["-001", "-002"]
    assert broken_links(BUYER) == []


def sent_twice(cast: Cast, page: str, form: dict[str, str]) -> list[tuple[int, str]]:
    """What two posts of one form at the same moment are answered."""
    went: list[tuple[int, str]] = []
    clients = [browser(cast.manager) for _ in range(2)]

    def send(client: Client) -> None:
        answer = client.post(page, form)
        went.append((answer.status_code, answer.headers.get("Location", answer.text)))

    assert race(*(lambda each=each: send(each) for each in clients)) == ["done", "done"]
    return went


def test_two_orders_that_both_fit_are_both_taken(cast: Cast, meet: Callable[[ModuleType], None]) -> None:
    """Waiting for one another is no reason to refuse: the second is measured against what is left."""
    with clock.at(TODAY):
        terms = setting.approved_terms(cast, 200_000)
        orders = [setting.shared_order(cast, terms) for _ in range(2)]
        for order in orders:
            actions.sign_order(cast.program, order.id, "requesting_program")
    meet(order_actions)
    first, second = (order.id for order in orders)
    came = race(
        lambda: actions.sign_order(cast.funding, first, "requesting_funding"),
        lambda: actions.sign_order(cast.funding, second, "requesting_funding"),
    )
    assert came == ["done", "done"]
    assert GeneralTerms.every.get().taken_cents == 200_000_00


def test_many_officials_signing_without_order_lose_nothing(cast: Cast) -> None:
    """Four threads try until each has signed; the trail stays whole."""
    with clock.at(TODAY):
        terms = setting.terms_in_approval(cast)

    def insist(capacity: str) -> None:
        while True:
            try:
                actions.sign_terms(cast.signer(capacity), terms.id, capacity)
                return
            except Refusal as refusal:
                if refusal.code != "changed-meanwhile":
                    raise

    came = race(*(lambda each=each: insist(each) for each in setting.CAPACITIES))
    assert came == ["done"] * 4
    assert GeneralTerms.every.get().state == "approved"
    assert Signature.every.count() == 4
    assert broken_links(BUYER) == []
