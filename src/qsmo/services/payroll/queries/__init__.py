"""What people read of payroll: runs, chunk progress, statements with every line explained, and the list to mend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from threading import Lock
from typing import Any

import polars as pl
from django.db.models import Count, QuerySet

from qsmo.contract.documents import PayAssignment, TimeRecord
from qsmo.contract.service import ExportedFile
from qsmo.kernel.finding import Refusal
from qsmo.kernel.law import LawGap, register
from qsmo.kernel.period import PayPeriod
from qsmo.platform.access.door import one
from qsmo.platform.access.viewer import Viewer, program
from qsmo.platform.store import files
from qsmo.services.payroll.flow import PAID
from qsmo.services.payroll.formats.out.printed import printed_row
from qsmo.services.payroll.formats.out.statement_pdf import StatementPrinter
from qsmo.services.payroll.formats.tables import (
    read_assignments_table,
    read_times_table,
    write_assignments_table,
    write_times_table,
)
from qsmo.services.payroll.models import Account, Chunk, Intake, IntakeException, PayPerson, PayRun
from qsmo.services.payroll.queries.todo import waiting as waiting
from qsmo.services.payroll.rules import Explanation, Line, explain, lines
from qsmo.services.payroll.rules.leave.kept import Account as Leave
from qsmo.services.payroll.rules.leave.kept import accounts as leave_accounts
from qsmo.services.payroll.rules.rule import LAW, MAY_LACK, Figures, figures

PROGRAM = program("payroll")
"""Who reads the chunks and files of a run, once the viewer's own right to it is decided."""
TELLS_PAY = ("deductions-exceed-pay",)
"""Codes of findings whose words name amounts that were computed."""
PRINTING = Lock()
"""One compiler serves all threads of a process, one at a time."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One employee's pay of one run: the row as computed, and its lines in order."""

    run: PayRun
    employee: str
    row: Mapping[str, Any]
    lines: list[Line]

    @property
    def leave(self) -> tuple[Leave, ...]:
        """The accounts of leave after this pay."""
        return leave_accounts(self.row)


@cache
def printer() -> StatementPrinter:
    """The printer of this process, its compiler kept warm."""
    return StatementPrinter()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a calculation is."""

    done: int
    planned: int

    @property
    def is_running(self) -> bool:
        """Whether there is more to come."""
        return self.planned == 0 or self.done < self.planned


def accounts(viewer: Viewer) -> QuerySet[Account]:
    """The payroll accounts that the viewer may see."""
    return Account.seen_by(viewer).select_related("customer", "provider").order_by("customer_id", "id")


def account(viewer: Viewer, account_id: str) -> Account:
    """One payroll account."""
    return one(Account, viewer, account_id)


def payment_codes() -> list[tuple[str, str]]:
    """The payments beside hours that the law on file knows: code and title."""
    return [(row.text("code"), row.text("title")) for row in register(LAW)["entitlements"].versions[-1].rows]


def runnable(account: Account) -> tuple[PayPeriod, PayPeriod] | None:
    """The first and the last pay period that can be run: begun under the account, with every table of law on file."""
    dated = [version for table in register(LAW) for version in table.versions]
    last_known = max(version.through or version.effective for version in dated)
    found: list[PayPeriod] = []
    day = account.began_on
    while day <= last_known:
        each = account.calendar.period_of(day)
        if each.during.start >= account.began_on and not missing_law(each):
            found.append(each)
        day = each.during.end
    return (found[0], found[-1]) if found else None


def missing_law(pay_period: PayPeriod) -> list[str]:
    """The titles of the tables of law that hold nothing for a pay period; empty when it can be computed."""
    law = figures(pay_period.during.start, pay_period.pay_date)
    needed = [table for table in register(LAW) if table.name not in MAY_LACK]
    return [table.title for table in needed if not _is_on_file(law, table.name)]


def _is_on_file(law: Figures, table: str) -> bool:
    try:
        law.version(table)
    except LawGap:
        return False
    return True


def runs(viewer: Viewer) -> QuerySet[PayRun]:
    """The pay runs that the viewer may see, newest first."""
    return PayRun.seen_by(viewer).select_related("account__customer", "account__provider")


def run(viewer: Viewer, run_id: str) -> PayRun:
    """One pay run."""
    return runs(viewer).filter(pk=run_id).first() or one(PayRun, viewer, run_id)


def intakes(viewer: Viewer, run_: PayRun) -> QuerySet[Intake]:
    """The files of a run that count now."""
    return Intake.seen_by(viewer).filter(run=run_, is_current=True).order_by("kind")


def exceptions(viewer: Viewer, run_: PayRun, *, code: str = "") -> QuerySet[IntakeException]:
    """What is to be mended in a run, or those things of it that have one code.

    What tells somebody's pay is left out for those who may not open statements.
    """
    found = IntakeException.seen_by(viewer).filter(run=run_)
    if not viewer.may("payroll.statement.read", run_):
        found = found.exclude(tells_pay=True).exclude(code__in=TELLS_PAY)
    return found.filter(code=code) if code else found


def exception(viewer: Viewer, key: str) -> IntakeException:
    """One exception; one that tells somebody's pay is not there (404) for those who may not open statements."""
    found = one(IntakeException, viewer, key)
    if not exceptions(viewer, found.run).filter(pk=found.pk).exists():
        raise Refusal("not-found", f"There is no exception “{key}” that you can see", status=404)
    return found


