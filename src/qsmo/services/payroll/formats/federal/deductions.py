"""The federal message PayTx: each PayData asks for deductions from one person's pay, from a pay period on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from qsmo.kernel.finding import Finding
from qsmo.services.payroll.formats.message import Broken, Element, Message, records
from qsmo.services.payroll.formats.reading import RECORD_ID, Reading, whose
from qsmo.services.payroll.rules.timeline.codes import deductions_asked_for
from qsmo.services.payroll.rules.timeline.events import DEDUCTION, Event, Held

MESSAGE = Message("PayTx", "PayData", "a message of pay deductions")
PARTS = ("PayEmployee", "PayEmployeeWork", "PayDeductions")
CODE = re.compile(r"\d{1,4}", re.ASCII)


def read_deductions(path: Path, *, name: str = "", broken: Broken | None = None) -> Iterator[Event | Finding]:
    """Each PayData as an event, or as the findings that keep it from being one (`who` is its RecordID)."""
    called = name or path.name
    for number, record in enumerate(records(path, MESSAGE, name=called, broken=broken), start=1):
        reading = Reading(called, whose(record, "RecordID", number))
        event = _asked(reading, record) if reading.whole_record(record) else None
        if event is None or reading.findings:
            yield from reading.findings
        else:
            yield event


def _asked(reading: Reading, record: Element) -> Event | None:
    reading.only(record, PARTS)
    expected = "an employee number of up to 20 characters"
    employee = reading.text(record, "RecordID", RECORD_ID, expected, code="id-wrong")
    work = reading.part(record, "PayEmployeeWork")
    if work is None:
        return None
    first, last = reading.day(work, "PPStartDate"), reading.day(work, "PPEndDate")
    if last < first:
        words = f"The pay period runs from {first} to {last}."
        reading.wrong("period-wrong", words, work.line, work.named("PPEndDate"), "an end after the start")
    held = []
    for part in record.parts:
        if part.tag == "PayDeductions":
            held.append(Held(_code(reading, part), reading.dollars(part, "PayDedPPAmt")))
    if not held:
        words = "The record has no PayDeductions."
        reading.wrong("element-missing", words, record.line, "PayDeductions", "at least one")
    if len({each.code for each in held}) < len(held):
        words = "A deduction code stands twice in the record."
        reading.wrong("entry-twice", words, record.line, "PayDeductions", "each code once")
    return Event(employee, first, DEDUCTION, {}, held=tuple(held), file=reading.file, line=record.line)


def _code(reading: Reading, part: Element) -> str:
    code = reading.text(part, "PayDedCode", CODE, "a deduction code such as 428", code="deduction-wrong")
    known = deductions_asked_for()
    if code and code not in known:
        words = f"Deduction code {code} is not known."
        expected = ", ".join(f"{each} ({said})" for each, said in sorted(known.items()))
        reading.wrong("deduction-unknown", words, part.line, part.named("PayDedCode"), expected)
    return code
