"""What somebody looks at before a run is certified: the last run beside it, its journal, and who signed so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from django.db.models import Count

from qsmo.contract.documents import Journal
from qsmo.kernel.finding import Refusal
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.record.trail import entries_of
from qsmo.services.payroll import queries
from qsmo.services.payroll.models import PayRun
from qsmo.services.payroll.queries.comparison import Change, changes, movers
from qsmo.services.payroll.queries.standing import PAY, last_run, pay_of
from qsmo.services.payroll.queries.writing import shares_of
from qsmo.services.payroll.rules.outcome.journal import payroll_journal

MOST_MOVED = 25
SIGNING = ("calculate", "review", "certify", "disburse", "close", "reopen")


@dataclass(frozen=True, slots=True)
class Signature:
    """Somebody's move of a run, with the reason given."""

    verb: str
    name: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Open:
    """How many exceptions of a code are open, accepted and corrected."""

    code: str
    severity: str
    open: int
    accepted: int
    corrected: int


@dataclass(frozen=True)
class Review:
    """A run beside the last regular one: control totals, kinds, and whose net pay changed most (for those who may)."""

    run: PayRun
    last: PayRun | None
    changes: Sequence[Change]
    movers: Sequence[dict[str, Any]]
    journal: Journal | None
    signatures: Sequence[Signature]
    exceptions: Sequence[Open]


def review(viewer: Viewer, run_id: str) -> Review:
    """The review of a run; refused (403) to those who may not see amounts."""
    run = queries.run(viewer, run_id)
    if not viewer.may("payroll.totals.read", run):
        raise Refusal("not-allowed", "You may not see what this run amounts to", status=403)
    last = last_run(run)
    totals = queries.totals(viewer, run)
    journal = (
        payroll_journal(run.pk, shares_of(run), entity=run.account.customer_id, on=run.pays_on)
        if totals and totals["gross"]
        else None
    )
    compared = changes(totals, last.totals if last else {}) if totals else []
    return Review(
        run, last, compared, _movers(viewer, run, last), journal, signatures(run), counts(viewer, run)
    )


def _movers(viewer: Viewer, run: PayRun, last: PayRun | None) -> list[dict[str, Any]]:
    if last is None or not run.totals or not viewer.may("payroll.statement.read", run):
        return []
    now, before = pl.collect_all([pay_of([each]).select(list(PAY)) for each in (run, last)])
    return movers(now, before, MOST_MOVED).to_dicts()


def signatures(run: PayRun) -> list[Signature]:
    """Who calculated, reviewed, certified, paid out and closed a run that was seen already, oldest first."""
    found = entries_of(run).filter(verb__in=SIGNING)
    return [Signature(each.verb, each.actor_name, each.at, each.why) for each in found]


def counts(viewer: Viewer, run: PayRun) -> list[Open]:
    """The exceptions of a run by code and state, errors first; none for those who may not see what is to be mended."""
    rows = queries.exceptions(viewer, run).order_by()
    found: dict[tuple[str, str], dict[str, int]] = {}
    for severity, code, state, many in rows.values_list("severity", "code", "state").annotate(n=Count("id")):
        found.setdefault((severity, code), {})[state] = many
    return [
        Open(code, severity, each.get("open", 0), each.get("accepted", 0), each.get("corrected", 0))
        for (severity, code), each in sorted(found.items())
    ]
