"""Why somebody's net pay differs from last time: their statement beside the one before it."""

from __future__ import annotations

from dataclasses import dataclass

from qsmo.kernel.finding import Refusal
from qsmo.platform.access.viewer import Viewer
from qsmo.services.payroll.flow import PAID
from qsmo.services.payroll.models import PayRun
from qsmo.services.payroll.queries import PROGRAM, Statement, statement
from qsmo.services.payroll.rules.asking.why import Why, why

MOST_BACK = 14
"""How many earlier runs are looked through for somebody's last statement: half a year of them."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A statement, the one before it, and why they differ; nothing of the last two for somebody's first one."""

    statement: Statement
    last: Statement | None
    why: Why | None


def compared(viewer: Viewer, run_id: str, employee: str) -> Compared:
    """A statement that the viewer may open beside the last one before it whose pay stands."""
    found = statement(viewer, run_id, employee)
    last = _last(viewer, found)
    return Compared(found, last, why(last.row, found.row) if last else None)


def difference(viewer: Viewer, run_id: str, employee: str) -> tuple[Statement, Statement, Why]:
    """The same for commands. Refused (404) for somebody's first statement."""
    both = compared(viewer, run_id, employee)
    if both.last is None or both.why is None:
        words = f"{employee} has no earlier statement to compare this one with"
        raise Refusal("no-earlier-statement", words, status=404)
    return both.statement, both.last, both.why


def _last(viewer: Viewer, found: Statement) -> Statement | None:
    """The statement of the latest earlier pay period; of several runs of its days the regular one comes first."""
    earlier = PayRun.seen_by(PROGRAM).filter(
        account=found.run.account_id, state__in=PAID, starts_on__lt=found.run.starts_on
    )
    for key in earlier.order_by("-starts_on", "sequence").values_list("pk", flat=True)[:MOST_BACK]:
        try:
            return statement(viewer, key, found.employee)
        except Refusal as refusal:
            if refusal.status != 404:
                raise
    return None
