"""People who were paid: computed rows of invented facts, with HR rows that go with them."""

from __future__ import annotations

from datetime import date
from functools import cache

import polars as pl

from qsmo.services.payroll.rules import calculate
from qsmo.services.payroll.tests.pay.random_people import FIRST, random_facts

PERIOD = FIRST
EDGES = ("Ana & José", 'O"Neil <i>')


@cache
def paid(people: int = 40, seed: int = 7) -> pl.DataFrame:
    """A calculated frame."""
    return calculate(random_facts(people, seed), PERIOD).frame


@cache
def hr(people: int = 40, seed: int = 7) -> pl.DataFrame:
    """What human resources would have sent of them."""
    frame = paid(people, seed)
    return frame.select(
        "employee",
        pl.int_range(pl.len()).cast(pl.String).str.zfill(9).alias("ssn"),
        pl.lit(EDGES[0]).alias("given_name"),
        pl.lit(EDGES[1]).alias("last_name"),
        pl.lit(date(1980, 5, 5)).alias("born_on"),
        "agency",
        pl.lit("531960033").alias("duty_station"),
        pl.lit("GS").alias("pay_plan"),
        pl.lit("12").alias("grade"),
        pl.lit("05").alias("step"),
        pl.lit("PA").alias("pay_basis"),
        pl.lit("F").alias("work_schedule"),
        pl.lit("exempt").alias("flsa"),
        "retirement",
        pl.lit("C0").alias("fegli"),
        "fehb",
        pl.lit(8_665_900).alias("basic_pay_cents"),
        pl.lit(11_401_700).alias("adjusted_pay_cents"),
    )


def hr_rows() -> dict[str, dict[str, object]]:
    """The HR rows by employee."""
    return {row["employee"]: row for row in hr().iter_rows(named=True)}
