"""Federal income tax against the worksheet and the rate schedules of the year, computed a second time in fractions."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

from qsmo.services.payroll.tests.tax.taxing import federal, law_of, rounded

RATES = ("0", "0.10", "0.12", "0.22", "0.24", "0.32", "0.35", "0.37")
SINGLE, JOINT, HEAD = "single_or_mfs", "mfj", "hoh"
YEARS: dict[int, dict[str, tuple[int, tuple[int, ...]]]] = {
    2021: {
        SINGLE: (12_550, (9_950, 40_525, 86_375, 164_925, 209_425, 523_600)),
        JOINT: (25_100, (19_900, 81_050, 172_750, 329_850, 418_850, 628_300)),
        HEAD: (18_800, (14_200, 54_200, 86_350, 164_900, 209_400, 523_600)),
    },
    2025: {
        SINGLE: (15_000, (11_925, 48_475, 103_350, 197_300, 250_525, 626_350)),
        JOINT: (30_000, (23_850, 96_950, 206_700, 394_600, 501_050, 751_600)),
        HEAD: (22_500, (17_000, 64_850, 103_350, 197_300, 250_500, 626_350)),
    },
    2026: {
        SINGLE: (16_100, (12_400, 50_400, 105_700, 201_775, 256_225, 640_600)),
        JOINT: (32_200, (24_800, 100_800, 211_400, 403_550, 512_450, 768_700)),
        HEAD: (24_150, (17_700, 67_450, 105_700, 201_750, 256_200, 640_600)),
    },
}
"""Standard deduction and where each rate but the lowest begins: Rev. Proc. 2020-45, 2024-40 and 2025-32."""
ALLOWANCE = 4_300
BUILT_IN = {JOINT: 12_900, SINGLE: 8_600, HEAD: 8_600}


def schedule_tax(year: int, status: str, taxable: Fraction, *, half: bool = False) -> Fraction:
    """The tax of the year's rate schedule on taxable income; each row half as wide for Step 2."""
    bounds = [Fraction(bound, 2 if half else 1) for bound in (0, *YEARS[year][status][1])]
    owed = Fraction(0)
    for number, low in enumerate(bounds):
        high = bounds[number + 1] if number + 1 < len(bounds) else taxable
        owed += max(min(taxable, high) - low, Fraction(0)) * Fraction(RATES[number + 1])
    return owed


def worksheet(year: int, person: dict[str, Any]) -> int:
    """Worksheet 1A in cents: the wages of the year, less the deductions, taxed by the schedule of the return."""
    status, schedule = person["tax_table"].split()
    standard = YEARS[year][status][0]
    annual = Fraction(person["gross_cents"], 100) * person["withholding_periods"]
    annual += Fraction(person["step4a_cents"] - person["step4b_cents"], 100)
    if not person["new_form"]:
        annual -= ALLOWANCE * person["allowances"]
        annual = max(annual, 0)
        taxable = annual - (standard - BUILT_IN[status])
    elif schedule == "step2":
        taxable = max(annual, 0) - Fraction(standard, 2)
    else:
        taxable = max(annual - BUILT_IN[status], 0) - (standard - BUILT_IN[status])
    owed = schedule_tax(
        year, status, max(taxable, Fraction(0)), half=schedule == "step2" and person["new_form"] == 1
    )
    owed = max(owed - Fraction(person["step3_cents"], 100), Fraction(0))
    return rounded(owed * 100 / person["withholding_periods"]) + int(person["extra_cents"])


def one(year: int, gross: str, **facts: Any) -> dict[str, Any]:
    (row,) = federal(year, {"gross_cents": int(Fraction(gross) * 100), **facts})
    return row


