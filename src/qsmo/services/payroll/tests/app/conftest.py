"""The stage on which payroll is tried, on a day before the cut-offs of the pay period that most tests run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from qsmo.kernel import clock
from qsmo.services.payroll.tests.app import setting

TODAY = date(2026, 3, 10)


@pytest.fixture(autouse=True)
def in_time() -> Iterator[None]:
    with clock.at(TODAY):
        yield


@pytest.fixture
def stage(db: None) -> setting.Stage:
    return setting.stage()
