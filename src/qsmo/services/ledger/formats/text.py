"""Text from bytes that may be anything: byte order marks, other encodings, null bytes, and what is no text at all."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field

BINARY = {
    b"PK\x03\x04": "a zip archive or a spreadsheet (.xlsx)",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet (.xls)",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a gzip archive",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"PAR1": "a Parquet file",
    b"SQLite format 3": "a database",
}
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
LOOK = 4096


@dataclass
class Read:
    """What bytes came to. `unreadable` says why there is no text; `wrong` are faults as (rule, words, line)."""

    text: str = ""
    unreadable: str = ""
    wrong: list[tuple[str, str, int | None]] = field(default_factory=list)


def read_text(content: bytes) -> Read:
    """The text of a file. A byte order mark is dropped, null bytes are taken out and said, and bytes that are not UTF-8
    are read as Windows-1252, so that the rest of the file can still be checked."""
    if not content.strip(b"\x00 \t\r\n"):
        return Read(unreadable="The file is empty")
    for magic, what in BINARY.items():
        if content.startswith(magic):
            return Read(unreadable=f"The file is {what}, not text")
    found = Read()
    encoding = _encoding(content, found)
    if encoding == "utf-8":
        found.text = _utf8(content.removeprefix(codecs.BOM_UTF8), found)
    else:
        found.text = content.decode(encoding, errors="replace").removeprefix("\ufeff")
    start = found.text[:LOOK].lstrip().lower()
    if start.startswith(("<?xml", "<!doctype", "<html", "<soap")):
        return Read(unreadable="The file is XML or a web page, not a table of text")
    if start.startswith(("{", "[{")):
        return Read(unreadable="The file is JSON, not a table of text")
    if "\x00" in found.text:
        line = _line(found.text, found.text.index("\x00"))
        count = found.text.count("\x00")
        found.wrong.append(("null-byte", f"There are {count} null bytes; they were left out", line))
        found.text = found.text.replace("\x00", "")
    sample = found.text[:LOOK]
    if sum(not (each.isprintable() or each in "\r\n\t\f") for each in sample) * 10 > len(sample):
        return Read(unreadable="The file is not text")
    return found


def _encoding(content: bytes, found: Read) -> str:
    for mark, encoding in MARKS:
        if content.startswith(mark):
            if encoding != "utf-8":
                found.wrong.append(
                    ("encoding", f"The file is in {encoding.upper()}; it must be in UTF-8", None)
                )
            return encoding
    head = content[:LOOK]
    for place, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        half, other = head[place::2], head[1 - place :: 2]
        if half and half.count(0) * 10 > len(half) * 9 and other.count(0) * 10 < len(other):
            found.wrong.append(("encoding", f"The file is in {encoding.upper()}; it must be in UTF-8", None))
            return encoding
    return "utf-8"


def _utf8(content: bytes, found: Read) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = _lines_before(content, error.start) + 1
        words = f"The byte {content[error.start]:02X} is not UTF-8; the file was read as Windows-1252"
        found.wrong.append(("encoding", words, line))
    return content.decode("cp1252", errors="replace")


def _line(text: str, place: int) -> int:
    before = text[:place]
    return before.count("\n") + before.count("\r") - before.count("\r\n") + 1


def _lines_before(content: bytes, place: int) -> int:
    before = content[:place]
    return before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n")