def random_person(chance: random.Random) -> dict[str, Any]:
    new = chance.random() < 0.7
    status = chance.choice((SINGLE, JOINT, HEAD) if new else (SINGLE, JOINT))
    step2 = new and chance.random() < 0.4
    return {
        "gross_cents": chance.choice((0, chance.randint(0, 400_000), chance.randint(0, 4_000_000))),
        "withholding_periods": chance.choice((26, 27)),
        "new_form": int(new),
        "joint": int(status == JOINT),
        "step2": int(step2),
        "tax_table": f"{status} {'step2' if step2 else 'standard'}",
        "step3_cents": chance.choice((0, 220_000)) if new else 0,
        "step4a_cents": chance.choice((0, 1_250_000)) if new else 0,
        "step4b_cents": chance.choice((0, 700_000)) if new else 0,
        "extra_cents": chance.choice((0, 1_500)),
        "allowances": 0 if new else chance.randint(0, 9),
    }


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("schedule", ["standard", "step2"])
def test_the_table_of_the_year_is_its_rate_schedule_moved_by_the_standard_deduction(
    year: int, schedule: str
) -> None:
    """Bounds that fall on half a dollar are printed as the next dollar."""
    half = schedule == "step2"
    for status, (standard, bounds) in YEARS[year].items():
        start = Fraction(standard, 2) if half else Fraction(standard - BUILT_IN[status])
        own = [
            row
            for row in law_of(year).version("withholding").rows
            if (row.text("status"), row.text("schedule")) == (status, schedule)
        ]
        begins = [start + Fraction(bound, 2 if half else 1) for bound in (0, *bounds)]
        taxed = [schedule_tax(year, status, each - start, half=half) for each in begins]
        assert [row.cents("at_least").cents for row in own] == [0, *(100 * rounded(each) for each in begins)]
        assert [row.rate("rate") for row in own] == [Fraction(rate) for rate in RATES]
        assert [row.cents("base_tax").cents for row in own] == [0, *(rounded(each * 100) for each in taxed)]


@pytest.mark.parametrize("year", YEARS)
def test_random_forms_of_both_generations_by_the_worksheet(year: int) -> None:
    """To the cent; a cent apart at most where the table of Step 2 has its bounds in whole dollars."""
    chance = random.Random(year)
    rows = federal(year, *(random_person(chance) for _ in range(2_000)))
    apart = [(row["income_tax_cents"] - worksheet(year, row), row["step2"]) for row in rows]
    assert all(difference == 0 or (step2 and abs(difference) == 1) for difference, step2 in apart)
    assert sum(difference != 0 for difference, _ in apart) < 100
    assert len({(row["tax_table"], row["tax_bracket"]) for row in rows}) > 35


def test_the_forms_of_one_employee_in_2026_by_hand() -> None:
    """4,000.00 in 26 pay periods are 104,000 a year; 22 per cent above 57,900, where the tax is 5,800.00."""
    by_form: dict[str, dict[str, Any]] = {
        "as of 2020": {},
        "as of 2019, two allowances": {"new_form": 0, "allowances": 2},
        "step 2": {"step2": 1, "tax_table": "single_or_mfs step2"},
        "exempt": {"tax_exempt": 1, "extra_cents": 2_500},
        "extra": {"extra_cents": 2_500},
        "step 3": {"step3_cents": 220_000},
        "27 pay dates": {"withholding_periods": 27},
        "nonresident alien": {"alien": 1},
        "nonresident alien, form of 2019": {"alien": 1, "new_form": 0},
    }
    names = list(by_form)
    rows = federal(2026, *({"gross_cents": 400_000, **by_form[name]} for name in names))
    withheld = {name: row["income_tax_cents"] for name, row in zip(names, rows, strict=True)}
    assert withheld["as of 2020"] == rounded(Fraction(580_000 + 37_500 * 22, 26))
    assert withheld["as of 2019, two allowances"] == withheld["as of 2020"]
    assert withheld["extra"] == withheld["as of 2020"] + 2_500
    assert withheld["step 3"] == rounded(Fraction(580_000 + 37_500 * 22 - 220_000, 26))
    assert withheld["27 pay dates"] == rounded(Fraction(580_000 + 41_500 * 22, 27))
    assert withheld["exempt"] == 0
    assert withheld["step 2"] > withheld["as of 2020"]
    for name in ("nonresident alien", "nonresident alien, form of 2019"):
        assert withheld[name] > withheld["as of 2020"]


