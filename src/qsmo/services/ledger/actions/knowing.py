"""What posting must know, asked as few times as can be: the books and their accounts, what was posted, the limits.

Whoever sees a book sees everything of it, so that only the book is asked for whom it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection

from qsmo.platform.access.door import one
from qsmo.platform.access.viewer import Viewer
from qsmo.services.ledger.models import Book
from qsmo.services.ledger.rules.fund import Fund
from qsmo.services.ledger.rules.symbol import TreasuryAccount

_OF_BOOK = ("id", "subscription", "customer_id", "provider_id", "first_year", "is_open")
_BOOK = {
    "postgresql": "SELECT * FROM ledger_known_book(%s, %s, %s)",
    "sqlite": """
SELECT json_array(b.subscription, b.customer_id, b.provider_id, b.first_year, b.is_open),
  (SELECT json_group_array(json_array(s.tas, s.financing, s.category, s.program_b, s.bea))
   FROM ledger_symbol s WHERE s.book_id = b.id),
  (SELECT json_array(e.id, e.digest) FROM ledger_entry e
   WHERE e.book_id = b.id AND e.source = asked.source AND e.key = asked.key),
  EXISTS (SELECT 1 FROM ledger_sourcedocument d WHERE d.book_id = b.id AND d.source = asked.source
          AND d.key = asked.key AND d.state IN ('waiting', 'refused'))
FROM (SELECT %s AS book, %s AS source, %s AS key) asked JOIN ledger_book b ON b.id = asked.book
""",
}
_LINES = {
    "postgresql": "SELECT * FROM ledger_known_lines(%s, %s)",
    "sqlite": """
SELECT c.digest, c.id, d.weight, k.id, k.year, k.level, k.words, k.left_cents, k.warn_below_cents, k.hard
FROM ledger_combination c LEFT JOIN ledger_draw d ON d.combination_id = c.id
LEFT JOIN ledger_control k ON k.id = d.control_id
WHERE c.book_id = %s AND c.digest IN (SELECT value FROM json_each(%s))
""",
}


class Before(NamedTuple):
    """The entry that a document has already, and the digest of what it said."""

    entry: int
    digest: str


@dataclass(frozen=True, slots=True)
class Known:
    """A book with its Treasury accounts by display form, and what is there of one document: entry, or refusal."""

    book: Book
    funds: dict[str, Fund]
    before: Before | None
    waits: bool


class Drawn(NamedTuple):
    """That lines of a combination draw on a control (times `weight`), and what is left there."""

    combination: int
    weight: int
    control: int
    year: int
    level: str
    words: str
    left: int
    warn_below: int
    hard: bool


def known(viewer: Viewer, book_id: str, source: str, key: str) -> Known:
    """What posting a document must know. Refused (404) where the viewer cannot see the book."""
    with connection.cursor() as cursor:
        cursor.execute(_BOOK[connection.vendor], [book_id, source, key])
        row = cursor.fetchone()
    if row is None:
        one(Book, viewer, book_id)
        raise LookupError(book_id)
    columns, symbols, before, waits = (_read(each) for each in row)
    book = Book.from_db(connection.alias, _OF_BOOK, (book_id, *columns))
    if not viewer.may("ledger.read", book):
        one(Book, viewer, book_id)
    funds = {tas: _fund(tas, *said) for tas, *said in symbols or ()}
    return Known(book, funds, Before(*before) if before else None, bool(waits))


def known_lines(book: Book, digests: Iterable[str]) -> tuple[dict[str, int], list[Drawn]]:
    """The combinations of a book by the digest of what they say, and which controls they draw on."""
    wanted: Any = list(digests)
    with connection.cursor() as cursor:
        said = wanted if connection.vendor == "postgresql" else json.dumps(wanted)
        cursor.execute(_LINES[connection.vendor], [book.pk, said])
        rows = cursor.fetchall()
    drawn = [Drawn(row[1], *row[2:]) for row in rows if row[3] is not None]
    return {row[0]: row[1] for row in rows}, drawn


def _read(said: Any) -> Any:
    return json.loads(said) if isinstance(said, str) else said


@lru_cache(maxsize=10_000)
def _fund(tas: str, financing: str, category: str, program_b: str, bea: str) -> Fund:
    return Fund(TreasuryAccount.parse(tas), financing, category, program_b, bea)
