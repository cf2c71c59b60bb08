"""Benefits by law: retirement of every code, life insurance with options, health shares, and the savings limits."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from qsmo.contract.documents import Election
from qsmo.kernel.law import register
from qsmo.kernel.money import Money
from qsmo.services.payroll.rules import AgencyRates, FehbRate, RetirementRate, calculate
from qsmo.services.payroll.rules.rule import LAW
from qsmo.services.payroll.tests.pay.people import prepared
from qsmo.services.payroll.tests.pay.random_people import FIRST

REGISTER = register(LAW)
AGENCY = AgencyRates(
    fehb={"111": FehbRate(Money.parse("400.00"), "self_only", "the agency's rate list of 2026")},
    retirement={
        code: RetirementRate(Fraction(165, 1000), "a notice that the test invents")
        for code in ("K", "KR", "KF", "M", "MR", "MF")
    },
)
BASIC = 437_040
"""Basic pay of the analyst: 54.63 an hour for 80 hours."""


def paid(changes: Mapping[str, Any] | None = None, *elections: Election) -> dict[str, Any]:
    """The analyst's row, with changes and elections; nobody may be refused."""
    found = prepared({**(changes or {}), "elections": elections}, rates=AGENCY)
    assert not found.refused, [str(each) for each in found.findings]
    return calculate(found.facts, FIRST).frame.row(0, named=True)


def refused(changes: Mapping[str, Any] | None = None, *elections: Election) -> set[str]:
    """The codes of the findings that refuse the analyst."""
    found = prepared({**(changes or {}), "elections": elections}, rates=AGENCY)
    return {each.code for each in found.findings if each.severity == "error"}


@pytest.mark.parametrize(
    ("code", "taken", "agency", "oasdi", "saves"),
    [
        ("1", "305.93", "305.93", False, False),
        ("6", "327.78", "327.78", False, False),
        ("C", "34.96", "305.93", True, False),
        ("K", "34.96", "721.12", True, True),
        ("KR", "135.48", "721.12", True, True),
        ("KF", "192.30", "721.12", True, True),
        ("M", "56.82", "721.12", True, True),
        ("MR", "157.33", "721.12", True, True),
        ("MF", "214.15", "721.12", True, True),
    ],
)
def test_every_retirement_code_takes_its_share(
    code: str, taken: str, agency: str, oasdi: bool, saves: bool
) -> None:
    row = paid({"retirement": code})
    assert row["retirement_cents"] == Money.parse(taken).cents
    assert row["agency_retirement_cents"] == Money.parse(agency).cents
    assert (row["oasdi_cents"] > 0, row["agency_oasdi_cents"] > 0) == (oasdi, oasdi)
    assert row["medicare_cents"] > 0
    assert (row["savings_automatic_cents"], row["savings_match_cents"]) == (
        (4_370, 17_482) if saves else (0, 0)
    )
    assert row["savings_cents"] == 21_852


def test_those_without_a_retirement_plan_pay_nothing_and_cannot_save() -> None:
    for code in ("2", "4"):
        row = paid({"retirement": code, "tsp_percent": Fraction(0)})
        assert (row["retirement_cents"], row["agency_retirement_cents"], row["savings_automatic_cents"]) == (
            0,
            0,
            0,
        )
        assert (row["oasdi_cents"] > 0) == (code == "2")
        assert refused({"retirement": code}) == {"tsp-plan"}


def test_csrs_offset_turns_to_the_full_rate_within_the_pay_period_in_which_the_wage_base_is_met() -> None:
    """1,000.00 of basic pay lie below the base at 0.8 per cent, the other 3,370.40 above it at 7."""
    before = 18_450_000 - 100_000
    balances = {
        "oasdi_wages": before,
        "oasdi": round(before * 0.062),
        "medicare_wages": before,
        "medicare": round(before * 0.0145),
    }
    row = paid({"retirement": "C", "year_to_date": tuple(balances.items())})
    assert row["retirement_cents"] == 800 + 23_593
    assert row["oasdi_cents"] == 6_200


def test_retirement_rows_are_those_of_the_dossier(reference: Path) -> None:
    with (reference / "payroll" / "retirement.csv").open(newline="", encoding="utf-8") as file:
        published = {row["code"]: row for row in csv.DictReader(file)}
    rows = {row.text("code"): row for row in REGISTER["retirement"].at(on=date(2026, 6, 1)).rows}
    assert set(rows) == set(published)
    for code, row in rows.items():
        assert (row.text("oasdi") == "1") == (published[code]["oasdi"] == "yes"), code
        assert (row.text("savings") == "1") == (published[code]["tsp_match"] == "yes"), code
        if code != "C":
            assert row.rate("employee") * 100 == Fraction(published[code]["employee_pct"]), code


