"""The stage on which the ledger is tried."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qsmo.kernel import clock
from qsmo.services.ledger.tests import setting


@pytest.fixture
def stage(db: None) -> Iterator[setting.Stage]:
    with clock.at(setting.TODAY):
        yield setting.stage()
