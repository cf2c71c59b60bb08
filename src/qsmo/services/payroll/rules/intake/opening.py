"""What a person's year begins with: the balances that human resources states, or those that the last pay left."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from qsmo.services.payroll.rules.deductions.facts import CASES
from qsmo.services.payroll.rules.facts import BALANCES

LAST_YEAR = "prior_year_wages"
"""The one balance that is not of this year; it stands beside the others and is stated or carried by itself."""
COLUMNS = [f"ytd_{name}_cents" for name in BALANCES]
OF_YEAR = [f"ytd_{name}_cents" for name in BALANCES if name != LAST_YEAR]


def closing(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Of calculated rows: the employee, and the balances after that pay under the names of opening balances."""
    known = set(frame.collect_schema().names())
    names = {name: f"closing_{name}_cents" for name in BALANCES}
    left = {
        f"ytd_{name}_cents": pl.col(column if column in known else f"ytd_{name}_cents")
        for name, column in names.items()
    }
    paid = pl.col("cases_after") if "cases_after" in known else pl.lit("")
    return frame.select("employee", **left, **{CASES: paid})


def opening(people: pl.DataFrame, earlier: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The people with every opening balance filled, in cents, and what earlier pay took for each case.

    A person for whom any balance of this year is stated has those and nothing else. Anybody else has what the last of
    the `earlier` closings (oldest first, all of the same tax year) that holds them left, or nothing yet. A balance that
    came after a file was accepted is not stated in it.
    """
    known = {**{name: pl.Int64 for name in COLUMNS}, CASES: pl.String}
    left = pl.concat([pl.DataFrame(schema={"employee": pl.String, **known}), *earlier], how="diagonal")
    unknown = [pl.lit(None, pl.Int64).alias(name) for name in COLUMNS if name not in people.columns]
    people = people.drop(CASES, strict=False).with_columns(unknown)
    left = left.unique("employee", keep="last", maintain_order=True)
    joined = people.join(left, on="employee", how="left", suffix="_left", maintain_order="left")
    is_stated = pl.any_horizontal(pl.col(OF_YEAR).is_not_null())
    filled = [
        pl.when(is_stated).then(pl.col(name)).otherwise(pl.col(f"{name}_left")).fill_null(0).alias(name)
        for name in OF_YEAR
    ]
    by_itself = f"ytd_{LAST_YEAR}_cents"
    last_year = pl.coalesce(by_itself, f"{by_itself}_left").fill_null(0).alias(by_itself)
    return joined.with_columns(*filled, last_year).select(*people.columns, pl.col(CASES).fill_null(""))
