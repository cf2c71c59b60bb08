"""The calendar of an account: pay periods of a year with their cut-offs, and the runs that there are of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from qsmo.kernel.calendar import add_workdays, on_or_before_workday
from qsmo.kernel.period import PayPeriod
from qsmo.platform.access.viewer import Viewer
from qsmo.services.payroll.models import Account, PayRun

STEPS = ("hr", "time", "calculate", "certify")
"""What has a cut-off before the pay date, in order."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A pay period of an account: until when what is done, and the runs of its days."""

    period: PayPeriod
    until: Mapping[str, date]
    runs: tuple[PayRun, ...]


def cut_offs_of(account: Account, period: PayPeriod) -> dict[str, date]:
    """The last day for files of people and time, for calculation and for certification, never after the pay date.

    Counted in federal working days after the last day of the period; none of them is later than the last working day
    before the pay date, so that payments can be sent.
    """
    latest = on_or_before_workday(period.pay_date - timedelta(days=1))
    return {
        step: min(add_workdays(period.during.last, getattr(account, f"{step}_workdays")), latest)
        for step in STEPS
    }


def cut_offs(run: PayRun) -> dict[str, date]:
    """The cut-offs of a run; one outside the calendar has none."""
    return cut_offs_of(run.account, run.pay_period) if run.kind == "regular" else {}


def calendar(viewer: Viewer, account: Account, year: int) -> list[Dated]:
    """The pay periods paid in a year, with their cut-offs and with the runs that the viewer may see."""
    runs: dict[date, list[PayRun]] = {}
    for run in PayRun.seen_by(viewer).filter(account=account).order_by("sequence"):
        runs.setdefault(run.starts_on, []).append(run)
    return [
        Dated(period, cut_offs_of(account, period), tuple(runs.get(period.during.start, ())))
        for period in account.calendar.pay_periods_in(year)
    ]
