"""What human resources and payroll offices send of a person, as events: from a day on, something holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from qsmo.contract.documents import PayAssignment, TimeRecord
from qsmo.kernel.finding import Finding
from qsmo.kernel.law import Row, register
from qsmo.kernel.money import Money
from qsmo.services.payroll.rules.rule import LAW

PROFILE = "profile"
DEDUCTION = "deduction"
ELECTION = "election"

NOT_STATED = (
    *("employee", "effective_on", "tsp_roth", "tsp_percent", "tsp_amount", "withholding"),
    *("ends_on", "entitlements", "elections"),
)
"""Fields of a pay assignment that an event says in another way."""
ELECTED = {
    "savings": ("tsp_percent", "tsp_amount", "roth_percent", "roth_amount"),
    "health": ("fehb",),
}
"""What an employee elects, by kind: a change of it begins with a pay period and never acts back."""


@dataclass(frozen=True, slots=True)
class Pay:
    """An amount that an action pays once: an award or an incentive. `code` is that of the payment, such as award."""

    code: str
    amount: Money
    words: str


@dataclass(frozen=True, slots=True)
class Held:
    """A deduction asked for by code, so much a pay period; 0 ends it."""

    code: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Event:
    """One record of one message. `stated` holds fields by name, and only those that the record states.

    `nature` is the nature of action code of a personnel action, or one of PROFILE, DEDUCTION, ELECTION. `corrects` is
    the nature of the earlier action that it corrects or cancels. `elected_on` holds days that an election states of
    itself. `within` says how far a stated rate may be from the one on file and still only repeat it. `order` is its
    place in the order of arrival; `known_on` is None where it was known when it took effect.
    """

    employee: str
    effective_on: date
    nature: str
    stated: Mapping[str, Any]
    sequence: int = 0
    corrects: str = ""
    pays: tuple[Pay, ...] = ()
    held: tuple[Held, ...] = ()
    elected_on: Mapping[str, date] = field(default_factory=dict)
    within: Money = Money(0)
    known_on: date | None = None
    order: int = 0
    file: str = ""
    line: int | None = None

    @property
    def family(self) -> str:
        """What an action of this nature does, as the table of personnel actions has it; "" for an unknown one."""
        if self.nature in (PROFILE, DEDUCTION, ELECTION):
            return self.nature
        return family_of(self.nature)

    def finding(self, code: str, words: str, *, severity: Any = "error", expected: str = "") -> Finding:
        """A finding about this event, at its place."""
        return Finding(
            code, words, severity, file=self.file, line=self.line, expected=expected, who=self.employee
        )


@dataclass(frozen=True, slots=True)
class Timed:
    """A time record with the day on which it arrived; None where it came with the pay period that it is for."""

    record: TimeRecord
    known_on: date | None = None
    order: int = 0
    file: str = ""


def family_of(nature: str) -> str:
    """The family of a nature of action code, or "" where the table has none."""
    row = _row(nature)
    return row.text("family") if row else ""


def paid_as(nature: str) -> str:
    """The code of the payment that an action of this nature orders; "" where it orders none."""
    row = _row(nature)
    return row.cells.get("pays", "") if row else ""


def _row(nature: str) -> Row | None:
    for row in register(LAW)["personnel_actions"].versions[-1].rows:
        if row.text("first") <= nature <= row.text("last") and len(nature) == len(row.text("first")):
            return row
    return None


def profile(assignment: PayAssignment, *, file: str = "", line: int | None = None) -> Event:
    """A whole pay assignment as the event with which a person begins."""
    roth = assignment.tsp_roth
    form = assignment.withholding
    nothing = Money(0)
    stated = {
        name: getattr(assignment, name) for name in assignment.__dataclass_fields__ if name not in NOT_STATED
    }
    stated |= {
        "tsp_percent": assignment.tsp_percent * (not roth),
        "tsp_amount": nothing if roth else assignment.tsp_amount,
        "roth_percent": assignment.tsp_percent * roth,
        "roth_amount": assignment.tsp_amount if roth else nothing,
        "form": form,
    }
    return Event(assignment.employee, assignment.effective_on, PROFILE, stated, file=file, line=line)
