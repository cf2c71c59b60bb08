"""The same stage and day as the tests of the application."""

from __future__ import annotations

from qsmo.services.payroll.tests.app.conftest import in_time, stage

__all__ = ["in_time", "stage"]
