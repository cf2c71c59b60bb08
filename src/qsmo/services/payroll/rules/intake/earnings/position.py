"""Checks of plan, rate, schedule and terms: each refusal says what is wrong and what would be right."""

from __future__ import annotations

import polars as pl

from qsmo.services.payroll.rules.columns import MILLION
from qsmo.services.payroll.rules.intake.earnings.payments import payment_checks
from qsmo.services.payroll.rules.intake.people import Check
from qsmo.services.payroll.rules.rule import Figures

FULL_TIME = ("F", "G")
PART_TIME = ("P", "Q", "S", "T")
INTERMITTENT = ("I", "J")
LEVELS = {"I": "level_i", "II": "level_ii", "III": "level_iii", "IV": "level_iv", "V": "level_v"}


def earnings_checks(law: Figures) -> list[Check]:
    """Every check of an assignment that earnings need."""
    return [
        *employment_checks(),
        *plan_checks(law),
        *range_checks(law),
        *schedule_checks(law),
        *terms_checks(law),
        *area_checks(law),
        *payment_checks(law),
    ]


def plan_checks(law: Figures) -> list[Check]:
    """Plan, basis, grade and step, and the base rate of the General Schedule."""
    plans = [row.text("plan") for row in law.version("pay_plans").rows]
    rows = law.version("gs").rows
    grades = sorted({f"{row.integer('grade'):02d}" for row in rows})
    steps = sorted({f"{row.integer('step'):02d}" for row in rows})
    general, by_hour = pl.col("plan_rates") == "gs", pl.col("plan_rates") == "hourly"
    either = pl.col("plan_rates") == "given"
    graded = general & pl.col("grade").is_in(grades) & pl.col("step").is_in(steps)
    wrong_basis = pl.when(by_hour).then(pl.col("pay_basis") != "PH").otherwise(pl.col("pay_basis") != "PA")
    return [
        Check(
            "pay-plan",
            "pay plan",
            ~pl.col("pay_plan").is_in(plans),
            "Pay plan {pay_plan} is not covered.",
            f"one of {', '.join(plans)}; people of other plans are paid outside of this run",
        ),
        Check(
            "pay-basis",
            "pay basis",
            (pl.col("plan_rates") != "")
            & pl.when(either).then(~pl.col("pay_basis").is_in(["PA", "PH"])).otherwise(wrong_basis),
            "Pay basis {pay_basis} does not belong to pay plan {pay_plan}.",
            "PA (per annum); PH (per hour) for prevailing rate plans, and for experts",
        ),
        Check(
            "grade",
            "grade",
            general & ~pl.col("grade").is_in(grades),
            "Grade {grade} is not in the General Schedule.",
            f"{grades[0]} to {grades[-1]}",
        ),
        Check(
            "step",
            "step",
            general & ~pl.col("step").is_in(steps),
            "Step {step} is not in the General Schedule.",
            f"{steps[0]} to {steps[-1]}",
        ),
        *base_checks(graded),
        Check(
            "rate-range",
            "adjusted pay",
            (pl.col("adjusted_pay_cents") <= 0)
            | ((by_hour | either) & (pl.col("pay_basis") == "PH") & (pl.col("adjusted_pay_cents") > MILLION)),
            "A rate of {adjusted_pay_cents} cannot be.",
            "a rate above zero; by the hour at most 10,000.00",
        ),
    ]


def base_checks(graded: pl.Expr) -> list[Check]:
    """The base rate of the General Schedule: one that cannot be is refused, one of no step is paid and said."""
    base = pl.col("basic_pay_cents")
    return [
        Check(
            "base-pay",
            "basic pay",
            graded & ((base <= 0) | (pl.col("adjusted_pay_cents") < base)),
            "Basic pay of {basic_pay_cents} with adjusted pay of {adjusted_pay_cents} cannot be.",
            "a base rate above zero, and an adjusted rate that is not below it",
        ),
        Check(
            "not-the-step",
            "basic pay",
            graded & (base != pl.col("table_base_cents")),
            "Basic pay of {basic_pay_cents} is not the rate of GS-{grade} step {step} on {period_start}; "
            "the rate that human resources gave is paid.",
            "{table_base_cents}; or a rate that the law lets stand, such as a retained one (5 U.S.C. 5363)",
            "warning",
        ),
    ]


def range_checks(law: Figures) -> list[Check]:
    """Ranges and levels as far as they are on file: a rate outside is paid, and said."""
    checks = []
    adjusted = pl.col("adjusted_pay_cents")
    if law.on_file("senior_pay"):
        senior = law.version("senior_pay")
        least, most, certified = (senior.cents(key) for key in ("least", "most", "most_certified"))
        top = pl.when(pl.col("certified_appraisal")).then(certified.cents).otherwise(most.cents)
        checks.append(
            Check(
                "senior-range",
                "adjusted pay",
                (pl.col("plan_rates") == "senior") & ((adjusted < least.cents) | (adjusted > top)),
                "The rate of {adjusted_pay_cents} is outside of the range of pay plan {pay_plan}.",
                f"{least} to {most}; to {certified} with a certified appraisal system",
                "warning",
            )
        )
    executive = law.version("executive")
    rates = {level: executive.cents(key).cents for level, key in LEVELS.items()}
    level = pl.col("grade").replace_strict(rates, default=None, return_dtype=pl.Int64)
    checks.append(
        Check(
            "executive-level",
            "adjusted pay",
            (pl.col("plan_rates") == "executive") & (adjusted > level).fill_null(True),
            "The rate of {adjusted_pay_cents} is not a payable rate of level {grade} of the Executive Schedule.",
            "at most the rate of the level: I, II, III, IV or V",
            "warning",
        )
    )
    checks.append(
        Check(
            "above-level-iv",
            "adjusted pay",
            pl.col("pay_plan").is_in(["GS", "GM", "GL"]) & (adjusted > rates["IV"]),
            "The rate of {adjusted_pay_cents} is above level IV of the Executive Schedule (5 U.S.C. 5304(g)).",
            f"at most {executive.cents('level_iv')}",
        )
    )
    return checks


