"""A run from open to certified: each step by who may, in order, with another person at the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.kernel.period import Period
from qsmo.platform.record.models import OutboxDocument
from qsmo.platform.record.trail import broken_links, entries_of
from qsmo.services.payroll import actions, jobs, queries
from qsmo.services.payroll.models import Chunk, Intake, IntakeException, PayRun
from qsmo.services.payroll.tests.app import setting
from qsmo.services.payroll.tests.app.setting import Stage, books

DAMAGED = 12


def test_a_run_goes_from_files_to_certified_pay_and_says_each_step_in_its_trail(
    stage: Stage, tmp_path: Path
) -> None:
    run = setting.filled(stage, tmp_path)
    assert run.state == "collecting"
    assert actions.calculate(stage.operator, run.pk).state == "calculating"
    run = jobs.compute_now(setting.fresh(run), lambda _people: None)
    assert (run.state, run.people, run.refused) == ("calculated", setting.PEOPLE - DAMAGED, DAMAGED)
    assert run.totals["holds"] is True
    assert setting.reviewed(stage, run).state == "reviewed"
    assert actions.certify(stage.certifier, run.pk, why="looked at the totals").state == "certified"
    assert actions.disburse(stage.operator, run.pk, reference="SCHEDULE-1").state == "disbursed"
    with clock.at(run.pays_on):
        assert actions.close(stage.operator, run.pk).state == "closed"
    verbs = [entry.verb for entry in entries_of(run)]
    assert verbs == [
        "payroll.take-in", "collect", "calculate", "finish", "review", "certify", "disburse", "close",
    ]  # fmt: skip
    closed = setting.fresh(run)
    assert (closed.paid_out_cents, closed.reference) == (run.totals["net"], "SCHEDULE-1")
    assert broken_links(setting.CUSTOMER) == []


def test_nobody_is_left_out_in_silence(stage: Stage, tmp_path: Path) -> None:
    run = setting.calculated(stage, setting.filled(stage, tmp_path))
    named = set(IntakeException.every.filter(run=run, severity="error").values_list("who", flat=True))
    paid = {row["employee"] for row in queries.employees(stage.operator, run)}
    assert len(named) == DAMAGED
    assert not named & paid
    assert named | paid == {f"{number:08d}" for number in range(1, setting.PEOPLE + 1)}


def test_the_certified_run_leaves_one_balanced_journal_that_ties_to_its_totals(
    stage: Stage, tmp_path: Path
) -> None:
    run = setting.certified(stage, setting.filled(stage, tmp_path))
    left = OutboxDocument.every.get(kind="journal")
    lines = left.body["lines"]
    proprietary = [line for line in lines if not line["account"].startswith("4")]
    debits = sum(line["amount"] for line in proprietary if line["side"] == "debit")
    credits_ = sum(line["amount"] for line in proprietary if line["side"] == "credit")
    assert debits == credits_
    assert sum(line["amount"] for line in lines if line["side"] == "debit") == sum(
        line["amount"] for line in lines if line["side"] == "credit"
    )
    assert run.totals["employer_cost"] == run.totals["gross"] + sum(run.totals["employer"].values())
    assert (left.to, left.customer_id, left.entity_id) == ("ledger", setting.CUSTOMER, setting.CUSTOMER)


@pytest.mark.parametrize("did", ["calculate", "review"])
def test_whoever_calculated_or_reviewed_cannot_certify_and_nothing_changes(
    stage: Stage, tmp_path: Path, did: str
) -> None:
    """The operator of this stage is a certifying officer as well."""
    one, other = stage.operator, stage.second_operator
    by = replace(stage, operator=one, second_operator=other)
    if did == "review":
        by = replace(stage, operator=other, second_operator=one)
    run = setting.calculated(by, setting.filled(by, tmp_path))
    setting.reviewed(replace(by, operator=by.second_operator), run)
    before = books()
    with pytest.raises(Refusal) as refused:
        actions.certify(stage.operator, run.pk)
    assert (refused.value.code, refused.value.status) == ("same-person", 403)
    assert books() == before


def test_an_operator_who_is_no_certifier_is_refused_and_nothing_changes(stage: Stage, tmp_path: Path) -> None:
    run = setting.reviewed(stage, setting.calculated(stage, setting.filled(stage, tmp_path)))
    before = books()
    for viewer in (stage.second_operator, stage.specialist, stage.manager, stage.auditor, stage.employee):
        with pytest.raises(Refusal) as refused:
            actions.certify(viewer, run.pk)
        assert refused.value.status == 403, viewer.name
    assert books() == before


def test_a_run_without_all_its_files_is_not_calculated(stage: Stage, tmp_path: Path) -> None:
    run = setting.opened(stage)
    made = setting.sample(tmp_path, run)
    actions.take_in(stage.operator, run.pk, "hr", made.hr)
    before = books()
    with pytest.raises(Refusal, match="still lacks its time and rates file") as refused:
        actions.calculate(stage.operator, run.pk)
    assert refused.value.code == "files-missing"
    assert books() == before


@pytest.mark.parametrize("state", ["calculating", "certified"])
def test_a_run_that_is_calculating_takes_no_files_and_one_that_is_certified_no_rates(
    stage: Stage, tmp_path: Path, state: str
) -> None:
    run = setting.filled(stage, tmp_path)
    if state == "certified":
        setting.certified(stage, run)
    else:
        actions.calculate(stage.operator, run.pk)
    other = setting.sample(tmp_path / "other", run, seed=2)
    before = books()
    kind, path = ("rates", other.rates) if state == "certified" else ("hr", other.hr)
    with pytest.raises(Refusal) as refused:
        actions.take_in(stage.operator, run.pk, kind, path)
    assert (refused.value.code, refused.value.status) == ("run-not-collecting", 409)
    assert books() == before


def test_another_file_reopens_a_calculated_run_and_takes_its_figures_away(
    stage: Stage, tmp_path: Path
) -> None:
    run = setting.calculated(stage, setting.filled(stage, tmp_path))
    other = setting.sample(tmp_path / "other", run, damaged=False)
    actions.take_in(stage.operator, run.pk, "time", other.time)
    run = setting.fresh(run)
    assert (run.state, run.people, run.totals, run.digest) == ("collecting", 0, {}, "")
    assert queries.employees(stage.operator, run) == []
    assert list(
        Intake.every.filter(run=run, kind="time", is_current=True).values_list("name", flat=True)
    ) == ["time.xml"]
    of_time = IntakeException.every.filter(run=run, file="time.xml")
    assert set(of_time.values_list("state", flat=True)) == {"corrected"}
    again = setting.calculated(stage, run)
    assert (again.people, again.refused) == (setting.PEOPLE - 7, 7)


def test_calculating_again_without_a_change_computes_nothing_anew_and_ends_the_same(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "MOST_IN_A_CHUNK", 20)
    run = setting.calculated(stage, setting.filled(stage, tmp_path))
    kept = list(Chunk.every.filter(run=run).order_by("number").values_list("pk", "file"))
    assert len(kept) == setting.PEOPLE // 20
    again = setting.calculated(stage, run)
    assert again.digest == run.digest
    assert list(Chunk.every.filter(run=run).order_by("number").values_list("pk", "file")) == kept


def test_a_run_opened_twice_is_one_run(stage: Stage) -> None:
    assert setting.opened(stage).pk == setting.opened(stage).pk
    assert PayRun.every.count() == 1


def test_a_pay_period_that_the_calendar_does_not_have_is_refused(stage: Stage) -> None:
    with pytest.raises(Refusal) as refused:
        setting.opened(stage, "2026-28")
    assert refused.value.code == "pay-period-form"
    assert not PayRun.every.exists()


def test_a_run_whose_totals_do_not_hold_is_not_certified(stage: Stage, tmp_path: Path) -> None:
    run = setting.calculated(stage, setting.filled(stage, tmp_path))
    PayRun.every.filter(pk=run.pk).update(totals={**run.totals, "holds": False})
    with pytest.raises(Refusal) as refused:
        actions.review(stage.operator, run.pk)
    assert refused.value.code == "totals-open"
    PayRun.every.filter(pk=run.pk).update(state="reviewed")
    with pytest.raises(Refusal) as refused:
        actions.certify(stage.certifier, run.pk)
    assert refused.value.code == "totals-open"
    assert setting.fresh(run).state == "reviewed"


def test_a_calculation_without_law_goes_back_to_collecting_with_the_reason(
    stage: Stage, tmp_path: Path
) -> None:
    during = Period.parse("2024-12-15/2024-12-29")
    run = PayRun.every.create(
        account=stage.account,
        label="2025-01",
        starts_on=during.start,
        ends_on=during.end,
        pays_on=date(2025, 1, 3),
    )  # such a run cannot be opened any more; one of an earlier release may be there
    made = setting.pairs(setting.opened(stage, "2026-06"), 3)
    moved = [
        (
            person,
            replace(
                time,
                during=run.during,
                entries=tuple(
                    replace(entry, on=day)
                    for entry, day in zip(
                        [each for each in time.entries if each.code == "1037"][:10], run.during, strict=False
                    )
                ),
            ),
        )
        for person, time in made
    ]
    run = setting.tables_taken(stage, run, tmp_path, moved)
    actions.calculate(stage.operator, run.pk)
    with pytest.raises(Refusal):
        jobs.compute_now(setting.fresh(run), lambda _people: None)
    run = setting.fresh(run)
    assert run.state == "collecting"
    assert run.failure
