"""Parts of a pay period: each is calculated by itself, then added up to one row per person that still holds them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from qsmo.services.payroll.rules.earnings.facts import HOURS, SEGMENT, SEGMENTS
from qsmo.services.payroll.rules.earnings.stages import OF_PARTS, SUMMED

ADDED = frozenset([*(fact.name for fact in HOURS), *(rule.name for rule in OF_PARTS if rule.kind in SUMMED)])
"""The columns that are added up over the parts; of every other column the last part's figure stands."""
RULES_OF_PARTS = frozenset(rule.name for rule in OF_PARTS)


def folded(parts: pl.DataFrame) -> pl.DataFrame:
    """One row per person from calculated parts: sums, the figures of the last part, and the parts as text."""
    ordered = parts.sort("employee", SEGMENT)
    added = [name for name in parts.columns if name in ADDED]
    texts = [json.dumps(row, default=_plain, sort_keys=True) for row in ordered.iter_rows(named=True)]
    rows = ordered.with_columns(pl.Series(SEGMENTS, texts))
    others = [name for name in parts.columns if name not in (*added, "employee", SEGMENT, SEGMENTS)]
    people = rows.group_by("employee", maintain_order=True).agg(
        *(pl.col(name).sum() for name in added),
        *(pl.col(name).last() for name in others),
        pl.format("[{}]", pl.col(SEGMENTS).str.join(",")).alias(SEGMENTS),
        pl.lit(0, pl.Int64).alias(SEGMENT),
    )
    return people.select(parts.columns)


def parts_of(text: str) -> list[dict[str, Any]]:
    """The calculated parts that a person's row holds, in order; none where the pay period has no parts."""
    found: list[dict[str, Any]] = json.loads(text) if text else []
    for part in found:
        for name in ("period_start", "pay_date", "known_by"):
            part[name] = date.fromisoformat(part[name]) if part.get(name) else None
    return found


def added_up(row: Mapping[str, Any], name: str) -> bool:
    """Whether a figure of a person's row is the sum over the parts of the pay period."""
    return bool(row.get(SEGMENTS)) and name in ADDED


def days_of(part: Mapping[str, Any]) -> str:
    """The days of a part, as words."""
    return f"{part['first_day']} to {part['last_day']}"


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no plain form of {value!r}")
