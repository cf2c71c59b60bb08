"""A folder of messages: known by their root elements, damaged ones named with place and remedy, the rest used."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.kernel.period import Period
from qsmo.services.payroll.formats.federal.elections import COLUMNS
from qsmo.services.payroll.formats.federal.folder import read_folder
from qsmo.services.payroll.rules.timeline.events import Event, Pay
from qsmo.services.payroll.rules.timeline.known import Batch, arrivals
from qsmo.services.payroll.tests.replay.messages import (
    action,
    actions,
    deductions,
    fortnight,
    message,
    people,
    tag,
    time,
    written,
)

SPAN = Period(date(2026, 1, 11), date(2026, 3, 8))


def test_a_file_is_known_by_its_root_element_and_not_by_its_name(tmp_path: Path) -> None:
    people(tmp_path, "time.xml")
    actions(tmp_path, "people.xml", action("2026-02-08", "840"))
    deductions(tmp_path, "actions.xml", "2026-02-08", "2026-02-21", c428="250")
    time(tmp_path, "deductions.xml", fortnight(0))
    written(tmp_path / "notes.txt", "not a message")
    found = read_folder(tmp_path)
    assert {(each.name, each.kind) for each in found.files} == {
        ("time.xml", "people"),
        ("people.xml", "personnel actions"),
        ("actions.xml", "pay deductions"),
        ("deductions.xml", "time"),
    }
    assert found.unread == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "xml-dtd"),
        ('<?xml version="1.0"?><!DOCTYPE a SYSTEM "http://example.invalid/a.dtd"><a/>', "xml-dtd"),
        ("", "file-empty"),
        ("no markup at all", "xml-none"),
        (message("OtherTx", "Batch", []), "message-other"),
        (message("TATx", "TABatch", []), "records-none"),
        ("<1/>", "xml-malformed"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_and_the_others_are_used(
    tmp_path: Path, text: str, code: str
) -> None:
    people(tmp_path)
    written(tmp_path / "bad.xml", text)
    found = read_folder(tmp_path)
    assert [each.code for each in found.unread] == [code]
    assert found.unread[0].file == "bad.xml"
    assert found.unread[0].words
    assert found.unread[0].expected
    assert [batch.name for batch in found.batches] == ["people.xml"]


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    people(tmp_path)
    (tmp_path / "bad.xml").write_bytes(message("TATx", "TABatch", []).encode("utf-16"))
    assert [each.code for each in read_folder(tmp_path).unread] == ["encoding-wrong"]


def test_a_broken_off_file_gives_the_whole_records_before_the_break(tmp_path: Path) -> None:
    path = time(tmp_path, "time.xml", fortnight(0), fortnight(1))
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("</hc:TCSummary>", text.index("2026-01-25"))], "utf-8")
    found = read_folder(tmp_path)
    assert [each.code for each in found.unread] == ["xml-broken-off"]
    assert "the whole records before it were read" in found.unread[0].words
    assert [each.during.start for each in found.batches[0].times] == [date(2026, 1, 11)]


def test_a_wrong_byte_on_the_way_leaves_what_came_before(tmp_path: Path) -> None:
    path = actions(tmp_path, "a.xml", action("2026-02-08", "840"), action("2026-02-22", "999"))
    content = path.read_bytes()
    path.write_bytes(content.replace(b'PAEffDate="2026-02-22"', b'PAEffDate="\xff"'))
    found = read_folder(tmp_path)
    assert [each.code for each in found.unread] == ["encoding-wrong"]
    assert [each.effective_on for each in found.batches[0].events] == [date(2026, 2, 8)]


def test_a_folder_without_messages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="holds no message"):
        read_folder(tmp_path)


def test_entries_of_forms_come_as_a_table_of_our_own(tmp_path: Path) -> None:
    people(tmp_path)
    row = "00000001,2026-01-11,2019,married,,,,,2,,,\n00000001,soon,,,,,,,,,,\n"
    written(tmp_path / "forms.csv", ",".join(COLUMNS) + "\n" + row)
    batch = next(each for each in read_folder(tmp_path).batches if each.name == "forms.csv")
    assert batch.events[0].stated == {"entries": {"form": "2019", "status": "married", "allowances": 2}}
    assert {each.code for each in batch.findings} == {"date-wrong", "row-empty"}


def test_a_batch_is_known_when_it_says_so_within_the_replay(tmp_path: Path) -> None:
    promotions = [action(f"2026-01-{day}", "702") for day in (25, 26, 27, 28)]
    actions(tmp_path, "late.xml", promotions[0], sent="2026-02-10")
    actions(tmp_path, "named-20260222.xml", promotions[1])
    actions(tmp_path, "sent-again.xml", promotions[2])
    actions(tmp_path, "said.xml", promotions[3])
    found = read_folder(tmp_path)
    events, _ = arrivals(found.batches, SPAN, {"said.xml": date(2026, 3, 1)})
    assert {each.file: each.known_on for each in events} == {
        "late.xml": date(2026, 2, 10),
        "named-20260222.xml": date(2026, 2, 22),
        "sent-again.xml": None,
        "said.xml": date(2026, 3, 1),
    }


def test_time_for_an_earlier_pay_period_is_an_amendment_known_with_its_batch(tmp_path: Path) -> None:
    time(tmp_path, "first.xml", fortnight(0))
    time(tmp_path, "second.xml", fortnight(1), fortnight(0, tag("TCDetail", {"DayCode": "2", "HrsWrk": "2",
         "TimeCode": "1002", "WeekCode": "1"})))  # fmt: skip
    _, times = arrivals(read_folder(tmp_path).batches, SPAN, {})
    known = {(each.file, each.record.during.start): each.known_on for each in times}
    assert known == {
        ("first.xml", date(2026, 1, 11)): None,
        ("second.xml", date(2026, 1, 25)): None,
        ("second.xml", date(2026, 1, 11)): date(2026, 2, 7),
    }


def test_what_is_sent_twice_acts_once_and_from_the_day_that_is_known() -> None:
    award = Event("1", date(2021, 3, 1), "840", {}, pays=(Pay("award", Money(500_00), ""),))
    twin = replace(award, sequence=2)
    dated = Batch("HR_TRANS_20210302.xml", None, (award, twin, twin))
    again = Batch("again.xml", None, (replace(award, file="again.xml", line=7),))
    later = Batch("HR_TRANS_20210330.xml", None, (twin, replace(award, effective_on=date(2021, 3, 2))))
    span = Period(date(2021, 1, 31), date(2021, 4, 11))
    events, _ = arrivals([again, later, dated], span, {})
    told = [(each.effective_on.day, each.sequence, each.known_on) for each in events]
    assert told == [
        (1, 0, date(2021, 3, 2)),
        (1, 2, date(2021, 3, 2)),
        (1, 2, date(2021, 3, 2)),
        (2, 0, date(2021, 3, 30)),
    ]
