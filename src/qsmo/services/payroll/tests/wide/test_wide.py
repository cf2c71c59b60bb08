"""Random people over everything that rules read, paid, paid again later and settled: what holds for anybody."""

from __future__ import annotations

import polars as pl
import pytest

from qsmo.services.payroll.rules import totals
from qsmo.services.payroll.rules.calculation import calculate, rules_on
from qsmo.services.payroll.rules.earnings.rates import PLANS
from qsmo.services.payroll.rules.earnings.stages import EARNINGS
from qsmo.services.payroll.rules.rule import figures
from qsmo.services.payroll.rules.timeline import retro as product
from qsmo.services.payroll.tests.pay.random_people import FIRST
from qsmo.services.payroll.tests.wide.people import keys
from qsmo.services.payroll.tests.wide.retro import (
    NEXT,
    Paid,
    Told,
    covering,
    differences,
    first_difference,
    paid,
    settled,
    told,
)

PEOPLE, SEED = 300, 7


@pytest.fixture(scope="module")
def known() -> Told:
    return told(PEOPLE, SEED)


@pytest.fixture(scope="module")
def everybody(known: Told) -> Paid:
    return paid(known, "polars")


def test_polars_and_duckdb_agree_to_the_cent_on_parts_negative_amounts_and_differences(
    known: Told, everybody: Paid
) -> None:
    """The present pay period with what the earlier one brought; `make engines` does all of it for 100,000 people."""
    by = differences(everybody.then, everybody.later)
    facts = covering(settled(known.now, by), everybody.now)
    ours, theirs = calculate(facts, NEXT), calculate(facts, NEXT, engine="duckdb")
    assert first_difference(ours.frame, theirs.frame) == ""
    assert ours.findings == theirs.findings
    amounts = [name for name in ours.frame.columns if name.endswith("_cents")]
    assert ours.frame.select(amounts).equals(everybody.now.select(amounts)), "what was given is what is found"


def test_everything_is_reached(known: Told, everybody: Paid) -> None:
    now, law = everybody.now, figures(FIRST.during.start, FIRST.pay_date)
    assert set(known.then["pay_plan"]) == set(keys(PLANS, "pay_plan", law))
    reached = now.select(
        back=(pl.col("back_pay_cents") > 0).sum(),
        taken_back=(pl.col("back_pay_cents") < 0).sum(),
        owed=(pl.col("debt_agreed_cents") > 0).sum(),
        short=(pl.col("uncovered_cents") > 0).sum(),
        parts=(pl.col("segments") != "").sum(),
        states=pl.col("state_key").n_unique(),
        places=pl.col("local_key").n_unique(),
        codes=pl.col("retirement").n_unique(),
    ).row(0)
    assert all(count > 2 for count in reached), reached
    columns = [name for name in EARNINGS if name in now.columns]
    nothing = now.select((pl.col(columns) != 0).sum()).row(0, named=True)
    assert [name for name, count in nothing.items() if not count] == []


def test_nobody_is_paid_less_than_nothing_and_every_line_is_in_the_totals(everybody: Paid) -> None:
    for frame in everybody.frames.values():
        assert (frame["net_cents"] >= 0).all()
        assert totals(frame).holds


def test_a_difference_is_that_of_the_lines_that_the_product_tells(everybody: Paid) -> None:
    by = differences(everybody.then, everybody.later)
    before, after = (
        {row["employee"]: row for row in frame.iter_rows(named=True)}
        for frame in (everybody.then, everybody.later)
    )
    changed = by.filter(pl.col("gross_by") != 0).head(20)
    assert changed.height == 20
    for employee, gross_by in changed.select("employee", "gross_by").iter_rows():
        found = product.differences(FIRST, before[employee], after[employee])
        assert product.gross(found) == gross_by, employee


def test_what_is_settled_changes_pay_by_the_difference_and_by_nothing_else(
    known: Told, everybody: Paid
) -> None:
    """Additive: gross pay with the difference is gross pay without it, and the difference, where no limit cuts."""
    alone = calculate(covering(known.now, everybody.now), NEXT).frame
    by = differences(everybody.then, everybody.later)
    both = everybody.now.select(
        "employee", "gross_cents", "over_cap_cents", "deferred_pay_cents", "back_pay_cents"
    )
    other = alone.select(
        "employee",
        alone="gross_cents",
        cut="over_cap_cents",
        put_off="deferred_pay_cents",
        back="back_pay_cents",
    )
    joined = both.join(other, on="employee").join(by, on="employee")
    same = joined.filter(
        (pl.col("over_cap_cents") == pl.col("cut")) & (pl.col("deferred_pay_cents") == pl.col("put_off"))
    )
    assert same.height > PEOPLE // 2
    assert (same["gross_cents"] - same["alone"] == same["back_pay_cents"] - same["back"]).all()


def test_every_deduction_takes_at_most_what_is_due(everybody: Paid) -> None:
    names = {rule.name for rule in rules_on(NEXT.pay_date)}
    pairs = [(name, name.removesuffix("_cents") + "_due_cents") for name in sorted(names)]
    pairs = [(taken, due) for taken, due in pairs if due in names and due != taken]
    assert len(pairs) > 10
    wrong = everybody.now.filter(pl.any_horizontal(pl.col(taken) > pl.col(due) for taken, due in pairs))
    assert wrong.is_empty(), wrong.select("employee").head(3)
