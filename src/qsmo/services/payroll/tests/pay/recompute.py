"""Pay once more, person by person in exact fractions, written from the law's text and not from the rules.

Used only to check the column rules: the figures of 2026 stand here as literals on purpose.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

ROWS = Path(__file__).parents[2] / "law" / "rows"
LEVEL_IV, LEVEL_V = 197_200, 184_900
WORK = ("regular", "holiday", "holiday_worked", "annual_leave", "sick_leave")


def cents(exact: Fraction) -> int:
    """Nearest whole cent, half a cent away from zero."""
    return math.floor(exact + Fraction(1, 2)) if exact >= 0 else -math.floor(-exact + Fraction(1, 2))


def _read(name: str) -> list[dict[str, str]]:
    with (ROWS / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


BASE = {(int(r["grade"]), int(r["step"])): int(r["annual"]) for r in _read("gs-2026.csv")}
AREA = {r["area"]: Fraction(r["percent"]) for r in _read("locality-2025.csv")}
TABLES: dict[str, list[tuple[Fraction, Fraction, Fraction]]] = {}
for _r in _read("withholding-2026.csv"):
    TABLES.setdefault(f"{_r['status']} {_r['schedule']}", []).append(
        (Fraction(_r["at_least"]), Fraction(_r["base_tax"]), Fraction(_r["rate"]))
    )


def annual_pay(grade: int, step: int, area: str) -> int:
    """Whole dollars a year with locality pay."""
    return min(math.floor(BASE[grade, step] * (1 + AREA[area] / 100) + Fraction(1, 2)), LEVEL_IV)


def hourly(annual: int) -> Fraction:
    """Dollars an hour, whole cents."""
    return Fraction(cents(Fraction(annual * 100, 2087)), 100)


def recompute(facts: Mapping[str, Any]) -> dict[str, int]:
    """Gross to net of one row of facts: the main columns by the names the rules use, in cents."""
    pay: dict[str, int] = {}
    _earnings(facts, pay)
    _benefits(facts, pay)
    _taxes(facts, pay)
    taken = ["retirement", "savings_roth", "savings_traditional", "life", "health"]
    taken += ("income_tax", "oasdi", "medicare", "additional_medicare")
    pay["deductions_cents"] = sum(pay[f"{name}_cents"] for name in taken)
    pay["net_cents"] = pay["gross_cents"] - pay["deductions_cents"]
    given = ["agency_retirement", "savings_automatic", "savings_match", "agency_life", "agency_health"]
    given += ("oasdi", "medicare")
    pay["employer_cents"] = sum(pay[f"{name}_cents"] for name in given)
    return pay


def _hours(facts: Mapping[str, Any], name: str, week: int) -> Fraction:
    return Fraction(facts[f"{name}_week{week}_centihours"], 100)


def _earnings(facts: Mapping[str, Any], pay: dict[str, int]) -> None:
    annual = annual_pay(facts["grade"], facts["step"], facts["area"])
    rate = hourly(annual)
    gs10 = annual_pay(10, 1, facts["area"])
    one_half = Fraction(3, 2)
    if annual <= gs10:
        overtime_rate = Fraction(cents(rate * one_half * 100), 100)
    else:
        overtime_rate = max(Fraction(cents(hourly(gs10) * one_half * 100), 100), rate)
    extra = {
        "night": Fraction(cents(rate * 10), 100),
        "sunday": Fraction(cents(rate * 25), 100),
        "holiday_worked": rate,
    }
    basic = {week: sum((_hours(facts, name, week) for name in WORK), Fraction(0)) for week in (1, 2)}
    pay["basic_pay_cents"] = cents(rate * (basic[1] + basic[2]) * 100)
    for name, each in extra.items():
        both = _hours(facts, name, 1) + _hours(facts, name, 2)
        pay[f"{name.removesuffix('_worked')}_premium_cents"] = cents(each * both * 100)
    first = cents(rate * basic[1] * 100)
    first += sum(cents(each * _hours(facts, name, 1) * 100) for name, each in extra.items())
    plain = pay["basic_pay_cents"] + sum(
        pay[f"{name}_premium_cents"] for name in ("night", "sunday", "holiday")
    )
    straight = {1: first, 2: plain - first}
    over = {week: _hours(facts, "overtime", week) for week in (1, 2)}
    title5 = {1: cents(overtime_rate * over[1] * 100)}
    title5[2] = cents(overtime_rate * (over[1] + over[2]) * 100) - title5[1]
    pay["overtime_cents"] = pay["flsa_overtime_cents"] = 0
    for week in (1, 2):
        flsa = 0
        hours = basic[week] + over[week]
        if facts["nonexempt"] and hours:
            plain_overtime = cents(rate * over[week] * 100)
            regular = cents(Fraction(straight[week] + plain_overtime) / hours)
            flsa = plain_overtime + cents(Fraction(cents(Fraction(regular, 2))) * over[week])
        under_flsa = facts["nonexempt"] and flsa >= title5[week]
        pay["flsa_overtime_cents" if under_flsa else "overtime_cents"] += max(flsa, title5[week])
    cap = int(hourly(max(annual_pay(15, 10, facts["area"]), LEVEL_V)) * 100) * 80
    within = plain + pay["overtime_cents"]
    pay["over_cap_cents"] = -min(max(within - cap, 0), within - pay["basic_pay_cents"])
    pay["gross_cents"] = within + pay["flsa_overtime_cents"] + pay["over_cap_cents"]
    pay["adjusted_pay_cents"] = annual * 100


def _benefits(facts: Mapping[str, Any], pay: dict[str, int]) -> None:
    basic = Fraction(pay["basic_pay_cents"])
    rates = {"K": Fraction("0.008"), "KR": Fraction("0.031"), "KF": Fraction("0.044")}
    pay["retirement_cents"] = cents(basic * rates[facts["retirement"]])
    pay["agency_retirement_cents"] = cents(basic * Fraction(facts["agency_retirement_millionths"], 10**6))
    age = facts["age"]
    catch_up = 0 if age < 50 else 1_125_000 if age in (60, 61, 62, 63) else 800_000
    elected = cents(basic * Fraction(facts["tsp_millionths"], 10**6)) + facts["tsp_amount_cents"]
    before = facts["ytd_tsp_cents"]
    given = min(elected, pay["basic_pay_cents"], max(2_450_000 + catch_up - before, 0))
    above = max(before + given - max(before, 2_450_000), 0)
    roth = given if facts["tsp_roth"] else above if facts["ytd_prior_year_wages_cents"] > 15_000_000 else 0
    pay["savings_roth_cents"], pay["savings_traditional_cents"] = roth, given - roth
    pay["savings_automatic_cents"] = cents(basic / 100)
    three, five = min(given, cents(basic * 3 / 100)), min(given, cents(basic * 5 / 100))
    pay["savings_match_cents"] = three + cents(Fraction(five - three, 2))
    paid = any(_hours(facts, name, week) for name in WORK for week in (1, 2))
    thousands = max(-(-pay["adjusted_pay_cents"] // 100_000) + 2, 10) if facts["life_insured"] and paid else 0
    pay["life_cents"], pay["agency_life_cents"] = thousands * 16, thousands * 8
    most = {"": 0, "self_only": 32_476, "self_plus_one": 71_117, "self_and_family": 77_803}[
        facts["fehb_tier"]
    ]
    pay["agency_health_cents"] = min(cents(Fraction(facts["fehb_premium_cents"] * 3, 4)), most)
    pay["health_cents"] = facts["fehb_premium_cents"] - pay["agency_health_cents"]


def _taxes(facts: Mapping[str, Any], pay: dict[str, int]) -> None:
    wages = max(pay["gross_cents"] - pay["health_cents"], 0)
    taxable = Fraction(
        max(pay["gross_cents"] - pay["health_cents"] - pay["savings_traditional_cents"], 0), 100
    )
    periods = facts["withholding_periods"]
    annual = taxable * periods
    if facts["new_form"]:
        annual += Fraction(facts["step4a_cents"] - facts["step4b_cents"], 100)
        annual -= 0 if facts["step2"] else 12_900 if facts["joint"] else 8_600
    else:
        annual -= 4_300 * facts["allowances"]
    annual = max(annual, Fraction(0))
    over, base, rate = max(row for row in TABLES[facts["tax_table"]] if row[0] <= annual)
    tax = base + rate * (annual - over)
    each = max(tax / periods - Fraction(facts["step3_cents"], 100) / periods, Fraction(0))
    pay["income_tax_cents"] = 0 if facts["tax_exempt"] else cents(each * 100) + facts["extra_cents"]
    oasdi = min(facts["ytd_oasdi_wages_cents"] + wages, 18_450_000)
    pay["oasdi_cents"] = max(cents(Fraction(oasdi * 62, 1000)) - facts["ytd_oasdi_cents"], 0)
    medicare = facts["ytd_medicare_wages_cents"] + wages
    pay["medicare_cents"] = max(cents(Fraction(medicare * 145, 10_000)) - facts["ytd_medicare_cents"], 0)
    more = cents(Fraction(max(medicare - 20_000_000, 0) * 9, 1000)) - facts["ytd_additional_medicare_cents"]
    pay["additional_medicare_cents"] = max(more, 0)