def test_life_insurance_rows_are_those_of_the_dossier(reference: Path) -> None:
    with (reference / "payroll" / "fegli.csv").open(newline="", encoding="utf-8") as file:
        published = list(csv.DictReader(file))
    version = REGISTER["life_insurance"].at(on=date(2026, 1, 11))
    assert len(published) == len(version.rows) == 11
    for row, said in zip(version.rows, published, strict=True):
        assert (row.text("age_from"), row.text("age_to")) == (said["age_from"], said["age_to"])
        assert row.rate("option_a") == Fraction(said["option_a_10000"])
        assert row.rate("option_b") == Fraction(said["option_b_per_1000"])
        assert row.rate("option_c") == Fraction(said["option_c_per_multiple"])
        assert version.rate("employee_per_unit") == Fraction(said["basic_employee_per_1000"])


@pytest.mark.parametrize(
    ("code", "basic", "a", "b", "c"),
    [
        ("B0", 0, 0, 0, 0),
        ("C0", 1_872, 0, 0, 0),
        ("D0", 1_872, 60, 0, 0),
        ("E3", 1_872, 0, 0, 159),
        ("90", 1_872, 0, 2_070, 0),
        ("X0", 1_872, 60, 3_450, 0),
        ("Z5", 1_872, 60, 3_450, 265),
    ],
)
def test_the_letters_of_life_insurance_say_what_is_paid(
    code: str, basic: int, a: int, b: int, c: int
) -> None:
    """At 45, and 114,017 a year: 117 thousand for Basic, 115 thousand for each multiple of Option B at 0.06."""
    row = paid({"fegli": code})
    taken = tuple(row[name] for name in ("life_cents", "life_a_cents", "life_b_cents", "life_c_cents"))
    assert taken == (basic, a, b, c)
    assert row["agency_life_cents"] == basic // 2


@pytest.mark.parametrize(("born_on", "rate"), [("1981-01-11", 3), ("1981-01-10", 6), ("1950-06-01", 180)])
def test_an_age_band_begins_with_the_first_pay_period_after_the_birthday(born_on: str, rate: int) -> None:
    row = paid({"fegli": "G0", "born_on": date.fromisoformat(born_on)})
    assert row["option_b_rate_cents"] == rate
    assert row["life_b_cents"] == 115 * rate


