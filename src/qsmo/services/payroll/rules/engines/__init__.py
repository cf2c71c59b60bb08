"""Where the calculation runs: one list of rules, on Polars by default, else on DuckDB or on a Spark session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

import polars as pl

from qsmo.services.payroll.rules.engines.layers import reads
from qsmo.services.payroll.rules.engines.on_duckdb import on_duckdb
from qsmo.services.payroll.rules.engines.on_polars import on_polars
from qsmo.services.payroll.rules.engines.on_spark import on_spark
from qsmo.services.payroll.rules.rule import Figures, Rule

__all__ = ["ENGINES", "RUN", "Engine", "reads"]

Engine = Literal["polars", "duckdb", "spark"]
ENGINES: tuple[Engine, ...] = get_args(Engine)

RUN: dict[Engine, Callable[[pl.DataFrame, tuple[Rule, ...], Figures], pl.DataFrame]] = {
    "polars": on_polars,
    "duckdb": on_duckdb,
    "spark": on_spark,
}
"""What adds a column for each rule to a frame that holds every fact they read; the rows come back in any order."""
