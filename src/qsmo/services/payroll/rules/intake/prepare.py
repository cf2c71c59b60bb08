"""From documents to facts: a pay period's assignments, time and agency rates become rows of facts, or findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

import polars as pl

from qsmo.contract.documents import PayAssignment, TimeRecord
from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.period import PayPeriod
from qsmo.services.payroll.rules.columns import MILLION
from qsmo.services.payroll.rules.earnings.facts import SEGMENT
from qsmo.services.payroll.rules.facts import FACTS, AgencyRates, completed, in_order
from qsmo.services.payroll.rules.intake.after import without_benefits
from qsmo.services.payroll.rules.intake.documents import assignment_frame, complete, time_frame
from qsmo.services.payroll.rules.intake.earnings import (
    earnings_checks,
    earnings_facts,
    in_effect,
    nearest,
    with_payments,
    with_rates,
)
from qsmo.services.payroll.rules.intake.parts import PARTS
from qsmo.services.payroll.rules.intake.people import (
    STATUSES,
    Check,
    all_findings,
    form_checks,
    state_checks,
    timing_checks,
)
from qsmo.services.payroll.rules.intake.time import certified
from qsmo.services.payroll.rules.rule import Figures, figures


@dataclass(frozen=True)
class Prepared:
    """The facts of the people who can be calculated, sorted by employee, and what was found about all of them.

    A person whose pay changed inside the period has a row for each part of it (`segment` 1 and up).
    """

    facts: pl.DataFrame
    findings: list[Finding]

    @property
    def refused(self) -> frozenset[str]:
        """The employees with at least one finding of severity error."""
        return frozenset(each.who for each in self.findings if each.severity == "error")


def prepare(
    assignments: Iterable[PayAssignment] | pl.DataFrame,
    times: Iterable[TimeRecord] | pl.DataFrame,
    agency_rates: AgencyRates,
    pay_period: PayPeriod,
    *,
    withholding_periods: int | None = None,
    known_by: date | None = None,
) -> Prepared:
    """The facts of one pay period. A person with any error is left out and named, with what would be right.

    `withholding_periods` is the number of pay periods of the year for withholding (26 unless the payroll elects 27).
    Refused (422) for another number than these two, and (LawGap) where the law of the period is not on file.
    """
    law = figures(pay_period.during.start, pay_period.pay_date, known_by)
    periods = _withholding_periods(law, withholding_periods)
    people = assignments if isinstance(assignments, pl.DataFrame) else assignment_frame(assignments)
    entries = times if isinstance(times, pl.DataFrame) else time_frame(times)
    people = _joined(_in_effect(complete(people), pay_period), law, agency_rates)
    for part in PARTS:
        people = part.joined(people, law, agency_rates)
    shown = people.with_columns(period_last=pl.lit(pay_period.during.last))
    near = nearest(shown, law) if law.on_file("locality") else shown.with_columns(nearest=pl.lit(""))
    found = list(dict.fromkeys(all_findings(_checks(law), near)))
    found_in_time, hours = certified(entries, people, pay_period, law)
    found += found_in_time
    refused = {each.who for each in found if each.severity == "error"}
    kept = people.filter(~pl.col("employee").is_in(refused)) if refused else people
    facts = _facts(_with_hours(kept, hours), law, periods)
    return Prepared(facts, sorted(found, key=lambda each: (each.who, each.code, each.words)))


@cache
def _checks(law: Figures) -> tuple[Check, ...]:
    """Every check of an assignment. They are made once: making them costs as much as asking them of one person."""
    return (
        *timing_checks(law.pay_date),
        *earnings_checks(law),
        *form_checks(),
        *state_checks(law),
        *(check for part in PARTS for check in part.checks(law)),
    )


@cache
def _derived(law: Figures) -> tuple[dict[str, pl.Expr], ...]:
    """The facts that are made of columns, by the parts that bring them, in order."""
    return (earnings_facts(), *(part.facts(law) for part in PARTS))


def _with_hours(people: pl.DataFrame, hours: pl.DataFrame) -> pl.DataFrame:
    """People with their hours; who has none in a part, or is paid after separation, has zero."""
    joined = people.join(hours, on=["employee", SEGMENT], how="left")
    return joined.with_columns(pl.col(hours.columns).exclude("employee").fill_null(0))


def _withholding_periods(law: Figures, elected: int | None) -> int:
    usual = law.version("withholding").integer("pay_periods")
    if elected not in (None, usual, usual + 1):
        words = f"Withholding goes by {usual} biweekly pay periods a year or by {usual + 1}, not by {elected}"
        raise Refusal("withholding-periods", words, status=422)
    return usual if elected is None else elected


def _in_effect(people: pl.DataFrame, pay_period: PayPeriod) -> pl.DataFrame:
    """The assignments of the period, with what the calendar says of it and of each person's age."""
    held = without_benefits(in_effect(people, pay_period), pl.lit(pay_period.during.start))
    return held.with_columns(
        period_start=pl.lit(pay_period.during.start),
        pay_date=pl.lit(pay_period.pay_date),
        period_number=pl.lit(pay_period.number, pl.Int64),
        age=reached_in(pay_period.pay_date),
    )


