"""A run written as files: who may, what is in them, the same bytes again, and nobody without pay in silence."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.test import Client

from qsmo.kernel.finding import Refusal
from qsmo.platform.record.models import TrailEntry
from qsmo.platform.store import files
from qsmo.services.payroll import actions, queries
from qsmo.services.payroll.actions.writing import ask_for_files, keep_list, write_files
from qsmo.services.payroll.formats.out.bank.nacha_reader import read_nacha
from qsmo.services.payroll.formats.out.files import KINDS
from qsmo.services.payroll.formats.out.results import ResultLine, read_results
from qsmo.services.payroll.formats.out.statement_xml import Told, read_statements
from qsmo.services.payroll.formats.out.tax.w2_reader import read_w2
from qsmo.services.payroll.formats.paying.banks import write_banks
from qsmo.services.payroll.models import Account, IntakeException, PayRun
from qsmo.services.payroll.queries.writing import own_wages, written, written_file
from qsmo.services.payroll.tests.app import setting
from qsmo.services.payroll.tests.app.setting import Stage, books
from qsmo.services.payroll.tests.out.bank.money import OFFICE, bank

MINE = "00000002"
UNPAID = "00000003"


def office_file(folder: Path, **changes: str) -> Path:
    """The items of an office as the file that an operator sends."""
    items = {**OFFICE, **changes}
    target = folder / "office.csv"
    rows = [f"{item},{value},test" for item, value in items.items() if value]
    target.write_text("\n".join(["item,value,source", *rows, ""]), encoding="utf-8")
    return target


def paid_run(stage: Stage, folder: Path) -> PayRun:
    """A certified run with an office, and banks for everybody but one."""
    run = setting.certified(stage, setting.filled(stage, folder, damaged=False))
    employees = [row["employee"] for row in queries.employees(stage.operator, run)]
    target = folder / "banks.csv"
    write_banks(target, (bank(each, account=f"77{each}") for each in employees if each != UNPAID))
    keep_list(stage.operator, stage.account.pk, "banks", target)
    keep_list(stage.operator, stage.account.pk, "office", office_file(folder))
    return setting.fresh(run)


def content(stage: Stage, run: PayRun, kind: str) -> Path:
    """The stored content of a file."""
    return files.path(written_file(stage.operator, run.pk, kind).digest)


def test_everything_is_written_and_each_file_ties_to_the_run(stage: Stage, tmp_path: Path) -> None:
    run = write_files(stage.operator, paid_run(stage, tmp_path).pk)
    made = {each.kind: each for each in written(stage.operator, run)}
    assert {kind: each.why for kind, each in made.items() if each.why} == {}
    rows = {row["employee"]: row for row in queries.employees(stage.operator, run)}
    unpaid = rows[UNPAID]["net_cents"]
    ach = read_nacha(content(stage, run, "ach"))
    assert ach.findings == []
    assert ach.credits == run.totals["net"] - unpaid
    assert made["treasury"].held == made["ach"].held == made["requests"].held
    assert made["unpaid"].held.records == 1
    told = list(read_statements(content(stage, run, "statements")))
    assert all(isinstance(each, Told) for each in told)
    assert sum(each.sums["Net"] for each in told if isinstance(each, Told)) == run.totals["net"]
    remitted = pl.read_csv(content(stage, run, "remittances"), infer_schema=False)
    assert remitted.height == made["remittances"].held.records
    withheld = run.totals["gross"] - run.totals["net"]
    assert made["remittances"].held.cents == withheld + sum(run.totals["employer"].values())
    assert made["costs"].held.cents == run.totals["employer_cost"]
    wages = read_w2(content(stage, run, "wages"))
    assert wages.findings == []
    with files.named(made["lines"].digest, ".csv") as lines:
        assert all(isinstance(each, ResultLine) for each in read_results(lines))


def test_the_same_run_gives_the_same_bytes(stage: Stage, tmp_path: Path) -> None:
    run = write_files(stage.operator, paid_run(stage, tmp_path).pk)
    first = run.files
    before = books()
    again = write_files(stage.certifier, run.pk)
    assert again.files == first
    assert books() == before


def test_the_archive_holds_every_file_and_their_digests(stage: Stage, tmp_path: Path) -> None:
    run = write_files(stage.operator, paid_run(stage, tmp_path).pk)
    made = [each for each in written(stage.operator, run) if each.kind != "everything"]
    with zipfile.ZipFile(BytesIO(content(stage, run, "everything").read_bytes())) as archive:
        assert archive.namelist() == [*(each.name for each in made), "index.csv"]
        index = archive.read("index.csv").decode().splitlines()[1:]
        assert [line.split(",")[1] for line in index] == [each.digest for each in made]
        assert archive.testzip() is None


def test_whoever_has_no_account_is_on_the_list_of_what_to_mend(stage: Stage, tmp_path: Path) -> None:
    run = write_files(stage.operator, paid_run(stage, tmp_path).pk)
    found = IntakeException.every.filter(run=run, code="no-way-to-be-paid")
    assert [(each.who, each.severity) for each in found] == [(UNPAID, "error")]
    assert found[0].words.endswith("no bank account is known.")
    assert not queries.exceptions(stage.specialist, run).filter(code="no-way-to-be-paid").exists()
    target = tmp_path / "more.csv"
    everybody = [row["employee"] for row in queries.employees(stage.operator, run)]
    write_banks(target, (bank(each) for each in everybody))
    keep_list(stage.operator, stage.account.pk, "banks", target)
    run = write_files(stage.operator, run.pk)
    assert read_nacha(content(stage, run, "ach")).credits == run.totals["net"]
    assert (
        not IntakeException.every.filter(run=run, code="no-way-to-be-paid")
        .exclude(state="corrected")
        .exists()
    )


def test_without_lists_files_say_what_lacks_and_the_others_are_written(stage: Stage, tmp_path: Path) -> None:
    run = write_files(
        stage.operator, setting.certified(stage, setting.filled(stage, tmp_path, damaged=False)).pk
    )
    why = {each.kind: each.why for each in written(stage.operator, run) if not each.digest}
    assert set(why) == {"ach", "treasury", "requests", "savings", "wages"}
    assert why["ach"] == "No list of bank accounts is kept, so nobody's pay has a way to go"
    assert "contact_name (whom to ask)" in why["wages"]
    assert IntakeException.every.filter(run=run, code="banks-missing").count() == 1
    assert not IntakeException.every.filter(run=run, code="no-way-to-be-paid").exists()
    keep_list(stage.operator, stage.account.pk, "office", office_file(tmp_path, request_version=""))
    run = write_files(stage.operator, run.pk)
    why = {each.kind: each.why for each in written(stage.operator, run) if not each.digest}
    assert set(why) == {"ach", "treasury", "requests"}
    target = tmp_path / "banks.csv"
    write_banks(target, [bank(MINE)])
    keep_list(stage.operator, stage.account.pk, "banks", target)
    run = write_files(stage.operator, run.pk)
    why = {each.kind: each.why for each in written(stage.operator, run) if not each.digest}
    assert set(why) == {"treasury"}
    assert "request_version" in why["treasury"]


def test_payments_that_were_sent_are_never_written_anew(stage: Stage, tmp_path: Path) -> None:
    run = write_files(stage.operator, paid_run(stage, tmp_path).pk)
    first = run.files
    actions.disburse(stage.operator, run.pk, reference="QS260313")
    target = tmp_path / "other.csv"
    write_banks(target, [bank(MINE)])
    keep_list(stage.operator, stage.account.pk, "banks", target)
    run = write_files(stage.operator, run.pk)
    for kind in ("ach", "treasury", "requests"):
        assert run.files[kind] == first[kind]
    assert run.files["unpaid"] != first["unpaid"]


def test_only_certified_runs_are_written(stage: Stage, tmp_path: Path) -> None:
    run = setting.calculated(stage, setting.filled(stage, tmp_path))
    before = books()
    for call in (write_files, ask_for_files):
        with pytest.raises(Refusal) as refused:
            call(stage.operator, run.pk)
        assert (refused.value.code, refused.value.status) == ("run-not-certified", 409)
    assert books() == before


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("auditor", 403),
        ("specialist", 403),
        ("manager", 403),
        ("employee", 404),
        ("rival", 404),
        ("neighbour", 404),
    ],
)
def test_nobody_else_writes_keeps_or_reads(stage: Stage, tmp_path: Path, who: str, status: int) -> None:
    run = write_files(stage.operator, paid_run(stage, tmp_path).pk)
    viewer = getattr(stage, who)
    client = Client()
    client.force_login(setting.signed_in(viewer))
    before = books()
    calls: list[Any] = [
        lambda: write_files(viewer, run.pk),
        lambda: ask_for_files(viewer, run.pk),
        lambda: keep_list(viewer, stage.account.pk, "office", office_file(tmp_path)),
        lambda: written_file(viewer, run.pk, "ach"),
    ]
    for call in calls:
        with pytest.raises(Refusal) as refused:
            call()
        assert refused.value.status in (403, status)
    for address in ("written/", "written/ach", "written/wages", "written/everything"):
        assert client.get(f"/payroll/runs/{run.pk}/{address}").status_code in (403, status)
    for address in ("written", "written/ach"):
        assert client.get(f"/api/v1/payroll/runs/{run.pk}/{address}").status_code in (403, status)
    assert books() == before


def test_account_numbers_stand_on_no_page_and_in_no_trail(stage: Stage, tmp_path: Path) -> None:
    run = write_files(stage.operator, paid_run(stage, tmp_path).pk)
    client = Client()
    client.force_login(setting.signed_in(stage.operator))
    shown = client.get(f"/payroll/runs/{run.pk}/written/").content.decode()
    trail = json.dumps([[entry.before, entry.after, entry.why] for entry in TrailEntry.objects.all()])
    for number in (f"77{MINE}", "021000021"):
        assert number not in shown
        assert number not in trail
    assert "banks.csv" in shown


def test_the_page_keeps_a_list_and_a_file_is_saved(stage: Stage, tmp_path: Path) -> None:
    run = paid_run(stage, tmp_path)
    client = Client()
    client.force_login(setting.signed_in(stage.operator))
    address = f"/payroll/runs/{run.pk}/written/"
    with office_file(tmp_path, ein="111111111").open("rb") as file:
        assert client.post(address, {"kind": "office", "file": file}).status_code == 302
    with (tmp_path / "banks.csv").open("rb") as file:
        assert client.post(address, {"kind": "chart", "file": file}).status_code == 422
    assert client.post(f"{address}write").status_code == 302
    under_way = client.get(address).content.decode()
    assert f"0 of {len(KINDS)}</p>" in under_way
    assert f"{address}write" not in under_way
    run = write_files(stage.operator, run.pk)
    over = client.get(address, headers={"HX-Target": "progress"})
    assert over["HX-Refresh"] == "true"
    assert f"{address}write" in over.content.decode()
    answer = client.get(f"{address}ach")
    assert answer["Content-Disposition"] == f'attachment; filename="{run.called}-ach.txt"'
    assert answer["Cache-Control"] == "no-store"
    assert b"".join(answer.streaming_content) == content(stage, run, "ach").read_bytes()  # type: ignore[attr-defined]
    assert client.get(f"{address}nothing").status_code == 404
    api = client.get(f"/api/v1/payroll/runs/{run.pk}/written").json()
    assert {each["kind"]: each["digest"] for each in api} == {
        each.kind: each.digest for each in written(stage.operator, run)
    }


def test_an_employee_sees_their_own_wages_and_no_others(stage: Stage, tmp_path: Path) -> None:
    run = paid_run(stage, tmp_path)
    assert own_wages(stage.employee) == []
    actions.link_person(stage.operator, stage.account.pk, MINE, setting.signed_in(stage.employee).email)
    (own,) = own_wages(stage.employee)
    row = queries.statement(stage.operator, run.pk, MINE).row
    assert (own.employee, own.year) == (MINE, 2026)
    amounts = dict(own.amounts)
    if not own.found:
        assert amounts["Box 1, wages, tips, other compensation"] == row["income_tax_wages_cents"]
        assert (
            amounts["Box 6, Medicare tax withheld"]
            == row["medicare_cents"] + row["additional_medicare_cents"]
        )
    client = Client()
    client.force_login(setting.signed_in(stage.employee))
    assert client.get("/payroll/mine/wages/").status_code == 200
    assert [each["employee"] for each in client.get("/api/v1/payroll/wages").json()] == [MINE]
    theirs = Account.every.get(subscription="theirs")
    assert own_wages(stage.neighbour) == []
    assert theirs.paying == {}
