"""The calculation of a run, in chunks of people: each chunk once, as a file by digest; killed half way it goes on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import QuerySet

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.ids import digest
from qsmo.platform.access.door import move, one, replace_derived
from qsmo.platform.access.viewer import Viewer, program
from qsmo.platform.store import files
from qsmo.platform.work.jobs import Every, job, later
from qsmo.services.payroll.actions import prints
from qsmo.services.payroll.formats.rates import read_rates
from qsmo.services.payroll.models import Chunk, Intake, IntakeException, PayRun
from qsmo.services.payroll.queries.standing import (
    Edits,
    earlier_runs,
    edited,
    not_paid_again,
    runs_of_last_year,
)
from qsmo.services.payroll.rules import AgencyRates, calculate, prepare, totals
from qsmo.services.payroll.rules.control import added, plain_totals
from qsmo.services.payroll.rules.intake.identity import mixed_up
from qsmo.services.payroll.rules.intake.leave.opening import leave_left, with_leave
from qsmo.services.payroll.rules.intake.opening import closing, opening

FEWEST_IN_A_CHUNK, MOST_IN_A_CHUNK, CHUNKS = 500, 100_000, 20
"""A run is cut into about so many chunks, none smaller or larger than this: a chunk costs much the same however few
are in it, and a run that was killed does no more than its last chunk again. What is in memory is one chunk."""
TOGETHER = 10_000
"""So many people of a chunk stand together in its file: who opens one statement reads no more than these."""
VIEWER = program("payroll")
FOLLOWS = ("no-assignment", "no-time")
"""What the calculation finds of somebody whose record was refused when a file was taken in: that is said there."""
NUMBERED = "record "
"""A record without a usable employee number is called by its place; if it is anybody, the other file tells who."""


@dataclass(frozen=True)
class Share:
    """A chunk's worth of people, from the first to the last, and the digest of all that its outcome depends on."""

    number: int
    wanted: str
    first: str
    last: str
    people: int


@dataclass(frozen=True)
class Plan:
    """One calculation of one run: its shares, and what they have in common. `run` is as it was when it started."""

    run: PayRun
    shares: list[Share]
    rates: AgencyRates
    earlier: list[PayRun]
    before: list[PayRun]
    barred: list[Finding]
    inputs: dict[str, Intake]

    def rows(self, kind: str, share: Share) -> pl.DataFrame:
        """What an accepted file says of the people of a share."""
        barred = [each.who for each in self.barred]
        within = pl.col("employee").is_between(pl.lit(share.first), pl.lit(share.last))
        return _wanted(self.inputs, kind, self.run.names, barred).filter(within).collect()

    @property
    def is_current(self) -> bool:
        """Whether this calculation is still the one that is wanted; nobody else's results are touched otherwise."""
        same = {"pk": self.run.pk, "version": self.run.version, "state": "calculating"}
        return PayRun.seen_by(VIEWER).filter(**same).exists()


@job
def compute(run: str) -> None:
    """Compute what is still missing of a run that is calculating, then write down its outcome."""
    found = PayRun.seen_by(VIEWER).filter(pk=run, state="calculating").first()
    if found is not None:
        compute_now(found, lambda _people: None)


@job
def resume() -> None:
    """Queue every run that is calculating: whoever was working on it may have died."""
    for run in PayRun.seen_by(VIEWER).filter(state="calculating").values_list("pk", flat=True):
        later(compute, run=run)


SCHEDULE = [Every(minutes=5, job=resume), Every(minutes=5, job=prints.resume)]


def compute_now(run: PayRun, progress: Callable[[int], None]) -> PayRun:
    """Do the work of `compute` here and now; `progress` is told how many people more are done.

    Several may compute one run at once: each finds done what the others did, and the first writes the outcome down.
    """
    try:
        plan = _planned(run)
        while not _finished(plan):
            for share in plan.shares:
                if plan.is_current and not _is_done(plan, share):
                    _compute_share(plan, share)
                progress(share.people)
    except Refusal as refusal:
        with transaction.atomic():
            now = _locked(run)
            if now is not None:
                move(VIEWER, now, "fail", failure=refusal.words)
        raise
    return one(PayRun, VIEWER, run.pk)


def _planned(run: PayRun) -> Plan:
    inputs = {intake.kind: intake for intake in Intake.seen_by(VIEWER).filter(run=run, is_current=True)}
    earlier, before = earlier_runs(run), runs_of_last_year(run)
    barred = not_paid_again(run)
    depends_on = {
        "files": {kind: intake.accepted_file for kind, intake in inputs.items()},
        "period": [run.label, run.starts_on, run.pays_on, run.account.withholding_periods],
        "earlier": [each.digest for each in (*before, *earlier)],
        "people": [run.names, [each.who for each in barred]],
        "rules": rules_digest(),
    }
    rates, _ = read_rates(
        files.path(inputs["rates"].accepted_file), on=run.starts_on, name=inputs["rates"].name
    )
    shares = _shares(inputs, digest(depends_on), run.names, [each.who for each in barred])
    plan = Plan(run, shares, rates, earlier, before, barred, inputs)
    with transaction.atomic():
        now = _locked(run)
        if now is not None:
            wanted = {share.number: share.wanted for share in plan.shares}
            held = Chunk.seen_by(VIEWER).filter(run=run).values_list("pk", "number", "input")
            stale = [pk for pk, number, source in held if wanted.get(number) != source]
            outdated = Chunk.seen_by(VIEWER).filter(pk__in=stale)
            replace_derived(VIEWER, now, outdated, [], "payroll.finish", why="files or rules are others now")
    return plan


