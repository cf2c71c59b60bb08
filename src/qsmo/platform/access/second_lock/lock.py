"""The lock itself: a block in which this thread reads as the reading role, and the two ways to read past it.

The reading role may only read, and sees through the policies what the viewer named in the transaction may see. Where
nobody is named that is what everybody sees. On SQLite there is no such lock.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection, models, transaction
from psycopg.pq import TransactionStatus

SETTING = "qsmo.sees"
"""The setting of the transaction with what its viewer sees."""
CHUNK = 2000
_HANDLING = re.compile(
    r"BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SELECT current_setting\('role'\), set_config\("
)

Sees = Mapping[str, list[str]]
Row = TypeVar("Row", bound=models.Model)


@dataclass
class _Lock:
    """What is on for this thread: for whom, whether the transaction began with it, the role before, whether lifted."""

    sees: Sees
    began: bool
    owner: str
    lifted: bool = False


_THREAD = threading.local()


def _held() -> _Lock | None:
    lock: _Lock | None = getattr(_THREAD, "lock", None)
    return lock


def there_is_one() -> bool:
    """Whether the database has a second lock at all."""
    return connection.vendor == "postgresql"


@contextmanager
def locked(sees: Sees) -> Iterator[None]:
    """A block in which this thread reads as the reading role, and only what `policies.sees` says of a viewer.

    It is one transaction, or one savepoint of a transaction that is open, and is always rolled back: nothing can have
    been written, and the role and the setting go with it. Blocks are not put inside of each other.
    """
    if not there_is_one():
        yield
        return
    if _held() is not None:
        raise RuntimeError("the second lock is on already")
    began = not connection.in_atomic_block
    with transaction.atomic():
        try:
            _THREAD.lock = _Lock(sees, began, owner=_say(settings.DATABASE_READER, sees))
            yield
        finally:
            _THREAD.lock = None
            transaction.set_rollback(True)


def sees_now() -> Sees | None:
    """What the viewer sees for whom the lock is on; None where it is not on."""
    lock = _held()
    return None if lock is None else lock.sees


def show(sees: Sees) -> None:
    """Under a lock that is on, show what another viewer sees from here on."""
    lock = _held()
    if lock is not None and lock.sees != sees:
        _say(settings.DATABASE_READER, sees)
        lock.sees = sees


def seen_through(permission: str) -> object:
    """What the lock lets this thread read by a permission, to be compared; None where it is not on, or is lifted."""
    lock = _held()
    if lock is None or lock.lifted:
        return None
    own = {key: lock.sees[key] for key in lock.sees if key.partition("|")[0] == permission}
    return json.dumps([permission in lock.sees.get("all", ()), own], sort_keys=True)


def is_question(statement: str) -> bool:
    """Whether a statement asks or changes something, and does not begin, end or lock a transaction; for who counts."""
    return _HANDLING.match(statement) is None


def changes_are_open() -> bool:
    """Whether this thread is in a transaction that may hold changes of its own, which may still be undone."""
    lock = _held()
    return connection.in_atomic_block and not (lock is not None and lock.began)


@contextmanager
def _lifted() -> Iterator[None]:
    """A block in which the lock is off; for the evaluation of one query set of `Lifting`, and nothing else."""
    lock = _held()
    if lock is None or lock.lifted:
        yield
        return
    _say(lock.owner)
    lock.lifted = True
    try:
        yield
    finally:
        # A broken transaction takes no statement any more. It can only be rolled back, and that restores the role.
        raw = connection.connection
        if raw is not None and raw.info.transaction_status != TransactionStatus.INERROR:
            _say(settings.DATABASE_READER)
        lock.lifted = False


def _say(role: str, sees: Sees | None = None) -> str:
    """Set the role, and what its viewer sees where that is given, for the transaction; answers the role before."""
    words, values = "SELECT current_setting('role'), set_config('role', %s, true)", [role]
    if sees is not None:
        words, values = f"{words}, set_config('{SETTING}', %s, true)", [role, json.dumps(sees)]
    with connection.cursor() as cursor:
        cursor.execute(words, values)
        before: str = cursor.fetchone()[0]
    return before


class Lifting(models.QuerySet[Row]):
    """Rows that are read past the lock, because the code says for whom or why: `seen_by` of a program, and `unseen`.

    The lock is off only while the database is asked. What is reached from the rows later is read under it again, but
    for what `prefetch_related` brings along; and a query set in which this one stands as a sub-select is under it.
    """

    def _fetch_all(self) -> None:
        with _lifted():
            super()._fetch_all()

    def iterator(self, chunk_size: int | None = None) -> Iterator[Row]:
        """The rows one by one; between them the lock is on."""
        rows = super().iterator(chunk_size)
        if _held() is None:
            yield from rows
            return
        while True:
            with _lifted():
                some = list(islice(rows, chunk_size or CHUNK))
            if not some:
                return
            yield from some

    def count(self) -> int:
        """How many rows there are."""
        with _lifted():
            return super().count()

    def exists(self) -> bool:
        """Whether there is any row."""
        with _lifted():
            return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Figures of all rows together."""
        with _lifted():
            return super().aggregate(*args, **kwargs)
