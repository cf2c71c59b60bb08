"""Asking again: every minute the instances whose instant has come, as their own states say."""

from __future__ import annotations

from qsmo.marketplace.orders.actions import poll_due
from qsmo.platform.work.jobs import Every, job


@job
def ask_again() -> None:
    """Ask again about every instance that waits for its service."""
    poll_due()


SCHEDULE = (Every(1, ask_again),)
