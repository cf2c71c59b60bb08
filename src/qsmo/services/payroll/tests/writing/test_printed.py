"""All statements of a run printed: each once and as it is printed alone, on after a kill, for those who may."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from django.test import Client

from qsmo.kernel.finding import Refusal
from qsmo.platform.record.trail import entries_of
from qsmo.platform.store import files
from qsmo.services.payroll import queries
from qsmo.services.payroll.actions import prints as printing
from qsmo.services.payroll.actions.printing import ask_for_statements, print_all
from qsmo.services.payroll.models import Archive, PayRun
from qsmo.services.payroll.queries.printing import archives
from qsmo.services.payroll.queries.printing import printing as progress_of
from qsmo.services.payroll.tests.app import setting
from qsmo.services.payroll.tests.app.setting import Stage

TOGETHER = 3
FEW = 9


@pytest.fixture(autouse=True)
def few_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Archives of three people, and statements of nine: printing is what a test of it waits for."""
    real = printing.shares
    monkeypatch.setattr(printing, "TOGETHER", TOGETHER)
    few = lambda run: (each for each in real(run) if each.start < FEW)  # noqa: E731
    monkeypatch.setattr(printing, "shares", few)
    monkeypatch.setattr("qsmo.services.payroll.actions.printing.shares", few)


def certified(stage: Stage, folder: Path) -> PayRun:
    """A certified run."""
    return setting.certified(stage, setting.filled(stage, folder, damaged=False))


def members(run: PayRun) -> dict[str, bytes]:
    """Everything in the archives of a run."""
    found: dict[str, bytes] = {}
    for each in Archive.every.filter(run=run):
        with zipfile.ZipFile(files.path(each.file)) as archive:
            found |= {name: archive.read(name) for name in archive.namelist()}
    return found


def test_each_statement_is_printed_once_and_as_it_is_alone(stage: Stage, tmp_path: Path) -> None:
    run = certified(stage, tmp_path)
    done: list[int] = []
    run = print_all(stage.operator, run.pk, done.append)
    assert done == [TOGETHER] * 3
    there = list(archives(stage.operator, run))
    assert [(each.number, each.first, each.people) for each in there] == [
        (0, "00000001", 3), (1, "00000004", 3), (2, "00000007", 3),
    ]  # fmt: skip
    found = members(run)
    assert list(found) == [f"{run.called}-{number:08d}.pdf" for number in range(1, FEW + 1)]
    alone = queries.statement_pdf(queries.statement(stage.operator, run.pk, "00000005"))
    assert found[f"{run.called}-00000005.pdf"] == alone
    assert not progress_of(stage.operator, run).is_running
    before = [each.pk for each in there]
    print_all(stage.certifier, run.pk, done.append)
    assert [each.pk for each in archives(stage.operator, run)] == before
    assert [entry.verb for entry in entries_of(run)][-1] == "payroll.write"


def test_printing_that_was_killed_goes_on_where_it_was(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = certified(stage, tmp_path)
    real = printing._printed

    def killed(*of: object) -> Archive:
        if Archive.every.filter(run=run).exists():
            raise KeyboardInterrupt
        return real(*of)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(printing, "_printed", killed)
        with pytest.raises(KeyboardInterrupt):
            print_all(stage.operator, run.pk, lambda _people: None)
    (first,) = Archive.every.filter(run=run)
    assert progress_of(stage.operator, setting.fresh(run)).is_running
    queued: list[str] = []
    monkeypatch.setattr(printing, "later", lambda _job, run: queued.append(run))
    printing.resume.func()
    assert queued == [run.pk]
    printing.print_now(setting.fresh(run), lambda _people: None)
    assert next(each.pk for each in Archive.every.filter(run=run)) == first.pk
    assert len(members(run)) == FEW
    queued.clear()
    printing.resume.func()
    assert queued == []


def test_a_statement_that_no_font_can_show_is_named_and_the_others_are_printed(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = certified(stage, tmp_path)
    real = queries.people_of

    def named(*of: object) -> dict[str, dict[str, object]]:
        found = real(*of)  # type: ignore[arg-type]
        return {
            who: {**each, "last_name": "\U0001f600"} if who == "00000002" else each
            for who, each in found.items()
        }

    monkeypatch.setattr(printing, "people_of", named)
    print_all(stage.operator, run.pk, lambda _people: None)
    assert [each.unprinted for each in archives(stage.operator, run)] == [["00000002"], [], []]
    assert f"{run.called}-00000002.pdf" not in members(run)
    assert len(members(run)) == FEW - 1


def test_only_certified_runs_are_printed_and_only_by_payrolls_people(stage: Stage, tmp_path: Path) -> None:
    run = setting.filled(stage, tmp_path, damaged=False)
    with pytest.raises(Refusal) as refused:
        ask_for_statements(stage.operator, run.pk)
    assert refused.value.code == "run-not-certified"
    for viewer in (stage.specialist, stage.employee):
        with pytest.raises(Refusal) as refused:
            archives(viewer, run)
        assert refused.value.status == 403
        with pytest.raises(Refusal):
            ask_for_statements(viewer, run.pk)


def test_the_page_asks_shows_progress_and_hands_out_archives(stage: Stage, tmp_path: Path) -> None:
    run = certified(stage, tmp_path)
    page = f"/payroll/runs/{run.pk}/printed/"
    owen = Client()
    owen.force_login(setting.signed_in(stage.operator))
    assert "Print all statements" in owen.get(page).content.decode()
    assert owen.post(f"{page}print").status_code == 302
    text = owen.get(page).content.decode()
    assert "0 of 3" in text
    assert "Print all statements" not in text
    printing.print_statements.func(run=run.pk)
    text = owen.get(page).content.decode()
    assert "3 of 3 — finished" in text
    assert f"{run.called}-statements-00001.zip" in text
    assert owen.get(page, headers={"HX-Request": "true", "HX-Target": "progress"})["HX-Refresh"] == "true"
    saved = owen.get(f"{page}1")
    assert saved.getvalue()[:2] == b"PK"
    assert owen.get(f"{page}9").status_code == 404
