"""Thousands of random people: both engines agree to the cent, and with a second computation in exact fractions."""

from __future__ import annotations

import importlib.util
import shutil

import polars as pl
import pytest

from qsmo.kernel.finding import Refusal
from qsmo.services.payroll.rules import calculate, totals
from qsmo.services.payroll.rules.calculation import evaluate, rules_on
from qsmo.services.payroll.rules.deductions.elections import KINDS
from qsmo.services.payroll.rules.facts import FACTS
from qsmo.services.payroll.rules.rule import figures
from qsmo.services.payroll.tests.pay.random_people import CALENDAR, FIRST, random_facts
from qsmo.services.payroll.tests.pay.recompute import recompute

LAW = figures(FIRST.during.start, FIRST.pay_date)
RULES = rules_on(FIRST.pay_date)
SPARK = all(importlib.util.find_spec(name) for name in ("pyspark", "pandas"))


@pytest.fixture(scope="module")
def facts() -> pl.DataFrame:
    return random_facts(5_000, seed=2026)


@pytest.fixture(scope="module")
def everybody(facts: pl.DataFrame) -> pl.DataFrame:
    return evaluate(facts, RULES, LAW)


def test_polars_and_duckdb_agree_to_the_cent_on_every_column(
    facts: pl.DataFrame, everybody: pl.DataFrame
) -> None:
    assert evaluate(facts, RULES, LAW, engine="duckdb").equals(everybody)


def test_the_columns_agree_with_a_second_computation_of_each_person(everybody: pl.DataFrame) -> None:
    covered = everybody.filter((pl.col("net_cents") >= 0) & (pl.col("uncovered_cents") == 0))
    assert covered.height > 4_500
    for row in covered.gather_every(4).iter_rows(named=True):  # one by one in fractions: seconds a thousand
        again = recompute(row)
        assert {name: row[name] for name in again} == again, row["employee"]


def test_facts_at_their_bounds_do_not_overflow(facts: pl.DataFrame) -> None:
    """DuckDB raises on overflow where Polars wraps: at the bounds both must give the same."""
    flags = {"nonexempt", "new_form", "joint", "step2", "tsp_roth", "life_insured", "tax_exempt"}
    flags |= {"life_a", *(kind.stem for kind in KINDS.values() if not kind.amount)}
    keep = {"grade", "step", "period_number", *flags}
    bounds = [
        pl.lit(fact.most, pl.Int64).alias(fact.name) for fact in FACTS if fact.most and fact.name not in keep
    ]
    extreme = facts.head(500).with_columns(bounds)
    balances = [
        pl.lit(0, pl.Int64).alias(name)
        for name, kind in facts.schema.items()
        if name.startswith("ytd_") and kind == pl.Int64
    ]
    at_first = extreme.with_columns(pl.col("employee") + "-first", *balances)
    both = pl.concat([extreme, at_first])
    assert evaluate(both, RULES, LAW, engine="duckdb").equals(evaluate(both, RULES, LAW))


def test_random_people_reach_every_corner(everybody: pl.DataFrame) -> None:
    reached = everybody.select(
        capped=(pl.col("over_cap_cents") < 0).sum(),
        flsa=(pl.col("flsa_overtime_cents") > 0).sum(),
        limited=(pl.col("savings_cents") < pl.col("savings_election_cents")).sum(),
        caught_up=(pl.col("catch_up_cents") > 0).sum(),
        past_base=(pl.col("oasdi_cents") == 0).sum(),
        additional=(pl.col("additional_medicare_cents") > 0).sum(),
        brackets=pl.col("tax_bracket").n_unique(),
        level_iv=(pl.col("adjusted_pay_cents") == 19_720_000).sum(),
    ).row(0)
    assert all(count > 5 for count in reached), reached


