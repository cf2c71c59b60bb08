"""The stage on which payroll is tried."""

from __future__ import annotations

import pytest

from qsmo.services.payroll.tests.app import setting


@pytest.fixture
def stage(db: None) -> setting.Stage:
    return setting.stage()
