"""The life of an offering: the whole way, who may not, what is still lacking; a refusal changes nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import Error, transaction

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.kernel.ids import digest
from qsmo.marketplace.catalogue import actions, queries
from qsmo.marketplace.catalogue.models import Evidence, Offering, OfferingVersion, PriceVersion
from qsmo.marketplace.catalogue.tests.setting import CONTENT, DAY, METER, SEED, drafted, someone
from qsmo.platform.access.viewer import PUBLIC
from qsmo.platform.record.models import TrailEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded")]


@pytest.fixture
def admin(seeded):
    return someone("admin", "provider-admin@usda-nfc")


@pytest.fixture
def analyst(seeded):
    return someone("analyst", "office-analyst@qsmo-hr")


@pytest.fixture
def director(seeded):
    return someone("director", "office-director@qsmo-hr")


def picture() -> tuple[object, ...]:
    """Everything that a refusal must leave as it was."""
    return (
        sorted(Offering.every.values_list("pk", "state", "version", "authorization")),
        PriceVersion.every.count(),
        OfferingVersion.every.count(),
        Evidence.every.count(),
        TrailEntry.objects.count(),
    )


def refused(code: str, status: int, call, *args, **kwargs) -> Refusal:
    before = picture()
    with pytest.raises(Refusal) as error:
        call(*args, **kwargs)
    assert (error.value.code, error.value.status) == (code, status)
    assert picture() == before
    return error.value


def test_seeding_twice_changes_nothing():
    before = picture()
    loaded = actions.seed(SEED)
    assert (loaded.offerings, loaded.new_offerings, loaded.prices, loaded.new_prices) == (36, 0, 38, 0)
    assert picture() == before


def test_the_whole_way_from_draft_to_retirement(admin, analyst, director):
    made = drafted(admin)
    actions.submit(admin, made.pk)
    actions.begin_assessment(analyst, made.pk)
    actions.return_for_changes(analyst, made.pk, why="Name the report's reader")
    actions.change(admin, made.pk, summary="Audit of leave balances for the agency's chief of staff")
    actions.submit(admin, made.pk)
    actions.begin_assessment(analyst, made.pk)
    actions.record_evidence(analyst, made.pk, "conformance", "passed")
    actions.approve(analyst, made.pk)
    first = actions.publish(director, made.pk)
    assert (first.number, first.content["name"]) == (1, "Leave audit")
    assert first.digest == digest(first.content)
    assert queries.current_version(PUBLIC, made.pk) == first
    actions.suspend(director, made.pk, why="Staff away")
    second = actions.publish(director, made.pk)
    assert second.number == 2
    actions.deprecate(director, made.pk, ends_on=DAY + timedelta(days=60), why="Replaced")
    refused("still-running", 409, actions.retire, director, made.pk)
    with clock.at(DAY + timedelta(days=61)):
        assert actions.retire(director, made.pk).state == "retired"
    assert OfferingVersion.every.filter(offering=made).count() == 2


def test_who_drafted_or_submitted_may_not_assess(admin):
    both = someone("admin", "office-analyst@qsmo-hr")
    made = drafted(both)
    actions.submit(both, made.pk)
    refused("same-person", 403, actions.begin_assessment, both, made.pk)


def test_who_only_drafted_may_not_approve_what_another_submitted(admin, analyst):
    both = someone("both", "provider-admin@usda-nfc", "office-analyst@qsmo-hr")
    made = drafted(both)
    actions.submit(admin, made.pk)
    actions.begin_assessment(analyst, made.pk)
    actions.record_evidence(analyst, made.pk, "conformance", "passed")
    refused("same-person", 403, actions.approve, both, made.pk)


def test_each_thing_that_a_submission_lacks_is_a_finding(admin):
    made = actions.draft(
        admin,
        provider="usda-nfc",
        office="qsmo-hr",
        **{**CONTENT, "activities": [], "exit_terms": "", "service_levels": " "},
    )
    error = refused("incomplete", 422, actions.submit, admin, made.pk)
    assert [finding.code for finding in error.findings] == [
        "mapping-missing", "price-missing", "levels-missing", "exit-missing", "authorization-missing",
    ]  # fmt: skip


def test_approval_waits_for_conformance_and_for_the_review_board_where_needs_are_unique(admin, analyst):
    made = drafted(admin, has_federal_unique=True)
    actions.submit(admin, made.pk)
    actions.begin_assessment(analyst, made.pk)
    actions.record_evidence(analyst, made.pk, "conformance", "failed")
    error = refused("incomplete", 422, actions.approve, analyst, made.pk)
    assert [finding.code for finding in error.findings] == [
        "conformance-not-passed",
        "review-board-not-passed",
    ]
    actions.record_evidence(analyst, made.pk, "conformance", "passed")
    actions.record_evidence(analyst, made.pk, "review_board", "passed")
    assert actions.approve(analyst, made.pk).state == "approved"


def test_a_provider_may_not_record_its_own_conformance(admin):
    made = drafted(admin)
    refused("not-allowed", 403, actions.record_evidence, admin, made.pk, "conformance", "passed")


def test_nothing_is_published_without_a_designation_in_force(admin, analyst, director):
    made = drafted(admin, scopes="hr/mail-room travel/all")
    actions.submit(admin, made.pk)
    actions.begin_assessment(analyst, made.pk)
    actions.record_evidence(analyst, made.pk, "conformance", "passed")
    actions.approve(analyst, made.pk)
    refused("scope-not-in-force", 409, actions.publish, director, made.pk)


def test_unknown_activities_are_refused_one_by_one(admin):
    wrong = {**CONTENT, "activities": ["HCM.A5-2.010", "HCM.ZZ", "nope"]}
    error = refused("incomplete", 422, actions.draft, admin, provider="usda-nfc", office="qsmo-hr", **wrong)
    assert [finding.code for finding in error.findings] == ["activity-unknown", "activity-unknown"]


def test_nobody_drafts_for_another_provider_or_publishes_for_another_office(admin):
    refused("not-allowed", 403, actions.draft, admin, provider="ibc", office="qsmo-hr", **CONTENT)
    other = someone("other", "office-director@qsmo-fm")
    refused("not-allowed", 403, actions.suspend, other, "ibc-payroll", why="not mine")


def test_published_content_stands_still(admin):
    refused("not-in-draft", 409, actions.change, admin, "nfc-payroll", name="Another name")
    refused("not-in-draft", 409, actions.add_plan, admin, "nfc-payroll", "Cheaper")
    refused("not-in-draft", 409, actions.draft_price, admin, "nfc-payroll-desk", METER, "1", effective_on=DAY)


def test_a_published_price_changes_only_after_the_notice(director):
    plan, first = "ibc-payroll-full", DAY + timedelta(days=60)
    early = first - timedelta(days=1)
    refused(
        "notice-short",
        409,
        actions.set_price,
        director,
        plan,
        "employee-paid",
        "7",
        effective_on=early,
        note="x",
    )
    refused(
        "meter-unknown", 404, actions.set_price, director, plan, "other", "7", effective_on=first, note="x"
    )
    refused(
        "fields", 422, actions.set_price, director, plan, "employee-paid", "-7", effective_on=first, note="x"
    )
    made = actions.set_price(director, plan, "employee-paid", "6.40", effective_on=first, note="Costs rose")
    assert (made.announced_on, made.approved_by, made.fact.shown) == (DAY, "director", "6.40")
    assert [price.shown for price in queries.price_versions(PUBLIC, plan)] == ["6.15", "6.3375", "6.40"]


def test_only_the_office_sets_a_published_price(admin, analyst):
    late = date(2027, 1, 1)
    for viewer in (admin, analyst, PUBLIC):
        refused("not-allowed", 403, actions.set_price, viewer, "nfc-payroll-desk", "employee-paid", "7",
                effective_on=late, note="x")  # fmt: skip


@pytest.mark.parametrize("model", [PriceVersion, OfferingVersion, Evidence])
def test_the_database_refuses_to_change_or_delete_what_was_recorded(model):
    row = model.every.first()
    for change in (
        lambda: model.every.filter(pk=row.pk).update(version=9),
        model.every.filter(pk=row.pk).delete,
    ):
        with pytest.raises(Error), transaction.atomic():
            change()
    assert model.every.get(pk=row.pk).version == 1


def test_the_label_is_what_held_on_the_day():
    def label(day: date) -> str:
        return queries.offering_detail(PUBLIC, "ibc-payroll", day).label

    assert label(date(2019, 4, 25)) == "none"
    assert label(date(2020, 6, 28)) == "pre_designated"
    assert label(date(2020, 6, 29)) == "designated"
    assert label(date(2022, 3, 30)) == "pre_designated"
    assert queries.offering_detail(PUBLIC, "cyb-pdns", date(2020, 4, 26)).label == "pre_designated"
    assert queries.offering_detail(PUBLIC, "cyb-pdns", date(2020, 4, 27)).label == "designated"
    assert queries.offering_detail(PUBLIC, "grm-era", date(2020, 6, 29)).label == "pre_designated"
