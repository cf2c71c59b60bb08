"""How words of the command line are read."""

from __future__ import annotations

from datetime import date

from qsmo.kernel.finding import Refusal


def day(text: str) -> date:
    """A day such as 2026-02-22; anything else is refused (422)."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("day-form", f"“{text}” is not a day such as 2026-02-22", status=422) from None