def test_nothing_is_withheld_up_to_the_standard_deduction() -> None:
    assert one(2026, "619.23")["income_tax_cents"] == 0
    assert one(2026, "1238.45", joint=1, tax_table="mfj standard")["income_tax_cents"] == 0
    assert one(2026, "1239.00")["income_tax_cents"] > 0


def test_health_and_traditional_savings_lower_the_wages() -> None:
    lower = one(2026, "4000", health_cents=20_000, savings_traditional_cents=30_000)
    assert lower["income_tax_wages_cents"] == 350_000
    assert lower["income_tax_cents"] == one(2026, "3500")["income_tax_cents"]
    assert lower["fica_wages_cents"] == 380_000


def test_supplemental_wages_at_the_flat_rate_once_tax_was_withheld_in_the_year() -> None:
    facts = {"supplemental_pay_cents": 100_000, "ytd_federal_tax_cents": 50_000}
    award = one(2026, "5000", **facts)
    assert award["supplemental_tax_cents"] == 22_000
    assert award["income_tax_cents"] == one(2026, "4000")["income_tax_cents"] + 22_000
    exempt = one(2026, "5000", tax_exempt=1, **facts)
    assert exempt["income_tax_cents"] == 0


def test_supplemental_wages_join_the_table_where_no_tax_was_withheld_before() -> None:
    award = one(2026, "5000", supplemental_pay_cents=100_000)
    assert award["supplemental_flat_cents"] == 0
    assert award["income_tax_cents"] == one(2026, "5000")["income_tax_cents"]


def test_supplemental_wages_of_more_than_a_million_at_the_highest_rate_even_on_an_exempt_form() -> None:
    facts = {"supplemental_pay_cents": 300_000, "ytd_supplemental_cents": 99_900_000}
    row = one(2026, "7000", ytd_federal_tax_cents=1, **facts)
    assert (row["supplemental_above_cents"], row["supplemental_flat_cents"]) == (200_000, 100_000)
    assert row["supplemental_tax_cents"] == 22_000 + 74_000
    assert one(2026, "7000", tax_exempt=1, **facts)["income_tax_cents"] == 74_000


def test_what_is_taken_before_taxes_lowers_regular_wages_first() -> None:
    row = one(2026, "1500", supplemental_pay_cents=120_000, health_cents=50_000, ytd_federal_tax_cents=1)
    assert row["supplemental_wages_cents"] == 100_000
    assert row["regular_wages_cents"] == 0


@pytest.mark.parametrize(
    ("year", "base"), [(2021, 14_280_000), (2024, 16_860_000), (2025, 17_610_000), (2026, 18_450_000)]
)
def test_social_security_stops_at_the_base_of_the_year(year: int, base: int) -> None:
    before = base - 100_000
    row = law_of(year).version("fica")
    assert row.cents("oasdi_base").cents == base
    facts = {"ytd_oasdi_wages_cents": before, "ytd_oasdi_cents": rounded(before * Fraction(62, 1_000))}
    if year != 2024:
        crossed = one(year, "5000", **facts)
        assert crossed["oasdi_cents"] == rounded(base * Fraction(62, 1_000)) - facts["ytd_oasdi_cents"]
        assert crossed["agency_oasdi_cents"] == crossed["oasdi_cents"]


def test_medicare_has_no_base_and_an_additional_tax_above_200000_without_an_agency_share() -> None:
    facts = {"ytd_medicare_wages_cents": 19_900_000, "ytd_medicare_cents": 288_550}
    row = one(2026, "5000", **facts)
    assert (row["medicare_cents"], row["agency_medicare_cents"]) == (7_250, 7_250)
    assert row["additional_medicare_cents"] == 3_600


def test_more_wages_never_mean_less_tax_and_never_a_negative_one() -> None:
    for year in YEARS:
        for table in ("single_or_mfs standard", "mfj step2", "hoh standard"):
            people = ({"gross_cents": gross, "tax_table": table} for gross in range(0, 3_000_000, 7_919))
            withheld = [row["income_tax_cents"] for row in federal(year, *people)]
            assert withheld == sorted(withheld)
            assert withheld[0] == 0
