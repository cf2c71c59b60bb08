"""The books as a customer takes them away: accounts, periods, every line of every entry, documents not posted."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from qsmo.contract.service import ExportedFile
from qsmo.kernel.money import Money
from qsmo.platform.access.viewer import program
from qsmo.services.ledger.models import Accounting, Book, Line, SourceDocument, Symbol
from qsmo.services.ledger.rules.position import NAMES

PROGRAM = program("ledger")
ACCOUNT = ("book_id", "tas", "title", "financing", "category", "program_b", "bea")
PERIOD = ("book_id", "year", "number", "state")
DOCUMENT = ("source", "key", "kind", "state", "findings", "body")
ENTRY = ("year", "period", "on", "made_name", "rule", "rule_version", "source", "key", "digest", "words")
LINE = (
    "entry", "posted_at", *ENTRY, "reverses", "tas", "account", "debit", "credit", "document", "line_words", *NAMES,
)  # fmt: skip
AT_ONCE = 5_000
"""So many rows are made into text at once."""


def exported_files(book: Book) -> tuple[ExportedFile, ...]:
    """Four files of CSV; amounts in dollars with two decimals, debits and credits in columns of their own."""
    symbols = Symbol.seen_by(PROGRAM).filter(book=book)
    periods = Accounting.seen_by(PROGRAM).filter(book=book)
    lines = Line.seen_by(PROGRAM).filter(entry__book=book, entry__sealed=True)
    in_order = lines.select_related("entry", "combination__symbol").order_by("entry_id", "id")
    documents = SourceDocument.seen_by(PROGRAM).filter(book=book)
    return (
        _file("treasury-accounts.csv", ACCOUNT, (_said(each, ACCOUNT) for each in symbols), symbols.count()),
        _file("periods.csv", PERIOD, (_said(each, PERIOD) for each in periods), periods.count()),
        _file("entries.csv", LINE, (_line(each) for each in in_order.iterator(AT_ONCE)), lines.count()),
        _file(
            "documents.csv",
            DOCUMENT,
            (
                (
                    each.source,
                    each.key,
                    each.kind,
                    each.state,
                    json.dumps(each.findings),
                    json.dumps(each.body),
                )
                for each in documents.iterator(AT_ONCE)
            ),
            documents.count(),
        ),
    )


def _said(record: Any, names: Sequence[str]) -> tuple[Any, ...]:
    return tuple(getattr(record, name) for name in names)


def _line(line: Line) -> tuple[Any, ...]:
    entry, said = line.entry, line.combination
    amount = str(Money(abs(line.cents))).replace(",", "")
    return (
        entry.pk, entry.made_at.isoformat(), *_said(entry, ENTRY), entry.reverses_id or "", said.symbol.tas,
        said.account, amount if line.cents > 0 else "", amount if line.cents < 0 else "", line.document, line.words,
        *_said(said, NAMES),
    )  # fmt: skip


def _file(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]], count: int) -> ExportedFile:
    return ExportedFile(name, "text/csv", _pieces(header, rows), count)


def _pieces(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    content = io.StringIO(newline="")
    writer = csv.writer(content)
    writer.writerow(header)
    for number, row in enumerate(rows, start=1):
        writer.writerow(row)
        if number % AT_ONCE == 0:
            yield content.getvalue().encode()
            content.seek(0)
            content.truncate()
    yield content.getvalue().encode()
