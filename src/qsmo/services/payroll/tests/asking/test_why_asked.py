"""Why net pay differs, asked by page, call and command: the same answer, for those who may open both statements."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from typer.testing import CliRunner

from qsmo.kernel.money import Money
from qsmo.platform.access.viewer import Viewer
from qsmo.services.payroll import actions, cli, queries
from qsmo.services.payroll.models import PayRun
from qsmo.services.payroll.tests.app import setting
from qsmo.services.payroll.tests.app.setting import Stage, books

PEOPLE = 4
MINE, COLLEAGUE, NEW = "00000002", "00000003", "00000004"


@pytest.fixture
def runs(stage: Stage, tmp_path: Path) -> tuple[PayRun, PayRun]:
    """Two pay periods, certified; in the second one person saves more, and another one is new."""
    first, second = setting.opened(stage, "2026-06"), setting.opened(stage, "2026-07")
    people = [person for person, _ in setting.pairs(first, PEOPLE)]
    for run, percent in ((first, 3), (second, 5)):
        times = [time for _, time in setting.pairs(run, PEOPLE)]
        saving = partial(replace, tsp_percent=Fraction(percent, 100), tsp_amount=Money(0))
        made = [
            (saving(person) if person.employee == MINE else person, time)
            for person, time in zip(people, times, strict=True)
            if run is second or person.employee != NEW
        ]
        setting.certified(stage, setting.tables_taken(stage, run, tmp_path / run.label, made))
    email = setting.signed_in(stage.employee).email
    actions.link_person(stage.operator, stage.account.pk, MINE, email)
    return setting.fresh(first), setting.fresh(second)


def client_of(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(setting.signed_in(viewer))
    return client


def test_the_answer_is_one_on_page_call_and_command(stage: Stage, runs: tuple[PayRun, PayRun]) -> None:
    first, second = runs
    before = books()
    nets = [queries.statement(stage.operator, run.pk, MINE).row["net_cents"] for run in runs]
    client = client_of(stage.employee)
    told = client.get(f"/api/v1/payroll/runs/{second.pk}/why/{MINE}").json()
    assert (told["run"], told["last_run"]) == (second.pk, first.pk)
    assert (told["net_before"], told["net_after"], told["by"]) == (*nets, nets[1] - nets[0])
    assert sum(cause["by"] for cause in told["causes"]) == told["by"]
    saved = next(cause for cause in told["causes"] if cause["name"] == "savings")
    rows = [queries.statement(stage.operator, run.pk, MINE).row for run in runs]
    pay = rows[1]["basic_pay_cents"]
    more = next(line for line in saved["lines"] if line["name"].startswith("savings_"))
    assert abs(more["by"] + pay * 2 // 100) <= 1
    page = client.get(f"/payroll/runs/{second.pk}/why/{MINE}/").content.decode()
    assert "TSP: election" in page
    assert f"/payroll/runs/{first.pk}/statements/{MINE}/oasdi_cents/" in page
    assert f"/payroll/runs/{second.pk}/statements/{MINE}/oasdi_cents/" in page
    email = setting.signed_in(stage.employee).email
    asked = CliRunner().invoke(cli.app, ["why", second.pk, MINE, "--json", "--as", email])
    assert [each["by"] for each in json.loads(asked.stdout)["causes"]] == [
        each["by"] for each in told["causes"]
    ]
    shown = CliRunner().invoke(cli.app, ["why", second.pk, MINE, "--as", email])
    assert "TSP: election" in shown.stdout
    assert "The order is a convention" in shown.stdout
    assert books() == before


def test_only_who_may_open_both_statements_is_told(stage: Stage, runs: tuple[PayRun, PayRun]) -> None:
    _, second = runs

    def statuses(viewer: Viewer, employee: str) -> set[int]:
        client, run = client_of(viewer), second.pk
        asked = (f"/payroll/runs/{run}/why/{employee}/", f"/api/v1/payroll/runs/{run}/why/{employee}")
        return {client.get(address).status_code for address in asked}

    for name in ("operator", "certifier", "auditor"):
        assert statuses(getattr(stage, name), COLLEAGUE) == {200}, name
    for name in ("specialist", "manager", "rival", "neighbour", "employee"):
        assert statuses(getattr(stage, name), COLLEAGUE) == {404}, name
    assert statuses(stage.employee, MINE) == {200}


def test_a_first_statement_has_nothing_to_be_compared_with(stage: Stage, runs: tuple[PayRun, PayRun]) -> None:
    first, second = runs
    client = client_of(stage.operator)
    for run, employee in ((first, MINE), (second, NEW)):
        assert b"Nothing to compare with" in client.get(f"/payroll/runs/{run.pk}/why/{employee}/").content
        told: Any = client.get(f"/api/v1/payroll/runs/{run.pk}/why/{employee}").json()
        assert (told["last_run"], told["by"], told["causes"], told["lines"]) == ("", None, [], [])
        email = setting.signed_in(stage.operator).email
        asked = CliRunner().invoke(cli.app, ["why", run.pk, employee, "--as", email])
        assert "no earlier statement" in str(asked.exception)