def schedule_checks(law: Figures) -> list[Check]:
    """The work schedule and who is covered by the FLSA."""
    week, period = (law.version("pay_rates").integer(key) for key in ("hours_in_week", "hours_in_pay_period"))
    schedules = (*FULL_TIME, *PART_TIME, *INTERMITTENT)
    return [
        Check(
            "work-schedule",
            "work schedule",
            ~pl.col("work_schedule").is_in(schedules),
            "Work schedule {work_schedule} is not known.",
            "F or G (full time), P, Q, S or T (part time), I or J (intermittent)",
        ),
        Check(
            "tour-hours",
            "tour of duty",
            pl.col("work_schedule").is_in(FULL_TIME) & ~pl.col("tour_hours").is_in([week, period]),
            "A full-time tour of duty does not have {tour_hours} hours.",
            f"{week} a week, or {period} a pay period",
        ),
        Check(
            "part-time-tour",
            "tour of duty",
            pl.col("work_schedule").is_in(PART_TIME)
            & ((pl.col("tour_hours") <= 0) | (pl.col("tour_hours") >= period)),
            "A part-time tour of duty does not have {tour_hours} hours.",
            f"the scheduled hours: less than {week} a week, or their number in a pay period",
        ),
        Check(
            "flsa",
            "FLSA category",
            ~pl.col("flsa").is_in(["exempt", "nonexempt"]),
            "FLSA category “{flsa}” is not known.",
            "exempt or nonexempt",
        ),
    ]


def terms_checks(law: Figures) -> list[Check]:
    """Percentages of annual premium pay, one at a time, and only for those who may have them."""
    premium = law.version("premium")
    standby, least, most = (
        int(premium.rate(key) * MILLION) for key in ("standby_most", "auo_least", "auo_most")
    )
    auo, duty = pl.col("auo_millionths"), pl.col("standby_millionths")
    kinds = (auo > 0).cast(pl.Int64) + (duty > 0).cast(pl.Int64) + pl.col("availability").cast(pl.Int64)
    return [
        Check(
            "annual-premium",
            "terms of pay",
            (kinds > 1) | (duty < 0) | (duty > standby) | ((auo != 0) & ((auo < least) | (auo > most))),
            "The annual premium pay is not one that the law knows (5 U.S.C. 5545(c), 5545a).",
            "one of: standby up to 25 per cent, uncontrollable overtime of 10 to 25 per cent, availability pay",
        ),
        Check(
            "annual-premium-plan",
            "terms of pay",
            (kinds > 0) & (pl.col("plan_premium") == 0),
            "Annual premium pay is not for employees of pay plan {pay_plan}.",
            "no standby, uncontrollable overtime or availability pay",
        ),
        Check(
            "availability-flsa",
            "FLSA category",
            pl.col("availability") & (pl.col("flsa") == "nonexempt"),
            "Who receives availability pay is exempt from the Fair Labor Standards Act (29 U.S.C. 213(a)(16)).",
            "exempt",
        ),
    ]


def area_checks(law: Figures) -> list[Check]:
    """The locality area, which the adjusted pay must point to where the tables of the year are on file."""
    right = (pl.col("basic_pay_cents") == pl.col("table_base_cents")).fill_null(False)
    tabled = pl.lit(law.on_file("locality")) & ~pl.col("special_rate").fill_null(False)
    return [
        Check(
            "locality-pay",
            "adjusted pay",
            right & tabled & pl.col("area").is_null(),
            "Adjusted pay of {adjusted_pay_cents} is the rate of GS-{grade} step {step} in no published locality area.",
            "{nearest}; or the special rate table in the terms of pay",
        ),
        Check(
            "locality-state",
            "adjusted pay",
            pl.col("area").is_not_null() & ~pl.col("area_in_state").fill_null(True),
            "Adjusted pay of {adjusted_pay_cents} is that of locality area {area} ({area_title}), whose name does not "
            "hold {duty_state_name}, the state of the duty station.",
            "adjusted pay of the area of the official worksite",
            "warning",
        ),
    ]


def employment_checks() -> list[Check]:
    """Assignments that collide, begin after the period, or ended before it."""
    return [
        Check(
            "two-assignments",
            "effective date",
            pl.col("same_day") > 1,
            "{same_day} assignments take effect on {effective_on}.",
            "one assignment for one day",
        ),
        Check(
            "starts-later",
            "effective date",
            pl.col("effective_on") > pl.col("period_last"),
            "The assignment takes effect on {effective_on}, after the pay period.",
            "an assignment in effect on {period_start}",
        ),
        Check(
            "ended-earlier",
            "last day",
            (pl.col("employed_through") < pl.col("period_start")) & (pl.col("entitlements") == ""),
            "Employment ended on {employed_through}, before the pay period, and no payment is ordered.",
            "an assignment in effect in the pay period, or a payment after separation",
        ),
    ]
