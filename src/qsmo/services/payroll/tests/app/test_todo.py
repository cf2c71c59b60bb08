"""What waits for whom in payroll: a run for who may certify it, never for who may not."""

from __future__ import annotations

from pathlib import Path

from qsmo.services.payroll import queries
from qsmo.services.payroll.tests.app import setting
from qsmo.services.payroll.tests.app.setting import Stage


def test_a_reviewed_run_waits_for_who_may_certify_it_and_not_for_who_calculated_it(
    stage: Stage, tmp_path: Path
) -> None:
    run = setting.reviewed(stage, setting.calculated(stage, setting.filled(stage, tmp_path)))
    waits = {
        name: [each.what for each in queries.waiting(getattr(stage, name)) if each.key == run.pk]
        for name in ("operator", "certifier", "second_operator", "specialist", "rival")
    }
    assert waits.pop("certifier") == ["Certify the pay run"]
    assert all("Certify the pay run" not in found for found in waits.values())


def test_a_run_waits_to_be_calculated_once_its_files_are_there(stage: Stage, tmp_path: Path) -> None:
    run = setting.opened(stage)
    assert list(queries.waiting(stage.operator)) == []
    setting.filled(stage, tmp_path)
    assert [(each.what, each.key) for each in queries.waiting(stage.operator)] == [
        ("Calculate the pay run", run.pk)
    ]
    assert list(queries.waiting(stage.certifier)) == []
