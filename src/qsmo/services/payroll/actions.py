"""What people do with payroll: open runs, take files in, calculate, certify. Each is refused whole or done whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from qsmo.contract.documents import PayAssignment, TimeRecord
from qsmo.kernel.finding import Finding, Refusal
from qsmo.platform.access.door import action, add, add_many, allow, edit, move, one
from qsmo.platform.access.models import Person
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.record.outbox import put as leave
from qsmo.platform.store import files
from qsmo.platform.work.jobs import later
from qsmo.services.payroll import jobs
from qsmo.services.payroll.formats.hr_xml import read_assignments
from qsmo.services.payroll.formats.rates import read_rates
from qsmo.services.payroll.formats.tables import (
    read_assignments_table,
    read_times_table,
    write_assignments_table,
    write_times_table,
)
from qsmo.services.payroll.formats.time_xml import read_times
from qsmo.services.payroll.models import Account, Intake, IntakeException, PayPerson, PayRun
from qsmo.services.payroll.rules.journal import payroll_journal

MOST_FILE_BYTES = 1 << 30
TABLES = (".csv", ".parquet")


@action("payroll.take-in")
def open_run(viewer: Viewer, /, account_id: str, label: str) -> PayRun:
    """Open the run of a pay period, `2026-06`; a run that is there already is answered as it is."""
    account = one(Account, viewer, account_id)
    allow(viewer, "payroll.take-in", account)
    if not account.is_open:
        raise Refusal("account-closed", f"{account} was closed; nothing more can be paid under it")
    pay_period = account.calendar.of_label(label)
    there = PayRun.seen_by(viewer).filter(account=account, starts_on=pay_period.during.start).first()
    if there is not None:
        return there
    run = PayRun(
        account=account,
        label=pay_period.label,
        starts_on=pay_period.during.start,
        ends_on=pay_period.during.end,
        pays_on=pay_period.pay_date,
    )
    return add(viewer, run, "payroll.take-in")


@action("payroll.take-in")
def take_in(viewer: Viewer, /, run_id: str, kind: str, path: Path, *, name: str = "") -> Intake:
    """Take a file in for a run: `hr` (XML, CSV, Parquet), `time` (the same) or `rates` (CSV).

    A record that cannot be used is put on the list of what to mend, and the rest is used. A file that cannot be read
    is refused whole (422). The same file again is the same intake; another file of the kind takes its place.
    """
    run = one(PayRun, viewer, run_id)
    allow(viewer, "payroll.take-in", run)
    if run.state not in ("collecting", "calculated"):
        raise Refusal("run-not-collecting", f"{run} is {run.state}: it takes no files now")
    if kind not in Intake.KINDS:
        raise Refusal("intake-kind", f"“{kind}” is not one of {', '.join(Intake.KINDS)}", status=422)
    name = name or path.name
    size = path.stat().st_size
    if not 0 < size <= MOST_FILE_BYTES:
        finding = Finding(
            "file-size", f"{name} has {size:,} bytes", file=name, expected=f"1 to {MOST_FILE_BYTES:,}"
        )
        raise Refusal(
            "file-size", f"{name} is {'empty' if not size else 'too large'}", status=422, findings=(finding,)
        )
    with path.open("rb") as content:
        stored = files.put(iter(lambda: content.read(files.PIECE), b""))
    same = Intake.seen_by(viewer).filter(run=run, kind=kind, file=stored, is_current=True).first()
    if same is not None:
        return same
    accepted, refused, found, kept = READERS[kind](run, path, name, stored)
    for former in Intake.seen_by(viewer).filter(run=run, kind=kind, is_current=True):
        IntakeException.seen_by(viewer).filter(intake=former).delete()
        edit(viewer, former, "payroll.take-in", is_current=False)
    intake = Intake(
        run=run, kind=kind, name=name, file=stored, accepted_file=kept, accepted=accepted, refused=refused
    )
    add(viewer, intake, "payroll.take-in")
    add_many(viewer, exceptions(run, intake, found), "payroll.take-in")
    if run.state == "calculated":
        move(viewer, run, "reopen", why=f"another {kind} file was taken in")
    return intake


@action("payroll.calculate")
def calculate(viewer: Viewer, /, run_id: str) -> PayRun:
    """Start the calculation of a run; it goes on as a job, chunk by chunk, and may be killed and started again."""
    run = one(PayRun, viewer, run_id)
    present = set(Intake.seen_by(viewer).filter(run=run, is_current=True).values_list("kind", flat=True))
    missing = [kind for kind in Intake.KINDS if kind not in present]
    if missing:
        raise Refusal("files-missing", f"{run} still lacks its {' and '.join(missing)} file")
    move(viewer, run, "calculate", failure="", digest="", totals={}, people=0, refused=0, chunks_planned=0)
    later(jobs.compute, run=run.pk)
    return run


@action("payroll.certify")
def certify(viewer: Viewer, /, run_id: str, *, why: str = "") -> PayRun:
    """Certify a calculated run whose control totals all hold, as another person than the one who calculated it.

    The journal of the run is left for the ledger in the same transaction.
    """
    run = one(PayRun, viewer, run_id)
    if run.state == "calculated" and not (run.totals.get("holds") and run.people):
        raise Refusal(
            "totals-open", f"The control totals of {run} do not hold, or nobody is paid; it stays open"
        )
    move(viewer, run, "certify", why=why, evidence=run.digest)
    account = run.account
    journal = payroll_journal(run.pk, run.totals, entity=account.customer_id, tas=account.tas, on=run.pays_on)
    leave(
        viewer, journal, key=journal.key, sender="payroll", to="ledger",
        customer=account.customer_id, entity=account.customer_id,
    )  # fmt: skip
    return run


@action("payroll.link")
def link_person(viewer: Viewer, /, account_id: str, employee: str, email: str) -> PayPerson:
    """Say that an employee identifier is a person who signs in, so that they see their own statements."""
    account = one(Account, viewer, account_id)
    person = Person.objects.filter(email__iexact=email).first()
    if person is None:
        raise Refusal("no-such-person", f"Nobody signs in as “{email}”", status=422)
    rows = PayPerson.seen_by(viewer).filter(account=account, employee=employee)
    there = rows.first()
    if there is not None:
        return there
    return add(viewer, PayPerson(account=account, employee=employee, person=person), "payroll.link")


def exceptions(run: PayRun, intake: Intake | None, found: Iterable[Finding]) -> list[IntakeException]:
    """Findings as rows of the list of what to mend."""
    return [
        IntakeException(
            run=run,
            intake=intake,
            severity=each.severity,
            code=each.code,
            who=each.who[:60],
            file=each.file[:120],
            line=each.line,
            field=each.field[:80],
            words=each.words,
            expected=each.expected,
        )
        for each in found
    ]


Read = tuple[int, int, list[Finding], str]


def _take_hr(run: PayRun, path: Path, name: str, _stored: str) -> Read:
    read = read_assignments_table if path.suffix.lower() in TABLES else read_assignments
    stream = read(path, agencies=run.account.agency_codes, name=name)
    good: list[PayAssignment] = []
    found: list[Finding] = []
    for each in stream:
        found.append(each) if isinstance(each, Finding) else good.append(each)
    return (
        len(good),
        _people(found),
        found,
        files.keep(".parquet", lambda target: write_assignments_table(target, good)),
    )


def _take_time(run: PayRun, path: Path, name: str, _stored: str) -> Read:
    read = read_times_table if path.suffix.lower() in TABLES else read_times
    stream = read(path, agencies=run.account.agency_codes, during=run.during, name=name)
    good: list[TimeRecord] = []
    found: list[Finding] = []
    for each in stream:
        found.append(each) if isinstance(each, Finding) else good.append(each)
    return (
        len(good),
        _people(found),
        found,
        files.keep(".parquet", lambda target: write_times_table(target, good)),
    )


def _take_rates(run: PayRun, path: Path, name: str, stored: str) -> Read:
    rates, found = read_rates(path, on=run.starts_on, name=name)
    return len(rates.fehb) + len(rates.retirement), len(found), found, stored


READERS: dict[str, Callable[[PayRun, Path, str, str], Read]] = {
    "hr": _take_hr,
    "time": _take_time,
    "rates": _take_rates,
}


def _people(found: list[Finding]) -> int:
    return len({each.who or f"{each.file}:{each.line}" for each in found if each.severity == "error"})
