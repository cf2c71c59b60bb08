"""Every page of the ledger opens for whom it may, in few questions, and its numbers lead to what is behind them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from qsmo.services.ledger.models import Combination, Control, Entry
from qsmo.services.ledger.pages import routes
from qsmo.services.ledger.tests.web.office import Office, table

MOST = 12
NONE_OF = (
    "documents", "receivables", "receipts", "invoices", "vendors", "orders", "deliveries", "schedules", "payments",
    "answers",
)  # fmt: skip
"""Records of which these books have none; the walk and the journeys reach the pages of each."""
LINK = re.compile(r'href="(/ledger/[^"#]*|\?[^"]*)"')


def opened(client: Client, path: str, status: int = 200) -> str:
    """The page, or the download, as text."""
    with CaptureQueriesContext(connection) as asked:
        answer: Any = client.get(path)
        text = table(answer) if answer.streaming else answer.text
    assert (answer.status_code, len(asked) <= MOST) == (status, True), (path, answer.status_code, len(asked))
    return str(text)


def first(place: str, model: Any) -> str:
    """The address of the first record of a kind."""
    return f"/ledger/{place}/{model.every.order_by('id')[0].pk}/"


def walked(client: Client, start: str) -> dict[str, str]:
    """One address of each kind that can be reached by links from one, each opened: the kind and the address."""
    seen: dict[str, str] = {}
    todo = [start]
    while todo:
        path = todo.pop()
        page = resolve(path.split("?")[0])
        csv = "csv" if "format=csv" in path else ""
        kind = f"{page.url_name}?{page.kwargs.get('report', '')}{csv}"
        if kind in seen:
            continue
        seen[kind] = path
        for link in LINK.findall(opened(client, path)):
            todo.append(((path.split("?")[0] + link) if link.startswith("?") else link).replace("&amp;", "&"))
    return seen


def test_every_page_is_reached_by_links_and_opens_in_few_questions(held: Office) -> None:
    reached = walked(held.accountant, "/ledger/")
    names = {kind.split("?")[0] for kind in reached}
    of_none = {each.name for each in routes if str(each.pattern).split("/")[0] in NONE_OF}
    assert {each.name for each in routes} - names - of_none == {"close-period"}


@pytest.mark.parametrize("who", ["officer", "auditor", "manager"])
def test_others_open_the_books_and_read_the_same_numbers(held: Office, who: str) -> None:
    client: Client = getattr(held, who)
    for path in (
        held.at(),
        held.at("trial-balance"),
        held.at("entries"),
        held.at("statements"),
        held.at("gtas"),
    ):
        assert "1,000.00" in opened(client, path) or "gtas" in path
    assert "Reverse this entry" not in opened(client, first("entries", Entry))


def test_a_stranger_sees_no_books_and_opens_none_of_their_pages(held: Office) -> None:
    assert "There are no books" in opened(held.stranger, "/ledger/")
    for path in (
        held.at(), held.at("entries"), held.at("trial-balance"), held.at("funds"), held.at("periods"),
        held.at("documents"), held.at("gtas"), held.at("rules"), held.at("rules", "OBLIGATE"), held.at("close", 2026),
        held.at("chart", "101000"), f"/ledger/accounts/{held.symbol.pk}/", f"/ledger/accounts/{held.symbol.pk}/sf133/",
        first("entries", Entry), first("combinations", Combination),
        first("limits", Control),
    ):  # fmt: skip
        opened(held.stranger, path, 404)
        assert Client().get(path).status_code == 404


def test_what_is_asked_wrongly_is_refused_with_what_would_be_right(held: Office) -> None:
    for query in (
        "year=1990",
        "year=abcd",
        "period=16",
        "period=x",
        "known=2026-13-01",
        "accounts-sort=nothing",
    ):
        opened(held.accountant, f"{held.at('trial-balance')}?{query}", 422)
    opened(held.accountant, f"{held.at('funds')}?by=name", 422)
    opened(held.accountant, held.at("chart", "999999"), 404)
    opened(held.accountant, f"/ledger/accounts/{held.symbol.pk}/sf133/9999/", 404)
    opened(held.accountant, held.at("statements", "balance-sheet", "nothing"), 404)
