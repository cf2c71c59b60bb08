"""The time message: days, hours and codes, and that a damaged record is refused by itself, with place and remedy."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from qsmo.contract.documents import TimeEntry
from qsmo.kernel.finding import Finding
from qsmo.kernel.period import Period
from qsmo.services.payroll.formats.time_xml import CODES, read_times
from qsmo.services.payroll.tests.people import ANA, DURING, TIMES, apart, edited, time_file, time_of


def only(path: Path) -> Finding:
    """The one finding of a file in which one record is wrong; everybody else was read."""
    read, findings = apart(read_times(path, agencies={"GS28"}, during=DURING))
    assert len(findings) == 1, [str(found) for found in findings]
    assert len(read) == len(TIMES) - 1
    assert findings[0].file == path.name
    assert findings[0].expected
    return findings[0]


def test_what_was_written_is_read_back_equal(tmp_path: Path) -> None:
    assert list(read_times(time_file(tmp_path), agencies={"GS28"}, during=DURING)) == list(TIMES)


def test_a_day_is_counted_from_the_sunday_on_which_the_period_begins(tmp_path: Path) -> None:
    sunday, last = TimeEntry(date(2026, 3, 8), "1037", 800), TimeEntry(date(2026, 3, 21), "1002", 1075)
    path = time_file(tmp_path, (replace(time_of(ANA), entries=(sunday, last)),))
    text = path.read_text("utf-8")
    assert 'hc:DayCode="1" hc:HrsWrk="8" hc:TimeCode="1037" hc:WeekCode="1"' in text
    assert 'hc:DayCode="7" hc:HrsWrk="10.75" hc:TimeCode="1002" hc:WeekCode="2"' in text
    read, findings = apart(read_times(path))
    assert (read, findings) == ([replace(time_of(ANA), entries=(sunday, last))], [])


@pytest.mark.parametrize(
    ("old", "new", "code", "field"),
    [
        ('DayCode="2"', 'DayCode="8"', "code-unknown", "TCDetail@DayCode"),
        ('WeekCode="2"', 'WeekCode="3"', "code-unknown", "TCDetail@WeekCode"),
        ('TimeCode="1002"', 'TimeCode="9999"', "code-unknown", "TCDetail@TimeCode"),
        ('HrsWrk="8"', 'HrsWrk="8:30"', "hours-wrong", "TCDetail@HrsWrk"),
        ('HrsWrk="8"', 'HrsWrk="-8"', "hours-wrong", "TCDetail@HrsWrk"),
        ('HrsWrk="8"', 'HrsWrk="8.125"', "hours-wrong", "TCDetail@HrsWrk"),
        ('HrsWrk="8"', 'HrsWrk="80"', "hours-too-many", "TCDetail@HrsWrk"),
        ('HrsWrk="8"', 'HrsWrk="23"', "hours-too-many", "hours of 2026-03-09"),
        ('DayCode="3"', 'DayCode="2"', "entry-twice", "time code"),
        ('TABeginDate="2026-03-08"', 'TABeginDate="2026-03-09"', "period-wrong", "TCSummary@TABeginDate"),
        ('TAEndDate="2026-03-21"', 'TAEndDate="2026-03-14"', "period-wrong", "TCSummary@TABeginDate"),
        ('PPEndDate="2026-03-21"', 'PPEndDate="2026-04-04"', "period-wrong", "TCSummary@TABeginDate"),
        ('PPEndDate="2026-03-21"', 'PPEndDate="2026-02-30"', "date-wrong", "TCSummary@PPEndDate"),
        ('SSN="900000002"', 'SSN="900000001"', "ssn-twice", "TCSummary@SSN"),
        ('ID="00000002"', 'ID="00000001"', "employee-twice", "TCSummary@AlternatePersonID"),
        ('HrsWrk="8"', 'HrsWrk="\N{ARABIC-INDIC DIGIT EIGHT}"', "hours-wrong", "TCDetail@HrsWrk"),
        ('Code="GS28"', 'Code="TR93"', "agency-other", "TCSummary@AgySubElementCode"),
        ("</hc:TCSummary>", '<hc:TCNote hc:A="1"/></hc:TCSummary>', "element-unknown", "TCNote"),
    ],
)
def test_a_damaged_record_is_refused_by_itself(
    tmp_path: Path, old: str, new: str, code: str, field: str
) -> None:
    path = edited(time_file(tmp_path), old, new)
    found = only(path)
    assert (found.code, found.field) == (code, field)
    line = path.read_text("utf-8").splitlines()[(found.line or 0) - 1]
    assert field.split("@")[0] in line or "@" not in field


def test_time_of_another_pay_period_is_refused_person_by_person(tmp_path: Path) -> None:
    other = Period(date(2026, 3, 22), date(2026, 4, 5))
    read, findings = apart(read_times(time_file(tmp_path), during=other))
    assert read == []
    assert [(found.code, found.who, found.expected) for found in findings] == [
        ("period-other", time.employee, "2026-03-22 to 2026-04-04") for time in TIMES
    ]


def test_a_record_without_hours_is_refused(tmp_path: Path) -> None:
    path = time_file(tmp_path)
    path.write_text(re.sub(r"(<hc:TCDetail [^>]*/>\n){11}", "", path.read_text("utf-8"), count=1), "utf-8")
    found = only(path)
    assert (found.code, found.field, found.line, found.who) == ("element-missing", "TCDetail", 4, "00000001")


def test_each_attribute_taken_away_or_spoiled_refuses_exactly_that_record(tmp_path: Path) -> None:
    path = time_file(tmp_path)
    text = path.read_text("utf-8")
    start = text.index("<hc:TCSummary ", text.index("</hc:TCSummary>"))
    end = text.index("</hc:TCSummary>", start)
    places = [
        (start + tag.start(2) + found.start(), start + tag.start(2) + found.end(), f"{tag[1]}@{found[1]}")
        for tag in re.finditer(r"<hc:(\w+)([^>]*)>", text[start:end])
        for found in re.finditer(r' hc:(\w+)="[^"]*"', tag[2])
    ]
    used = [place for place in places if place[2] != "TCSummary@RecordID"]
    assert len(used) == len(places) - 1 == 6 + 11 * 4
    for first, last, name in used:
        spoiled = text[first:last].split("=")[0]
        for garbage in ("", f'{spoiled}=""', f'{spoiled}="\N{SNOWMAN}"', f'{spoiled}="{"9" * 5000}"'):
            path.write_text(text[:first] + garbage + text[last:], "utf-8")
            read, findings = apart(read_times(path, agencies={"GS28"}, during=DURING))
            assert read == [TIMES[0], TIMES[2]], (name, garbage[:20])
            assert len({found.who for found in findings}) == 1, name
            assert all(found.line and found.expected and len(found.words) < 200 for found in findings), name


def test_the_public_test_set_is_read(reference: Path) -> None:
    files = sorted((reference / "market" / "data" / "gdts").glob("TA_TRANS_PP*.xml"))
    results = [apart(read_times(path, agencies={"GS28"})) for path in files]
    assert [len(read) for read, _ in results] == [63, 65, 65, 61, 3]
    assert [findings for _, findings in results] == [[], [], [], [], []]
    records = [record for read, _ in results for record in read]
    assert sum(len(record.entries) for record in records) == 2613 - 11, "eleven entries are of no hours"
    assert {entry.code for record in records for entry in record.entries} == {
        code for code in CODES if code.isdecimal()
    }
    assert sum(entry.centihours == 1070 for record in records for entry in record.entries) == 2
    assert records[0].during == Period(date(2021, 1, 31), date(2021, 2, 14))
    assert records[0].entries[0] == TimeEntry(date(2021, 2, 1), "1037", 800)
