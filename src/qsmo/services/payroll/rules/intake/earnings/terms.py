"""Terms of pay as text in a table column: `schedule=compressed; standby=0.25; availability; environment_base=26.11`."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import polars as pl

from qsmo.contract.documents import PayTerms
from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.services.payroll.rules.columns import MILLION

SCHEDULES = ("standard", "flexible", "compressed", "first_40")
FLAGS = ("availability", "law_enforcement", "annual_cap", "certified_appraisal")
RATES = ("standby", "auo")
COLUMNS: dict[str, type[pl.DataType]] = {
    "schedule": pl.String,
    "pay_table": pl.String,
    **dict.fromkeys((f"{name}_millionths" for name in RATES), pl.Int64),
    **dict.fromkeys(FLAGS, pl.Boolean),
    "environment_base_cents": pl.Int64,
}


def terms_text(terms: PayTerms) -> str:
    """Terms as the text of one cell; empty where nothing is said. A rate is a decimal fraction."""
    words = [f"{name}={getattr(terms, name)}" for name in ("schedule", "pay_table") if getattr(terms, name)]
    words += [f"{name}={_decimal(getattr(terms, name))}" for name in RATES if getattr(terms, name)]
    words += [name for name in FLAGS if getattr(terms, name)]
    if terms.environment_base.cents:
        words.append(f"environment_base={str(terms.environment_base).replace(',', '')}")
    return "; ".join(words)


def terms_of(text: str) -> PayTerms:
    """The terms of a cell; Refusal (422) says what cannot be read."""
    found: dict[str, Any] = {}
    for each in filter(None, (part.strip() for part in text.split(";"))):
        name, _, value = each.partition("=")
        try:
            found[name] = _value(name, value)
        except (ValueError, KeyError) as fault:
            raise Refusal("terms", f"“{each}” is not a term of pay.", status=422) from fault
    return PayTerms(**found)


def expanded(people: pl.DataFrame) -> pl.DataFrame:
    """A frame whose terms are one text, with the columns that the intake reads; days in text become days."""
    if "ends_on" in people.columns and people.schema["ends_on"] == pl.String:
        people = people.with_columns(pl.col("ends_on").str.to_date("%Y-%m-%d", strict=False))
    if "terms" not in people.columns or set(COLUMNS) <= set(people.columns):
        return people
    texts = people["terms"].fill_null("").unique().sort()
    rows = [(text, *_cells(terms_of(text))) for text in texts]
    read = pl.DataFrame(rows, schema={"terms": pl.String, **COLUMNS}, orient="row")
    return people.with_columns(pl.col("terms").fill_null("")).join(
        read, on="terms", how="left", maintain_order="left"
    )


def _value(name: str, value: str) -> str | bool | Fraction | Money:
    if name in FLAGS and not value:
        return True
    if name == "environment_base":
        return Money.parse(value)
    if name in RATES:
        rate = Fraction(value)
        if 0 <= rate <= 1 and (rate * MILLION).denominator == 1:
            return rate
    if (name == "schedule" and value in SCHEDULES) or (name == "pay_table" and value.isalnum()):
        return value
    raise ValueError(name)


def _cells(terms: PayTerms) -> tuple[object, ...]:
    rates = [int(getattr(terms, name) * MILLION) for name in RATES]
    flags = [getattr(terms, name) for name in FLAGS]
    return (terms.schedule, terms.pay_table, *rates, *flags, terms.environment_base.cents)


def _decimal(rate: Fraction) -> str:
    return f"0.{rate * MILLION // 1:06d}".rstrip("0")