def test_option_b_of_the_booklet_of_2004(reference: Path) -> None:
    """The booklet's rate of 2004 is no law of ours: its insured amount, and the product, are checked."""
    examples = json.loads((reference / "payroll/examples/examples_shared.json").read_text(encoding="utf-8"))
    (example,) = [each for each in examples if each["id"] == "fegli-option-b-2004"]
    thousands = -(-int(example["input"]["annual_pay"]) // 1_000)
    coverage = thousands * 1_000 * example["input"]["multiples"]
    assert coverage == int(example["expected"]["coverage"])
    premium = Money.parse(example["input"]["rate_per_1000"]).cents * coverage // 1_000
    assert premium == Money.parse(example["expected"]["biweekly"]).cents


def test_without_paid_hours_no_life_insurance_is_due_and_the_health_premium_becomes_a_debt() -> None:
    unpaid = {number: [("940", "8")] for number in (2, 3, 4, 5, 6, 9, 10, 11, 12, 13)}
    found = prepared({}, time=unpaid, rates=AGENCY)
    assert not found.refused, [str(each) for each in found.findings]
    calculated = calculate(found.facts, FIRST)
    row = calculated.frame.row(0, named=True)
    assert (row["gross_cents"], row["life_cents"], row["net_cents"]) == (0, 0, 0)
    assert (row["health_due_cents"], row["health_cents"], row["agency_health_cents"]) == (10_000, 0, 30_000)
    assert row["closing_health_debt_cents"] == 10_000
    (warning,) = [each for each in calculated.findings if each.who == row["employee"]]
    assert "100.00 is due, 0.00 was taken" in warning.words
    assert "debt to the United States" in warning.words


def test_the_government_share_of_a_part_time_employee_is_prorated() -> None:
    facts = prepared({}, rates=AGENCY).facts.with_columns(part_time_hours=20)
    row = calculate(facts, FIRST).frame.row(0, named=True)
    assert (row["agency_health_cents"], row["health_cents"]) == (15_000, 25_000)


def test_premiums_without_a_government_share_and_after_taxes() -> None:
    row = paid({}, Election("fehb-unshared"))
    assert (row["agency_health_cents"], row["health_cents"], row["pretax_cents"]) == (0, 40_000, 40_000)
    row = paid({}, Election("fehb-after-tax"))
    assert (row["health_cents"], row["pretax_cents"], row["fica_wages_cents"]) == (10_000, 0, BASIC)


def test_insurance_and_accounts_are_taken_before_taxes_and_long_term_care_after() -> None:
    elections = [
        Election(code, amount=Money.parse(amount))
        for code, amount in (
            ("dental", "21.05"),
            ("vision", "7.30"),
            ("hsa", "50.00"),
            ("long-term-care", "44.44"),
        )
    ]
    elections.append(Election("fsa-health", amount=Money.parse("3400.00")))
    elections.append(Election("fsa-dependent", amount=Money.parse("1000.00")))
    row = paid({"year_to_date": (("fsa_health", 20_000),)}, *elections)
    assert row["pay_dates_left"] == 24
    assert (row["fsa_health_cents"], row["fsa_dependent_cents"]) == (13_333, 4_167)
    assert row["pretax_cents"] == 10_000 + 2_105 + 730 + 5_000 + 13_333 + 4_167
    assert row["fica_wages_cents"] == BASIC - row["pretax_cents"]
    assert row["long_term_care_cents"] == 4_444
    assert row["closing_fsa_health_cents"] == 33_333


def test_flexible_spending_outside_of_its_limits_is_refused() -> None:
    for amount in ("3400.01", "99.99"):
        assert refused({}, Election("fsa-health", amount=Money.parse(amount))) == {"fsa-health-limit"}
    assert refused({}, Election("fsa-dependent", amount=Money.parse("7500.01"))) == {"fsa-dependent-limit"}


def test_traditional_and_roth_go_together_in_limits_and_match() -> None:
    both = (
        Election("tsp-traditional", rate=Fraction(2, 100)),
        Election("tsp-roth", amount=Money.parse("100.00")),
    )
    row = paid({"tsp_percent": Fraction(0)}, *both)
    assert (row["savings_traditional_cents"], row["savings_roth_cents"]) == (8_741, 10_000)
    three, five = 13_111, 21_852
    assert row["savings_match_cents"] == three + -(-(min(18_741, five) - three) // 2)
    assert row["closing_additions_cents"] == 18_741 + 4_370 + row["savings_match_cents"]


def test_suspended_contributions_leave_the_automatic_one() -> None:
    row = paid({}, Election("tsp-suspended"))
    assert (row["savings_cents"], row["savings_automatic_cents"], row["savings_match_cents"]) == (0, 4_370, 0)


@pytest.mark.parametrize(
    ("born", "wages", "traditional", "roth"),
    [(1980, "90000", 10_000, 0), (1970, "90000", 90_000, 0), (1970, "160000", 10_000, 80_000)],
)
def test_spill_over_is_catch_up_and_roth_for_high_earners(
    born: int, wages: str, traditional: int, roth: int
) -> None:
    """100.00 are left below the elective deferral limit; 900.00 are elected."""
    balances = (("tsp", 2_440_000), ("prior_year_wages", Money.parse(wages).cents))
    changes = {"born_on": date(born, 3, 1), "tsp_percent": Fraction(0), "tsp_amount": Money.parse("900")}
    row = paid({**changes, "year_to_date": balances})
    assert (row["savings_traditional_cents"], row["savings_roth_cents"]) == (traditional, roth)
    assert row["savings_match_cents"] == (17_482 if born == 1970 else 10_000)


def test_annual_additions_end_contributions() -> None:
    """72,000.00 less 71,700.00, the automatic 43.70 and a match of at most 174.82 leave 81.48."""
    row = paid({"year_to_date": (("additions", 7_170_000),)})
    assert row["savings_cents"] == 30_000 - 4_370 - 17_482


@pytest.mark.parametrize(
    ("elections", "code"),
    [
        ((Election("tsp-roth", amount=Money.parse("10"), rate=Fraction(1, 100)),), "election-unread"),
        ((Election("tsp-roth", rate=Fraction(1, 100)),), "tsp-places"),
        ((Election("moon-tax", amount=Money.parse("10")),), "election-unread"),
        ((Election("dental"),), "election-unread"),
        ((Election("tsp-suspended", amount=Money.parse("10")),), "election-unread"),
        ((Election("debt", amount=Money.parse("10"), total=Money.parse("100")),), "election-unread"),
        (
            (Election("union-dues", amount=Money(1)), Election("union-dues", amount=Money(2))),
            "election-twice",
        ),
    ],
)
def test_elections_that_cannot_be_meant_are_refused(elections: tuple[Election, ...], code: str) -> None:
    assert refused({}, *elections) == {code}


def test_optional_insurance_at_an_age_without_premiums_is_refused() -> None:
    version = REGISTER["life_insurance"].at(on=date(2021, 3, 1))
    assert max(row.integer("age_to") for row in version.rows) == 69
