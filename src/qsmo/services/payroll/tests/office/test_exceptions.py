"""The work list of exceptions: named owners and answers, which certification waits for and recalculation respects."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from qsmo.kernel.finding import Refusal
from qsmo.platform.record.models import TrailEntry
from qsmo.platform.record.trail import entries_of
from qsmo.services.payroll import actions, jobs, queries
from qsmo.services.payroll.actions import answers
from qsmo.services.payroll.models import IntakeException, PayRun
from qsmo.services.payroll.tests.app import setting
from qsmo.services.payroll.tests.app.setting import Stage, books

WHY = "the agency mends it; paid outside the calendar"


@pytest.fixture
def run(stage: Stage, tmp_path: Path) -> PayRun:
    return setting.calculated(stage, setting.filled(stage, tmp_path))


def codes(stage: Stage, run: PayRun, state: str = "open") -> list[str]:
    """The codes of a run's exceptions in a state."""
    return sorted({each.code for each in queries.exceptions(stage.operator, run).filter(state=state)})


def test_certification_is_refused_while_an_exception_is_open_and_names_those(
    stage: Stage, run: PayRun
) -> None:
    first, *others = codes(stage, run)
    for code in others:
        answers.accept(stage.operator, run.pk, code=code, why=WHY)
    actions.review(stage.operator, run.pk)
    before = books()
    with pytest.raises(Refusal) as refused:
        actions.certify(stage.certifier, run.pk)
    assert (refused.value.code, refused.value.status) == ("exceptions-open", 409)
    left = queries.exceptions(stage.operator, run).filter(state="open")
    assert [each.code for each in refused.value.findings] == [first] * left.count()
    assert all(each.who in refused.value.words for each in left)
    assert books() == before
    answers.accept(stage.operator, run.pk, code=first, why=WHY)
    assert actions.certify(stage.certifier, run.pk).state == "certified"


def test_an_answer_has_a_name_and_a_reason_and_stands_in_the_trail(stage: Stage, run: PayRun) -> None:
    found = queries.exceptions(stage.operator, run).first()
    assert found is not None
    with pytest.raises(Refusal) as refused:
        answers.accept(stage.operator, run.pk, [found.pk], why="  ")
    assert (refused.value.status, refused.value.findings[0].field) == (422, "why")
    assert answers.accept(stage.operator, run.pk, [found.pk], why=WHY) == 1
    found.refresh_from_db()
    assert (found.state, found.answered_by, found.reason) == ("accepted", "Operator", WHY)
    entry = entries_of(found).get(verb="accept")
    assert (entry.actor_name, entry.why) == ("Operator", WHY)
    assert answers.take_back(stage.operator, run.pk, [found.pk], why="too early") == 1
    found.refresh_from_db()
    assert (found.state, found.answered_by, found.reason) == ("open", "", "")


def test_the_database_holds_no_accepted_exception_without_name_and_reason(run: PayRun) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        IntakeException.every.filter(run=run).update(state="accepted")
    with pytest.raises(IntegrityError), transaction.atomic():
        IntakeException.every.filter(run=run).update(state="forgotten")


def test_two_people_answer_and_the_second_is_told(stage: Stage, run: PayRun) -> None:
    found = queries.exceptions(stage.operator, run).first()
    assert found is not None
    answers.accept(stage.operator, run.pk, [found.pk], why=WHY)
    before = books()
    with pytest.raises(Refusal) as refused:
        answers.accept(stage.second_operator, run.pk, [found.pk], why=WHY)
    assert refused.value.code == "changed-meanwhile"
    assert books() == before


@pytest.mark.parametrize(
    "who", ["specialist", "manager", "auditor", "certifier", "employee", "neighbour", "rival"]
)
def test_only_an_operator_answers(stage: Stage, run: PayRun, who: str) -> None:
    before = books()
    with pytest.raises(Refusal) as refused:
        answers.accept(getattr(stage, who), run.pk, code=codes(stage, run)[0], why=WHY)
    assert refused.value.status in (403, 404)
    assert books() == before


def test_an_exception_is_handed_to_somebody_who_may_see_it(stage: Stage, run: PayRun) -> None:
    code = codes(stage, run)[0]
    specialist = setting.signed_in(stage.specialist)
    count = answers.assign(stage.operator, run.pk, code=code, email=specialist.email)
    rows = queries.exceptions(stage.operator, run, code=code)
    assert {each.owner for each in rows} == {specialist}
    assert rows.count() == count
    with pytest.raises(Refusal) as refused:
        answers.assign(stage.operator, run.pk, code=code, email=setting.signed_in(stage.employee).email)
    assert (refused.value.code, refused.value.status) == ("not-involved", 422)


