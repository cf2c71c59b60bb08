"""Benefits at the intake: what the law tables know of a person's plans, and what must be refused."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from qsmo.kernel.law import LawGap, Row, Version
from qsmo.services.payroll.rules.benefits.life import OLDEST
from qsmo.services.payroll.rules.columns import millionths
from qsmo.services.payroll.rules.facts import AgencyRates
from qsmo.services.payroll.rules.intake.part import Part
from qsmo.services.payroll.rules.intake.people import Check
from qsmo.services.payroll.rules.rule import Figures

LIFE = ("life_insured", "life_a", "life_b_multiples", "life_c_multiples")
OPTIONS = pl.col("life_a") + pl.col("life_b_multiples") + pl.col("life_c_multiples") > 0


def _on_file(law: Figures, table: str) -> Version | None:
    try:
        return law.version(table)
    except LawGap:
        return None


def _joined(people: pl.DataFrame, law: Figures, _: AgencyRates) -> pl.DataFrame:
    found = people.with_columns(
        life_age=_age_before(law),
        week_hours=pl.when(pl.col("tour_hours") > law.version("pay_rates").integer("hours_in_week"))
        .then(pl.col("tour_hours") // 2)
        .otherwise("tour_hours"),
    )
    for table in (_retirement(law), _life(law), _plans(law)):
        found = found.join(table, on=table.columns[0], how="left", maintain_order="left")
    bands = _bands(law)
    own = pl.col("agency_retirement_millionths")
    return found.with_columns(
        agency_retirement_millionths=pl.coalesce("statute_millionths", own, "notice_millionths"),
        agency_retirement_source=pl.when(pl.col("statute_millionths").is_not_null())
        .then("statute_source")
        .when(own.is_not_null())
        .then("agency_retirement_source")
        .otherwise("notice_source"),
        fehb_tier=pl.coalesce("fehb_tier", "plan_tier"),
        fehb_premium_cents=pl.coalesce("fehb_premium_cents", "plan_premium_cents"),
        fehb_source=pl.coalesce("fehb_source", "plan_source"),
        cents_unknown=pl.col("fehb_premium_cents").is_null() & (pl.col("plan_cents_known") == 0),
        has_band=pl.any_horizontal(
            pl.lit(False), *(pl.col("life_age").is_between(first, last) for first, last in bands)
        ),
    )


def _age_before(law: Figures) -> pl.Expr:
    """The age reached before the first day of the pay period: a birthday on that day counts from the next one on."""
    eve = law.start - timedelta(days=1)
    born = pl.col("born_on").dt
    had = (born.month() < eve.month) | ((born.month() == eve.month) & (born.day() <= eve.day))
    age = pl.lit(eve.year, pl.Int64) - born.year().cast(pl.Int64) - pl.when(had).then(0).otherwise(1)
    return age.clip(0, OLDEST)


def _retirement(law: Figures) -> pl.DataFrame:
    version, notice = law.version("retirement"), _on_file(law, "normal_cost")
    return pl.DataFrame(
        [_plan(row, version, notice) for row in version.rows],
        schema={
            "retirement": pl.String,
            "may_save": pl.Boolean,
            "in_oasdi": pl.Boolean,
            "statute_millionths": pl.Int64,
            "statute_source": pl.String,
            "notice_millionths": pl.Int64,
            "notice_source": pl.String,
        },
        orient="row",
    )


def _plan(row: Row, version: Version, notice: Version | None) -> tuple[object, ...]:
    code, statute = row.text("code"), row.cells["agency"]
    said = notice is not None and code in notice.values.cells
    return (
        code,
        row.rate("employee") > 0,
        row.integer("oasdi") == 1,
        millionths(row.rate("agency")) if statute else None,
        f"{version.reference}; {version.cite}",
        millionths(notice.rate(code)) if said and notice is not None else None,
        f"{notice.reference}; {notice.source}" if notice is not None else "",
    )


def _life(law: Figures) -> pl.DataFrame:
    rows = law.version("life_codes").rows
    columns = ("basic", "option_a", "option_b", "option_c")
    return pl.DataFrame(
        [(row.text("code"), *(row.integer(name) for name in columns)) for row in rows],
        schema={"fegli": pl.String, **dict.fromkeys(LIFE, pl.Int64)},
        orient="row",
    )


def _bands(law: Figures) -> list[tuple[int, int]]:
    return [(row.integer("age_from"), row.integer("age_to")) for row in law.version("life_insurance").rows]


def _plans(law: Figures) -> pl.DataFrame:
    version = _on_file(law, "health_plans")
    return pl.DataFrame(
        [
            (
                row.text("code"),
                row.text("tier"),
                row.cents("premium").cents,
                row.integer("cents_known"),
                f"{version.reference}; {version.source}",
            )
            for row in (version.rows if version else ())
            if version
        ],
        schema={
            "fehb": pl.String,
            "plan_tier": pl.String,
            "plan_premium_cents": pl.Int64,
            "plan_cents_known": pl.Int64,
            "plan_source": pl.String,
        },
        orient="row",
    )


def _checks(law: Figures) -> list[Check]:
    codes = ", ".join(row.text("code") for row in law.version("retirement").rows)
    return [
        Check(
            "retirement-code",
            "retirement",
            pl.col("may_save").is_null(),
            "Retirement code {retirement} is not covered yet.",
            codes,
        ),
        Check(
            "retirement-rate",
            "retirement",
            pl.col("may_save").is_not_null() & pl.col("agency_retirement_millionths").is_null(),
            "The agency's percentage for retirement code {retirement} is missing: OPM's annual notice of the FERS "
            "normal cost percentages sets it, and the agency must supply it with its source.",
            "an agency rate for {retirement}",
        ),
        Check(
            "fegli",
            "life insurance",
            pl.col("life_insured").is_null(),
            "Life insurance code {fegli} is not a code of the personnel action.",
            "A0 ineligible, B0 waived, C0 Basic only, or one of the codes with options",
        ),
        Check(
            "fegli-age",
            "life insurance",
            OPTIONS & ~pl.col("has_band"),
            "The premiums of optional life insurance at the age of {life_age} are not on file for {period_start}.",
            "an age whose premiums are on file",
        ),
        Check(
            "fehb",
            "health plan",
            (pl.col("fehb") != "") & pl.col("fehb_premium_cents").is_null(),
            "No premium is on file for health plan {fehb}: the agency must supply it with its source.",
            "a plan of the agency's rate list, or empty for no enrolment",
        ),
        Check(
            "fehb-cents",
            "health plan",
            pl.col("cents_unknown").fill_null(False),
            "The employee's share of health plan {fehb} is known in whole dollars only; its cents are not taken.",
            "the whole premium in the agency's rate list",
            "warning",
        ),
        *_savings_checks(),
        *_catch_up_checks(law),
    ]


def _savings_checks() -> list[Check]:
    one = (pl.col("tsp_numerator") > 0) | (pl.col("tsp_amount_cents") > 0)
    more = pl.any_horizontal(
        pl.col(f"tsp_{name}") > 0
        for name in (
            "traditional_millionths",
            "traditional_amount_cents",
            "roth_millionths",
            "roth_amount_cents",
        )
    )
    return [
        Check(
            "tsp-election",
            "TSP",
            (pl.col("tsp_numerator") != 0) & (pl.col("tsp_amount_cents") != 0),
            "The TSP election is both a percentage and an amount.",
            "one of the two",
        ),
        Check(
            "tsp-range",
            "TSP",
            (pl.col("tsp_denominator") <= 0)
            | (pl.col("tsp_numerator") < 0)
            | (pl.col("tsp_numerator") > pl.col("tsp_denominator"))
            | (pl.col("tsp_amount_cents") < 0)
            | (pl.col("tsp_numerator") * 100 % pl.col("tsp_denominator") != 0)
            | (pl.col("tsp_amount_cents") % 100 != 0),
            "The TSP election is not in whole percent of pay or in whole dollars (5 CFR 1600.21).",
            "a whole percentage from 0 to 100, or an amount in whole dollars",
        ),
        Check(
            "tsp-places",
            "TSP",
            one & more,
            "TSP contributions stand in the record and among the elections.",
            "all of them in one place",
        ),
        Check(
            "tsp-plan",
            "TSP",
            (one | more) & ~pl.col("may_save").fill_null(True),
            "Retirement code {retirement} is outside of CSRS and FERS, so there can be no TSP contributions.",
            "no TSP election (5 U.S.C. 8351, 8432)",
        ),
    ]


def _catch_up_checks(law: Figures) -> list[Check]:
    """Where catch-up of high wages must be Roth, the wages of the year before have to be known."""
    savings = law.version("savings")
    if not savings.values.cells.get("roth_only_over"):
        return []
    deferral = savings.cents("elective_deferral").cents
    catch_up = pl.col("age") >= savings.integer("catch_up_from_age")
    adjusted, million = pl.col("adjusted_pay_cents"), 100 * 100 * 100
    in_a_month = adjusted * pl.col("tsp_numerator") // pl.col("tsp_denominator") // 12
    first = pl.when("tsp_roth").then(0).otherwise(pl.col("tsp_amount_cents") + in_a_month)
    elected = (
        first
        + pl.col("tsp_traditional_amount_cents")
        + adjusted * pl.col("tsp_traditional_millionths") // million // 12
    )
    return [
        Check(
            "tsp-catch-up",
            "year to date",
            catch_up
            & (elected > 0)
            & (pl.col("ytd_prior_year_wages_cents") == 0)
            & (pl.col("tsp_denominator") > 0)
            & (pl.col("ytd_tsp_cents") + elected > deferral),
            "Traditional TSP catch-up depends on the wages of the year before, which are not given.",
            "prior_year_wages in the year-to-date balances",
        )
    ]


def _facts(law: Figures) -> dict[str, pl.Expr]:
    health = law.version("health")
    part_time = pl.col("week_hours").is_between(
        health.integer("part_time_from"), health.integer("part_time_through")
    )
    return {
        "life_insured": pl.col("life_insured"),
        "part_time_hours": pl.when((pl.col("work_schedule") == "P") & part_time)
        .then("week_hours")
        .otherwise(0),
    }


BENEFITS = Part("benefits", _joined, _checks, _facts)
