"""Keeping the lists that payment rests on, and writing a certified run as the files by which it leaves the house."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from qsmo.kernel.finding import Finding, Refusal
from qsmo.platform.access.door import action, allow, edit, one
from qsmo.platform.access.viewer import Viewer, program
from qsmo.platform.store import files
from qsmo.platform.work.jobs import job, later
from qsmo.platform.work.progress import planned, stepping
from qsmo.services.payroll import jobs
from qsmo.services.payroll.actions.sharing import lapse_sharing
from qsmo.services.payroll.flow import PAID
from qsmo.services.payroll.formats.message import MAX_FILE_BYTES
from qsmo.services.payroll.formats.out.bank.disbursing import Written
from qsmo.services.payroll.formats.out.files import EVERYTHING, KINDS, PAYING, Bundle, write_everything
from qsmo.services.payroll.formats.paying.banks import Bank, read_banks, write_banks
from qsmo.services.payroll.formats.paying.chart import read_chart
from qsmo.services.payroll.formats.paying.office import read_office
from qsmo.services.payroll.models import Account, IntakeException, PayRun
from qsmo.services.payroll.queries.writing import LISTS, bundle_of, name_of, writing_of

PROGRAM = program("payroll")
MOST_SHOWN = 20
Said = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """What keeping a list came to: how much of it is used, and what is wrong with the rest."""

    accepted: int
    found: list[Finding]
    kept: str


def keep_list(viewer: Viewer, /, account_id: str, kind: str, path: Path, *, name: str = "") -> Kept:
    """Keep a list of an account in the place of the former one: `banks`, `office` or `chart`.

    What cannot be used of it is named and left out; nothing usable, or another kind, is refused (422). The trail keeps
    digests and counts, no account number.
    """
    allow(viewer, "payroll.paying", one(Account, viewer, account_id))
    if kind not in LISTS:
        raise Refusal("list-kind", f"“{kind}” is not one of {', '.join(LISTS)}", status=422)
    name = name or path.name
    if not 0 < path.stat().st_size <= MAX_FILE_BYTES:
        raise Refusal("file-size", f"{name} is empty or too large; nothing was kept", status=422)
    made = READERS[kind](path, name)
    if not made.accepted:
        words = f"{name} has nothing that can be used; nothing was kept"
        raise Refusal("nothing-usable", words, status=422, findings=tuple(made.found[:MOST_SHOWN]))
    with path.open("rb") as content:
        stored = files.put(iter(lambda: content.read(files.PIECE), b""))
    _put_list(viewer, account_id, kind, name, stored, made)
    return made


@action("payroll.paying")
def _put_list(viewer: Viewer, /, account_id: str, kind: str, name: str, stored: str, made: Kept) -> Account:
    account = one(Account, viewer, account_id)
    found = files.put(json.dumps([each.as_dict() for each in made.found]).encode())
    refused = len({(each.line, each.who) for each in made.found})
    said = {
        "name": name[:120], "file": stored, "kept": made.kept, "accepted": made.accepted, "refused": refused,
        "found": found,
    }  # fmt: skip
    if kind == "banks":
        lapse_sharing(viewer, account, made.kept)
    return edit(viewer, account, "payroll.paying", paying={**account.paying, kind: said})


def _keep_banks(path: Path, name: str) -> Kept:
    found: list[Finding] = []
    good: list[Bank] = []
    for each in read_banks(path, name=name):
        (found if isinstance(each, Finding) else good).append(each)  # type: ignore[arg-type]
    return Kept(len(good), found, files.keep(".parquet", partial(write_banks, banks=good)))


def _keep_office(path: Path, name: str) -> Kept:
    office, found = read_office(path, name=name)
    return Kept(len(office), found, files.put(json.dumps(dict(office), sort_keys=True).encode()))


def _keep_chart(path: Path, name: str) -> Kept:
    frame, found = read_chart(path, name=name)
    return Kept(frame.height, found, files.keep(".parquet", frame.write_parquet))


READERS: dict[str, Callable[[Path, str], Kept]] = {
    "banks": _keep_banks,
    "office": _keep_office,
    "chart": _keep_chart,
}


@action("payroll.write")
def ask_for_files(viewer: Viewer, /, run_id: str) -> PayRun:
    """Have a certified run written as files, as a job; 409 for a run that is not certified."""
    run = _writable(viewer, run_id)
    planned(writing_of(run), len(KINDS))
    later(write, run=run.pk)
    return run


@job
def write(run: str) -> None:
    """Write the files of a run that is certified or further."""
    if PayRun.seen_by(PROGRAM).filter(pk=run, state__in=PAID).exists():
        write_files(PROGRAM, run)


def write_files(viewer: Viewer, /, run_id: str) -> PayRun:
    """Write a certified run as all its files, here and now. The same run with the same lists gives the same bytes.

    A file that cannot be written says why, and the others are written. Once a run is paid out, files that move money
    stay what they are. Whoever is owed pay that no payment carries is put on the list of exceptions.
    """
    run = _writable(viewer, run_id)
    stays = PAYING if run.state != "certified" else ()
    said: dict[str, Said] = {}
    found: list[Finding] = []
    with stepping(writing_of(run), len(KINDS)) as step:
        bundle = bundle_of(run)
        for kind, each in KINDS.items():
            if kind in stays and run.files.get(kind, {}).get("digest"):
                said[kind] = run.files[kind]
            else:
                outcome = _outcome(bundle, each.write, each.suffix)
                found += outcome.pop("found")
                said[kind] = outcome
            step()
        said[EVERYTHING] = _archive(run, said)
        return _put_files(viewer, run.pk, said, found)


def _writable(viewer: Viewer, run_id: str) -> PayRun:
    run = one(PayRun, viewer, run_id)
    allow(viewer, "payroll.write", run)
    if run.state not in PAID:
        raise Refusal("run-not-certified", f"{run} is {run.state}: only certified runs are written")
    return run


def _outcome(
    bundle: Bundle, write_: Callable[[Bundle, Path], tuple[Written, list[Finding]]], suffix: str
) -> Said:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"written{suffix}"
        try:
            held, found = write_(bundle, target)
        except Refusal as refusal:
            return {"why": refusal.words, "found": list(refusal.findings)}
        with target.open("rb") as content:
            digest = files.put(iter(lambda: content.read(files.PIECE), b""))
    return {"digest": digest, "records": held.records, "cents": held.cents, "found": found}


def _archive(run: PayRun, said: dict[str, Said]) -> Said:
    members = {
        name_of(run, kind, KINDS[kind].suffix): (
            files.path(each["digest"]), each["digest"], Written(each["records"], each["cents"])
        )
        for kind, each in said.items()
        if each.get("digest")
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "everything.zip"
        held = write_everything(target, members)
        with target.open("rb") as content:
            digest = files.put(iter(lambda: content.read(files.PIECE), b""))
    return {"digest": digest, "records": held.records, "cents": held.cents}


@action("payroll.write")
def _put_files(viewer: Viewer, /, run_id: str, said: dict[str, Said], found: list[Finding]) -> PayRun:
    run = _writable(viewer, run_id)
    codes = {each.code for each in found} | set(CODES)
    former = IntakeException.seen_by(viewer).filter(run=run, intake=None, code__in=codes)
    jobs.put_exceptions(
        viewer, run, former, jobs.exceptions(run, None, found, tell_pay=True), "payroll.write"
    )
    return run if run.files == said else edit(viewer, run, "payroll.write", files=said)


CODES = (
    "banks-missing", "no-way-to-be-paid", "accounting-unlisted", "wages-incomplete", "w2-medicare-wages",
    "w2-social-security-tax", "w2-medicare-tax", "w2-negative", "w2-empty", "w2-name",
)  # fmt: skip
"""What writing may find; what it finds no more is corrected."""
