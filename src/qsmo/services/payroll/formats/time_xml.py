"""The federal HR-line message TATx: each TCSummary is one person's certified time for a pay period, by day and code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TextIO
from xml.sax.saxutils import quoteattr

from qsmo.contract.documents import TimeEntry, TimeRecord
from qsmo.kernel.finding import Finding
from qsmo.kernel.period import PAY_PERIOD_DAYS, Period
from qsmo.services.payroll.formats.message import FEDERAL, Broken, Element, Message, records
from qsmo.services.payroll.formats.reading import (
    EARLIEST,
    RECORD_ID,
    Reading,
    Seen,
    social_security_number,
    whose,
)
from qsmo.services.payroll.rules.earnings.codes import TIME_CODES, TITLES

MESSAGE = Message("TATx", "TCSummary", "a time message")

CODES = {code: title.lower().replace("sunday", "Sunday") for code, title in TITLES.items()}
"""The time codes that are acted on: those of the law table, by the words for them."""
ADD_ONS = frozenset(
    code
    for code, kind in TIME_CODES.items()
    if kind in ("night", "sunday", "second_shift", "third_shift", "hazard", "environmental")
)
"""Codes for hours that stand under another code of the same day already."""
WEEKS = {"1": "first week", "2": "second week"}
DAYS = {
    "1": "Sunday",
    "2": "Monday",
    "3": "Tuesday",
    "4": "Wednesday",
    "5": "Thursday",
    "6": "Friday",
    "7": "Saturday",
}
DAY_CENTIHOURS = 24 * 100
SUNDAY = 6
_HOURS = "hours such as 8 or 10.75"


def read_times(
    path: Path,
    *,
    agencies: Collection[str] = (),
    during: Period | None = None,
    name: str = "",
    broken: Broken | None = None,
) -> Iterator[TimeRecord | Finding]:
    """Each TCSummary as a TimeRecord, or as the findings that keep it from being one (`who` is AlternatePersonID).

    Entries of no hours, which some systems send, are left out.
    `during`: the pay period that the file must be for; without it any biweekly period from a Sunday on is taken, and
    a person may have a record for each (an earlier one is an amendment).
    Refusal (422) for the file as a whole; with `broken`, the whole records before the place where it is broken.
    """
    called = name or path.name
    seen: defaultdict[str, Seen] = defaultdict(Seen)
    for number, record in enumerate(records(path, MESSAGE, name=called, broken=broken), start=1):
        reading = Reading(called, whose(record, "AlternatePersonID", number))
        if reading.whole_record(record):
            stated = record.attributes.get("TABeginDate", "")
            time = _time(reading, record, agencies, during, seen[stated])
        if reading.findings:
            yield from reading.findings
        else:
            yield time


def _time(
    reading: Reading, record: Element, agencies: Collection[str], during: Period | None, seen: Seen
) -> TimeRecord:
    expected = "the employee number of the HR message"
    employee = reading.text(record, "AlternatePersonID", RECORD_ID, expected, code="id-wrong")
    seen.check(
        reading, record, "AlternatePersonID", employee, code="employee-twice", words="This employee number"
    )
    ssn = social_security_number(reading, record, seen)
    agency = reading.agency(record, "AgySubElementCode", agencies)
    reading.only(record, ("TCDetail",))
    actual = _period(reading, record, during)
    details = [detail for detail in record.parts if detail.tag == "TCDetail"]
    entries = [_entry(reading, detail, actual.start) for detail in details]
    if not entries:
        reading.wrong(
            "element-missing", "The record has no TCDetail.", record.line, "TCDetail", "at least one"
        )
    doubles(reading, record, entries, details)
    worked = tuple(entry for entry in entries if entry.centihours)
    return TimeRecord(employee=employee, ssn=ssn, agency=agency, during=actual, entries=worked)


def _period(reading: Reading, record: Element, during: Period | None) -> Period:
    before = len(reading.findings)
    begin, end, stated = (reading.day(record, name) for name in ("TABeginDate", "TAEndDate", "PPEndDate"))
    fallback = during or Period(EARLIEST, EARLIEST + timedelta(days=PAY_PERIOD_DAYS))
    if len(reading.findings) > before:
        return fallback
    actual = Period(begin, begin + timedelta(days=PAY_PERIOD_DAYS))
    place = record.named("TABeginDate")
    if end != actual.last or stated != actual.last or begin.weekday() != SUNDAY:
        words = f"The time runs from {begin} to {end} in a pay period that ends on {stated}."
        expected = "14 days from a Sunday on, the end of the pay period the same as the end of the time"
        reading.wrong("period-wrong", words, record.line, place, expected)
        return fallback
    if during is not None and actual != during:
        words = f"The time is for {begin} to {end}, another pay period than the one being paid."
        reading.wrong("period-other", words, record.line, place, f"{during.start} to {during.last}")
        return fallback
    return actual


def _entry(reading: Reading, detail: Element, begin: date) -> TimeEntry:
    before = len(reading.findings)
    week = reading.one_of(detail, "WeekCode", WEEKS)
    day = reading.one_of(detail, "DayCode", DAYS)
    code = reading.one_of(detail, "TimeCode", CODES)
    centihours = reading.hundredths(detail, "HrsWrk", _HOURS, code="hours-wrong")
    if centihours > DAY_CENTIHOURS and len(reading.findings) == before:
        words = f"{detail.named('HrsWrk')} is {detail.attributes['HrsWrk'][:12]}, more than a day has."
        reading.wrong(
            "hours-too-many", words, detail.line, detail.named("HrsWrk"), "at most 24 hours on a day"
        )
    on = begin + timedelta(days=(int(week) - 1) * 7 + int(day) - 1)
    return TimeEntry(on=on, code=code, centihours=centihours)


def doubles(reading: Reading, record: Element, entries: Sequence[TimeEntry], rows: Sequence[Element]) -> None:
    """The same code twice on a day, or more than 24 hours together; only asked of entries that could all be read."""
    if reading.findings:
        return
    met: set[tuple[date, str]] = set()
    worked: dict[date, int] = {}
    for entry, row in zip(entries, rows, strict=True):
        if (entry.on, entry.code) in met:
            words = f"Code {entry.code} ({CODES[entry.code]}) stands twice on {entry.on}."
            reading.wrong("entry-twice", words, row.line, "time code", "one entry per day and code")
        met.add((entry.on, entry.code))
        if entry.code not in ADD_ONS:
            worked[entry.on] = worked.get(entry.on, 0) + entry.centihours
    for on, centihours in worked.items():
        if centihours > DAY_CENTIHOURS:
            words = f"The hours of {on} add up to {_hours(centihours)}, more than a day has."
            reading.wrong("hours-too-many", words, record.line, f"hours of {on}", "at most 24 hours on a day")


def write_times(path: Path, times: Iterable[TimeRecord], *, at: datetime) -> int:
    """Write a message that `read_times` reads back equal; one part a line. Hands back the number of records."""
    count = 0
    stamp = at.strftime("%Y-%m-%dT%H:%M:%S")
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        file.write(f'<hc:TATx xmlns:hc="{FEDERAL}" hc:Version="4.0" hc:TxTime="{stamp}">\n')
        file.write(f'<hc:TABatch hc:BatchFreq="BW" hc:BatchType="P" hc:ID="1" hc:TxTime="{stamp}">\n')
        for time in times:
            count += 1
            _write(file, time, count)
        file.write("</hc:TABatch>\n</hc:TATx>\n")
    return count


def _write(file: TextIO, time: TimeRecord, number: int) -> None:
    file.write(
        f"<hc:TCSummary hc:AgySubElementCode={quoteattr(time.agency)} hc:AlternatePersonID={quoteattr(time.employee)}"
        f' hc:PPEndDate="{time.during.last}" hc:RecordID="{number}" hc:SSN={quoteattr(time.ssn)}'
        f' hc:TABeginDate="{time.during.start}" hc:TAEndDate="{time.during.last}">\n'
    )
    for entry in time.entries:
        week, day = divmod((entry.on - time.during.start).days, 7)
        file.write(
            f'<hc:TCDetail hc:DayCode="{day + 1}" hc:HrsWrk="{_hours(entry.centihours)}"'
            f' hc:TimeCode={quoteattr(entry.code)} hc:WeekCode="{week + 1}"/>\n'
        )
    file.write("</hc:TCSummary>\n")


def _hours(centihours: int) -> str:
    whole, part = divmod(centihours, 100)
    return f"{whole}.{part:02d}".rstrip("0") if part else str(whole)
