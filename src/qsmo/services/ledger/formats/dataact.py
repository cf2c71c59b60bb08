"""Files A, B and C of the DATA Act: bytes to columns, with every cell held against what its field allows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

import polars as pl

from qsmo.services.ledger.formats.delimited import Fault, headings, plain, read_table, separator
from qsmo.services.ledger.formats.text import read_text
from qsmo.services.ledger.rules.chart import law
from qsmo.services.ledger.rules.checking.report import Looked, Report
from qsmo.services.ledger.rules.checking.sheet import CENTS, Sheet

SHOWN = 40
PLAIN = r"^-?\d{1,19}(\.\d\d?)?$"
"""Amounts that are read without a second look; none of them can be too long."""
NUMBER = re.compile(r"[+-]?(?:\d+\.?|\d*\.\d{1,2})")
GROUPED = re.compile(r"[+-]?\$?-?\d{1,3}(?:,\d{3})*(?:\.\d{0,2})?")
NOT_SAID = ["null", "none", "nan"]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a file: its names, whether its column and its cells are needed, and what cells may hold."""

    name: str
    short: str
    needed: bool
    required: bool
    kind: str
    width: int
    pad: bool


@cache
def fields(of: str) -> dict[str, Field]:
    """The fields of a file, by name."""
    found = {}
    for row in law()["dataact_fields"].versions[-1].rows:
        if row.text("file") == of:
            cells = row.cells
            name = row.text("name")
            found[name] = Field(
                name,
                row.text("short"),
                bool(cells["required"]),
                cells["required"] == "yes",
                row.text("kind"),
                row.integer("width"),
                cells["pad"] == "yes",
            )
    return found


@cache
def names(of: str) -> dict[str, str]:
    """Every heading that is known, plain, to the field it stands for."""
    found: dict[str, str] = {}
    for each in fields(of).values():
        found[plain(each.name)] = each.name
        found[plain(each.short)] = each.name
    return found


def _amount(field: Field, raw: str) -> tuple[str, str, str]:
    """Cents as digits (empty where there are none), and the rule that a text breaks with words, if any."""
    text = raw.strip()
    if NUMBER.fullmatch(text):
        return _sized(field, text, "", "")
    if GROUPED.fullmatch(text):
        bare = text.replace(",", "").replace("$", "")
        return _sized(
            field, bare, "amount-form", f"“{text}” has thousands separators or a sign of the dollar"
        )
    return "", "type", _why_not(text)


def _sized(field: Field, text: str, rule: str, words: str) -> tuple[str, str, str]:
    whole, _, part = text.lstrip("+").partition(".")
    digits = len(whole.lstrip("-") + part)
    if digits > field.width:
        return "", "length", f"The amount has {digits} digits; {field.width} have room"
    return (whole if whole.strip("-") else whole + "0") + part.ljust(2, "0"), rule, words


def _why_not(text: str) -> str:
    shown = text if len(text) <= SHOWN else text[:SHOWN] + "…"
    if re.fullmatch(r"\(.*\)", text):
        return f"“{shown}” is in parentheses; a negative amount has a minus sign before it"
    if re.fullmatch(r"[+-]?\$?[\d,]*\.\d{3,}", text):
        return f"“{shown}” has more than two decimals; an amount is in whole cents"
    if re.fullmatch(r"[+-]?\d+(\.\d+)?[eE][+-]?\d+", text):
        return f"“{shown}” is in the powers of ten of a spreadsheet; the digits themselves are lost"
    if text.endswith("-"):
        return f"“{shown}” has its minus sign behind; it belongs before the amount"
    return f"“{shown}” is not an amount of dollars and cents"


def _day(raw: str) -> str:
    """What is wrong with a date, if anything."""
    text = raw.strip()
    if not re.fullmatch(r"\d{8}", text):
        return f"“{text}” is not a date written YYYYMMDD"
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return f"“{text}” is no day of the calendar"
    return ""


