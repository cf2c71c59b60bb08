"""The standards as somebody meets them: look-ups, the search, the command line, and the organisations loaded."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from qsmo.kernel.finding import Refusal
from qsmo.marketplace.standards import actions, queries
from qsmo.marketplace.standards.cli import app
from qsmo.platform.access.models import Organisation
from qsmo.platform.access.viewer import PUBLIC, program


def test_everybody_may_search_capabilities():
    found = queries.capabilities(PUBLIC, "work schedule input", area="HCM")
    assert {each.activity.rsplit(".", 1)[0] for each in found} == {"HCM.A5-2"}
    assert {each.io for each in found} == {"I"}
    assert queries.capabilities(PUBLIC, "no such words at all") == ()


def test_billing_units_are_measures_of_the_activity_level():
    volumes = queries.measures(PUBLIC, "FFM.030.070", "activity")
    assert volumes
    assert {each.level for each in volumes} == {"activity"}


def test_a_fault_that_is_not_looked_for_is_refused():
    with pytest.raises(Refusal) as refused:
        queries.findings(PUBLIC, "spelling")
    assert refused.value.status == 404


@pytest.mark.django_db
def test_organisations_are_loaded_once():
    first = actions.seed(program("seed"))
    second = actions.seed(program("seed"))
    assert (first.listed, first.new) == (212, 212)
    assert (second.listed, second.new) == (212, 0)
    kinds = {kind: Organisation.objects.filter(kind=kind).count() for kind in Organisation.KINDS}
    assert kinds == {"agency": 190, "bureau": 8, "office": 10, "provider": 0, "oversight": 4}
    assert Organisation.objects.get(pk="020/2036").parent_id == "020"


@pytest.mark.django_db
def test_nobody_but_the_seed_program_loads_organisations():
    with pytest.raises(Refusal) as refused:
        actions.seed(PUBLIC)
    assert refused.value.status == 403
    assert Organisation.objects.count() == 0


def test_the_command_line_counts_faults():
    printed = CliRunner().invoke(app, ["lint", "--json"])
    assert printed.exit_code == 0
    counts = {each["code"]: each["count"] for each in json.loads(printed.stdout)}
    assert counts["capability-dangling"] == 94
    assert counts["activity-empty"] == 160


def test_the_command_line_shows_an_activity():
    shown = json.loads(CliRunner().invoke(app, ["show", "HCM.A5-1.010", "--json"]).stdout)
    assert shown["function"] == "HCM.A5-1"
    assert all(each["activity"] == "HCM.A5-1.010" for each in shown["capabilities"])


@pytest.mark.django_db
def test_the_pages_browse_from_area_to_activity(client):
    assert b"Human Capital Management" in client.get("/standards/").content
    assert b"Work Schedule and Leave Management" in client.get("/standards/areas/HCM/").content
    assert b"HCM.A5-1.010" in client.get("/standards/functions/HCM.A5-1/").content
    activity = client.get("/standards/activities/HCM.A5-1.010/")
    assert activity.status_code == 200
    assert b"HCM.A5-1.010.010" in activity.content
    assert client.get("/standards/activities/HCM.A5-9.010/").status_code == 404


@pytest.mark.django_db
def test_the_pages_search_and_show_faults(client):
    found = client.get("/standards/capabilities/", {"q": "HCM.A5-2.030.010"})
    assert found.content.count(b"5 U.S. Code \xc2\xa7 6302") == 1
    assert b"94" in client.get("/standards/faults/").content
    assert b"HCM.A5-2.030.010" in client.get("/standards/faults/identifier-doubled/").content
    assert client.get("/standards/faults/spelling/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "field", "exists"),
    [
        ("area=zzz", "area", "HCM"),
        ("io=zzz", "io", "I, O, P"),
        ("activity=HCM.A5-1.050&level=zzz", "level", "activity, performance"),
    ],
)
def test_a_list_is_not_narrowed_by_what_does_not_exist(client, query, field, exists):
    place = "measures" if field == "level" else "capabilities"
    told = client.get(f"/api/v1/standards/{place}?{query}")
    assert (told.status_code, told.json()["findings"][0]["field"]) == (422, field)
    assert exists in told.json()["findings"][0]["expected"]
    if field == "area":
        page = client.get(f"/standards/capabilities/?{query}")
        assert page.status_code == 422
        assert "There is no area “zzz”" in page.content.decode()
