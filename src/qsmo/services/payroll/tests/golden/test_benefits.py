"""Benefits on the statements of 2021: to the cent where cents are printed, to the dollar where they are cut."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from qsmo.kernel.money import Money
from qsmo.services.payroll.rules.benefits import BENEFITS
from qsmo.services.payroll.rules.calculation import evaluate
from qsmo.services.payroll.rules.facts import AgencyRates
from qsmo.services.payroll.rules.intake.benefits import BENEFITS as PART
from qsmo.services.payroll.rules.rule import figures

PAID = ("regular", "holiday_not_worked", "holiday_worked", "annual_leave", "sick_leave")
OURS = {
    "fegli_basic": "life_cents",
    "fegli_option_a": "life_a_cents",
    "fegli_option_b": "life_b_cents",
    "fegli_option_c": "life_c_cents",
    "fehb": "health_cents",
    "tsp_traditional": "savings_traditional_cents",
    "tsp_roth": "savings_roth_cents",
    "retirement_fers": "retirement_cents",
    "retirement_csrs": "retirement_cents",
}
GOVERNMENT = {
    "fegli": "agency_life_cents",
    "fegli_basic": "agency_life_cents",
    "fehb": "agency_health_cents",
    "retirement_fers": "agency_retirement_cents",
    "retirement_csrs": "agency_retirement_cents",
    "tsp_automatic": "savings_automatic_cents",
    "tsp_match": "savings_match_cents",
}
DIVISOR = {"AD": 2080}
REASONS = {
    "EXAVIER ONE 4": "no time record came, and pay goes on",
    "WILL FIVE 3": "another health plan from this pay period on",
    "WILL FIVE 4": "another health plan from the pay period before on",
    "WILL ONE 3": "resigned: printed after the pay for less time",
    "WES THREE 2": "TSP raised from 50 to 100 dollars",
    "WES THREE 3": "TSP raised from 50 to 100 dollars",
    "WES THREE 4": "TSP raised from 50 to 100 dollars",
    "WES FIVE 2": "TSP Roth of 150 dollars added",
    "WES FIVE 3": "TSP Roth of 150 dollars added",
    "WES FIVE 4": "TSP Roth of 150 dollars added",
    "SLADE THREE 3": "terminated: printed after the pay for less time",
    "GREYSON FIVE 3": "the promotion came with another retirement code",
    "GREYSON FIVE 4": "the promotion came with another retirement code",
    "GRAHAM FIVE 4": "a promotion that reaches back is paid here",
}
"""Statements on which a figure follows from what the profile does not say, by employee and pay period."""


def statements(golden: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each statement whose basic pay is hours at one rate, with the row of facts that the profile gives."""
    for employee in golden:
        profile = employee["profile"]
        for period in employee["periods"]:
            expected = period["expected"]
            annual = Decimal(expected["annual_adjusted_pay"])
            divisor = DIVISOR.get(profile["pay_plan"], 2087)
            hourly = (annual / divisor).quantize(Decimal("0.01"), ROUND_HALF_UP)
            if profile["pay_basis"] == "PH":
                hourly = Decimal(profile["total_salary"])
                annual = hourly * 2087
            hours = sum(Decimal(each["hours"]) for each in period["time"] if each["code"] in PAID)
            row = {
                "employee": f"{employee['employee']} {period['pay_period']}",
                "born_on": date.fromisoformat(profile["dob"]),
                "retirement": profile["retirement_plan"],
                "fegli": profile["fegli"],
                "fehb": profile["fehb"],
                "tour_hours": int(Decimal(profile["tour_hours_week"])),
                "tsp_millionths": int(Decimal(profile["tsp_percent"]) * 10_000),
                "tsp_amount_cents": int(Decimal(profile["tsp_per_period"]) * 100),
                "basic_centihours": int(hours * 100),
                "hourly_cents": int(hourly * 100),
                "adjusted_pay_cents": int(annual * 100),
                "basic_pay_cents": int(hourly * hours * 100),
                "age": 2021 - int(profile["dob"][:4]),
                "start": date.fromisoformat(period["begin"]),
            }
            yield row, expected


@pytest.fixture(scope="module")
def rows(reference: Path) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Each statement as computed by the rules of benefits, beside what was published."""
    path = reference / "payroll" / "golden" / "golden_shared.json"
    golden = json.loads(path.read_text(encoding="utf-8"))["employees"]
    pairs = list(statements(golden))
    computed: dict[str, dict[str, Any]] = {}
    for start in sorted({row["start"] for row, _ in pairs}):
        law = figures(start, start.replace(day=min(start.day, 28)))
        frame = pl.DataFrame([row for row, _ in pairs if row["start"] == start])
        frame = frame.with_columns(
            *(
                pl.lit(None, pl.Int64).alias(name)
                for name in ("agency_retirement_millionths", "fehb_premium_cents")
            ),
            *(
                pl.lit(None, pl.String).alias(name)
                for name in ("agency_retirement_source", "fehb_tier", "fehb_source")
            ),
            tsp_roth=pl.lit(0, pl.Int64),
        )
        frame = PART.joined(frame, law, AgencyRates())
        frame = frame.with_columns(
            pl.col("fehb_tier").fill_null(""), pl.col("fehb_premium_cents").fill_null(0)
        )
        held = [rule for rule in BENEFITS if rule.holds(start)]
        computed |= {row["employee"]: row for row in evaluate(frame, held, law).iter_rows(named=True)}
    return [(computed[row["employee"]], expected) for row, expected in pairs]


def _differs(cents: int, printed: str) -> bool:
    """Whether an amount is not the one printed, which may be cut to whole dollars."""
    exact = Money.parse(printed).cents
    return cents != exact and ("." in printed or cents // 100 * 100 != exact)


def misses(rows: list[tuple[dict[str, Any], dict[str, Any]]], names: dict[str, str], part: str) -> list[str]:
    """The statements on which a printed figure is another than ours."""
    found = []
    for row, expected in rows:
        for key, name in names.items():
            if key in expected[part] and _differs(row[name], expected[part][key]):
                found.append(f"{row['employee']} {key}: {Money(row[name])} for {expected[part][key]}")
    return found


def test_deductions_for_benefits_are_those_published_but_for_changes_that_a_profile_does_not_have(
    rows: list[tuple[dict[str, Any], dict[str, Any]]],
) -> None:
    found = misses(rows, OURS, "deductions_as_published")
    assert len(rows) == 150
    assert {" ".join(each.split()[:3]) for each in found} <= set(REASONS), found
    assert len(found) == 17, found


def test_every_government_contribution_is_the_published_one_but_for_the_same(
    rows: list[tuple[dict[str, Any], dict[str, Any]]],
) -> None:
    found = misses(rows, GOVERNMENT, "government")
    printed = sum(key in expected["government"] for _, expected in rows for key in GOVERNMENT)
    assert {" ".join(each.split()[:3]) for each in found} <= set(REASONS), found
    assert (printed > 600, len(found)) == (True, 12), found
