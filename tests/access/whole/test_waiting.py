"""What waits for a person: exactly the moves that are open to them, each on a page that opens, and nothing else."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qsmo.kernel import clock
from qsmo.marketplace.agreements import actions as agreements
from qsmo.marketplace.agreements.models import GeneralTerms
from qsmo.platform.access.door import open_moves
from qsmo.platform.access.viewer import PUBLIC
from qsmo.platform.access.waiting import open_to
from qsmo.site.overview import waiting
from tests.access.visitors import browser, names
from tests.access.world import SIGNED_ON, World, owned_models, undone

pytestmark = pytest.mark.django_db
MOST_QUERIES = 45


def told(world: World, name: str) -> list[tuple[str, str]]:
    """What waits for somebody, with the kind of page that it leads to."""
    return [(each.what, each.href.split("/")[1]) for each in waiting(world.viewer(name))]


@pytest.mark.parametrize("name", names())
def test_rows_found_by_a_move_are_those_of_which_the_door_would_make_it(world: World, name: str) -> None:
    viewer = world.viewer(name)
    for model in owned_models():
        if model.flow is None:
            continue
        rows = list(model.seen_by(viewer))
        made = {(row.pk, move.name) for row in rows for move in open_moves(viewer, row)}
        found = {
            (row.pk, move.name)
            for move in model.flow.moves
            for row in open_to(viewer, model.seen_by(viewer), move)
        }
        if model.audience.public is None:
            assert found == made, model.__name__
        else:
            assert found <= made, model.__name__


@pytest.mark.parametrize("name", names())
def test_everything_that_waits_opens_and_offers_what_it_says(world: World, name: str) -> None:
    client = browser(world, name)
    for task in waiting(world.viewer(name)):
        page = client.get(task.href)
        assert page.status_code == 200, (name, task)
        assert re.search(r'<form[^>]*method="post"', page.text), (name, task)


def test_each_waits_for_who_may_act_on_it(world: World) -> None:
    assert told(world, "customer-program-manager@073") == [("Share for signature", "agreements")]
    assert told(world, "provider-funding-official@ibc") == [("Send the settlement to Treasury", "billing")]
    assert told(world, "payroll-certifier@ibc") == []
    assert told(world, "auditor@005") == []
    assert told(world, "nobody") == []
    assert waiting(PUBLIC) == []


def test_an_order_waits_for_each_who_may_sign_until_they_have(world: World) -> None:
    manager = world.viewer("customer-program-manager@073")
    program = world.viewer("customer-program-official@073")
    with undone(), clock.at(SIGNED_ON):
        terms = agreements.draft_terms(
            manager, requesting_id="073", servicing_id="ibc", starts_on=date(2026, 1, 1), ends_on=date(2027, 1, 1),
            ceiling_cents=100_00, termination_days=90, authority="economy_act",
        )  # fmt: skip
        assert ("Share for signature", "agreements") in told(world, "provider-admin@ibc")
        agreements.share_terms(manager, terms.pk)
        agreements.open_approval(manager, terms.pk)
        mine = [each for each in waiting(program) if each.href == f"/agreements/{terms.pk}/"]
        assert [each.what for each in mine] == ["Sign as requesting program official"]
        agreements.sign_terms(program, terms.pk, "requesting_program")
        assert [each for each in waiting(program) if each.href == f"/agreements/{terms.pk}/"] == []
        signing = ("Sign as servicing funding official", "agreements")
        assert signing in told(world, "provider-funding-official@ibc")
        assert signing not in told(world, "provider-funding-official@usda-nfc")
    assert not GeneralTerms.every.filter(ceiling_cents=100_00).exists()


def test_the_list_stands_at_the_top_and_leads_to_all_of_it(world: World) -> None:
    manager = world.viewer("customer-program-manager@073")
    client: Client = browser(world, "customer-program-manager@073")
    with undone(), clock.at(SIGNED_ON):
        for _ in range(30):
            agreements.draft_terms(
                manager, requesting_id="073", servicing_id="ibc", starts_on=date(2026, 1, 1),
                ends_on=date(2027, 1, 1), ceiling_cents=100_00, termination_days=90, authority="economy_act",
            )  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/mine/").text
        assert len(asked) <= MOST_QUERIES
        assert page.index("Waiting for you") < page.index("<h2>Orders</h2>")
        assert page.count("Share for signature:") == 5
        assert "All that waits for you" in page
        assert client.get("/mine/waiting/").text.count(">Share for signature</a>") == 25
        assert client.get("/mine/waiting/?page=2").text.count(">Share for signature</a>") == 6
    assert Client().get("/mine/waiting/").status_code == 302
