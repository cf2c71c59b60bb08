"""A folder of federal messages: each file known by its root element and read, its damage named, the rest used."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from qsmo.contract.documents import PayAssignment, TimeRecord
from qsmo.kernel.finding import Finding, Refusal
from qsmo.services.payroll.formats.federal.actions import read_actions
from qsmo.services.payroll.formats.federal.deductions import read_deductions
from qsmo.services.payroll.formats.federal.elections import is_elections, read_elections
from qsmo.services.payroll.formats.hr_xml import read_assignments
from qsmo.services.payroll.formats.message import Broken, root_of
from qsmo.services.payroll.formats.time_xml import read_times
from qsmo.services.payroll.rules.timeline.events import Event, profile
from qsmo.services.payroll.rules.timeline.known import Batch

KINDS = {
    "HRDATATx": "people",
    "HRTRANSTx": "personnel actions",
    "PayTx": "pay deductions",
    "TATx": "time",
}
"""Root element to what people call the message."""
_SENT = re.compile(r"(\d{4}-\d{2}-\d{2})T", re.ASCII)
Read = PayAssignment | TimeRecord | Event | Finding


@dataclass(frozen=True, slots=True)
class Taken:
    """One file of the folder: what it is, how many records were taken, and how many findings it has."""

    name: str
    kind: str
    accepted: int
    findings: int


@dataclass(slots=True)
class Folder:
    """Everything that was read. `unread` are findings about files as a whole: people in them may be missing."""

    batches: list[Batch] = field(default_factory=list)
    unread: list[Finding] = field(default_factory=list)
    files: list[Taken] = field(default_factory=list)


def read_folder(folder: Path, *, agencies: Collection[str] = ()) -> Folder:
    """Every message of a folder, and elections in our own table. Refused (404) where there is no message at all."""
    found = Folder()
    for path in sorted(each for each in folder.iterdir() if each.is_file()):
        if path.suffix.lower() == ".xml" or is_elections(path):
            _take(found, path, agencies)
    if not found.files:
        words = f"{folder} holds no message: files that end in .xml, of the kinds {', '.join(KINDS)}."
        raise Refusal("folder-empty", words, status=404)
    return found


def _take(found: Folder, path: Path, agencies: Collection[str]) -> None:
    broken: list[Finding] = []
    try:
        kind, sent_on, stream = _stream(path, agencies, broken.append)
        records = list(stream)
    except Refusal as refusal:
        findings = refusal.findings or (Finding(refusal.code, refusal.words, file=path.name),)
        found.unread += findings
        found.files.append(Taken(path.name, "not read", 0, len(findings)))
        return
    events: list[Event] = []
    times: list[TimeRecord] = []
    wrong: list[Finding] = []
    for each in records:
        if isinstance(each, Finding):
            wrong.append(each)
        elif isinstance(each, TimeRecord):
            times.append(each)
        else:
            events.append(each if isinstance(each, Event) else profile(each, file=path.name))
    found.unread += broken
    found.batches.append(Batch(path.name, sent_on, tuple(events), tuple(times), tuple(wrong)))
    found.files.append(Taken(path.name, kind, len(events) + len(times), len(wrong) + len(broken)))


def _stream(path: Path, agencies: Collection[str], broken: Broken) -> tuple[str, date | None, Iterator[Read]]:
    if path.suffix.lower() != ".xml":
        return "elections", None, iter(read_elections(path))
    root, attributes = root_of(path)
    sent = _SENT.match(attributes.get("TxTime", ""))
    sent_on = _day(sent[1]) if sent else None
    if root == "HRDATATx":
        return KINDS[root], sent_on, read_assignments(path, agencies=agencies, broken=broken)
    if root == "HRTRANSTx":
        return KINDS[root], sent_on, read_actions(path, agencies=agencies, broken=broken)
    if root == "PayTx":
        return KINDS[root], sent_on, read_deductions(path, broken=broken)
    if root == "TATx":
        return KINDS[root], sent_on, read_times(path, agencies=agencies, broken=broken)
    words = f"This is a message {root[:60]}, which payroll does not read."
    expected = ", ".join(KINDS)
    finding = Finding("message-other", words, file=path.name, line=1, expected=expected)
    raise Refusal("message-other", words, status=422, findings=(finding,))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
