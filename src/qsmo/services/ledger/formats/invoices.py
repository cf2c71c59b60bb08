"""Invoices as CSV, a line of an invoice each: read with every mistake said by its line, nothing passed over."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field, replace
from datetime import date

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.money import Money
from qsmo.services.ledger.formats.text import read_text
from qsmo.services.ledger.rules.payable.drafts import InvoiceDraft, InvoiceLine

REQUIRED = ("order", "invoice", "dated_on", "received_on", "line", "quantity", "unit_price", "amount")
OPTIONAL = ("stamped", "discount_rate", "discount_days", "contact", "terms")
OF_INVOICE = ("dated_on", "received_on", *OPTIONAL)
"""What all lines of an invoice say alike."""
LARGEST = Money(10**17)
YES_NO = {"yes": True, "no": False, "": True}
MOST_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Invoices:
    """What a file says: the invoices that could be read whole, the line each begins on, and all that is wrong."""

    drafts: tuple[InvoiceDraft, ...]
    begins: dict[str, int]
    findings: tuple[Finding, ...]


@dataclass
class _Invoice:
    line: int
    head: dict[str, str]
    draft: InvoiceDraft | None
    lines: list[InvoiceLine] = field(default_factory=list)
    spoiled: bool = False


def read_invoices(content: bytes, name: str) -> Invoices:
    """Read a file of invoices. Refused (422) where it is no such file; a mistake in a line spoils its invoice alone.

    Lines of one `order` and `invoice` are one invoice and stand together. Amounts are dollars; a quantity and a price
    are exact, with at most six decimals.
    """
    read = read_text(content)
    if read.unreadable or read.wrong:
        words, line = (read.unreadable, 1) if read.unreadable else read.wrong[0][1:]
        raise _no(name, line or 1, words, "a table of text in UTF-8")
    rows = csv.reader(io.StringIO(read.text, newline=""), strict=True)
    try:
        header = [cell.strip().lower() for cell in next(rows, [])]
        _check_header(header, name)
        found: list[Finding] = []
        made: dict[tuple[str, str], _Invoice] = {}
        last = ("", "")
        for cells in rows:
            place = rows.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                words = f"{len(cells)} cells where the header has {len(header)}"
                wrong = [Finding("cells", words, expected=f"{len(header)} cells")]
                key = last
            else:
                row = {column: cell.strip() for column, cell in zip(header, cells, strict=True)}
                key = (row["order"], row["invoice"])
                wrong = _take(row, key, last, place, made)
            found += (replace(each, file=name, line=place, who=key[1]) for each in wrong)
            if wrong and key in made:
                made[key].spoiled = True
            last = key
    except csv.Error as error:
        words = f"The file is not CSV here ({error})"
        raise _no(name, rows.line_num, words, "quotes closed, commas between") from error
    whole = [each for each in made.values() if not each.spoiled and each.draft]
    drafts = tuple(replace(each.draft, lines=tuple(each.lines)) for each in whole if each.draft)
    return Invoices(drafts, {key[1]: each.line for key, each in made.items()}, tuple(found))


def _check_header(header: list[str], name: str) -> None:
    said = (
        ("missing", [each for each in REQUIRED if each not in header]),
        ("unknown", [each for each in header if each not in (*REQUIRED, *OPTIONAL)]),
        ("twice", sorted({each for each in header if header.count(each) > 1})),
    )
    words = "; ".join(f"{what}: {', '.join(map(repr, found))}" for what, found in said if found)
    if words:
        raise _no(name, 1, f"The header is not right ({words})", ", ".join(REQUIRED))


def _take(
    row: dict[str, str],
    key: tuple[str, str],
    last: tuple[str, str],
    place: int,
    made: dict[tuple[str, str], _Invoice],
) -> list[Finding]:
    found: list[Finding] = []
    for column in ("order", "invoice"):
        if not row[column]:
            found.append(Finding(column, f"The line has no {column}", field=column, expected="its number"))
    head = {column: row.get(column, "") for column in OF_INVOICE}
    there = made.get(key)
    if there is None:
        made[key] = there = _Invoice(place, head, _head(row, found))
    elif last != key:
        words = f"Invoice {key[1]} goes on after another one began"
        found.append(Finding("together", words, field="invoice", expected="its lines one after the other"))
    elif head != there.head:
        column = next(each for each in OF_INVOICE if head[each] != there.head[each])
        words = f"Invoice {key[1]} says another {column} than on its first line"
        found.append(Finding("same", words, field=column, expected=there.head[column]))
    line = _line(row, found)
    if line:
        there.lines.append(line)
    return found


def _head(row: dict[str, str], found: list[Finding]) -> InvoiceDraft | None:
    dated, received = (_day(row, column, found) for column in ("dated_on", "received_on"))
    said = {column: _yes(row, column, found) for column in ("stamped", "contact", "terms")}
    days = _whole(row.get("discount_days", "") or "0", "discount_days", found)
    if dated is None or received is None or days is None:
        return None
    return InvoiceDraft(
        row["invoice"], row["order"], dated, received, (), said["stamped"], row.get("discount_rate", "") or "0", days,
        said["contact"], said["terms"],
    )  # fmt: skip


def _line(row: dict[str, str], found: list[Finding]) -> InvoiceLine | None:
    number = _whole(row["line"], "line", found)
    try:
        amount = Money.parse(row["amount"])
    except Refusal as refusal:
        expected = "dollars with at most two decimals"
        found.append(Finding("amount", refusal.words, field="amount", expected=expected))
        return None
    if abs(amount) > LARGEST:
        found.append(Finding("amount", f"{row['amount']} is too large", field="amount", expected="an amount"))
        return None
    return InvoiceLine(number, row["quantity"], row["unit_price"], amount) if number is not None else None


def _day(row: dict[str, str], column: str, found: list[Finding]) -> date | None:
    try:
        return date.fromisoformat(row[column])
    except ValueError:
        found.append(Finding("date", f"“{row[column]}” is not a day", field=column, expected="2026-01-20"))
        return None


def _whole(text: str, column: str, found: list[Finding]) -> int | None:
    if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS:
        return int(text)
    found.append(Finding("number", f"“{text}” is not a whole number", field=column, expected="1, 2, 3"))
    return None


def _yes(row: dict[str, str], column: str, found: list[Finding]) -> bool:
    text = row.get(column, "").lower()
    if text not in YES_NO:
        found.append(Finding("yes-no", f"“{text}” is neither yes nor no", field=column, expected="yes or no"))
    return YES_NO.get(text, True)


def _no(name: str, line: int, words: str, expected: str) -> Refusal:
    finding = Finding("file", words, file=name, line=line, expected=expected)
    return Refusal("invoice-file", words, status=422, findings=(finding,))
