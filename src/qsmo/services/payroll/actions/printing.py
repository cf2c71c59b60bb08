"""Having everybody's statement of a certified run printed."""

from __future__ import annotations

from collections.abc import Callable

from qsmo.kernel.finding import Refusal
from qsmo.platform.access.door import action, allow, edit, one
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.work.jobs import later
from qsmo.services.payroll.actions.prints import print_now, print_statements, shares
from qsmo.services.payroll.flow import PAID
from qsmo.services.payroll.models import PayRun


@action("payroll.write")
def ask_for_statements(viewer: Viewer, /, run_id: str) -> PayRun:
    """Have all statements of a certified run printed, as a job; 409 for a run that is not certified.

    What is printed already is not printed again.
    """
    run = _planned(viewer, run_id)
    later(print_statements, run=run.pk)
    return run


def print_all(viewer: Viewer, /, run_id: str, progress: Callable[[int], None]) -> PayRun:
    """The same here and now; `progress` is told how many people more are done."""
    run = plan(viewer, run_id)
    print_now(run, progress)
    return run


@action("payroll.write")
def plan(viewer: Viewer, /, run_id: str) -> PayRun:
    """Say of a certified run that its statements are to be printed, and into how many archives."""
    return _planned(viewer, run_id)


def _planned(viewer: Viewer, run_id: str) -> PayRun:
    run = one(PayRun, viewer, run_id)
    allow(viewer, "payroll.write", run)
    if run.state not in PAID:
        raise Refusal("run-not-certified", f"{run} is {run.state}: only certified runs are printed")
    planned = sum(1 for _ in shares(run))
    if run.prints_planned == planned:
        return run
    return edit(viewer, run, "payroll.write", prints_planned=planned)
