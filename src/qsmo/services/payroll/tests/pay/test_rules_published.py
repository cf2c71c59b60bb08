"""Published examples: OPM's fact sheets, the withholding worksheet, and the federal golden payroll set."""

from __future__ import annotations

import csv
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from qsmo.services.payroll.rules.calculation import evaluate, rules_on
from qsmo.services.payroll.rules.rule import figures
from qsmo.services.payroll.tests.pay.random_people import FIRST, random_facts

LAW = figures(FIRST.during.start, FIRST.pay_date)
RULES = rules_on(FIRST.pay_date)
AGENCY_2021 = {"K": 173_000, "KR": 155_000, "KF": 155_000}
CHANGED = "GREYSON FIVE"
"""His retirement code is another in later periods; the profile does not say so."""
ENROLLED_ANEW = "WILL FIVE"
"""His health plan is another from the third period on."""
RECKONED = {"111": "78.60", "V31": "77.08", "132": "125.67"}
"""Employee shares that the wages of the statements bear out; the file of shares has them a cent higher."""


def calculated(*people: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows for people given as changes to an employee without hours, elections or balances.

    A rule column that is given (an hourly rate, say) is kept as it is.
    """
    nobody = random_facts(1, seed=0).row(0, named=True)
    zero = {name: 0 for name, value in nobody.items() if isinstance(value, int)}
    plain = {
        **nobody,
        **zero,
        **{"grade": 1, "step": 1, "area": "RUS", "retirement": "KF", "fehb": "", "fehb_tier": "", "age": 30},
        **{"new_form": 1, "tax_table": "single_or_mfs standard", "withholding_periods": 26},
    }
    rows = [{**plain, "employee": f"{number:05d}", **person} for number, person in enumerate(people)]
    frame = pl.DataFrame(rows, schema_overrides={"known_by": pl.Date}, infer_schema_length=None)
    return evaluate(frame, RULES, LAW).to_dicts()


def cents(text: str) -> int:
    """Dollars as written, in cents."""
    return int(Fraction(text) * 100)


@pytest.fixture(scope="module")
def examples(reference: Path) -> dict[str, dict[str, Any]]:
    found = json.loads(
        (reference / "payroll" / "examples" / "examples_shared.json").read_text(encoding="utf-8")
    )
    return {example["id"]: example for example in found}


@pytest.fixture(scope="module")
def golden(reference: Path) -> list[dict[str, Any]]:
    text = (reference / "payroll" / "golden" / "golden_shared.json").read_text(encoding="utf-8")
    employees: list[dict[str, Any]] = json.loads(text)["employees"]
    return employees


def test_the_hourly_rate_and_the_biweekly_pay_of_opms_2087_hour_example(examples: dict[str, Any]) -> None:
    example = examples["hourly-2087"]
    hours = {"regular_week1_centihours": 4_000, "regular_week2_centihours": 4_000}
    (row,) = calculated({"adjusted_pay_cents": cents(example["input"]["annual"]), **hours})
    assert row["hourly_cents"] == cents(example["expected"]["hourly"])
    assert row["basic_pay_cents"] == cents(example["expected"]["biweekly"])


def test_flsa_overtime_of_opms_2023_example_line_by_line(examples: dict[str, Any]) -> None:
    expected = examples["flsa-overtime-2023"]["expected"]
    hours = {"regular": 4_000, "overtime": 1_200, "night": 4_000, "sunday": 800}
    week = {f"{name}_week1_centihours": hours[name] for name in hours}
    (row,) = calculated({"hourly_cents": 2_237, "nonexempt": 1, **week})
    shown = {
        "basic": "basic_pay_cents",
        "night_rate": "night_rate_cents",
        "night": "night_premium_cents",
        "sunday_rate": "sunday_rate_cents",
        "sunday": "sunday_premium_cents",
        "total_remuneration": "remuneration_week1_cents",
        "hourly_regular_rate": "regular_rate_week1_cents",
        "half": "half_rate_week1_cents",
        "overtime_total": "flsa_overtime_cents",
        "week_total": "gross_cents",
    }
    assert {name: row[column] for name, column in shown.items()} == {
        name: cents(expected[name]) for name in shown
    }


def test_the_premium_cap_of_opms_atlanta_example(examples: dict[str, Any]) -> None:
    example = examples["premium-cap-atlanta-2024"]
    (row,) = calculated({"cap_annual_cents": cents(example["input"]["gs15_10_locality"])})
    assert row["cap_cents"] == cents(example["expected"]["biweekly_cap"])


def test_title_5_overtime_and_night_pay_of_a_golden_statement(examples: dict[str, Any]) -> None:
    example = examples["gdts-title5-overtime-night"]["expected"]
    hours = {"regular_week1": 4_000, "regular_week2": 4_000, "overtime_week1": 2_720, "overtime_week2": 2_270}
    hours |= {"night_week1": 2_420, "night_week2": 2_270}
    person = {f"{name}_centihours": value for name, value in hours.items()}
    (row,) = calculated({"adjusted_pay_cents": cents("51526"), **person})
    names = ("hourly", "overtime_rate", "overtime", "night_rate", "gross")
    assert [row[f"{name}_cents"] for name in names] == [cents(example[name]) for name in names]
    assert row["night_premium_cents"] == cents(example["night"])


def test_overtime_of_a_golden_statement_covered_by_the_flsa_is_paid_under_the_flsa(
    golden: list[dict[str, Any]],
) -> None:
    employee = next(each for each in golden if each["employee"] == "GREYSON ONE")
    assert employee["profile"]["flsa"] == "nonexempt"
    published = next(each["expected"] for each in employee["periods"] if each["pay_period"] == 2)
    hours = {"regular_week1": 3_200, "holiday_week1": 800, "regular_week2": 4_000}
    hours |= {"overtime_week1": 200, "overtime_week2": 200}
    person = {f"{name}_centihours": value for name, value in hours.items()}
    (row,) = calculated({"adjusted_pay_cents": cents("56853"), "nonexempt": 1, **person})
    assert (row["flsa_overtime_cents"], row["overtime_cents"]) == (cents("163.44"), 0)
    assert row["gross_cents"] == cents(published["gross"])


def test_withholding_of_a_weekly_single_employee_by_worksheet_1a(examples: dict[str, Any]) -> None:
    example = examples["fit-2026-single-weekly"]
    wages = {"income_tax_wages_cents": cents(example["input"]["wages"])}
    (row,) = calculated({**wages, "withholding_periods": example["input"]["periods"]})
    assert row["annual_wages_cents"] == cents("69400")
    assert row["income_tax_due_cents"] == cents(example["expected"]["withholding_worksheet_1A"])


def test_golden_retirement_and_savings_of_every_regular_statement(golden: list[dict[str, Any]]) -> None:
    people, expected = [], []
    for employee in golden:
        profile = employee["profile"]
        regular = profile["pay_basis"] == "PA" and profile["retirement_plan"] in AGENCY_2021
        for period in employee["periods"] if regular and employee["employee"] != CHANGED else ():
            person = _regular(profile, period["expected"])
            if person is not None:
                people.append(person)
                expected.append(period["expected"]["government"])
    rows = calculated(*people)
    assert len(rows) == 79
    columns = {
        "retirement_fers": "agency_retirement_cents",
        "tsp_automatic": "savings_automatic_cents",
        "tsp_match": "savings_match_cents",
    }
    for row, published in zip(rows, expected, strict=True):
        taken = {name: cents(published[name]) for name in columns if name in published}
        assert {name: row[columns[name]] for name in taken} == taken, row["employee"]


def _regular(profile: dict[str, Any], published: dict[str, Any]) -> dict[str, Any] | None:
    """A person of 80 regular hours, or nothing where the statement is of another kind."""
    annual = int(Fraction(published["annual_adjusted_pay"]))
    if (2 * annual * 100 + 2087) // (2 * 2087) * 80 != cents(published["gross"]):
        return None
    return {
        "adjusted_pay_cents": annual * 100,
        "regular_week1_centihours": 4_000,
        "regular_week2_centihours": 4_000,
        "retirement": profile["retirement_plan"],
        "agency_retirement_millionths": AGENCY_2021[profile["retirement_plan"]],
        "tsp_millionths": int(Fraction(profile["tsp_percent"]) * 10_000),
        "tsp_amount_cents": cents(profile["tsp_per_period"]),
    }


def test_golden_health_shares_of_every_plan_known_to_the_cent(reference: Path) -> None:
    with (reference / "payroll" / "golden" / "fehb_2021_biweekly.csv").open(
        newline="", encoding="utf-8"
    ) as file:
        plans = [plan for plan in csv.DictReader(file) if plan["employee_share_is"] == "exact"]
    maxima = {cents("241.58"), cents("562.25"), cents("517.46")}
    people = []
    for plan in plans:
        share = cents(plan["government_share"])
        most = share if share in maxima else max(maxima)
        people.append(
            {"fehb_premium_cents": share + cents(plan["employee_share"]), "health_maximum_cents": most}
        )
    rows = calculated(*people)
    assert len(rows) == 28
    got = [(row["agency_health_cents"], row["health_cents"]) for row in rows]
    assert got == [(cents(plan["government_share"]), cents(plan["employee_share"])) for plan in plans]


def test_golden_social_security_and_medicare_by_the_cumulative_method(
    golden: list[dict[str, Any]], reference: Path
) -> None:
    with (reference / "payroll" / "golden" / "fehb_2021_biweekly.csv").open(
        newline="", encoding="utf-8"
    ) as file:
        exact = [plan for plan in csv.DictReader(file) if plan["employee_share_is"] == "exact"]
    shares = {plan["plan_code"]: plan["employee_share"] for plan in exact} | RECKONED
    before: dict[str, dict[str, Any]] = {}
    checked = 0
    for number in (1, 2, 3, 4):
        published = _published(golden, number, shares)
        people = [_wages(name, gross, share, before.get(name, {})) for name, gross, share, _, _ in published]
        before |= {row["employee"]: row for row in calculated(*people)}
        for name, _, _, oasdi, medicare in published:
            taken = (before[name]["agency_oasdi_cents"], before[name]["agency_medicare_cents"])
            assert taken == (cents(oasdi), cents(medicare)), (name, number)
            checked += 1
    assert checked == 104


def _published(
    golden: list[dict[str, Any]], number: int, shares: dict[str, str]
) -> list[tuple[str, str, str, str, str]]:
    """Name, gross, health share, Social Security and Medicare of the agency on each statement of a pay period."""
    found = []
    for employee in golden:
        name, share = employee["employee"], shares.get(employee["profile"]["fehb"], "")
        for period in employee["periods"]:
            given = period["expected"]["government"]
            known = share != "" and "oasdi" in given and not (name == ENROLLED_ANEW and number > 2)
            if period["pay_period"] == number and known:
                found.append((name, period["expected"]["gross"], share, given["oasdi"], given["medicare"]))
    return found


def _wages(name: str, gross: str, share: str, before: dict[str, Any]) -> dict[str, Any]:
    balances = ("oasdi_wages", "oasdi", "medicare_wages", "medicare")
    opening = {f"ytd_{each}_cents": before.get(f"closing_{each}_cents", 0) for each in balances}
    return {"employee": name, "gross_cents": cents(gross), "health_cents": cents(share), **opening}