def _joined(people: pl.DataFrame, law: Figures, rates: AgencyRates) -> pl.DataFrame:
    states = pl.DataFrame([dict(row.cells) for row in law.version("states").rows]).rename(
        {"name": "duty_state_name"}
    )
    numbered = people.drop("state", strict=False).with_columns(number=pl.col("duty_station").str.head(2))
    placed = numbered.join(states, on="number", how="left")
    paid = with_payments(with_rates(placed, law), law)
    retirement = pl.DataFrame(
        [(code, int(each.rate * MILLION), each.source) for code, each in rates.retirement.items()],
        schema={
            "retirement": pl.String,
            "agency_retirement_millionths": pl.Int64,
            "agency_retirement_source": pl.String,
        },
        orient="row",
    )
    plans = pl.DataFrame(
        [
            ("", "", 0, ""),
            *((code, each.tier, each.premium.cents, each.source) for code, each in rates.fehb.items()),
        ],
        schema={
            "fehb": pl.String,
            "fehb_tier": pl.String,
            "fehb_premium_cents": pl.Int64,
            "fehb_source": pl.String,
        },
        orient="row",
    )
    return paid.join(retirement, on="retirement", how="left").join(plans, on="fehb", how="left")


def _facts(people: pl.DataFrame, law: Figures, periods: int) -> pl.DataFrame:
    joint, old = pl.col("status") == "married", pl.col("form") == "2019"
    schedule = pl.when(pl.col("step2_checked") & ~old).then(pl.lit("step2")).otherwise(pl.lit("standard"))
    whole = people.with_columns(
        pl.col("grade").cast(pl.Int64, strict=False).fill_null(0),
        pl.col("step").cast(pl.Int64, strict=False).fill_null(0),
        known_by=pl.lit(law.known_by, pl.Date),
        withholding_periods=pl.lit(periods, pl.Int64),
        duty_state=pl.col("state"),
        nonexempt=(pl.col("flsa") == "nonexempt").cast(pl.Int64),
        tsp_millionths=pl.col("tsp_numerator") * MILLION // pl.col("tsp_denominator"),
        tsp_roth=pl.col("tsp_roth").cast(pl.Int64),
        new_form=(~old).cast(pl.Int64),
        joint=joint.cast(pl.Int64),
        step2=pl.col("step2_checked").cast(pl.Int64),
        tax_table=pl.concat_str(
            pl.col("status").replace_strict(STATUSES, default=None), schedule, separator=" "
        ),
        tax_exempt=pl.col("exempt").cast(pl.Int64),
    )
    for more in _derived(law):
        whole = whole.with_columns(**more)
    facts = in_order(completed(whole).select(fact.name for fact in FACTS), SEGMENT)
    _check_bounds(facts)
    return facts


def _check_bounds(facts: pl.DataFrame) -> None:
    """Loud where a fact is missing or larger than the arithmetic was proved for: engines overflow without a word."""
    if facts.is_empty():
        return
    bounded = [fact for fact in FACTS if fact.most]
    missing = facts.select(pl.exclude("known_by").null_count()).row(0, named=True)
    lowest = facts.select(pl.col(fact.name).min() for fact in bounded).row(0, named=True)
    highest = facts.select(pl.col(fact.name).max() for fact in bounded).row(0, named=True)
    for name, count in missing.items():
        if count:
            raise AssertionError(
                f"{name} is missing for {facts.filter(pl.col(name).is_null())['employee'][0]}"
            )
    for fact in bounded:
        if lowest[fact.name] < fact.least or highest[fact.name] > fact.most:
            over = facts.filter(~pl.col(fact.name).is_between(fact.least, fact.most))
            words = f"{over['employee'][0]}: {fact.title} is outside {fact.least} to {fact.most}"
            raise Refusal("fact-range", words, status=422)


def reached_in(year: date) -> pl.Expr:
    """The age that a person reaches in the year of a day."""
    return (pl.lit(year.year, pl.Int64) - pl.col("born_on").dt.year().cast(pl.Int64)).alias("age")
