"""The table of letters for every test of the doors."""

from qsmo.platform.access.tests.letters import letter_table, letters

__all__ = ["letter_table", "letters"]
