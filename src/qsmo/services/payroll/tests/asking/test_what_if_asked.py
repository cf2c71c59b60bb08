"""What a change would do, asked by page, call and command: one answer, nothing kept, for those who may see the pay."""

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
from qsmo.services.payroll import actions, cli
from qsmo.services.payroll.models import PayRun
from qsmo.services.payroll.tests.app import setting
from qsmo.services.payroll.tests.app.setting import Stage, books

PEOPLE = 30
MINE, COLLEAGUE = "00000002", "00000003"
MOST_QUERIES = 12


@pytest.fixture
def run(stage: Stage, tmp_path: Path) -> PayRun:
    made = setting.certified(stage, setting.filled(stage, tmp_path, people=PEOPLE, damaged=False))
    actions.link_person(stage.operator, stage.account.pk, MINE, setting.signed_in(stage.employee).email)
    return made


def client_of(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(setting.signed_in(viewer))
    return client


def addresses(run: PayRun, employee: str) -> list[str]:
    page = f"/payroll/runs/{run.pk}/what-if/{employee}/"
    return [page, f"{page}?extra=25", f"{page}net_cents/?extra=25",
            f"/api/v1/payroll/runs/{run.pk}/what-if/{employee}?extra=25"]  # fmt: skip


def test_one_person_by_page_call_and_command(stage: Stage, run: PayRun) -> None:
    before = books()
    client = client_of(stage.employee)
    told = client.get(f"/api/v1/payroll/runs/{run.pk}/what-if/{MINE}?extra=25").json()
    tax = next(line for line in told["lines"] if line["name"] == "income_tax_cents")
    assert (tax["by"], tax["year_by"]) == (25_00, told["pay_dates"] * 25_00)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = client.get(f"/payroll/runs/{run.pk}/what-if/{MINE}/?extra=25").content.decode()
    assert len(asked) <= MOST_QUERIES
    assert "+$25.00" in page
    assert f"/payroll/runs/{run.pk}/what-if/{MINE}/income_tax_cents/?extra=25" in page
    opened = client.get(f"/payroll/runs/{run.pk}/what-if/{MINE}/extra_cents/?extra=25").content.decode()
    assert "Extra withholding (Step 4(c)): $25.00" in opened
    email = setting.signed_in(stage.employee).email
    command = ["what-if", run.pk, MINE, "--set", "extra=25", "--as", email]
    rows = json.loads(CliRunner().invoke(cli.app, [*command, "--json"]).stdout)
    assert next(row["by"] for row in rows if row["name"] == "income_tax_cents") == 25_00
    figure = CliRunner().invoke(cli.app, [*command, "--explain", "extra_cents"]).stdout
    assert "25.00" in figure
    assert books() == before


def test_what_cannot_be_is_said_at_its_field(stage: Stage, run: PayRun) -> None:
    client = client_of(stage.operator)
    answer = client.get(f"/api/v1/payroll/runs/{run.pk}/what-if/{COLLEAGUE}?step=11&tsp_roth=x")
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["findings"]] == ["tsp_roth"]
    page = client.get(f"/payroll/runs/{run.pk}/what-if/{COLLEAGUE}/?step=11")
    assert page.status_code == 422
    assert b"a step of the General Schedule, 1 to 10" in page.content
    assert client.get(f"/api/v1/payroll/runs/{run.pk}/what-if/{COLLEAGUE}?salary=1").status_code == 422
    email = setting.signed_in(stage.operator).email
    command = ["what-if", run.pk, COLLEAGUE, "--as", email, "--set", "more"]
    refusal = CliRunner().invoke(cli.app, command).exception
    assert isinstance(refusal, Refusal)
    assert refusal.status == 422


def test_only_who_may_open_the_statement_may_ask(stage: Stage, run: PayRun) -> None:
    def statuses(viewer: Viewer, employee: str) -> set[int]:
        client = client_of(viewer)
        return {client.get(address).status_code for address in addresses(run, employee)}

    for name in ("operator", "certifier", "auditor"):
        assert statuses(getattr(stage, name), COLLEAGUE) == {200}, name
    for name in ("specialist", "manager", "rival", "neighbour", "employee"):
        assert statuses(getattr(stage, name), COLLEAGUE) == {404}, name
    assert statuses(stage.employee, MINE) == {200}
