"""A reader of ACH files that knows the layout and nothing of how we write: what a file holds, and all that is wrong.

Every position is counted from 1, both ends included, as the layout gives them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from qsmo.kernel.finding import Finding

Field = tuple[int, int]
ENTRY: dict[str, Field] = {
    "code": (2, 3), "bank": (4, 11), "digit": (12, 12), "account": (13, 29), "cents": (30, 39), "id": (40, 54),
    "name": (55, 76), "addenda": (79, 79), "trace": (80, 94),
}  # fmt: skip
ADDENDA: dict[str, Field] = {"type": (2, 3), "text": (4, 83), "number": (84, 87), "trace": (88, 94)}
BATCH: dict[str, Field] = {
    "class": (2, 4), "company_name": (5, 20), "company": (41, 50), "sec": (51, 53), "description": (54, 63),
    "effective": (70, 75), "status": (79, 79), "bank": (80, 87), "number": (88, 94),
}  # fmt: skip
BATCH_CONTROL: dict[str, Field] = {
    "class": (2, 4), "count": (5, 10), "hash": (11, 20), "debits": (21, 32), "credits": (33, 44),
    "company": (45, 54), "bank": (80, 87), "number": (88, 94),
}  # fmt: skip
FILE: dict[str, Field] = {
    "priority": (2, 3), "destination": (4, 13), "origin": (14, 23), "day": (24, 29), "time": (30, 33), "id": (34, 34),
    "width": (35, 37), "block": (38, 39), "format": (40, 40), "destination_name": (41, 63), "origin_name": (64, 86),
}  # fmt: skip
FILE_CONTROL: dict[str, Field] = {
    "batches": (2, 7), "blocks": (8, 13), "count": (14, 21), "hash": (22, 31), "debits": (32, 43), "credits": (44, 55),
}  # fmt: skip
CREDIT, DEBIT = {"22", "23", "32", "33"}, {"27", "28", "37", "38"}
PRENOTE = {"23", "28", "33", "38"}
KNOWN_CLASSES = {"200", "220", "225"}


@dataclass
class Entry:
    """An entry as read, with the text of its addenda."""

    fields: dict[str, str]
    addenda: list[str] = field(default_factory=list)

    @property
    def cents(self) -> int:
        """The amount."""
        return int(self.fields["cents"])

    @property
    def account(self) -> str:
        """Routing number and account, as one."""
        return f"{self.fields['bank']}{self.fields['digit']} {self.fields['account'].strip()}"


@dataclass
class Batch:
    """A batch as read."""

    fields: dict[str, str]
    entries: list[Entry] = field(default_factory=list)


@dataclass
class AchFile:
    """A file as read, and everything that is wrong with it."""

    fields: dict[str, str] = field(default_factory=dict)
    batches: list[Batch] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def entries(self) -> list[Entry]:
        """All entries, batch after batch."""
        return [entry for batch in self.batches for entry in batch.entries]

    @property
    def credits(self) -> int:
        """What the credits add up to."""
        return sum(entry.cents for entry in self.entries if entry.fields["code"] in CREDIT)


def read_nacha(path: Path) -> AchFile:
    """Read a file as far as it can be read; what is wrong stands in its findings, each with its line."""
    return _Reader(path.name).read(path.read_bytes())


class _Reader:
    def __init__(self, name: str) -> None:
        self.name = name
        self.file = AchFile()
        self.number = 0
        self.batch: Batch | None = None
        self.traces: list[str] = []
        self.ended = False

    def wrong(self, code: str, words: str) -> None:
        self.file.findings.append(Finding(code, words, file=self.name, line=self.number))

    def same(self, code: str, what: str, stated: str, counted: int) -> None:
        if not stated.isdecimal() or int(stated) != counted:
            self.wrong(code, f"{what} is stated as {stated.strip() or 'blank'} and counted as {counted}.")

    def read(self, content: bytes) -> AchFile:
        text = content.decode("ascii", "replace")
        lines = text.split("\n")
        if lines[-1] != "":
            self.wrong("last-line", "The last line does not end.")
        lines = lines[:-1] if lines[-1] == "" else lines
        self.number = 1
        if len(lines) % 10:
            self.wrong("block", f"{len(lines)} lines are not whole blocks of ten.")
        for self.number, line in enumerate(lines, start=1):
            self.line(line, len(lines))
        if not self.ended:
            self.wrong("no-end", "The file has no file control record.")
        return self.file

    def line(self, line: str, lines: int) -> None:
        if len(line) != 94 or any(not " " <= sign <= "~" for sign in line):
            self.wrong("width", f"A record has 94 printable characters; this one has {len(line)}.")
            return
        if self.ended:
            if line != "9" * 94:
                self.wrong("after-end", "After the file control record come lines of nines only.")
            return
        kind = line[0]
        handlers = {
            "1": self.header, "5": self.open, "6": self.entry, "7": self.more, "8": self.close
        }  # fmt: skip
        if kind == "9":
            self.end(line, lines)
        elif kind in handlers:
            handlers[kind](line)
        else:
            self.wrong("record", f"There is no record of type {kind}.")

    def header(self, line: str) -> None:
        found = _cut(line, FILE)
        self.file.fields = found
        expected = {"priority": "01", "width": "094", "block": "10", "format": "1"}
        if self.number != 1 or any(found[name] != value for name, value in expected.items()):
            self.wrong("header", "The file header is not the first line, or its fixed fields are others.")
        if found["destination"][0] != " " or not _is_routing(found["destination"][1:]):
            self.wrong("destination", "The destination is a blank and a routing number.")

    def open(self, line: str) -> None:
        found = _cut(line, BATCH)
        if self.batch is not None or self.number == 1:
            self.wrong("batch-order", "A batch begins before the last one ended, or before the file header.")
        if found["class"] not in KNOWN_CLASSES:
            self.wrong("class", f"There is no service class {found['class']}.")
        self.batch = Batch(found)
        self.traces = []
        self.file.batches.append(self.batch)
        if int(found["number"]) != len(self.file.batches):
            self.wrong("batch-number", "Batches are numbered from 1 on.")

    def entry(self, line: str) -> None:
        found = _cut(line, ENTRY)
        if self.batch is None:
            self.wrong("batch-order", "An entry stands outside of a batch.")
            return
        entry = Entry(found)
        self.batch.entries.append(entry)
        if found["code"] not in CREDIT | DEBIT:
            self.wrong("code", f"There is no transaction code {found['code']}.")
        if not _is_routing(found["bank"] + found["digit"]):
            self.wrong("routing", "The check digit of the receiving bank is wrong.")
        if not found["account"].strip():
            self.wrong("account", "The account is blank.")
        if not found["cents"].isdecimal() or (entry.cents == 0) != (found["code"] in PRENOTE):
            self.wrong("amount", "An amount is above zero, that of an entry that tries an account is zero.")
        if (self.batch.fields["class"] == "220") and found["code"] not in CREDIT:
            self.wrong("class", "A debit stands in a batch of credits.")
        if found["trace"][:8] != self.batch.fields["bank"] or (
            self.traces and found["trace"] <= self.traces[-1]
        ):
            self.wrong("trace", "Trace numbers begin with the originating bank and go up.")
        self.traces.append(found["trace"])

    def more(self, line: str) -> None:
        found = _cut(line, ADDENDA)
        entry = self.batch.entries[-1] if self.batch and self.batch.entries else None
        if entry is None or entry.fields["addenda"] != "1":
            self.wrong("addenda", "An addenda record follows an entry that says so.")
            return
        entry.addenda.append(found["text"].rstrip())
        if found["type"] != "05" or found["trace"] != entry.fields["trace"][8:]:
            self.wrong("addenda", "The addenda are of type 05 and carry the end of the entry's trace number.")
        if int(found["number"]) != len(entry.addenda):
            self.wrong("addenda", "Addenda of an entry are numbered from 1 on.")

    def close(self, line: str) -> None:
        found = _cut(line, BATCH_CONTROL)
        if self.batch is None:
            self.wrong("batch-order", "A batch ends that did not begin.")
            return
        entries, opened = self.batch.entries, self.batch.fields
        for name in ("class", "company", "bank", "number"):
            if found[name] != opened[name]:
                self.wrong("control", f"The {name} is not that of the batch header.")
        self.sums(found, entries)
        for entry in entries:
            if (entry.fields["addenda"] == "1") != bool(entry.addenda):
                self.wrong("addenda", f"Entry {entry.fields['trace']} lacks the addenda that it announces.")
        self.batch = None

    def sums(self, found: dict[str, str], entries: list[Entry]) -> None:
        hashed = sum(int(entry.fields["bank"]) for entry in entries)
        self.same("count", "The count", found["count"], sum(1 + len(each.addenda) for each in entries))
        self.same("hash", "The hash", found["hash"], int(str(hashed)[-10:]))
        for name, codes in (("debits", DEBIT), ("credits", CREDIT)):
            added = sum(each.cents for each in entries if each.fields["code"] in codes)
            self.same(name, f"The total of {name}", found[name], added)

    def end(self, line: str, lines: int) -> None:
        found = _cut(line, FILE_CONTROL)
        if self.batch is not None:
            self.wrong("batch-order", "The file ends within a batch.")
        self.sums(found, self.file.entries)
        self.same("batches", "The number of batches", found["batches"], len(self.file.batches))
        self.same("blocks", "The number of blocks", found["blocks"], lines // 10)
        if line[55:].strip():
            self.wrong("control", "The rest of the file control record is blank.")
        self.ended = True


def _cut(line: str, layout: dict[str, Field]) -> dict[str, str]:
    return {name: line[first - 1 : last] for name, (first, last) in layout.items()}


def _is_routing(number: str) -> bool:
    if len(number) != 9 or not number.isdecimal():
        return False
    digits = [int(sign) for sign in number]
    threes, sevens, ones = digits[0::3], digits[1::3], digits[2::3]
    return (3 * sum(threes) + 7 * sum(sevens) + sum(ones)) % 10 == 0
