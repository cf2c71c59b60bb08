"""The second lock: what a careless view reads on PostgreSQL is what its viewer may see, and nothing outlasts it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.http import FileResponse, HttpRequest, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, path

from qsmo.marketplace.agreements.models import Order
from qsmo.marketplace.catalogue.models import Offering
from qsmo.platform.access.owned import Owned
from qsmo.platform.access.policy import policy
from qsmo.platform.access.second_lock.lock import locked
from qsmo.platform.access.second_lock.opened import WITHOUT, reads_nothing
from qsmo.platform.access.second_lock.policies import sees
from qsmo.platform.access.viewer import PUBLIC
from qsmo.services.payroll.models import PayRun
from qsmo.services.payroll.queries import PROGRAM
from qsmo.site import urls as site
from tests.access import addresses
from tests.access.addresses import Address
from tests.access.visitors import SHOWN_TO, browser, content, names
from tests.access.world import World, owned_models, undone

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
LOCK = "qsmo.platform.access.second_lock.opened.LockMiddleware"
# What differs between two answers to the same question.
ONCE = re.compile(r'name="(csrfmiddlewaretoken|key)" value="\w+"')
# Who reads what in different ways, on both sides: those to whom every page opens, and those who may read less.
READERS = (
    *SHOWN_TO, "hr-specialist@073", "payroll-certifier@ibc", "provider-program-official@ibc", "office-director@qsmo-hr",
    "office-analyst@qsmo-fm", "customer-sapoc@080", "public",
)  # fmt: skip
MANAGER, NEIGHBOUR = "customer-program-manager@073", "customer-program-manager@080"


@pytest.fixture(scope="module")
def opened(world: World) -> list[Address]:
    """Every address that is opened."""
    found = addresses.pages(world) + addresses.calls(world)
    return [each for each in found if each.method == "GET"]


def rows(model: Any) -> set[str]:
    """All rows of a model, as a query reads them that forgot who is looking."""
    return set(model.every.values_list("pk", flat=True))


def state() -> tuple[str, str]:
    """The role as which the database is asked now, and what it is told of a viewer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user::text, coalesce(current_setting('qsmo.sees', true), '')")
        found: tuple[str, str] = cursor.fetchone()
    return found


def without_lock(world: World, name: str) -> Client:
    """Somebody's browser on a site that has no second lock."""
    with override_settings(MIDDLEWARE=[each for each in settings.MIDDLEWARE if each != LOCK]):
        client = browser(world, name)
        client.get("/")  # here the client makes its site
    return client


def careless(_request: HttpRequest) -> JsonResponse:
    """Orders and pay runs, without asking whose; as whom they were read; and what a program reads beside them."""
    read = {"orders": sorted(rows(Order)), "runs": sorted(rows(PayRun)), "role": state()[0]}
    return JsonResponse({**read, "program": PayRun.seen_by(PROGRAM).count(), "after": state()[0]})


def careless_one(_request: HttpRequest, key: str) -> JsonResponse:
    """One order by its id, without asking whose."""
    return JsonResponse({"number": get_object_or_404(Order.every, pk=key).number})


def careless_stream(_request: HttpRequest) -> StreamingHttpResponse:
    """Orders, one by one, read after the view has answered."""
    return StreamingHttpResponse(f"{each.pk} {state()[0]}\n" for each in Order.every.iterator(chunk_size=1))


def careless_file(request: HttpRequest) -> FileResponse:
    """The same, said to be a file, which it is not."""
    return FileResponse(careless_stream(request))


def failing(_request: HttpRequest) -> JsonResponse:
    """A fault in the middle of reading."""
    raise ZeroDivisionError(len(rows(Order)))


def failing_in_the_database(_request: HttpRequest) -> JsonResponse:
    """A fault of the database, while the lock is lifted for a program."""
    return JsonResponse(
        {"runs": PayRun.seen_by(PROGRAM).extra(where=["1 / (version - version) = 1"]).count()}
    )


@reads_nothing
def untrue(_request: HttpRequest) -> JsonResponse:
    """A page that says it reads nothing, and does."""
    return JsonResponse({"orders": Order.every.count()})


def writing(_request: HttpRequest) -> JsonResponse:
    """Something that is opened and changes something."""
    return JsonResponse({"changed": Order.every.update(version=99)})


