"""What leave accounts begin with: the balances that human resources states, or those that the last pay left."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from qsmo.services.payroll.rules.intake.leave.terms import stated
from qsmo.services.payroll.rules.leave.facts import BALANCES, HOURS, YEAR_AFTER, YEAR_BEFORE, before

COLUMNS = tuple(BALANCES)


def leave_left(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Of calculated rows: the employee, and leave after that pay under the names of what the next one begins with.

    Rows from before leave was kept say nothing of it, and of an account that was not kept yet there is nothing.
    """
    known = set(frame.collect_schema().names())
    if YEAR_AFTER not in known:
        return pl.LazyFrame(schema={"employee": pl.String, **dict.fromkeys(COLUMNS, pl.Int64)})
    nothing = pl.lit(0, pl.Int64)
    return frame.select(
        "employee",
        **{name: pl.col(closed) if closed in known else nothing for name, closed in BALANCES.items()},
    )


def with_leave(people: pl.DataFrame, earlier: Sequence[pl.DataFrame] = ()) -> pl.DataFrame:
    """The people with every balance of leave filled, in hundredths of an hour.

    Who states any has those and nothing else, and they are of the leave year that it is. Anybody else has what the last
    of the `earlier` closings (oldest first, of whatever year: leave does not end with one) that holds them left.
    """
    schema = {"employee": pl.String, **dict.fromkeys(COLUMNS, pl.Int64)}
    own = stated(people)
    held = pl.concat([pl.DataFrame(schema=schema), *earlier]).unique(
        "employee", keep="last", maintain_order=True
    )
    if held.is_empty():
        return own.with_columns(
            *(pl.col(before(name)).fill_null(0) for name in HOURS), pl.lit(0, pl.Int64).alias(YEAR_BEFORE)
        )
    names = [before(name) for name in HOURS]
    joined = own.join(held, on="employee", how="left", suffix="_left", maintain_order="left")
    says = pl.any_horizontal(pl.col(names).is_not_null())
    return joined.with_columns(
        *(
            pl.when(says).then(pl.col(name)).otherwise(pl.col(f"{name}_left")).fill_null(0).alias(name)
            for name in names
        ),
        pl.when(says).then(0).otherwise(pl.col(YEAR_BEFORE)).fill_null(0).alias(YEAR_BEFORE),
    ).drop(f"{name}_left" for name in names)
