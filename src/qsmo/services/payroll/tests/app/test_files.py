"""Files that are wrong as a whole, and records that are: each is told what is wrong, and nothing else changes."""

from __future__ import annotations

import resource
from dataclasses import replace
from pathlib import Path

import pytest

from qsmo.kernel.finding import Refusal
from qsmo.platform.record.trail import entries_of
from qsmo.platform.store import files
from qsmo.services.payroll import actions
from qsmo.services.payroll.actions import intake as reading
from qsmo.services.payroll.formats.sample import AGENCY, write_sample
from qsmo.services.payroll.models import Intake, IntakeException
from qsmo.services.payroll.tests.app import setting
from qsmo.services.payroll.tests.app.setting import Stage, books


def refusal(stage: Stage, run_id: str, kind: str, path: Path) -> Refusal:
    """What taking a file in is refused with, nothing having changed."""
    before = books()
    with pytest.raises(Refusal) as refused:
        actions.take_in(stage.operator, run_id, kind, path)
    assert books() == before
    return refused.value


def test_an_empty_file_is_refused(stage: Stage, tmp_path: Path) -> None:
    empty = tmp_path / "people.xml"
    empty.touch()
    found = refusal(stage, setting.opened(stage).pk, "hr", empty)
    assert (found.code, found.status) == ("file-size", 422)
    assert found.words == "people.xml is empty; nothing was taken in"


