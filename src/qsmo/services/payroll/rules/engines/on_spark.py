"""The rules over the partitions of a Spark session: the one that is open, else one of this machine.

Spark shares the people out and takes the results in; inside each partition the rules run on Polars. As one query of
its own, Spark cannot plan them: three hundred columns in fifty layers are more than its optimizer holds.
pyspark is an extra of this package and needs Java 17; docs/scale.md says how a cluster is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import polars as pl

from qsmo.kernel.finding import Refusal
from qsmo.services.payroll.rules.engines.on_polars import on_polars
from qsmo.services.payroll.rules.rule import Figures, Rule, figures
from qsmo.services.payroll.rules.totals import RULES

SETTINGS = {
    "spark.app.name": "qsmo payroll",
    "spark.ui.enabled": "false",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "50000",
}
Batches = Iterator[Any]


def on_spark(frame: pl.DataFrame, rules: tuple[Rule, ...], law: Figures) -> pl.DataFrame:
    """The frame with a column for each rule. Refused where pyspark is not installed."""
    spark = session()
    shape = spark.createDataFrame(on_polars(frame.clear(), rules, law).to_arrow()).schema
    names = [rule.name for rule in rules]
    shared = spark.createDataFrame(frame.to_arrow())
    parts = shared.mapInArrow(_each(names, law.start, law.pay_date, law.known_by), shape)
    return pl.DataFrame(parts.toArrow())


def session() -> Any:
    """The Spark session of this process."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as missing:
        words = "Spark is not installed: the extra “spark” of qsmo brings pyspark, and Java 17 must be there"
        raise Refusal("no-spark", words, status=422) from missing
    return SparkSession.builder.config(map=SETTINGS).getOrCreate()


def _each(
    names: Sequence[str], start: date, pay_date: date, known_by: date | None
) -> Callable[[Batches], Batches]:
    """What a partition does; it is sent to other machines, which look up rules and law by themselves."""

    def run(batches: Batches) -> Batches:
        rules = tuple(rule for rule in RULES if rule.name in names and rule.holds(pay_date))
        law = figures(start, pay_date, known_by)
        for batch in batches:
            yield from on_polars(pl.DataFrame(batch), rules, law).to_arrow().to_batches()

    return run
