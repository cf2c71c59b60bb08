"""Reports as tables, CSV with dollars for people or Parquet with cents for programs; each column is named in `WORDS`.

Where the receiver's own layout is published nowhere (the Thrift Savings Plan's contribution file, OPM's RITS, EHRI's
payroll feed), the table is ours, with documented fields, and the provider maps it; nothing is invented.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import polars as pl

from qsmo.kernel.period import PayPeriod
from qsmo.services.payroll.formats.out.bank.disbursing import Written
from qsmo.services.payroll.rules.outcome.destinations import destinations

WORDS = {
    "ssn": "social security number",
    "employee": "employee number",
    "last_name": "last name",
    "given_name": "first name",
    "born_on": "date of birth",
    "agency": "sub-element code of the agency",
    "payroll_office": "number of the payroll office",
    "pay_period": "pay period, year and number",
    "begins_on": "first day of the pay period",
    "ends_on": "last day of the pay period",
    "pays_on": "pay date",
    "retirement": "retirement plan code",
    "duty_station": "duty station code",
    "pay_plan": "pay plan",
    "grade": "grade",
    "step": "step or rate",
    "pay_basis": "pay basis",
    "work_schedule": "work schedule",
    "flsa": "exempt or nonexempt",
    "fegli": "life insurance code",
    "fehb": "health plan code",
    "basic_rate_cents": "annual rate of basic pay without locality pay",
    "adjusted_rate_cents": "annual rate of basic pay with locality pay",
    "base_cents": "basic pay of the pay period",
    "line": "kind of amount",
    "code": "code of the federal statement",
    "amount_cents": "amount",
}
"""What the columns of the reports hold; a column that is not here is named after the rule whose amount it holds."""
PERSON = ("ssn", "employee", "last_name", "given_name")


def write_table(path: Path, frame: pl.DataFrame, amount: str = "amount_cents") -> Written:
    """Write a frame: Parquet as it is, CSV with dollars where there were cents, and names that say so."""
    if path.suffix == ".parquet":
        frame.write_parquet(path, compression="zstd", statistics=True)
    else:
        in_dollars(frame).write_csv(path, line_terminator="\n")
    cents = int(frame[amount].sum() or 0) if amount in frame.columns else 0
    return Written(frame.height, cents)


def in_dollars(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns of cents as dollars with two decimals, exact, and hundredths of hours as hours."""
    return frame.select(_shown(name) for name in frame.columns)


def _shown(name: str) -> pl.Expr:
    if name.endswith("_cents"):
        return decimal(pl.col(name)).alias(name.removesuffix("_cents") + "_dollars")
    if name.endswith("_centihours"):
        return decimal(pl.col(name)).alias(name.removesuffix("_centihours") + "_hours")
    return pl.col(name)


