"""The calculation of a run, in chunks of people: each chunk once, as a file by digest; killed half way it goes on."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import polars as pl
from django.db import transaction

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.ids import digest
from qsmo.platform.access.door import add_many, move, one
from qsmo.platform.access.viewer import program
from qsmo.platform.store import files
from qsmo.platform.work.jobs import Every, job, later
from qsmo.services.payroll.formats.rates import read_rates
from qsmo.services.payroll.models import Chunk, Intake, IntakeException, PayRun
from qsmo.services.payroll.rules import AgencyRates, calculate, prepare, totals
from qsmo.services.payroll.rules.control import added, plain_totals

PEOPLE_IN_A_CHUNK = 500
VIEWER = program("payroll")


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


SCHEDULE = [Every(minutes=5, job=resume)]


def compute_now(run: PayRun, progress: Callable[[int], None]) -> PayRun:
    """Do the work of `compute` here and now; `progress` is told how many people more are done."""
    try:
        _compute(run, progress)
    except Refusal as refusal:
        with transaction.atomic():
            move(VIEWER, one(PayRun, VIEWER, run.pk), "fail", failure=refusal.words)
        raise
    return one(PayRun, VIEWER, run.pk)


def _compute(run: PayRun, progress: Callable[[int], None]) -> None:
    inputs = {intake.kind: intake for intake in Intake.seen_by(VIEWER).filter(run=run, is_current=True)}
    rates = _rates(inputs["rates"], run)
    work = _shares(inputs)
    with transaction.atomic():
        PayRun.every.filter(pk=run.pk, state="calculating").update(chunks_planned=len(work))
    source = digest({kind: intake.accepted_file for kind, intake in inputs.items()})
    for number, (people, times) in enumerate(work):
        wanted = digest([source, number, len(work)])
        if not Chunk.objects.filter(run=run, number=number, input=wanted).exists():
            _compute_chunk(run, number, wanted, people, times, rates)
        progress(people.height)
    _finish(run, len(work))


def _shares(inputs: dict[str, Intake]) -> list[tuple[pl.DataFrame, pl.DataFrame]]:
    people = pl.read_parquet(files.path(inputs["hr"].accepted_file))
    people = people.with_columns(
        pl.col("^ytd_.*$").fill_null(0)
    )  # a balance that is not stated is nothing yet
    times = pl.read_parquet(files.path(inputs["time"].accepted_file))
    everybody = pl.concat([people["employee"], times["employee"]]).unique().sort()
    shares = []
    for start in range(0, everybody.len(), PEOPLE_IN_A_CHUNK):
        share = everybody[start : start + PEOPLE_IN_A_CHUNK]
        within = pl.col("employee").is_between(pl.lit(share[0]), pl.lit(share[-1]))
        shares.append((people.filter(within), times.filter(within)))
    return shares


def _rates(intake: Intake, run: PayRun) -> AgencyRates:
    rates, _ = read_rates(files.path(intake.accepted_file), on=run.starts_on, name=intake.name)
    return rates


def _compute_chunk(
    run: PayRun,
    number: int,
    wanted: str,
    people: pl.DataFrame,
    times: pl.DataFrame,
    rates: AgencyRates,
) -> None:
    prepared = prepare(
        people, times, rates, run.pay_period, withholding_periods=run.account.withholding_periods
    )
    result = calculate(prepared.facts, run.pay_period)
    content = BytesIO()
    result.frame.write_parquet(content, compression="zstd", statistics=True)
    ids = result.frame["employee"] if result.frame.height else pl.Series([""])
    Chunk.objects.update_or_create(
        run=run,
        number=number,
        defaults={
            "input": wanted,
            "file": files.put(content.getvalue()),
            "first": str(ids[0]),
            "last": str(ids[-1]),
            "people": result.frame.height,
            "findings": [each.as_dict() for each in (*prepared.findings, *result.findings)],
            "totals": plain_totals(totals(result.frame)),
        },
    )


def _finish(run: PayRun, planned: int) -> None:
    from qsmo.services.payroll.actions import exceptions

    with transaction.atomic():
        run = one(PayRun, VIEWER, run.pk)
        chunks = list(Chunk.objects.filter(run=run, number__lt=planned).order_by("number"))
        Chunk.objects.filter(run=run, number__gte=planned).delete()
        found = [Finding(**each) for chunk in chunks for each in chunk.findings]
        IntakeException.every.filter(run=run, intake=None).delete()
        add_many(VIEWER, exceptions(run, None, found), "payroll.finish")
        move(
            VIEWER,
            run,
            "finish",
            evidence=digest([chunk.file for chunk in chunks]),
            digest=digest([chunk.file for chunk in chunks]),
            people=sum(chunk.people for chunk in chunks),
            refused=len({each.who for each in found if each.severity == "error"}),
            totals=added(chunk.totals for chunk in chunks),
            chunks_planned=planned,
        )
