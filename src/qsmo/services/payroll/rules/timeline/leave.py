"""Leave accounts: annual and sick leave as the law lets them be earned, compensatory time, and what time took of each.

Kept beside pay, from the same papers. An account begins at nothing: messages carry no balances.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from qsmo.contract.documents import TimeRecord
from qsmo.kernel.calendar import is_workday
from qsmo.kernel.law import Row, Version, register
from qsmo.kernel.period import PayPeriod
from qsmo.services.payroll.rules.earnings.codes import TIME_CODES
from qsmo.services.payroll.rules.earnings.pay import BASIC_HOURS
from qsmo.services.payroll.rules.rule import LAW
from qsmo.services.payroll.rules.timeline.papers import Papers

CITES = {
    "annual_leave": "5 U.S.C. 6303, 6304",
    "sick_leave": "5 U.S.C. 6307",
    "comp": "5 U.S.C. 5543",
}
"""The kinds of leave of which an account is kept, with the law."""
TAKEN = {"annual_leave": "annual_leave", "sick_leave": "sick_leave", "comp": "comp_used"}
"""Kind of leave: the kind of hours that takes of it."""
PART_TIME, INTERMITTENT, SENIOR = ("P", "Q", "S", "T"), ("I", "J"), "senior"


@dataclass(frozen=True, slots=True)
class Account:
    """One kind of leave in one pay period, in hundredths of an hour. `lost` is what a new leave year does not take."""

    kind: str
    earned: int
    used: int
    lost: int
    balance: int
    because: str


@dataclass(slots=True)
class _Kept:
    balance: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CITES, 0))
    toward: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CITES, 0))
    waiting: int = 0
    unpaid: int = 0
    year: int = 0


def accounts(paid: Sequence[tuple[PayPeriod, Papers]]) -> tuple[Account, ...]:
    """The accounts after the last of these pay periods, which are in order; none for who is outside the leave system
    or without a regular tour (5 U.S.C. 6301(2))."""
    kept = _Kept()
    found: tuple[Account, ...] = ()
    for period, papers in paid:
        found = _turn(kept, period, papers)
    return found


def _turn(kept: _Kept, period: PayPeriod, papers: Papers) -> tuple[Account, ...]:
    assignment = papers.known.assignments[-1]
    plan = _plan(assignment.pay_plan, period)
    if plan is None or not plan.integer("leave") or assignment.work_schedule in INTERMITTENT:
        return ()
    law = register(LAW)["leave"].at(on=period.during.start)
    senior = plan.text("rates") == SENIOR
    lost = _new_year(kept, period, law.values.integer("senior_most" if senior else "most") * 100)
    hours = _hours(papers.time)
    band = "third" if senior else _band(assignment.leave_since, period, law.values)
    earned = _earned(kept, period, papers, band, hours, law.values)
    earned["comp"] = hours.get("comp_earned", 0)
    found = []
    for kind, cite in CITES.items():
        used, gone = hours.get(TAKEN[kind], 0), lost if kind == "annual_leave" else 0
        kept.balance[kind] += earned[kind] - used - gone
        if kind != "comp" or earned[kind] or used or kept.balance[kind]:
            because = f"{law.reference}; {cite}" if kind != "comp" else cite
            found.append(Account(kind, earned[kind], used, gone, kept.balance[kind], because))
    return tuple(found)


def _earned(
    kept: _Kept, period: PayPeriod, papers: Papers, band: str, hours: Mapping[str, int], law: Row
) -> dict[str, int]:
    """What the pay period earns of annual and sick leave: by the hour in part time, else by full pay periods."""
    if papers.known.assignments[-1].work_schedule in PART_TIME:
        paid = min(sum(hours.get(kind, 0) for kind in BASIC_HOURS), law.integer("part_most") * 100)
        annual = _by_hours(kept, "annual_leave", paid, law.integer(f"part_{band}")) if band else 0
        return {
            "annual_leave": _after_waiting(kept, period, papers, annual, law),
            "sick_leave": _by_hours(kept, "sick_leave", paid, law.integer("part_sick")),
        }
    before, each = kept.unpaid, law.integer("unpaid") * 100
    kept.unpaid += hours.get("unpaid", 0)
    if kept.unpaid // each > before // each or not _whole(period, papers):
        return {"annual_leave": 0, "sick_leave": 0}
    last = band == "second" and _is_last_of_year(period)
    annual = law.integer("second_last" if last else band) * 100 if band else 0
    return {
        "annual_leave": _after_waiting(kept, period, papers, annual, law),
        "sick_leave": law.integer("sick") * 100,
    }


def _by_hours(kept: _Kept, kind: str, paid: int, each: int) -> int:
    whole, kept.toward[kind] = divmod(kept.toward[kind] + paid, each * 100)
    return whole * 100


def _after_waiting(kept: _Kept, period: PayPeriod, papers: Papers, earned: int, law: Row) -> int:
    """Under an appointment of less than 90 days annual leave is credited only when the 90 days are over."""
    began, until = papers.known.began_on, papers.known.limited_to
    days = timedelta(days=law.integer("limited_days"))
    if began is None or until is None or until >= began + days - timedelta(days=1):
        return earned
    kept.waiting += earned
    if period.during.end < began + days:
        return 0
    credited, kept.waiting = kept.waiting, 0
    return credited


def _new_year(kept: _Kept, period: PayPeriod, most: int) -> int:
    """What a new leave year does not take over. It begins with the first full pay period of the calendar year."""
    year = period.during.start.year
    turned, kept.year = bool(kept.year) and year != kept.year, year
    if not turned:
        return 0
    kept.unpaid = 0
    return max(0, kept.balance["annual_leave"] - most)


def _band(since: date | None, period: PayPeriod, law: Row) -> str:
    """The band of service: a change takes effect with the pay period after the one in which the years are full."""
    if since is None:
        return ""
    years = period.during.start.year - since.year
    day = period.during.start
    if (day.month, day.day) < (since.month, since.day):
        years -= 1
    if years >= law.integer("third_years"):
        return "third"
    return "second" if years >= law.integer("second_years") else "first"


def _is_last_of_year(period: PayPeriod) -> bool:
    last = period.during.last
    return (last + timedelta(days=period.during.days)).year > last.year == period.during.start.year


def _whole(period: PayPeriod, papers: Papers) -> bool:
    """Whether the person was employed on every workday of the pay period (5 U.S.C. 6302(b))."""
    first, last = papers.known.assignments[0].effective_on, papers.known.ended_on
    out = [day for day in period.during if day < first or (last is not None and day > last)]
    return not any(is_workday(day) for day in out)


def _hours(time: TimeRecord | None) -> dict[str, int]:
    found: dict[str, int] = {}
    for entry in time.entries if time is not None else ():
        kind = TIME_CODES.get(entry.code, "")
        found[kind] = found.get(kind, 0) + entry.centihours
    return found


def _plan(code: str, period: PayPeriod) -> Row | None:
    plans: Version = register(LAW)["pay_plans"].at(on=period.during.start)
    return next((row for row in plans.rows if row.text("plan") == code), None)
