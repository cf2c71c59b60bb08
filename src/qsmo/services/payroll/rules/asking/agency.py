"""What a change would do to everybody of a run: a raise of base or locality pay, or other health premiums.

Facts are changed and the rules compute; limits and tables of law stay as they are, and so does everything that people
would do about it. Sums are kept by pay plan and grade, so that each total opens into its parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import polars as pl

from qsmo.kernel.law import register
from qsmo.kernel.period import PayPeriod
from qsmo.services.payroll.rules.asking.asked import Field, matched, plan_code
from qsmo.services.payroll.rules.calculation import calculate
from qsmo.services.payroll.rules.columns import MILLION
from qsmo.services.payroll.rules.earnings.facts import SEGMENT, SEGMENTS
from qsmo.services.payroll.rules.earnings.segments import parts_of
from qsmo.services.payroll.rules.explain import LINES
from qsmo.services.payroll.rules.rule import LAW, Figures, figures
from qsmo.services.payroll.rules.single import SCHEMA, UNCOVERED

ASSUMPTION = (
    "Computed person by person under the law of this pay period. A raise is of General Schedule rates (GS, GM, GL), "
    "each to the whole dollar, with the locality percentage that there is or the points more that are asked, not above "
    "level IV of the Executive Schedule. Limits of premium pay and the greatest Government share of health premiums "
    "stay as they are, and nobody elects anything else."
)
GROUP = ("pay_plan", "grade")
RATES: dict[str, Any] = {
    "base_pay_cents": pl.Int64, "adjusted_pay_cents": pl.Int64, "locality_millionths": pl.Int64,
}  # fmt: skip
BEFORE, AFTER = "_before", "_after"


def _percent(text: str) -> Fraction:
    return Fraction(matched(r"-?\d{1,2}(?:\.\d{1,2})?", text)[0]) / 100


def area_code(text: str) -> str:
    """The code of a locality pay area that some table has; ValueError for any other."""
    code = matched(r"[A-Za-z]{2,4}", text)[0].upper()
    if code not in {
        row.text("area") for version in register(LAW)["locality"].versions for row in version.rows
    }:
        raise ValueError(text)
    return code


FIELDS = {
    field.name: field
    for field in (
        Field(
            "raise_percent",
            "General raise in percent",
            "a percentage with at most two decimals, such as 1.7",
            _percent,
        ),
        Field(
            "locality_points",
            "Locality percentages change by points",
            "percentage points with at most two decimals, such as 0.7",
            _percent,
        ),
        Field("area", "Only this locality pay area", "the code of an area, such as DCB or RUS", area_code),
        Field(
            "fehb_percent", "Health premiums change by percent", "a percentage such as 8 or -3.5", _percent
        ),
        Field("plan", "Only this health plan code", "a plan code of three characters", plan_code),
    )
}
"""What may be asked of a run."""


@dataclass(frozen=True, slots=True)
class Share:
    """What a change does to some of a run's people: sums by group, net differences, who could not be paid then."""

    groups: pl.DataFrame
    moves: pl.DataFrame
    left_out: int


def share_of(paid: pl.DataFrame, asked: Mapping[str, Any], period: PayPeriod) -> Share:
    """The effect on the people of calculated rows. Those whom the change leaves alone are not computed again."""
    law = figures(period.during.start, period.pay_date)
    held = _facts(paid)
    changed = _changed(held, asked, law)
    touched = held.filter(
        (held.select(list(SCHEMA)) != changed.select(list(SCHEMA)))
        .select(pl.any_horizontal(pl.all()))
        .to_series()
    )
    who = touched.select("employee").unique()
    names = [name for name in paid.columns if name in LINES]
    alone = paid.join(who, on="employee", how="anti").select("employee", *GROUP, *names)
    rows = [_beside(alone, alone, names)]
    left_out = 0
    if who.height:
        before, after = (
            calculate(each.join(who, on="employee", how="semi").select(list(SCHEMA)), period).frame
            for each in (held, changed)
        )
        names = [name for name in after.columns if name in LINES]
        both = _beside(before.select("employee", *GROUP, *names), after.select("employee", *names), names)
        left_out = who.height - both.height
        rows.append(both)
    whole = pl.concat(rows, how="diagonal")
    sums = [pl.col(name).sum() for name in whole.columns if name.endswith((BEFORE, AFTER))]
    groups = whole.group_by(GROUP).agg(
        pl.len().cast(pl.Int64).alias("people"), pl.col("touched").sum(), *sums
    )
    by = (pl.col(f"net_cents{AFTER}") - pl.col(f"net_cents{BEFORE}")).alias("by")
    return Share(groups, whole.select(by, "touched"), left_out)


