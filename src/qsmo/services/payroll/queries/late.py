"""Missing and late time: of whom there is no time, or time without a record of the person, and what came too late."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from qsmo.kernel.finding import Refusal
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.store import files
from qsmo.services.payroll import queries
from qsmo.services.payroll.models import Intake, PayRun
from qsmo.services.payroll.queries.standing import last_run, pay_of

NO_TIME, NO_PERSON, NEITHER = (
    "no time",
    "time without a record of the person",
    "paid last time, in neither file",
)
REFUSED, LATE = "time was refused", "time came after the cut-off"


@dataclass(frozen=True, slots=True)
class Lacking:
    """One person and what is lacking or late."""

    employee: str
    what: str
    was_paid_last: bool


def lacking(viewer: Viewer, run: PayRun) -> list[Lacking]:
    """Everybody whose time is missing or late in a run, by employee identifier.

    Those of the HR file, of the time file and of the last run are held against each other. Refused (403) to those who
    may not see what is to be mended.
    """
    if not viewer.may("payroll.intake.read", run):
        raise Refusal("not-allowed", "You may not see what is to be mended", status=403)
    files_ = {each.kind: each for each in queries.intakes(viewer, run)}
    people, time = _employees(files_.get("hr")), _employees(files_.get("time"))
    before = last_run(run)
    paid = set(pay_of([before]).select("employee").collect()["employee"]) if before else set()
    if run.names:
        people, time, paid = people & set(run.names), time & set(run.names), set(run.names)
    of_time = queries.exceptions(viewer, run).filter(intake__kind="time", severity="error").exclude(who="")
    refused = set(of_time.exclude(state="corrected").values_list("who", flat=True))
    late = _late(viewer, run, files_.get("time"), time)
    found = {
        **dict.fromkeys(paid - people - time, NEITHER),
        **dict.fromkeys(time - people, NO_PERSON),
        **dict.fromkeys(late & people, LATE),
        **dict.fromkeys(people - time, NO_TIME),
        **dict.fromkeys((people - time) & refused, REFUSED),
    }
    return [Lacking(employee, found[employee], employee in paid) for employee in sorted(found)]


def _late(viewer: Viewer, run: PayRun, now: Intake | None, there: set[str]) -> set[str]:
    """Whose time is in a late file and was in no file before the cut-off."""
    if now is None or not now.is_late:
        return set()
    on_time = Intake.seen_by(viewer).filter(run=run, kind="time", is_late=False).order_by("-made_at").first()
    return there - _employees(on_time)


def _employees(intake: Intake | None) -> set[str]:
    if intake is None:
        return set()
    rows = pl.scan_parquet(files.path(intake.accepted_file)).select("employee").unique().collect()
    return set(rows["employee"])
