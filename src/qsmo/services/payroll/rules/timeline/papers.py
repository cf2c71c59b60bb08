"""From what is known of a person to the documents that the calculation takes in: assignments, elections, time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

from qsmo.contract.documents import Election, Entitlement, LeaveTerms, PayAssignment, TimeRecord
from qsmo.kernel.law import register
from qsmo.kernel.money import Money
from qsmo.services.payroll.rules.rule import LAW
from qsmo.services.payroll.rules.timeline.codes import asked
from qsmo.services.payroll.rules.timeline.state import Known

ELECTED_AS = {"allotment": "allotment", "support": "child-support", "debt": "debt"}
"""What a pay message asks for, as an election; extra withholding goes with the forms instead."""
HEALTH, STATE = "health benefits", "state income tax"


@cache
def untaxed() -> str:
    """The number of a state that does not tax wages, for people whose state's rule is not on file."""
    rows = register(LAW)["states"].versions[-1].rows
    return next(row.text("number") for row in rows if row.text("wage_tax") == "none")


def state_of(duty_station: str) -> str:
    """The state of a duty station, whose certificate its entries are; "" where the number is no state's."""
    rows = register(LAW)["states"].versions[-1].rows
    return next((row.text("state") for row in rows if row.text("number") == duty_station[:2]), "")


@dataclass(frozen=True, slots=True)
class Extra:
    """A payment beyond hours that falls into a pay period: `code` says of what nature."""

    code: str
    amount: Money
    words: str
    on: date

    def entitlement(self) -> Entitlement:
        """The same as human resources orders it."""
        return Entitlement(self.code, self.amount, on=self.on, words=self.words)


@dataclass(frozen=True, slots=True)
class Papers:
    """One person's documents for one pay period. Two are equal where the pay would be the same.

    `left_out` names what is not on file and so not computed: HEALTH, STATE or both.
    """

    employee: str
    known: Known
    time: TimeRecord | None
    extras: tuple[Extra, ...] = ()
    left_out: frozenset[str] = frozenset()

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
        if state:
            state["state"] = assignment.state.state or state_of(assignment.duty_station)
        form = assignment.withholding
        form = replace(form, extra=form.extra + held.get("extra_federal", Money(0)))
        last = assignment is self.known.assignments[-1]
        if HEALTH in self.left_out:
            assignment = replace(assignment, fehb="")
        if STATE in self.left_out:
            assignment = replace(assignment, duty_station=untaxed() + assignment.duty_station[2:])
        return replace(
            assignment,
            **_elections(self.known),
            withholding=form,
            state=replace(assignment.state, **state),
            year_to_date=balances or assignment.year_to_date,
            ends_on=self.known.ended_on if last else None,
            entitlements=tuple(each.entitlement() for each in self.extras) if last else (),
            leave=LeaveTerms(appointed_on=self.known.began_on, limited_to=self.known.limited_to),
        )


def _elections(known: Known) -> Mapping[str, Any]:
    """What is held from pay, and savings of both treatments, as elections; savings of one stand on the assignment."""
    found = [
        Election(ELECTED_AS[asked(code)], amount, reference=code)
        for code, amount in known.held
        if asked(code) in ELECTED_AS
    ]
    percent, amount, roth_percent, roth_amount = known.savings
    if not ((percent or amount) and (roth_percent or roth_amount)):
        return {"elections": tuple(found)}
    found.append(Election("tsp-traditional", amount, percent))
    found.append(Election("tsp-roth", roth_amount, roth_percent))
    return {"elections": tuple(found), "tsp_percent": Fraction(0), "tsp_amount": Money(0), "tsp_roth": False}


def _asked(held: Sequence[tuple[str, Money]]) -> Mapping[str, Money]:
    found: dict[str, Money] = {}
    for code, amount in held:
        found[asked(code)] = found.get(asked(code), Money(0)) + amount
    return found
