"""Runs outside the calendar: named people only, never twice for the same days, balances carried into the next run."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from qsmo.kernel.finding import Refusal
from qsmo.services.payroll import actions, queries
from qsmo.services.payroll.actions import outside
from qsmo.services.payroll.models import IntakeException, PayRun
from qsmo.services.payroll.tests.app import setting
from qsmo.services.payroll.tests.app.setting import Pairs, Stage, books

PAYS_ON = date(2026, 3, 18)
WHY = "the record was mended after the run"


def opened(stage: Stage, *names: str, **more: Any) -> PayRun:
    """A run outside the calendar for the days of 2026-06."""
    asked: dict[str, Any] = {"names": names, "pays_on": PAYS_ON, "why": WHY, **more}
    return outside.open_outside(stage.operator, stage.account.pk, "2026-06", **asked)


def rows(run: PayRun) -> dict[str, dict[str, Any]]:
    """The computed rows of a run by employee."""
    return {
        row["employee"]: row for row in queries._frame(setting.fresh(run)).collect().iter_rows(named=True)
    }


def balanced(made: Pairs) -> Pairs:
    """The same people without balances of their own, so that those of earlier runs count."""
    return [(replace(person, year_to_date=()), time) for person, time in made]


def test_who_was_left_out_is_paid_outside_the_calendar_and_the_next_run_begins_with_that(
    stage: Stage, tmp_path: Path
) -> None:
    run = setting.opened(stage)
    made = balanced(setting.pairs(run, 4))
    left_out = made[2][0].employee
    setting.certified(stage, setting.tables_taken(stage, run, tmp_path / "one", [*made[:2], made[3]]))

    extra = opened(stage, left_out)
    assert (extra.called, extra.kind, extra.state, extra.sequence) == ("2026-06-1", "off_cycle", "open", 1)
    extra = setting.certified(stage, setting.tables_taken(stage, extra, tmp_path / "extra", made))
    assert list(rows(extra)) == [left_out]

    following = setting.opened(stage, "2026-07")
    after = balanced(setting.pairs(following, 4))
    following = setting.calculated(stage, setting.tables_taken(stage, following, tmp_path / "two", after))
    begun = rows(following)
    assert begun[left_out]["ytd_gross_cents"] == rows(extra)[left_out]["gross_cents"]
    assert begun[made[0][0].employee]["ytd_gross_cents"] == rows(run)[made[0][0].employee]["gross_cents"]


def test_nobody_is_paid_twice_for_the_same_days(stage: Stage, tmp_path: Path) -> None:
    run = setting.opened(stage)
    made = balanced(setting.pairs(run, 3))
    setting.certified(stage, setting.tables_taken(stage, run, tmp_path / "one", made[:2]))
    extra = opened(stage, made[0][0].employee, made[2][0].employee, "99999999")
    extra = setting.calculated(stage, setting.tables_taken(stage, extra, tmp_path / "extra", made))
    assert list(rows(extra)) == [made[2][0].employee]
    named = IntakeException.every.filter(run=extra, severity="error").values_list("code", "who")
    assert sorted(named) == [("named-absent", "99999999"), ("paid-before", made[0][0].employee)]


def test_the_regular_run_leaves_out_who_was_paid_for_its_days_before(stage: Stage, tmp_path: Path) -> None:
    regular = setting.opened(stage)
    made = balanced(setting.pairs(regular, 3))
    early = opened(stage, made[1][0].employee, pays_on=date(2026, 3, 12))
    setting.certified(stage, setting.tables_taken(stage, early, tmp_path / "early", made))
    regular = setting.calculated(stage, setting.tables_taken(stage, regular, tmp_path / "all", made))
    assert sorted(rows(regular)) == sorted(person.employee for person, _ in (made[0], made[2]))
    named = IntakeException.every.filter(run=regular, severity="error").values_list("code", "who")
    assert list(named) == [("paid-before", made[1][0].employee)]


def test_after_a_final_pay_nothing_more_is_paid(stage: Stage, tmp_path: Path) -> None:
    run = setting.opened(stage)
    made = balanced(setting.pairs(run, 3))
    gone = made[1][0].employee
    final = opened(stage, gone, separates_on=date(2026, 3, 6))
    assert final.kind == "final"
    setting.certified(stage, setting.tables_taken(stage, final, tmp_path / "final", made))
    following = setting.opened(stage, "2026-07")
    after = balanced(setting.pairs(following, 3))
    following = setting.calculated(stage, setting.tables_taken(stage, following, tmp_path / "two", after))
    assert gone not in rows(following)
    assert IntakeException.every.get(run=following, who=gone, severity="error").code == "separated"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"pays_on": date(2026, 3, 14)}, "pays_on"),
        ({"pays_on": date(2026, 2, 16)}, "pays_on"),
        ({"separates_on": date(2026, 3, 8)}, "separates_on"),
        ({"names": ()}, "names"),
        ({"names": ("a b",)}, "names"),
        ({"why": " "}, "why"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(stage: Stage, more: dict[str, Any], field: str) -> None:
    before = books()
    with pytest.raises(Refusal) as refused:
        opened(stage, **{"names": ("00000001",), **more})
    assert (refused.value.status, [each.field for each in refused.value.findings]) == (422, [field])
    assert books() == before


def test_a_run_that_would_change_balances_already_used_is_refused_with_the_first_day_that_would_do(
    stage: Stage, tmp_path: Path
) -> None:
    setting.certified(stage, setting.filled(stage, tmp_path, "2026-07"))
    with pytest.raises(Refusal) as refused:
        opened(stage, "00000001")
    assert refused.value.code == "later-run-calculated"
    assert refused.value.words.endswith("pay on 2026-03-27 or later")
    assert opened(stage, "00000001", pays_on=date(2026, 3, 27)).state == "open"


def test_only_an_operator_opens_one(stage: Stage) -> None:
    for viewer in (
        stage.certifier,
        stage.specialist,
        stage.manager,
        stage.auditor,
        stage.rival,
        stage.neighbour,
    ):
        with pytest.raises(Refusal) as refused:
            outside.open_outside(
                viewer, stage.account.pk, "2026-06", names=["00000001"], pays_on=PAYS_ON, why=WHY
            )
        assert refused.value.status in (403, 404)
    assert not PayRun.every.exists()


def test_the_database_knows_the_kinds_of_runs(stage: Stage) -> None:
    run = opened(stage, "00000001")
    for wrong in ({"kind": "regular"}, {"kind": "final"}, {"sequence": 0}, {"state": "certified"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PayRun.every.filter(pk=run.pk).update(**wrong)
    assert actions.open_run(stage.operator, stage.account.pk, "2026-06").pk != run.pk
