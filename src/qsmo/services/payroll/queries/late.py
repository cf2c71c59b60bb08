"""Missing and late time: of whom there is no time, or time without a record of the person, and what came too late."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from django.db.models import Case, QuerySet, When

from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.platform.access.door import one
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.store import files
from qsmo.services.payroll import queries
from qsmo.services.payroll.flow import PAID
from qsmo.services.payroll.models import Intake, PayRun
from qsmo.services.payroll.queries import PROGRAM
from qsmo.services.payroll.queries.standing import last_run, pay_of
from qsmo.services.payroll.rules.earnings.codes import TITLES

NO_TIME, NO_PERSON, NEITHER = (
    "no time",
    "time without a record of the person",
    "paid last time, in neither file",
)
REFUSED, LATE = "time was refused", "time came after the cut-off"


@dataclass(frozen=True, slots=True)
class Lacking:
    """One person and what is lacking or late."""

    employee: str
    what: str
    was_paid_last: bool


def lacking(viewer: Viewer, run: PayRun) -> list[Lacking]:
    """Everybody whose time is missing or late in a run, by employee identifier.

    Those of the HR file, of the time file and of the last run are held against each other. Refused (403) to those who
    may not see what is to be mended.
    """
    if not viewer.may("payroll.intake.read", run):
        raise Refusal("not-allowed", "You may not see what is to be mended", status=403)
    files_ = {each.kind: each for each in queries.intakes(viewer, run)}
    people, time = _employees(files_.get("hr")), _employees(files_.get("time"))
    before = last_run(run)
    paid = set(pay_of([before]).select("employee").collect()["employee"]) if before else set()
    if run.names:
        people, time, paid = people & set(run.names), time & set(run.names), set(run.names)
    of_time = queries.exceptions(viewer, run).filter(intake__kind="time", severity="error").exclude(who="")
    refused = set(of_time.exclude(state="corrected").values_list("who", flat=True))
    late = _late(viewer, run, files_.get("time"), time)
    found = {
        **dict.fromkeys(paid - people - time, NEITHER),
        **dict.fromkeys(time - people, NO_PERSON),
        **dict.fromkeys(late & people, LATE),
        **dict.fromkeys(people - time, NO_TIME),
        **dict.fromkeys((people - time) & refused, REFUSED),
    }
    return [Lacking(employee, found[employee], employee in paid) for employee in sorted(found)]


@dataclass(frozen=True, slots=True)
class Differing:
    """One person of a late file and what it says that the file in use does not."""

    employee: str
    what: str
    then: str


SAME_SUMS = "the same hours on other days"
NEW = "in no file that was used"
OUTSIDE, BACK_PAY, NOT_YET = (
    "a run outside the calendar",
    "back pay or a debt in a later pay period",
    "as soon as the file is used",
)
"""By what somebody gets what a late file says: not paid for these days, paid for them, or the run still takes files."""


def late_files(viewer: Viewer, run: PayRun) -> QuerySet[Intake]:
    """The files of a run that came after the cut-off: those that wait first, then as they came."""
    waits = Case(When(state="waiting", then=0), default=1)
    return Intake.seen_by(viewer).filter(run=run, is_late=True).order_by(waits, "made_at", "id")


def late_file(viewer: Viewer, key: str) -> Intake:
    """One file of a run, as it is decided upon where it came late."""
    return one(Intake, viewer, key)


def differing(intake: Intake) -> list[Differing]:
    """The people of a late file of whom it says other things than the file in use, by employee identifier."""
    used = Intake.seen_by(PROGRAM).filter(run=intake.run, kind=intake.kind, is_current=True).first()
    if used is None or used.pk == intake.pk or intake.kind == "rates":
        return []
    late, before = (pl.read_parquet(files.path(each.accepted_file)) for each in (intake, used))
    told = _time_told(late, before) if intake.kind == "time" else _people_told(late, before)
    is_paid = intake.run.state in PAID
    same_days = PayRun.seen_by(PROGRAM).filter(
        account=intake.run.account_id, starts_on=intake.run.starts_on, state__in=PAID
    )
    paid = set(pay_of(list(same_days)).select("employee").collect()["employee"]) if is_paid else set()
    then = {True: BACK_PAY, False: OUTSIDE}
    return [
        Differing(who, words, then[who in paid] if is_paid else NOT_YET)
        for who, words in sorted(told.items())
    ]


def _time_told(late: pl.DataFrame, before: pl.DataFrame) -> dict[str, str]:
    keys = ["employee", "on", "code", "centihours"]
    changed = {
        *late.join(before, on=keys, how="anti")["employee"],
        *before.join(late, on=keys, how="anti").join(late, on="employee", how="semi")["employee"],
    }
    sums = [
        each.filter(pl.col("employee").is_in(changed))
        .group_by("employee", "code")
        .agg(pl.col("centihours").sum())
        for each in (before, late)
    ]
    both = sums[0].join(sums[1], on=["employee", "code"], how="full", coalesce=True, suffix="_late")
    both = both.with_columns(pl.col("centihours", "centihours_late").fill_null(0)).sort("employee", "code")
    moved = both.filter(pl.col("centihours") != pl.col("centihours_late"))
    words: dict[str, list[str]] = {who: [] for who in changed}
    for who, code, old, new in moved.select("employee", "code", "centihours", "centihours_late").rows():
        words[who].append(f"{TITLES.get(code, code)}: {Money(old)} h, late {Money(new)} h")
    known = set(before["employee"])
    return {who: "; ".join(said) or SAME_SUMS if who in known else NEW for who, said in words.items()}


def _people_told(late: pl.DataFrame, before: pl.DataFrame) -> dict[str, str]:
    """Which columns differ, not what they say: what human resources holds of somebody is not shown here."""
    names = [name for name in late.columns if name in before.columns and name != "employee"]
    old = before.group_by("employee").agg(pl.col(names))
    new = late.group_by("employee").agg(pl.col(names))
    both = new.join(old, on="employee", how="left", suffix="_used")
    told = {}
    for row in both.iter_rows(named=True):
        if row[f"{names[0]}_used"] is None:
            told[row["employee"]] = NEW
            continue
        other = [name for name in names if row[name] != row[f"{name}_used"]]
        if other:
            told[row["employee"]] = f"other entries in {', '.join(other)}"
    return told


def _late(viewer: Viewer, run: PayRun, now: Intake | None, there: set[str]) -> set[str]:
    """Whose time is in a late file and was in no file before the cut-off."""
    if now is None or not now.is_late:
        return set()
    on_time = Intake.seen_by(viewer).filter(run=run, kind="time", is_late=False).order_by("-made_at").first()
    return there - _employees(on_time)


def _employees(intake: Intake | None) -> set[str]:
    if intake is None:
        return set()
    rows = pl.scan_parquet(files.path(intake.accepted_file)).select("employee").unique().collect()
    return set(rows["employee"])
