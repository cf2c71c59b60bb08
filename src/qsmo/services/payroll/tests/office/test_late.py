"""Files after the cut-off: nothing is lost, nothing is used without the payroll office, and the office says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from qsmo.contract.documents import TimeEntry
from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.platform.record.trail import entries_of
from qsmo.services.payroll import actions, queries
from qsmo.services.payroll.actions import intake as intakes
from qsmo.services.payroll.actions import outside
from qsmo.services.payroll.formats.tables import write_assignments_table, write_times_table
from qsmo.services.payroll.models import Intake, PayRun
from qsmo.services.payroll.queries.late import BACK_PAY, NEW, NOT_YET, OUTSIDE, differing, late_files
from qsmo.services.payroll.tests.app import setting
from qsmo.services.payroll.tests.app.setting import Stage, books
from qsmo.services.payroll.tests.app.test_balances import rows

PEOPLE, CHANGED, ADDED = 6, 1, 5
AFTER = date(2026, 3, 11)
WHY = "the timekeeper was ill"
Sent = tuple[PayRun, setting.Pairs, Path]


def late_times(folder: Path, made: setting.Pairs) -> Path:
    """Time that came late: one person was a day without pay, and of one no time had been sent."""
    _, time = made[CHANGED]
    last = [each for each in time.entries if each.code == "1037"][-1]
    kept = [each for each in time.entries if each.on != last.on]
    target = folder / "late.csv"
    less = replace(time, entries=(*kept, TimeEntry(last.on, "940", 800)))
    write_times_table(target, (less, made[ADDED][1]))
    return target


@pytest.fixture
def sent(stage: Stage, tmp_path: Path) -> Sent:
    """A run with files in time, which lack the time of one person; and a file that will come late."""
    run = setting.opened(stage)
    made = setting.pairs(run, PEOPLE)
    run = setting.tables_taken(stage, run, tmp_path / "in-time", made)
    in_time = tmp_path / "in-time" / "less.csv"
    write_times_table(in_time, (time for _, time in made[:ADDED]))
    actions.take_in(stage.operator, run.pk, "time", in_time)
    return setting.fresh(run), made, late_times(tmp_path, made)


def test_a_late_file_of_the_agency_waits_and_changes_nothing(stage: Stage, sent: Sent) -> None:
    run, made, late = sent
    run = setting.calculated(stage, run)
    with clock.at(AFTER):
        with pytest.raises(Refusal) as refused:
            actions.take_in(stage.specialist, run.pk, "time", late)
        assert refused.value.code == "late-intake"
        taken = actions.take_in(stage.specialist, run.pk, "time", late, why=WHY)
        assert (taken.state, taken.is_current, taken.is_late, taken.why) == ("waiting", False, True, WHY)
        assert actions.take_in(stage.specialist, run.pk, "time", late, why=WHY).pk == taken.pk
    after = setting.fresh(run)
    assert (after.state, after.digest, after.people) == ("calculated", run.digest, PEOPLE - 1)
    told = {each.employee: (each.what, each.then) for each in differing(taken)}
    changed, added = (made[place][0].employee for place in (CHANGED, ADDED))
    assert set(told) == {changed, added}
    assert told[added] == (NEW, NOT_YET)
    regular = sum(each.centihours for each in made[CHANGED][1].entries if each.code == "1037") // 100
    assert f"Regular hours: {regular}.00 h, late {regular - 8}.00 h" in told[changed][0]
    waits = [each.what for each in queries.waiting(stage.operator) if each.key == taken.pk]
    assert waits == ["Decide on a file that came late"]
    assert [each for each in queries.waiting(stage.specialist) if each.key == taken.pk] == []


def test_the_office_uses_a_late_file_and_everybody_else_keeps_what_was_sent_in_time(
    stage: Stage, sent: Sent
) -> None:
    run, made, late = sent
    run = setting.calculated(stage, run)
    before = rows(run)
    with clock.at(AFTER):
        taken = actions.take_in(stage.specialist, run.pk, "time", late, why=WHY)
        for viewer, status in ((stage.specialist, 403), (stage.certifier, 403), (stage.rival, 404)):
            held = books()
            with pytest.raises(Refusal) as refused:
                intakes.admit(viewer, taken.pk, why="please")
            assert (refused.value.status, books()) == (status, held), viewer.name
        with pytest.raises(Refusal):
            intakes.admit(stage.operator, taken.pk, why=" ")
        used = intakes.admit(stage.second_operator, taken.pk, why="agreed with the agency")
    assert (used.state, used.is_current, used.accepted, used.answer) == (
        "used", True, PEOPLE, "agreed with the agency",
    )  # fmt: skip
    assert setting.fresh(run).state == "collecting"
    assert any(entry.verb == "admit" and entry.why == "agreed with the agency" for entry in entries_of(used))
    after = rows(setting.calculated(stage, setting.fresh(run)))
    changed, added = (made[place][0].employee for place in (CHANGED, ADDED))
    assert set(after) == set(before) | {added}
    assert after[changed]["unpaid_centihours"] == before[changed]["unpaid_centihours"] + 800
    assert after[changed]["gross_cents"] < before[changed]["gross_cents"]
    others = set(before) - {changed}
    assert {who: after[who]["net_cents"] for who in others} == {
        who: before[who]["net_cents"] for who in others
    }


def test_what_is_to_be_mended_of_others_stays_on_the_list(stage: Stage, tmp_path: Path) -> None:
    run = setting.filled(stage, tmp_path)
    of_time = queries.exceptions(stage.operator, run).filter(intake__kind="time").exclude(state="corrected")
    before = sorted(of_time.values_list("who", "code"))
    made = setting.pairs(run, setting.PEOPLE)
    fine = next(time for _, time in made if time.employee not in {who for who, _ in before})
    write_times_table(tmp_path / "one.csv", [fine])
    with clock.at(AFTER):
        taken = actions.take_in(stage.specialist, run.pk, "time", tmp_path / "one.csv", why=WHY)
        used = intakes.admit(stage.operator, taken.pk, why="one more")
    assert sorted(of_time.values_list("who", "code")) == before
    assert used.accepted == setting.PEOPLE - len(before)


def test_a_file_for_pay_that_stands_is_kept_and_settled_by_another_payment(stage: Stage, sent: Sent) -> None:
    run, made, late = sent
    run = setting.certified(stage, run)
    taken = actions.take_in(stage.operator, run.pk, "time", late, why=WHY)
    assert taken.state == "waiting"
    changed, added = (made[place][0].employee for place in (CHANGED, ADDED))
    assert {each.employee: each.then for each in differing(taken)} == {changed: BACK_PAY, added: OUTSIDE}
    used = Intake.every.get(run=run, kind="rates", is_current=True)
    with pytest.raises(Refusal) as refused:
        intakes.admit(stage.operator, used.pk, why="a file in use")
    assert refused.value.status == 409
    with pytest.raises(Refusal) as refused:
        intakes.admit(stage.operator, taken.pk, why="now")
    assert (refused.value.code, refused.value.status) == ("run-not-collecting", 409)
    assert setting.fresh(run).digest == run.digest
    more = outside.open_outside(
        stage.operator, stage.account.pk, run.label, names=[added], pays_on=run.pays_on, why=WHY
    )
    answer = f"paid by {more.called}; the rest in 2026-07"
    settled = intakes.settle(stage.operator, taken.pk, why=answer)
    assert (settled.state, settled.answer, settled.is_current) == ("settled", answer, False)
    assert [each.pk for each in late_files(stage.specialist, run)] == [taken.pk]


def test_people_that_come_late_are_compared_by_the_names_of_what_differs(
    stage: Stage, tmp_path: Path
) -> None:
    run = setting.opened(stage)
    made = setting.pairs(run, PEOPLE)
    run = setting.tables_taken(stage, run, tmp_path / "in-time", made)
    moved = replace(made[0][0], duty_station=f"{made[0][0].duty_station[:2]}0000000")
    write_assignments_table(tmp_path / "late.parquet", [moved, made[1][0]])
    with clock.at(AFTER):
        taken = actions.take_in(stage.specialist, run.pk, "hr", tmp_path / "late.parquet", why=WHY)
    assert [(each.employee, each.what) for each in differing(taken)] == [
        (moved.employee, "other entries in duty_station")
    ]


def test_the_pages_and_calls_of_a_late_file(stage: Stage, sent: Sent) -> None:
    run, made, late = sent
    agency, office = Client(), Client()
    agency.force_login(setting.signed_in(stage.specialist))
    office.force_login(setting.signed_in(stage.operator))
    with clock.at(AFTER):
        upload = SimpleUploadedFile("late.csv", late.read_bytes())
        answer = agency.post(
            f"/payroll/runs/{run.pk}/files", {"kind": "time", "file": upload, "why": WHY}, follow=True
        )
        assert "It came late, and waits for the payroll office." in answer.text
        assert (
            "Files that came late wait for the payroll office" in office.get(f"/payroll/runs/{run.pk}/").text
        )
        key = Intake.every.get(run=run, state="waiting").pk
        page = f"/payroll/late/{key}/"
        assert page in office.get(f"/payroll/runs/{run.pk}/late/").text
        shown = office.get(page).text
        assert NEW in shown
        assert made[CHANGED][0].employee in shown
        assert "What is done with it" not in agency.get(page).text
        assert office.post(page, {"verb": "admit", "why": ""}).status_code == 422
        assert (
            "is used in this run" in office.post(page, {"verb": "admit", "why": "agreed"}, follow=True).text
        )
        found = office.get(f"/api/v1/payroll/runs/{run.pk}/late-files").json()["items"]
    assert [(each["state"], each["answer"]) for each in found] == [("used", "agreed")]
