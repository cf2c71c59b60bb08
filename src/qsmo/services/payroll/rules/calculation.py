"""The calculation: the ordered list of rules run over a frame of facts, on Polars or on DuckDB, to the same cent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

import duckdb
import narwhals as nw
import polars as pl

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.money import Money
from qsmo.kernel.period import PayPeriod
from qsmo.services.payroll.rules.earnings.facts import SEGMENT
from qsmo.services.payroll.rules.earnings.segments import RULES_OF_PARTS, folded
from qsmo.services.payroll.rules.facts import completed
from qsmo.services.payroll.rules.rule import Figures, Lookup, Rule, figures
from qsmo.services.payroll.rules.totals import RULES

Engine = Literal["polars", "duckdb"]


@dataclass(frozen=True)
class Calculated:
    """Facts and every rule column of the people who can be paid, and findings on those whose deductions exceed pay."""

    frame: pl.DataFrame
    findings: list[Finding]


@cache
def rules_on(day: date) -> tuple[Rule, ...]:
    """The rules of a pay date, in order. ValueError where two of one name hold, or one reads what comes after it."""
    held = tuple(rule for rule in RULES if rule.holds(day))
    seen: set[str] = set()
    later = {rule.name for rule in held}
    for rule in held:
        if rule.name in seen:
            raise ValueError(f"two rules {rule.name} hold on {day}")
        later.discard(rule.name)
        if later & set(rule.inputs):
            raise ValueError(f"{rule.name} reads what comes after it: {sorted(later & set(rule.inputs))}")
        seen.add(rule.name)
    return held


def calculate(facts: pl.DataFrame, pay_period: PayPeriod, *, engine: Engine = "polars") -> Calculated:
    """Pay for everybody in `facts` (as `prepare` makes them), sorted by employee.

    Refused where the facts are those of another pay period. People whose deductions exceed their pay are left out of
    the frame and named in the findings.
    """
    known_by = _check_period(facts, pay_period)
    facts = completed(facts)
    law = figures(pay_period.during.start, pay_period.pay_date, known_by)
    result = _in_parts(facts, rules_on(pay_period.pay_date), law, engine)
    result, unknown = _with_known_limits(result)
    short = result.filter(pl.col("net_cents") < 0).select("employee", "gross_cents", "deductions_cents")
    findings = [_too_little(row) for row in short.iter_rows(named=True)]
    return Calculated(result.filter(pl.col("net_cents") >= 0), [*unknown, *findings])


def _with_known_limits(result: pl.DataFrame) -> tuple[pl.DataFrame, list[Finding]]:
    """Who is cut by a limit that is not known for them is left out: the limit computed is the least there can be."""
    by_area = (
        (pl.col("locality_unknown") == 1) & (pl.col("capped_pay_cents") > 0) & (pl.col("over_cap_cents") < 0)
    )
    by_year = (pl.col("certified_appraisal") == 1) & (pl.col("deferred_pay_cents") < 0)
    unsure = result.filter(by_area | by_year)
    if unsure.is_empty():
        return result, []
    words = (
        "Pay is above a limit that is not known: of premium pay in the locality area, or of all pay in the year under "
        "a certified appraisal system (the salary of the Vice President)."
    )
    expected = (
        "rates of one locality percentage; or a payment that stays below level I of the Executive Schedule"
    )
    found = [
        Finding(code="limit-unknown", words=words, field="gross pay", expected=expected, who=who)
        for who in unsure["employee"]
    ]
    return result.filter(~(by_area | by_year)), found


def _in_parts(facts: pl.DataFrame, rules: Sequence[Rule], law: Figures, engine: Engine) -> pl.DataFrame:
    """Every rule for everybody; the parts of a period are calculated each by itself first, then added up."""
    parts = facts.filter(pl.col(SEGMENT) > 0)
    if parts.is_empty():
        return evaluate(facts, rules, law, engine=engine)
    of_parts = [rule for rule in rules if rule.name in RULES_OF_PARTS]
    added = folded(evaluate(parts, of_parts, law, engine=engine))
    whole = evaluate(facts.filter(pl.col(SEGMENT) == 0), rules, law, engine=engine)
    both = pl.concat([whole, evaluate(added, rules, law, engine=engine).select(whole.columns)])
    return both.sort("employee")


def evaluate(
    facts: pl.DataFrame, rules: Sequence[Rule], law: Figures, *, engine: Engine = "polars"
) -> pl.DataFrame:
    """Every rule as a column after the facts, sorted by employee. A column that the facts already have is kept.

    A fact that a rule reads and the frame lacks has its default.

    AssertionError where a rule comes out empty: a key that its table does not hold.
    """
    left = [rule for rule in rules if rule.name not in facts.columns]
    facts = completed(facts, dict.fromkeys(name for rule in left for name in _reads(rule)))
    with duckdb.connect() if engine == "duckdb" else nullcontext() as connection:
        frame = _native(facts, connection)
        for layer in _layers(left):
            for lookup in dict.fromkeys(rule.lookup for rule in layer if rule.lookup):
                wanted = [rule.name for rule in layer if rule.lookup is lookup]
                small = _small(lookup, law).select(*lookup.on, *wanted)
                frame = frame.join(_native(small, connection), on=list(lookup.on), how="left")
                if lookup.otherwise is not None:
                    frame = frame.with_columns(nw.col(wanted).fill_null(lookup.otherwise))
            columns = [rule.column(law) for rule in layer if rule.lookup is None]
            frame = frame.with_columns(*columns) if columns else frame
        native: Any = frame.collect().to_native()
    result = native if isinstance(native, pl.DataFrame) else pl.DataFrame(native)
    return _whole(result.select(*facts.columns, *(rule.name for rule in left)).sort("employee"), left)


@cache
def _small(lookup: Lookup, law: Figures) -> pl.DataFrame:
    return pl.DataFrame(lookup.rows(law.within(lookup.tables)))


def _native(frame: pl.DataFrame, connection: duckdb.DuckDBPyConnection | None) -> nw.LazyFrame[Any]:
    native: Any = frame.lazy() if connection is None else connection.from_arrow(frame.to_arrow())
    lazy: nw.LazyFrame[Any] = nw.from_native(native)
    return lazy


def _layers(rules: Iterable[Rule]) -> list[list[Rule]]:
    """The rules grouped so that each group reads only facts and the groups before it; one lookup stays together."""
    depth: dict[str, int] = {}
    layers: dict[int, list[Rule]] = {}
    for rule in rules:
        place = 1 + max((depth.get(name, 0) for name in _reads(rule)), default=0)
        depth[rule.name] = place
        layers.setdefault(place, []).append(rule)
    return [layers[place] for place in sorted(layers)]


def _reads(rule: Rule) -> tuple[str, ...]:
    return rule.lookup.on if rule.lookup else rule.inputs


def _whole(result: pl.DataFrame, rules: Sequence[Rule]) -> pl.DataFrame:
    columns = [rule.name for rule in rules]
    empty = result.select(pl.col(columns).null_count()).row(0, named=True) if columns else {}
    missing = sorted(name for name, count in empty.items() if count)
    if missing:
        raise AssertionError(f"no figure was found for {', '.join(missing)}")
    odd = sorted(name for name in columns if result.schema[name] != pl.Int64)
    if odd:
        raise AssertionError(f"not whole numbers: {', '.join(odd)}")
    return result


def _check_period(facts: pl.DataFrame, pay_period: PayPeriod) -> date | None:
    meant = (pay_period.during.start, pay_period.pay_date)
    held = facts.select("period_start", "pay_date", "known_by").unique().rows()
    if len(held) > 1 or any(row[:2] != meant for row in held):
        raise Refusal(
            "other-period", f"The facts are not those of the pay period {pay_period.during}", status=422
        )
    return held[0][2] if held else None


def _too_little(row: dict[str, Any]) -> Finding:
    gross, deductions = Money(row["gross_cents"]), Money(row["deductions_cents"])
    return Finding(
        code="deductions-exceed-pay",
        words=f"Deductions of {deductions} exceed gross pay of {gross}; which of them give way is not covered yet.",
        field="net pay",
        expected=f"deductions of at most {gross}",
        who=row["employee"],
    )
