"""The one search: words, filters with counts, order, pages, who sees what; comparison; a large catalogue."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qsmo.kernel.finding import Refusal
from qsmo.marketplace.catalogue import actions, queries
from qsmo.marketplace.catalogue.queries import Ask
from qsmo.marketplace.catalogue.tests.many import many_offerings
from qsmo.marketplace.catalogue.tests.setting import drafted, someone
from qsmo.platform.access.viewer import PUBLIC, Viewer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded")]


def ids(ask: Ask, viewer: Viewer = PUBLIC) -> list[str]:
    return [hit.offering.pk for hit in queries.search(viewer, ask).hits]


def narrowed(name: str, value: str) -> Ask:
    """A search with one value of one filter."""
    chosen: dict[str, Any] = {name: (value,)}
    return Ask(**chosen)


def counts(ask: Ask, key: str, viewer: Viewer = PUBLIC) -> dict[str, int]:
    facets = {facet.key: facet for facet in queries.search(viewer, ask).facets}
    return {each.value: each.count for each in facets[key].values}


def test_every_word_must_fit_and_beginnings_of_words_do():
    assert ids(Ask(words="threat hunt")) == ["cyb-doj-hunt"]
    assert ids(Ask(words="penetrat")) == ["cyb-doj-pt"]
    assert ids(Ask(words="negotiations indirect"))[0] == "grm-ibc-icr"
    assert ids(Ask(words="payroll penetration")) == []


def test_words_of_the_framework_and_of_the_provider_find_too():
    assert set(ids(Ask(words="Interior Business"))) == {"fm-ibc", "hr-ibc", "ibc-payroll", "grm-ibc-icr"}
    assert set(ids(Ask(words="HCM.A5-2"))) == {
        "hr-nfc", "hr-ibc", "hr-dfas", "hr-tssc", "hr-newpay-a", "hr-newpay-b", "ibc-payroll",
    }  # fmt: skip


@pytest.mark.parametrize(
    "words", ['"', "'", "a OR b", "NEAR(", "payroll*", "name:x", "%_", "!!", "; DROP TABLE", "\\", "& |", "_"]
)
def test_no_words_break_the_search(words):
    queries.search(PUBLIC, Ask(words=words))


def test_words_without_a_letter_find_nothing():
    assert queries.search(PUBLIC, Ask(words="!!")).total == 0


def test_a_title_fits_better_than_a_text():
    found = ids(Ask(words="payroll"))
    assert set(found[:2]) <= {"nfc-payroll", "ibc-payroll", "hr-nfc", "hr-ibc", "hr-dfas", "hr-tssc"}
    assert found.index("nfc-payroll") < found.index("fm-arc")


def test_filters_narrow_each_other_and_values_of_one_widen():
    assert queries.search(PUBLIC, Ask()).total == 36
    assert set(ids(Ask(kind=("contract",)))) == {"hr-newpay-a", "hr-newpay-b"}
    assert queries.search(PUBLIC, Ask(area=("HCM", "FFM"))).total == 13
    assert ids(Ask(area=("HCM",), level=("moderate",))) == ["hr-newpay-b"]
    assert ids(Ask(area=("FFM",), level=("moderate",))) == []
    assert set(ids(Ask(function=("GRM.060",), sector=("federal",)))) == {
        "grm-era", "grm-grantsolutions", "grm-ibc-icr", "grm-psc-cas",
    }  # fmt: skip
    assert set(ids(Ask(activity=("GRM.060.010",)))) == set(ids(Ask(function=("GRM.060",))))
    assert len(ids(Ask(capability=("HCM.A5-2.010.010",)))) == 7


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("kind", "one of contract, expertise, solution"),
        ("label", "one of designated, none, pre_designated"),
        ("sector", "one of commercial, federal"),
        ("level", "one of high, li-saas, low, moderate, none, unstated"),
    ],
)
def test_a_filter_value_that_does_not_exist_is_refused_with_those_that_do(name, expected):
    with pytest.raises(Refusal) as refused:
        queries.search(PUBLIC, narrowed(name, "zzz"))
    assert (refused.value.code, refused.value.status) == ("filter-unknown", 422)
    assert [(each.field, each.expected) for each in refused.value.findings] == [(name, expected)]


@pytest.mark.parametrize("name", queries.FILTERS | {"activity": "", "capability": ""})
def test_every_filter_refuses_what_does_not_exist(name):
    with pytest.raises(Refusal) as refused:
        list(queries.listed(PUBLIC, narrowed(name, "zzz")))
    assert (refused.value.code, refused.value.findings[0].field) == ("filter-unknown", name)


def test_every_value_that_a_filter_offers_may_be_chosen():
    for facet in queries.search(PUBLIC, Ask()).facets:
        for each in facet.values:
            assert queries.search(PUBLIC, narrowed(facet.key, each.value)).total == each.count


def test_counts_of_a_filter_have_every_other_filter_applied():
    assert counts(Ask(), "area") == {"GRM": 12, "CYB": 11, "HCM": 8, "FFM": 5}
    assert counts(Ask(), "level") == {"none": 29, "unstated": 6, "moderate": 1}
    assert counts(Ask(), "sector") == {"federal": 28, "commercial": 8}
    asked = Ask(area=("HCM",), kind=("contract",))
    assert counts(asked, "area") == {"HCM": 2}
    assert counts(asked, "kind") == {"solution": 6, "contract": 2}
    assert counts(asked, "sector") == {"commercial": 2}
    assert counts(asked, "function") == {"HCM.A5-1": 2, "HCM.A5-2": 2}


def test_every_count_is_what_choosing_the_value_shows():
    base: dict[str, Any] = {"words": "management", "sector": ("federal",)}
    for facet in queries.search(PUBLIC, Ask(**base)).facets:
        for each in facet.values:
            chosen = queries.search(PUBLIC, Ask(**{**base, facet.key: (each.value,)}))
            assert chosen.total == each.count, (facet.key, each.value)


def test_labels_are_filtered_and_counted_as_of_the_day():
    day = date(2020, 6, 29)
    assert counts(Ask(on=day), "label") == {"designated": 16, "pre_designated": 20}
    assert counts(Ask(on=date(2019, 4, 25)), "label") == {"none": 36}
    assert queries.search(PUBLIC, Ask(on=day, label=("designated",))).total == 16
    assert counts(Ask(), "label") == {"designated": 20, "pre_designated": 16}


def test_pages_hold_every_offering_once_in_order():
    for sort in ("name", "provider", "newest"):
        pages = [ids(Ask(sort=sort, size=10, page=page)) for page in range(1, 5)]
        whole = [key for page in pages for key in page]
        assert [len(page) for page in pages] == [10, 10, 10, 6]
        assert len(set(whole)) == 36
        assert whole == ids(Ask(sort=sort, size=100))


@pytest.mark.parametrize(
    "wrong", [{"size": 0}, {"size": 101}, {"page": 0}, {"page": 10_001}, {"sort": "price"}]
)
def test_a_question_out_of_bounds_is_refused(wrong):
    with pytest.raises(Refusal) as refused:
        Ask(**wrong)
    assert refused.value.status == 422


def test_a_draft_is_found_by_its_provider_and_its_office_and_by_nobody_else():
    admin = someone("admin", "provider-admin@usda-nfc")
    drafted(admin)
    ask = Ask(words="zebra striped")
    assert ids(ask, admin) == ["leave-audit"]
    assert ids(ask, someone("director", "office-director@qsmo-hr")) == ["leave-audit"]
    assert ids(ask, someone("auditor", "auditor@omb")) == ["leave-audit"]
    others = ("provider-admin@ibc", "office-director@qsmo-fm", "customer-program-manager@016/1625")
    for viewer in (PUBLIC, *(someone(f"other{place}", role) for place, role in enumerate(others))):
        assert ids(ask, viewer) == []
        assert queries.search(viewer, Ask()).total == 36
        assert list(queries.listed(viewer, ask)) == []
        assert "draft" not in str(queries.search(viewer, Ask(state=("draft",))).hits)
        for read, key in (
            (queries.offering_detail, "leave-audit"),
            (queries.plan_detail, "leave-audit-standard"),
            (queries.price_versions, "leave-audit-standard"),
            (queries.current_version, "leave-audit"),
        ):
            with pytest.raises(Refusal) as refused:
                read(viewer, key)
            assert refused.value.status == 404
        with pytest.raises(Refusal):
            queries.comparison(viewer, ["ibc-payroll", "leave-audit"])


def test_a_changed_draft_is_found_by_its_new_words_only():
    admin = someone("admin", "provider-admin@usda-nfc")
    made = drafted(admin)
    actions.change(admin, made.pk, summary="Quokka counting")
    assert ids(Ask(words="quokka"), admin) == ["leave-audit"]
    assert ids(Ask(words="zebra"), admin) == []


def test_two_payroll_offerings_stand_side_by_side():
    found = queries.comparison(PUBLIC, ["ibc-payroll", "nfc-payroll"], date(2026, 2, 22))
    rows = {row.label: row for row in found.rows}
    assert rows["Activities covered"].values == ("14", "8")
    assert rows["Standard capabilities"].values == (
        "2 of 185 capabilities claimed",
        "0 of 119 capabilities claimed",
    )
    assert rows["Work Schedule and Leave Management (HCM.A5-2)"].values == ("6 of 6", "none")
    assert rows["Price on the day"].values == (
        "$6.15 per employee paid per pay period (invented)",
        "$6.45 per employee paid per pay period (invented)",
    )
    assert rows["Next price"].values == ("$6.3375 from 2026-03-01", "$6.20 from 2026-03-01")
    assert rows["Delivered"].values[1] == "provided outside this system"
    assert found.meter == "employee-paid"
    assert not rows["Office"].differs
    later = queries.comparison(PUBLIC, ["ibc-payroll", "nfc-payroll"], date(2026, 3, 1))
    assert [price.shown for _, price in later.prices()] == ["6.3375", "6.20"]


@pytest.mark.parametrize(
    "keys", [[], ["ibc-payroll"], ["a", "b", "c", "d", "e"], ["ibc-payroll", "ibc-payroll"]]
)
def test_a_comparison_takes_two_to_four(keys):
    with pytest.raises(Refusal, match="two to 4"):
        queries.comparison(PUBLIC, keys)


def test_estimates_for_two_thousand_employees():
    assert str(queries.estimated(PUBLIC, "ibc-payroll-full", 2000, 2026).total) == "340,162.50"
    # 11,000 x 6.45 + 43,000 x 6.20
    assert str(queries.estimated(PUBLIC, "nfc-payroll-desk", 2000, 2026).total) == "337,550.00"


def test_a_catalogue_of_two_thousand_takes_as_few_queries_as_one_of_thirty():
    many_offerings()
    asks = [
        Ask(),
        Ask(words="ledger", label=("designated",), function=("FFM.030",)),
        Ask(words="measuring", page=50),
    ]
    for ask in asks:
        with CaptureQueriesContext(connection) as taken:
            found = queries.search(PUBLIC, ask)
        assert found.hits
        assert len(taken) <= 8
    assert queries.search(PUBLIC, Ask()).total == 2_036
    assert queries.search(PUBLIC, Ask(words="measuring")).total == 2_000
