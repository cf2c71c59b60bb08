"""Jobs for the tests of jobs, and a diary of what they did."""

from __future__ import annotations

import time

from qsmo.kernel.finding import Refusal
from qsmo.platform.work.jobs import Every, job

DIARY: list[str] = []


@job
def note(word: str = "noted") -> None:
    """Write a word down."""
    DIARY.append(word)


@job
def stumble(times: int) -> None:
    """Fail until there are so many lines."""
    DIARY.append("tried")
    if len(DIARY) <= times:
        raise ConnectionError("the other side is silent")


@job
def decline() -> None:
    """Be refused."""
    DIARY.append("declined")
    raise Refusal("run-not-collecting", "It takes no files now")


@job
def last(seconds: int) -> None:
    """Take a while."""
    time.sleep(seconds)


EVERY_FIVE = Every(minutes=5, job=note)
