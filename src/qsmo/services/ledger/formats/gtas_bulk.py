"""The GTAS bulk file: rows of 98 characters, read field by field and written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import polars as pl

from qsmo.kernel.law import Version
from qsmo.services.ledger.formats.text import read_text
from qsmo.services.ledger.rules.chart import law
from qsmo.services.ledger.rules.checking.report import Looked, Report
from qsmo.services.ledger.rules.position import Attributes
from qsmo.services.ledger.rules.report.gtas import FIELDS, TrialRow
from qsmo.services.ledger.rules.symbol import COLUMNS, TreasuryAccount

KIND = "GTAS"
NOT_ASCII = r"[^\x20-\x7e]"


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its place, counted from zero, whether digits, whether it must be filled, and its codes if it has any."""

    name: str
    start: int
    width: int
    digits: bool
    required: bool
    codes: frozenset[str]


@cache
def layout() -> tuple[Field, ...]:
    """The fields of a row in order."""
    found = []
    for row in law()["gtas_layout"].versions[-1].rows:
        start, end = row.integer("start"), row.integer("end")
        name, said = row.text("field"), row.cells["codes"]
        codes = frozenset(said.split())
        if said == "defc":
            codes = frozenset(each.text("code") for each in law()["defc"].versions[-1].rows)
        elif said == "object_classes":
            codes = frozenset(_wide())
        found.append(
            Field(
                name,
                start - 1,
                end - start + 1,
                row.text("kind") == "N",
                row.cells["required"] == "yes",
                codes,
            )
        )
    return tuple(found)


def _wide() -> Iterator[str]:
    version = law()["object_classes"].versions[-1]
    for row in version.rows:
        code = row.text("code")
        yield code + "0"
        for digit in version.text("funding").split():
            yield digit + code


def _years() -> Version:
    return law()["gtas_layout"].versions[-1]


def width() -> int:
    """How many characters a row has."""
    return _years().integer("width")


@dataclass
class Bulk:
    """A file as it was read: the rows that could be, and the line of each."""

    rows: list[TrialRow]
    lines: list[int]


def write_bulk(rows: Iterable[TrialRow]) -> bytes:
    """The file of these rows: text to the left, numbers to the right and filled with zeros, blanks where nothing is."""
    lines = []
    for row in rows:
        cells = row.cells
        line = ""
        for field in layout():
            value = cells.get(field.name, "")
            filled = field.digits and value
            line += value.rjust(field.width, "0") if filled else value.ljust(field.width)
        lines.append(line + "\n")
    return "".join(lines).encode("ascii")


def read_bulk(content: bytes, name: str, report: Report) -> Bulk | None:
    """Read a file; what is wrong with its form goes into the report. None where it is no such file at all."""

    def found(rule: str, words: str, line: int | None = None, field: str = "", expected: str = "") -> None:
        report.found(rule, KIND, words, file=name, line=line, field=field, expected=expected)

    read = read_text(content)
    for rule, words, line in read.wrong:
        found(rule, words, line)
    every = pl.Series(read.text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), dtype=pl.String)
    if every[-1] == "":
        every = every.head(every.len() - 1)
    report.files.append(Looked(name, KIND, every.len(), every.len()))
    why = read.unreadable or _no_bulk(every)
    if why:
        report.files[-1] = Looked(name, KIND, 0, every.len())
        found("unreadable", why)
        report.readable = False
        return None
    kept = _lines(every, found)
    frame = pl.DataFrame({"line": [place + 1 for place in kept]}).with_columns(
        every.gather(kept).str.pad_end(width()).str.head(width()).alias("row")
    )
    bad = _fields(frame, found)
    for rule in (
        "unreadable",
        "encoding",
        "null-byte",
        "row-length",
        "row-blank",
        "row-character",
        "field-number",
    ):
        report.ran(rule, KIND)
    for rule in ("field-required", "field-place", "field-code"):
        report.ran(rule, KIND)
    return _bulk(frame, bad)


def _no_bulk(every: pl.Series) -> str:
    """Why a text is no bulk file, if not one of its lines looks like a row."""
    if every.str.contains(r"^\d{4}(0[1-9]|1[0-5]).{40}").any():
        return ""
    longest = max(every.str.len_chars().to_list(), default=0)
    return f"No line begins with a fiscal year and period; the longest has {longest} characters, a row has {width()}"


