"""What people do about exceptions: say who sees to them, answer for them with a reason, take an answer back."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from qsmo.kernel.finding import Finding, Refusal
from qsmo.platform.access.door import action, allow, edit, move, one
from qsmo.platform.access.signin import command_viewer
from qsmo.platform.access.viewer import Viewer
from qsmo.services.payroll.actions.saying import reasoned
from qsmo.services.payroll.models import IntakeException, PayRun
from qsmo.services.payroll.queries import exceptions

ANSWERED_IN = ("open", "collecting", "calculated", "reviewed")
MOST_AT_ONCE = 1000
"""Each answer is a link of the trail; of a code with more than these the first are answered, then the next."""


@action("payroll.accept")
def accept(viewer: Viewer, /, run_id: str, keys: Sequence[str] = (), *, code: str = "", why: str) -> int:
    """Answer for open exceptions of a run, these or all of a code, with a reason (422 without); answers how many.

    An accepted error leaves its person unpaid in this run; an accepted warning says that the pay is right.
    """
    run, rows = _chosen(viewer, run_id, "payroll.accept", keys, code, "open")
    reason = reasoned(why)
    for row in rows:
        allow(viewer, "payroll.accept", run)
        move(viewer, row, "accept", why=reason, answered_by=viewer.name, reason=reason)
    return len(rows)


@action("payroll.accept")
def take_back(viewer: Viewer, /, run_id: str, keys: Sequence[str] = (), *, code: str = "", why: str) -> int:
    """Open accepted exceptions again, these or all of a code, with a reason; answers how many."""
    _, rows = _chosen(viewer, run_id, "payroll.accept", keys, code, "accepted")
    reason = reasoned(why)
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
    for row in rows:
        edit(viewer, row, "payroll.assign", owner_id=owner.person, why=why)
    return len(rows)


def _chosen(
    viewer: Viewer, run_id: str, permission: str, keys: Sequence[str], code: str, state: str
) -> tuple[PayRun, list[IntakeException]]:
    """The run, held until the transaction ends, and the exceptions meant; refused where any of them is not open."""
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
    rows: QuerySet[IntakeException] = exceptions(viewer, run, code=code)
    rows = rows.filter(state=state)
    if len(keys) > MOST_AT_ONCE:
        words = f"More than {MOST_AT_ONCE:,} exceptions are meant; choose fewer at a time"
        raise Refusal("too-many", words, status=422)
    if keys:
        rows = rows.filter(pk__in=keys)
    found = list(rows.order_by("pk")[:MOST_AT_ONCE])
    if len(found) < len(set(keys)):
        raise Refusal("changed-meanwhile", f"Not all of the exceptions chosen are {state} now; look again")
    if not found:
        raise Refusal("none-chosen", f"There is no such exception that is {state}", status=422)
    return run, found
