"""The rate of each assignment against the tables: plan, base rate, locality area, or that the rate stands."""

from __future__ import annotations

from functools import cache

import polars as pl

from qsmo.kernel.money import Money
from qsmo.services.payroll.rules.calculation import evaluate
from qsmo.services.payroll.rules.columns import MILLION
from qsmo.services.payroll.rules.earnings.rates import RATES
from qsmo.services.payroll.rules.rule import Figures

AREA_KEYS = ["grade", "step", "basic_pay_cents", "adjusted_pay_cents"]
ANYWHERE = "Rest of U.S."
PERCENT_STEP = MILLION // (100 * 100)
"""Locality percentages have two decimals: this many millionths is one hundredth of a per cent."""
_EMPTY = {
    "area": pl.String,
    "area_title": pl.String,
    "area_in_state": pl.Boolean,
}


def with_rates(people: pl.DataFrame, law: Figures) -> pl.DataFrame:
    """People with what the tables say of their plan, base rate and locality area; nothing where they say nothing."""
    plans = pl.DataFrame(
        [
            (
                row.text("plan"),
                row.text("rates"),
                row.integer("title5_premium"),
                row.integer("fws"),
                row.integer("leave"),
            )
            for row in law.version("pay_plans").rows
        ],
        schema=["pay_plan", "plan_rates", "plan_premium", "plan_fws", "paid_by_hours"],
        orient="row",
    )
    graded = people.join(plans, on="pay_plan", how="left").join(_bases(law), on=["grade", "step"], how="left")
    graded = graded.with_columns(
        pl.col("plan_rates").fill_null(""),
        pl.col("plan_fws").fill_null(0),
        pl.col("plan_premium", "paid_by_hours").fill_null(1),
    )
    general = pl.col("plan_rates") == "gs"
    graded = graded.with_columns(
        table_base_cents=pl.when(general).then("table_base_cents"),
        special_rate=general & (pl.col("pay_table").str.strip_chars("0") != ""),
    )
    if not law.on_file("locality"):
        empty = [pl.lit(None, kind).alias(name) for name, kind in _EMPTY.items()]
        return _percent(graded.with_columns(*empty))
    return _percent(
        graded.join(_areas(graded, law), on=["plan_rates", *AREA_KEYS, "state"], how="left", nulls_equal=True)
    )


def rate_facts() -> dict[str, pl.Expr]:
    """Whether a rate stands as given, and what of it goes into the calculation."""
    hourly = pl.col("pay_basis") == "PH"
    base, adjusted = pl.col("basic_pay_cents"), pl.col("adjusted_pay_cents")
    tabled = (pl.col("plan_rates") == "gs") & ~pl.col("special_rate")
    of_step = (base == pl.col("table_base_cents")).fill_null(False)
    located = pl.col("area").is_not_null() | pl.col("percent_given").is_not_null()
    stands = ~(tabled & of_step & located)
    percent = pl.when(pl.col("area").is_null() & ~pl.col("special_rate")).then("percent_given")
    known = percent.is_not_null() | pl.col("area").is_not_null()
    return {
        "rate_stands": stands.cast(pl.Int64),
        "given_base_cents": pl.when(stands & ~hourly).then(base).otherwise(0),
        "given_pay_cents": pl.when(stands & ~hourly).then(adjusted).otherwise(0),
        "given_hourly_cents": pl.when(hourly).then(adjusted).otherwise(0),
        "given_locality_millionths": percent.fill_null(0),
        "locality_unknown": (~known).cast(pl.Int64),
        "area": pl.col("area").fill_null(""),
    }


def nearest(people: pl.DataFrame, law: Figures) -> pl.DataFrame:
    """For the locality finding, the two areas whose pay comes nearest to what was given."""
    cells = area_cells(law)

    def near(row: dict[str, object]) -> str:
        given = pl.col("adjusted_pay_cents") - pl.lit(row["adjusted_pay_cents"])
        fits = cells.filter((pl.col("grade") == row["grade"]) & (pl.col("step") == row["step"]))
        best = fits.sort(given.abs(), "area").head(2).select("adjusted_pay_cents", "area").rows()
        return " or ".join(f"{Money(cents)} ({area})" for cents, area in best)

    lost = people.filter(pl.col("area").is_null() & pl.col("table_base_cents").is_not_null())
    lost = lost.unique("employee", keep="first", maintain_order=True)
    found = pl.DataFrame(
        [(row["employee"], near(row)) for row in lost.iter_rows(named=True)],
        schema={"employee": pl.String, "nearest": pl.String},
        orient="row",
    )
    return people.join(found, on="employee", how="left")


@cache
def area_cells(law: Figures) -> pl.DataFrame:
    """Every grade, step and locality area with its pay, by the same rules as the calculation: 8,700 cells in 2026."""
    areas = pl.DataFrame(
        [(row.text("area"), row.text("title")) for row in law.version("locality").rows],
        schema=["area", "area_title"],
        orient="row",
    )
    grades = pl.DataFrame(
        [(row.integer("grade"), row.integer("step")) for row in law.version("gs").rows],
        schema=["grade", "step"],
        orient="row",
    )
    cells = grades.join(areas, how="cross").with_columns(employee=pl.col("area"))
    cells = evaluate(cells, RATES, law)
    states = {f"State of {row.text('name')}": row.text("state") for row in law.version("states").rows}
    last = pl.col("area_title").str.split(", ").list.last().replace(states)
    return cells.select(
        pl.col("grade").cast(pl.String).str.zfill(2),
        pl.col("step").cast(pl.String).str.zfill(2),
        "area",
        "area_title",
        basic_pay_cents="base_pay_cents",
        adjusted_pay_cents="adjusted_pay_cents",
        area_states=last.str.split("-"),
        everywhere=pl.col("area_title") == ANYWHERE,
    )


def _bases(law: Figures) -> pl.DataFrame:
    rows = law.version("gs").rows if law.on_file("gs") else ()
    return pl.DataFrame(
        [
            (f"{row.integer('grade'):02d}", f"{row.integer('step'):02d}", row.cents("annual").cents)
            for row in rows
        ],
        schema={"grade": pl.String, "step": pl.String, "table_base_cents": pl.Int64},
        orient="row",
    )


def _areas(people: pl.DataFrame, law: Figures) -> pl.DataFrame:
    """The area that a rate of the General Schedule points to by its adjusted pay, one in the state first."""
    known = ["plan_rates", "state", *AREA_KEYS]
    keys = people.filter(pl.col("plan_rates") == "gs").select(known).unique()
    near = pl.col("area_states").list.contains(pl.col("state")) | pl.col("everywhere")
    found = keys.join(area_cells(law), on=AREA_KEYS).with_columns(area_in_state=near)
    found = found.sort(*known, pl.col("area_in_state").not_(), "area")
    found = found.unique(known, keep="first", maintain_order=True)
    return found.select(*known, "area", "area_title", "area_in_state")


def _percent(people: pl.DataFrame) -> pl.DataFrame:
    """`percent_given`: the one percentage with two decimals that leads from the base rate to the adjusted rate."""
    base, adjusted = pl.col("basic_pay_cents"), pl.col("adjusted_pay_cents")
    yearly = (pl.col("pay_basis") == "PA") & (base > 0)
    steps = ((adjusted - base) * (2 * MILLION // PERCENT_STEP) + base) // (2 * base)
    again = (base * (MILLION // PERCENT_STEP + steps) * 2 + MILLION) // (2 * MILLION)
    exact = yearly & (adjusted > base) & (again * 100 == adjusted)
    return people.with_columns(percent_given=pl.when(exact).then(steps * PERCENT_STEP))
