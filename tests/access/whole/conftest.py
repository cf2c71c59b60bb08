"""The whole small world, built once for all the tests of this folder that a process runs."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from tests.access.world import World, built


@pytest.fixture(scope="package")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Both tenants and everybody; what a test changes it undoes."""
    logging.disable(logging.CRITICAL)  # every refusal would be a line
    with django_db_blocker.unblock(), built() as made:
        yield made
    logging.disable(logging.NOTSET)
