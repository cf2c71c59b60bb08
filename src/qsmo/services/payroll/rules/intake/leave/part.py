"""Leave at the intake: who has accounts of leave, and by which terms they earn and keep it."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from qsmo.kernel.calendar import is_workday
from qsmo.kernel.period import PAY_PERIOD_DAYS, Period
from qsmo.services.payroll.rules.facts import AgencyRates
from qsmo.services.payroll.rules.intake.leave.opening import with_leave
from qsmo.services.payroll.rules.intake.leave.terms import APPOINTED, LIMITED
from qsmo.services.payroll.rules.intake.part import Part
from qsmo.services.payroll.rules.intake.people import Check
from qsmo.services.payroll.rules.leave.facts import YEAR_BEFORE
from qsmo.services.payroll.rules.rule import Figures

PART_TIME, INTERMITTENT, SENIOR = ("P", "Q", "S", "T"), ("I", "J"), "senior"
BANDS = ("first", "second", "third")


def _joined(people: pl.DataFrame, law: Figures, _: AgencyRates) -> pl.DataFrame:
    found = people if YEAR_BEFORE in people.columns else with_leave(people)
    plans = law.version("pay_plans").rows
    senior = [row.text("plan") for row in plans if row.text("rates") == SENIOR]
    kept = [row.text("plan") for row in plans if row.integer("leave")]
    return found.with_columns(
        keeps_leave=pl.col("pay_plan").is_in(kept) & ~pl.col("work_schedule").is_in(INTERMITTENT),
        is_senior=pl.col("pay_plan").is_in(senior),
    )


def _facts(law: Figures) -> dict[str, pl.Expr]:
    during = Period(law.start, law.start + timedelta(days=PAY_PERIOD_DAYS))
    following = during.last + timedelta(days=PAY_PERIOD_DAYS)
    workdays = [day for day in during if is_workday(day)]
    kept = pl.col("keeps_leave")
    whole = (pl.col("employed_from") <= workdays[0]) & (pl.col("employed_through") >= workdays[-1])
    facts = {
        "leave_kept": kept,
        "leave_part_time": kept & pl.col("work_schedule").is_in(PART_TIME),
        "leave_senior": pl.col("is_senior"),
        "leave_abroad": pl.col("leave_is_abroad"),
        "leave_whole": whole,
        "leave_limited": _waits(law, during),
    }
    return {
        **{name: flag.cast(pl.Int64) for name, flag in facts.items()},
        "leave_band": pl.when(kept).then(_band(law)).otherwise(0),
        "leave_credit_most_centihours": _credit(law),
        "leave_last": pl.lit(int(following.year > during.last.year == law.start.year), pl.Int64),
        "leave_year": pl.lit(law.start.year, pl.Int64),
    }


def _band(law: Figures) -> pl.Expr:
    """The band of service: a change takes effect with the pay period after the one in which the years are full."""
    values, day = law.version("leave").values, law.start
    since = pl.col("leave_since").dt
    is_short = (since.month() > day.month) | ((since.month() == day.month) & (since.day() > day.day))
    years = pl.lit(day.year, pl.Int64) - since.year().cast(pl.Int64) - is_short.cast(pl.Int64)
    band = 1 + sum((years >= values.integer(f"{name}_years")).cast(pl.Int64) for name in BANDS[1:])
    stated = pl.when(pl.col("leave_since").is_null()).then(0).otherwise(band)
    return pl.when(pl.col("is_senior")).then(len(BANDS)).otherwise(stated).cast(pl.Int64)


def _credit(law: Figures) -> pl.Expr:
    """Hundredths of credit hours that may be carried over; in part time a quarter of the biweekly requirement."""
    values, week = law.version("leave").values, law.version("pay_rates").integer("hours_in_week")
    tour = pl.col("tour_hours").cast(pl.Int64)
    biweekly = pl.when(tour > week).then(tour).otherwise(tour * 2)
    part = biweekly * 100 // values.integer("credit_part")
    is_part = pl.col("work_schedule").is_in(PART_TIME)
    return pl.when(is_part).then(part).otherwise(values.integer("credit_most") * 100)


def _checks(law: Figures) -> list[Check]:
    return [
        Check(
            "credit-hours",
            "entitlements",
            pl.col("credit_paid_centihours") > _credit(law),
            "{credit_paid_centihours} credit hours are to be paid out, more than may be accumulated.",
            "at most 24 hours, in part time a quarter of the biweekly hours (5 U.S.C. 6126(b))",
        ),
    ]


def _waits(law: Figures, during: Period) -> pl.Expr:
    """Whether an appointment is for less than 90 days, of which the last is not over with the pay period."""
    days = law.version("leave").values.integer("limited_days")
    full = pl.col(APPOINTED).dt.offset_by(f"{days}d")
    is_limited = pl.col(LIMITED) < full.dt.offset_by("-1d")
    return (is_limited & (full > pl.lit(during.end))).fill_null(value=False)


LEAVE_PART = Part("leave", joined=_joined, checks=_checks, facts=_facts)