def _shares(inputs: dict[str, Intake], source: str, names: list[str], barred: list[str]) -> list[Share]:
    everybody = _everybody(inputs, names, barred)
    size = _size(everybody.len())
    shares = []
    for number, start in enumerate(range(0, everybody.len(), size)):
        ids = everybody[start : start + size]
        wanted = digest([source, number, ids[0], ids[-1]])
        shares.append(Share(number, wanted, ids[0], ids[-1], ids.len()))
    return shares


def _everybody(inputs: dict[str, Intake], names: list[str], barred: list[str]) -> pl.Series:
    """The employees of the files of people and of time, each once and in order: only identifiers are read."""
    ids = [_wanted(inputs, kind, names, barred).select("employee").unique() for kind in ("hr", "time")]
    return pl.concat(ids).unique().sort("employee").collect(engine="streaming")["employee"]


def _wanted(inputs: dict[str, Intake], kind: str, names: list[str], barred: list[str]) -> pl.LazyFrame:
    """The rows of those whom a run names, or of everybody, less those who are not to be paid by it."""
    rows = pl.scan_parquet(files.path(inputs[kind].accepted_file))
    if names:
        rows = rows.filter(pl.col("employee").is_in(names))
    return rows.filter(~pl.col("employee").is_in(barred)) if barred else rows