def together(shares: Iterable[Share]) -> tuple[pl.DataFrame, int]:
    """The sums of several shares by group in order, and how many could not be paid."""
    found = list(shares)
    whole = pl.concat([each.groups for each in found], how="diagonal").fill_null(0)
    return whole.group_by(GROUP).agg(pl.all().sum()).sort(GROUP), sum(each.left_out for each in found)


def _beside(before: pl.DataFrame, after: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    left = before.rename({name: f"{name}{BEFORE}" for name in names})
    right = after.select("employee", *(pl.col(name).alias(f"{name}{AFTER}") for name in names))
    touched = pl.lit(0 if before is after else 1, pl.Int64).alias("touched")
    return left.join(right, on="employee").with_columns(touched)


def _facts(paid: pl.DataFrame) -> pl.DataFrame:
    """The facts of calculated rows with their rates; who has parts has a row for each."""
    wanted = {**SCHEMA, **RATES}
    missing = [
        pl.lit("" if kind == pl.String else 0, kind).alias(name)
        for name, kind in wanted.items()
        if name not in paid.columns
    ]
    whole = paid.with_columns(missing).select(list(wanted))
    with_parts = whole.filter(pl.col(SEGMENTS) != "")[SEGMENTS]
    parts = [{name: part.get(name, "" if kind == pl.String else 0) for name, kind in wanted.items()}
             for text in with_parts for part in parts_of(text)]  # fmt: skip
    apart = pl.DataFrame(parts, schema=wanted)
    found = pl.concat([whole.filter(pl.col(SEGMENTS) == ""), apart]).sort("employee", SEGMENT)
    return found.with_columns(pl.lit(0, pl.Int64).alias(name) for name in wanted if name.endswith(UNCOVERED))


def _changed(held: pl.DataFrame, asked: Mapping[str, Any], law: Figures) -> pl.DataFrame:
    found = held
    if asked.get("raise_percent") or asked.get("locality_points"):
        plans = [row.text("plan") for row in law.version("pay_plans").rows if row.text("rates") == "gs"]
        found = found.with_columns(**_raised(asked, plans, law))
    if asked.get("fehb_percent"):
        more = 1 + asked["fehb_percent"]
        premium = pl.col("fehb_premium_cents")
        meant = pl.col("fehb") == asked["plan"] if "plan" in asked else pl.col("fehb") != ""
        found = found.with_columns(
            pl.when(meant).then(_half_up(premium, more, 1)).otherwise(premium).alias("fehb_premium_cents")
        )
    return found


def _raised(asked: Mapping[str, Any], plans: list[str], law: Figures) -> dict[str, pl.Expr]:
    """General Schedule rates that stand as given: base and adjusted, each to the whole dollar.

    Rates for which no table is on file rise by the raise, and by the points of the new base.
    """
    percent = asked.get("raise_percent", Fraction(0))
    points = int(asked.get("locality_points", Fraction(0)) * MILLION)
    here = pl.col("area") == asked["area"] if "area" in asked else pl.lit(value=True)
    more = pl.when(here).then(points).otherwise(0)
    most = pl.lit(law.version("executive").cents("level_iv").cents, pl.Int64)
    base, adjusted = pl.col("base_pay_cents"), pl.col("adjusted_pay_cents")
    new_base = _half_up(base, 1 + percent, 100)
    located = (
        (new_base * (MILLION + pl.col("locality_millionths") + more) * 2 + 100 * MILLION)
        // (2 * 100 * MILLION)
        * 100
    )
    at_rate = (new_base * more * 2 + 100 * MILLION) // (2 * 100 * MILLION) * 100
    as_given = _half_up(adjusted, 1 + percent, 100) + at_rate
    given = pl.when(pl.col("rate_stands") == 0).then(located).otherwise(as_given)
    meant = pl.col("pay_plan").is_in(plans) & (pl.col("given_hourly_cents") == 0)
    if not percent:
        meant &= here
    new_pay = pl.min_horizontal(given, pl.max_horizontal(most, adjusted))
    facts = {"rate_stands": pl.lit(1, pl.Int64), "given_base_cents": new_base, "given_pay_cents": new_pay}
    return {name: pl.when(meant).then(value).otherwise(pl.col(name)) for name, value in facts.items()}


def _half_up(amount: pl.Expr, times: Fraction, whole: int) -> pl.Expr:
    """An amount times an exact rate, to so many whole cents; half and over goes up."""
    under = times.denominator * whole
    return (amount * times.numerator * 2 + under) // (2 * under) * whole