def test_what_the_next_calculation_finds_again_keeps_its_answer_and_the_rest_is_corrected(
    stage: Stage, run: PayRun, tmp_path: Path
) -> None:
    at_intake = queries.exceptions(stage.operator, run).filter(intake__kind="hr")
    kept = at_intake.order_by("pk").first()
    assert kept is not None
    answers.accept(stage.operator, run.pk, [kept.pk], why=WHY)
    of_time = set(
        queries.exceptions(stage.operator, run).filter(intake__kind="time").values_list("pk", flat=True)
    )
    whole = setting.sample(tmp_path / "whole", run, damaged=False)
    actions.take_in(stage.operator, run.pk, "time", whole.time)
    again = setting.calculated(stage, setting.fresh(run))
    assert (again.people, again.refused) == (setting.PEOPLE - 7, 7)
    kept.refresh_from_db()
    assert (kept.state, kept.answered_by, kept.reason) == ("accepted", "Operator", WHY)
    corrected = queries.exceptions(stage.operator, run).filter(state="corrected")
    assert set(corrected.values_list("pk", flat=True)) == of_time
    jobs.compute_now(again, lambda _people: None)
    assert queries.exceptions(stage.operator, run).filter(state="corrected").count() == len(of_time)


def test_answers_are_not_given_to_a_certified_run(stage: Stage, run: PayRun) -> None:
    setting.reviewed(stage, run)
    actions.certify(stage.certifier, run.pk)
    before = books()
    with pytest.raises(Refusal) as refused:
        answers.take_back(stage.operator, run.pk, code=codes(stage, run, "accepted")[0], why="too late")
    assert refused.value.code == "run-not-answering"
    assert books() == before


def test_the_work_list_narrows_pages_and_downloads(stage: Stage, run: PayRun) -> None:
    client = Client()
    client.force_login(setting.signed_in(stage.operator))
    address = f"/payroll/runs/{run.pk}/exceptions/"
    code = codes(stage, run)[0]
    answers.accept(stage.operator, run.pk, code=code, why=WHY)
    assert "1–10 of" in client.get(f"{address}?size=10").text
    accepted = client.get(f"{address}?state=accepted").text
    assert f"Operator: {WHY}" in accepted
    lines = b"".join(client.get(f"{address}?format=csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert lines.count("\r\n") == 1 + queries.exceptions(stage.operator, run).count()
    assert "There is no such exception." in client.get(f"{address}?owner=nobody").text
    answered = client.post(f"{address}accept", {"code": codes(stage, run)[0], "why": WHY}, follow=True)
    assert "were accepted." in answered.text
    assert client.post(f"{address}accept", {"code": "no-such", "why": WHY}).status_code == 422


def test_an_exception_that_tells_pay_is_not_there_for_human_resources(stage: Stage, run: PayRun) -> None:
    told = IntakeException(run=run, severity="warning", code="pay-above-limit", who="00000002", tells_pay=True,
                           words="Gross pay of $20,000.00 is above the limit.")  # fmt: skip
    told.save(force_insert=True)
    client = Client()
    client.force_login(setting.signed_in(stage.specialist))
    for address in (
        f"/payroll/runs/{run.pk}/exceptions/", f"/payroll/runs/{run.pk}/",
        f"/payroll/runs/{run.pk}/exceptions/?format=csv", f"/api/v1/payroll/runs/{run.pk}/exceptions?size=100",
    ):  # fmt: skip
        answer = client.get(address)
        said = b"".join(answer.streaming_content).decode() if answer.streaming else answer.text  # type: ignore[attr-defined]
        assert "20,000" not in said
        assert "pay-above-limit" not in said
    assert client.get(f"/payroll/exceptions/{told.pk}/").status_code == 404
    with pytest.raises(Refusal):
        answers.assign(stage.specialist, run.pk, [told.pk], email=setting.signed_in(stage.specialist).email)


def test_all_of_a_code_are_answered_at_once_in_one_link_of_the_trail(
    stage: Stage, run: PayRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        IntakeException(run=run, severity="warning", code="first-pay", who=f"{number}", words="first").save(
            force_insert=True
        )
    rows = queries.exceptions(stage.operator, run, code="first-pay")
    keys, links = list(rows.values_list("pk", flat=True)), TrailEntry.objects.count()
    assert answers.accept(stage.operator, run.pk, code="first-pay", why=WHY) == 3
    assert TrailEntry.objects.count() == links + 1
    entry = TrailEntry.objects.get(verb="payroll.accept", record__in=keys)
    assert (entry.before, (entry.after or {})["count"], entry.why) == (
        {"count": 3},
        3,
        f"all of first-pay: {WHY}",
    )
    assert [(each.pk, each.state, each.answered_by, each.version) for each in rows] == [
        (key, "accepted", "Operator", 2) for key in keys
    ]
    monkeypatch.setattr(answers, "MOST_AT_ONCE", 2)
    with pytest.raises(Refusal) as refused:
        answers.take_back(stage.operator, run.pk, keys, why="too early")
    assert refused.value.code == "too-many"