def chunks_of(run: PayRun, inputs: dict[str, Intake]) -> int:
    """Into how many chunks a calculation of these files will be cut: only identifiers are read."""
    everybody = _everybody(inputs, run.names, [each.who for each in not_paid_again(run)]).len()
    return -(-everybody // _size(everybody))


def _size(everybody: int) -> int:
    return min(max(FEWEST_IN_A_CHUNK, everybody // CHUNKS), MOST_IN_A_CHUNK)


@cache
def rules_digest() -> str:
    """The digest of the rules and tables as they stand: results of other rules are not taken for results of these."""
    home = Path(__file__).parent
    paths = sorted(path for part in ("law", "rules") for path in (home / part).rglob("*.*") if path.is_file())
    content = [
        (str(path.relative_to(home)), path) for path in paths if path.suffix in (".py", ".toml", ".csv")
    ]
    return digest([(name, sha256(path.read_bytes()).hexdigest()) for name, path in content])


def _is_done(plan: Plan, share: Share) -> bool:
    return Chunk.seen_by(VIEWER).filter(run=plan.run, number=share.number, input=share.wanted).exists()


def _compute_share(plan: Plan, share: Share) -> None:
    run = plan.run
    people, times = (plan.rows(kind, share) for kind in ("hr", "time"))
    prepared = prepare(
        with_leave(opening(people, _closings(share, plan.earlier, closing)), _leave(plan, share)),
        times,
        plan.rates,
        run.pay_period,
        withholding_periods=run.account.withholding_periods,
    )
    mixed = mixed_up(people, times)
    result = calculate(
        prepared.facts.filter(~pl.col("employee").is_in([each.who for each in mixed])), run.pay_period
    )
    content = BytesIO()
    result.frame.write_parquet(content, compression="zstd", statistics=True, row_group_size=TOGETHER)
    ids = result.frame["employee"] if result.frame.height else pl.Series([""])
    chunk = Chunk(
        run=run,
        number=share.number,
        input=share.wanted,
        file=files.put(content.getvalue()),
        first=str(ids[0]),
        last=str(ids[-1]),
        people=result.frame.height,
        findings=[each.as_dict() for each in (*prepared.findings, *mixed)],
        of_pay=[each.as_dict() for each in result.findings],
        totals=plain_totals(totals(result.frame)),
    )
    with transaction.atomic():
        now = _locked(run)
        if now is not None and not _is_done(plan, share):
            former = Chunk.seen_by(VIEWER).filter(number=share.number)
            replace_derived(VIEWER, now, former, [chunk], "payroll.finish")


def _leave(plan: Plan, share: Share) -> list[pl.DataFrame]:
    """The leave that earlier runs left the people of a share, oldest first: it does not end with the year."""
    return _closings(share, [*plan.before, *plan.earlier], leave_left)


def _closings(
    share: Share, earlier: list[PayRun], what: Callable[[pl.LazyFrame], pl.LazyFrame]
) -> list[pl.DataFrame]:
    """What earlier runs left the people of a share, oldest first."""
    first, last = share.first, share.last
    if not earlier:
        return []
    chunks = Chunk.seen_by(VIEWER).filter(run__in=earlier, people__gt=0)
    chunks = chunks.order_by("run__starts_on", "number")
    kept = [each for each in chunks.defer("findings", "totals") if each.first <= last and each.last >= first]
    within = pl.col("employee").is_between(pl.lit(first), pl.lit(last))
    frames = [what(pl.scan_parquet(files.path(each.file)).filter(within)) for each in kept]
    return pl.collect_all(frames)


def _locked(run: PayRun) -> PayRun | None:
    """The run as it stands, held until the transaction ends; None when this calculation of it is over."""
    same = {"pk": run.pk, "version": run.version, "state": "calculating"}
    return PayRun.seen_by(VIEWER).filter(**same).select_for_update().first()


def _finished(plan: Plan) -> bool:
    """Write the outcome down if every chunk is there; True when there is nothing left to do, whoever did it."""
    if plan.is_current and not _is_complete(plan):
        return False
    more = edited(plan.run, plan.inputs) if plan.is_current else Edits()
    with transaction.atomic():
        run = _locked(plan.run)
        if run is None:
            return True
        if not _is_complete(plan):
            return False
        chunks = list(Chunk.seen_by(VIEWER).filter(run=run).order_by("number"))
        at_intake = _refused_at_intake(run)
        found = [*plan.barred, *(Finding(**each) for chunk in chunks for each in chunk.findings)]
        found = [each for each in found if not (each.code in FOLLOWS and each.who in at_intake)]
        of_pay = [*(Finding(**each) for chunk in chunks for each in chunk.of_pay), *more.of_pay]
        listed = exceptions(run, None, [*found, *more.of_people])
        listed += exceptions(run, None, of_pay, tell_pay=True)
        former = IntakeException.seen_by(VIEWER).filter(run=run, intake=None)
        put_exceptions(VIEWER, run, former, listed, "payroll.finish")
        errors = {each.who for each in listed if each.severity == "error"}
        outcome = digest([chunk.file for chunk in chunks])
        move(
            VIEWER,
            run,
            "finish",
            evidence=outcome,
            digest=outcome,
            people=sum(chunk.people for chunk in chunks),
            refused=len(at_intake | errors),
            totals=added(chunk.totals for chunk in chunks),
        )
    return True


def _is_complete(plan: Plan) -> bool:
    there = Chunk.seen_by(VIEWER).filter(run=plan.run).order_by("number").values_list("input", flat=True)
    return list(there) == [share.wanted for share in plan.shares]


def _refused_at_intake(run: PayRun) -> set[str]:
    """The employees of whom a file of the run has a record that cannot be used."""
    errors = IntakeException.seen_by(VIEWER).filter(run=run, severity="error").exclude(who="")
    errors = errors.exclude(intake=None).exclude(state="corrected")
    return {who for who in errors.values_list("who", flat=True).distinct() if not who.startswith(NUMBERED)}


def exceptions(
    run: PayRun, intake: Intake | None, found: Iterable[Finding], *, tell_pay: bool = False
) -> list[IntakeException]:
    """Findings as rows of the list of what to mend; `tell_pay` where their words say what somebody is paid."""
    return [
        IntakeException(
            run=run, intake=intake, severity=each.severity, code=each.code, who=each.who[:60], file=each.file[:120],
            line=each.line, field=each.field[:80], words=each.words, expected=each.expected, tells_pay=tell_pay,
        )
        for each in found
    ]  # fmt: skip


def put_exceptions(
    viewer: Viewer,
    run: PayRun,
    former: QuerySet[IntakeException],
    found: Iterable[IntakeException],
    permission: str,
) -> None:
    """Bring the list of a run up to what is found now.

    What was found before as well stays as it is, with its owner and answer; what is found no more is corrected; the
    rest is new. `former` are the rows of the run that this look could have found.
    """
    there: dict[tuple[str, ...], list[IntakeException]] = defaultdict(list)
    for row in former.exclude(state="corrected").order_by("pk").select_for_update(of=("self",)):
        there[_what(row)].append(row)
    replaced: list[str] = []
    put: list[IntakeException] = []
    for row in found:
        same = there[_what(row)].pop(0) if there.get(_what(row)) else None
        if same is None:
            put.append(row)
        elif (same.file, same.line, same.intake_id) != (row.file, row.line, row.intake_id):
            replaced.append(same.pk)
            put.append(changed(same, file=row.file, line=row.line, intake_id=row.intake_id))
    for left in there.values():
        replaced += [row.pk for row in left]
        put += [changed(row, state="corrected") for row in left]
    if replaced or put:
        outdated = IntakeException.seen_by(viewer).filter(pk__in=replaced)
        replace_derived(viewer, run, outdated, put, permission)


def _what(row: IntakeException) -> tuple[str, ...]:
    """What makes two findings the same thing; where it stands in a file does not."""
    return row.severity, row.code, row.who, row.field, row.words, row.expected


def changed(row: IntakeException, **changes: Any) -> IntakeException:
    """The same row with other values, to be put in its place."""
    held = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return IntakeException(**{**held, "version": row.version + 1, **changes})
