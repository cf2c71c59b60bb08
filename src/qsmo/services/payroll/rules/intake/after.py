"""Who left before the pay period: of what they elected only what others may take of a late payment still holds.

Health benefits end with the pay period of the separation (5 CFR 890.304(a)(1)), savings with basic pay, allotments and
premiums with pay (5 CFR 550.312); levies, debts, support and other orders take of any pay that is left.
"""

from __future__ import annotations

import polars as pl

from qsmo.services.payroll.rules.deductions.elections import BETWEEN, ORDERED


def without_benefits(people: pl.DataFrame, start: pl.Expr) -> pl.DataFrame:
    """The assignments in effect; of who left before the day without health plan, savings and own elections."""
    left = (pl.col("employed_through") < start).fill_null(False)
    if not people.select(left.any()).item():
        return people
    ordered = "|".join(ORDERED)
    kept = (
        pl.col("elections")
        .str.split(BETWEEN)
        .list.eval(pl.element().filter(pl.element().str.contains(f"^({ordered})( |$)")))
        .list.join(BETWEEN)
    )
    return people.with_columns(
        fehb=pl.when(left).then(pl.lit("")).otherwise("fehb"),
        elections=pl.when(left).then(kept).otherwise("elections"),
        tsp_numerator=pl.when(left).then(0).otherwise("tsp_numerator"),
        tsp_amount_cents=pl.when(left).then(0).otherwise("tsp_amount_cents"),
    )
