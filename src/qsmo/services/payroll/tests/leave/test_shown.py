"""Leave through the application: taken in at migration, carried from run to run, shown and written everywhere."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.test import Client

from qsmo.contract.documents import LeaveTerms, PayAssignment, TimeEntry
from qsmo.kernel.money import Money
from qsmo.services.payroll import actions, queries
from qsmo.services.payroll.formats import hr_xml
from qsmo.services.payroll.formats.out.printed import printed
from qsmo.services.payroll.formats.out.report.everybody import lines_of
from qsmo.services.payroll.formats.out.results import ResultLine, read_results
from qsmo.services.payroll.formats.out.statement_xml import Told, read_statements, write_statements
from qsmo.services.payroll.models import PayRun
from qsmo.services.payroll.queries import standing
from qsmo.services.payroll.rules import year_to_date
from qsmo.services.payroll.tests.app import setting
from qsmo.services.payroll.tests.app.setting import Stage

WHO = "00000002"
PLACE = int(WHO) - 1
TAKEN_IN = LeaveTerms(
    balances=(("annual", 18_000), ("sick", 40_025), ("restored", 1_600), ("annual_used", 800))
)
SINCE = date(2018, 3, 1)


def with_leave(made: setting.Pairs, terms: LeaveTerms) -> setting.Pairs:
    """Full-time people of whom one, eight years in service, takes a day of annual and one of restored leave."""
    person, time = made[PLACE]
    codes = iter(("876", "restored_leave"))
    entries = []
    for entry in time.entries:
        is_plain = entry.code == "1037" and entry.centihours == 800
        code = next(codes, entry.code) if is_plain else entry.code
        entries.append(TimeEntry(entry.on, code, entry.centihours))
    made[PLACE] = (
        replace(person, leave_since=SINCE, leave=terms),
        replace(time, entries=tuple(each for each in entries if each.code in KEPT)),
    )
    return made


KEPT = ("1037", "816", "876", "restored_leave", "961", "940")


@pytest.fixture
def runs(stage: Stage, tmp_path: Path) -> tuple[PayRun, PayRun]:
    """Two certified runs; balances are taken in with the first."""
    made = []
    for label, terms in (("2026-06", TAKEN_IN), ("2026-07", LeaveTerms())):
        run = setting.opened(stage, label)
        pairs = with_leave(setting.pairs(run, 6), terms)
        made.append(setting.certified(stage, setting.tables_taken(stage, run, tmp_path / label, pairs)))
    return made[0], made[1]


def told(stage: Stage, run: PayRun) -> dict[str, tuple[int, ...]]:
    """before, earned, used, forfeited, balance, and of the year earned and used, by kind of leave."""
    names = ("before", "earned", "used", "lost", "balance", "year_earned", "year_used")
    return {
        each.kind: tuple(getattr(each, name) or 0 for name in names)
        for each in queries.statement(stage.operator, run.pk, WHO).leave
    }


def test_balances_taken_in_are_where_the_accounts_begin_and_the_next_run_goes_on(
    stage: Stage, runs: tuple[PayRun, PayRun]
) -> None:
    assert told(stage, runs[0]) == {
        "annual_leave": (18_000, 600, 800, 0, 17_800, 600, 1_600),
        "sick_leave": (40_025, 400, 0, 0, 40_425, 400, 0),
        "restored_leave": (1_600, 0, 800, 0, 800, 0, 800),
    }
    assert told(stage, runs[1]) == {
        "annual_leave": (17_800, 600, 800, 0, 17_600, 1_200, 2_400),
        "sick_leave": (40_425, 400, 0, 0, 40_825, 800, 0),
        "restored_leave": (800, 0, 800, 0, 0, 0, 1_600),
    }


def test_an_employee_reads_the_accounts_on_the_statement_and_opens_each(
    stage: Stage, runs: tuple[PayRun, PayRun]
) -> None:
    client = Client()
    client.force_login(setting.signed_in(stage.employee))
    page = f"/payroll/runs/{runs[1].pk}/statements/{WHO}/"
    assert client.get(page).status_code == 404
    actions.link_person(stage.operator, stage.account.pk, WHO, setting.signed_in(stage.employee).email)
    shown = " ".join(client.get(page).content.decode().split())
    assert (
        "Annual leave: 178.00 h before, 6.00 earned, 8.00 used (leave year: 12.00 earned, 24.00 used)"
        in shown
    )
    assert "176.00 h" in shown
    assert "Sick leave: 404.25 h before, 4.00 earned (leave year: 8.00 earned)" in shown
    opened = client.get(f"{page}leave_annual_after_centihours/").content.decode()
    assert "5 U.S.C. 6303, 6304" in opened
    assert f"{page}leave_annual_earned_centihours/" in opened
    earned = client.get(f"{page}leave_annual_accrued_centihours/").content.decode()
    assert "By years of service 4, 6 or 8 hours" in earned


def test_programs_and_the_printed_statement_have_the_same_accounts(
    stage: Stage, runs: tuple[PayRun, PayRun]
) -> None:
    client = Client()
    client.force_login(setting.signed_in(stage.operator))
    leave = client.get(f"/api/v1/payroll/runs/{runs[1].pk}/statements/{WHO}").json()["leave"]
    assert [(each["kind"], each["balance"], each["year_used"]) for each in leave] == [
        ("annual_leave", 17_600, 2_400),
        ("sick_leave", 40_825, 0),
        ("restored_leave", 0, 1_600),
    ]
    found = queries.statement(stage.operator, runs[1].pk, WHO)
    balances = dict(year_to_date(found.row))
    paper = printed(
        found.row, found.lines, queries.person_of(found), runs[1].pay_period, agency="Test", balances=balances
    )
    annual = paper.leave[0]
    assert (annual.title, annual.before, annual.earned, annual.used) == (
        "Annual leave",
        "178.00",
        "6.00",
        "8.00",
    )
    assert (annual.lost, annual.balance) == ("0.00", "176.00")
    assert (annual.year_earned, annual.year_used) == ("12.00", "24.00")
    assert paper.leave[2].year_earned == ""
    tags = re.findall(rb"/S/(\w+)", queries.statement_pdf(found))
    assert tags.count(b"Table") == tags.count(b"THead") == 5  # summary, earnings, deductions, agency, leave


def rows(run: PayRun) -> pl.DataFrame:
    return queries._frame(run).collect()


def test_the_files_of_a_run_have_the_hours(stage: Stage, runs: tuple[PayRun, PayRun], tmp_path: Path) -> None:
    run, frame = runs[0], rows(runs[0])
    people = {row["employee"]: queries.person_of(queries.statement(stage.operator, run.pk, row["employee"]))
              for row in frame.iter_rows(named=True)}  # fmt: skip
    target = tmp_path / "statements.xml"
    write_statements(
        target, frame.iter_rows(named=True), people, run.pay_period, at=datetime(2026, 3, 20, tzinfo=UTC)
    )
    read = {each.employee: each for each in read_statements(target) if isinstance(each, Told)}
    assert len(read) == frame.height
    annual = next(each for each in read[WHO].leave if each.kind == "annual_leave")
    assert annual.held == {
        "Before": 18_000, "Earned": 600, "Used": 800, "Lost": 0, "Balance": 17_800,
        "YTDEarned": 600, "YTDUsed": 1_600,
    }  # fmt: skip
    wrong = target.read_text(encoding="utf-8").replace('qsmo:Balance="178.00"', 'qsmo:Balance="178.01"')
    target.write_text(wrong, encoding="utf-8")
    assert "leave-wrong" in {getattr(each, "code", "") for each in read_statements(target)}

    lines = tmp_path / "lines.csv"
    lines_of(frame, run.label, run.starts_on, run.pays_on).write_csv(lines)
    found = {
        each.name: each
        for each in read_results(lines)
        if isinstance(each, ResultLine) and each.employee == WHO
    }
    assert found["annual_leave_balance"].quantity == "178.00"
    assert found["annual_leave_used"].title == "Annual leave, used"
    assert found["restored_leave_balance"].quantity == "8.00"
    assert found["sick_leave_balance"].amount == Money(0)
    with lines.open(encoding="utf-8") as file:
        assert sum(int(row["amount_cents"]) for row in csv.DictReader(file) if row["section"] == "leave") == 0


def test_leave_is_taken_in_by_message_as_well_as_by_table(tmp_path: Path, stage: Stage) -> None:
    person = replace(setting.pairs(setting.opened(stage), 1)[0][0], leave=TAKEN_IN)
    hr_xml.write_assignments(tmp_path / "hr.xml", [person], at=datetime(2026, 3, 1, tzinfo=UTC))
    read: list[Any] = list(hr_xml.read_assignments(tmp_path / "hr.xml"))
    assert isinstance(read[0], PayAssignment)
    assert (read[0].leave, read[0].leave_since) == (TAKEN_IN, person.leave_since)
    spoiled = (tmp_path / "hr.xml").read_text(encoding="utf-8").replace("annual 180.00", "annual plenty")
    (tmp_path / "hr.xml").write_text(spoiled, encoding="utf-8")
    (finding,) = hr_xml.read_assignments(tmp_path / "hr.xml")
    assert getattr(finding, "words", "") == "“annual plenty” is not a term of leave."


def test_leave_goes_on_in_the_next_tax_year(stage: Stage, runs: tuple[PayRun, PayRun]) -> None:
    new_year = PayRun(account=stage.account, label="2027-01")  # none can be opened until its law is on file
    new_year.starts_on, new_year.pays_on = date(2026, 12, 27), date(2027, 1, 15)
    assert standing.earlier_runs(new_year) == []
    assert [each.pk for each in standing.runs_of_last_year(new_year)] == [each.pk for each in runs]
