"""One pay period of many people through the calculation, and what is left out where a rule or a rate is not on file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.period import PayPeriod
from qsmo.services.payroll.rules.calculation import calculate
from qsmo.services.payroll.rules.explain import year_to_date
from qsmo.services.payroll.rules.facts import AgencyRates
from qsmo.services.payroll.rules.intake.prepare import prepare
from qsmo.services.payroll.rules.timeline.papers import HEALTH, STATE, Papers
from qsmo.services.payroll.rules.timeline.retro import TAXES

Balances = tuple[tuple[str, int], ...]
NOT_ON_FILE = {
    "fehb": HEALTH,
    "state-tax": STATE,
    "state-approximation": STATE,
    "state-pay": STATE,
    "state-status": STATE,
    "state-exemptions": STATE,
}
"""Findings about what is not on file, by code, and what is left out then: the rest of the pay is paid and said to be
incomplete."""


@dataclass(frozen=True, slots=True)
class Missing:
    """What is left out of a statement, the lines that cannot be known because of it, and the finding that says why."""

    what: frozenset[str]
    lines: frozenset[str]
    why: Finding


@dataclass(slots=True)
class Computed:
    """Calculated rows by employee, the balances after them, what is missing in them, and what was found."""

    rows: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    balances: dict[str, Balances] = field(default_factory=dict)
    missing: dict[str, Missing] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)


Compute = Callable[
    [Sequence[Papers], PayPeriod, Mapping[str, Balances]],
    Computed,
]


def computing(rates: Callable[[PayPeriod], AgencyRates]) -> Compute:
    """The calculation with the agency's rates of each pay period."""

    def compute(papers: Sequence[Papers], period: PayPeriod, balances: Mapping[str, Balances]) -> Computed:
        return _compute(papers, period, balances, rates(period))

    return compute


def _compute(
    papers: Sequence[Papers],
    period: PayPeriod,
    balances: Mapping[str, Balances],
    rates: AgencyRates,
) -> Computed:
    done = _once(papers, period, balances, rates)
    again = [_without(each, done) for each in papers]
    left = [each for each in again if each is not None]
    if left:
        second = _once(left, period, balances, rates)
        paid = set(second.rows)
        done.rows |= second.rows
        done.balances |= second.balances
        said = {found.who: found for found in done.findings}
        for each in left:
            if each.employee in paid:
                done.missing[each.employee] = Missing(
                    each.left_out, _dropped(each.left_out), said[each.employee]
                )
        done.findings = [each for each in done.findings if each.who not in paid]
        done.warnings += second.warnings
    return done


def _without(papers: Papers, done: Computed) -> Papers | None:
    """The papers without what is not on file, where nothing else keeps the person from being paid."""
    codes = {found.code for found in done.findings if found.who == papers.employee}
    if papers.employee in done.rows or not codes or not codes <= set(NOT_ON_FILE):
        return None
    return replace(papers, left_out=frozenset(NOT_ON_FILE[code] for code in codes))


def _dropped(left_out: frozenset[str]) -> frozenset[str]:
    """The lines that cannot be known then: a premium lowers every tax, a state's tax only itself and its places'."""
    if HEALTH in left_out:
        return TAXES
    return frozenset(name for name in TAXES if name.startswith(("state_", "local_")))


def _once(
    papers: Sequence[Papers], period: PayPeriod, balances: Mapping[str, Balances], rates: AgencyRates
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
