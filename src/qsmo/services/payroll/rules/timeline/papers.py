"""From what is known of a person to the documents that the calculation takes in: assignments, elections, time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from qsmo.contract.documents import Entitlement, PayAssignment, TimeRecord
from qsmo.kernel.money import Money
from qsmo.services.payroll.rules.timeline.codes import asked
from qsmo.services.payroll.rules.timeline.state import Known


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
        last = assignment is self.known.assignments[-1]
        return replace(
            assignment,
            withholding=form,
            state=replace(assignment.state, **state),
            year_to_date=balances or assignment.year_to_date,
            ends_on=self.known.ended_on if last else None,
            entitlements=tuple(each.entitlement() for each in self.extras) if last else (),
        )


def _asked(held: Sequence[tuple[str, Money]]) -> Mapping[str, Money]:
    found: dict[str, Money] = {}
    for code, amount in held:
        found[asked(code)] = found.get(asked(code), Money(0)) + amount
    return found