def test_a_file_over_the_limit_is_refused_before_it_is_read(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = setting.opened(stage)
    made = setting.sample(tmp_path, run)
    monkeypatch.setattr(reading, "MAX_FILE_BYTES", made.hr.stat().st_size - 1)
    monkeypatch.setattr(files, "put", lambda _content: pytest.fail("it was stored"))
    found = refusal(stage, run.pk, "hr", made.hr)
    assert found.code == "file-size"
    assert found.findings[0].expected == f"1 to {made.hr.stat().st_size - 1:,} bytes"


@pytest.mark.parametrize(
    ("kind", "name", "code"),
    [
        ("hr", "time", "message-other"),
        ("time", "hr", "message-other"),
        ("rates", "hr", "columns-wrong"),
        ("hr", "rates", "columns-wrong"),
    ],
)
def test_a_file_of_another_kind_is_refused(
    stage: Stage, tmp_path: Path, kind: str, name: str, code: str
) -> None:
    run = setting.opened(stage)
    assert refusal(stage, run.pk, kind, getattr(setting.sample(tmp_path, run), name)).code == code


def test_a_kind_that_there_is_not_is_refused(stage: Stage, tmp_path: Path) -> None:
    run = setting.opened(stage)
    assert refusal(stage, run.pk, "pay", setting.sample(tmp_path, run).hr).code == "intake-kind"


def test_a_file_that_is_not_xml_and_one_that_is_broken_off_are_refused(stage: Stage, tmp_path: Path) -> None:
    run = setting.opened(stage)
    made = setting.sample(tmp_path, run)
    letter = tmp_path / "letter.xml"
    letter.write_text("Dear payroll office,\nplease pay everybody.\n")
    half = tmp_path / "half.xml"
    half.write_bytes(made.hr.read_bytes()[:20_000])
    assert {refusal(stage, run.pk, "hr", path).status for path in (letter, half)} == {422}
    assert not Intake.every.exists()


def test_a_file_with_nobody_but_another_agencys_people_is_refused_whole(stage: Stage, tmp_path: Path) -> None:
    run = setting.filled(stage, tmp_path)
    theirs = write_sample(tmp_path / "theirs", 60, seed=1, during=run.during, agency="XX11", damaged=False)
    found = refusal(stage, run.pk, "hr", theirs.hr)
    assert (found.code, found.status) == ("nothing-usable", 422)
    assert found.words == "hr.xml has no record that can be used (60 refused); nothing was taken in"
    assert {each.code for each in found.findings} == {"agency-other"}
    assert {each.expected for each in found.findings} == {AGENCY}


def test_another_agencys_people_among_ours_are_refused_one_by_one(stage: Stage, tmp_path: Path) -> None:
    run = setting.opened(stage)
    made = setting.pairs(run, 10)
    made[3] = (replace(made[3][0], agency="XX11"), made[3][1])
    run = setting.tables_taken(stage, run, tmp_path, made)
    intake = Intake.every.get(run=run, kind="hr")
    assert (intake.accepted, intake.refused) == (9, 1)
    assert list(IntakeException.every.filter(intake=intake).values_list("who", "code")) == [
        ("00000004", "agency-other")
    ]


def test_the_same_file_twice_is_one_intake(stage: Stage, tmp_path: Path) -> None:
    run = setting.opened(stage)
    made = setting.sample(tmp_path, run)
    first = actions.take_in(stage.operator, run.pk, "hr", made.hr)
    before = books()
    assert actions.take_in(stage.operator, run.pk, "hr", made.hr).pk == first.pk
    assert books() == before


def test_the_same_file_again_does_not_reopen_a_calculated_run(stage: Stage, tmp_path: Path) -> None:
    run = setting.calculated(stage, setting.filled(stage, tmp_path))
    actions.take_in(stage.operator, run.pk, "hr", tmp_path / setting.PERIOD / "hr.xml")
    assert setting.fresh(run).state == "calculated"


def test_each_damaged_record_is_named_with_its_line_its_field_and_what_would_be_right(
    stage: Stage, tmp_path: Path
) -> None:
    run = setting.opened(stage)
    made = setting.sample(tmp_path, run)
    for kind, path in (("hr", made.hr), ("time", made.time), ("rates", made.rates)):
        actions.take_in(stage.operator, run.pk, kind, path)
    found = IntakeException.every.filter(run=run)
    said = {(each.file, each.line, each.who, each.code, each.field) for each in found}
    assert said == {(each.file, each.line, each.who, each.code, each.field) for each in made.damaged}
    assert all(each.expected for each in found)


def test_somebody_whose_numbers_differ_between_the_files_is_not_paid_and_no_number_is_told(
    stage: Stage, tmp_path: Path
) -> None:
    run = setting.opened(stage)
    made = setting.pairs(run, 10)
    number = made[6][1].ssn
    made[6] = (made[6][0], replace(made[6][1], ssn="900099999"))
    run = setting.calculated(stage, setting.tables_taken(stage, run, tmp_path, made))
    assert (run.people, run.refused) == (9, 1)
    found = IntakeException.every.get(run=run)
    assert (found.who, found.code, found.severity) == ("00000007", "person-differs", "error")
    told = " ".join(str(value) for value in vars(found).values())
    assert number not in told
    assert "900099999" not in told


def test_numbers_are_in_no_trail(stage: Stage, tmp_path: Path) -> None:
    run = setting.certified(stage, setting.filled(stage, tmp_path))
    told = " ".join(f"{entry.before} {entry.after}" for entry in entries_of(run))
    assert "totals" not in told
    assert "900000001" not in told


def test_a_large_file_is_taken_in_without_holding_its_records_in_memory(stage: Stage, tmp_path: Path) -> None:
    run = setting.opened(stage)
    made = setting.sample(tmp_path, run, 3000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    intake = actions.take_in(stage.operator, run.pk, "time", made.time)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert (intake.accepted, intake.refused) == (2995, 5)
    assert grown < 64_000_000


def test_hr_specialists_send_files_and_see_what_is_to_be_mended(stage: Stage, tmp_path: Path) -> None:
    run = setting.opened(stage)
    made = setting.sample(tmp_path, run)
    intake = actions.take_in(stage.specialist, run.pk, "hr", made.hr)
    assert intake.refused == 7
    assert IntakeException.seen_by(stage.specialist).filter(run=run).count() == 7


def test_strangers_send_no_files(stage: Stage, tmp_path: Path) -> None:
    run = setting.opened(stage)
    made = setting.sample(tmp_path, run)
    before = books()
    for viewer, status in (
        (stage.rival, 404),
        (stage.neighbour, 404),
        (stage.auditor, 403),
        (stage.employee, 404),
    ):
        with pytest.raises(Refusal) as refused:
            actions.take_in(viewer, run.pk, "hr", made.hr)
        assert refused.value.status == status, viewer.name
    assert books() == before
