"""What the statements of the federal golden payroll set withhold, from their published wages; whole dollars.

The set publishes taxes cut to the dollar. Where it publishes a health premium without its cents, a tax of the state
or place may be a dollar apart.
"""

from __future__ import annotations

import csv
import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from qsmo.services.payroll.rules.calculation import evaluate
from qsmo.services.payroll.rules.facts import AgencyRates
from qsmo.services.payroll.rules.intake.people import findings_of
from qsmo.services.payroll.rules.rule import figures
from qsmo.services.payroll.rules.tax import TAX
from qsmo.services.payroll.rules.tax.intake import TAX_PART

LAW = figures(date(2021, 1, 31), date(2021, 2, 24))
STATUS = {"S": "single", "M": "married"}
IMPLIED = {"WV": "WV status=one", "NY": "NY local=NY/4170"}
"""Certificates that the statements imply and the profiles do not have: one earner; a resident of New York City."""
TAXES = {"federal_income_tax": "income_tax", "state_income_tax": "state_tax", "local_tax": "local_tax"}

AWARD = "an award; the statement's wages are not told apart here"
RETROACTIVE = "pay of earlier periods; the statement's wages are not told apart here"
SEPARATION = "the end of employment, with leave paid out"
SEVEN = "the tax published is that of the table without line 1g, though the form is of 2020 or later"
NO_CENTS = "the cents of the health premium are not published, and the tax is within three cents"
UNEXPLAINED = "135 more than the formula that reproduces the statements before it; nothing asks for them"
EXTRA = "extra amounts of 50 and 145, for which a pay message asks, are not in the profile"
LOWERED = (
    "the additional amount of 50 is not added; what is published is the tax that 50 in Step 3 would give"
)
MECHANICSBURG = "the rate of the earned income tax of Mechanicsburg was not found"
MISSES = {
    **{(f"ADAM FIVE {number}", "federal_income_tax"): LOWERED for number in (1, 2, 3, 4)},
    ("ADAM ONE 4", "federal_income_tax"): EXTRA,
    ("ADAM ONE 4", "state_income_tax"): EXTRA,
    **{(f"EXAVIER ONE {number}", "federal_income_tax"): NO_CENTS for number in (1, 2, 3, 4)},
    ("GLADYS ONE 5", "federal_income_tax"): AWARD,
    ("GLADYS ONE 5", "state_income_tax"): AWARD,
    ("GRAHAM FIVE 4", "federal_income_tax"): RETROACTIVE,
    ("GRAHAM FIVE 4", "state_income_tax"): RETROACTIVE,
    ("GRAHAM THREE 4", "state_income_tax"): UNEXPLAINED,
    **{(f"GREYSON SEVEN {number}", "federal_income_tax"): SEVEN for number in (2, 3, 4)},
    **{(f"SLADE ONE {number}", "local_tax"): MECHANICSBURG for number in (1, 2, 3, 4)},
    ("WILL ONE 3", "federal_income_tax"): SEPARATION,
    ("WILL ONE 3", "state_income_tax"): SEPARATION,
}


def cents(text: str | None) -> int:
    """Dollars as written, in cents."""
    return int(Fraction(text or "0") * 100)


def shares_of(reference: Path) -> dict[str, str]:
    """The employee's share of each health plan that is known to the cent."""
    with (reference / "payroll" / "golden" / "fehb_2021_biweekly.csv").open(
        newline="", encoding="utf-8"
    ) as file:
        plans = list(csv.DictReader(file))
    return {
        plan["plan_code"]: plan["employee_share"] for plan in plans if plan["employee_share_is"] == "exact"
    }


