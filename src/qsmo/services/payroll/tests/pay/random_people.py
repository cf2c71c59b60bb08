"""Seeded random facts for tests: many people of every grade, area, form, election and week of work."""

from __future__ import annotations

import random
from datetime import date

import polars as pl

from qsmo.kernel.period import PayCalendar, PayPeriod
from qsmo.services.payroll.rules.earnings.codes import KINDS
from qsmo.services.payroll.rules.facts import BALANCES, FACTS, completed
from qsmo.services.payroll.rules.intake.people import STATUSES
from qsmo.services.payroll.rules.rule import figures

CALENDAR = PayCalendar(date(2026, 1, 11), 6)
FIRST = CALENDAR.period_of(date(2026, 1, 11))
TIERS = {"self_only": 45_105, "self_plus_one": 98_773, "self_and_family": 108_060}


def random_facts(people: int, seed: int, pay_period: PayPeriod = FIRST) -> pl.DataFrame:
    """A frame of facts such as `prepare` makes, wide in every direction that the law allows."""
    chance = random.Random(seed)
    areas = [
        row.text("area")
        for row in figures(pay_period.during.start, pay_period.pay_date).version("locality").rows
    ]
    rows = [_person(number, chance, areas, pay_period) for number in range(people)]
    frame = pl.DataFrame(rows, schema_overrides={"known_by": pl.Date}, infer_schema_length=None)
    return completed(frame).select(fact.name for fact in FACTS).sort("employee")


def _person(number: int, chance: random.Random, areas: list[str], pay_period: PayPeriod) -> dict[str, object]:
    old = chance.random() < 0.3
    status = chance.choice([name for name in STATUSES if not (old and name == "head")])
    step2 = not old and chance.random() < 0.3
    tier = chance.choice(["", *TIERS])
    by_amount = chance.random() < 0.3
    return {
        "employee": f"E{number:07d}",
        "agency": chance.choice(["GS28", "TR93", "HE38"]),
        "period_start": pay_period.during.start,
        "pay_date": pay_period.pay_date,
        "known_by": None,
        "period_number": pay_period.number,
        "withholding_periods": chance.choice([26, 27]),
        "grade": chance.randint(1, 15),
        "step": chance.randint(1, 10),
        "area": chance.choice(areas),
        "duty_state": chance.choice(["TX", "WA", "FL"]),
        "nonexempt": chance.randint(0, 1),
        "age": chance.randint(18, 75),
        "retirement": chance.choice(["K", "KR", "KF"]),
        "agency_retirement_millionths": chance.choice([184_000, 165_000, 0]),
        "agency_retirement_source": "a notice",
        "life_insured": chance.randint(0, 1),
        "fehb": "111" if tier else "",
        "fehb_tier": tier,
        "fehb_premium_cents": chance.randint(20_000, 2 * TIERS[tier]) if tier else 0,
        "fehb_source": "a rate list" if tier else "",
        "tsp_millionths": 0 if by_amount else chance.choice([0, 10_000, 33_300, 50_000, 150_000, 1_000_000]),
        "tsp_amount_cents": chance.randint(0, 400_000) if by_amount else 0,
        "tsp_roth": chance.randint(0, 1),
        "new_form": int(not old),
        "joint": int(status == "married"),
        "step2": int(step2),
        "tax_table": f"{STATUSES[status]} {'step2' if step2 else 'standard'}",
        "step3_cents": 0 if old else chance.choice([0, 220_000, 440_000]),
        "step4a_cents": 0 if old else chance.choice([0, 0, chance.randint(0, 5_000_000)]),
        "step4b_cents": 0 if old else chance.choice([0, 0, chance.randint(0, 5_000_000)]),
        "extra_cents": chance.choice([0, 0, 2_500]),
        "allowances": chance.randint(0, 9) if old else 0,
        "tax_exempt": int(chance.random() < 0.03),
        **_hours(chance),
        **_balances(chance),
    }


def _hours(chance: random.Random) -> dict[str, int]:
    hours = {f"{name}_week{week}_centihours": 0 for name in KINDS for week in (1, 2)}
    for week in (1, 2):
        left = 4_000
        for name in ("holiday", "holiday_worked", "annual_leave", "sick_leave", "unpaid"):
            taken = chance.choice([0, 0, 0, 25, 150, 800, 1_250])
            taken = min(taken, left)
            hours[f"{name}_week{week}_centihours"] = taken
            left -= taken
        hours[f"regular_week{week}_centihours"] = left
        hours[f"overtime_week{week}_centihours"] = chance.choice([0, 0, 25, 150, 1_210, 4_000])
        hours[f"night_week{week}_centihours"] = chance.choice([0, 0, 890, min(left, 4_000)])
        hours[f"sunday_week{week}_centihours"] = chance.choice([0, 0, min(left, 800)])
    return hours


def _balances(chance: random.Random) -> dict[str, int]:
    wages = chance.choice([0, chance.randint(0, 25_000_000), 18_450_000 - chance.randint(0, 300_000)])
    capped = min(wages, 18_450_000)
    over = max(wages - 20_000_000, 0)
    balances = {
        "gross": wages,
        "oasdi_wages": capped,
        "oasdi": (capped * 62 + 500) // 1_000,
        "medicare_wages": wages,
        "medicare": (wages * 145 + 5_000) // 10_000,
        "additional_medicare": (over * 9 + 500) // 1_000,
        "tsp": chance.choice(
            [0, 0, chance.randint(0, 2_450_000), 2_449_900, chance.randint(2_450_000, 3_575_000)]
        ),
        "prior_year_wages": chance.choice([9_000_000, 16_000_000]),
    }
    return {f"ytd_{name}_cents": balances.get(name, 0) for name in BALANCES}