def test_no_amount_is_negative_and_no_cap_is_passed(everybody: pl.DataFrame) -> None:
    amounts = [
        r.name for r in RULES if r.kind in ("earning", "deduction", "employer") and r.name != "over_cap_cents"
    ]
    wrong = everybody.filter(
        pl.any_horizontal(pl.col(amounts) < 0)
        | (pl.col("adjusted_pay_cents") > 19_720_000)
        | (
            pl.col("gross_cents") - pl.col("flsa_overtime_cents")
            > pl.max_horizontal("cap_cents", "basic_pay_cents")
        )
        | (pl.col("closing_oasdi_wages_cents") > 18_450_000)
        | (pl.col("savings_cents") > pl.col("basic_pay_cents"))
        | (pl.col("savings_match_cents") * 25 > pl.col("basic_pay_cents") + 25)
        | (pl.col("agency_health_cents") * 4 > pl.col("fehb_premium_cents") * 3 + 4)
    )
    assert wrong.is_empty()


def test_more_hours_or_a_higher_step_never_pay_less(facts: pl.DataFrame, everybody: pl.DataFrame) -> None:
    more = {
        "overtime": facts.with_columns(pl.col("overtime_week1_centihours") + 100),
        "night": facts.with_columns(pl.col("night_week2_centihours") + 100),
        "step": facts.with_columns(step=pl.min_horizontal(pl.col("step") + 1, 10)),
    }
    for name, frame in more.items():
        gross = evaluate(frame, RULES, LAW)["gross_cents"]
        assert (gross >= everybody["gross_cents"]).all(), name


def test_more_wages_never_mean_less_tax(facts: pl.DataFrame) -> None:
    person = facts.head(1).with_columns(tax_exempt=pl.lit(0, pl.Int64), step3_cents=pl.lit(0, pl.Int64))
    wages = pl.DataFrame({"income_tax_wages_cents": range(0, 3_000_000, 997)})
    for table in ("mfj standard", "single_or_mfs step2", "hoh standard"):
        many = person.with_columns(tax_table=pl.lit(table)).join(wages, how="cross")
        many = many.with_columns(employee=pl.int_range(pl.len()).cast(pl.String).str.zfill(6))
        tax = evaluate(many, RULES, LAW)["income_tax_due_cents"]
        assert tax.is_sorted()
        assert tax.n_unique() > 2_000


def test_people_whose_pay_does_not_cover_all_deductions_are_paid_and_told_what_was_not_taken(
    facts: pl.DataFrame,
) -> None:
    calculated = calculate(facts, FIRST)
    assert calculated.frame.height == facts.height
    assert calculated.frame["net_cents"].min() == 0
    short = calculated.frame.filter(pl.col("uncovered_cents") > 0)
    assert short.height > 50
    assert {each.who for each in calculated.findings} == set(short["employee"])
    assert {(each.code, each.severity) for each in calculated.findings} == {
        ("deduction-not-covered", "warning")
    }
    assert totals(calculated.frame).holds


def test_facts_of_another_pay_period_are_refused(facts: pl.DataFrame) -> None:
    other = CALENDAR.of_label("2026-05")
    with pytest.raises(Refusal) as refused:
        calculate(facts, other)
    assert refused.value.code == "other-period"


def test_a_run_over_nobody_is_empty_and_ties(facts: pl.DataFrame) -> None:
    calculated = calculate(facts.head(0), FIRST)
    assert calculated.frame.is_empty()
    assert totals(calculated.frame).holds


@pytest.mark.skipif(not SPARK, reason="the extra “spark” (pyspark and pandas) is not installed")
@pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java, and there is none")
def test_polars_and_spark_agree_to_the_cent_on_every_column() -> None:
    facts = random_facts(2_000, seed=2026)
    assert calculate(facts, FIRST, engine="spark").frame.equals(calculate(facts, FIRST).frame)


@pytest.mark.skipif(SPARK, reason="Spark is installed")
def test_without_spark_the_refusal_says_what_is_missing() -> None:
    with pytest.raises(Refusal, match="extra “spark”"):
        calculate(random_facts(10, seed=1), FIRST, engine="spark")
