"""The only clock: aware UTC instants, and a today that a test or a demonstration may set."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta

_set_to: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """The present instant in UTC; `QSMO_TODAY=2026-03-01` in the environment moves the day, not the time of day."""
    held = _set_to.get()
    if held is not None:
        return held
    actual = datetime.now(UTC)
    day = os.environ.get("QSMO_TODAY")
    if not day:
        return actual
    return actual + timedelta(days=(date.fromisoformat(day) - actual.date()).days)


def today() -> date:
    """The present day in UTC."""
    return now().date()


@contextmanager
def at(instant: datetime | date) -> Iterator[None]:
    """Hold the clock at an aware instant (or at noon UTC of a day) inside the block; naive is a ValueError."""
    if not isinstance(instant, datetime):
        instant = datetime(instant.year, instant.month, instant.day, 12, tzinfo=UTC)
    if instant.tzinfo is None:
        raise ValueError("an instant says its time zone")
    token = _set_to.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _set_to.reset(token)
