"""How far the printing of a run's statements is, and its archives."""

from __future__ import annotations

from django.db.models import QuerySet

from qsmo.kernel.finding import Refusal
from qsmo.platform.access.door import one
from qsmo.platform.access.viewer import Viewer
from qsmo.services.payroll.models import Archive, PayRun
from qsmo.services.payroll.queries import Progress


def archives(viewer: Viewer, run: PayRun) -> QuerySet[Archive]:
    """The archives of statements that are there; refused (403) but for those who may open anybody's statement."""
    if not viewer.may("payroll.statement.read", run):
        raise Refusal("not-allowed", "You may open your own statements only", status=403)
    return Archive.seen_by(viewer).filter(run=run).order_by("number")


def printing(viewer: Viewer, run: PayRun) -> Progress:
    """How many archives are there, and how many there will be: none until somebody asks for them."""
    return Progress(archives(viewer, run).count(), run.prints_planned)


def archive(viewer: Viewer, run_id: str, number: int) -> Archive:
    """One archive; refused (404) where it is not there."""
    run = one(PayRun, viewer, run_id)
    found = archives(viewer, run).filter(number=number).first()
    if found is None:
        raise Refusal("not-found", f"{run} has no archive {number} of statements", status=404)
    return found


def archive_name(run: PayRun, found: Archive) -> str:
    """What an archive is called when it is saved."""
    return f"{run.called}-statements-{found.number + 1:05d}.zip"
