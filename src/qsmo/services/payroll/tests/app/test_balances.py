"""Balances of the year pass from run to run: checked by sums made apart from the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from qsmo.kernel.finding import Refusal
from qsmo.services.payroll import actions, jobs, queries
from qsmo.services.payroll.models import PayRun
from qsmo.services.payroll.queries import standing
from qsmo.services.payroll.rules.facts import BALANCES
from qsmo.services.payroll.rules.intake.opening import opening
from qsmo.services.payroll.tests.app import setting
from qsmo.services.payroll.tests.app.setting import Stage, books

PEOPLE = 12
NEAR, STATED, AWAY = 2, 5, 7
WAGE_BASE = 184_500_00
LEFT = 1_000_00


def taxed(cents: int, rate: str = "0.062") -> int:
    """6.2 percent or another rate, half a cent up."""
    return int((Decimal(cents) * Decimal(rate)).quantize(Decimal(1), ROUND_HALF_UP))


def rows(run: PayRun) -> dict[str, dict[str, Any]]:
    """The computed rows of a run by employee."""
    frame = queries._frame(run).collect()
    return {row["employee"]: row for row in frame.iter_rows(named=True)}


def with_balances(made: setting.Pairs, place: int, wages: int) -> None:
    """Have human resources state wages of the year, and the taxes taken of them, for one of the people."""
    person, time = made[place]
    stated = {"gross": wages, "oasdi_wages": wages, "medicare_wages": wages}
    taxes = {"oasdi": taxed(wages), "medicare": taxed(wages, "0.0145")}
    made[place] = (replace(person, year_to_date=tuple((stated | taxes).items())), time)


@pytest.fixture
def two_runs(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[PayRun, PayRun]:
    """Two runs one after the other; chunks are cut at other places in the second, because one person is away."""
    monkeypatch.setattr(jobs, "MOST_IN_A_CHUNK", 5)
    first = setting.opened(stage, "2026-06")
    made = setting.pairs(first, PEOPLE)
    with_balances(made, NEAR, WAGE_BASE - LEFT)
    first = setting.certified(stage, setting.tables_taken(stage, first, tmp_path / "one", made))
    second = setting.opened(stage, "2026-07")
    made = setting.pairs(second, PEOPLE)
    with_balances(made, STATED, 6_900_00)
    del made[AWAY]
    second = setting.certified(stage, setting.tables_taken(stage, second, tmp_path / "two", made))
    return first, second


def test_the_second_run_begins_with_what_the_first_left(two_runs: tuple[PayRun, PayRun]) -> None:
    first, second = map(rows, two_runs)
    assert len(second) == PEOPLE - 1
    for employee in sorted(set(second) - {f"{STATED + 1:08d}"}):
        one, two = first[employee], second[employee]
        assert two["ytd_gross_cents"] == one["ytd_gross_cents"] + one["gross_cents"]
        assert two["ytd_net_cents"] == one["net_cents"]
        assert two["closing_gross_cents"] == two["ytd_gross_cents"] + two["gross_cents"]
        assert two["ytd_federal_tax_cents"] == one["income_tax_cents"]


def test_social_security_of_the_year_is_the_rate_on_the_wages_of_the_year(
    two_runs: tuple[PayRun, PayRun],
) -> None:
    first, second = map(rows, two_runs)
    for employee in sorted(set(second) - {f"{NEAR + 1:08d}", f"{STATED + 1:08d}"}):
        one, two = first[employee], second[employee]
        wages = [each["gross_cents"] - each["health_cents"] for each in (one, two)]
        assert one["oasdi_cents"] == taxed(wages[0])
        assert two["oasdi_cents"] == taxed(sum(wages)) - taxed(wages[0])


def test_somebody_who_reaches_the_wage_base_pays_no_more_in_the_next_run(
    two_runs: tuple[PayRun, PayRun],
) -> None:
    near = f"{NEAR + 1:08d}"
    first, second = (rows(run)[near] for run in two_runs)
    assert first["oasdi_cents"] == taxed(WAGE_BASE) - taxed(WAGE_BASE - LEFT)
    assert second["oasdi_cents"] == 0
    assert second["medicare_cents"] > 0


def test_what_human_resources_states_stands_before_what_the_last_run_left(
    two_runs: tuple[PayRun, PayRun],
) -> None:
    row = rows(two_runs[1])[f"{STATED + 1:08d}"]
    assert row["ytd_gross_cents"] == 6_900_00
    assert row["ytd_oasdi_wages_cents"] == 6_900_00
    assert row["ytd_net_cents"] == 0


def test_somebody_away_for_a_run_begins_with_what_the_run_before_left(
    stage: Stage, tmp_path: Path, two_runs: tuple[PayRun, PayRun]
) -> None:
    away = f"{AWAY + 1:08d}"
    third = setting.opened(stage, "2026-08")
    third = setting.calculated(
        stage, setting.tables_taken(stage, third, tmp_path / "three", setting.pairs(third, PEOPLE))
    )
    first, last = rows(two_runs[0]), rows(third)
    assert last[away]["ytd_gross_cents"] == first[away]["gross_cents"]
    other = "00000001"
    assert last[other]["ytd_gross_cents"] == sum(rows(run)[other]["gross_cents"] for run in two_runs)


def test_the_statement_shows_the_year(stage: Stage, two_runs: tuple[PayRun, PayRun]) -> None:
    employee = "00000001"
    found = queries.explanation(stage.operator, two_runs[1].pk, employee, "ytd_gross_cents")
    assert found.value == rows(two_runs[0])[employee]["gross_cents"]
    assert "the last certified pay of the year" in found.words


def test_runs_of_a_year_are_paid_in_their_order(stage: Stage, tmp_path: Path) -> None:
    later = setting.filled(stage, tmp_path, "2026-07", 60)
    earlier = setting.calculated(stage, setting.filled(stage, tmp_path, "2026-06", 60))
    before = books()
    with pytest.raises(Refusal) as refused:
        actions.calculate(stage.operator, later.pk)
    assert refused.value.code == "earlier-run-open"
    assert books() == before
    actions.certify(stage.certifier, setting.reviewed(stage, earlier).pk)
    assert setting.calculated(stage, later).state == "calculated"


def test_a_run_before_one_that_is_calculated_is_not_calculated(stage: Stage, tmp_path: Path) -> None:
    setting.calculated(stage, setting.filled(stage, tmp_path, "2026-07"))
    earlier = setting.filled(stage, tmp_path, "2026-06")
    before = books()
    with pytest.raises(Refusal) as refused:
        actions.calculate(stage.operator, earlier.pk)
    assert refused.value.code == "later-run-calculated"
    assert books() == before


def test_another_tax_year_and_another_account_leave_nothing(stage: Stage, tmp_path: Path) -> None:
    run = setting.certified(stage, setting.filled(stage, tmp_path))
    following = setting.opened(stage, "2026-07")
    assert [each.pk for each in standing.earlier_runs(following)] == [run.pk]
    new_year = PayRun(account=stage.account, label="2027-01")  # none can be opened until its law is on file
    new_year.starts_on, new_year.pays_on = date(2026, 12, 27), date(2027, 1, 15)
    assert new_year.tax_year == 2027
    assert standing.earlier_runs(new_year) == []
    theirs = PayRun(account=stage.account.__class__.every.get(subscription="theirs"), label="2026-07")
    theirs.starts_on, theirs.pays_on = date(2026, 3, 8), date(2026, 3, 27)
    assert standing.earlier_runs(theirs) == []


def frame(employee: str, **cents: int | None) -> pl.DataFrame:
    """One row with balances; those not named are not stated."""
    row = {"employee": employee, **{f"ytd_{name}_cents": cents.get(name) for name in BALANCES}}
    return pl.DataFrame([row], schema={name: pl.String if name == "employee" else pl.Int64 for name in row})


def test_one_stated_balance_of_the_year_means_that_all_are_stated() -> None:
    left = frame("a", gross=100, net=80, tsp=5, prior_year_wages=9)
    found = opening(frame("a", gross=70), [left]).row(0, named=True)
    assert (found["ytd_gross_cents"], found["ytd_net_cents"], found["ytd_tsp_cents"]) == (70, 0, 0)
    assert found["ytd_prior_year_wages_cents"] == 9


def test_wages_of_the_year_before_are_stated_without_the_balances_of_this_one() -> None:
    left = frame("a", gross=100, net=80, prior_year_wages=9)
    found = opening(frame("a", prior_year_wages=11), [left]).row(0, named=True)
    assert (found["ytd_gross_cents"], found["ytd_net_cents"]) == (100, 80)
    assert found["ytd_prior_year_wages_cents"] == 11


def test_nothing_stated_and_nothing_left_is_nothing_yet() -> None:
    found = opening(frame("a"), []).row(0, named=True)
    assert {found[f"ytd_{name}_cents"] for name in BALANCES} == {0}
