"""What a change would do to one person's pay: every line before and after, for the pay period and for a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.period import PayPeriod
from qsmo.services.payroll.rules.asking.changed import people_changed, refuse, time_changed
from qsmo.services.payroll.rules.asking.year import year_of
from qsmo.services.payroll.rules.deductions.facts import CASES
from qsmo.services.payroll.rules.explain import SECTIONS, SHOWN_TOTALS, in_order, rules_of
from qsmo.services.payroll.rules.facts import BALANCES, AgencyRates
from qsmo.services.payroll.rules.intake.documents import complete
from qsmo.services.payroll.rules.intake.prepare import Prepared, prepare
from qsmo.services.payroll.rules.rule import Cells, Kind, figures
from qsmo.services.payroll.rules.single import NotComputedError, facts_of, pay_of

COST = "cost_cents"


@dataclass(frozen=True, slots=True)
class Papers:
    """What a person's pay was computed from: assignments and time as accepted, and what they have in common."""

    people: pl.DataFrame
    times: pl.DataFrame
    rates: AgencyRates
    period: PayPeriod
    withholding_periods: int
    pay_dates: int


@dataclass(frozen=True, slots=True)
class Pair:
    """One line before and after, in cents; of the year nothing where a year of it means nothing."""

    section: Kind
    name: str
    title: str
    before: int
    after: int
    year_before: int | None
    year_after: int | None

    @property
    def by(self) -> int:
        """The difference in the pay period."""
        return self.after - self.before

    @property
    def year_by(self) -> int | None:
        """The difference in the year."""
        if self.year_before is None or self.year_after is None:
            return None
        return self.year_after - self.year_before


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A person's pay before and after a change, as calculated rows, every line of both, and warnings about it."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    lines: tuple[Pair, ...]
    warnings: tuple[Finding, ...]


def what_if(paid: Cells, papers: Papers, asked: Mapping[str, Any]) -> WhatIf:
    """The pay of a calculated row and what it would be. Refused (422) by field where it could not be paid so.

    Both sides are computed now, by the rules as they stand.
    """
    old = facts_of(paid)
    before = pay_of(old)
    if not asked:
        return WhatIf(before, before, _pairs(before, before, papers.pay_dates, old, old), ())
    new, warnings = _facts(paid, papers, asked)
    try:
        after = pay_of(new)
    except NotComputedError as fault:
        refuse(fault.findings, asked)
        raise Refusal("what-if", f"This could not be paid: {fault}", status=422) from fault
    return WhatIf(before, after, _pairs(before, after, papers.pay_dates, old, new), warnings)


def _facts(
    paid: Cells, papers: Papers, asked: Mapping[str, Any]
) -> tuple[Sequence[Mapping[str, Any]], tuple[Finding, ...]]:
    law = figures(papers.period.during.start, papers.period.pay_date)
    people = complete(papers.people)
    held = {name: paid[name] for name in (*(f"ytd_{name}_cents" for name in BALANCES), CASES) if name in paid}
    rows = [{**row, **held} for row in people_changed(people.to_dicts(), asked, dict(paid), law)]
    schema: Any = {**people.schema, **{name: pl.Int64 for name in held if name != CASES}, CASES: pl.String}
    prepared = prepared_of(rows, schema, asked, papers)
    refuse(prepared.findings, asked)
    warnings = tuple(each for each in prepared.findings if each.severity == "warning")
    return prepared.facts.rows(named=True), warnings


def prepared_of(
    rows: Sequence[Mapping[str, Any]], schema: Any, asked: Mapping[str, Any], papers: Papers
) -> Prepared:
    """What the intake makes of assignments with these rows and of the time of the papers with the hours asked."""
    times = time_changed(papers.times.to_dicts(), asked)
    return prepare(
        pl.DataFrame(rows, schema=schema),
        pl.DataFrame(times, schema=papers.times.schema),
        papers.rates,
        papers.period,
        withholding_periods=papers.withholding_periods,
    )


def _pairs(
    before: Cells,
    after: Cells,
    pay_dates: int,
    old: Sequence[Mapping[str, Any]],
    new: Sequence[Mapping[str, Any]],
) -> tuple[Pair, ...]:
    years = [year_of(facts[-1], pay_dates) for facts in (old, new)]
    rules = rules_of(after)
    found = []
    for section in SECTIONS:
        for rule in in_order([rule for rule in rules.values() if rule.kind == section], section):
            values: list[Any] = [row.get(rule.name, 0) for row in (before, after)]
            yearly = [year.get(rule.name, 0) if year else None for year in years]
            shown = any(values) or any(yearly)
            if shown if section != "total" else rule.name in (*SHOWN_TOTALS, COST):
                found.append(Pair(section, rule.name, rule.title, *values, *yearly))
    return tuple(found)