def exception_codes(viewer: Viewer, run_: PayRun, *, state: str = "") -> list[tuple[str, int]]:
    """The codes of what is to be mended in a run, or of what is in a state, and how many of each, most first."""
    rows = exceptions(viewer, run_)
    counted = (
        (rows.filter(state=state) if state else rows.exclude(state="corrected"))
        .order_by()
        .values_list("code")
        .annotate(count=Count("id"))
    )
    return sorted(counted, key=lambda pair: (-pair[1], pair[0]))


def totals(viewer: Viewer, run_: PayRun) -> Mapping[str, Any]:
    """The control totals of a run in cents and hundredths of an hour, empty for those who may not see amounts."""
    found: Mapping[str, Any] = run_.totals if viewer.may("payroll.totals.read", run_) else {}
    return found


def progress(run_: PayRun) -> Progress:
    """How far the calculation of a run is."""
    return Progress(Chunk.seen_by(PROGRAM).filter(run=run_).count(), run_.chunks_planned)


def employees(viewer: Viewer, run_: PayRun, *, beginning: str = "", most: int = 2000) -> list[dict[str, Any]]:
    """Employee, gross and net in cents of those paid in a run, by employee identifier, the first `most` of them.

    Refused (403) but for those who may open anybody's statement.
    """
    if not viewer.may("payroll.statement.read", run_):
        raise Refusal("not-allowed", "You may open your own statements only", status=403)
    rows = _frame(run_).select("employee", "gross_cents", "net_cents")
    if beginning:
        rows = rows.filter(pl.col("employee").str.starts_with(beginning))
    return rows.sort("employee").head(most).collect().to_dicts()


def statement(viewer: Viewer, run_id: str, employee: str) -> Statement:
    """One statement: for payroll's own people, and for the employee whose it is once the run is certified.

    Anybody else is told that there is none (404), whether or not there is.
    """
    missing = Refusal("not-found", f"There is no statement of {employee} here that you can see", status=404)
    found = (
        PayRun.unseen("the employee's own link decides").filter(pk=run_id).select_related("account").first()
    )
    if found is None or not _may_open(viewer, found, employee):
        raise missing
    rows = _rows_of(found, employee)
    if rows.height != 1:
        raise missing
    row = rows.row(0, named=True)
    return Statement(found, employee, row, lines(row))


def person_of(found: Statement) -> Mapping[str, Any]:
    """What human resources said of the employee of a statement, from the file that was accepted for its run."""
    return people_of(found.run, pl.Series([found.employee]))[found.employee]


def people_of(run_: PayRun, employees_: pl.Series) -> dict[str, dict[str, Any]]:
    """The same of several employees, by identifier; of a pay period with parts, what holds in the last one."""
    intake = Intake.seen_by(PROGRAM).get(run=run_, kind="hr", is_current=True)
    rows = pl.scan_parquet(files.path(intake.accepted_file))
    rows = rows.filter(pl.col("employee").is_in(employees_.implode())).sort("effective_on")
    return {row["employee"]: row for row in rows.collect().iter_rows(named=True)}


def statement_pdf(found: Statement) -> bytes:
    """A statement as tagged PDF."""
    agency = found.run.account.customer.name
    content = printed_row(found.row, person_of(found), found.run.pay_period, agency=agency)
    with PRINTING:
        return printer().pdf(content)


