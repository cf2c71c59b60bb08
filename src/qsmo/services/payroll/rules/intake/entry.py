"""What a time entry carries from the moment it is read: names of columns, and the kinds that a code may mean."""

from __future__ import annotations

import polars as pl

from qsmo.services.payroll.rules.earnings.codes import KINDS, NOTED

WHO = "who"
"""The number of the person: the place of the employee among those who have time, from zero."""
ALONE = "alone"
"""Whether it is the only entry of its person on its day."""
NAMES = pl.Enum([*KINDS, *NOTED])