def decimal(hundredths: pl.Expr) -> pl.Expr:
    """Hundredths as text with two decimals: -5 is -0.05."""
    magnitude = hundredths.abs()
    sign = pl.when(hundredths < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    part = (magnitude % 100).cast(pl.String).str.zfill(2)
    return pl.concat_str([sign, (magnitude // 100).cast(pl.String), pl.lit("."), part])


def savings(
    frame: pl.DataFrame, people: pl.DataFrame, office: str, pays_on: date, ends_on: date
) -> pl.DataFrame:
    """What the record keeper of the Thrift Savings Plan is told of each participant: contributions and loan payments.

    The columns of amounts are the deductions and contributions that go to it, by the names of their rules.
    """
    kept = [
        name for name, each in destinations(pays_on).items() if each.name == "tsp" and name in frame.columns
    ]
    own = people.select(*PERSON, "born_on", "retirement")
    amounts = frame.select("employee", pl.col("basic_pay_cents").alias("base_cents"), *kept)
    joined = own.join(amounts.filter(pl.sum_horizontal(kept) != 0), on="employee", how="inner")
    dated = joined.with_columns(
        pl.lit(office).alias("payroll_office"), pl.lit(ends_on).alias("ends_on"), pl.lit(pays_on).alias("pays_on"),
        pl.sum_horizontal(kept).alias("amount_cents"),
    )  # fmt: skip
    columns = ("payroll_office", *PERSON, "born_on", "retirement", "ends_on", "pays_on", "base_cents")
    return dated.select(*columns, *kept, "amount_cents").sort("employee")


def federal_taxes(frames: Iterable[pl.DataFrame], pays_on: date) -> pl.DataFrame:
    """What the quarterly return of the employer asks of a run: wages, tax withheld, both shares, and the difference
    between shares added up person by person and the rates on the sums."""
    wanted = {
        "people paid": pl.len().cast(pl.Int64),
        "wages for income tax": _sum("income_tax_wages_cents"),
        "federal income tax withheld": _sum("income_tax_cents"),
        "Social Security wages": _grown("oasdi_wages"),
        "Social Security, employees": _sum("oasdi_cents"),
        "Social Security, agency": _sum("agency_oasdi_cents"),
        "Medicare wages": _grown("medicare_wages"),
        "Medicare, employees": _sum("medicare_cents"),
        "Medicare, agency": _sum("agency_medicare_cents"),
        "additional Medicare, employees": _sum("additional_medicare_cents"),
    }
    totals = dict.fromkeys(wanted, 0)
    for frame in frames:
        for name, value in (
            frame.select(expression.alias(name) for name, expression in wanted.items())
            .row(0, named=True)
            .items()
        ):
            totals[name] += int(value or 0)
    taxes = [name for name in wanted if name.endswith(("withheld", "employees", "agency"))]
    rows = [
        ("people paid", totals.pop("people paid"), 0),
        *((name, 0, cents) for name, cents in totals.items()),
    ]
    rows.append(("taxes due for the run", 0, sum(totals[name] for name in taxes)))
    found = pl.DataFrame(
        rows, schema={"line": pl.String, "people": pl.Int64, "amount_cents": pl.Int64}, orient="row"
    )
    return found.with_columns(pl.lit(pays_on).alias("pays_on"))


def _sum(name: str) -> pl.Expr:
    return pl.col(name).sum()


def _grown(balance: str) -> pl.Expr:
    """By how much a balance of the year grew in the run."""
    return (pl.col(f"closing_{balance}_cents") - pl.col(f"ytd_{balance}_cents")).sum()


def feed(frame: pl.DataFrame, people: pl.DataFrame, pay_period: PayPeriod) -> pl.DataFrame:
    """Everybody's pay data of a run in the terms in which EHRI asks for it: person, position, hours and amounts."""
    hours = [name for name in frame.columns if name.endswith("_centihours") and "_week" not in name]
    amounts = [name for name in destinations(pay_period.pay_date) if name in frame.columns]
    own = people.select(
        *PERSON, "born_on", "agency", "duty_station", "pay_plan", "grade", "step", "pay_basis", "work_schedule", "flsa",
        "retirement", "fegli", "fehb", pl.col("basic_pay_cents").alias("basic_rate_cents"),
        pl.col("adjusted_pay_cents").alias("adjusted_rate_cents"),
    )  # fmt: skip
    paid = frame.select(
        "employee",
        pl.col("basic_pay_cents").alias("base_cents"),
        *hours,
        "gross_cents",
        *amounts,
        "net_cents",
    )
    dated = own.join(paid, on="employee", how="inner").with_columns(
        pl.lit(pay_period.label).alias("pay_period"),
        pl.lit(pay_period.during.start).alias("begins_on"),
        pl.lit(pay_period.during.last).alias("ends_on"),
        pl.lit(pay_period.pay_date).alias("pays_on"),
    )
    first = ("pay_period", "begins_on", "ends_on", "pays_on")
    return dated.select(*first, *own.columns, *paid.columns[1:]).sort("employee")
