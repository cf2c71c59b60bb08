"""Journals as CSV, a line of an entry each: read with every mistake said by its line, nothing passed over."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.ids import digest
from qsmo.kernel.money import Money
from qsmo.services.ledger.rules.entry import EntryDraft, LineDraft
from qsmo.services.ledger.rules.position import NAMES, Attributes

REQUIRED = ("key", "on", "words", "tas", "account", "debit", "credit")
OPTIONAL = ("period", "document", "line_words", *NAMES)
LARGEST = 10**17
"""Cents above which an amount is taken for a mistake: the books add up what is far below the range of a number."""


@dataclass
class _Journal:
    line: int
    on: date
    words: str
    period: int
    lines: list[LineDraft] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Journals:
    """What a file says: entries that could be read whole, the line each begins on, and all that is wrong."""

    drafts: tuple[EntryDraft, ...]
    begins: dict[str, int]
    findings: tuple[Finding, ...]


def read_journals(content: bytes, name: str, source: str) -> Journals:
    """Read a file of journals. Refused (422) where it is no such file; a mistake in a line spoils its journal alone.

    Lines of one `key` are one journal and stand together. Amounts are dollars with at most two decimals, above zero,
    in `debit` or in `credit`.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = content[: error.start].count(b"\n") + 1
        raise _no(name, place, "The file is not UTF-8", "text in UTF-8") from error
    if "\0" in text:
        raise _no(
            name, text[: text.index("\0")].count("\n") + 1, "There is a null byte", "text without null bytes"
        )
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [cell.strip().lower() for cell in next(rows, [])]
        _check_header(header, name)
        return _read(rows, header, name, source)
    except csv.Error as error:
        raise _no(
            name, rows.line_num, f"The file is not CSV here ({error})", "quotes closed, commas between"
        ) from error


def _check_header(header: list[str], name: str) -> None:
    missing = [each for each in REQUIRED if each not in header]
    unknown = [each for each in header if each not in (*REQUIRED, *OPTIONAL)]
    twice = sorted({each for each in header if header.count(each) > 1})
    if missing or unknown or twice:
        words = "; ".join(
            f"{said}: {', '.join(found)}"
            for said, found in (("missing", missing), ("unknown", unknown), ("twice", twice))
            if found
        )
        raise _no(name, 1, f"The header is not right ({words})", ", ".join(REQUIRED))


def _read(rows: Any, header: list[str], name: str, source: str) -> Journals:
    found: list[Finding] = []
    journals: dict[str, _Journal] = {}
    spoiled: set[str] = set()
    last, at = "", header.index("key")
    for cells in rows:
        place: int = rows.line_num
        if not any(cells):
            continue
        if len(cells) != len(header):
            words = f"{len(cells)} cells where the header has {len(header)}"
            wrong = [Finding("cells", words, expected="as many cells as the header")]
            key = cells[at].strip() if len(cells) > at else last
        else:
            row = {column: cell.strip() for column, cell in zip(header, cells, strict=True)}
            wrong, key = _take(row, journals, place, last), row["key"]
        found += (replace(each, file=name, line=place) for each in wrong)
        if wrong:
            spoiled |= {key}
        last = key
    drafts = tuple(_draft(key, each, source) for key, each in journals.items() if key not in spoiled)
    return Journals(drafts, {key: each.line for key, each in journals.items()}, tuple(found))


def _draft(key: str, journal: _Journal, source: str) -> EntryDraft:
    body = digest([journal.on, journal.words, journal.period, journal.lines])
    return EntryDraft(
        source, key, body, journal.on, journal.words, tuple(journal.lines), period=journal.period
    )


def _take(row: dict[str, str], journals: dict[str, _Journal], place: int, last: str) -> list[Finding]:
    found: list[Finding] = []
    if not row["key"]:
        return [
            Finding(
                "key", "The journal has no key", field="key", expected="a name of its own for each journal"
            )
        ]
    on, period = _date(row["on"], found), _period(row.get("period", ""), found)
    cents = _cents(row, found)
    journal = journals.get(row["key"])
    if journal is None:
        journals[row["key"]] = journal = _Journal(place, on or date.min, row["words"], period)
    elif last != row["key"]:
        words = f"Journal {row['key']} goes on after another one began"
        found.append(
            Finding("together", words, field="key", expected="the lines of a journal one after the other")
        )
    elif on and (on, row["words"], period) != (journal.on, journal.words, journal.period):
        words = f"Journal {row['key']} says another day, period or words than on its first line"
        found.append(Finding("same", words, field="on", expected=f"{journal.on}, “{journal.words}”"))
    if not row["words"]:
        found.append(
            Finding("words", "The journal does not say what it is", field="words", expected="a few words")
        )
    attributes = Attributes(**{each: row.get(each, "") for each in NAMES})
    line = LineDraft(
        row["tas"], row["account"], cents, attributes, row.get("document", ""), row.get("line_words", "")
    )
    journal.lines.append(line)
    return found


def _date(text: str, found: list[Finding]) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        found.append(Finding("date", f"“{text}” is not a day", field="on", expected="2026-01-20"))
        return None


def _period(text: str, found: list[Finding]) -> int:
    if text in ("", "13", "14"):
        return int(text or 0)
    found.append(
        Finding(
            "period", f"“{text}” is not a period of adjustment", field="period", expected="13, 14 or empty"
        )
    )
    return 0


def _cents(row: dict[str, str], found: list[Finding]) -> int:
    said = [(side, row[side]) for side in ("debit", "credit") if row[side]]
    if len(said) != 1:
        words = "A line has one amount" if said else "The line has no amount"
        found.append(Finding("amount", words, field="debit", expected="an amount in debit or in credit"))
        return 0
    side, text = said[0]
    try:
        cents = Money.parse(text).cents
    except Refusal as refusal:
        found.append(
            Finding("amount", refusal.words, field=side, expected="dollars with at most two decimals")
        )
        return 0
    if not 0 < cents <= LARGEST:
        words = f"{text} is not above zero" if cents <= 0 else f"{text} is more than books can add up"
        found.append(Finding("amount", words, field=side, expected=f"above zero, at most {Money(LARGEST)}"))
        return 0
    return cents if side == "debit" else -cents


def _no(name: str, line: int, words: str, expected: str) -> Refusal:
    finding = Finding("file", words, file=name, line=line, expected=expected)
    return Refusal("journal-file", words, status=422, findings=(finding,))