def _lines(every: pl.Series, found: Callable[..., None]) -> list[int]:
    """The lines that can be read as rows: those with an account, an amount and its side in their places."""
    lengths = every.str.len_chars()
    least = next(field.start for field in layout() if field.name == "AuthorityTypeCode")
    for place in (lengths != width()).arg_true().to_list():
        if every[place].strip():
            left = "it was read as far as it goes" if lengths[place] >= least else "it was left out"
            words = f"The row has {lengths[place]} characters, a row has {width()}; {left}"
            found(
                "row-length", words, place + 1, expected=f"{width()} characters, blanks at its end included"
            )
        else:
            found("row-blank", "The row is blank", place + 1)
    blank = (lengths == width()) & (every.str.strip_chars() == "")
    for place in blank.arg_true().to_list():
        found("row-blank", "The row is blank", place + 1)
    for place in every.str.contains(NOT_ASCII).arg_true().to_list():
        sign = next(each for each in every[place] if not " " <= each <= "~")
        words = f"Character {every[place].index(sign) + 1} of the row is {sign!r}, not a printable character"
        found("row-character", words, place + 1)
    return ((lengths >= least) & ~blank).arg_true().to_list()


def _fields(frame: pl.DataFrame, found: Callable[..., None]) -> set[int]:
    """Hold every field against its kind and codes, each value once. The rows that cannot be counted are given back."""
    bad: set[int] = set()
    lines = frame["line"].to_list()
    for field in layout():
        column = frame["row"].str.slice(field.start, field.width)
        judged = {value: _wrong(field, value) for value in column.unique().to_list()}
        if not any(rule for rule, _, _ in judged.values()):
            continue
        for place, value in enumerate(column.to_list()):
            rule, words, expected = judged[value]
            if rule:
                found(rule, words, lines[place], field.name, expected)
                if field.required or field.name in COLUMNS:
                    bad.add(place)
    return bad


def _wrong(field: Field, value: str) -> tuple[str, str, str]:
    text = value.strip(" ")
    if not text:
        said = "The field is blank", "a value"
        return ("field-required", *said) if field.required else ("", "", "")
    if field.digits and not (value.isascii() and value.isdigit()):
        words = f"“{value}” is not {field.width} digits"
        return "field-number", words, "digits to the right, zeros before them"
    if field.name == "FiscalYear" and not _years().text("first_year") <= value <= _years().text("last_year"):
        return "field-code", f"“{value}” is not a fiscal year of these files", "four digits"
    if value != text.ljust(field.width):
        return "field-place", f"“{value}” does not begin at the left of its field", text
    if field.codes and text not in field.codes:
        shown = sorted(field.codes)
        expected = ", ".join(shown) if len(shown) <= 2 * 12 else "a code of the list"
        return "field-code", f"“{text}” is not a code of {field.name}", expected
    return "", "", ""


def _bulk(frame: pl.DataFrame, bad: set[int]) -> Bulk:
    names = {field.name: field for field in layout()}
    columns = {
        name: frame["row"].str.slice(field.start, field.width).str.strip_chars().to_list()
        for name, field in names.items()
    }
    symbols: dict[tuple[str, ...], TreasuryAccount] = {}
    attributes: dict[tuple[str, ...], Attributes] = {}
    bulk = Bulk([], [])
    parts = zip(*(columns[name] for name in COLUMNS), strict=True)
    codes = zip(*(columns[name] for name in FIELDS.values()), strict=True)
    rest = zip(
        *(
            columns[name]
            for name in ("FiscalYear", "ReportingPeriod", "USSGL_AccountNumber", "BeginEndIndicator")
        ),
        *(columns[name] for name in ("DollarAmount", "DebitCreditIndicator")),
        strict=True,
    )
    lines = frame["line"].to_list()
    for place, (part, code, (year, period, account, side, amount, sign)) in enumerate(
        zip(parts, codes, rest, strict=True)
    ):
        if place in bad:
            continue
        if part not in symbols:
            symbols[part] = TreasuryAccount.of(*part)
        if code not in attributes:
            attributes[code] = _attributes(dict(zip(FIELDS, code, strict=True)))
        cents = -int(amount) if sign == "C" else int(amount)
        bulk.rows.append(
            TrialRow(int(year), int(period), symbols[part], account, side, attributes[code], cents)
        )
        bulk.lines.append(lines[place])
    return bulk


def _attributes(codes: dict[str, str]) -> Attributes:
    """Attributes from a row; the object class as three digits, without the zero behind or the funding digit before."""
    wide = codes["object_class"]
    if wide.endswith("0"):
        codes = codes | {"object_class": wide[:-1]}
    elif wide:
        codes = codes | {"object_class": wide[1:]}
    return Attributes(**codes)