@dataclass
class _Sorting:
    """Columns of one file as they are judged: faults found, and rows that cannot be counted."""

    lines: list[int]
    fault: Fault
    bad: set[int]

    def wrong(self, rule: str, field: Field, words: str, where: pl.Series) -> None:
        """A fault on each row of a mask."""
        for place in where.arg_true().to_list():
            self.fault(rule, words, self.lines[place], field.name)

    def text(self, field: Field, column: pl.Series) -> pl.Series:
        """Texts without blanks around them, leading zeros put back."""
        column = column.str.strip_chars()
        blank = column == ""
        if field.required:
            self.wrong("required", field, "The value is blank", blank)
        long = column.str.len_chars() > field.width
        for place in long.arg_true().to_list():
            value = column[place]
            shown = value if len(value) <= SHOWN else value[:SHOWN] + "…"
            words = f"“{shown}” has {len(value)} characters; {field.width} have room"
            self.fault("length", words, self.lines[place], field.name)
        if field.pad:
            padded = column.str.pad_start(field.width, "0")
            column = pl.select(pl.when(blank).then(column).otherwise(padded)).to_series()
        return column

    def day(self, field: Field, column: pl.Series) -> pl.Series:
        """Dates as they stand, blank where they are none."""
        column = column.str.strip_chars()
        judged = {value: _day(value) for value in column.unique().to_list() if value}
        wrong = [value for value, words in judged.items() if words]
        for place in column.is_in(wrong).arg_true().to_list():
            self.fault("type", judged[column[place]], self.lines[place], field.name)
        return pl.select(pl.when(column.is_in(wrong)).then(pl.lit("")).otherwise(column)).to_series()

    def amount(self, field: Field, column: pl.Series) -> pl.Series:
        """Amounts as whole cents, null where a cell is blank or no amount."""
        column = column.str.strip_chars()
        plain_ = column.str.contains(PLAIN)
        blank = (column == "") | column.str.to_lowercase().is_in(NOT_SAID)
        if field.required:
            self.wrong("required", field, "The amount is blank", blank)
        strange = ~plain_ & ~blank
        if not strange.any():
            return column.cast(pl.Decimal(38, 2), strict=False).to_physical()
        judged = {
            value: _amount(field, value)
            for value in column.filter(strange).unique(maintain_order=True).to_list()
        }
        for place, value in zip(strange.arg_true().to_list(), column.filter(strange).to_list(), strict=True):
            _, rule, words = judged[value]
            if rule:
                self.fault(rule, words, self.lines[place], field.name)
            if rule in ("type", "length"):
                self.bad.add(place)
        cents = {value: int(digits) if digits else None for value, (digits, _, _) in judged.items()}
        plain_cents = (
            pl.select(pl.when(plain_).then(column))
            .to_series()
            .cast(pl.Decimal(38, 2), strict=False)
            .to_physical()
        )
        odd = pl.Series([cents.get(each) for each in column.to_list()], dtype=CENTS)
        return pl.select(pl.when(plain_).then(plain_cents).otherwise(odd)).to_series()


def read_sheet(content: bytes, name: str, of: str, report: Report) -> Sheet | None:
    """A file as columns; what is wrong with its form goes into the report. None where no row of it can be checked."""
    read = read_text(content)
    for rule, words, line in read.wrong:
        report.found(rule, of, words, file=name, line=line)
    looked = Looked(name, of, 0, 0)
    if read.unreadable:
        report.files.append(looked)
        report.found("unreadable", of, read.unreadable, file=name)
        report.readable = False
        return None

    def fault(rule: str, words: str, line: int | None, field: str) -> None:
        report.found(rule, of, words, file=name, line=line, field=field)

    first = next((each for each in read.text.splitlines() if each.strip()), "")
    between = separator(first)
    line, heading, table, lines = read_table(read.text, between, fault)
    known, own = names(of), fields(of)
    before = len(report.findings)
    columns = headings(heading, known, {each.name for each in own.values() if each.needed}, fault, line)
    report.files.append(Looked(name, of, len(lines), lines[-1] if lines else line))
    if not any(columns):
        del report.findings[before:]
        report.found("unreadable", of, f"The first row holds no column of file {of}", file=name, line=line)
        report.readable = False
        return None
    extra = [each.strip() for each, field in zip(heading, columns, strict=True) if not field and each.strip()]
    if extra:
        report.notes.append(f"{name}: columns that are not of file {of} were left aside: {', '.join(extra)}")
    if between not in ",|":
        what = "tabs" if between == "\t" else "semicolons"
        fault("separator", f"The fields are separated by {what}; commas or bars separate them", line, "")
    for rule in ("encoding", "null-byte", "separator", "header-missing", "header-duplicate"):
        report.ran(rule, of)
    if any(each.code.startswith("header") for each in report.findings[before:]):
        return None
    sorting = _Sorting(lines, fault, set())
    judges = {"text": sorting.text, "date": sorting.day, "amount": sorting.amount}
    frame = pl.DataFrame(
        [
            judges[own[each].kind](own[each], table[place]).alias(each)
            for place, each in enumerate(columns)
            if each
        ]
    )
    for rule in ("required", "type", "length", "amount-form", "field-count", "quote", "unreadable"):
        report.ran(rule, of)
    return Sheet(name, of, frame, lines, frozenset(sorting.bad), lines[-1] if lines else line)
