"""Edits before pay goes out: high and low pay, people and accounts there twice, first and last pay."""

from __future__ import annotations

from datetime import date

import polars as pl

from qsmo.services.payroll.queries import edits
from qsmo.services.payroll.queries.comparison import changes, movers

LIMITS = edits.Limits(rise_percent=50, most_gross=1_000_000)


def pay(*rows: tuple[str, int, int]) -> pl.DataFrame:
    """Employees with gross and net pay."""
    schema = {"employee": pl.String, "gross_cents": pl.Int64, "net_cents": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_pay_above_the_limit_and_pay_that_rose_too_far_are_named() -> None:
    last = pay(("a", 200_000, 1), ("b", 200_000, 1), ("c", 0, 0))
    now = pay(("a", 300_000, 1), ("b", 300_001, 1), ("c", 400_000, 1), ("d", 1_000_001, 1))
    found = edits.high_pay(now, last, LIMITS)
    assert [(each.code, each.who) for each in found] == [("pay-above-limit", "d"), ("pay-rose", "b")]
    assert found[1].words == "Gross pay rose from $2,000.00 to $3,000.01, by more than 50 percent."
    assert edits.high_pay(now, None, LIMITS) == found[:1]


def test_nothing_to_pay_out_and_balances_below_nothing_are_named() -> None:
    now = pay(("a", 100, 0), ("b", 100, 50)).with_columns(closing_oasdi_cents=pl.Series([5, -7]))
    found = edits.low_pay(now)
    assert [(each.code, each.who, each.field) for each in found] == [
        ("net-zero", "a", ""), ("balance-negative", "b", "oasdi"),
    ]  # fmt: skip


def test_one_name_and_birthday_under_two_numbers_is_named_twice() -> None:
    born = date(1990, 2, 3)
    rows = [("1", "Ana", "Bly", born), ("2", "ANA", "bly", born), ("3", "Ana", "Bly", date(1990, 2, 4))]
    people = pl.DataFrame(rows, schema=["employee", "given_name", "last_name", "born_on"], orient="row")
    found = edits.same_people(people)
    assert [each.who for each in found] == ["1", "2"]
    assert found[0].words == "The employee numbers 1, 2 have one name and day of birth."


def test_two_people_with_one_account_are_named_and_the_account_is_not() -> None:
    rows = [("1", "021000021", "555"), ("2", "021000021", "555"), ("3", "021000021", "556")]
    banks = pl.DataFrame(rows, schema=["employee", "routing", "account"], orient="row")
    found = edits.same_banks(banks)
    assert [each.who for each in found] == ["1", "2"]
    assert not any("555" in each.words for each in found)


def test_first_pay_of_the_year_and_those_gone_are_named() -> None:
    now = pay(("a", 100, 1), ("b", 100, 1), ("c", 100, 1)).with_columns(
        closing_gross_cents=pl.Series([300, 100, 250])
    )
    found = edits.coming_and_going(now, {"a", "b", "c", "d"}, ["a", "d", "e"])
    assert [(each.code, each.who) for each in found] == [("first-pay", "b"), ("no-pay-now", "e")]


def test_a_comparison_holds_both_figures_and_the_change() -> None:
    now = {
        "people": 2,
        "hours": {"1037": 800},
        "gross": 100,
        "net": 60,
        "earnings": {"regular_pay_cents": 100},
    }
    last = {
        "people": 3,
        "hours": {"1037": 1600},
        "gross": 200,
        "net": 120,
        "earnings": {"regular_pay_cents": 200},
    }
    found = {each.title: (each.now, each.last, each.by) for each in changes(now, last)}
    assert found["People paid"] == (2, 3, -1)
    assert found["Hours of code 1037"] == (800, 1600, -800)
    assert found["Gross pay"] == (100, 200, -100)
    moved = movers(
        pay(("a", 1, 10), ("b", 1, 50), ("c", 1, 7)), pay(("a", 1, 30), ("b", 1, 40), ("c", 1, 7)), 5
    )
    assert moved.select("employee", "change_cents").rows() == [("a", -20), ("b", 10)]
