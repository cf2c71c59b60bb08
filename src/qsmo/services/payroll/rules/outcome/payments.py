"""Who is paid what into which account: net pay and what is withheld for others, split as the list of banks says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from qsmo.kernel.finding import Finding
from qsmo.kernel.money import Money

NET, REST = "net", "rest"
DUE = {"employee": pl.String, "purpose": pl.String, "due_cents": pl.Int64}
PAYMENT = {
    "employee": pl.String,
    "purpose": pl.String,
    "place": pl.Int64,
    "kind": pl.String,
    "routing": pl.String,
    "account": pl.String,
    "prenote": pl.Boolean,
    "payee": pl.String,
    "reference": pl.String,
    "fips": pl.String,
    "medical": pl.String,
    "amount_cents": pl.Int64,
}
KEYS = ("employee", "purpose")


@dataclass(frozen=True, slots=True)
class Payments:
    """Payments into accounts, and everything that is due and has no way to be paid."""

    frame: pl.DataFrame
    findings: list[Finding]

    @property
    def total(self) -> int:
        """What is paid in all, in cents."""
        return int(self.frame["amount_cents"].sum())


def due(frame: pl.DataFrame, paid_on: Sequence[str]) -> pl.DataFrame:
    """What is due of a run: net pay, and each deduction that is paid on to somebody."""
    columns = {"net_cents": NET, **{name: name for name in paid_on if name in frame.columns}}
    parts = [
        frame.select("employee", pl.lit(purpose).alias("purpose"), pl.col(column).alias("due_cents"))
        for column, purpose in columns.items()
    ]
    return pl.concat([pl.DataFrame(schema=DUE), *parts]).filter(pl.col("due_cents") > 0)


def payments(wanted: pl.DataFrame, banks: pl.DataFrame) -> Payments:
    """The payments of everything that is due. Fixed shares are served in the order of their place while there is
    money; the rest goes where it should. What then is left has no way to be paid, and is named, not dropped.

    An entry that only tries an account (`prenote`) is of no amount.
    """
    tried = banks.filter("prenote").join(wanted, on=KEYS, how="semi")
    joined = wanted.join(banks.filter(~pl.col("prenote")), on=KEYS, how="inner").sort(*KEYS, "place")
    fixed = pl.when(pl.col("share") == REST).then(0).otherwise(pl.col("amount_cents"))
    served = joined.with_columns(fixed.alias("fixed")).with_columns(
        (pl.col("fixed").cum_sum() - pl.col("fixed")).over(KEYS).alias("before"),
        pl.col("fixed").sum().over(KEYS).alias("all_fixed"),
    )
    left = pl.col("due_cents") - pl.when(pl.col("share") == REST).then("all_fixed").otherwise("before")
    most = pl.when(pl.col("share") == REST).then(left).otherwise(pl.min_horizontal(left, "fixed"))
    paid = served.with_columns(pl.max_horizontal(most, 0).alias("amount_cents"))
    sent = paid.group_by(KEYS).agg(pl.col("amount_cents").sum().alias("sent"))
    unpaid = wanted.join(sent, on=KEYS, how="left").with_columns(pl.col("sent").fill_null(0))
    entries = [
        paid.filter(pl.col("amount_cents") > 0).select(*PAYMENT),
        tried.with_columns(pl.lit(0, pl.Int64).alias("amount_cents")).select(*PAYMENT),
    ]
    return Payments(pl.concat(entries).sort(*KEYS, "place"), _unpaid(unpaid, banks))


def _unpaid(unpaid: pl.DataFrame, banks: pl.DataFrame) -> list[Finding]:
    short = unpaid.filter(pl.col("sent") < pl.col("due_cents")).sort(*KEYS)
    known = set(banks.select(KEYS).iter_rows())
    found = []
    for employee, purpose, owed, sent in short.iter_rows():
        what = "Net pay" if purpose == NET else purpose.removesuffix("_cents").replace("_", " ").capitalize()
        if (employee, purpose) in known:
            words = f"{what} of {Money(owed - sent)} is left over, and no share takes the rest."
        else:
            words = f"{what} of {Money(owed)} has no way to be paid: no bank account is known."
        found.append(
            Finding("no-way-to-be-paid", words, field=purpose, expected="a bank account that takes the rest",
                    who=employee)
        )  # fmt: skip
    return found
