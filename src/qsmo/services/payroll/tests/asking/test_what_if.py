"""What a change would do to one person's pay: exact figures worked out apart from the rules, and clear refusals."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from qsmo.contract.documents import PayAssignment, Withholding
from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.services.payroll.rules import AgencyRates, FehbRate, RetirementRate, calculate, prepare
from qsmo.services.payroll.rules.asking.asked import FIELDS, read
from qsmo.services.payroll.rules.asking.what_if import Pair, Papers, WhatIf, what_if
from qsmo.services.payroll.rules.intake.documents import assignment_frame, time_frame
from qsmo.services.payroll.tests.asking.test_why import PERIOD, time_
from qsmo.services.payroll.tests.people import ANA

RATES = AgencyRates(
    fehb={
        "ZA1": FehbRate(Money(400_00), "self_only", "a list"),
        "ZB2": FehbRate(Money(800_00), "self_and_family", "a list"),
    },
    retirement={"KF": RetirementRate(Fraction(165, 1000), "a notice")},
)
DATES = 26


def asked(person: PayAssignment = ANA, /, **changes: str) -> WhatIf:
    people, times = assignment_frame([person]), time_frame([time_()])
    prepared = prepare(people, times, RATES, PERIOD, withholding_periods=26)
    (row,) = calculate(prepared.facts, PERIOD).frame.rows(named=True)
    return what_if(row, Papers(people, times, RATES, PERIOD, 26, DATES), read(changes))


def lines(found: WhatIf) -> dict[str, Pair]:
    return {line.name.removesuffix("_cents"): line for line in found.lines}


def test_nothing_asked_changes_nothing() -> None:
    assert all(line.by == 0 and line.year_by == 0 for line in asked().lines)


def test_a_grade_has_the_rate_of_its_table_and_locality() -> None:
    """GS-11 step 1 of 2026 is 63,795 in the table, 86,123 with Houston's 35 percent; 2,087 hours, 80 paid."""
    found = lines(asked(grade="11", step="1"))["regular_pay"]
    assert (found.before, found.after) == (80 * 36_38, 80 * 41_27)
    assert found.year_after == 26 * 80 * 41_27


def test_a_contribution_of_another_percentage_is_matched_to_five() -> None:
    """5 and 10 percent of 2,910.40; the agency's 4 percent for five percent or more stay."""
    found = lines(asked(tsp_traditional="10%"))
    assert (found["savings_traditional"].before, found["savings_traditional"].after) == (145_52, 291_04)
    assert found["savings_match"].by == 0


def test_a_roth_election_leaves_the_traditional_one_and_the_tax() -> None:
    found = lines(asked(tsp_roth="100"))
    assert found["savings_roth"].after == 100_00
    assert found["savings_traditional"].by == found["income_tax"].by == 0
    assert found["net"].by == -100_00


def test_the_year_meets_the_limit_of_contributions() -> None:
    """1,500.00 a pay date would be 39,000.00; under 50 years of age 24,500.00 may be saved in 2026."""
    found = lines(asked(tsp_traditional="1500"))["savings_traditional"]
    assert (found.after, found.year_after) == (1_500_00, 24_500_00)


def test_a_family_plan_costs_what_the_government_does_not_pay() -> None:
    """A quarter of 400.00; of 800.00 a quarter as well, since three quarters are below the greatest share."""
    found = lines(asked(fehb="ZB2"))
    assert (found["health"].before, found["health"].after) == (100_00, 200_00)
    assert (found["agency_health"].before, found["agency_health"].after) == (300_00, 600_00)
    assert lines(asked(fehb="none"))["health"].after == 0


def test_overtime_and_leave_without_pay_are_hours() -> None:
    """Two and a half hours a week at time and a half of 36.38, each week to the cent; eight hours less at 36.38."""
    assert lines(asked(overtime="5"))["gross"].by == 2 * 136_43
    assert lines(asked(unpaid="8"))["gross"].by == -8 * 36_38


def test_extra_withholding_and_exemption() -> None:
    assert lines(asked(extra="25"))["income_tax"].by == 25_00
    assert lines(asked(exempt="yes"))["income_tax"].after == 0


def test_the_older_form_takes_its_own_entries_alone() -> None:
    person = replace(
        ANA, withholding=Withholding(status="single", step2_checked=True, step4a=Money(1_000_00))
    )
    assert "income_tax" in lines(asked(person, form="2019", allowances="1"))


def test_another_state_taxes_by_its_table() -> None:
    """Virginia in 2026 on 26 times 2,664.88 less 8,750: 720 and 5.75 percent above 17,000, a pay date's share."""
    found = asked(state="VA")
    taxable = lines(found)["gross"].after - lines(found)["savings_traditional"].after - 100_00
    tax = Fraction(720_00) + (26 * taxable - 8_750_00 - 17_000_00) * Fraction(575, 10_000)
    assert abs(lines(found)["state_tax"].after - tax / 26) <= 1
    assert [each.code for each in found.warnings] == ["locality-state"]


@pytest.mark.parametrize(
    ("changes", "field", "expected"),
    [
        ({"grade": "16"}, "grade", "1 to 15"),
        ({"step": "11"}, "step", "1 to 10"),
        ({"tsp_roth": "5.5%"}, "tsp_roth", "a whole percentage"),
        ({"tsp_traditional": "101%"}, "tsp_traditional", "a whole percentage"),
        ({"tsp_traditional": "60%", "tsp_roth": "60%"}, "tsp_traditional", "at most 100"),
        ({"overtime": "-1"}, "overtime", "hours"),
        ({"night": "99"}, "night", "at most the hours of the day"),
        ({"unpaid": "81"}, "unpaid", "at most 80.00"),
        ({"fehb": "ZZ9"}, "fehb", "a plan of the agency's rate list"),
        ({"status": "widowed"}, "status", "single or married or head"),
        ({"allowances": "2"}, "form", "the entries of one form"),
        ({"step3": "1e5"}, "step3", "dollars"),
        ({"state": "ZZ"}, "state", "two letters"),
        ({"certificate": "VA exemption=1"}, "certificate", "VA exemptions=2"),
        ({"certificate": "VA " + "x" * 400}, "certificate", "VA exemptions=2"),
        ({"salary": "1"}, "salary", "grade, step"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(changes: dict[str, str], field: str, expected: str) -> None:
    with pytest.raises(Refusal) as refused:
        asked(**changes)
    assert refused.value.status == 422
    assert field in {each.field for each in refused.value.findings}
    assert expected in "; ".join(each.expected for each in refused.value.findings)


def test_a_rate_outside_of_the_table_has_no_other_grade() -> None:
    person = replace(ANA, pay_plan="AD", grade="00", step="00")
    with pytest.raises(Refusal, match="AD is not one of the General Schedule"):
        asked(person, grade="12")


def test_every_field_says_what_would_be_right() -> None:
    assert all(field.label and field.expected for field in FIELDS.values())