def own_statements(viewer: Viewer) -> list[tuple[PayRun, str]]:
    """The certified runs in which the viewer's own employee identifiers have a statement, newest first."""
    if not viewer.person:
        return []
    own_links = PayPerson.seen_by(viewer).filter(person_id=viewer.person)
    links = list(own_links.values_list("account_id", "employee").order_by("employee"))
    accounts_ = [account for account, _ in links]
    own = PayRun.unseen("the employee's own link decides").filter(account__in=accounts_, state__in=PAID)
    newest_first = list(own.select_related("account__customer").order_by("-starts_on", "-sequence", "id"))
    chunks: dict[str, list[Chunk]] = {each.pk: [] for each in newest_first}
    for chunk in (
        Chunk.seen_by(PROGRAM)
        .filter(run__in=newest_first, people__gt=0)
        .only("run_id", "first", "last", "file")
    ):
        chunks[chunk.run_id].append(chunk)
    looked_up = [
        (each, employee, _within(chunks[each.pk], employee))
        for each in newest_first
        for account, employee in links
        if account == each.account_id
    ]
    there = pl.collect_all([rows.select(pl.len()) for _, _, rows in looked_up])
    return [
        (each, employee) for (each, employee, _), count in zip(looked_up, there, strict=True) if count.item()
    ]


def explanation(viewer: Viewer, run_id: str, employee: str, name: str) -> Explanation:
    """How one figure of one statement came about; an unknown name is refused (404)."""
    return explain(statement(viewer, run_id, employee).row, name)


def exported_files(account: Account) -> Iterator[ExportedFile]:
    """All that is kept of an account, run by run: people and time as accepted, rates as given, pay as computed, and
    what was refused. CSV reads everywhere; the results are Parquet as well. The last file lists the others."""
    listed: list[tuple[str, str, int]] = []
    for run_ in (
        PayRun.unseen("an export is the whole account")
        .filter(account=account)
        .order_by("starts_on", "sequence")
    ):
        for name, records, digest in _files_of(run_):
            listed.append((name, digest, records))
            kind = "text/csv" if name.endswith(".csv") else "application/vnd.apache.parquet"
            yield ExportedFile(name, kind, files.pieces(digest), records)
    lines_ = ["file,sha256,records", *(f"{name},{digest},{records}" for name, digest, records in listed)]
    yield ExportedFile("index.csv", "text/csv", ["\n".join([*lines_, ""]).encode()], len(listed))


def _files_of(run_: PayRun) -> Iterator[tuple[str, int, str]]:
    for intake in run_.intakes.filter(is_current=True).order_by("kind"):
        digest, records = intake.accepted_file, intake.accepted
        if intake.kind != "rates":
            with files.named(digest, ".parquet") as source:
                records = pl.scan_parquet(source).select(pl.len()).collect().item()
                digest = files.keep(".csv", partial(AS_CSV[intake.kind], source))
        yield f"{run_.called}-{intake.kind}.csv", records, digest
    for chunk in chunks_of(run_):
        yield f"{run_.called}-pay-{chunk.number:05d}.parquet", chunk.people, chunk.file


def _people_as_csv(source: Path, target: Path) -> None:
    write_assignments_table(
        target, (each for each in read_assignments_table(source) if isinstance(each, PayAssignment))
    )


def _times_as_csv(source: Path, target: Path) -> None:
    write_times_table(target, (each for each in read_times_table(source) if isinstance(each, TimeRecord)))


AS_CSV = {"hr": _people_as_csv, "time": _times_as_csv}


def chunks_of(run_: PayRun) -> list[Chunk]:
    """The chunks of a run with results, in order; none while it is not calculated."""
    if run_.state not in ("calculated", "reviewed", *PAID):
        return []
    found = Chunk.seen_by(PROGRAM).filter(run=run_, people__gt=0).order_by("number")
    return list(found.only("number", "first", "last", "file", "people"))


def _frame(run_: PayRun) -> pl.LazyFrame:
    paths = [files.path(chunk.file) for chunk in chunks_of(run_)]
    if not paths:
        return pl.LazyFrame(schema={"employee": pl.String, "gross_cents": pl.Int64, "net_cents": pl.Int64})
    return pl.scan_parquet(paths)


def _rows_of(run_: PayRun, employee: str) -> pl.DataFrame:
    """The rows of one employee in a run."""
    return _within(chunks_of(run_), employee).collect()


def _within(chunks: list[Chunk], employee: str) -> pl.LazyFrame:
    """The rows of one employee in chunks. Compared here, because databases order letters in ways of their own."""
    chunk = next((each for each in chunks if each.first <= employee <= each.last), None)
    if chunk is None:
        return pl.LazyFrame(schema={"employee": pl.String})
    return pl.scan_parquet(files.path(chunk.file)).filter(pl.col("employee") == employee)


def _may_open(viewer: Viewer, run_: PayRun, employee: str) -> bool:
    if viewer.may("payroll.statement.read", run_):
        return True
    own = PayPerson.seen_by(viewer).filter(
        account=run_.account, employee=employee, person_id=viewer.person or "-"
    )
    return run_.is_paid and own.exists()
