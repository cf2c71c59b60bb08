"""The statement as PDF: tagged, titled, in a language, readable again as text, and the same bytes for the same data."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from qsmo.kernel.finding import Refusal
from qsmo.services.payroll.formats.out.statement_pdf import (
    LeaveLine,
    Statement,
    StatementLine,
    StatementPrinter,
)

STATEMENT = Statement(
    agency="Sample Agency (ZZ00)",
    employee_name="Ana & José O'Neil <i> #x $y$ *b*",
    employee_number="00000001",
    position="GS-09 step 3",
    duty_station="480000201",
    pay_period="2026-05",
    first_on=date(2026, 2, 8),
    last_on=date(2026, 2, 21),
    pay_date=date(2026, 2, 27),
    totals={
        "gross": ("4,032.80", "20,164.00"),
        "deductions": ("1,011.07", "5,055.35"),
        "net": ("3,021.73", "15,108.65"),
        "employer": ("1,200.09", "6,000.45"),
    },
    groups={
        "earning": [
            StatementLine(
                "Regular pay", "3,629.52", "pay_rates; 5 U.S.C. 5504(b)", "72.00 h", "50.41", "18,147.60"
            ),
            StatementLine(
                "Holiday not worked", "403.28", "pay_rates; 5 U.S.C. 5504(b)", "8.00 h", "50.41", "403.28"
            ),
        ],
        "deduction": [StatementLine("Retirement", "177.44", "retirement; 5 U.S.C. 8422(a)", rate="4.40 %")],
    },
    leave=[
        LeaveLine(
            "Annual leave",
            "104.00",
            "6.00",
            "8.00",
            "0.00",
            "102.00",
            "12.00",
            "8.00",
            "leave; 5 U.S.C. 6303",
        )
    ],
    remarks=["An invented person."],
)


@pytest.fixture(scope="module")
def printer() -> StatementPrinter:
    """One warm compiler."""
    return StatementPrinter()


def test_it_is_tagged_titled_and_in_a_language(printer: StatementPrinter) -> None:
    pdf = printer.pdf(STATEMENT)
    catalog = pdf[pdf.index(b"/Type/Catalog") :]
    assert b"/Lang(en)" in catalog
    assert b"/StructTreeRoot" in catalog
    assert b"/MarkInfo<</Marked true" in catalog
    assert b"/DisplayDocTitle true" in catalog
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert b"Statement of earnings and leave, Ana &amp; Jos" in pdf
    assert b"2026-02-27T00:00:00" in pdf


def test_tables_have_headers_and_headings_are_headings(printer: StatementPrinter) -> None:
    pdf = printer.pdf(STATEMENT)
    tags = re.findall(rb"/S/(\w+)", pdf)
    assert tags.count(b"H1") == 1
    # summary, earnings, deductions, leave, remarks, reasons
    assert tags.count(b"H2") == 6
    assert tags.count(b"Table") == tags.count(b"THead") == 4
    assert tags.count(b"TH") == 3 + 6 + 6 + 9
    assert tags.count(b"TD") == 4 * 3 + 2 * 6 + 1 * 6 + 1 * 9


def test_its_text_can_be_read_again(printer: StatementPrinter) -> None:
    text = " ".join(text_of(printer.pdf(STATEMENT)))
    for said in (
        "Statement of earnings and leave",
        STATEMENT.employee_name,
        "3,629.52",
        "Holiday not worked",
        "4.40 %",
        "15,108.65",
        "102.00",
        "An invented person.",
        "retirement; 5 U.S.C. 8422(a)",
        "Page 1 of 1",
    ):
        assert said in text, said


def test_lines_with_the_same_reason_lead_to_one_entry(printer: StatementPrinter) -> None:
    text = " ".join(text_of(printer.pdf(STATEMENT)))
    assert text.count("5 U.S.C. 5504(b)") == 1
    assert text.count("5 U.S.C. 8422(a)") == 1


def test_the_same_data_gives_the_same_bytes_also_from_another_printer(printer: StatementPrinter) -> None:
    first = printer.pdf(STATEMENT)
    other = printer.pdf(replace(STATEMENT, employee_name="Somebody Else"))
    assert printer.pdf(STATEMENT) == first == StatementPrinter().pdf(STATEMENT)
    assert other != first


def test_a_long_statement_goes_over_several_pages(printer: StatementPrinter) -> None:
    lines = [StatementLine(f"Line {number}", "1.00", f"reason {number}") for number in range(150)]
    pdf = printer.pdf(replace(STATEMENT, groups={"earning": lines}))
    text = " ".join(text_of(pdf))
    assert "Line 149" in text
    assert "reason 149" in text
    assert len(re.findall(rb"/Type/Page/", pdf)) > 3


def test_a_character_without_a_font_is_refused_by_the_employees_number(printer: StatementPrinter) -> None:
    with pytest.raises(Refusal, match="00000001") as caught:
        printer.pdf(replace(STATEMENT, employee_name="\u5c71\u7530"))
    assert caught.value.code == "statement-character"


def test_a_language_without_texts_is_refused() -> None:
    with pytest.raises(Refusal, match="there is one in en"):
        StatementPrinter("xx")


def test_a_group_or_total_of_another_name_is_a_fault(printer: StatementPrinter) -> None:
    with pytest.raises(ValueError, match="bonus"):
        printer.pdf(replace(STATEMENT, groups={"bonus": []}))
    with pytest.raises(ValueError, match="net"):
        printer.pdf(
            replace(STATEMENT, totals={"gross": ("1", "1"), "deductions": ("1", "1"), "employer": ("1", "1")})
        )


def text_of(pdf: bytes) -> Iterator[str]:
    """The text runs of a PDF in their order, through each font's own map from glyphs to characters."""
    fonts = {}
    for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", pdf):
        font = _object(pdf, number)
        found = re.search(rb"/ToUnicode (\d+) 0 R", font)
        assert found
        fonts[name] = _glyphs(_stream(_object(pdf, found[1])))
    for page in re.findall(rb"/Contents (\d+) 0 R", pdf):
        glyphs: dict[int, str] = {}
        for font_name, shown in re.findall(
            rb"/(f\d+) [\d.]+ Tf|\[(.*?)\]TJ", _stream(_object(pdf, page)), re.DOTALL
        ):
            if font_name:
                glyphs = fonts[font_name]
            else:
                yield "".join(_characters(shown, glyphs))


def _object(pdf: bytes, number: bytes) -> bytes:
    start = pdf.index(b"\n" + number + b" 0 obj") + 1
    return pdf[start : pdf.index(b"endobj", start)]


def _stream(content: bytes) -> bytes:
    found = re.search(rb"/Length (\d+)", content)
    start = content.index(b"stream\n") + len(b"stream\n")
    assert found
    return zlib.decompress(content[start : start + int(found[1])])


def _glyphs(cmap: bytes) -> dict[int, str]:
    return {
        int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be")
        for glyph, text in re.findall(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>", cmap)
        if len(text) % 4 == 0
    }


def _characters(shown: bytes, glyphs: dict[int, str]) -> Iterator[str]:
    for literal in re.findall(rb"\(((?:\\.|[^\\)])*)\)", shown, re.DOTALL):
        plain = re.sub(rb"\\([0-7]{1,3}|.)", _unescaped, literal, flags=re.DOTALL)
        for place in range(0, len(plain), 2):
            yield glyphs.get(int.from_bytes(plain[place : place + 2], "big"), "?")


def _unescaped(found: re.Match[bytes]) -> bytes:
    code = found[1]
    if code.isdigit():
        return bytes([int(code, 8)])
    return {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}.get(code, code)
