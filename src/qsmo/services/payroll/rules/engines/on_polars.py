"""The rules on Polars: each layer at once, in expressions that are made of the rules one time for each law."""

from __future__ import annotations

from functools import cache
from typing import Any

import narwhals as nw
import polars as pl

from qsmo.services.payroll.rules.engines.layers import layers, lookups, small
from qsmo.services.payroll.rules.rule import Figures, Rule


def on_polars(frame: pl.DataFrame, rules: tuple[Rule, ...], law: Figures) -> pl.DataFrame:
    """The frame with a column for each rule."""
    for layer in layers(rules):
        for lookup, wanted in lookups(layer):
            table = small(lookup, law).select(*lookup.on, *wanted)
            frame = frame.join(table, on=list(lookup.on), how="left")
            if lookup.otherwise is not None:
                frame = frame.with_columns(pl.col(wanted).fill_null(lookup.otherwise))
        frame = frame.with_columns(_expressions(layer, law))
    return frame


@cache
def _expressions(layer: tuple[Rule, ...], law: Figures) -> list[pl.Expr]:
    """The rules of a layer as expressions of Polars itself; making them anew would cost more than running them."""
    into: Any = nw.from_native(pl.DataFrame()).__narwhals_namespace__()
    columns: list[Any] = [rule.column(law) for rule in layer if rule.lookup is None]
    return [each._to_compliant_expr(into).native for each in columns]
