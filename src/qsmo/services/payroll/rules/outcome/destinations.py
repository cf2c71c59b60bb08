"""Where each deduction and contribution of a run goes, and what each destination gets in all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from qsmo.kernel.law import register
from qsmo.services.payroll.rules.calculation import rules_on
from qsmo.services.payroll.rules.rule import LAW, Rule

WITHHELD = ("deduction", "employer")
PAYEE = "payee"
REMITTANCE = {
    "destination": pl.String,
    "group": pl.String,
    "detail": pl.String,
    "line": pl.String,
    "from": pl.String,
    "people": pl.Int64,
    "amount_cents": pl.Int64,
}
DETAILS = {
    "retirement": "retirement",
    "health benefits": "fehb",
    "state income tax": "tax_state",
    "local income tax": "local_key",
}
"""Groups that are reported by a code of the person: the retirement code, the health plan, the state."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Who gets what one rule withholds or contributes. `group` is the line of the destination's report."""

    rule: Rule
    name: str
    group: str


def destinations(pay_date: date) -> dict[str, Destination]:
    """The destination of every deduction and contribution of a pay date, by the name of its rule.

    KeyError where the table `destinations` does not name one: nothing is withheld without somebody who gets it.
    """
    table = register(LAW)["destinations"].at(on=pay_date).values
    found: dict[str, Destination] = {}
    for rule in rules_on(pay_date):
        if rule.kind in WITHHELD:
            if rule.name not in table.cells:
                raise KeyError(f"the table destinations does not say who gets {rule.name}")
            name, _, group = table.text(rule.name).partition(", ")
            found[rule.name] = Destination(rule, name, group)
    return found


def paid_on(pay_date: date) -> tuple[str, ...]:
    """The deductions that go to a bank account of somebody."""
    return tuple(name for name, each in destinations(pay_date).items() if each.name == PAYEE)


def remittances(frame: pl.DataFrame, pay_date: date) -> pl.DataFrame:
    """What each destination gets of a run, line by line; a line of nothing is left out.

    `detail` is the code by which the group is reported (retirement code, health plan), where it has one.
    """
    parts = [
        _line(frame, each)
        for each in destinations(pay_date).values()
        if each.rule.name in frame.columns and frame.height
    ]
    whole = pl.concat([pl.DataFrame(schema=REMITTANCE), *parts])
    return whole.filter(pl.col("amount_cents") != 0).sort("destination", "group", "detail", "line")


def _line(frame: pl.DataFrame, each: Destination) -> pl.DataFrame:
    code = DETAILS.get(each.group, "")
    detail = pl.col(code).cast(pl.String) if code in frame.columns else pl.lit("")
    amount = pl.col(each.rule.name)
    summed = (
        frame.group_by(detail.alias("detail"))
        .agg((amount != 0).sum().cast(pl.Int64).alias("people"), amount.sum().alias("amount_cents"))
        .with_columns(
            pl.lit(each.name).alias("destination"),
            pl.lit(each.group).alias("group"),
            pl.lit(each.rule.name).alias("line"),
            pl.lit("employee" if each.rule.kind == "deduction" else "agency").alias("from"),
        )
    )
    return summed.select(*REMITTANCE)


def added(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """The remittances of several shares of a run as one."""
    whole = pl.concat([pl.DataFrame(schema=REMITTANCE), *parts])
    keys = [name for name in REMITTANCE if name not in ("people", "amount_cents")]
    summed = whole.group_by(keys).agg(pl.col("people").sum(), pl.col("amount_cents").sum())
    return summed.select(*REMITTANCE).sort("destination", "group", "detail", "line")


def ties(found: pl.DataFrame, totals: Mapping[str, Mapping[str, int]]) -> bool:
    """Whether what goes out is, line by line, what the control totals of the run say."""
    sums = dict(found.group_by("line").agg(pl.col("amount_cents").sum()).iter_rows())
    said = {**totals["deductions"], **totals["employer"]}
    return sums == {name: cents for name, cents in said.items() if cents}