urlpatterns: list[URLPattern | URLResolver] = [
    path("careless", careless),
    path("careless/<str:key>", careless_one),
    path("careless-stream", careless_stream),
    path("careless-file", careless_file),
    path("failing", failing),
    path("failing-in-the-database", failing_in_the_database),
    path("writing", writing),
    path("untrue", untrue),
    *site.urlpatterns,
]
on_careless_site = pytest.mark.urls(__name__)


@pytest.mark.parametrize("name", names())
def test_the_database_shows_to_everybody_exactly_what_the_code_does(world: World, name: str) -> None:
    """Each record with an audience, also where nothing is on sale any more."""
    for on_sale in ("published", "suspended"):
        with undone():
            Offering.every.filter(state="published").update(state=on_sale)
            for model in owned_models():
                wanted = set(model.seen_by(world.viewer(name)).values_list("pk", flat=True))
                with locked(sees(world.viewer(name))):
                    assert rows(model) == wanted, model
                    assert set(model.seen_by(world.viewer(name)).values_list("pk", flat=True)) == wanted, (
                        model
                    )
                assert wanted <= rows(model)


def test_there_are_rows_of_both_tenants_to_be_hidden(world: World) -> None:
    ours, theirs, hidden = (
        sees(world.viewer("provider-admin@ibc")),
        sees(world.viewer("provider-admin@usda-nfc")),
        0,
    )
    for model in owned_models():
        with locked(ours):
            first = rows(model)
        with locked(theirs):
            second = rows(model)
        hidden += bool(first - second) and bool(second - first)
    assert hidden > 15


def test_whoever_reads_a_record_from_a_side_reads_what_leads_to_it_from_there() -> None:
    """Else the policy of what a path leads through would hide the record."""
    hiding, tried = [], 0
    for model in owned_models():
        for side in ("office", "provider", "customer"):
            readers = _readers(model, side)
            for column in model.audience.columns(side):
                passed: Any = model
                while "__" in column and readers:
                    head, _, column = column.partition("__")
                    passed, tried = passed._meta.get_field(head).related_model, tried + 1
                    if not readers <= _readers(passed, side) or column not in passed.audience.columns(side):
                        hiding.append((model.__name__, side, passed.__name__))
    assert hiding == []
    assert tried > 20


def _readers(model: type[Owned], side: str) -> set[str]:
    """The roles of a side that read a record."""
    return {
        each for each in policy().held_by(model.audience.reads).roles if policy().roles[each].side == side
    }


@pytest.mark.parametrize(
    ("name", "on_sale"),
    [(each, "published") for each in (MANAGER, "auditor@005", "public")]
    + [(each, "suspended") for each in READERS],
)
def test_every_page_and_call_says_the_same_with_the_lock_as_without(
    world: World, opened: list[Address], name: str, on_sale: str
) -> None:
    """Nothing is missing that somebody may see, also not what a record names that has gone from the catalogue."""
    clients, differing = (without_lock(world, name), browser(world, name)), []
    with undone():
        Offering.every.filter(state="published").update(state=on_sale)
        for address in opened:
            answers = [client.get(address.path) for client in clients]
            free, under = [(answer.status_code, ONCE.sub("", content(answer))) for answer in answers]
            if free != under:
                differing.append(f"{address}: {free[0]}, under the lock {under[0]}")
    assert differing == []


@on_careless_site
def test_a_careless_view_shows_everybody_their_own_rows_only(world: World) -> None:
    """The same view without the lock shows all of them: it is the lock that holds."""
    everything = {"orders": sorted(rows(Order)), "runs": sorted(rows(PayRun))}
    owner = state()[0]
    for name in (MANAGER, NEIGHBOUR, "employee@073", "hr-specialist@080", "auditor@005", "nobody", "public"):
        said, viewer = browser(world, name).get("/careless").json(), world.viewer(name)
        own = {"orders": Order.seen_by(viewer), "runs": PayRun.seen_by(viewer)}
        assert {key: said[key] for key in own} == {
            key: sorted(found.values_list("pk", flat=True)) for key, found in own.items()
        }
        assert (said["role"], said["after"]) == (settings.DATABASE_READER,) * 2
        free = without_lock(world, name).get("/careless").json()
        assert {key: free[key] for key in own} == everything
        assert free["role"] == owner
        assert said["program"] == free["program"] == len(everything["runs"])
    assert Order.seen_by(world.viewer(MANAGER)).exists()
    assert Order.seen_by(world.viewer(MANAGER)).count() < len(everything["orders"])


