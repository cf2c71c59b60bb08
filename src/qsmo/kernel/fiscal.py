"""The federal fiscal year (31 U.S.C. 1102: October to September) and its twelve accounting periods."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from qsmo.kernel.finding import Refusal
from qsmo.kernel.period import Period

FIRST_MONTH = 10


@dataclass(frozen=True, order=True, slots=True)
class FiscalYear:
    """A fiscal year named by the calendar year in which it ends."""

    year: int

    @classmethod
    def of(cls, day: date) -> FiscalYear:
        """The fiscal year that holds a day."""
        return cls(day.year + (1 if day.month >= FIRST_MONTH else 0))

    @property
    def during(self) -> Period:
        """1 October of the year before, up to 1 October."""
        return Period(date(self.year - 1, FIRST_MONTH, 1), date(self.year, FIRST_MONTH, 1))

    def __str__(self) -> str:
        return f"FY{self.year}"


@dataclass(frozen=True, order=True, slots=True)
class FiscalPeriod:
    """One accounting period of a fiscal year: 1 is October, 12 is September."""

    year: FiscalYear
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 12:
            raise Refusal("fiscal-period", f"A fiscal period is 1 to 12, not {self.number}", status=422)

    @classmethod
    def of(cls, day: date) -> FiscalPeriod:
        """The accounting period that holds a day."""
        return cls(FiscalYear.of(day), (day.month - FIRST_MONTH) % 12 + 1)

    @property
    def during(self) -> Period:
        """Its calendar month."""
        month = (self.number + FIRST_MONTH - 2) % 12 + 1
        return Period.month(self.year.year - (1 if month >= FIRST_MONTH else 0), month)

    def __str__(self) -> str:
        return f"{self.year}-P{self.number:02d}"
