"""Cut-offs from federal working days, files that come after them, and whose time is missing or late."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from qsmo.kernel import clock
from qsmo.kernel.finding import Refusal
from qsmo.services.payroll import actions
from qsmo.services.payroll.actions import outside
from qsmo.services.payroll.formats.tables import write_assignments_table, write_times_table
from qsmo.services.payroll.models import Account, Intake
from qsmo.services.payroll.queries.calendar import calendar, cut_offs
from qsmo.services.payroll.queries.late import NO_PERSON, NO_TIME, REFUSED, lacking
from qsmo.services.payroll.tests.app import setting
from qsmo.services.payroll.tests.app.setting import Stage, books


def test_cut_offs_count_working_days_and_step_over_a_holiday(stage: Stage) -> None:
    year = {each.period.label: each for each in calendar(stage.operator, stage.account, 2026)}
    assert len(year) == 27
    march = year["2026-06"]
    assert march.period.pay_date == date(2026, 3, 13)
    assert dict(march.until) == {
        "hr": date(2026, 3, 10), "time": date(2026, 3, 10),
        "calculate": date(2026, 3, 11), "certify": date(2026, 3, 11),
    }  # fmt: skip
    # The period ends on Saturday, 5 September, and Monday, 7 September is Labor Day.
    labor = year["2026-19"]
    assert labor.period.during.last == date(2026, 9, 5)
    assert (labor.until["hr"], labor.until["certify"], labor.period.pay_date) == (
        date(2026, 9, 9), date(2026, 9, 10), date(2026, 9, 11),
    )  # fmt: skip


def test_no_cut_off_is_later_than_the_last_working_day_before_the_pay_date(stage: Stage) -> None:
    outside.set_calendar(stage.operator, stage.account.pk, calculate_workdays=10, certify_workdays=10)
    account = Account.every.get(pk=stage.account.pk)
    march = calendar(stage.operator, account, 2026)[5]
    assert march.until["certify"] == date(2026, 3, 12)


@pytest.mark.parametrize(
    "chosen", [{"hr_workdays": 4}, {"calculate_workdays": 4}, {"hr_workdays": 11}, {"most_gross_cents": 0}]
)
def test_a_calendar_that_cannot_be_kept_is_refused(stage: Stage, chosen: dict[str, Any]) -> None:
    before = books()
    with pytest.raises(Refusal) as refused:
        outside.set_calendar(stage.operator, stage.account.pk, **chosen)
    assert refused.value.status == 422
    assert books() == before


def test_a_file_after_the_cut_off_needs_a_reason_and_is_marked(stage: Stage, tmp_path: Path) -> None:
    run = setting.opened(stage)
    made = setting.sample(tmp_path, run)
    with clock.at(cut_offs(run)["hr"]):
        assert actions.take_in(stage.operator, run.pk, "hr", made.hr).is_late is False
    with clock.at(date(2026, 3, 11)):
        before = books()
        with pytest.raises(Refusal) as refused:
            actions.take_in(stage.operator, run.pk, "time", made.time)
        assert (refused.value.code, refused.value.status) == ("late-intake", 422)
        assert "was 2026-03-10" in refused.value.words
        assert books() == before
        assert not Intake.every.filter(run=run, kind="time").exists()
        taken = actions.take_in(stage.operator, run.pk, "time", made.time, why="the time system was down")
        assert (taken.is_late, taken.why) == (True, "the time system was down")
        assert actions.take_in(stage.operator, run.pk, "rates", made.rates).is_late is False
    client = Client()
    client.force_login(setting.signed_in(stage.operator))
    assert "the time system was down" in client.get(f"/payroll/runs/{run.pk}/late/").text


def test_missing_time_is_told_with_why(stage: Stage, tmp_path: Path) -> None:
    run = setting.opened(stage)
    made = setting.pairs(run, 4)
    folder = tmp_path / "tables"
    run = setting.tables_taken(stage, run, folder, made)
    found = lacking(stage.operator, run)
    assert found == []
    write_assignments_table(folder / "people.parquet", (each for each, _ in made[:3]))
    write_times_table(folder / "times.csv", (each for _, each in made[1:]))
    actions.take_in(stage.operator, run.pk, "hr", folder / "people.parquet")
    actions.take_in(stage.operator, run.pk, "time", folder / "times.csv")
    found = lacking(stage.specialist, run)
    assert [(each.employee, each.what) for each in found] == [
        (made[0][0].employee, NO_TIME), (made[3][0].employee, NO_PERSON),
    ]  # fmt: skip


def test_time_that_was_refused_is_told_as_such(stage: Stage, tmp_path: Path) -> None:
    run = setting.filled(stage, tmp_path)
    kinds = [each.what for each in lacking(stage.operator, run)]
    assert kinds.count(REFUSED) + kinds.count(NO_PERSON) + kinds.count(NO_TIME) == len(kinds)
    assert kinds.count(REFUSED) == 5
