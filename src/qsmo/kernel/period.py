"""Half-open periods of days, and the biweekly pay periods with the pay dates that decide the tax year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from qsmo.kernel.calendar import on_or_before_workday
from qsmo.kernel.finding import Refusal


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """The days from `start` up to, not including, `end`. An empty or backward period is refused."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise Refusal(
                "period-empty", f"A period must end after it starts: {self.start} to {self.end}", status=422
            )

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        """A calendar month."""
        following = date(year + month // 12, month % 12 + 1, 1)
        return cls(date(year, month, 1), following)

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read `2026-03-08/2026-03-22`, half open; refused with code `period-form` otherwise."""
        try:
            start, end = (date.fromisoformat(part) for part in text.split("/"))
        except ValueError:
            words = f"“{text}” is not a period such as 2026-03-08/2026-03-22 (the end day is not part of it)"
            raise Refusal("period-form", words, status=422) from None
        return cls(start, end)

    @property
    def days(self) -> int:
        """How many days it holds."""
        return (self.end - self.start).days

    @property
    def last(self) -> date:
        """Its last day."""
        return self.end - timedelta(days=1)

    def __iter__(self) -> Iterator[date]:
        return (self.start + timedelta(days=count) for count in range(self.days))

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day < self.end

    def overlap(self, other: Period) -> Period | None:
        """The days both hold, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start < end else None

    def split(self, *days: date) -> list[Period]:
        """The same days cut before each given day that lies inside; the parts touch and add up to the whole."""
        cuts = sorted({day for day in days if self.start < day < self.end})
        edges = [self.start, *cuts, self.end]
        return [Period(start, end) for start, end in pairwise(edges)]

    def __str__(self) -> str:
        return f"{self.start}/{self.end}"


@dataclass(frozen=True, order=True, slots=True)
class PayPeriod:
    """One biweekly pay period (5 U.S.C. 5504(a)): its days, its number in the pay-date year, and its pay date."""

    during: Period
    number: int
    pay_date: date

    @property
    def tax_year(self) -> int:
        """The year whose taxes and limits apply: that of the pay date, not of the work."""
        return self.pay_date.year

    @property
    def label(self) -> str:
        """Year and number as payroll offices write it, e.g. `2026-06`."""
        return f"{self.tax_year}-{self.number:02d}"


PAY_PERIOD_DAYS = 14
_LABEL = re.compile(r"(?P<year>(?:19|20|21)[0-9]{2})-(?P<number>[0-9]{1,2})")


@dataclass(frozen=True, slots=True)
class PayCalendar:
    """The run of biweekly pay periods of one payroll, fixed by one start day and the days from period end to pay.

    `pay_lag_days` counts from the last day of the period. A pay date that is not a workday moves to the workday
    before; that is how the first pay date of 2027 on the standard federal cycle (1 January) becomes the 27th of 2026.
    """

    anchor: date
    pay_lag_days: int
    closures: frozenset[date] = frozenset()

    def period_of(self, day: date) -> PayPeriod:
        """The pay period that holds a day."""
        count = (day - self.anchor).days // PAY_PERIOD_DAYS
        during = self._during(count)
        pay_date = self.pay_date(during)
        earlier = 0
        while self.pay_date(self._during(count - earlier - 1)).year == pay_date.year:
            earlier += 1
        return PayPeriod(during, earlier + 1, pay_date)

    def of_label(self, label: str) -> PayPeriod:
        """The pay period written as `2026-06`; refused with code `pay-period-form` when there is none such."""
        form = _LABEL.fullmatch(label)
        if form is not None:
            for found in self.pay_periods_in(int(form["year"])):
                if found.number == int(form["number"]):
                    return found
        words = f"“{label}” is not a pay period of this calendar; write year and number, such as 2026-06"
        raise Refusal("pay-period-form", words, status=422)

    def pay_periods_in(self, year: int) -> list[PayPeriod]:
        """All pay periods whose pay date falls in a tax year, in order: 26, or 27 about every eleventh year."""
        first = self.period_of(date(year, 1, 1) - timedelta(days=2 * PAY_PERIOD_DAYS + self.pay_lag_days))
        found: list[PayPeriod] = []
        during = first.during
        while True:
            pay_date = self.pay_date(during)
            if pay_date.year > year:
                return found
            if pay_date.year == year:
                found.append(PayPeriod(during, len(found) + 1, pay_date))
            during = Period(during.end, during.end + timedelta(days=PAY_PERIOD_DAYS))

    def pay_date(self, during: Period) -> date:
        """The day on which a period is paid: never a holiday or weekend."""
        return on_or_before_workday(during.last + timedelta(days=self.pay_lag_days), closures=self.closures)

    def _during(self, count: int) -> Period:
        start = self.anchor + timedelta(days=PAY_PERIOD_DAYS * count)
        return Period(start, start + timedelta(days=PAY_PERIOD_DAYS))
