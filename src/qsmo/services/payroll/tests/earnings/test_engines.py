"""Thousands of random people of every plan, premium, limit and payment: limits hold, and parts add up."""

from __future__ import annotations

import random

import polars as pl
import pytest

from qsmo.services.payroll.rules.calculation import evaluate
from qsmo.services.payroll.rules.earnings.codes import KINDS
from qsmo.services.payroll.rules.earnings.facts import AMOUNTS, WEEKS
from qsmo.services.payroll.rules.earnings.segments import ADDED, folded
from qsmo.services.payroll.rules.earnings.stages import EARNING_RULES, EARNINGS, OF_PARTS
from qsmo.services.payroll.rules.rule import figures
from qsmo.services.payroll.tests.pay.random_people import FIRST, random_facts

LAW = figures(FIRST.during.start, FIRST.pay_date)
PLANS = ["GS", "GM", "GL", "AD", "WG", "WS", "ES", "EX", "SL"]


@pytest.fixture(scope="module")
def facts() -> pl.DataFrame:
    plain = random_facts(2_000, seed=5)
    chance = random.Random(7)
    rows = [_more(row, chance) for row in plain.iter_rows(named=True)]
    return pl.DataFrame(rows, schema=plain.schema)


@pytest.fixture(scope="module")
def everybody(facts: pl.DataFrame) -> pl.DataFrame:
    return evaluate(facts, EARNING_RULES, LAW)


def _more(row: dict[str, object], chance: random.Random) -> dict[str, object]:
    row["pay_plan"] = chance.choice(PLANS)
    if row["pay_plan"] != "GS":
        annual = chance.randint(2_500_000, 22_000_000)
        row |= {"area": "", "rate_stands": 1, "given_base_cents": annual, "given_pay_cents": annual}
        row["locality_unknown"] = chance.randint(0, 1)
        row["given_hourly_cents"] = chance.randint(900, 9_000) if row["pay_plan"] in ("WG", "WS") else 0
    for kind in KINDS:
        for week in WEEKS:
            if chance.random() < 0.1:
                row[f"{kind}_{week}_centihours"] = chance.choice([25, 150, 800, 1_210])
    for name in ("availability", "law_enforcement", "annual_cap"):
        row[name] = int(chance.random() < 0.2)
    row["standby_millionths"] = chance.choice([0, 0, 250_000])
    row["auo_millionths"] = chance.choice([0, 0, 100_000, 250_000])
    row["hazard_millionths"], row["environmental_millionths"] = chance.choice([80_000, 250_000]), 40_000
    row["environment_base_cents"] = 2_611
    for group in AMOUNTS:
        least = -50_000 if "back_pay" in group else 0
        row[f"{group}_due_cents"] = chance.choice([0, 0, chance.randint(least, 900_000)])
    row["lump_leave_centihours"] = chance.choice([0, 0, 0, chance.randint(1, 44_800)])
    row["ytd_capped_pay_cents"] = chance.randint(0, 20_000_000)
    row["ytd_compensation_cents"] = chance.randint(0, 26_000_000)
    return row


def test_earnings_add_up_and_limits_hold(everybody: pl.DataFrame) -> None:
    premiums = ["night_premium_cents", "sunday_premium_cents", "holiday_premium_cents", "overtime_cents"]
    premiums += ["standby_pay_cents", "auo_pay_cents", "availability_pay_cents", "over_cap_cents"]
    wrong = everybody.filter(
        (pl.sum_horizontal(EARNINGS) != pl.col("gross_cents"))
        | (
            (pl.col("title5_premium") == 1)
            & (
                pl.sum_horizontal("time_pay_cents", *premiums)
                > pl.max_horizontal("cap_cents", "time_pay_cents")
            )
        )
        | (
            pl.sum_horizontal(pl.col("^cut_.*_cents$"))
            != pl.col("capped_premium_cents") - pl.col("premium_room_cents")
        )
        | (pl.col("deferred_pay_cents") > 0)
        | (-pl.col("deferred_pay_cents") > pl.col("award_cents") + pl.col("incentive_cents"))
        | (pl.col("hourly_cents") <= 0)
    )
    assert wrong.is_empty(), wrong.head(1).to_dicts()
    reached = everybody.select((pl.col("over_cap_cents") < 0).sum(), (pl.col("deferred_pay_cents") < 0).sum())
    assert all(count > 5 for count in reached.row(0))


def test_parts_add_up_on_every_added_column(facts: pl.DataFrame) -> None:
    two = pl.concat([facts.head(200).with_columns(segment=pl.lit(number, pl.Int64)) for number in (1, 2)])
    parts = evaluate(two, OF_PARTS, LAW)
    people = folded(parts)
    assert people.height == 200
    assert people["segment"].unique().to_list() == [0]
    one = evaluate(facts.head(200), OF_PARTS, LAW)
    for name in ADDED:
        assert (people[name] == one[name] * 2).all(), name
    assert people["hourly_cents"].equals(one["hourly_cents"])
