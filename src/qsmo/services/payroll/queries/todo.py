"""What waits for somebody in payroll: runs whose next step is theirs."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from qsmo.platform.access.viewer import Viewer
from qsmo.platform.access.waiting import MOST, Waiting, by_moves, oldest, open_to
from qsmo.services.payroll.flow import LATE, RUN
from qsmo.services.payroll.models import Intake, PayRun

FORWARD = {
    "review": "Review the pay run",
    "certify": "Certify the pay run",
    "disburse": "Pay the pay run out",
    "close": "Close the pay run",
}


def waiting(viewer: Viewer, most: int = MOST) -> Iterator[Waiting]:
    """The oldest runs to calculate, as all their files are there, to certify, and what else follows in their flow."""
    rows = PayRun.seen_by(viewer).select_related("account__customer", "account__provider")
    for run, what in by_moves(viewer, rows, FORWARD, most):
        yield _of(run, what)
    late = Intake.seen_by(viewer).select_related("run__account__customer", "run__account__provider")
    for move in LATE.moves[:1]:
        for intake in oldest(open_to(viewer, late, move), most):
            about = f"{intake.name}, pay period {intake.run.called}"
            yield Waiting(
                "Decide on a file that came late",
                about,
                _about(intake.run),
                intake.made_at,
                "payroll:late-file",
                intake.pk,
            )
    to_calculate = [move for move in RUN.moves if move.name == "calculate" and viewer.may(move.permission)]
    complete = rows.filter(state="collecting")
    for kind in Intake.KINDS if to_calculate else ():
        there = Intake.seen_by(viewer).filter(run=OuterRef("pk"), kind=kind, is_current=True)
        complete = complete.filter(Exists(there))
    for move in to_calculate:
        for run in oldest(open_to(viewer, complete, move), most):
            yield _of(run, "Calculate the pay run")


def _of(run: PayRun, what: str) -> Waiting:
    return Waiting(what, f"Pay period {run.label}", _about(run), run.made_at, "payroll:run", run.pk)


def _about(run: PayRun) -> str:
    return f"{run.account.provider.name} for {run.account.customer.name}"
