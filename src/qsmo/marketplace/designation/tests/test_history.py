"""The published history from 2019 on, as of the days on which it changed."""

from __future__ import annotations

import json
from datetime import date

import pytest
from typer.testing import CliRunner

from qsmo.kernel.finding import Refusal
from qsmo.marketplace.designation import actions, queries
from qsmo.marketplace.designation.cli import app
from qsmo.marketplace.designation.models import Designation, Office, StageFact
from qsmo.marketplace.standards import actions as standards
from qsmo.platform.access.viewer import PUBLIC, program

OPENING = date(2020, 6, 29)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def history() -> actions.Loaded:
    standards.seed(program("seed"))
    return actions.seed(program("seed"))


def held(true_on: date, known_by: date | None = None, **only: str) -> set[tuple[str, str, str]]:
    """Office, scope and lead of what held on a day, by stage or other column."""
    rows = queries.offices_as_of(PUBLIC, true_on, known_by)
    return {
        (row.office, row.scope, row.lead)
        for row in rows
        if all(getattr(row, key) == value for key, value in only.items())
    }


def test_on_29_june_2020_treasury_gsa_and_cisa_are_designated_and_nobody_else():
    assert held(OPENING, stage="designated") == {
        ("fm", "core", "020"),
        ("hr", "compensation", "047"),
        ("hr", "work-schedule-leave", "047"),
        ("cyber", "soc", "070"),
        ("cyber", "vulnerability", "070"),
        ("cyber", "dns", "070"),
    }
    since = {
        row.office: row.since for row in queries.offices_as_of(PUBLIC, OPENING) if row.stage == "designated"
    }
    assert since == {"fm": OPENING, "hr": OPENING, "cyber": date(2020, 4, 27)}


def test_on_29_june_2020_health_is_pre_designated_only():
    rows = queries.offices_as_of(PUBLIC, OPENING, office="grants")
    assert [(row.lead, row.stage, row.since) for row in rows] == [
        ("075", "pre_designated", date(2019, 4, 26))
    ]
    assert rows[0].lead_name == "Department of Health and Human Services"


def test_the_day_before_the_first_designations_all_four_are_pre_designated():
    assert held(date(2020, 4, 26)) == {
        ("fm", "core", "020"),
        ("hr", "all", "047"),
        ("cyber", "all", "070"),
        ("grants", "grants", "075"),
    }
    assert held(date(2020, 4, 26), stage="designated") == set()
    assert held(date(2019, 4, 25)) == set()


def test_five_areas_are_under_study_on_29_june_2020_without_a_lead():
    areas = {"contract-writing", "cx", "foia", "travel", "real-property"}
    assert held(OPENING, stage="initiation_and_research") == {(area, "all", "") for area in areas}


def test_cyber_is_pre_designated_for_nine_more_services_on_the_day_of_its_designation():
    scopes = held(date(2020, 4, 27), stage="pre_designated", office="cyber")
    assert len(scopes - {("cyber", "all", "070")}) == 9


def test_grants_is_designated_on_11_january_2021():
    assert held(date(2021, 1, 10), stage="designated", office="grants") == set()
    assert held(date(2021, 1, 11), stage="designated", office="grants") == {("grants", "grants", "075")}


def test_human_resources_moves_from_gsa_to_opm_on_30_march_2022():
    before = {row.lead for row in queries.offices_as_of(PUBLIC, date(2022, 3, 29), office="hr")}
    after = queries.offices_as_of(PUBLIC, date(2022, 3, 30), office="hr")
    assert before == {"047"}
    assert {(row.lead, row.stage, row.since) for row in after} == {
        ("024", "pre_designated", date(2022, 3, 30))
    }
    assert len(after) == 6


def test_what_was_not_yet_known_is_not_told():
    told_then = held(date(2022, 3, 30), date(2022, 3, 29), office="hr")
    assert {lead for _, _, lead in told_then} == {"047"}


def test_acquisition_is_pre_designated_under_gsa_on_5_march_2026():
    assert held(date(2026, 3, 4), office="acquisition") == set()
    assert held(date(2026, 3, 5), office="acquisition", stage="pre_designated") == {
        ("acquisition", "systems", "047"),
        ("acquisition", "assisted", "047"),
    }


def test_history_is_loaded_once(history):
    assert history == actions.Loaded(offices=10, designations=31, facts=36)
    assert actions.seed(program("seed")) == actions.Loaded(0, 0, 0)
    counts = [model.seen_by(PUBLIC).count() for model in (Office, Designation, StageFact)]
    assert counts == [10, 31, 36]


def test_nobody_but_the_seed_program_loads_history():
    with pytest.raises(Refusal) as refused:
        actions.seed(PUBLIC)
    assert refused.value.status == 403


def test_payroll_falls_under_the_narrowest_scope_that_holds_it():
    row = queries.stage_of(PUBLIC, "hr", "HCM.A5-1.010", OPENING)
    assert row is not None
    assert (row.scope, row.stage) == ("compensation", "designated")
    hiring = queries.stage_of(PUBLIC, "hr", "HCM.A2-1.010", OPENING)
    assert hiring is not None
    assert (hiring.scope, hiring.stage) == ("all", "pre_designated")
    assert queries.stage_of(PUBLIC, "fm", "HCM.A5-1.010", OPENING) is None


def test_two_questions_to_the_database_answer_for_all_offices(django_assert_num_queries):
    with django_assert_num_queries(2):
        assert len(queries.offices_as_of(PUBLIC, OPENING)) == 23


def test_the_command_line_tells_as_of_and_known_by():
    printed = CliRunner().invoke(
        app, ["offices", "--as-of", "2020-06-29", "--known-by", "2020-06-28", "--json"]
    )
    assert printed.exit_code == 0
    stages = {(row["office"], row["stage"]) for row in json.loads(printed.stdout)}
    assert ("fm", "pre_designated") in stages
    assert ("cyber", "designated") in stages
    assert ("fm", "designated") not in stages


def test_the_command_line_tells_the_history_of_an_office_in_order():
    told = json.loads(CliRunner().invoke(app, ["history", "grants", "--json"]).stdout)
    assert [(each["effective"], each["stage"], each["lead"]) for each in told] == [
        ("2019-04-26", "pre_designated", "075"),
        ("2021-01-11", "designated", "075"),
    ]
    shown = CliRunner().invoke(app, ["offices", "grants", "--as-of", "2020-06-29"]).stdout
    assert "Pre-designated" in shown


def test_the_pages_tell_who_leads_as_of_a_day(client):
    then = client.get("/designation/", {"as_of": "2020-06-29"}).content.decode()
    assert "General Services Administration" in then
    assert "Office of Personnel Management" not in then
    office = client.get("/designation/offices/hr/", {"as_of": "2022-04-01"})
    assert office.status_code == 200
    assert b"Office of Personnel Management" in office.content
    assert client.get("/designation/stages/").status_code == 200
    assert client.get("/designation/", {"as_of": "yesterday"}).status_code == 422
    assert client.get("/designation/offices/dogs/").status_code == 404
