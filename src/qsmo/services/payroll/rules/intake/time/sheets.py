"""Whose time is the same, entry for entry: most of an agency has one sheet, which is then read once for all of them.

Sheets are compared whole. A number made of the entries only proposes who may be alike; then each entry is held against
the one that it is said to equal, and who differs anywhere is like nobody.
"""

from __future__ import annotations

import polars as pl

from qsmo.kernel.period import PayPeriod
from qsmo.services.payroll.rules.columns import MILLION
from qsmo.services.payroll.rules.earnings.codes import TIME_CODES
from qsmo.services.payroll.rules.intake.entry import WHO
from qsmo.services.payroll.rules.intake.time.entries import together

LIKE = "like"
"""The employee whose time is read in place of a person's."""


def alike(
    entries: pl.DataFrame, people: pl.DataFrame, pay_period: PayPeriod
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Entries of one of each who are alike; and every other `employee` with the one who is `like` them.

    Alike are those whose entries and whose row of `people` are the same, the employee apart. Who has several rows or
    none there, or an entry that no sheet should have, is like nobody.
    """
    if people.height < 2:
        return entries, pl.DataFrame(schema={"employee": pl.String, LIKE: pl.String})
    numbered = together(entries).with_row_index("place")
    who = numbered[WHO]
    sheets = numbered.filter((pl.col(WHO) != pl.col(WHO).shift(1)).fill_null(True)).select(
        "employee", WHO, begins=pl.col("place").cast(pl.Int64)
    )
    begins = sheets["begins"]
    place = numbered["place"].cast(pl.Int64) - begins.gather(who)
    entry = numbered.select(_as_number(pay_period)).to_series()
    proposed = _proposed(sheets, (place * _MOST + entry.fill_null(0)).hash(), people)
    other = begins.gather(proposed).gather(who) + place
    differs = ~(entry == entry.gather(other)).fill_null(False)
    apart = sheets[WHO].is_in(who.filter(differs).unique().implode())
    like = sheets.select(pl.when(apart).then(WHO).otherwise(proposed)).to_series()
    others = like != sheets[WHO]
    ones = numbered.filter(~others.gather(who)).drop("place", WHO)
    return ones, sheets.select("employee", sheets["employee"].gather(like).alias(LIKE)).filter(others)


_DAY = 100 * 100
"""More hundredths of an hour than a day has."""
_MOST = MILLION * MILLION
"""More than any number of an entry: one of this size for each place in a sheet."""


def _as_number(pay_period: PayPeriod) -> pl.Expr:
    """Day, code and hours of an entry as one number; nothing where it is not an ordinary entry of the pay period."""
    during, codes = pay_period.during, pl.Enum(list(TIME_CODES))
    day = pl.col("on").to_physical().cast(pl.Int64) - pl.lit(during.start).to_physical()
    code = pl.col("code").cast(codes, strict=False).to_physical().cast(pl.Int64)
    ordinary = (
        day.is_between(0, during.days - 1)
        & pl.col("centihours").is_between(0, _DAY - 1)
        & (pl.col("during_start") == during.start)
        & (pl.col("during_end") == during.end)
    )
    return pl.when(ordinary).then((day * len(TIME_CODES) + code) * _DAY + pl.col("centihours"))


def _proposed(sheets: pl.DataFrame, marks: pl.Series, people: pl.DataFrame) -> pl.Series:
    """By person the number of one who may be alike: as many entries, the same sum of their marks, the same row."""
    ends = sheets["begins"].shift(-1, fill_value=marks.len()) - 1
    total = (marks % _MOST).cum_sum().gather(ends)
    measured = sheets.with_columns(total=total - total.shift(1, fill_value=0), size=ends - sheets["begins"])
    known = people.filter(~pl.col("employee").is_duplicated()).with_columns(known=True)
    joined = measured.join(known, on="employee", how="left", maintain_order="left")
    kinds = ["total", "size", *(name for name in known.columns if name != "employee")]
    one = joined.select(pl.col(name).eq_missing(pl.col(name).first()).all() for name in kinds)
    apart = [name for name, same in one.row(0, named=True).items() if not same]
    first = pl.col(WHO).first().over(apart or "known")
    return joined.select(pl.when("known").then(first).otherwise(WHO)).to_series()
