"""Personnel actions and pay deductions as messages: what they state, and each kind of damage with its own finding."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from qsmo.kernel.money import Money
from qsmo.services.payroll.formats.federal.actions import read_actions
from qsmo.services.payroll.formats.federal.deductions import read_deductions
from qsmo.services.payroll.formats.hr_xml import read_assignments
from qsmo.services.payroll.rules.timeline.events import Event, Held, Pay
from qsmo.services.payroll.tests.people import apart
from qsmo.services.payroll.tests.replay.messages import (
    PERSON,
    PROMOTED,
    action,
    actions,
    deductions,
    people,
    tag,
)

PROMOTION = action("2026-02-08", "702", tag("HRTRANSToPosition", PROMOTED))


def only(folder: Path, *records: str) -> Event:
    read, findings = apart(read_actions(actions(folder, "a.xml", *records)))
    assert findings == []
    assert len(read) == 1
    event: Event = read[0]
    return event


def test_a_promotion_states_the_position_after_it_and_nothing_else(tmp_path: Path) -> None:
    event = only(tmp_path, PROMOTION)
    assert (event.employee, event.effective_on, event.nature) == ("00000001", date(2026, 2, 8), "702")
    assert event.family == "position"
    assert (event.stated["grade"], event.stated["step"]) == ("13", "01")
    assert (event.stated["basic_pay"], event.stated["adjusted_pay"]) == (Money(9092500), Money(11963000))
    assert "fehb" not in event.stated
    assert "tsp_amount" not in event.stated


def test_a_step_without_its_leading_zero_is_the_same_step(tmp_path: Path) -> None:
    parts = tag("HRTRANSToPosition", {**PROMOTED, "SteporRate": "7"})
    assert only(tmp_path, action("2026-02-08", "713", parts)).stated["step"] == "07"


def test_an_hourly_rate_in_tenths_repeats_the_one_on_file(tmp_path: Path) -> None:
    cells = {**PROMOTED, "PayPlan": "WG", "BasicPay": "18.6", "AdjBasicPay": "0", "TotalSalary": "18"}
    event = only(tmp_path, action("2026-02-08", "792", tag("HRTRANSToPosition", {**cells, "PayBasis": "PH"})))
    assert event.within == Money(5)
    rounded_up = {**cells, "BasicPay": "47", "TotalSalary": "46", "PayBasis": "PH"}
    assert only(tmp_path, action("2026-02-08", "816", tag("HRTRANSToPosition", rounded_up))).within == Money(
        5
    )


def test_savings_of_both_treatments_stand_side_by_side_with_their_day(tmp_path: Path) -> None:
    both = {
        "TSPAmt": "160",
        "TSPRate": "0",
        "TSPRothAmt": "0",
        "TSPRothRate": "3",
        "TSPEffectiveDate": "2026-02-22",
    }
    event = only(tmp_path, action("2026-02-08", "911", tag("HRTRANSTSP", both)))
    assert event.stated["tsp_amount"] == Money(16000)
    assert event.stated["roth_percent"] == Fraction(3, 100)
    assert event.elected_on == {"savings": date(2026, 2, 22)}


def test_an_award_is_paid_and_an_incentive_by_its_own_name(tmp_path: Path) -> None:
    award = tag("HRTRANSAward", {"AwdAmt": "1,500", "AwdCode": "108", "AwdHrs": "0"})
    assert only(tmp_path, action("2026-02-08", "840", award)).pays == (
        Pay("award", Money(150000), "Action 840 of 2026-02-08"),
    )
    assert only(tmp_path, action("2026-02-08", "815", award)).pays[0].code == "recruitment"


def test_a_correction_says_which_action_it_corrects(tmp_path: Path) -> None:
    second = tag("HRTRANSSecondNOA", {"NOACode": "702"})
    event = only(tmp_path, action("2026-02-08", "002", second + tag("HRTRANSToPosition", PROMOTED)))
    assert (event.family, event.corrects) == ("correction", "702")


@pytest.mark.parametrize(
    ("old", "new", "code", "field"),
    [
        ('NOACode="702"', 'NOACode="655"', "nature-unknown", "HRTRANSFirstNOA@NOACode"),
        ('NOACode="702"', 'NOACode="promotion"', "nature-wrong", "HRTRANSFirstNOA@NOACode"),
        ('NOACode="702"', 'NOACode="002"', "element-missing", "HRTRANSSecondNOA"),
        ("HRTRANSFirstNOA", "HRTRANSNOA", "element-missing", "HRTRANSFirstNOA"),
        ('PAEffDate="2026-02-08"', 'PAEffDate="2026-02-30"', "date-wrong", "HRTRANSData@PAEffDate"),
        ('RecordID="00000001"', 'RecordID="?"', "id-wrong", "HRTRANSData@RecordID"),
        ('TotalSalary="119630"', 'TotalSalary="119631"', "pay-sum-wrong", "HRTRANSToPosition@TotalSalary"),
        ('BasicPay="90925"', 'BasicPay="ninety"', "amount-wrong", "HRTRANSToPosition@BasicPay"),
        ('WorkSchedule="F"', 'WorkSchedule="Z"', "code-unknown", "HRTRANSToPosition@WorkSchedule"),
        ("HRTRANSToPosition", "HRTRANSNewPosition", "element-unknown", "HRTRANSNewPosition"),
        (
            'AgySubElementCode="GS28"',
            'AgySubElementCode="XX00"',
            "agency-other",
            "HRTRANSToPosition@AgySubElementCode",
        ),
    ],
)
def test_damage_to_one_action_is_named_and_the_others_are_read(
    tmp_path: Path, old: str, new: str, code: str, field: str
) -> None:
    path = actions(tmp_path, "a.xml", PROMOTION.replace(old, new), action("2026-02-22", "840"))
    read, findings = apart(read_actions(path, agencies={"GS28"}))
    assert [each.nature for each in read] == ["840"]
    assert (code, field) in {(each.code, each.field) for each in findings}
    assert all(each.file == "a.xml" and each.line and each.expected for each in findings)


def test_an_amount_in_an_action_that_pays_none_is_a_finding(tmp_path: Path) -> None:
    parts = tag("HRTRANSAward", {"AwdAmt": "1500"})
    read, findings = apart(read_actions(actions(tmp_path, "a.xml", action("2026-02-08", "702", parts))))
    assert (read, [each.code for each in findings]) == ([], ["award-unclear"])


def test_deductions_are_asked_for_by_code_from_a_pay_period_on(tmp_path: Path) -> None:
    path = deductions(tmp_path, "d.xml", "2026-02-08", "2026-02-21", c428="250", c192="12.50")
    read, findings = apart(read_deductions(path))
    assert findings == []
    assert read[0].effective_on == date(2026, 2, 8)
    assert read[0].held == (Held("428", Money(25000)), Held("192", Money(1250)))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('PayDedCode="428"', 'PayDedCode="999"', "deduction-unknown"),
        ('PayDedCode="428"', 'PayDedCode="debt"', "deduction-wrong"),
        ('PayDedPPAmt="250"', 'PayDedPPAmt="-250"', "amount-wrong"),
        ('PayDedCode="192"', 'PayDedCode="428"', "entry-twice"),
        ('PPStartDate="2026-02-08"', 'PPStartDate="2026-03-08"', "period-wrong"),
        ("PayEmployeeWork", "PayWork", "element-missing"),
        ("PayDeductions", "PayDeduction", "element-missing"),
    ],
)
def test_damage_to_a_deduction_is_named(tmp_path: Path, old: str, new: str, code: str) -> None:
    path = deductions(tmp_path, "d.xml", "2026-02-08", "2026-02-21", c428="250", c192="12")
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    read, findings = apart(read_deductions(path))
    assert read == []
    assert code in {each.code for each in findings}
    assert {each.who for each in findings} == {"00000001"}


def test_allowances_in_a_message_are_those_of_the_older_form(tmp_path: Path) -> None:
    person = tag("HRTRANSEmployee", {"MaritalStatus": "D", "TaxExempt": "2", "AddTaxWithheldAmt": "25"})
    stated = only(tmp_path, action("2026-02-08", "991", person)).stated
    assert stated["status"] == "single"
    assert stated["entries"] == {"form": "2019", "allowances": 2, "extra": Money(2500)}


def test_a_profile_with_allowances_has_the_older_form(tmp_path: Path) -> None:
    health = {"FEHBCode": "111"}
    read, findings = apart(
        read_assignments(people(tmp_path, HREmployee={**PERSON, "TaxExempt": "1"}, HRFEHB=health))
    )
    assert findings == []
    form = read[0].withholding
    assert (form.form, form.allowances, form.step2_checked) == ("2019", 1, False)
