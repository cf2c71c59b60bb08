"""Invented people and damage on purpose, for demonstrations and tests."""

from qsmo.services.payroll.formats.sample.damage import Damaged, damage
from qsmo.services.payroll.formats.sample.people import (
    AGENCY,
    PERIOD,
    SampleFiles,
    generate,
    write_sample,
    write_sample_rates,
)

__all__ = [
    "AGENCY",
    "PERIOD",
    "Damaged",
    "SampleFiles",
    "damage",
    "generate",
    "write_sample",
    "write_sample_rates",
]
