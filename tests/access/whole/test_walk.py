"""The walk: everybody tries every address with one agency's ids; nothing breaks, changes on refusal, or leaks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import F
from django.test import Client

from qsmo.platform.access.models import Grant
from qsmo.platform.access.owned import Owned
from qsmo.platform.access.policy import policy
from qsmo.platform.access.viewer import PUBLIC
from tests.access import addresses
from tests.access.addresses import Address
from tests.access.visitors import SHOWN_TO, STRANGERS, browser, content, names
from tests.access.world import OWN_OFFICE, Tenant, World, fingerprint, owned_models, undone, written
from tests.outside import on_postgres

pytestmark = pytest.mark.django_db
REFUSED = {401, 403, 404, 405, 409, 413, 422}
IDENTIFIER = re.compile(r"[0-9a-hjkmnp-tv-z]{26}|\b\d{13}\b")
ONLY_WITH_MORE = {  # these ask for more than their path: offerings, an activity, a year, a person, an account
    "get /api/v1/catalogue/comparison",
    "get /api/v1/catalogue/plans/{key}/estimate",
    "get /api/v1/standards/measures",
    "get /api/v1/payroll/runs/{run}/hire",
    "payroll:hire-figure",
    "ledger:core-part",
}
KEPT = {"post /api/v1/ledger/books/{book}/events"}
"""What keeps a refused document with its findings: no attempt to spend too much disappears."""


@pytest.fixture(scope="module")
def everywhere(world: World) -> list[Address]:
    return addresses.pages(world) + addresses.calls(world)


@pytest.fixture(scope="module")
def once(world: World, everywhere: list[Address]) -> list[Address]:
    """The addresses with one id of each kind: not the last one beside the first."""
    last = {ids[-1] for ids in world.first.ids.values() if len(ids) > 1}
    return [each for each in everywhere if not each.ids & last]


def asked(client: Client, address: Address) -> Any:
    """The answer to one request."""
    if address.method == "GET":
        return client.get(address.path)
    if address.body is None:
        return client.generic(address.method, address.path)
    media, body = address.body
    if media == "application/json":
        return client.generic(address.method, address.path, json.dumps(body), content_type=media)
    return client.post(address.path, body or {})


def refused(answer: Any) -> bool:
    """Whether a request was refused, or sent to sign in first."""
    to_sign_in = answer.status_code == 302 and "/accounts/login/" in answer["Location"]
    return answer.status_code in REFUSED or to_sign_in


def foreign(world: World, name: str) -> set[str]:
    """The identifiers of the tenants to which somebody does not belong, less what the public may see."""
    own, role = world.tenant_of(name), name.partition("@")[0]
    if role in policy().roles and policy().roles[role].side == "oversight":
        return set()
    others: list[Tenant] = [each for each in (world.first, world.second) if each is not own]
    hidden = {key for each in others for key in each.all_ids}
    for model in owned_models():
        hidden -= set(map(str, model.seen_by(PUBLIC).values_list("pk", flat=True)))
        if name.endswith(f"@{OWN_OFFICE}"):
            hidden -= set(map(str, model.seen_by(world.viewer(name)).values_list("pk", flat=True)))
    return hidden


def faults_of(address: Address, answer: Any, hidden: set[str], marks: list[str]) -> Iterator[str]:
    """What is wrong with an answer, whatever was asked: a fault, or something of a neighbour."""
    said = content(answer)
    if answer.status_code >= 500:
        yield f"{address}: broke ({answer.status_code})"
    if address.ids & hidden and not refused(answer):
        yield f"{address}: was opened to a stranger ({answer.status_code})"
    leaked = (set(IDENTIFIER.findall(said)) & hidden) - set(IDENTIFIER.findall(address.path))
    if leaked or any(mark in said for mark in marks):
        yield f"{address}: shows rows of a neighbour {sorted(leaked)[:3]}"


def test_whatever_is_written_is_counted(world: World) -> None:
    """The count that spares the fingerprint moves with each row, also with one that is undone."""
    before = fingerprint()
    for _time in range(2):
        count = written()
        with undone():
            assert Grant.every.update(version=F("version")) > 0
        assert written() > count
    assert fingerprint() == before


@pytest.mark.parametrize("name", [*SHOWN_TO, *STRANGERS] if on_postgres() else names())
def test_nothing_breaks_changes_or_leaks(
    world: World, everywhere: list[Address], once: list[Address], name: str
) -> None:
    """Every address for one person: no fault, no change on a refusal, no row of a neighbour, and no way round by id.

    Those who have pages to open try two ids of each kind, others one. On PostgreSQL only the first walk: its second
    lock is compared for everybody elsewhere.
    """
    client, hidden, before = browser(world, name), foreign(world, name), fingerprint()
    marks = [each.mark for each in (world.first, world.second) if each.all_ids & hidden]
    if name.endswith(f"@{OWN_OFFICE}"):
        marks = []
    faults: list[str] = []
    for address in everywhere if name in SHOWN_TO else once:
        if address.method == "GET":
            faults += faults_of(address, asked(client, address), hidden, marks)
            continue
        with undone():
            count = written()
            answer = asked(client, address)
            faults += faults_of(address, answer, hidden, marks)
            changed = written() != count and fingerprint() != before
            if changed and refused(answer) and address.name not in KEPT:
                faults.append(f"{address}: refused ({answer.status_code}) and changed something")
            if changed and address.ids & hidden:
                faults.append(f"{address}: a stranger changed something ({answer.status_code})")
    if fingerprint() != before:
        faults.append("something that was only opened changed something")
    assert faults == [], f"{len(faults)} faults:\n" + "\n".join(faults[:40])


@pytest.mark.embedded
@pytest.mark.parametrize("name", ["customer-funding-official@080", "provider-admin@usda-nfc"])
@pytest.mark.parametrize("more", ["format=csv", "q=ONLYTHEFIRST", "q=ONLYTHEFIRST&format=csv"])
def test_search_sorting_and_csv_show_no_neighbours_rows(
    world: World, everywhere: list[Address], name: str, more: str
) -> None:
    client, hidden, tables = browser(world, name), foreign(world, name), 0
    for address in everywhere:
        if address.method != "GET":
            continue
        answer = client.get(f"{address.path}{'&' if '?' in address.path else '?'}{more}")
        said = content(answer)
        tables += "text/csv" in answer["Content-Type"]
        assert answer.status_code < 500, f"{address} {more}"
        leaked = (set(IDENTIFIER.findall(said)) & hidden) - set(IDENTIFIER.findall(address.path))
        assert not leaked, f"{address} {more}"
        shown = re.sub(r"ONLYTHEFIRST", "", said) if "q=" in more else said
        assert "ONLYTHEFIRST" not in shown, f"{address} {more}"
    assert not more.endswith("csv") or tables > 5


@pytest.mark.embedded
def test_every_page_and_every_reading_call_opens_to_somebody(world: World, everywhere: list[Address]) -> None:
    """The ids are well chosen: what was refused above was refused because of who asked."""
    closed = {each.name for each in everywhere if each.method == "GET"}
    for name in SHOWN_TO:
        client = browser(world, name)
        for address in everywhere:
            if address.method == "GET" and address.name in closed:
                closed -= {address.name} if asked(client, address).status_code in (200, 405) else set()
    assert closed <= ONLY_WITH_MORE, sorted(closed)


def test_every_action_is_refused_to_every_role_without_its_permission(world: World) -> None:
    """Each (role, action) pair: who lacks the permission is stopped at the door, before anything is looked at."""
    import sys

    from qsmo.kernel.finding import Refusal
    from qsmo.platform.access.door import ACTIONS

    before, tried = fingerprint(), 0
    for made in ACTIONS.values():
        function = getattr(sys.modules[made.module], made.name.rpartition(".")[2], None)
        if function is None:
            continue
        for name in names():
            viewer = world.viewer(name)
            if viewer.may(made.permission):
                continue
            tried += 1
            with pytest.raises(Refusal) as caught:
                function(viewer)
            assert (caught.value.code, caught.value.status) == ("not-allowed", 403)
    assert tried > 500
    assert fingerprint() == before


def test_every_role_holds_on_every_record_what_the_policy_says_and_no_more(world: World) -> None:
    """Each (role, permission) pair on a row of each kind, worked out again from the columns of its audience."""
    rows: list[Owned] = [
        model.every.get(pk=ids[0])
        for model in owned_models()
        if (ids := world.first.ids[model._meta.label_lower])
    ]
    seen = 0
    for name in names():
        viewer, (role, _, at) = world.viewer(name), name.partition("@")
        side = policy().roles[role].side if role in policy().roles else "public"
        for permission in policy().permissions.values():
            for row in rows:
                own = bool(row.audience.person_of(row)) and row.audience.person_of(row) == viewer.person
                through = {
                    "oversight": True,
                    "person": own,
                    "public": False,
                }.get(
                    side,
                    at in row.audience.organisations_of(row, side)
                    if side in ("office", "provider", "customer")
                    else False,
                )
                wanted = (role in permission.roles and through) or (
                    "public" in permission.roles and (row.is_public or own)
                )
                assert viewer.may(permission.name, row) == wanted, (name, permission.name, row._meta.label)
                seen += 1
    assert seen > 10_000
