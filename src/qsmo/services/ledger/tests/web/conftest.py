"""The books and their viewers, on the day of the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qsmo.kernel import clock
from qsmo.services.ledger.tests.setting import TODAY
from qsmo.services.ledger.tests.web.office import Office, office


@pytest.fixture
def held(db: None) -> Iterator[Office]:
    with clock.at(TODAY):
        yield office()
