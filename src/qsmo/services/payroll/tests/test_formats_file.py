"""A file that may not be read at all is refused whole, before one record has been handed out, and memory stays flat."""

from __future__ import annotations

import gzip
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from qsmo.kernel.finding import Refusal
from qsmo.services.payroll.formats import message
from qsmo.services.payroll.formats.hr_xml import read_assignments
from qsmo.services.payroll.formats.time_xml import read_times
from qsmo.services.payroll.tests.people import ANA, edited, hr_file, time_file

BOMB = (
    '<?xml version="1.0"?>\n<!DOCTYPE lol [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {to} "&{of};&{of};&{of};&{of};&{of};&{of};">'
        for of, to in zip("abcdefg", "bcdefgh", strict=True)
    )
    + "]>\n<lol>&h;</lol>"
)
OUTSIDE = '<?xml version="1.0"?>\n<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<r>&x;</r>'


def refusal(path: Path) -> Refusal:
    """The refusal of a whole HR file; it comes before the first record."""
    before = path.read_bytes()
    with pytest.raises(Refusal) as caught:
        next(read_assignments(path))
    assert path.read_bytes() == before
    assert caught.value.status == 422
    assert caught.value.findings[0].code == caught.value.code
    assert caught.value.findings[0].file == path.name
    assert path.name in caught.value.words
    return caught.value


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"", "file-empty", None),
        (b" \n\n\t ", "file-empty", None),
        (b"employee,ssn\n1,2\n", "xml-none", 1),
        (b"PK\x03\x04\x14\x00", "xml-none", 1),
        (b"%PDF-1.7", "xml-none", 1),
        (gzip.compress(b"<a/>", mtime=0), "xml-none", 1),
        ('<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16"), "encoding-wrong", 1),
        ('<?xml version="1.0" encoding="ISO-8859-1"?>\n<a b="é"/>'.encode("latin-1"), "encoding-wrong", 1),
        (b'<?xml version="1.0" encoding="EBCDIC-US"?>\n<a/>', "encoding-wrong", 1),
        (BOMB.encode(), "xml-dtd", 2),
        (OUTSIDE.encode(), "xml-dtd", 2),
        (b"<html><body>404</body></html>", "message-other", 1),
        (b"<HRDATATx><HRDataBatch/></HRDATATx>", "namespace-wrong", 1),
        (b'<HRDATATx xmlns="urn:x"><HRDataBatch/></HRDATATx>', "namespace-wrong", 1),
        (b'<h:HRDATATx xmlns:h="us:gov:federal:hc">\n<h:HRDataBatch/></h:HRDATATx>', "records-none", None),
        (b"<a>\n<b></a></b>", "message-other", 1),
    ],
)
def test_what_is_not_an_hr_message_is_refused(
    tmp_path: Path, content: bytes, code: str, line: int | None
) -> None:
    path = tmp_path / "wrong.xml"
    path.write_bytes(content)
    found = refusal(path)
    assert (found.code, found.findings[0].line) == (code, line)
    assert found.findings[0].expected


def test_a_time_file_given_as_an_hr_file_is_told_by_name(tmp_path: Path) -> None:
    found = refusal(time_file(tmp_path))
    assert found.code == "message-other"
    assert "TATx" in found.words
    assert "HRDATATx" in found.findings[0].expected


def test_a_file_broken_off_anywhere_is_refused_whole_with_the_line(tmp_path: Path) -> None:
    path = hr_file(tmp_path)
    whole = path.read_bytes()
    for cut in range(5, len(whole) - 2, 41):
        path.write_bytes(whole[:cut])
        found = refusal(path)
        assert found.code == "xml-broken-off", cut
        assert found.findings[0].line == whole[:cut].count(b"\n") + 1, cut


def test_a_slip_in_the_markup_is_refused_whole_with_the_line(tmp_path: Path) -> None:
    path = edited(hr_file(tmp_path), "<hc:HRFEHB ", "<hc:HRFEHB <")
    found = refusal(path)
    assert (found.code, found.findings[0].line) == ("xml-malformed", 9)
    path = edited(hr_file(tmp_path), "</hc:HRData>", "</hc:HRdata>")
    assert (refusal(path).code, refusal(path).findings[0].line) == ("xml-malformed", 11)
    path = edited(hr_file(tmp_path), "Ana &amp;", "Ana &amper;")
    assert (refusal(path).code, refusal(path).findings[0].line) == ("xml-malformed", 5)


def test_a_character_of_another_encoding_is_refused_with_the_line(tmp_path: Path) -> None:
    path = hr_file(tmp_path)
    path.write_bytes(path.read_bytes().replace("é".encode(), "é".encode("latin-1"), 1))
    found = refusal(path)
    assert (found.code, found.findings[0].line, found.findings[0].expected) == (
        "encoding-wrong",
        5,
        "the file in UTF-8",
    )


def test_limits_are_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = hr_file(tmp_path)
    deep = "<hc:x>" * 20 + "</hc:x>" * 20
    assert refusal(edited(path, "</hc:HRDataBatch>", deep + "</hc:HRDataBatch>")).code == "xml-too-deep"
    names = "".join(f"<hc:x{number}/>" for number in range(2000))
    assert (
        refusal(edited(hr_file(tmp_path), "</hc:HRDataBatch>", names + "</hc:HRDataBatch>")).code
        == "xml-too-many-names"
    )
    long = f'<hc:x a="{"9" * 3_000_000}"/>'
    assert (
        refusal(edited(hr_file(tmp_path), "</hc:HRDataBatch>", long + "</hc:HRDataBatch>")).code
        == "xml-tag-too-long"
    )
    monkeypatch.setattr(message, "MAX_FILE_BYTES", 1000)
    assert refusal(hr_file(tmp_path)).code == "file-too-large"


def test_a_file_of_the_stated_limit_and_one_byte_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.xml"
    with path.open("wb") as file:
        os.truncate(file.fileno(), message.MAX_FILE_BYTES + 1)
    with pytest.raises(Refusal, match="1,074 MB are read"):
        next(read_times(path))


def big_hr_file(path: Path, size: int) -> int:
    """An HR message of at least so many bytes: one person's record over and over; the number of records."""
    hr_file(path.parent, (ANA,))
    head, record, tail = _parts((path.parent / "hr.xml").read_bytes())
    times = size // len(record) + 1
    with path.open("wb") as file:
        file.write(head)
        for number in range(times):
            file.write(record.replace(b"00000001", b"%08d" % number).replace(b"900000001", b"9%08d" % number))
        file.write(tail)
    return times


def _parts(whole: bytes) -> Iterator[bytes]:
    start, end = whole.index(b"<hc:HRData "), whole.rindex(b"</hc:HRDataBatch>")
    yield whole[:start]
    yield whole[start:end]
    yield whole[end:]


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "big.xml"
    count = big_hr_file(path, 4_000_000)
    tracemalloc.start()
    try:
        read = sum(1 for _ in message.records(path, message.Message("HRDATATx", "HRData", "an HR message")))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert read == count
    assert peak < 1_500_000
