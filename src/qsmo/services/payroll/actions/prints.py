"""Everybody's statement of a run as tagged PDF, some hundred to an archive: each once; killed half way it goes on."""

from __future__ import annotations

import os
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import Count, F

from qsmo.kernel.finding import Refusal
from qsmo.kernel.period import PayPeriod
from qsmo.platform.access.door import replace_derived
from qsmo.platform.store import files
from qsmo.platform.work.jobs import job, later
from qsmo.services.payroll.flow import PAID
from qsmo.services.payroll.formats.out.files import SAME_TIME
from qsmo.services.payroll.formats.out.printed import printed_row
from qsmo.services.payroll.formats.out.statement_pdf import StatementPrinter
from qsmo.services.payroll.models import Archive, PayRun
from qsmo.services.payroll.queries import PROGRAM, chunks_of, people_of

TOGETHER = 250
"""So many statements stand in one archive: a worker that is killed prints no more than these again."""
MOST_THREADS = 4
OWN = threading.local()


@dataclass(frozen=True, slots=True)
class Share:
    """Some people of one chunk of a run, by their place in it."""

    number: int
    file: str
    start: int


def shares(run: PayRun) -> Iterator[Share]:
    """The archives that a run is printed as, in order."""
    number = 0
    for chunk in chunks_of(run):
        for start in range(0, chunk.people, TOGETHER):
            yield Share(number, chunk.file, start)
            number += 1


@job
def print_statements(run: str) -> None:
    """Print what is still missing of the statements that were asked for."""
    found = PayRun.seen_by(PROGRAM).filter(pk=run, state__in=PAID, prints_planned__gt=0).first()
    if found is not None:
        print_now(found, lambda _people: None)


@job
def resume() -> None:
    """Queue every run whose statements are not all printed: whoever was printing them may have died."""
    asked = PayRun.seen_by(PROGRAM).filter(state__in=PAID, prints_planned__gt=0)
    left = asked.annotate(there=Count("archives")).filter(there__lt=F("prints_planned"))
    for run in left.values_list("pk", flat=True):
        later(print_statements, run=run)


def print_now(run: PayRun, progress: Callable[[int], None]) -> None:
    """Print here and now what is not there yet; `progress` is told how many people more are done."""
    threads = min(os.cpu_count() or 1, MOST_THREADS)
    with ThreadPoolExecutor(threads, thread_name_prefix="printing") as pool:
        for share in shares(run):
            there = Archive.seen_by(PROGRAM).filter(run=run, number=share.number).first()
            kept = there or _printed(run, share, pool)
            progress(kept.people)


def _printed(run: PayRun, share: Share, pool: ThreadPoolExecutor) -> Archive:
    rows = pl.scan_parquet(files.path(share.file)).slice(share.start, TOGETHER).collect()
    people = people_of(run, rows["employee"])
    unprinted: list[str] = []
    # Nothing of the database is read on the threads that print.
    one = partial(_pdf, people, run.pay_period, run.account.customer.name)
    archive = Archive(
        run=run,
        number=share.number,
        file=files.keep(".zip", partial(_archive, run, pool.map(one, rows.iter_rows(named=True)), unprinted)),
        first=rows["employee"][0],
        last=rows["employee"][-1],
        people=rows.height,
        unprinted=unprinted,
    )
    with transaction.atomic():
        held = PayRun.seen_by(PROGRAM).filter(pk=run.pk).select_for_update().get()
        same = Archive.seen_by(PROGRAM).filter(run=held, number=share.number)
        if not same.exists():
            replace_derived(PROGRAM, held, same, [archive], "payroll.write")
    return archive


def _pdf(
    people: Mapping[str, Mapping[str, Any]], pay_period: PayPeriod, agency: str, row: Mapping[str, Any]
) -> tuple[str, bytes | None]:
    """A statement by a printer of this thread's own; nothing where no font can show one of its characters."""
    if not hasattr(OWN, "printer"):
        OWN.printer = StatementPrinter()
    employee = str(row["employee"])
    try:
        printed = OWN.printer.pdf(printed_row(row, people[employee], pay_period, agency=agency))
    except Refusal:
        return employee, None
    return employee, printed


def _archive(
    run: PayRun, printed: Iterator[tuple[str, bytes | None]], unprinted: list[str], path: Path
) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for employee, pdf in printed:
            if pdf is None:
                unprinted.append(employee)
                continue
            member = zipfile.ZipInfo(f"{run.called}-{employee}.pdf", SAME_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, pdf, compresslevel=1)
