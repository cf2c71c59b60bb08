"""Books in memory for simulations: events by their rules, limits never below zero, every tie point after each event."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from qsmo.kernel.finding import Finding
from qsmo.kernel.fiscal import FiscalPeriod, FiscalYear
from qsmo.kernel.money import Money
from qsmo.services.ledger.rules.closing import closing_draft, closing_findings
from qsmo.services.ledger.rules.control import limits
from qsmo.services.ledger.rules.entry import EntryDraft, LineDraft, entry_findings
from qsmo.services.ledger.rules.fund import Fund
from qsmo.services.ledger.rules.position import Attributes, Position
from qsmo.services.ledger.rules.posting import Event, entry_of
from qsmo.services.ledger.rules.report import fund as reported
from qsmo.services.ledger.rules.report.sf133 import Execution, sf133
from qsmo.services.ledger.rules.report.ties import broken, carried

Key = tuple[str, Attributes]


@dataclass
class Books:
    """One Treasury account through the years: balances by account and attributes, and what is left at each limit."""

    fund: Fund
    today: date
    opening: dict[Key, int] = field(default_factory=dict)
    ending: dict[Key, int] = field(default_factory=lambda: defaultdict(int))
    left: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    last: Execution | None = None
    events: int = 0

    @property
    def tas(self) -> str:
        return self.fund.tas.display

    @property
    def year(self) -> int:
        return FiscalYear.of(self.today).year

    def positions(self) -> list[Position]:
        keys = sorted({*self.opening, *self.ending}, key=str)
        found = (Position(self.tas, *key, self.opening.get(key, 0), self.ending.get(key, 0)) for key in keys)
        return [each for each in found if each.opening or each.ending]

    def ending_of(self, account: str, reimbursable: str) -> int:
        """An account's balance in direct or reimbursable work, credits positive."""
        return -sum(
            cents
            for (name, said), cents in self.ending.items()
            if (name, said.reimbursable) == (account, reimbursable)
        )

    def brought(self, account: str) -> int:
        """What is still there of an account's opening balance in direct work, credits positive."""
        adjusted = {"480100": "487100", "490100": "497100"}[account]
        opening = -sum(
            cents
            for (name, said), cents in self.opening.items()
            if (name, said.reimbursable) == (account, "D")
        )
        return min(
            opening + self.ending_of(adjusted, "D"),
            self.ending_of(account, "D") + self.ending_of(adjusted, "D"),
        )

    def warrant(self, cents: int) -> None:
        """The warrant that was awaited arrives."""
        self.events += 1
        lines = (LineDraft(self.tas, "101000", cents), LineDraft(self.tas, "109000", -cents))
        assert self.take(EntryDraft("simulation", str(self.events), "", self.today, "Warrant", lines))

    def post(
        self, rule: str, cents: int, *, of_year: int = 0, chosen: frozenset[str] = frozenset(), **said: Any
    ) -> bool:
        """Post an event; False, and nothing changed, where a limit of funds control would go below zero."""
        self.events += 1
        names = {"PAYROLL_ACCRUE": ("gross_plus_employer", "gross", "employer", "net", "withheld")}
        whole = {name: Money(cents) for name in names.get(rule, ("amount",))}
        if rule == "PAYROLL_ACCRUE":
            gross, net = cents * 3 // 4, cents // 2
            parts = {"gross": gross, "employer": cents - gross, "net": net, "withheld": gross - net}
            whole |= {name: Money(part) for name, part in parts.items()}
        event = Event(
            rule, self.tas, self.today, whole, "simulation", str(self.events),
            attributes=Attributes(**said), chosen=chosen, of_year=of_year,
        )  # fmt: skip
        return self.take(entry_of(event, self.fund))

    def take(self, draft: EntryDraft) -> bool:
        """Take an entry in, as sealing does."""
        lines = [
            replace(line, attributes=self.fund.completed(line.attributes, line.account))
            for line in draft.lines
        ]
        assert entry_findings(replace(draft, lines=tuple(lines)), {self.tas: self.fund}) == ()
        change: dict[str, int] = defaultdict(int)
        for line in lines:
            for limit in limits(self.fund, line.account, line.attributes):
                change[limit.key] += line.cents * limit.weight
        if any(self.left[key] + cents < 0 for key, cents in change.items()):
            return False
        for key, cents in change.items():
            self.left[key] += cents
        for line in lines:
            self.ending[line.account, line.attributes] += line.cents
        return True

    def execution(self) -> Execution:
        return sf133(reported.as_of(self.fund, self.today), self.positions(), self.year)

    def broken(self, *, at_year_end: bool = False) -> tuple[Finding, ...]:
        """Every tie point that does not hold now, and what was not carried forward from the year before."""
        execution = self.execution()
        found = broken(execution, 12 if at_year_end else FiscalPeriod.of(self.today).number % 12 or 11)
        return (*found, *(carried(self.last, execution) if self.last else ()))

    def close(self) -> None:
        """Close the year and begin the next one on 1 October."""
        assert closing_findings(self.positions(), self.year) == ()
        self.last = self.execution()
        draft = closing_draft(self.tas, self.fund, self.positions(), self.year, 1)
        if draft is not None:
            assert self.take(draft)
        self.opening = {key: cents for key, cents in self.ending.items() if cents}
        self.today = FiscalYear(self.year).during.end + timedelta(days=14)
