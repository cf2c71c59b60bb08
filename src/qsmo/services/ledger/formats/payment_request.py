"""The Standard Payment Request file: bytes to records of 850 characters."""

from __future__ import annotations

from qsmo.services.ledger.formats.text import read_text
from qsmo.services.ledger.rules.checking.payments.records import KIND, Records, forms, width
from qsmo.services.ledger.rules.checking.report import Looked, Report


def read_requests(content: bytes, name: str, report: Report) -> Records | None:
    """Read a file; what is wrong with the length of its records goes into the report. None where it is no such file."""
    read = read_text(content)
    for rule, words, place in read.wrong:
        report.found(rule, KIND, words, file=name, line=place)
    wide = width()
    lines = read.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    report.files.append(Looked(name, KIND, len(lines), len(lines)))
    why = read.unreadable
    if not why and not any(line[:2].strip() in forms() and len(line) > 2 * 12 for line in lines):
        why = "No line begins with a record code; a payment request has records of 850 characters"
    if why:
        report.files[-1] = Looked(name, KIND, 0, len(lines))
        report.found("unreadable", KIND, why, file=name)
        report.readable = False
        return None
    if len(lines) == 1 and len(lines[0]) > wide and len(lines[0]) % wide == 0:
        words = f"The file has no line ends; it was cut every {wide} characters"
        report.found("record-length", KIND, words, file=name, line=1)
        whole = lines[0]
        cut = [whole[start : start + wide] for start in range(0, len(whole), wide)]
        return Records(name, cut, [1] * len(cut), report)
    records, numbers = [], []
    for at, line in enumerate(lines, start=1):
        if len(line) != wide:
            said = f"The record has {len(line)} characters" if line.strip() else "The record is blank"
            report.found("record-length", KIND, said, file=name, line=at, expected=f"{wide} characters")
            if not line.strip():
                continue
            line = line.ljust(wide)[:wide]
        records.append(line)
        numbers.append(at)
    return Records(name, records, numbers, report)
