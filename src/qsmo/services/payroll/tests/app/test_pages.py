"""Payroll's pages, API and files for download: what they show, and in how few questions to the database."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qsmo.kernel.money import Money
from qsmo.platform.record.models import TrailEntry
from qsmo.services.payroll import actions, jobs, queries
from qsmo.services.payroll.models import Intake, PayRun
from qsmo.services.payroll.tests.app import setting
from qsmo.services.payroll.tests.app.setting import Stage, books

MOST_QUERIES = 12
SOMEBODY = "00000002"


@pytest.fixture
def run(stage: Stage, tmp_path: Path) -> PayRun:
    return setting.calculated(stage, setting.filled(stage, tmp_path))


@pytest.fixture
def client(stage: Stage) -> Client:
    found = Client()
    found.force_login(setting.signed_in(stage.operator))
    return found


def test_no_page_of_a_run_of_two_thousand_asks_more_than_twelve_questions(
    stage: Stage, tmp_path: Path, client: Client
) -> None:
    run = setting.calculated(stage, setting.filled(stage, tmp_path, people=2000))
    assert (run.people, run.refused) == (1988, 12)
    page = f"/payroll/runs/{run.pk}/"
    employee = queries.employees(stage.operator, run, most=1)[0]["employee"]
    for address in (
        "/payroll/",
        page,
        f"{page}?code=agency-other&people-page=3&people-sort=-net_cents&mend-sort=place",
        f"{page}?q=000001",
        f"{page}statements/{employee}/",
        f"{page}statements/{employee}/gross_cents/",
        f"{page}statements/{employee}/pdf",
        "/payroll/mine/",
    ):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200, address
        assert len(asked) <= MOST_QUERIES, f"{address} asks {len(asked)}"


def test_ones_own_statements_are_found_newest_first_in_few_questions_however_many_runs(
    stage: Stage, tmp_path: Path
) -> None:
    labels = ["2026-06", "2026-07", "2026-08"]
    runs = []
    for label in labels:
        run = setting.opened(stage, label)
        made = setting.pairs(run, 4)
        if label == "2026-07":
            del made[1]
        runs.append(setting.certified(stage, setting.tables_taken(stage, run, tmp_path / label, made)))
    email = setting.signed_in(stage.employee).email
    for employee in (SOMEBODY, "00000003"):
        actions.link_person(stage.operator, stage.account.pk, employee, email)
    own = [(run.label, employee) for run, employee in queries.own_statements(stage.employee)]
    assert own == [
        ("2026-08", SOMEBODY), ("2026-08", "00000003"), ("2026-07", "00000003"),
        ("2026-06", SOMEBODY), ("2026-06", "00000003"),
    ]  # fmt: skip
    client = Client()
    client.force_login(setting.signed_in(stage.employee))
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/payroll/mine/").content.decode()
    assert page.count("/statements/") == len(own)
    assert len(asked) <= MOST_QUERIES


def test_the_page_of_a_run_shows_totals_ties_files_and_what_is_to_be_mended(
    run: PayRun, client: Client
) -> None:
    page = client.get(f"/payroll/runs/{run.pk}/").content.decode()
    assert f"${Money(run.totals['net'])}" in page
    assert page.count("holds</span>") == len(run.totals["checks"])
    assert "hr.xml" in page
    assert "Calculate again" in page
    assert "agency-other (1)" in page
    narrowed = client.get(f"/payroll/runs/{run.pk}/?code=agency-other").content.decode()
    assert "HRPositionPay@AgySubElementCode" in narrowed
    assert "TCDetail@HrsWrk" not in narrowed


def test_the_list_of_statements_downloads_whole_as_csv(stage: Stage, run: PayRun, client: Client) -> None:
    answer = client.get(f"/payroll/runs/{run.pk}/?people-format=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    lines = list(csv.DictReader(io.StringIO(text)))
    paid = queries.employees(stage.operator, run)
    assert [line["Employee"] for line in lines] == [row["employee"] for row in paid]
    assert [line["Net pay"].replace(",", "") for line in lines] == [
        f"{row['net_cents'] // 100}.{row['net_cents'] % 100:02d}" for row in paid
    ]


def test_the_list_to_mend_downloads_as_csv(run: PayRun, client: Client) -> None:
    answer = client.get(f"/payroll/runs/{run.pk}/?mend-format=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert len(list(csv.DictReader(io.StringIO(text)))) == 12


def test_every_line_of_a_statement_opens_down_to_what_has_no_rule(
    stage: Stage, run: PayRun, client: Client
) -> None:
    start = f"/payroll/runs/{run.pk}/statements/{SOMEBODY}/"
    found = queries.statement(stage.operator, run.pk, SOMEBODY)
    page = client.get(start).content.decode()
    for line in found.lines:
        assert f'href="{start}{line.name}/"' in page
    waiting, seen = {f"{start}{line.name}/" for line in found.lines}, set()
    while waiting:
        address = waiting.pop()
        seen.add(address)
        answer = client.get(address)
        assert answer.status_code == 200, address
        waiting |= set(re.findall(rf'href="({start}[a-z0-9_]+/)"', answer.content.decode())) - seen
    assert len(seen) > 60


def test_a_figure_that_there_is_not_is_not_found(run: PayRun, client: Client) -> None:
    for name in ("no_such_cents", "employee' or 1=1", "../../secret"):
        assert client.get(f"/payroll/runs/{run.pk}/statements/{SOMEBODY}/{name}/").status_code == 404


def test_the_statement_as_pdf_is_a_tagged_pdf_under_a_name_of_its_own(run: PayRun, client: Client) -> None:
    answer = client.get(f"/payroll/runs/{run.pk}/statements/{SOMEBODY}/pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'inline; filename="statement-2026-06-{SOMEBODY}.pdf"'
    assert answer.content.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in answer.content


def test_a_wrong_file_is_answered_on_a_page_with_what_is_wrong_and_the_form(
    stage: Stage, tmp_path: Path, client: Client
) -> None:
    run = setting.opened(stage)
    before = books()
    for name, content, words in (
        ("people.xml", b"no people", "people.xml was not read."),
        ("people.xml", b"", "The submitted file is empty."),
        ("../people.csv", b"a,b\n1,2\n", "people.csv was not read."),
    ):
        upload = SimpleUploadedFile(name, content)
        answer = client.post(f"/payroll/runs/{run.pk}/files", {"kind": "hr", "file": upload})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert words in page
        assert "Take a file in" in page
    assert client.post(f"/payroll/runs/{run.pk}/files", {"kind": "pay"}).status_code == 422
    assert books() == before


def test_a_good_file_sent_by_page_or_by_api_is_taken_in(stage: Stage, tmp_path: Path, client: Client) -> None:
    run = setting.opened(stage)
    made = setting.sample(tmp_path, run)
    upload = SimpleUploadedFile("my people.xml", made.hr.read_bytes())
    answer = client.post(f"/payroll/runs/{run.pk}/files", {"kind": "hr", "file": upload}, follow=True)
    assert "my people.xml: 53 records accepted, 7 refused." in answer.content.decode()
    sent = client.post(
        f"/api/v1/payroll/runs/{run.pk}/files?kind=time",
        {"file": SimpleUploadedFile("time.xml", made.time.read_bytes())},
    )
    assert sent.status_code == 200, sent.content
    assert (sent.json()["accepted"], sent.json()["refused"]) == (55, 5)
    assert set(Intake.every.filter(run=run).values_list("kind", "name")) == {
        ("hr", "my people.xml"),
        ("time", "time.xml"),
    }


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("2026-99", "“2026-99” is not a pay period of this calendar; write year and number, such as 2026-06"),
        ("", "This field is required."),
    ],
)
def test_a_wrong_pay_period_is_said_in_the_form_of_the_list(
    stage: Stage, client: Client, label: str, words: str
) -> None:
    before = PayRun.every.count(), TrailEntry.objects.count()
    answer = client.post("/payroll/", {"account": stage.account.pk, "label": label})
    assert (answer.status_code, PayRun.every.count(), TrailEntry.objects.count()) == (422, *before)
    assert f"Pay period: {words}</a></li>" in answer.text
    assert f'value="{label}"' in answer.text or not label
    assert answer.text.count('aria-invalid="true"') == 1


def test_a_run_is_calculated_and_certified_by_page(stage: Stage, tmp_path: Path, client: Client) -> None:
    run = setting.filled(stage, tmp_path)
    client.post(f"/payroll/runs/{run.pk}/calculate")
    page = client.get(f"/payroll/runs/{run.pk}/").content.decode()
    assert "Parts of the run calculated" in page
    jobs.compute_now(setting.fresh(run), lambda _people: None)
    asked = client.get(f"/payroll/runs/{run.pk}/", headers={"HX-Request": "true", "HX-Target": "progress"})
    assert asked["HX-Refresh"] == "true"
    setting.reviewed(stage, setting.fresh(run))
    other = Client()
    other.force_login(setting.signed_in(stage.certifier))
    assert "Certify and pay" in other.get(f"/payroll/runs/{run.pk}/").content.decode()
    told = other.post(f"/payroll/runs/{run.pk}/certify", follow=True).content.decode()
    assert "Pay period 2026-06 is certified: 48 people are paid." in told


def test_who_calculated_a_run_is_shown_no_button_to_certify_it_but_told_who_may(
    stage: Stage, run: PayRun, client: Client
) -> None:
    setting.reviewed(stage, run)
    page = client.get(f"/payroll/runs/{run.pk}/").text
    assert "Certify and pay" not in page
    assert "It is certified by another payroll certifying officer of Tests/Pay, who did neither." in page
    other = Client()
    other.force_login(setting.signed_in(stage.certifier))
    page = other.get(f"/payroll/runs/{run.pk}/").text
    assert "Certify and pay" in page
    assert "You calculated or reviewed this run" not in page
    other.force_login(setting.signed_in(stage.second_operator))
    page = other.get(f"/payroll/runs/{run.pk}/").text
    assert "Certify and pay" not in page
    assert "You calculated or reviewed this run" not in page


@pytest.mark.parametrize(("who", "is_shown"), [("operator", True), ("manager", True), ("specialist", False)])
def test_the_trail_of_a_run_is_linked_for_those_who_may_read_it(
    stage: Stage, run: PayRun, who: str, is_shown: bool
) -> None:
    browser = Client()
    browser.force_login(setting.signed_in(getattr(stage, who)))
    trail = f"/record/payroll.payrun/{run.pk}/"
    assert (f'href="{trail}"' in browser.get(f"/payroll/runs/{run.pk}/").text) is is_shown
    assert browser.get(trail).status_code == (200 if is_shown else 403)


def test_the_api_tells_the_same_as_the_statement(stage: Stage, run: PayRun, client: Client) -> None:
    found = queries.statement(stage.operator, run.pk, SOMEBODY)
    told = client.get(f"/api/v1/payroll/runs/{run.pk}/statements/{SOMEBODY}").json()
    assert [(line["name"], line["amount"]) for line in told["lines"]] == [
        (line.name, line.amount.cents) for line in found.lines
    ]
    figure = client.get(f"/api/v1/payroll/runs/{run.pk}/statements/{SOMEBODY}/oasdi_cents").json()
    assert figure["cite"] == "26 U.S.C. 3101(a), 3102(a)"
    assert figure["tables"][0]["figures"]
