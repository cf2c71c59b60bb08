"""The calculation: the ordered list of rules run over a frame of facts, on any engine to the same cent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import polars as pl

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.money import Money
from qsmo.kernel.period import PayPeriod
from qsmo.services.payroll.rules.deductions.precedence import claims
from qsmo.services.payroll.rules.deductions.shortage import paid_on_cases, shortages
from qsmo.services.payroll.rules.earnings.facts import SEGMENT
from qsmo.services.payroll.rules.earnings.segments import RULES_OF_PARTS, folded
from qsmo.services.payroll.rules.engines import RUN, Engine, reads
from qsmo.services.payroll.rules.facts import completed, in_order
from qsmo.services.payroll.rules.rule import Figures, Rule, figures
from qsmo.services.payroll.rules.totals import NET, PAY_RULES, RULES


@dataclass(frozen=True)
class Calculated:
    """Facts and every rule column of the people who can be paid, and findings on what pay did not cover."""

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

    Refused where the facts are those of another pay period. Where pay does not cover all deductions, the order of
    precedence says what is taken, and a warning names each deduction that was not; nobody's net pay is below zero.
    """
    known_by = _check_period(facts, pay_period)
    facts = completed(facts)
    law = figures(pay_period.during.start, pay_period.pay_date, known_by)
    rules = rules_on(pay_period.pay_date)
    result, unknown = _with_known_limits(_in_parts(facts, rules, law, engine))
    result = covered(result, rules, law, engine)
    below = result.filter(pl.col("net_cents") < 0).select("employee", "gross_cents")
    kept = result.filter(pl.col("net_cents") >= 0)
    kept = kept.with_columns(paid_on_cases(kept))
    lost = [_below_nothing(row) for row in below.iter_rows(named=True)]
    return Calculated(kept, [*unknown, *shortages(kept), *lost])


def covered(frame: pl.DataFrame, rules: Sequence[Rule], law: Figures, engine: Engine) -> pl.DataFrame:
    """The calculated frame, in which deductions that lower taxes take no more than was left when their turn came.

    What they do not take raises taxes, which leaves less: so it is raised until nobody's net pay is below zero.
    """
    after_gross = {rule.name for rule in (*PAY_RULES, *NET)}
    facts = [name for name in frame.columns if name not in after_gross]
    claimed = claims(rules)
    open_ = frame.filter(pl.col("net_cents") < 0)
    while open_.height:
        raised = open_.with_columns(
            pl.max_horizontal(
                f"{name}_uncovered_cents",
                pl.col(due)
                - pl.sum_horizontal(left, *(-pl.col(each) for each in before)).clip(lower_bound=0),
            ).alias(f"{name}_uncovered_cents")
            for name, due, left, before in claimed
        )
        columns = [f"{name}_uncovered_cents" for name, *_ in claimed]
        moved = (
            (raised.select(columns) != open_.select(columns)).select(pl.any_horizontal(columns)).to_series()
        )
        again = evaluate(raised.filter(moved).select(facts), rules, law, engine=engine)
        frame = pl.concat([frame.join(again, on="employee", how="anti"), again.select(frame.columns)])
        open_ = again.filter(pl.col("net_cents") < 0)
    return in_order(frame)


def _with_known_limits(result: pl.DataFrame) -> tuple[pl.DataFrame, list[Finding]]:
    """Who is cut by a limit that is not known for them is left out: the limit computed is the least there can be."""
    unsure = is_cut_unknown({name: pl.col(name) for name in result.columns})
    found = [limit_unknown(who) for who in result.filter(unsure)["employee"]]
    return (result.filter(~unsure), found) if found else (result, [])


def is_cut_unknown(row: Mapping[str, Any]) -> Any:
    """Whether a limit that is not known cuts the pay of a row; a row of columns makes a column of it."""
    by_area = (row["locality_unknown"] == 1) & (row["capped_pay_cents"] > 0) & (row["over_cap_cents"] < 0)
    return by_area | ((row["certified_appraisal"] == 1) & (row["deferred_pay_cents"] < 0))


def limit_unknown(who: str) -> Finding:
    """What is said of such a person."""
    words = (
        "Pay is above a limit that is not known: of premium pay in the locality area, or of all pay in the year under "
        "a certified appraisal system (the salary of the Vice President)."
    )
    expected = (
        "rates of one locality percentage; or a payment that stays below level I of the Executive Schedule"
    )
    return Finding(code="limit-unknown", words=words, field="gross pay", expected=expected, who=who)


def _in_parts(facts: pl.DataFrame, rules: Sequence[Rule], law: Figures, engine: Engine) -> pl.DataFrame:
    """Every rule for everybody; the parts of a period are calculated each by itself first, then added up."""
    parts = facts.filter(pl.col(SEGMENT) > 0)
    if parts.is_empty():
        return evaluate(facts, rules, law, engine=engine)
    of_parts = [rule for rule in rules if rule.name in RULES_OF_PARTS]
    added = folded(evaluate(parts, of_parts, law, engine=engine))
    whole = evaluate(facts.filter(pl.col(SEGMENT) == 0), rules, law, engine=engine)
    both = pl.concat([whole, evaluate(added, rules, law, engine=engine).select(whole.columns)])
    return in_order(both)


def evaluate(
    facts: pl.DataFrame, rules: Sequence[Rule], law: Figures, *, engine: Engine = "polars"
) -> pl.DataFrame:
    """Every rule as a column after the facts, sorted by employee. A column that the facts already have is kept.

    A fact that a rule reads and the frame lacks has its default.

    AssertionError where a rule comes out empty: a key that its table does not hold.
    """
    left = tuple(rule for rule in rules if rule.name not in facts.columns)
    facts = completed(facts, dict.fromkeys(name for rule in left for name in reads(rule)))
    result = RUN[engine](facts, left, law)
    return _whole(in_order(result.select(*facts.columns, *(rule.name for rule in left))), left)


def _whole(result: pl.DataFrame, rules: Sequence[Rule]) -> pl.DataFrame:
    columns = [rule.name for rule in rules]
    empty = result.select(pl.col(columns).null_count()).row(0, named=True) if columns else {}
    missing = sorted(name for name, count in empty.items() if count)
    if missing:
        raise AssertionError(f"no figure was found for {', '.join(missing)}")
    kinds = result.schema
    odd = sorted(name for name in columns if kinds[name] != pl.Int64)
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


def _below_nothing(row: dict[str, Any]) -> Finding:
    return Finding(
        code="pay-below-nothing",
        words=f"Gross pay is {Money(row['gross_cents'])}: more is taken back than is earned, and that is not pay.",
        field="gross pay",
        expected="gross pay of nothing or more",
        who=row["employee"],
    )
