"""The shell and the error pages: what they say, with which status, and what they never hold."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client, RequestFactory
from lxml import html

from qsmo.platform.web import errors, page
from qsmo.platform.web.page import listing
from qsmo.platform.web.table import Table
from qsmo.platform.web.tests.gallery import COLUMNS, HOSTILE, bills


def text(answer: Any) -> str:
    return str(answer.content.decode())


def parsed(answer: Any) -> Any:
    return html.fromstring(text(answer))


@pytest.mark.parametrize("status", [403, 404, 409, 413, 422])
def test_a_refusal_is_a_page_with_its_status_its_words_and_its_findings(client: Client, status: int) -> None:
    answer = client.get(f"/refused/{status}")
    assert answer.status_code == status
    document = parsed(answer)
    said = " ".join(document.xpath("//main")[0].text_content().split())
    assert f"The file was refused {HOSTILE}" in said
    assert "time.xml:8 Hours" in said
    assert f"Hours are wrong {HOSTILE}" in said
    assert "0 to 24" in said
    assert "What you can do" in said
    assert "file-refused" in said
    assert HOSTILE not in text(answer)


def test_a_refusal_shown_in_a_part_of_a_page_takes_the_place_of_the_whole(client: Client) -> None:
    answer = client.get("/refused/409", headers={"HX-Request": "true"})
    assert (answer["HX-Retarget"], answer["HX-Reselect"], answer["HX-Reswap"]) == (
        "main",
        "main",
        "outerHTML",
    )
    assert "HX-Retarget" not in client.get("/refused/409")


@pytest.mark.parametrize(
    ("address", "status", "title"),
    [
        ("/unreadable", 400, "The request could not be read"),
        ("/forbidden", 403, "You may not do this"),
        ("/nowhere", 404, "Not found"),
        ("/broken", 500, "Something went wrong on our side"),
    ],
)
def test_every_other_failure_has_its_page_too(client: Client, address: str, status: int, title: str) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert parsed(answer).findtext(".//h1") == title
    assert "secret detail" not in text(answer)


def test_a_bug_stays_loud(client: Client) -> None:
    with pytest.raises(RuntimeError, match="secret detail"):
        Client().get("/broken")


def test_somebody_refused_without_being_signed_in_is_led_to_the_sign_in_and_back(client: Client) -> None:
    document = parsed(client.get("/refused/403?a=1"))
    assert "/sign-in?next=%2Frefused%2F403%3Fa%3D1" in document.xpath("//main//a/@href")


def test_a_form_opened_too_long_ago_is_explained(client: Client) -> None:
    answer = errors.stale_form(RequestFactory().post("/plain"), reason="no cookie")
    assert answer.status_code == 403
    assert "Nothing was saved" in text(answer)


def test_the_shell_leads_to_the_main_part_and_marks_where_one_is(client: Client) -> None:
    document = parsed(client.get("/plain/below"))
    assert document.get("lang") == "en-US"
    assert document.xpath("//body/a[1]/@href") == ["#main"]
    assert document.xpath("//main/@id") == ["main"]
    assert document.xpath("//nav[@aria-label='Primary']//a/text()") == ["Plain"]
    assert document.xpath("//nav//a[@aria-current='page']/text()") == ["Plain"]
    assert document.xpath("//header//a[text()='Sign in']/@href") == ["/sign-in?next=%2Fplain%2Fbelow"]


def test_a_neighbour_with_a_longer_name_is_not_where_one_is() -> None:
    assert page._within("/orders/7", "/orders/")
    assert page._within("/orders", "/orders")
    assert not page._within("/orders-old/7", "/orders")
    assert not page._within("/orders", "/")


def test_only_a_government_site_says_that_it_is_one(client: Client, settings) -> None:
    assert "not an official website" in text(client.get("/plain"))
    settings.SITE_OFFICIAL = True
    official = text(client.get("/plain"))
    assert "An official website of the United States government" in official
    assert "not an official website" not in official


@pytest.mark.parametrize("address", ["/plain", "/refused/422", "/broken"])
def test_no_page_holds_a_style_or_a_script_of_its_own_or_anything_from_elsewhere(
    client: Client, address: str
) -> None:
    written = text(client.get(address))
    assert not re.search(r"\s(style|on[a-z]+)=", written)
    assert not re.search(r"<style|<script(?![^>]*\ssrc=)", written)
    assert re.findall(r"(?:src|href)=\"(?:https?:)?//", written) == []


def test_a_list_is_a_page_or_a_csv_as_asked(client: Client) -> None:
    request = RequestFactory().get("/refused/1?size=5")
    shown = listing(request, "web/page.html", Table(request.GET, bills(9), COLUMNS, caption="Bills"))
    assert shown["Content-Type"].startswith("text/html")
    request = RequestFactory().get("/refused/1?format=csv")
    answer = listing(request, "web/page.html", Table(request.GET, bills(9), COLUMNS, caption="Bills"))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
