"""What is owed to somebody who leaves: severance pay in weeks and money, leave at the rates of its days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from qsmo.kernel.calendar import SATURDAY, SUNDAY
from qsmo.kernel.money import Money
from qsmo.services.payroll.rules.rule import Figures


@dataclass(frozen=True, slots=True)
class Severance:
    """Severance pay: its weeks, exact, the whole amount, and what each biweekly period is paid until then."""

    weeks: Fraction
    amount: Money
    each_period: Money


def severance(
    law: Figures, weekly: Money, *, service_months: int, age_months: int, weeks_before: Fraction = Fraction(0)
) -> Severance:
    """Severance pay of 5 U.S.C. 5595(c) and 5 CFR 550.707 from basic pay of a week, full months of service and of age.

    A week for each of the first full years and two for each beyond, a quarter of a year's weeks for each full three
    months after the last full year; then more for each full three months of age above forty. `weeks_before` is
    severance received earlier in life: all together are at most a year's.
    """
    table = law.version("severance")
    quarters = table.integer("quarters")
    months = 12 // quarters
    years, over = divmod(service_months, 12)
    first, beyond = table.rate("weeks_first"), table.rate("weeks_beyond")
    full = table.integer("first_years")
    weeks = min(years, full) * first + max(years - full, 0) * beyond
    weeks += (first if years < full else beyond) * Fraction(over // months, quarters)
    older = max(age_months - table.integer("age_over") * 12, 0) // months
    weeks += weeks * older * table.rate("age_quarter")
    weeks = max(min(weeks, table.rate("most_weeks") - weeks_before), Fraction(0))
    return Severance(weeks, weekly.times(weeks), weekly.times(Fraction(2)))


def projected_leave(
    centihours: int, last_day: date, rates: Sequence[tuple[date, Money]], *, daily: int
) -> Money:
    """A lump sum for annual leave: the hours laid over the workdays after separation, at the rates of those days.

    Holidays count as workdays: the period of leave is not extended by them (5 U.S.C. 5551(a); 5 CFR 550.1204). `rates`
    are hourly rates from a day on, in order; `daily` is the hours of a workday, in hundredths.
    """
    hours: dict[Money, int] = {}
    left = centihours
    for day in _workdays(last_day):
        if left <= 0:
            break
        rate = next(rate for since, rate in reversed(rates) if since <= day)
        taken = min(left, daily)
        hours[rate] = hours.get(rate, 0) + taken
        left -= taken
    return Money.total(rate.times(Fraction(each, 100)) for rate, each in hours.items())


def _workdays(after: date) -> Iterator[date]:
    day = after
    while True:
        day += timedelta(days=1)
        if day.weekday() not in (SATURDAY, SUNDAY):
            yield day
