"""The HR message: what is read, and that a damaged record is refused by itself, with place and remedy."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from qsmo.kernel.finding import Finding
from qsmo.kernel.money import Money
from qsmo.services.payroll.formats.hr_xml import read_assignments
from qsmo.services.payroll.formats.tables import read_assignments_table, write_assignments_table
from qsmo.services.payroll.tests.people import ANA, BEN, CAY, PEOPLE, apart, edited, hr_file

NOT_USED = {"HRDATATx@Version", "HRDATATx@TxTime"}
OPTIONAL = {
    *("TSPRothRate", "TSPRothAmt", "W4Form", "W4Status", "W4Step3", "W4Step4a", "W4Step4b", "W4Extra"),
    *("W4Allowances", "W4Exempt", "NoHealthPlan"),
}


def only(path: Path, *, agencies: tuple[str, ...] = ()) -> Finding:
    """The one finding of a file in which one record is wrong; everybody else was read."""
    read, findings = apart(read_assignments(path, agencies=agencies))
    assert len(findings) == 1, [str(found) for found in findings]
    assert len(read) == len(PEOPLE) - 1
    assert findings[0].file == path.name
    assert findings[0].expected
    return findings[0]


def test_what_was_written_is_read_back_equal(tmp_path: Path) -> None:
    assert list(read_assignments(hr_file(tmp_path), agencies={"GS28"})) == list(PEOPLE)


def test_who_has_no_tour_of_duty_and_when_service_for_leave_began_come_back(tmp_path: Path) -> None:
    person = replace(ANA, work_schedule="I", tour_hours=0, leave_since=date(2012, 5, 20))
    assert list(read_assignments(hr_file(tmp_path, (person,)))) == [person]
    write_assignments_table(tmp_path / "people.csv", [person])
    assert list(read_assignments_table(tmp_path / "people.csv")) == [person]


def test_without_entries_of_ours_the_status_follows_the_marital_status(tmp_path: Path) -> None:
    path = hr_file(tmp_path, (ANA, replace(ANA, employee="9", ssn="900000009")))
    text = re.sub(r"<qsmo:PayEntries.*?</qsmo:PayEntries>\n", "", path.read_text("utf-8"))
    path.write_text(text.replace('MaritalStatus="S"', 'MaritalStatus="M"', 1), "utf-8")
    edited(path, 'Indicator="No"', 'Indicator="Yes"')
    read, _ = apart(read_assignments(path))
    forms = [person.withholding for person in read]
    assert [(form.form, form.status, form.step2_checked) for form in forms] == [
        ("2020", "married", True),
        ("2020", "single", False),
    ]


def test_amounts_with_commas_and_cents_are_exact(tmp_path: Path) -> None:
    path = edited(hr_file(tmp_path), 'TSPRothAmt="123.45"', 'TSPRothAmt="1,123.4"')
    read, _ = apart(read_assignments(path))
    assert read[1] == replace(BEN, tsp_amount=Money(112340))


@pytest.mark.parametrize(
    ("old", "new", "code", "field"),
    [
        ('FEGLI="C0"', 'FEGLI="Kö"', "fegli-wrong", "HREmployeeWork@FEGLI"),
        ('RetirementPlan="KF"', 'RetirementPlan="ZZ"', "code-unknown", "HREmployeeWork@RetirementPlan"),
        ('DOB="1990-12-05"', 'DOB="1990-13-40"', "date-wrong", "HREmployee@DOB"),
        ('DOB="1990-12-05"', 'DOB="19901205"', "date-wrong", "HREmployee@DOB"),
        ('DOB="1990-12-05"', 'DOB="2021-01-31"', "date-wrong", "HREmployee@DOB"),
        ('HireDate="2021-01-31"', 'HireDate="31.1.2021"', "date-wrong", "HRData@HireDate"),
        (' hc:BasicPay="56243"', "", "attribute-missing", "HRPositionPay@BasicPay"),
        ('BasicPay="56243"', 'BasicPay="5624E1"', "amount-wrong", "HRPositionPay@BasicPay"),
        ('BasicPay="56243"', 'BasicPay="-56243"', "amount-wrong", "HRPositionPay@BasicPay"),
        ('TotalSalary="75928"', 'TotalSalary="75929"', "pay-sum-wrong", "HRPositionPay@TotalSalary"),
        ('SSN="900000003"', 'SSN="900000001"', "ssn-twice", "HREmployee@SSN"),
        ('SSN="900000003"', 'SSN="900-00-0003"', "ssn-wrong", "HREmployee@SSN"),
        ('SSN="900000003"', 'SSN="90000000\N{ARABIC-INDIC DIGIT THREE}"', "ssn-wrong", "HREmployee@SSN"),
        ('RecordID="00000003"', 'RecordID="00000002"', "employee-twice", "HRData@RecordID"),
        ('RecordID="00000003"', 'RecordID="a b"', "id-wrong", "HRData@RecordID"),
        (
            'AgySubElementCode="GS28"',
            'AgySubElementCode="TR93"',
            "agency-other",
            "HRPositionPay@AgySubElementCode",
        ),
        ('GivenName="Ana &amp; José"', 'GivenName=" "', "name-wrong", "HREmployee@GivenName"),
        ('Grade="09"', 'Grade="16"', "code-unknown", "HRPositionPay@Grade"),
        ('SteporRate="03"', 'SteporRate="11"', "code-unknown", "HRPositionPay@SteporRate"),
        ('TODHrs="40"', 'TODHrs="400"', "number-wrong", "HRPositionPay@TODHrs"),
        ('TSPRate="5" hc:TSPAmt="0"', 'TSPRate="5" hc:TSPAmt="9"', "tsp-several", "HRTSP@TSPRate"),
        ('TSPRate="5"', 'TSPRate="500"', "number-wrong", "HRTSP@TSPRate"),
        ('W4Form="2020"', 'W4Form="2019" qsmo:W4Step3="5"', "w4-mixed", "qsmo:PayEntries@W4Form"),
        ('W4Form="2020"', 'W4Fomr="2020"', "attribute-unknown", "qsmo:PayEntries@qsmo:W4Fomr"),
        ('Name="oasdi"', 'Name="oasdi_wages"', "balance-twice", "qsmo:YearToDate@Name"),
        ('NoHealthPlan="Yes"', 'NoHealthPlan="No"', "element-missing", "HRFEHB"),
        ('<hc:HRFEHB hc:FEHBCode="ZA1"/>', "", "element-missing", "HRFEHB"),
        ("<hc:HRTSP ", '<hc:HRTSP hc:TSPRate="1"/><hc:HRTSP ', "element-twice", "HRTSP"),
        ("<hc:HRFEHB ", '<hc:HRDebt hc:Amount="10"/><hc:HRFEHB ', "element-unknown", "HRDebt"),
    ],
)
def test_a_damaged_record_is_refused_by_itself(
    tmp_path: Path, old: str, new: str, code: str, field: str
) -> None:
    path = edited(hr_file(tmp_path), old, new)
    found = only(path, agencies=("GS28",))
    assert (found.code, found.field) == (code, field)
    line = path.read_text("utf-8").splitlines()[(found.line or 0) - 1]
    assert field.split("@")[0].split(":")[-1] in line or code == "element-missing"


def test_a_missing_part_is_one_finding_and_not_one_for_each_thing_in_it(tmp_path: Path) -> None:
    path = hr_file(tmp_path)
    path.write_text(re.sub(r"<hc:HRPositionPay .*?/>\n", "", path.read_text("utf-8"), count=1), "utf-8")
    found = only(path)
    assert (found.code, found.field, found.line, found.who) == (
        "element-missing",
        "HRPositionPay",
        4,
        "00000001",
    )


def test_no_finding_shows_a_social_security_number(tmp_path: Path) -> None:
    path = edited(hr_file(tmp_path), 'SSN="900000003"', 'SSN="90000000X"')
    edited(path, 'SSN="900000002"', 'SSN="900000001"')
    _, findings = apart(read_assignments(path))
    assert [found.code for found in findings] == ["ssn-twice", "ssn-wrong"]
    assert not any(re.search(r"9000000", str(found.as_dict())) for found in findings)


def test_another_agencys_people_each_get_their_own_finding(tmp_path: Path) -> None:
    read, findings = apart(read_assignments(hr_file(tmp_path), agencies={"TR93"}))
    assert read == []
    assert [(found.code, found.who, found.expected) for found in findings] == [
        ("agency-other", person.employee, "TR93") for person in PEOPLE
    ]


def test_a_record_far_too_long_is_refused_by_itself(tmp_path: Path) -> None:
    path = edited(hr_file(tmp_path), "</hc:HRData>", '<hc:HRDebt hc:A="1"/>' * 9000 + "</hc:HRData>")
    read, findings = apart(read_assignments(path))
    assert read == [BEN, CAY]
    assert [found.code for found in findings] == ["record-too-long"]


def attributes_of(path: Path) -> list[tuple[int, int, str]]:
    """Start, end and `element@attribute` of every attribute of the middle record of a message."""
    text = path.read_text("utf-8")
    start = text.index("<hc:HRData ", text.index("</hc:HRData>"))
    end = text.index("</hc:HRData>", start)
    places = []
    for tag in re.finditer(r"<(?:hc|qsmo):(\w+)([^>]*)>", text[start:end]):
        for found in re.finditer(r' (?:hc|qsmo):(\w+)="[^"]*"', tag[2]):
            first = start + tag.start(2) + found.start()
            places.append((first, start + tag.start(2) + found.end(), f"{tag[1]}@{found[1]}"))
    return places


def test_each_attribute_taken_away_or_spoiled_refuses_exactly_that_record(tmp_path: Path) -> None:
    path = hr_file(tmp_path)
    text = path.read_text("utf-8")
    places = attributes_of(path)
    assert len(places) > 30
    for start, end, name in places:
        attribute = name.split("@")[1]
        spoiled = text[start:end].split("=")[0]
        for garbage in ("", f'{spoiled}=""', f'{spoiled}="\N{SNOWMAN}&#9;"', f'{spoiled}="{"9" * 5000}"'):
            path.write_text(text[:start] + garbage + text[end:], "utf-8")
            read, findings = apart(read_assignments(path, agencies={"GS28"}))
            if garbage == "" and attribute in OPTIONAL - {"NoHealthPlan"}:
                assert len(read) == len(PEOPLE), name
                continue
            assert read == [ANA, CAY], (name, garbage[:20])
            assert findings, name
            assert {found.file for found in findings} == {"hr.xml"}
            assert len({found.who for found in findings}) == 1, name
            assert all(found.line and found.expected and len(found.words) < 200 for found in findings), name


def test_the_public_test_set_is_read(reference: Path) -> None:
    folder = reference / "market" / "data" / "gdts"
    first, wrong = apart(read_assignments(folder / "HR_DATA_PP1_20210131_v1.1.xml", agencies={"GS28"}))
    second, wrong_too = apart(read_assignments(folder / "HR_DATA_PP2_20210221_v1.1.xml", agencies={"GS28"}))
    assert (len(first), len(second), wrong + wrong_too) == (63, 2, [])
    people = {person.ssn: person for person in (*first, *second)}
    assert len(people) == 65
    found = people["310001020"]
    assert (found.pay_plan, found.grade, found.step, found.tour_hours) == ("GS", "09", "02", 32)
    assert (found.basic_pay, found.adjusted_pay, found.tsp_amount) == (
        Money(4761900),
        Money(6105700),
        Money(28000),
    )