def statement(
    employee: dict[str, Any], period: dict[str, Any], shares: dict[str, str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The facts of one statement as the intake has them, and the taxes that it shows."""
    profile, shown = employee["profile"], period["expected"]
    taken, election = shown["deductions_as_published"], period.get("tax_election") or {}
    premium, share = taken.get("fehb", "0"), shares.get(profile["fehb"])
    is_known = share is not None and int(Fraction(share)) == int(Fraction(premium))
    known = (
        cents(share) if is_known else cents(premium) + (50 if cents(premium) and "." not in premium else 0)
    )
    old = profile["w4_pre_2020"] == "Yes"
    checked = election.get("W4StandardDeductionIndicator", profile["w4_standard_deduction_flag"]) == "Yes"
    row = {
        "employee": f"{employee['employee']} {period['pay_period']}",
        "duty_station": profile["duty_station"],
        "home": profile["home_state"],
        "gross_cents": cents(shown["gross"]),
        "health_cents": known,
        "health_known": is_known or "." in premium,
        "savings_traditional_cents": cents(taken.get("tsp_traditional")),
        "status": STATUS[profile["marital"]],
        "form": "2019" if old else "2020",
        "step2_checked": checked and not old,
        "extra_cents": cents(election.get("AddTaxWithheldAmt")),
        "allowances": int(election.get("TaxExempt", 0)) if old else 0,
        "adjusted_pay_cents": cents(shown["annual_adjusted_pay"]),
        "pay_date": date.fromisoformat(period["pay_date"]),
    }
    return row, {name: taken.get(name, "0") for name in TAXES}


def joined(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """The statements with states, places and forms, as the intake joins them."""
    states = pl.DataFrame([dict(row.cells) for row in LAW.version("states").rows]).rename(
        {"name": "duty_state_name"}
    )
    frame = pl.DataFrame(rows, infer_schema_length=None)
    frame = frame.with_columns(number=pl.col("duty_station").str.head(2)).join(
        states, on="number", how="left"
    )
    needs = (pl.col("state") == "WV") | ((pl.col("state") == "NY") & (pl.col("home") == "NY"))
    blank = {
        "step3_cents": 0,
        "step4a_cents": 0,
        "step4b_cents": 0,
        "letter": "",
        "alien": False,
        "exempt": False,
    }
    frame = frame.with_columns(
        *(pl.lit(value).alias(name) for name, value in blank.items()),
        form_on=pl.lit(None, pl.Date),
        state_form=pl.when(needs)
        .then(pl.col("state").replace_strict(IMPLIED, default=""))
        .otherwise(pl.lit("")),
    )
    return TAX_PART.joined(frame, LAW, AgencyRates())


@pytest.fixture(scope="module")
def golden(reference: Path) -> list[tuple[dict[str, Any], dict[str, str]]]:
    text = (reference / "payroll" / "golden" / "golden_shared.json").read_text(encoding="utf-8")
    shares = shares_of(reference)
    return [
        statement(employee, period, shares)
        for employee in json.loads(text)["employees"]
        for period in employee["periods"]
    ]


def test_taxes_of_every_shared_statement_but_the_ones_with_a_reason(
    golden: list[tuple[dict[str, Any], dict[str, str]]],
) -> None:
    people = joined([row for row, _ in golden])
    facts = people.with_columns(**TAX_PART.facts(LAW)).with_columns(
        withholding_periods=pl.lit(26),
        supplemental_pay_cents=pl.lit(0),
        untaxed_pay_cents=pl.lit(0),
        imputed_settled_cents=pl.lit(0),
        pretax_cents=pl.col("health_cents"),
        oasdi_applies=pl.lit(1),
    )
    rows = {row["employee"]: row for row in evaluate(facts, TAX, LAW).iter_rows(named=True)}
    missed = set()
    for given, shown in golden:
        row = rows[given["employee"]]
        for name, rule in TAXES.items():
            apart = row[f"{rule}_cents"] // 100 - int(Fraction(shown[name]))
            loose = name != "federal_income_tax" and not given["health_known"]
            if abs(apart) > (1 if loose else 0):
                missed.add((given["employee"], name))
    assert missed == set(MISSES)
    assert len(golden) == 150


def test_nobody_of_the_shared_half_is_refused_by_a_check_of_taxes(
    golden: list[tuple[dict[str, Any], dict[str, str]]],
) -> None:
    people = joined([row for row, _ in golden])
    found = [finding for check in TAX_PART.checks(LAW) for finding in findings_of(check, people)]
    assert {finding.code for finding in found if finding.severity == "error"} == set()
