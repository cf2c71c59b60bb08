"""An action that a deadlock of the database ended is done again: nothing of it was kept."""

from __future__ import annotations

import functools
import secrets
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import connection
from django.db.utils import OperationalError

P = ParamSpec("P")
R = TypeVar("R")
TRIES = 6
AGAIN = ("40P01", "40001")
"""SQLSTATE of a deadlock and of a transaction that could not be put in a row with others."""


def retried(function: Callable[P, R]) -> Callable[P, R]:
    """Do it again, after a short wait by lot, when the database ended it to free others; within a transaction never."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for _attempt in range(TRIES - 1):
            try:
                return function(*args, **kwargs)
            except OperationalError as error:
                if connection.in_atomic_block or getattr(error.__cause__, "sqlstate", "") not in AGAIN:
                    raise
                time.sleep(secrets.randbelow(50) / 1000)
        return function(*args, **kwargs)

    return run
