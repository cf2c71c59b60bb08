"""One pay period of many people through the calculation, and what is left out where a rule or a rate is not on file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.period import PayPeriod
from qsmo.services.payroll.rules.calculation import calculate
from qsmo.services.payroll.rules.explain import year_to_date
from qsmo.services.payroll.rules.facts import AgencyRates
from qsmo.services.payroll.rules.intake.prepare import prepare
from qsmo.services.payroll.rules.timeline.papers import Papers


@dataclass(slots=True)
class Computed:
    """Calculated rows by employee, the balances after them, what is missing in them, and what was found."""

    rows: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    balances: dict[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    missing: dict[str, tuple[str, ...]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)


Compute = Callable[
    [Sequence[Papers], PayPeriod, Mapping[str, tuple[tuple[str, int], ...]]],
    Computed,
]


def computing(rates: AgencyRates) -> Compute:
    """The calculation with an agency's rates."""

    def compute(
        papers: Sequence[Papers], period: PayPeriod, balances: Mapping[str, tuple[tuple[str, int], ...]]
    ) -> Computed:
        return _compute(papers, period, balances, rates)

    return compute


def _compute(
    papers: Sequence[Papers],
    period: PayPeriod,
    balances: Mapping[str, tuple[tuple[str, int], ...]],
    rates: AgencyRates,
) -> Computed:
    done = Computed()
    if not papers:
        return done
    assignments = [each for own in papers for each in own.assignments(balances.get(own.employee, ()))]
    times = [each.time for each in papers if each.time is not None]
    try:
        prepared = prepare(assignments, times, rates, period)
        calculated = calculate(prepared.facts, period)
    except Refusal as refusal:
        done.findings = [Finding(refusal.code, refusal.words, who=each.employee) for each in papers]
        return done
    for row in calculated.frame.iter_rows(named=True):
        done.rows[row["employee"]] = row
        done.balances[row["employee"]] = year_to_date(row)
    for found in (*prepared.findings, *calculated.findings):
        (done.findings if found.severity == "error" else done.warnings).append(found)
    return done
