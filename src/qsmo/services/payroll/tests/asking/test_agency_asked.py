"""A change for everybody of a run, asked by page, call and command by those who may see its totals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from typer.testing import CliRunner

from qsmo.kernel.finding import Refusal
from qsmo.platform.access.viewer import Viewer
from qsmo.services.payroll import cli
from qsmo.services.payroll.models import PayRun
from qsmo.services.payroll.queries.asking import agency
from qsmo.services.payroll.tests.app import setting
from qsmo.services.payroll.tests.app.setting import Stage, books

PEOPLE = 60
MOST_QUERIES = 12


@pytest.fixture
def run(stage: Stage, tmp_path: Path) -> PayRun:
    return setting.calculated(stage, setting.filled(stage, tmp_path, people=PEOPLE, damaged=False))


def client_of(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(setting.signed_in(viewer))
    return client


def test_the_effect_is_one_on_page_call_and_command(stage: Stage, run: PayRun) -> None:
    before = books()
    client = client_of(stage.operator)
    told = client.get(f"/api/v1/payroll/runs/{run.pk}/what-if?raise_percent=2").json()
    whole = {line["name"]: line for line in told["whole"]["lines"]}
    assert whole["gross_cents"]["before"] == run.totals["gross"]
    assert whole["net_cents"]["before"] == run.totals["net"]
    assert told["whole"]["people"] == told["whole"]["affected"] == run.people
    assert sum(part["people"] for part in told["parts"]) == run.people
    assert sum(each["people"] for each in told["moves"]) == run.people
    for name, line in whole.items():
        parts = [each["by"] for part in told["parts"] for each in part["lines"] if each["name"] == name]
        assert sum(parts) == line["by"]
    with CaptureQueriesContext(connection) as asked:
        page = client.get(
            f"/payroll/runs/{run.pk}/what-if/?raise_percent=2&line=oasdi_cents"
        ).content.decode()
    assert len(asked) <= MOST_QUERIES
    assert "Social Security (OASDI), by pay plan and grade" in page
    email = setting.signed_in(stage.operator).email
    command = ["what-if-all", run.pk, "--set", "raise_percent=2", "--json", "--as", email]
    rows = {row["name"]: row for row in json.loads(CliRunner().invoke(cli.app, command).stdout)}
    assert rows["gross_cents"]["by"] == whole["gross_cents"]["by"]
    opened = json.loads(CliRunner().invoke(cli.app, [*command, "--line", "gross_cents"]).stdout)
    assert sum(row["by"] for row in opened) == whole["gross_cents"]["by"]
    assert books() == before


def test_who_may_not_open_statements_sees_small_groups_together(stage: Stage, run: PayRun) -> None:
    address = f"/api/v1/payroll/runs/{run.pk}/what-if?raise_percent=2"
    all_ = client_of(stage.operator).get(address).json()
    few = client_of(stage.manager).get(address).json()
    assert min(part["people"] for part in all_["parts"]) < agency.FEWEST
    assert min(part["people"] for part in few["parts"]) >= agency.FEWEST
    assert few["parts"][-1]["called"] == "others"
    assert few["whole"] == all_["whole"]


def test_only_who_may_see_totals_may_ask(stage: Stage, run: PayRun) -> None:
    def statuses(viewer: Viewer) -> set[int]:
        client = client_of(viewer)
        asked = (f"/payroll/runs/{run.pk}/what-if/", f"/api/v1/payroll/runs/{run.pk}/what-if?raise_percent=2")
        return {client.get(address).status_code for address in asked}

    for name in ("operator", "certifier", "auditor", "manager"):
        assert statuses(getattr(stage, name)) == {200}, name
    assert statuses(stage.specialist) == {403}
    for name in ("rival", "neighbour", "employee"):
        assert statuses(getattr(stage, name)) == {404}, name


def test_what_cannot_be_is_said(stage: Stage, run: PayRun, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(stage.operator)
    page = client.get(f"/payroll/runs/{run.pk}/what-if/?plan=111")
    assert page.status_code == 422
    assert b"Right would be: a percentage such as 8" in page.content
    assert client.get(f"/api/v1/payroll/runs/{run.pk}/what-if?raise_percent=x").status_code == 422
    monkeypatch.setattr(agency, "MOST_AT_ONCE", 10)
    large = client.get(f"/api/v1/payroll/runs/{run.pk}/what-if?raise_percent=2")
    assert (large.status_code, large.json()["title"]) == (409, "too many")
    assert agency.effect(stage.operator, run.pk, {"raise_percent": "2"}, lambda _people: None).whole.people
    empty = setting.opened(stage, "2026-07")
    with pytest.raises(Refusal, match="nobody's pay yet"):
        agency.effect(stage.operator, empty.pk, {"raise_percent": "2"})
