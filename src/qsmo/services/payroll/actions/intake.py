"""Taking files in: read before anything is written, used in time, and kept waiting for the payroll office when late."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
from django.db.models import Q

from qsmo.kernel import clock
from qsmo.kernel.finding import Finding, Refusal
from qsmo.platform.access.door import action, add, allow, edit, move, one
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.store import files
from qsmo.services.payroll import jobs
from qsmo.services.payroll.actions.saying import reasoned
from qsmo.services.payroll.actions.taking import READERS, Taken
from qsmo.services.payroll.flow import LATE, PAID
from qsmo.services.payroll.formats.message import MAX_FILE_BYTES
from qsmo.services.payroll.models import Intake, IntakeException, PayRun
from qsmo.services.payroll.queries.calendar import cut_offs

TAKES_FILES = ("open", "collecting", "calculated", "reviewed")
MOST_SHOWN = 20


def take_in(
    viewer: Viewer, /, run_id: str, kind: str, path: Path, *, name: str = "", why: str = ""
) -> Intake:
    """Take a file in for a run: `hr` (XML, CSV, Parquet), `time` (the same) or `rates` (CSV).

    A record that cannot be used is put on the list of what to mend, and the rest is used. A file that cannot be read,
    or has nothing that can be used, is refused whole (422). The same file again is the same intake; another file of
    the kind takes its place. The file is read before anything is written, so that nobody waits for a large one.

    After the cut-off of its kind a file needs a reason (422). One of the payroll office is used; one of anybody else
    waits until the office admits it. People and time for a run whose pay stands wait as well, whoever sends them:
    nothing that comes late is lost.
    """
    run = one(PayRun, viewer, run_id)
    name = name or path.name
    if kind not in Intake.KINDS:
        raise Refusal("intake-kind", f"“{kind}” is not one of {', '.join(Intake.KINDS)}", status=422)
    _arrival(viewer, run, kind, why)
    size = path.stat().st_size
    if not 0 < size <= MAX_FILE_BYTES:
        expected = f"1 to {MAX_FILE_BYTES:,} bytes"
        finding = Finding("file-size", f"{name} has {size:,} bytes.", file=name, expected=expected)
        words = f"{name} is {'empty' if not size else 'too large'}; nothing was taken in"
        raise Refusal("file-size", words, status=422, findings=(finding,))
    with path.open("rb") as content:
        stored = files.put(iter(lambda: content.read(files.PIECE), b""))
    same = Intake.seen_by(viewer).filter(run=run, kind=kind, file=stored).exclude(state="settled")
    there = same.filter(Q(is_current=True) | Q(state="waiting")).first()
    if there is not None:
        return there
    taken = READERS[kind](run, path, name, stored)
    if not taken.accepted:
        words = f"{name} has no record that can be used ({taken.refused:,} refused); nothing was taken in"
        raise Refusal("nothing-usable", words, status=422, findings=tuple(taken.found[:MOST_SHOWN]))
    return replace_intake(viewer, run.pk, kind, name, stored, taken, why=why)


@action("payroll.take-in")
def replace_intake(
    viewer: Viewer, /, run_id: str, kind: str, name: str, stored: str, taken: Taken, *, why: str = ""
) -> Intake:
    """Put a file that was read in the place of the former one of its kind; a run calculated from that one reopens.

    One that waits takes no place.
    """
    run = one(PayRun, viewer, run_id)
    is_late, waits = _arrival(viewer, run, kind, why)
    for former in Intake.seen_by(viewer).filter(run=run, kind=kind, is_current=True):
        if former.file == stored:
            return former
        if waits:
            break
        edit(viewer, former, "payroll.take-in", is_current=False)
    intake = Intake(
        run=run,
        kind=kind,
        name=name[:120],
        file=stored,
        accepted_file=taken.kept,
        accepted=taken.accepted,
        refused=taken.refused,
        is_late=is_late,
        why=why if is_late else "",
        is_current=not waits,
        state="waiting" if waits else "used",
    )
    add(viewer, intake, "payroll.take-in", why=why)
    if not waits:
        _stand(viewer, run, intake, taken, "payroll.take-in")
    return intake


def admit(viewer: Viewer, /, key: str, *, why: str) -> Intake:
    """Use a file that came after the cut-off, with the reason (422 without).

    The people in it have from now on what it says of them; anybody else keeps what was used before. A run calculated
    without it reopens. Refused (409) where pay stands: what came then is settled.
    """
    intake = one(Intake, viewer, key)
    allow(viewer, "payroll.admit", intake)
    LATE.move("admit", intake.state)
    reason = reasoned(why)
    with files.named(intake.file, Path(intake.name).suffix) as path:
        taken = READERS[intake.kind](intake.run, path, intake.name, intake.file)
    former = Intake.seen_by(viewer).filter(run=intake.run, kind=intake.kind, is_current=True).first()
    if former is not None:
        _join(taken, former)
    return let_in(viewer, intake.pk, taken, why=reason)


@action("payroll.admit")
def let_in(viewer: Viewer, /, key: str, taken: Taken, *, why: str) -> Intake:
    """Put a late file that was read and joined with the former one of its kind in the place of that."""
    intake = one(Intake, viewer, key)
    run = intake.run
    if run.state not in TAKES_FILES:
        words = f"{run} is {run.state}: it takes no files now; say how what came late is settled"
        raise Refusal("run-not-collecting", words)
    for former in Intake.seen_by(viewer).filter(run=run, kind=intake.kind, is_current=True):
        edit(viewer, former, "payroll.admit", why=why, is_current=False)
    held: dict[str, Any] = {"accepted_file": taken.kept, "accepted": taken.accepted, "refused": taken.refused}
    move(viewer, intake, "admit", why=why, is_current=True, answer=why, **held)
    _stand(viewer, run, intake, taken, "payroll.admit")
    return intake


@action("payroll.admit")
def settle(viewer: Viewer, /, key: str, *, why: str) -> Intake:
    """Say how a file that came after the cut-off is dealt with without being used, such as by which later pay."""
    return move(viewer, one(Intake, viewer, key), "settle", why=reasoned(why), answer=why.strip())


def _join(taken: Taken, former: Intake) -> None:
    """Add to a late file what was used before of everybody who is not in it, and what was found of them."""
    late, used = (pl.scan_parquet(files.path(digest)) for digest in (taken.kept, former.accepted_file))
    rest = used.join(late.select("employee").unique(), on="employee", how="anti", maintain_order="left")
    whole = pl.concat([rest, late], how="diagonal_relaxed").sort("employee", maintain_order=True).collect()
    taken.kept = files.keep(".parquet", whole.write_parquet)
    taken.accepted = whole["employee"].n_unique()
    told = {each.who for each in taken.found}
    of_others = former.exceptions.exclude(state="corrected").exclude(
        who__in=[*whole["employee"].unique(), *told]
    )
    taken.found += [each.finding for each in of_others]


def _stand(viewer: Viewer, run: PayRun, intake: Intake, taken: Taken, permission: str) -> None:
    """What follows from a file that is used from now on."""
    outdated = IntakeException.seen_by(viewer).filter(run=run, intake__kind=intake.kind)
    jobs.put_exceptions(viewer, run, outdated, jobs.exceptions(run, intake, taken.found), permission)
    if run.state == "open":
        move(viewer, run, "collect")
    elif run.state != "collecting":
        emptied(viewer, run, "reopen", f"another {intake.kind} file was taken in")


def _arrival(viewer: Viewer, run: PayRun, kind: str, why: str) -> tuple[bool, bool]:
    """Whether a file of this kind is late today, and whether it waits; a late one without a reason is refused."""
    allow(viewer, "payroll.take-in", run)
    stands = run.state in PAID and kind != "rates"
    if run.state not in TAKES_FILES and not stands:
        raise Refusal("run-not-collecting", f"{run} is {run.state}: it takes no files now")
    until = cut_offs(run).get(kind)
    if not stands and (until is None or clock.today() <= until):
        return False, False
    if not why.strip():
        when = (
            f"The pay of {run.called} stands"
            if stands
            else f"The cut-off for {Intake.HOLDS[kind]} of {run.called} was {until}"
        )
        words = f"{when}; say why the file comes later"
        finding = Finding("late-intake", words, field="why")
        raise Refusal("late-intake", words, status=422, findings=(finding,))
    return True, stands or not viewer.may("payroll.admit", run)


def emptied(viewer: Viewer, run: PayRun, name: str, why: str = "", chunks_planned: int = 0) -> None:
    """Move a run on without what was computed of it."""
    empty: dict[str, Any] = {"failure": "", "digest": "", "totals": {}, "people": 0, "refused": 0}
    move(viewer, run, name, why=why, **empty, chunks_planned=chunks_planned)
