"""The rules as one query of DuckDB, inside this process."""

from __future__ import annotations

import duckdb
import polars as pl

from qsmo.services.payroll.rules.engines.sql import FACTS, query
from qsmo.services.payroll.rules.rule import Figures, Rule


def on_duckdb(frame: pl.DataFrame, rules: tuple[Rule, ...], law: Figures) -> pl.DataFrame:
    """The frame with a column for each rule."""
    made = query(rules, law)
    with duckdb.connect() as connection:
        # Each column is computed from the layer before it and all are wanted: there is nothing to find out.
        connection.execute("PRAGMA disable_optimizer")
        for name, table in {FACTS: frame, **made.tables}.items():
            connection.register(name, table.to_arrow())
        return pl.DataFrame(connection.sql(made.text).to_arrow_table())
