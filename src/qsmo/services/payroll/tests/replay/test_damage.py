"""Every kind of damage to each kind of message: a finding of its own with file, line, field and what would be right,
while the next record of the same file is used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from qsmo.services.payroll.formats.federal.folder import read_folder
from qsmo.services.payroll.rules.timeline.known import Batch, times_in_open_years
from qsmo.services.payroll.tests.replay.messages import (
    PROMOTED,
    action,
    actions,
    deductions,
    fortnight,
    people,
    tag,
    time,
)

ME, OTHER = "00000001", "00000002"
MAKE: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "HR_DATA": ("HRData", lambda folder: people(folder, "m.xml", HRFEHB={"FEHBCode": "111"})),
    "HR_TRANS": (
        "HRTRANSData",
        lambda folder: actions(
            folder, "m.xml", action("2026-02-08", "702", tag("HRTRANSToPosition", PROMOTED))
        ),
    ),
    "Pay": ("PayData", lambda folder: deductions(folder, "m.xml", "2026-02-08", "2026-02-21", c428="250")),
    "TA": ("TCSummary", lambda folder: time(folder, "m.xml", fortnight(0))),
}
SAVINGS = tag("HRTSP", {"TSPStatusCode": "Y", "TSPRate": "5", "TSPAmt": "0"})
NATURE = tag("HRTRANSFirstNOA", {"NOACode": "702", "NOADesc": "in words"})
WORK = tag("PayEmployeeWork", {"PPEndDate": "2026-02-21", "PPNum": "202601", "PPStartDate": "2026-02-08"})
HELD = tag("PayDeductions", {"PayDedCode": "428", "PayDedPPAmt": "250"})
MONDAY = tag("TCDetail", {"DayCode": "2", "HrsWrk": "8", "TimeCode": "1037", "WeekCode": "1"})
LEAVE = MONDAY.replace("1037", "876")

DAMAGE: list[tuple[str, str, str, str, str, str]] = [
    # message, what stands there, what stands there instead, code, field, a part of what would be right
    ("HR_DATA", SAVINGS, "", "element-missing", "HRTSP", "one HRTSP"),
    ("HR_DATA", ' hc:DOB="1980-05-05"', "", "attribute-missing", "HREmployee@DOB", "such as 2026-03-08"),
    ("HR_DATA", 'RetirementPlan="KF"', 'RetirementPlan="ZZ"', "code-unknown", "HREmployeeWork@RetirementPlan", "KF"),
    ("HR_DATA", 'WorkSchedule="F"', 'WorkSchedule="X"', "code-unknown", "HRPositionPay@WorkSchedule", "I (inter"),
    ("HR_DATA", '"GS28"', '"XX99"', "agency-other", "HRPositionPay@AgySubElementCode", "GS28"),
    ("HR_DATA", '"114017"', '"114018"', "pay-sum-wrong", "HRPositionPay@TotalSalary", "114,017.00"),
    ("HR_DATA", '"2025-06-01"', '"2025-06-31"', "date-wrong", "HRData@HireDate", "such as 2026-03-08"),
    ("HR_DATA", '"KF"', '"KF" hc:SCDLeave="1.6.2025"', "date-wrong", "HREmployeeWork@SCDLeave", "2026-03-08"),
    ("HR_TRANS", NATURE, "", "element-missing", "HRTRANSFirstNOA", "one HRTRANSFirstNOA"),
    ("HR_TRANS", '"702"', '"650"', "nature-unknown", "HRTRANSFirstNOA@NOACode", "a code of OPM's guide"),
    ("HR_TRANS", '"GS28"', '"XX99"', "agency-other", "HRTRANSToPosition@AgySubElementCode", "GS28"),
    ("HR_TRANS", '"119630"', '"119631"', "pay-sum-wrong", "HRTRANSToPosition@TotalSalary", "119,630.00"),
    ("HR_TRANS", '"2026-02-08"', '"8 Feb"', "date-wrong", "HRTRANSData@PAEffDate", "such as 2026-03-08"),
    ("Pay", WORK, "", "element-missing", "PayEmployeeWork", "one PayEmployeeWork"),
    ("Pay", HELD, "", "element-missing", "PayDeductions", "at least one"),
    ("Pay", '"428"', '"429"', "deduction-unknown", "PayDeductions@PayDedCode", "428 (debt"),
    ("Pay", HELD, HELD + HELD, "entry-twice", "PayDeductions", "each code once"),
    ("Pay", '"250"', '"250.005"', "amount-wrong", "PayDeductions@PayDedPPAmt", "such as"),
    ("Pay", '"2026-02-21"', '"2026-01-21"', "period-wrong", "PayEmployeeWork@PPEndDate", "after the start"),
    ("TA", ' hc:SSN="900000001"', "", "attribute-missing", "TCSummary@SSN", "nine digits"),
    ("TA", MONDAY, MONDAY.replace("1037", "9999"), "code-unknown", "TCDetail@TimeCode", "1037 (regular hours)"),
    ("TA", MONDAY, MONDAY.replace('"8"', '"25"'), "hours-too-many", "TCDetail@HrsWrk", "at most 24 hours"),
    ("TA", MONDAY, MONDAY + MONDAY, "entry-twice", "time code", "one entry per day and code"),
    ("TA", MONDAY, MONDAY + LEAVE.replace('"8"', '"17"'), "hours-too-many", "hours of 2026-01-12", "24 hours"),
    ("TA", '"GS28"', '"XX99"', "agency-other", "TCSummary@AgySubElementCode", "GS28"),
    ("TA", 'TAEndDate="2026-01-24"', 'TAEndDate="2026-01-23"', "period-wrong", "TCSummary@TABeginDate", "14 days"),
]  # fmt: skip
ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
WHOLE: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("xml-dtd", lambda content: content.replace(b"?>\n", b"?>\n" + ENTITIES.encode(), 1)),
    ("xml-dtd", lambda content: content.replace(b"?>\n", b"?>\n" + OUTSIDE.encode(), 1)),
    ("xml-broken-off", lambda content: content[: content.rindex(OTHER.encode())]),
    ("encoding-wrong", lambda content: content.decode().encode("utf-16")),
    ("encoding-wrong", lambda content: content.replace(OTHER.encode(), "é".encode("latin-1"))),
    ("xml-malformed", lambda content: content.replace(OTHER.encode() + b'"', OTHER.encode())),
]


def two(folder: Path, kind: str, old: str = "", new: str = "") -> Path:
    """A message of one record with something else in it, and the same whole record of somebody else after it."""
    element, make = MAKE[kind]
    path = make(folder)
    text = path.read_text("utf-8")
    begin, end = text.index(f"<hc:{element} "), text.index(f"</hc:{element}>")
    record = text[begin : end + len(f"</hc:{element}>\n")]
    assert old in record
    other = record.replace(ME, OTHER).replace("900000001", "900000002")
    path.write_text(
        text.replace(record, record.replace(old, new, 1) + other if old else record + other), "utf-8"
    )
    return path


def whose(batch: Batch) -> list[str]:
    """The employees whose records of a message are used."""
    return [*(each.employee for each in batch.events), *(each.employee for each in batch.times)]


@pytest.mark.parametrize(("kind", "old", "new", "code", "field", "right"), DAMAGE)
def test_damage_of_a_record_is_named_with_its_place_and_the_next_record_is_used(
    tmp_path: Path, kind: str, old: str, new: str, code: str, field: str, right: str
) -> None:
    path = two(tmp_path, kind, old, new)
    (batch,) = read_folder(tmp_path, agencies=("GS28",)).batches
    (found,) = batch.findings
    assert (found.code, found.field, found.file, found.who) == (code, field, path.name, ME)
    begins = path.read_text("utf-8").split("\n")
    lines = [number for number, line in enumerate(begins, start=1) if ME in line or OTHER in line]
    assert found.line is not None
    assert lines[0] <= found.line <= lines[-1]
    assert right in found.expected
    assert found.words.endswith(".")
    assert whose(batch) == [OTHER]


@pytest.mark.parametrize("kind", MAKE)
@pytest.mark.parametrize(("code", "damaged"), WHOLE)
def test_damage_of_a_file_is_named_and_nothing_after_it_is_trusted(
    tmp_path: Path, kind: str, code: str, damaged: Callable[[bytes], bytes]
) -> None:
    path = two(tmp_path, kind)
    path.write_bytes(damaged(path.read_bytes()))
    folder = read_folder(tmp_path, agencies=("GS28",))
    (found,) = folder.unread
    assert (found.code, found.file) == (code, path.name)
    assert found.line
    assert found.expected
    read = [who for batch in folder.batches for who in whose(batch)]
    assert read == ([] if code == "xml-dtd" or found.line == 1 else [ME])


def test_time_of_a_closed_year_is_named_and_the_replay_does_not_begin_with_it(tmp_path: Path) -> None:
    stray = fortnight(1).replace("2026-01-25", "2025-03-09").replace("2026-02-07", "2025-03-22")
    ancient = fortnight(2).replace("2026-02-08", "1999-03-07").replace("2026-02-21", "1999-03-20")
    time(tmp_path, "m.xml", fortnight(0), stray, ancient)
    batches, found = times_in_open_years(read_folder(tmp_path).batches)
    assert [str(each.during.start) for batch in batches for each in batch.times] == ["2026-01-11"]
    assert [(each.code, each.file, each.field, each.who) for each in found] == [
        ("year-closed", "m.xml", "TCSummary@TABeginDate", ME)
    ] * 2
    assert (
        found[0].words == "The time is for 2025-03-09 to 2025-03-22, which was paid in a year that is closed."
    )
    assert all(each.expected for each in found)
