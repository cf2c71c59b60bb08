"""Tables: what the query string may ask for, in which order rows come, and what leaves as CSV."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import django_filters
import pytest
from django.http import QueryDict

from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.platform.access.models import Organisation
from qsmo.platform.web import table as tables
from qsmo.platform.web.table import Column, Table, plain_cell
from qsmo.platform.web.tests.gallery import COLUMNS, bills

ORGANISATIONS = [
    Column("id", "Code", sort=True),
    Column("name", "Name", sort=True),
    Column("parent", "Parent", value="parent.name", sort="parent__name"),
]


def listed(query: str, count: int = 60, **more: Any) -> Table:
    return Table(QueryDict(query), bills(count), COLUMNS, caption="Bills", **more)


def first(table: Table) -> list[str]:
    return [row[0].text for row in table.page_rows]


def test_a_page_holds_its_rows_and_says_where_it_stands() -> None:
    table = listed("page=3&size=25")
    assert first(table) == [f"2026-{place:04d}" for place in range(51, 61)]
    assert table.paging.words == "51–60 of 60"
    assert (table.paging.previous, table.paging.following) == ("?page=2&size=25", "")


def test_a_heading_sorts_up_then_down_and_goes_back_to_the_first_page() -> None:
    unsorted = {heading.label: heading for heading in listed("page=2").headings}
    assert (unsorted["Total"].href, unsorted["Total"].order) == ("?sort=total", "")
    assert unsorted["State"].href == ""
    up = {heading.label: heading for heading in listed("page=2&sort=total").headings}
    assert (up["Total"].href, up["Total"].order) == ("?sort=-total", "ascending")


def test_negative_amounts_come_first_when_sorted_upwards() -> None:
    row = listed("sort=total").page_rows[0]
    assert [cell.text for cell in row] == ["2026-0002", "Peace Corps", "Draft", "1,990", "-$6,169.00"]


def test_equal_rows_keep_their_order_and_missing_values_come_last_both_ways() -> None:
    rows = [{"a": value, "n": place} for place, value in enumerate([2, None, 1, 2])]
    columns = [Column("n", "N"), Column("a", "A", sort=True)]
    assert first(Table(QueryDict("sort=a"), rows, columns, caption="A")) == ["2", "0", "3", "1"]
    assert first(Table(QueryDict("sort=-a"), rows, columns, caption="A")) == ["0", "3", "2", "1"]


@pytest.mark.parametrize(
    ("query", "code", "status"),
    [
        ("sort=secret", "sort-unknown", 422),
        ("sort=state", "sort-unknown", 422),
        ("sort=--total", "sort-unknown", 422),
        ("page=0", "page-unknown", 404),
        ("page=4", "page-unknown", 404),
        ("page=x", "page-form", 422),
        ("page=-1", "page-form", 422),
        ("page=²", "page-form", 422),
        ("page=99999999999999999999", "page-form", 422),
        ("size=0", "size-range", 422),
        ("size=101", "size-range", 422),
        ("format=xls", "format-unknown", 422),
    ],
)
def test_what_a_table_does_not_offer_is_refused(query: str, code: str, status: int) -> None:
    table = listed(query)
    with pytest.raises(Refusal) as refused:
        _ = table.page_rows, table.csv_wanted
    assert (refused.value.code, refused.value.status) == (code, status)


def test_two_tables_of_one_page_do_not_hear_each_other() -> None:
    table = listed("page=9&bills-page=2&bills-size=10", name="bills")
    assert first(table)[0] == "2026-0011"
    assert table.paging.following == "?page=9&bills-page=3&bills-size=10"


def test_the_pages_offered_are_the_ends_and_the_neighbours() -> None:
    assert [page for page, _ in listed("size=5&page=6").paging.pages] == [1, None, 5, 6, 7, None, 12]
    assert [page for page, _ in listed("size=5&page=3").paging.pages] == [1, 2, 3, 4, None, 12]
    assert [page for page, _ in listed("size=60").paging.pages] == [1]


def test_no_row_is_no_error() -> None:
    table = listed("", count=0)
    assert table.empty
    assert table.page_rows == []
    assert table.paging.words == "0–0 of 0"


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        ("text", "=1+1", "'=1+1"),
        ("text", "+1", "'+1"),
        ("text", "-1", "'-1"),
        ("text", "@SUM(A1)", "'@SUM(A1)"),
        ("text", "\t=1", "'\t=1"),
        ("text", "\r=1", "'\r=1"),
        ("text", " =1", "' =1"),
        ("state", "=x", "'=x"),
        ("text", "plain", "plain"),
        ("money", -1234, "-12.34"),
        ("money", Money(123_456_78), "123456.78"),
        ("number", -5, "-5"),
        ("number", "=1", "'=1"),
        ("percent", Fraction(-31, 500), "-0.062"),
        ("date", date(2026, 3, 1), "2026-03-01"),
        ("instant", datetime(2026, 3, 1, 4, 5, tzinfo=UTC), "2026-03-01T04:05:00+00:00"),
        ("yesno", False, "no"),
        ("text", None, ""),
    ],
)
def test_csv_holds_plain_values_that_no_spreadsheet_runs(kind: str, value: Any, written: str) -> None:
    assert plain_cell(kind, value) == written


def test_csv_holds_every_row_in_the_order_asked_for() -> None:
    answer = listed("format=csv&sort=-number&page=2&size=5").csv()
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode())))
    assert rows[0] == ["Bill", "Customer", "State", "People paid", "Total"]
    assert [row[0] for row in rows[1:]] == [f"2026-{place:04d}" for place in range(60, 0, -1)]
    assert rows[-2] == ["2026-0002", "Peace Corps", "draft", "1990", "-6169.00"]
    assert answer["Content-Disposition"] == 'attachment; filename="table.csv"'


@pytest.fixture
def organisations(db: None) -> None:
    parent = Organisation.objects.create(id="z", name="Parent", kind="agency")
    Organisation.objects.bulk_create(
        Organisation(
            id=f"o{place:02d}", name=f"Same {place % 2}", kind="bureau", parent=parent if place < 3 else None
        )
        for place in range(10)
    )


@pytest.mark.usefixtures("organisations")
def test_rows_of_the_database_with_equal_values_are_neither_shown_twice_nor_missed() -> None:
    seen: list[str] = []
    for page in (1, 2, 3, 4):
        query = QueryDict(f"sort=name&size=3&page={page}")
        seen += first(Table(query, Organisation.objects.all(), ORGANISATIONS, caption="All"))
    assert seen == ["z", *(f"o{place:02d}" for place in (0, 2, 4, 6, 8, 1, 3, 5, 7, 9))]


@pytest.mark.usefixtures("organisations")
def test_rows_without_a_related_value_come_last_both_ways() -> None:
    for sort in ("parent", "-parent"):
        rows = Organisation.objects.select_related("parent")
        table = Table(QueryDict(f"sort={sort}&size=4"), rows, ORGANISATIONS, caption="All")
        assert [row[2].text for row in table.page_rows] == ["Parent", "Parent", "Parent", "—"]


@pytest.mark.usefixtures("organisations")
def test_a_page_costs_two_queries_and_csv_one(django_assert_num_queries: Any) -> None:
    rows = Organisation.objects.select_related("parent")
    table = Table(QueryDict("size=3"), rows, ORGANISATIONS, caption="All")
    with django_assert_num_queries(2):
        assert len(table.page_rows) == 3
        assert table.paging.words == "1–3 of 11"
    with django_assert_num_queries(1):
        assert len(list(table.csv_lines())) == 12


@pytest.mark.usefixtures("organisations")
def test_counting_stops_at_the_cap_and_csv_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "COUNT_CAP", 6)
    table = Table(QueryDict("size=3"), Organisation.objects.all(), ORGANISATIONS, caption="All")
    assert table.paging.words == "1–3 of more than 6"
    assert table.paging.last == 2
    assert len(list(table.csv_lines())) == 12
    beyond = Table(QueryDict("size=3&page=3"), Organisation.objects.all(), ORGANISATIONS, caption="All")
    with pytest.raises(Refusal, match="Narrow the list"):
        assert beyond.page_rows


class KindFilter(django_filters.FilterSet):
    """Organisations by kind."""

    kind = django_filters.ChoiceFilter(choices=[("agency", "Agency"), ("bureau", "Bureau")])


@pytest.mark.usefixtures("organisations")
def test_a_filter_narrows_the_rows_and_the_form_carries_the_sort_along() -> None:
    query = QueryDict("kind=agency&sort=name&page=1")
    table = Table(query, Organisation.objects.all(), ORGANISATIONS, caption="All", filterset=KindFilter)
    assert first(table) == ["z"]
    assert table.kept == [("sort", "name")]
    assert table.csv_address == "?kind=agency&sort=name&format=csv"
