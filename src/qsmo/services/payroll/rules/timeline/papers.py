"""From what is known of a person to the documents that the calculation takes in: assignments, elections, time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from qsmo.contract.documents import PayAssignment, StateWithholding, TimeEntry, TimeRecord
from qsmo.kernel.calendar import SATURDAY, SUNDAY
from qsmo.kernel.money import Money
from qsmo.kernel.period import PayPeriod
from qsmo.services.payroll.rules.earnings.codes import TIME_CODES
from qsmo.services.payroll.rules.timeline.codes import asked
from qsmo.services.payroll.rules.timeline.state import Known

BY_STATUS = ("EX",)
"""Pay plans whose officers are outside the leave law and are paid by their status, without a time record (5 U.S.C.
5508, 6301(2)(x))."""
REGULAR = next(code for code, kind in TIME_CODES.items() if kind == "regular")


@dataclass(frozen=True, slots=True)
class Extra:
    """A payment beyond hours that falls into a pay period: `code` says of what nature."""

    code: str
    amount: Money
    words: str
    on: date


@dataclass(frozen=True, slots=True)
class Papers:
    """One person's documents for one pay period. Two are equal where the pay would be the same."""

    employee: str
    known: Known
    time: TimeRecord | None
    extras: tuple[Extra, ...] = ()

    def assignments(self, balances: Sequence[tuple[str, int]]) -> list[PayAssignment]:
        """The pay assignments, one for each stretch of the pay period, with the balances of the year before it."""
        return [self._whole(each, tuple(balances)) for each in self.known.assignments]

    def _whole(self, assignment: PayAssignment, balances: tuple[tuple[str, int], ...]) -> PayAssignment:
        entries = dict(self.known.entries)
        state: dict[str, Any] = {}
        if "state_exemptions" in entries:
            state["exemptions"] = entries["state_exemptions"]
        held = _asked(self.known.held)
        extra = held.get("extra_state", Money(0)) + entries.get("state_extra", Money(0))
        if extra:
            state["extra"] = extra
        form = assignment.withholding
        form = replace(form, extra=form.extra + held.get("extra_federal", Money(0)))
        return replace(
            assignment,
            withholding=form,
            state=replace(assignment.state, **state) if state else StateWithholding(),
            year_to_date=balances or assignment.year_to_date,
        )


def _asked(held: Sequence[tuple[str, Money]]) -> Mapping[str, Money]:
    found: dict[str, Money] = {}
    for code, amount in held:
        found[asked(code)] = found.get(asked(code), Money(0)) + amount
    return found


def by_status(known: Known, period: PayPeriod) -> TimeRecord | None:
    """The full-time tour of an officer who is paid by status and for whom no time was sent; None for anybody else."""
    if not known.assignments or any(each.pay_plan not in BY_STATUS for each in known.assignments):
        return None
    first = known.assignments[0]
    days = [
        day
        for day in period.during
        if day.weekday() not in (SATURDAY, SUNDAY)
        and first.effective_on <= day
        and (known.ended_on is None or day <= known.ended_on)
    ]
    hours = first.tour_hours * 2 * 100 // (period.during.days - 2 * 2)
    entries = tuple(TimeEntry(day, REGULAR, hours) for day in days)
    return TimeRecord(first.employee, first.ssn, first.agency, period.during, entries)
