"""The rules as one SQL query, made one time for each law.

Going through relations of DuckDB instead would name and check every column again for every layer, which for three
hundred rules takes twenty times as long as planning the finished text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import duckdb
import narwhals as nw
import polars as pl
from narwhals._duckdb.expr import DuckDBExpr
from narwhals._duckdb.namespace import DuckDBNamespace

from qsmo.services.payroll.rules.engines.layers import layers, lookups, small
from qsmo.services.payroll.rules.rule import Figures, Rule

FACTS = "facts"


@dataclass(frozen=True)
class Query:
    """The text, which reads `facts` and these small tables of law by their names."""

    text: str
    tables: dict[str, pl.DataFrame]


class _Whole(DuckDBExpr):
    """Columns are whole numbers, and what is divided is not negative (`columns.half_up`): division is one operator.

    As narwhals writes it for any numbers, the quotient would be computed again for each sign and kind.
    """

    def __floordiv__(self, other: Any) -> Any:
        return self._with_binary(lambda expr, other: expr // other, other)


class _Namespace(DuckDBNamespace):
    @property
    def _expr(self) -> type[DuckDBExpr]:
        return _Whole


@cache
def query(rules: tuple[Rule, ...], law: Figures) -> Query:
    """Facts and rules as one query of DuckDB, a select in a select for each layer."""
    text = FACTS
    tables: dict[str, pl.DataFrame] = {}
    for layer in layers(rules):
        joins, found = [], []
        for lookup, wanted in lookups(layer):
            name = f"law{len(tables)}"
            tables[name] = small(lookup, law).select(*lookup.on, *wanted)
            same = " AND ".join(f'p."{key}" = {name}."{key}"' for key in lookup.on)
            joins.append(f"LEFT JOIN {name} ON {same}")
            other = lookup.otherwise
            found += [
                f'{name}."{each}"' if other is None else f'COALESCE({name}."{each}", {other}) AS "{each}"'
                for each in wanted
            ]
        if found:
            text = f"({_select(found, text, joins)})"
        if columns := list(_columns(layer, law)):
            text = f"({_select(columns, text)})"
    return Query(_select([], text), tables)


def _select(columns: Sequence[str], source: str, joins: Sequence[str] = ()) -> str:
    return " ".join(("SELECT", ", ".join(["p.*", *columns]), "FROM", source, "AS p", *joins))


def _columns(layer: tuple[Rule, ...], law: Figures) -> Iterator[str]:
    frame, into = _grammar()
    for rule in layer:
        if rule.lookup is None:
            column: Any = rule.column(law)
            (native,) = column._to_compliant_expr(into)(frame)
            yield f'{native} AS "{rule.name}"'


@cache
def _grammar() -> tuple[Any, Any]:
    """What narwhals wants in order to write an expression down: a frame of DuckDB, here of nothing."""
    frame: Any = nw.from_native(duckdb.connect().sql("SELECT 1 AS nothing"))._compliant_frame
    return frame, _Namespace(version=frame._version)
