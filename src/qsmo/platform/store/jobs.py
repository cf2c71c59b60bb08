"""The store keeps itself clean: what killed programs left half written is taken away after a day."""

from __future__ import annotations

from qsmo.platform.store import files
from qsmo.platform.work.jobs import Every, job


@job
def sweep() -> None:
    """Take away what was left behind."""
    files.sweep()


SCHEDULE = [Every(minutes=60, job=sweep)]
