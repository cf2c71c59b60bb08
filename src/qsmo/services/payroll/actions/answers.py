"""What people do about exceptions: say who sees to them, answer for them with a reason, take an answer back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qsmo.kernel.finding import Finding, Refusal
from qsmo.platform.access.door import action, allow, edit, move, one, replace_derived
from qsmo.platform.access.signin import command_viewer
from qsmo.platform.access.viewer import Viewer
from qsmo.services.payroll import jobs
from qsmo.services.payroll.actions.saying import reasoned
from qsmo.services.payroll.models import IntakeException, PayRun
from qsmo.services.payroll.queries import exceptions

ANSWERED_IN = ("open", "collecting", "calculated", "reviewed")
MOST_AT_ONCE = 1000
"""Each of those chosen one by one is a link of the trail."""


@action("payroll.accept")
def accept(viewer: Viewer, /, run_id: str, keys: Sequence[str] = (), *, code: str = "", why: str) -> int:
    """Answer for open exceptions of a run, these or all of a code, with a reason (422 without); answers how many.

    An accepted error leaves its person unpaid in this run; an accepted warning says that the pay is right.
    """
    run, rows = _chosen(viewer, run_id, "payroll.accept", keys, code, "open")
    reason = reasoned(why)
    said = {"answered_by": viewer.name, "reason": reason}
    if not keys:
        return _all(viewer, run, rows, "payroll.accept", reason, state="accepted", **said)
    for row in rows:
        move(viewer, row, "accept", why=reason, **said)
    return len(rows)


@action("payroll.accept")
def take_back(viewer: Viewer, /, run_id: str, keys: Sequence[str] = (), *, code: str = "", why: str) -> int:
    """Open accepted exceptions again, these or all of a code, with a reason; answers how many."""
    run, rows = _chosen(viewer, run_id, "payroll.accept", keys, code, "accepted")
    reason = reasoned(why)
    if not keys:
        return _all(viewer, run, rows, "payroll.accept", reason, state="open", answered_by="", reason="")
    for row in rows:
        move(viewer, row, "take_back", why=reason, answered_by="", reason="")
    return len(rows)


@action("payroll.assign")
def assign(
    viewer: Viewer, /, run_id: str, keys: Sequence[str] = (), *, code: str = "", email: str, why: str = ""
) -> int:
    """Say who sees to open exceptions of a run, these or all of a code; answers how many.

    Refused (422) for somebody who may not see what is to be mended in this run.
    """
    run, rows = _chosen(viewer, run_id, "payroll.assign", keys, code, "open")
    owner = command_viewer(email)
    if not owner.may("payroll.intake.read", run):
        words = f"{email} cannot see what is to be mended in {run}"
        raise Refusal(
            "not-involved", words, status=422, findings=(Finding("not-involved", words, field="email"),)
        )
    if not keys:
        return _all(viewer, run, rows, "payroll.assign", why, owner_id=owner.person)
    for row in rows:
        edit(viewer, row, "payroll.assign", owner_id=owner.person, why=why)
    return len(rows)


def _all(
    viewer: Viewer, run: PayRun, rows: list[IntakeException], permission: str, why: str, **changes: Any
) -> int:
    """Change all of a code at once: thousands are one link of the trail, with their count and digest.

    They were read while the run is held, and every other change of them holds the run as well.
    """
    same = exceptions(viewer, run, code=rows[0].code).filter(state=rows[0].state)
    new = [jobs.changed(row, **changes) for row in rows]
    replace_derived(viewer, run, same, new, permission, why=f"all of {rows[0].code}: {why}")
    return len(new)


def _chosen(
    viewer: Viewer, run_id: str, permission: str, keys: Sequence[str], code: str, state: str
) -> tuple[PayRun, list[IntakeException]]:
    """The run, held until the transaction ends, and the exceptions meant; refused where any of them is not so."""
    run = one(PayRun, viewer, run_id)
    allow(viewer, permission, run)
    PayRun.seen_by(viewer).select_for_update().get(pk=run.pk)
    if run.state not in ANSWERED_IN:
        raise Refusal("run-not-answering", f"{run} is {run.state}: its exceptions stay as they are now")
    if not keys and not code:
        words = "Say which exceptions are meant"
        raise Refusal(
            "none-chosen", words, status=422, findings=(Finding("none-chosen", words, field="keys"),)
        )
    if len(keys) > MOST_AT_ONCE:
        words = f"More than {MOST_AT_ONCE:,} exceptions are meant; choose fewer at a time, or all of a code"
        raise Refusal("too-many", words, status=422)
    rows = exceptions(viewer, run, code=code).filter(state=state)
    found = list((rows.filter(pk__in=keys) if keys else rows).order_by("pk"))
    if len(found) < len(set(keys)):
        raise Refusal("changed-meanwhile", f"Not all of the exceptions chosen are {state} now; look again")
    if not found:
        raise Refusal("none-chosen", f"There is no such exception that is {state}", status=422)
    return run, found