@on_careless_site
def test_a_guessed_id_is_not_found(world: World) -> None:
    key = Order.seen_by(world.viewer(MANAGER)).values_list("pk", flat=True)[0]
    tried = {
        name: browser(world, name).get(f"/careless/{key}").status_code
        for name in (MANAGER, NEIGHBOUR, "public")
    }
    assert tried == {MANAGER: 200, NEIGHBOUR: 404, "public": 404}
    assert without_lock(world, NEIGHBOUR).get(f"/careless/{key}").status_code == 200


@on_careless_site
@pytest.mark.parametrize("address", ["/careless-stream", "/careless-file"])
def test_what_is_streamed_after_the_answer_is_read_under_the_lock(world: World, address: str) -> None:
    own = Order.seen_by(world.viewer(MANAGER)).values_list("pk", flat=True)
    before, answer = state(), browser(world, MANAGER).get(address)
    lines = content(answer).splitlines()
    assert sorted(lines) == sorted(f"{each} {settings.DATABASE_READER}" for each in own)
    assert len(lines) > 1
    assert state() == before
    begun: Any = browser(world, MANAGER).get(address)
    assert state() == before
    assert settings.DATABASE_READER in next(begun.streaming_content).decode()
    begun._iterator.close()  # as of somebody who went away
    assert state() == before


@on_careless_site
@pytest.mark.parametrize(
    "address", ["/careless", "/careless/guessed", "/failing", "/failing-in-the-database", "/writing"]
)
@pytest.mark.parametrize("name", [MANAGER, "auditor@005"])
def test_nothing_outlasts_a_request_whatever_became_of_it(world: World, name: str, address: str) -> None:
    before, everything = state(), rows(Order)
    browser(world, name).get(address)
    assert state() == before
    assert rows(Order) == everything
    assert Client().get("/careless").json()["orders"] == []


@on_careless_site
def test_a_page_that_reads_nothing_is_opened_without_a_database_and_cannot_read(world: World) -> None:
    with connection.execute_wrapper(_down):
        assert Client().get("/health").status_code == 200
        assert Client(raise_request_exception=False).get("/ready").status_code == 500
    assert browser(world, "auditor@005").get("/untrue").status_code == 500
    assert Order.every.exists()


def _down(*_asked: object) -> None:
    raise OperationalError("the database is down")


@on_careless_site
def test_what_is_opened_changes_nothing(world: World) -> None:
    answer = browser(world, "auditor@005").get("/writing")
    assert answer.status_code == 500
    assert not Order.every.filter(version=99).exists()


@on_careless_site
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_no_page_is_opened_past_the_lock_by_asking_in_another_way(world: World, method: str) -> None:
    """A page that only reads would answer every method alike, and what is sent is not bound."""
    for name in (NEIGHBOUR, "public"):
        client = browser(world, name)
        for address in ("/careless", "/", "/catalogue/", "/untrue"):
            answer = client.generic(method, address)
            assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, OPTIONS")
            assert answer.content == b""
        kept = client.generic(method, "/mine/keys/").status_code
        assert kept in (200, 302) if method == "POST" else kept == 405


def test_who_is_unnamed_sees_what_the_public_sees(world: World) -> None:
    """Neither an empty setting nor none at all opens anything that is not public."""
    for model in owned_models():
        public = set(model.seen_by(PUBLIC).values_list("pk", flat=True))
        with locked({}):
            assert rows(model) == public
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('qsmo.sees', '', true)")
            assert rows(model) == public
            with connection.cursor() as cursor:
                cursor.execute("RESET qsmo.sees")
            assert rows(model) == public


def test_only_pages_of_signing_in_are_opened_without_the_lock() -> None:
    every = dict(_views(get_resolver().url_patterns))
    without = {pattern for pattern, view in every.items() if view.__module__.startswith(WITHOUT)}
    assert {pattern for pattern in without if not pattern.startswith(addresses.SIGN_IN)} == set()
    assert (len(without) > 10, len(every) - len(without) > 50) == (True, True)


def _views(patterns: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from _views(each.url_patterns, before + str(each.pattern))
        else:
            yield before + str(each.pattern), each.callback
