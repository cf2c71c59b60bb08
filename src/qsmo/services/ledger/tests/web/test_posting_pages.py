"""Posting on a page: looked at before it is done, done by whose part it is, refused in place, all else as before."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from qsmo.services.ledger.models import Control, Entry, SourceDocument
from qsmo.services.ledger.tests.setting import TAS
from qsmo.services.ledger.tests.web.office import Office

ORDER = {"tas": TAS, "amount-amount": "500.00", "on": "2026-01-20", "key": "PO-7", "says-organization": "HQ"}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def left(level: str = "allotment") -> int:
    """What is left at a level."""
    return sum(each.left_cents for each in Control.every.filter(level=level))


def counts() -> tuple[int, ...]:
    """What a look, and a refusal, leave as it was; but for the document that a refusal keeps."""
    return Entry.every.count(), left(), left("cash")


def test_an_order_is_shown_before_it_is_posted_and_then_posted_as_shown(held: Office) -> None:
    path, before = held.at("rules", "OBLIGATE"), counts()
    shown = held.accountant.get(path, ORDER)
    assert (shown.status_code, counts(), SourceDocument.every.count()) == (200, before, 0)
    for text in (
        "461000",
        "480100",
        "$550.00",
        "-$500.00",
        "$50.00",
        "31 U.S.C. 1517(a)(2)",
        "FY2026 period 04",
    ):
        assert text in shown.text
    section = shown.text[shown.text.index('id="preview"') :]
    sent = {name: html.unescape(value) for name, value in HIDDEN.findall(section)}
    assert sent.items() >= ORDER.items()
    posted = held.accountant.post(path, sent)
    entry = Entry.every.get(key="PO-7")
    assert (posted.status_code, posted["Location"]) == (302, f"/ledger/entries/{entry.pk}/")
    assert (entry.source, entry.made_name, left()) == ("page", "Ann Accountant", 50_00)
    again = held.accountant.post(path, sent, follow=True)
    assert "nothing was posted again" in again.text
    assert Entry.every.filter(key="PO-7").count() == 1


def test_more_than_is_allotted_is_refused_in_place_and_kept(held: Office) -> None:
    path, before = held.at("rules", "OBLIGATE"), counts()
    over = {**ORDER, "amount-amount": "550.01"}
    shown = held.accountant.get(path, over)
    assert (shown.status_code, counts()) == (200, before)
    assert "It would be refused" in shown.text
    refused = held.accountant.post(path, over)
    assert (refused.status_code, counts()) == (409, before)
    for text in ("It was not posted", "0.01 too much", "The document was kept", 'value="550.01"'):
        assert text in refused.text
    document = SourceDocument.every.get(key="PO-7")
    assert document.state == "refused"
    page = held.accountant.get(f"/ledger/documents/{document.pk}/")
    mend = html.unescape(re.findall(r'href="([^"]+)">Mend it', page.text)[0])
    assert 'value="550.01"' in held.accountant.get(mend).text
    assert held.accountant.post(path, ORDER).status_code == 302
    document.refresh_from_db()
    assert document.state == "posted"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"amount-amount": "1.005"}, "is not an amount of dollars"),
        ({"amount-amount": "123456789012345678901"}, "too large"),
        ({"amount-amount": ""}, "This field is required"),
        ({"amount-amount": "0"}, "an amount above zero"),
        ({"amount-amount": "-5"}, "an amount above zero"),
        ({"on": "2026-13-01"}, "Enter a valid date"),
        ({"tas": "073-X-9999-000"}, "Select a valid choice"),
        ({"key": ""}, "This field is required"),
        ({"says-organization": "x" * 61}, "at most 60"),
        ({"words": "a\x00b"}, "not"),
    ],
)
def test_what_is_filled_in_wrongly_is_said_at_its_field(
    held: Office, changed: dict[str, str], words: str
) -> None:
    path, before = held.at("rules", "OBLIGATE"), counts()
    for answer in (
        held.accountant.get(path, {**ORDER, **changed}),
        held.accountant.post(path, {**ORDER, **changed}),
    ):
        assert (answer.status_code, counts()) == (422, before)
        assert words in answer.text


def test_an_expired_account_and_a_closed_period_are_said_before_and_refused(held: Office) -> None:
    late = {**ORDER, "on": "2026-10-05"}
    shown = held.accountant.get(held.at("rules", "OBLIGATE"), late)
    assert "expired on 2026-09-30" in html.unescape(shown.text)
    assert "FY2027 period 01 is not open" in shown.text
    before = counts()
    assert held.accountant.post(held.at("rules", "OBLIGATE"), late).status_code == 422
    assert counts() == before


def test_the_budget_officer_funds_and_the_accountant_posts_the_rest(held: Office) -> None:
    assert "OBLIGATE" not in held.officer.get(held.at("rules")).text
    assert (
        "APPORTION"
        not in re.sub(r"<input[^>]*>", "", held.accountant.get(held.at("rules")).text).split("table")[0]
    )
    for client, rule in ((held.officer, "OBLIGATE"), (held.accountant, "ALLOT"), (held.auditor, "OBLIGATE"),
                         (held.manager, "ALLOT")):  # fmt: skip
        before = counts()
        assert client.get(held.at("rules", rule)).status_code == 403
        assert client.post(held.at("rules", rule), ORDER).status_code == 403
        assert counts() == before
    assert held.stranger.post(held.at("rules", "ALLOT"), ORDER).status_code == 404
    assert held.accountant.post(held.at("rules", "APPROPRIATE"), {**ORDER, "key": "W-1"}).status_code == 302
    for rule in ("APPORTION", "ALLOT"):
        assert held.officer.post(held.at("rules", rule), {**ORDER, "key": rule}).status_code == 302
    assert left() == 1050_00


def test_an_entry_is_reversed_once_with_a_reason_by_who_may(held: Office) -> None:
    entry = Entry.every.get(rule="PAY")
    path, said = f"/ledger/entries/{entry.pk}/reverse/", {"on": "2026-01-20", "why": "paid twice"}
    for client, status in ((held.officer, 403), (held.auditor, 403), (held.stranger, 404), (Client(), 404)):
        assert (client.get(path).status_code, client.post(path, said).status_code) == (status, status)
    assert held.accountant.post(path, {**said, "why": ""}).status_code == 422
    assert held.accountant.post(path, {**said, "on": "2026-10-05"}).status_code == 409
    assert Entry.every.filter(reverses=entry).count() == 0
    assert held.accountant.post(path, said).status_code == 302
    other = Entry.every.get(reverses=entry)
    assert f"Entry {other.pk}" in held.auditor.get(f"/ledger/entries/{entry.pk}/").text
    assert f"Entry {entry.pk}" in held.auditor.get(f"/ledger/entries/{other.pk}/").text
    twice: Any = held.accountant.post(path, {**said, "why": "again"})
    assert (twice.status_code, Entry.every.filter(reverses=entry).count()) == (409, 1)


def test_a_button_without_its_token_posts_nothing(held: Office) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = held.accountant.cookies
    before = counts()
    assert client.post(held.at("rules", "OBLIGATE"), ORDER).status_code == 403
    assert counts() == before
