"""Who sees whose pay: payroll's own people and auditors all, an employee their own once certified, others none."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from qsmo.kernel.finding import Refusal
from qsmo.platform.access.viewer import PUBLIC, Viewer
from qsmo.services.payroll import actions, queries
from qsmo.services.payroll.models import Account, IntakeException, PayRun
from qsmo.services.payroll.tests.app import setting
from qsmo.services.payroll.tests.app.setting import Stage, books

MINE, COLLEAGUE = "00000002", "00000003"
ALLOWED = ("operator", "certifier", "auditor")
NOT_ALLOWED = ("specialist", "manager", "rival", "neighbour")


@pytest.fixture
def run(stage: Stage, tmp_path: Path) -> PayRun:
    run = setting.calculated(stage, setting.filled(stage, tmp_path))
    actions.link_person(stage.operator, stage.account.pk, MINE, setting.signed_in(stage.employee).email)
    return run


def client_of(viewer: Viewer) -> Client:
    """A browser in which somebody, or nobody, is signed in."""
    client = Client()
    if viewer is not PUBLIC:
        client.force_login(setting.signed_in(viewer))
    return client


def statement_addresses(run: PayRun, employee: str) -> list[str]:
    """Every address under which a statement, or a part of it, can be asked for."""
    page = f"/payroll/runs/{run.pk}/statements/{employee}/"
    api = f"/api/v1/payroll/runs/{run.pk}/statements/{employee}"
    return [page, f"{page}pdf", f"{page}net_cents/", api, f"{api}/net_cents"]


def statuses(viewer: Viewer, run: PayRun, employee: str) -> set[int]:
    """What asking for all of them is answered with."""
    client = client_of(viewer)
    return {client.get(address).status_code for address in statement_addresses(run, employee)}


@pytest.mark.parametrize("who", ALLOWED)
def test_payrolls_own_people_and_auditors_open_any_statement(stage: Stage, run: PayRun, who: str) -> None:
    assert statuses(getattr(stage, who), run, COLLEAGUE) == {200}


@pytest.mark.parametrize("who", NOT_ALLOWED)
def test_nobody_else_opens_a_statement_or_learns_that_there_is_one(
    stage: Stage, run: PayRun, who: str
) -> None:
    viewer = getattr(stage, who)
    actions.certify(stage.certifier, setting.reviewed(stage, run).pk)
    assert statuses(viewer, run, COLLEAGUE) == {404}
    assert statuses(viewer, run, "99999999") == {404}
    assert statuses(PUBLIC, run, COLLEAGUE) == {404}


def test_an_employee_opens_their_own_statement_once_it_is_certified_and_no_other(
    stage: Stage, run: PayRun
) -> None:
    assert statuses(stage.employee, run, MINE) == {404}
    assert queries.own_statements(stage.employee) == []
    actions.certify(stage.certifier, setting.reviewed(stage, run).pk)
    assert statuses(stage.employee, run, MINE) == {200}
    assert statuses(stage.employee, run, COLLEAGUE) == {404}
    assert [(each.pk, employee) for each, employee in queries.own_statements(stage.employee)] == [
        (run.pk, MINE)
    ]
    page = client_of(stage.employee).get("/payroll/mine/").content.decode()
    assert f"/payroll/runs/{run.pk}/statements/{MINE}/" in page


def test_an_identifier_of_another_account_opens_nothing_here(stage: Stage, run: PayRun) -> None:
    """The same employee number at the neighbour's is another person."""
    actions.certify(stage.certifier, setting.reviewed(stage, run).pk)
    theirs = Account.every.get(subscription="theirs")
    actions.link_person(stage.rival, theirs.pk, COLLEAGUE, setting.signed_in(stage.neighbour).email)
    assert statuses(stage.neighbour, run, COLLEAGUE) == {404}


def test_only_an_employee_of_the_customer_is_linked_and_an_identifier_only_once(
    stage: Stage, run: PayRun
) -> None:
    second = setting.person("Second", ("employee", setting.CUSTOMER))
    before = books()
    for email, code in (
        (setting.signed_in(stage.neighbour).email, "not-employee"),
        (setting.signed_in(second).email, "employee-linked"),
        ("nobody@example.gov", "no-such-person"),
    ):
        with pytest.raises(Refusal) as refused:
            actions.link_person(stage.operator, stage.account.pk, MINE, email)
        assert refused.value.code == code
    again = actions.link_person(
        stage.operator, stage.account.pk, MINE, setting.signed_in(stage.employee).email
    )
    assert again.person_id == stage.employee.person
    assert books() == before


@pytest.mark.parametrize("who", ["rival", "neighbour", "employee"])
def test_a_run_of_others_is_not_there_by_page_api_or_list(stage: Stage, run: PayRun, who: str) -> None:
    viewer = getattr(stage, who)
    client = client_of(viewer)
    before = books()
    for address in (
        f"/payroll/runs/{run.pk}/",
        f"/payroll/runs/{run.pk}/?people-format=csv",
        f"/payroll/runs/{run.pk}/?mend-format=csv",
        f"/api/v1/payroll/runs/{run.pk}",
        f"/api/v1/payroll/runs/{run.pk}/exceptions",
        f"/record/payroll.payrun/{run.pk}/",
    ):
        assert client.get(address).status_code == 404, address
    for address in ("calculate", "certify"):
        assert client.post(f"/payroll/runs/{run.pk}/{address}").status_code in (403, 404)
        assert client.post(f"/api/v1/payroll/runs/{run.pk}/{address}").status_code in (403, 404)
    assert run.pk not in client.get("/payroll/").content.decode()
    assert client.get("/api/v1/payroll/runs").json()["items"] == []
    assert books() == before


def test_hr_specialists_see_the_run_and_what_is_to_be_mended_and_no_amount(stage: Stage, run: PayRun) -> None:
    client = client_of(stage.specialist)
    page = client.get(f"/payroll/runs/{run.pk}/").content.decode()
    assert "What is to be mended" in page
    assert MINE not in page
    net = f"{run.totals['net'] // 100:,}"
    assert net not in page
    assert net in client_of(stage.operator).get(f"/payroll/runs/{run.pk}/").content.decode()
    assert net not in client.get("/payroll/").content.decode()
    assert client.get(f"/api/v1/payroll/runs/{run.pk}").json()["totals"] == {}
    assert f"{run.totals['net']}" not in client.get(f"/record/payroll.payrun/{run.pk}/").content.decode()


def test_hr_specialists_are_not_told_somebodys_pay_by_a_finding(stage: Stage, run: PayRun) -> None:
    too_little = "Deductions of 900.00 exceed gross pay of 812.40"
    found = IntakeException(run=run, severity="error", code="deductions-exceed-pay", words=too_little)
    found.save(force_insert=True)
    address = f"/api/v1/payroll/runs/{run.pk}/exceptions?size=100"
    assert too_little not in client_of(stage.specialist).get(address).content.decode()
    assert too_little in client_of(stage.operator).get(address).content.decode()


def test_program_managers_see_totals_and_no_statement(stage: Stage, run: PayRun) -> None:
    answer = client_of(stage.manager).get(f"/api/v1/payroll/runs/{run.pk}").json()
    assert answer["totals"]["net"] == run.totals["net"]
    page = client_of(stage.manager).get(f"/payroll/runs/{run.pk}/").content.decode()
    assert MINE not in page
    assert "What is to be mended" not in page
