"""What the runs that stand say about one that is computed: who is paid already, and what the edits find."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl
from django.db.models import Q

from qsmo.kernel.finding import Finding
from qsmo.kernel.money import Money
from qsmo.platform.access.viewer import program
from qsmo.platform.store import files
from qsmo.services.payroll.flow import OUTSTANDING, PAID
from qsmo.services.payroll.models import Chunk, Intake, ManualPayment, PayRun
from qsmo.services.payroll.queries import edits
from qsmo.services.payroll.queries.sharing import mark_of, net_banks, sharing

PROGRAM = program("payroll")
PAY = {"employee": pl.String, "gross_cents": pl.Int64, "net_cents": pl.Int64}


@dataclass(frozen=True)
class Edits:
    """Findings of the edits: those whose words tell pay, and those that anybody who mends may read."""

    of_pay: list[Finding] = field(default_factory=list)
    of_people: list[Finding] = field(default_factory=list)


def earlier_than(run: PayRun) -> Q:
    """The condition for the runs whose balances pass to this one: paid earlier, or that day and opened before."""
    return Q(pays_on__lt=run.pays_on) | Q(pays_on=run.pays_on, made_at__lt=run.made_at)


def earlier_runs(run: PayRun) -> list[PayRun]:
    """The runs of the same account and tax year before this one whose pay stands, oldest first."""
    standing = PayRun.seen_by(PROGRAM).filter(
        earlier_than(run), account=run.account_id, state__in=PAID, pays_on__year=run.tax_year
    )
    return list(standing.order_by("pays_on", "made_at"))


def runs_of_last_year(run: PayRun) -> list[PayRun]:
    """The runs of the same account and of the tax year before, whose pay stands, oldest first."""
    standing = PayRun.seen_by(PROGRAM).filter(
        account=run.account_id, state__in=PAID, pays_on__year=run.tax_year - 1
    )
    return list(standing.order_by("pays_on", "made_at"))


def last_run(run: PayRun) -> PayRun | None:
    """The regular run of the account before this one whose pay stands."""
    regular = PayRun.seen_by(PROGRAM).filter(
        account=run.account_id, kind="regular", state__in=PAID, starts_on__lt=run.starts_on
    )
    return regular.order_by("-starts_on").first()


def pay_of(runs: Sequence[PayRun]) -> pl.LazyFrame:
    """The computed rows of runs, in no order; without rows it has the columns of `PAY`."""
    chunks = Chunk.seen_by(PROGRAM).filter(run__in=runs, people__gt=0).order_by("run", "number")
    paths = [files.path(digest) for digest in chunks.values_list("file", flat=True)]
    return (
        pl.scan_parquet(paths, missing_columns="insert", extra_columns="ignore")
        if paths
        else pl.LazyFrame(schema=PAY)
    )


def not_paid_again(run: PayRun) -> list[Finding]:
    """Those whom this run must not pay: paid for the same days by another run, or gone with their final pay before."""
    others = PayRun.seen_by(PROGRAM).filter(account=run.account_id, state__in=PAID).exclude(pk=run.pk)
    same_days = list(others.filter(starts_on=run.starts_on))
    names = (
        sorted({name for each in same_days for name in each.names}) if run.kind == "regular" else run.names
    )
    paid = pay_of(same_days).select("employee").filter(pl.col("employee").is_in(names)).collect()
    found = [
        Finding(
            "paid-before",
            f"This person was paid for {run.starts_on} to {run.during.last} by another run already.",
            expected="a correction as an adjustment of a later pay period",
            who=who,
        )
        for who in paid["employee"].unique().sort()
    ]
    final = others.filter(kind="final", separates_on__lt=run.starts_on)
    gone = {name: each.separates_on for each in final.order_by("separates_on") for name in each.names}
    known = {each.who for each in found} | _only_owed(run, gone)
    return found + [
        Finding(
            "separated",
            f"This person left on {day} with a final pay.",
            expected="nothing for days after that, or a new employee number for a new appointment",
            who=who,
        )
        for who, day in sorted(gone.items())
        if who not in known and (run.kind == "regular" or who in run.names)
    ]


def _only_owed(run: PayRun, among: Collection[str]) -> set[str]:
    """Those who left and of whom a run says nothing but a payment that is owed: no time, and no new appointment."""
    held = Intake.seen_by(PROGRAM).filter(run=run, is_current=True)
    paths = {each.kind: files.path(each.accepted_file) for each in held}
    if not among or not paths.keys() >= {"hr", "time"}:
        return set()
    named = pl.col("employee").is_in(list(among))
    rows = pl.scan_parquet(paths["hr"]).filter(named)
    if not {"ends_on", "entitlements"} <= set(rows.collect_schema().names()):
        return set()
    ended = pl.col("ends_on").cast(pl.String).fill_null("")
    owed = (pl.col("entitlements").fill_null("") != "") & (ended != "") & (ended < str(run.starts_on))
    kept = rows.group_by("employee").agg(owed=owed.all()).filter("owed").collect()["employee"]
    timed = pl.scan_parquet(paths["time"]).filter(named).select("employee").unique().collect()["employee"]
    return set(kept) - set(timed)


def edited(run: PayRun, inputs: Mapping[str, Intake]) -> Edits:
    """What the edits find in a run whose chunks are all there.

    Of everybody only a few columns are held at once; everything else is looked through as it is read.
    """
    limits = edits.Limits(run.account.high_rise_percent, run.account.most_gross_cents)
    whole = pay_of([run])
    closing = [name for name in whole.collect_schema().names() if name.startswith("closing_")]
    below = pl.any_horizontal(pl.col("net_cents") == 0, *(pl.col(name) < 0 for name in closing))
    low = whole.filter(below).select(*PAY, *closing).sort("employee").collect(engine="streaming")
    held = [*PAY, *(name for name in closing if name == "closing_gross_cents")]
    now = whole.select(held).sort("employee").collect(engine="streaming")
    before = last_run(run)
    last = pay_of([before]).select(list(PAY)).collect(engine="streaming") if before else None
    of_pay = [*edits.high_pay(now, last, limits), *edits.low_pay(low), *_beside_the_runs(run, now)]
    of_people = edits.same_people(_perhaps_the_same(inputs).join(now, on="employee", how="semi"))
    of_people += _same_banks(run, now)
    if run.names:
        of_people += edits.named_and_absent(run.names, _known(inputs, pl.Series(run.names)))
    elif last is not None:
        new = now.filter(pl.col("closing_gross_cents") == pl.col("gross_cents"))["employee"]
        known = _known(inputs, last["employee"])
        asked = last.filter(pl.col("employee").is_in(new.implode()) | ~pl.col("employee").is_in(known))
        of_people += edits.coming_and_going(now, known, asked["employee"].to_list())
    return Edits(of_pay, of_people)


def _same_banks(run: PayRun, now: pl.DataFrame) -> list[Finding]:
    """Those of the run whose net pay goes to one bank account, but for those who may share it."""
    kept = run.account.paying.get("banks", {}).get("kept", "")
    if not kept:
        return []
    may = sharing(run.account)
    banks = net_banks(kept).join(now, on="employee", how="semi")
    return edits.same_banks(banks, lambda bank, numbers: set(numbers) <= may.get(mark_of(bank), set()))


def _known(inputs: Mapping[str, Intake], among: pl.Series) -> list[str]:
    """Those among some employees of whom the file of people or of time has a record."""
    files_of = (pl.scan_parquet(files.path(inputs[kind].accepted_file)) for kind in ("hr", "time"))
    wanted = among.unique().to_frame("employee").lazy()
    found = [rows.select("employee").join(wanted, on="employee", how="semi").unique() for rows in files_of]
    return pl.concat(found).unique().collect(engine="streaming")["employee"].to_list()


def _perhaps_the_same(inputs: Mapping[str, Intake]) -> pl.DataFrame:
    """People who share a number made of name and day of birth with another row: all that are the same, and few more."""
    people = pl.scan_parquet(files.path(inputs["hr"].accepted_file)).select("employee", *edits.SAME_PERSON)
    lowered = (pl.col(name).cast(pl.String).str.to_lowercase() for name in edits.SAME_PERSON)
    mark = pl.concat_str(*lowered, separator="|", ignore_nulls=True).hash()
    marks = people.select(mark=mark).collect(engine="streaming")["mark"]
    return people.filter(mark.is_in(marks.filter(marks.is_duplicated()).unique().implode())).collect()


def _beside_the_runs(run: PayRun, now: pl.DataFrame) -> list[Finding]:
    """People of the run to whom a payment by hand is outstanding."""
    manual = ManualPayment.seen_by(PROGRAM).filter(account=run.account_id, state__in=OUTSTANDING)
    by_hand = {each.employee: each for each in manual.order_by("made_at")}
    there = now.filter(pl.col("employee").is_in(list(by_hand)))["employee"]
    return [
        Finding(
            "manual-outstanding",
            f"A payment by hand of ${Money(by_hand[who].amount_cents)} for {by_hand[who].label} is "
            f"{by_hand[who].state}; it has to be taken back where this run pays the same.",
            severity="warning",
            who=who,
        )
        for who in there
    ]
