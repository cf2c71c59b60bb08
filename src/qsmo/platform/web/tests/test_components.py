"""Components as HTML: names tied to what they name, nothing inline, nothing unescaped."""

from __future__ import annotations

import re
from typing import Any

import pytest
from lxml import html

from qsmo.platform.web.tests import gallery


@pytest.fixture(scope="module")
def written() -> str:
    return gallery.render()


@pytest.fixture(scope="module")
def document(written: str) -> Any:
    return html.fromstring(written)


def test_nothing_is_inline(written: str) -> None:
    assert not re.search(r"\s(style|on[a-z]+)=", written)
    assert not re.search(r"<style|<script(?![^>]*\ssrc=)", written)


def test_words_given_to_components_stay_words(written: str) -> None:
    assert gallery.HOSTILE not in written
    assert written.count("&lt;script&gt;") == 2
    assert 'value="payroll &amp; &lt;leave&gt;"' in written


def test_no_component_is_left_untranslated(written: str) -> None:
    assert not re.search(r"<c-|{{|{%", written)


def test_no_id_is_given_twice(document: Any) -> None:
    ids = document.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_every_control_has_a_label_and_every_reference_its_target(document: Any) -> None:
    ids = set(document.xpath("//@id"))
    named = {
        text for each in document.xpath("//@aria-describedby|//@aria-labelledby") for text in each.split()
    }
    assert named <= ids
    assert set(document.xpath("//label/@for")) <= ids
    for control in document.xpath("//input[not(@type='hidden')]|//select|//textarea|//progress"):
        assert document.xpath(f"//label[@for='{control.get('id')}']"), html.tostring(control)


def test_the_summary_of_errors_leads_to_each_field(document: Any) -> None:
    links = document.xpath("//div[contains(@class,'q-errors')]//a")
    assert [(link.get("href"), link.text) for link in links] == [
        ("#id_w-fund", "Fund citation: This field is required."),
        ("#id_w-begin", "First day of the order: This field is required."),
        ("#id_w-office", "Office: This field is required."),
        ("#id_w-kind", "Kind of order: Select a valid choice. odd is not one of the available choices."),
        ("#id_w-agree", "I have read the general terms: This field is required."),
    ]
    fund = document.get_element_by_id("id_w-fund")
    assert fund.get("aria-invalid") == "true"
    assert fund.get("aria-describedby") == "id_w-fund_hint id_w-fund_error"


def test_posting_forms_carry_the_mark_of_the_site_and_reading_forms_do_not(
    document: Any,
) -> None:
    for form in document.xpath("//form"):
        marked = bool(form.xpath(".//input[@name='csrfmiddlewaretoken']"))
        assert marked == (form.get("method") == "post")


def test_a_table_names_itself_its_columns_and_its_rows(document: Any) -> None:
    table = document.xpath("//section[@id='table']//table")[0]
    assert "Bills" in table.findtext("caption")
    assert [each.get("aria-sort") for each in table.xpath("thead//th[@scope='col']")] == [
        None,
        None,
        None,
        None,
        "descending",
    ]
    assert len(table.xpath("tbody/tr/th[@scope='row']/a")) == 5
    assert table.getparent().get("tabindex") == "0"
    assert table.xpath("tbody/tr[1]/td[last()]/@class") == ["num"]


def test_a_table_without_rows_says_what_to_do_next(document: Any) -> None:
    section = document.get_element_by_id("disputes")
    assert "No disputes yet" in section.text_content()
    assert "opened from a line" in section.text_content()
    assert not section.xpath(".//table")


def test_an_explanation_leaves_out_what_is_not_known(document: Any) -> None:
    whole, bare = document.xpath("//details[contains(@class,'q-explain')]")
    assert whole.xpath(".//dt/text()") == [
        "Rule",
        "Figures used",
        "Worked out",
        "Table",
        "Source",
        "Citation",
    ]
    assert bare.xpath(".//dt/text()") == ["Rule"]
    assert (whole.get("open"), bare.get("open")) == ("", None)


def test_progress_asks_again_only_while_there_is_more_to_come(document: Any) -> None:
    live, done = document.get_element_by_id("progress"), document.get_element_by_id("done")
    assert (live.get("hx-get"), live.get("hx-trigger")) == ("/run/1", "every 2s")
    assert live.xpath(".//noscript//a/@href") == ["/run/1"]
    assert done.get("hx-get") is None
    assert "12 of 12 — finished" in done.text_content()


def test_a_chart_stands_beside_its_figures(document: Any) -> None:
    figures = document.xpath("//figure")
    assert len(figures) == 4
    for figure in figures:
        assert len(figure.xpath(".//*[local-name()='svg']")) == 1
        assert len(figure.xpath(".//table/tbody/tr")) >= 2


def test_a_component_does_not_see_the_words_of_the_page_around_it() -> None:
    written = gallery.render({"title": "Of the page", "meta": "Of the page"}, text="<c-card>Body</c-card>")
    assert "Of the page" not in written
