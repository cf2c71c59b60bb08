"""The wages and taxes of a year, person by person: what a Form W-2 says, as far as the runs of the year tell it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from qsmo.kernel.finding import Finding
from qsmo.kernel.law import Row, register
from qsmo.kernel.money import Money
from qsmo.services.payroll.rules.rule import LAW

TITLES = {
    "wages": "Box 1, wages, tips, other compensation",
    "federal_tax": "Box 2, federal income tax withheld",
    "social_security_wages": "Box 3, Social Security wages",
    "social_security_tax": "Box 4, Social Security tax withheld",
    "medicare_wages": "Box 5, Medicare wages and tips",
    "medicare_tax": "Box 6, Medicare tax withheld",
    "dependent_care": "Box 10, dependent care benefits",
    "code_c": "Box 12, code C, group life insurance over 50,000 dollars",
    "code_d": "Box 12, code D, elective deferrals (TSP traditional)",
    "code_w": "Box 12, code W, health savings account",
    "code_aa": "Box 12, code AA, designated Roth contributions (TSP Roth)",
    "code_dd": "Box 12, code DD, cost of health coverage",
}
PENSION = ("retirement_cents", "savings_traditional_cents", "savings_roth_cents")
"""Whoever pays one of these is an active participant in a retirement plan."""
NUMBER = "run_number"


@dataclass(frozen=True, slots=True)
class Wages:
    """One row per person with a column for each amount in cents, and those whose year is not whole."""

    frame: pl.DataFrame
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount: the columns that flow into it, and the balances that hold it."""

    name: str
    flows: tuple[str, ...]
    balances: tuple[str, ...]


def amounts(pay_date: date) -> list[Amount]:
    """The amounts of Form W-2 that the table `wage_statement` makes of our columns, in the order of the form."""
    values: Row = register(LAW)["wage_statement"].at(on=pay_date).values
    found = []
    for name in TITLES:
        if name in values.cells:
            flows, _, balances = values.text(name).partition(";")
            found.append(Amount(name, tuple(flows.split()), tuple(balances.split())))
    return found


def wages(runs: Sequence[pl.LazyFrame], pay_date: date, employee: str = "") -> Wages:
    """The wages of a year from its runs, oldest first; of one employee, where one is named.

    Somebody whose pay of the year began elsewhere, or whose balances were stated anew, has amounts that no balance
    holds: such a person is named and left out, for a W-2 of part of a year would be wrong.
    """
    wanted = amounts(pay_date)
    rows = [_columns(run, wanted, number) for number, run in enumerate(runs)]
    if not rows:
        return Wages(pl.DataFrame(schema={"employee": pl.String}), [])
    whole = pl.concat(rows)
    if employee:
        whole = whole.filter(pl.col("employee") == employee)
    flows = sorted({name for each in wanted for name in each.flows} | {"gross_cents", *PENSION})
    balances = sorted({f"closing_{name}_cents" for each in wanted for name in each.balances})
    last = [pl.col(name).sort_by(NUMBER).last() for name in [*balances, "closing_gross_cents", "retirement"]]
    summed = whole.group_by("employee").agg(*(pl.col(name).sum() for name in flows), *last)
    made = summed.with_columns(
        *(_amount(each).alias(each.name) for each in wanted),
        (pl.sum_horizontal(*PENSION) > 0).alias("pension"),
        (pl.col("closing_gross_cents") == pl.col("gross_cents")).alias("is_whole"),
    )
    columns = ["employee", "retirement", "pension", *(each.name for each in wanted)]
    frame = made.sort("employee").collect()
    short = frame.filter(~pl.col("is_whole"))
    found = [
        _incomplete(row) for row in short.select("employee", "gross_cents", "closing_gross_cents").rows()
    ]
    return Wages(frame.filter("is_whole").select(columns), found)


def _columns(run: pl.LazyFrame, wanted: Sequence[Amount], number: int) -> pl.LazyFrame:
    """The columns that are needed; a column that the rules of that run did not have is nothing."""
    there = run.collect_schema().names()
    names = {name for each in wanted for name in each.flows} | {
        "gross_cents",
        "closing_gross_cents",
        *PENSION,
    }
    names |= {f"closing_{name}_cents" for each in wanted for name in each.balances}
    cells = [
        (pl.col(name) if name in there else pl.lit(0, pl.Int64)).cast(pl.Int64).alias(name)
        for name in sorted(names)
    ]
    return run.select("employee", pl.col("retirement").cast(pl.String), *cells, pl.lit(number).alias(NUMBER))


def _amount(each: Amount) -> pl.Expr:
    names = [f"closing_{name}_cents" for name in each.balances] or list(each.flows)
    return pl.sum_horizontal(*names).cast(pl.Int64)


def _incomplete(row: tuple[str, int, int]) -> Finding:
    employee, paid, balance = row
    words = (
        f"The runs of the year hold {Money(paid)} of gross pay, the balance of the year says {Money(balance)}: part of "
        "the year was paid elsewhere or stated anew, and no balance tells all amounts of Form W-2 for it."
    )
    return Finding(
        "wages-incomplete", words, field="gross", expected="all pay of the year in its runs", who=employee
    )
