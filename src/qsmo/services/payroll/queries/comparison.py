"""A run beside the last one: people, hours, kinds of earnings and deductions, and whose pay changed most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import polars as pl

from qsmo.services.payroll.rules.totals import Totals

Unit = Literal["people", "centihours", "cents"]


@dataclass(frozen=True, slots=True)
class Change:
    """One figure of this run and of the last."""

    part: str
    title: str
    unit: Unit
    now: int
    last: int

    @property
    def by(self) -> int:
        """How much it changed."""
        return self.now - self.last

    @property
    def share(self) -> Fraction | None:
        """The change as a share of the last figure; nothing where that was zero."""
        return Fraction(self.by, self.last) if self.last else None


def changes(now: Mapping[str, Any], last: Mapping[str, Any]) -> list[Change]:
    """Every control total of this run beside the last one's, from people and hours to the cost."""
    found = [Change("People", "People paid", "people", now.get("people", 0), last.get("people", 0))]
    found += _each("Hours", "hours", "centihours", now, last)
    found += _each("Earnings", "earnings", "cents", now, last)
    found.append(_one("Pay", "Gross pay", "gross", now, last))
    found += _each("Deductions", "deductions", "cents", now, last)
    found.append(_one("Pay", "Net pay", "net", now, last))
    found += _each("Agency contributions", "employer", "cents", now, last)
    found.append(_one("Pay", "Cost to the agency", "employer_cost", now, last))
    return found


def movers(now: pl.DataFrame, last: pl.DataFrame, most: int) -> pl.DataFrame:
    """Those in both runs whose net pay changed most, with both amounts; frames have `employee`, gross and net cents."""
    both = now.join(last, on="employee", suffix="_last")
    by = both.with_columns(change_cents=pl.col("net_cents") - pl.col("net_cents_last"))
    moved = by.filter(pl.col("change_cents") != 0).with_columns(size=pl.col("change_cents").abs())
    return moved.sort("size", "employee", descending=[True, False]).head(most).drop("size")


def _one(part: str, title: str, name: str, now: Mapping[str, Any], last: Mapping[str, Any]) -> Change:
    return Change(part, title, "cents", now.get(name, 0), last.get(name, 0))


def _each(part: str, name: str, unit: Unit, now: Mapping[str, Any], last: Mapping[str, Any]) -> list[Change]:
    here, there = now.get(name, {}), last.get(name, {})
    return [
        Change(part, _title(key, unit), unit, here.get(key, 0), there.get(key, 0))
        for key in {**here, **there}
        if here.get(key) or there.get(key)
    ]


def _title(key: str, unit: Unit) -> str:
    return f"Hours of code {key}" if unit == "centihours" else Totals.title(key)
