"""Inserting many rows by one statement, on both databases; on PostgreSQL whole entries by one function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection

_AT_ONCE = 500
"""So many rows in one statement of SQLite: what a statement costs by itself is shared by them."""
_TYPES = {
    "id": "bigint", "entry_id": "bigint", "combination_id": "bigint", "control_id": "bigint", "cents": "bigint",
    "left_cents": "bigint", "warn_below_cents": "bigint", "reverses_id": "bigint", "made_at": "timestamptz",
    "year": "smallint", "period": "smallint", "weight": "smallint", "on": "date", "sealed": "boolean",
    "hard": "boolean",
}  # fmt: skip


def insert(
    table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, if_new: bool = False
) -> None:
    """Insert rows. With `if_new`, those that a unique rule holds to be there already are passed over."""
    if not rows:
        return
    names = ", ".join(f'"{name}"' for name in columns)
    end = " ON CONFLICT DO NOTHING" if if_new else ""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            arrays = ", ".join(f"%s::{_TYPES.get(name, 'text')}[]" for name in columns)
            statement = f'INSERT INTO "{table}" ({names}) SELECT * FROM unnest({arrays}){end}'  # noqa: S608  # names of our own
            cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])
        else:
            for start in range(0, len(rows), _AT_ONCE):
                part = rows[start : start + _AT_ONCE]
                places = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * len(part))
                statement = f'INSERT INTO "{table}" ({names}) VALUES {places}{end}'  # noqa: S608  # names of our own
                cursor.execute(statement, [value for row in part for value in row])


def numbers(table: str, count: int) -> list[int]:
    """Numbers for new rows, rising. On SQLite the write lock is held, so that nobody else is given them."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            ask = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
            cursor.execute(ask, [table, count])
            return sorted(row[0] for row in cursor.fetchall())
        cursor.execute(f'SELECT coalesce(max(id), 0) FROM "{table}"')  # noqa: S608  # names of our own
        first: int = cursor.fetchone()[0] + 1
    return list(range(first, first + count))


def mark(table: str, column: str, ids: Sequence[int]) -> None:
    """Set a flag in rows, in one statement."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f'UPDATE "{table}" SET "{column}" = true WHERE id = ANY(%s)', [list(ids)])  # noqa: S608  # names of our own
        else:
            statement = f'UPDATE "{table}" SET "{column}" = 1 WHERE id BETWEEN %s AND %s'  # noqa: S608  # ours
            cursor.execute(statement, [ids[0], ids[-1]])


def change(table: str, key: int, values: Mapping[str, Any]) -> None:
    """Set columns of one row that has no version of its own."""
    said = ", ".join(f'"{name}" = %s' for name in values)
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{table}" SET {said} WHERE id = %s', [*values.values(), key])  # noqa: S608  # names of our own


def alone_with(table: str) -> None:
    """Wait until nobody writes to a table, and let nobody write to it until the transaction ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f'LOCK TABLE "{table}" IN SHARE MODE')


def array(values: Iterable[int | str | date | None]) -> str:
    """Values as PostgreSQL writes an array: one text, where a list is looked through value by value by the driver."""
    return f"{{{','.join(map(_item, values))}}}"


def _item(value: int | str | date | None) -> str:
    if type(value) is int:
        return str(value)
    if value is None:
        return "NULL"
    text = str(value)
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
