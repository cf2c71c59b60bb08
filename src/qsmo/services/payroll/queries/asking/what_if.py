"""What a change would do to one person's pay, from the papers of a statement that the viewer may open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import polars as pl

from qsmo.platform.access.viewer import Viewer
from qsmo.platform.store import files
from qsmo.services.payroll.formats.rates import read_rates
from qsmo.services.payroll.models import Intake, PayRun
from qsmo.services.payroll.queries import PROGRAM, Statement, statement
from qsmo.services.payroll.rules import AgencyRates, Explanation, explain
from qsmo.services.payroll.rules.asking.asked import read
from qsmo.services.payroll.rules.asking.what_if import Papers, WhatIf, what_if

KEPT = 32
"""Rate lists of runs that a process keeps read."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A statement and what the change that was asked would make of it."""

    statement: Statement
    pay_dates: int
    what_if: WhatIf


def what_if_of(viewer: Viewer, run_id: str, employee: str, asked: Mapping[str, str]) -> Asked:
    """One person's pay with other facts. Refused (404) like the statement, (422) by field where it cannot be."""
    found = statement(viewer, run_id, employee)
    wanted = read(asked)
    papers = _papers(found)
    return Asked(found, papers.pay_dates, what_if(found.row, papers, wanted))


def what_if_figure(
    viewer: Viewer, run_id: str, employee: str, name: str, asked: Mapping[str, str]
) -> tuple[Statement, Explanation]:
    """How one figure of the changed pay would come about; an unknown name is refused (404)."""
    found = what_if_of(viewer, run_id, employee, asked)
    return found.statement, explain(found.what_if.after, name)


def rates_of(held: Intake, run: PayRun) -> AgencyRates:
    """The agency's rates of a run, from the list that was taken in for it."""
    return _rates(held.accepted_file, run.starts_on, held.name)


@lru_cache(maxsize=KEPT)
def _rates(digest: str, on: date, name: str) -> AgencyRates:
    return read_rates(files.path(digest), on=on, name=name)[0]


def _papers(found: Statement) -> Papers:
    run = found.run
    held = {each.kind: each for each in Intake.seen_by(PROGRAM).filter(run=run, is_current=True)}
    own = pl.col("employee") == found.employee
    people, times = (
        pl.scan_parquet(files.path(held[kind].accepted_file)).filter(own).collect() for kind in ("hr", "time")
    )
    return Papers(
        people=people,
        times=times,
        rates=rates_of(held["rates"], run),
        period=run.pay_period,
        withholding_periods=run.account.withholding_periods,
        pay_dates=len(run.account.calendar.pay_periods_in(run.tax_year)),
    )
