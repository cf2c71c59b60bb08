"""Which Form W-4 holds: as filed, cut by an IRS lock-in letter, or none once a claim of exemption has lapsed."""

from __future__ import annotations

import polars as pl

from qsmo.services.payroll.rules.intake.people import STATUSES
from qsmo.services.payroll.rules.rule import Figures

NEW, OLD = "2020", "2019"
SINGLE = "single"
BY_WITHHOLDING = {"single": 0, "head": 1, "married": 2}
"""Filing statuses, the one with the most withheld first."""


def lapsed(law: Figures) -> pl.Expr:
    """A claim of exemption lasts until the day of the law (15 February) of the year after the form."""
    table = law.version("withholding")
    end = pl.date(
        pl.col("form_on").dt.year() + 1,
        table.integer("exemption_ends_month"),
        table.integer("exemption_ends_day"),
    )
    return (pl.col("exempt") & (pl.col("pay_date") > end)).fill_null(value=False)


def form_facts(law: Figures) -> dict[str, pl.Expr]:
    """The facts of the form that holds. A letter of another generation than the form stands alone."""
    gone = lapsed(law)
    has_letter = pl.col("letter_form") != ""
    merged = has_letter & (pl.col("letter_form") == pl.col("form"))

    def held(own: pl.Expr, letter: pl.Expr, both: pl.Expr, blank: pl.Expr) -> pl.Expr:
        return pl.when(gone).then(blank).when(merged).then(both).when(has_letter).then(letter).otherwise(own)

    def amount(name: str, *, less: bool) -> pl.Expr:
        own, letter = pl.col(name), pl.col(f"letter_{name}")
        stricter = pl.min_horizontal(own, letter) if less else pl.max_horizontal(own, letter)
        return held(own, letter, stricter, pl.lit(0, pl.Int64))

    own, other = pl.col("status"), pl.col("letter_status")
    place = own.replace_strict(BY_WITHHOLDING, default=None, return_dtype=pl.Int64)
    place_other = other.replace_strict(BY_WITHHOLDING, default=None, return_dtype=pl.Int64)
    status = held(own, other, pl.when(place <= place_other).then(own).otherwise(other), pl.lit(SINGLE))
    form = held(pl.col("form"), pl.col("letter_form"), pl.col("form"), pl.lit(NEW))
    checked = held(
        pl.col("step2_checked"),
        pl.col("letter_step2"),
        pl.col("step2_checked") | pl.col("letter_step2"),
        pl.lit(value=False),
    )
    is_new = form != OLD
    schedule = pl.when(checked & is_new).then(pl.lit("step2")).otherwise(pl.lit("standard"))
    return {
        "new_form": is_new.cast(pl.Int64),
        "joint": (status == "married").cast(pl.Int64),
        "step2": checked.cast(pl.Int64),
        "tax_table": pl.concat_str(status.replace_strict(STATUSES, default=None), schedule, separator=" "),
        "step3_cents": amount("step3_cents", less=True),
        "step4a_cents": amount("step4a_cents", less=False),
        "step4b_cents": amount("step4b_cents", less=True),
        "extra_cents": amount("extra_cents", less=False),
        "allowances": amount("allowances", less=True),
        "tax_exempt": (pl.col("exempt") & ~gone & ~has_letter).cast(pl.Int64),
        "alien": pl.col("alien").cast(pl.Int64),
    }
