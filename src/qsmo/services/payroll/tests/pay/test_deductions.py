"""Debts, orders and the order of precedence: published thresholds, limits by law, and properties over random people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qsmo.contract.documents import Election
from qsmo.kernel.money import Money
from qsmo.services.payroll.rules import assignment_frame, calculate, explain, prepare, time_frame
from qsmo.services.payroll.rules.calculation import evaluate, rules_on
from qsmo.services.payroll.rules.deductions.cases import cases
from qsmo.services.payroll.rules.deductions.elections import KINDS, parsed, written
from qsmo.services.payroll.rules.deductions.precedence import CLAIMED, claims, due_of, order, places
from qsmo.services.payroll.rules.rule import figures
from qsmo.services.payroll.rules.single import program_of
from qsmo.services.payroll.rules.totals import DEDUCTIONS, PAY_RULES
from qsmo.services.payroll.tests.pay.people import ANALYST, RATES, prepared, time_of
from qsmo.services.payroll.tests.pay.random_people import FIRST, random_facts

LAW = figures(FIRST.during.start, FIRST.pay_date)
RULES = rules_on(FIRST.pay_date)
ORDER_RULES = ("levy_due_cents", "debt_due_cents", "support_limit_cents", "garnishment_limit_cents")


def money(text: str) -> Money:
    return Money.parse(text)


def limits(disposable: str, facts: Mapping[str, int] | None = None) -> dict[str, int]:
    """The limits on orders for an amount of disposable pay and facts of orders."""
    frame = random_facts(1, seed=1).with_columns(disposable_cents=pl.lit(money(disposable).cents, pl.Int64))
    frame = frame.with_columns(pl.lit(value, pl.Int64).alias(name) for name, value in (facts or {}).items())
    row = evaluate(frame, RULES, LAW).row(0, named=True)
    return {
        name: row[name] for name in (*ORDER_RULES, "child_support_due_cents", "spousal_support_due_cents")
    }


def paid(*elections: Election, changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    found = prepared({**(changes or {}), "elections": elections})
    assert not found.refused, [str(each) for each in found.findings]
    return calculate(found.facts, FIRST).frame.row(0, named=True)


def test_garnishment_takes_what_the_labor_department_publishes(reference: Path) -> None:
    """The published thresholds are of a week: a pay period has two."""
    examples = json.loads((reference / "payroll/examples/examples_shared.json").read_text(encoding="utf-8"))
    (example,) = [each for each in examples if each["id"] == "garnishment-weekly"]
    weekly = example["input"]["weekly_disposable"]
    for disposable, most in zip(weekly, example["expected"]["maximum"], strict=True):
        both_weeks = str(money(disposable) + money(disposable))
        assert limits(both_weeks)["garnishment_limit_cents"] == 2 * money(most).cents


@pytest.mark.parametrize(
    ("another", "arrears", "most"), [(0, 0, 60_000), (0, 1, 65_000), (1, 0, 50_000), (1, 1, 55_000)]
)
def test_support_takes_fifty_to_sixty_five_per_cent(another: int, arrears: int, most: int) -> None:
    facts = {"supports_another_family": another, "support_in_arrears": arrears}
    facts |= {"child_support_elected_cents": 40_000, "spousal_support_elected_cents": 90_000}
    found = limits("1000.00", facts)
    assert found["support_limit_cents"] == most
    assert (found["child_support_due_cents"], found["spousal_support_due_cents"]) == (40_000, most - 40_000)
    assert found["garnishment_limit_cents"] == 0


def test_offset_takes_fifteen_per_cent_after_a_levy_and_comes_before_support() -> None:
    facts = {"levy_elected_cents": 20_000, "debt_elected_cents": 50_000}
    found = limits("1000.00", facts)
    assert (found["levy_due_cents"], found["debt_due_cents"]) == (20_000, 12_000)
    assert found["support_limit_cents"] == 68_000 * 60 // 100
    assert found["garnishment_limit_cents"] == 68_000 // 4
    by_rate = limits("1000.00", {"debt_millionths": 100_000, "debt_left_cents": 3_333})
    assert by_rate["debt_due_cents"] == 3_333


def test_a_levy_of_all_above_an_exempt_amount() -> None:
    found = limits("1000.00", {"levy_above_exempt": 1, "levy_exempt_cents": 61_538})
    assert found["levy_due_cents"] == 38_462


def test_a_case_stops_when_it_is_paid() -> None:
    """250.00 a pay period of 600.00: twice 250.00, then 100.00, then nothing."""
    debt = Election("debt", amount=money("250.00"), reference="D-17", total=money("600.00"))
    taken, left, paid_before = [], [], ""
    for _ in range(4):
        people = assignment_frame([replace(ANALYST, elections=(debt,))])
        people = people.with_columns(ytd_cases=pl.lit(paid_before))
        facts = prepare(people, time_frame([time_of(ANALYST.employee)]), RATES, FIRST).facts
        row = calculate(facts, FIRST).frame.row(0, named=True)
        taken.append(row["debt_cents"])
        left.append([str(each.left) for each in cases(row)])
        paid_before = row["cases_after"]
    assert taken == [25_000, 25_000, 10_000, 0]
    assert left == [["350.00"], ["100.00"], ["0.00"], ["0.00"]]


def test_several_cases_of_a_kind_are_paid_in_their_order() -> None:
    orders = [
        Election("child-support", amount=money(amount), reference=reference)
        for amount, reference in (("900.00", "A"), ("900.00", "B"), ("900.00", "C"))
    ]
    row = paid(*orders)
    shares = [each.taken.cents for each in cases(row)]
    assert shares[:2] == [90_000, row["child_support_cents"] - 90_000]
    assert shares[2] == 0
    assert row["child_support_cents"] == row["support_limit_cents"] < 270_000


def test_elections_survive_their_notation() -> None:
    elections = (
        Election("debt", amount=money("1.05"), reference="D/1-x.2", total=money("99.00")),
        Election("tsp-roth", rate=Fraction(5, 100)),
        Election("debt", rate=Fraction(123_456, 1_000_000), reference="7", total=money("5.00")),
        Election("fehb-after-tax"),
    )
    text = written(elections)
    assert text == "debt 1.05 of 99.00 #D/1-x.2; tsp-roth 5%; debt 12.3456% of 5.00 #7; fehb-after-tax"
    assert parsed(text) == elections
    with pytest.raises(ValueError, match="is not an election"):
        parsed("debt 1.5")


def test_every_deduction_has_its_place() -> None:
    assert set(DEDUCTIONS) <= set(places())
    walked = [row.text("name") for row in order()]
    assert len(set(walked)) == len(walked)
    assert [row.integer("place") for row in order()] == sorted(row.integer("place") for row in order())
    assert {kind.stem for kind in KINDS.values() if kind.amount} - set(walked) == {
        "tsp_traditional",
        "tsp_roth",
        "levy_exempt",
    }


def test_the_order_is_that_of_the_dossier(reference: Path) -> None:
    lines = (reference / "payroll/order_of_precedence.csv").read_text(encoding="utf-8").splitlines()[1:]
    published = {int(line.split(",")[0]): line.split(",")[1] for line in lines}
    ours = {row.integer("place"): row.text("deduction") for row in reversed(order())}
    alike = [place for place in ours if ours[place] == published[place]]
    assert set(published) - set(ours) == {22, 23}
    assert len(alike) == 23


def test_what_pay_did_not_cover_opens_to_what_was_due_and_left() -> None:
    row = paid(Election("allotment", amount=money("9000.00"), reference="bank"))
    found = explain(row, "allotment_cents")
    assert found.inputs[0].name == "allotment_due_cents"
    assert found.inputs[0].value == 900_000
    assert found.inputs[1].name == "left_after_benefits_cents"
    assert 0 < row["allotment_cents"] == row["left_after_benefits_cents"] - row["savings_cents"]
    assert row["net_cents"] == 0


ELECTED = [f"{kind.stem}_elected_cents" for kind in KINDS.values() if kind.amount]
ELECTED = [name for name in ELECTED if name in random_facts(1, seed=1).columns]


@settings(max_examples=3)
@given(seed=st.integers(0, 10_000), most=st.sampled_from([2_000, 50_000, 900_000]))
def test_whatever_is_elected_the_order_of_precedence_holds(seed: int, most: int) -> None:
    """Never below zero, never more than due, nothing for what is later while something earlier is short."""
    facts = random_facts(150, seed)
    amounts = pl.int_range(pl.len()).hash(seed)
    facts = facts.with_columns(
        (amounts.hash(place) % most * (amounts.hash(place + 100) % 3 == 0)).cast(pl.Int64).alias(name)
        for place, name in enumerate(ELECTED)
    )
    frame = calculate(facts, FIRST).frame
    assert frame.height == facts.height
    assert frame.filter(pl.any_horizontal(pl.col(DEDUCTIONS) < 0) | (pl.col("net_cents") < 0)).is_empty()
    total = frame.select(pl.sum_horizontal(DEDUCTIONS)).to_series()
    assert (total == frame["deductions_cents"]).all()
    assert (frame["gross_cents"] - total == frame["net_cents"]).all()
    walked = [row.text("name") for row in order()]
    due = {name: frame[due_of(name)] for name in walked}
    taken = {name: frame[f"{name}_cents"] for name in walked}
    assert all((taken[name] <= due[name]).all() for name in walked)
    lacking = sum(
        (due[name] - taken[name] for name in walked), start=pl.zeros(frame.height, pl.Int64, eager=True)
    )
    assert (lacking == frame["uncovered_cents"]).all()
    for place, name in enumerate(walked):
        short = taken[name] < due[name]
        later = sum((taken[each] for each in walked[place + 1 :]), start=frame["net_cents"])
        assert (later.filter(short) <= len(CLAIMED)).all(), name
    commercial = frame["garnishment_cents"] * 4
    assert (commercial <= frame["aggregate_disposable_cents"] + 4).all()
    assert (frame["debt_cents"] * 100 <= frame["after_levy_cents"] * 15 + 100).all()
    support = frame["child_support_cents"] + frame["spousal_support_cents"]
    assert (support * 100 <= frame["aggregate_disposable_cents"] * 65 + 100).all()


def test_pay_rules_read_only_what_is_above_them() -> None:
    assert {rule.name for rule in PAY_RULES} >= set(DEDUCTIONS)


RANKS = (
    *("retirement", "oasdi", "medicare", "additional_medicare", "income_tax", "health", "life", "state_tax"),
    *("state_approximation", "local_tax", "levy", "debt", "debt_agreed", "child_support", "spousal_support"),
    *("chapter_13", "garnishment", "fsa_health", "dental", "vision", "hsa", "life_a", "life_b", "life_c"),
    *("long_term_care", "fsa_dependent", "savings_loan", "savings", "military_deposit", "association_dues"),
    *("union_dues", "charity", "discretionary", "allotment"),
)
"""The published lists of the National Finance Center and the Postal Service, written down here once more."""
DUES = {name: 10_00 + 2 * place for place, name in enumerate(RANKS)}
WALK = tuple(
    rule
    for rule in RULES
    if rule.name in {f"{name}_cents" for name in RANKS} or rule.name.startswith("left_after_")
)


def taken_of(gross: int) -> dict[str, int]:
    """What each deduction gets of so much pay by the rules. Those that lower taxes are cut as in the calculation."""
    run = program_of(LAW, WALK)
    facts = {"gross_cents": gross, **{due_of(name): due for name, due in DUES.items()}}
    cut = {f"{name}_uncovered_cents": 0 for name in CLAIMED}
    while True:
        row = {**facts, **cut}
        run(row)
        again = {
            f"{name}_uncovered_cents": max(
                row[due] - max(row[left] - sum(row[each] for each in before), 0), 0
            )
            for name, due, left, before in claims(RULES)
        }
        if again == cut:
            return {name: row[f"{name}_cents"] for name in RANKS}
        cut = again


def test_every_deduction_that_the_rules_rank_is_ranked_here() -> None:
    assert {rule.name for rule in WALK if not rule.name.startswith("left_after_")} == {
        f"{name}_cents" for name in RANKS
    }


@pytest.mark.parametrize("rank", range(len(RANKS)), ids=RANKS)
def test_what_is_lower_is_short_before_what_is_higher(rank: int) -> None:
    """Pay that covers every rank above this one and half of it, and pay that ends a cent before and after it."""
    above, own = sum(list(DUES.values())[:rank]), DUES[RANKS[rank]]
    for part in (0, 1, own // 2, own - 1, own):
        found = taken_of(above + part)
        assert [found[name] for name in RANKS[:rank]] == [DUES[name] for name in RANKS[:rank]]
        assert found[RANKS[rank]] == part
        assert {found[name] for name in RANKS[rank + 1 :]} <= {0}
