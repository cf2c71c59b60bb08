"""What a run was written as, the lists that writing rests on, and one's own wages of a year."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from django.db.models import Prefetch

from qsmo.kernel.finding import Finding, Refusal
from qsmo.platform.access.door import one
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.record.trail import entries_of
from qsmo.platform.store import files
from qsmo.platform.work.progress import how_far
from qsmo.services.payroll.formats.out.bank.disbursing import Written
from qsmo.services.payroll.formats.out.files import EVERYTHING, KINDS, Bundle
from qsmo.services.payroll.formats.paying.banks import BANKS
from qsmo.services.payroll.formats.paying.office import Office
from qsmo.services.payroll.models import Account, Archive, Chunk, Intake, PayPerson, PayRun
from qsmo.services.payroll.queries import PROGRAM, Progress
from qsmo.services.payroll.queries.payments import stopped
from qsmo.services.payroll.queries.printing import archive_name
from qsmo.services.payroll.queries.standing import earlier_runs
from qsmo.services.payroll.rules.outcome.accounting import CHART, added, needed, shares
from qsmo.services.payroll.rules.outcome.wages import TITLES, wages

LISTS = {
    "banks": "Bank accounts (CSV or Parquet)",
    "office": "Items of the payroll office (CSV)",
    "chart": "Accounting texts and account symbols (CSV)",
}
WHOLE = ("Everything", ".zip", "all of these files, with an index of their digests", "application/zip")


@dataclass(frozen=True, slots=True)
class RunFile:
    """One file of a run: written under a digest, or not written, and then why."""

    kind: str
    title: str
    words: str
    name: str
    media: str
    digest: str
    held: Written
    why: str


@dataclass(frozen=True, slots=True)
class KeptList:
    """A list that an account keeps: what it is, where it came from, and how much of it is used."""

    kind: str
    title: str
    name: str
    digest: str
    accepted: int
    refused: int


@dataclass(frozen=True, slots=True)
class OwnWages:
    """An employee's amounts of one year with one agency, by title, in cents; `found` says why there are none."""

    account: Account
    employee: str
    year: int
    amounts: tuple[tuple[str, int], ...]
    found: tuple[Finding, ...]


def written(viewer: Viewer, run: PayRun) -> list[RunFile]:
    """What a run was written as, or is not; refused (403) but for those who may read its files."""
    if not viewer.may("payroll.files.read", run):
        raise Refusal("not-allowed", "You may not see what this run was written as", status=403)
    shown = [(kind, each.title, each.suffix, each.words, each.media) for kind, each in KINDS.items()]
    title, suffix, words, media = WHOLE
    rows = [*shown, (EVERYTHING, title, suffix, words, media)]
    return [_run_file(run, *row) for row in rows]


def writing_of(run: PayRun) -> str:
    """What the writing of a run is called among the work that somebody waits for."""
    return f"payroll files of {run.pk}"


def writing(viewer: Viewer, run: PayRun) -> Progress | None:
    """How far the writing of a run's files is; None where nothing is being written, or the viewer may not see it."""
    found = how_far(writing_of(run)) if viewer.may("payroll.files.read", run) else None
    return Progress(*found) if found else None


def _run_file(run: PayRun, kind: str, title: str, suffix: str, words: str, media: str) -> RunFile:
    said = run.files.get(kind, {})
    held = Written(said.get("records", 0), said.get("cents", 0))
    digest = said.get("digest", "")
    return RunFile(kind, title, words, name_of(run, kind, suffix), media, digest, held, said.get("why", ""))


def name_of(run: PayRun, kind: str, suffix: str) -> str:
    """What a file is called when it is saved."""
    return f"{run.called}-{kind}{suffix}"


def archived_file(run: PayRun, found: Archive) -> RunFile:
    """An archive of printed statements as a file of its run."""
    held = Written(found.people - len(found.unprinted), 0)
    name = archive_name(run, found)
    return RunFile("printed", "Statements", "tagged PDF", name, "application/zip", found.file, held, "")


def written_file(viewer: Viewer, run_id: str, kind: str) -> RunFile:
    """One file of a run; refused (404) where it was not written."""
    run = one(PayRun, viewer, run_id)
    found = next((each for each in written(viewer, run) if each.kind == kind and each.digest), None)
    if found is None:
        raise Refusal("not-found", f"{run} has no file “{kind}” that was written", status=404)
    return found


def lists(viewer: Viewer, account: Account) -> list[KeptList]:
    """The lists of an account that writing rests on; empty for those who do not write files."""
    if not viewer.may("payroll.files.read", account):
        return []
    kept = ((kind, title, account.paying.get(kind, {})) for kind, title in LISTS.items())
    return [
        KeptList(
            kind,
            title,
            said.get("name", ""),
            said.get("file", ""),
            said.get("accepted", 0),
            said.get("refused", 0),
        )
        for kind, title, said in kept
    ]


def list_findings(viewer: Viewer, account: Account, kind: str) -> list[Finding]:
    """What was wrong with lines of a list that is kept."""
    digest = account.paying.get(kind, {}).get("found", "")
    if not digest or not viewer.may("payroll.files.read", account):
        return []
    return [Finding(**each) for each in json.loads(files.path(digest).read_text(encoding="utf-8"))]


def bundle_of(run: PayRun) -> Bundle:
    """A run as its files need it. Only for the writing itself: nobody's right is asked."""
    account, paying = run.account, run.account.paying
    certified = entries_of(run).filter(verb="certify").last()
    if certified is None:
        raise Refusal("run-not-certified", f"{run} is {run.state}: only certified runs are written")
    runs = [*earlier_runs(run), run]
    year, year_hr = tuple(map(_chunks, runs)), tuple(map(_hr, runs))
    return Bundle(
        run=run.pk,
        label=run.called,
        pay_period=run.pay_period,
        payer=account.customer_id,
        tas=account.tas,
        made_at=certified.at,
        chunks=year[-1],
        hr=year_hr[-1],
        year=year,
        year_hr=year_hr,
        office=Office(_kept_items(paying)),
        banks=_kept_frame(paying, "banks", pl.DataFrame(schema=BANKS)),
        chart=_kept_frame(paying, "chart", pl.DataFrame(schema=CHART)),
        stopped=stopped(PROGRAM, run),
    )


PLACED = ("employee", "effective_on", "work_schedule", "accounting")
"""What of a person says which money pays them."""


def shares_of(run: PayRun, unpaid: frozenset[str] = frozenset()) -> pl.DataFrame:
    """Whose money a calculated run spends. Only for journals: nobody's right is asked."""
    account = run.account
    hr = Intake.seen_by(PROGRAM).get(run=run, kind="hr", is_current=True)
    rows = pl.scan_parquet(files.path(hr.accepted_file))
    asked = [name for name in PLACED if name in rows.collect_schema().names()]
    chart = _kept_frame(account.paying, "chart", pl.DataFrame(schema=CHART))
    wanted = set(needed(run.pays_on))
    parts = []
    for path in _chunks(run):
        lazy = pl.scan_parquet(path)
        frame = lazy.select(name for name in lazy.collect_schema().names() if name in wanted).collect()
        first, last = (pl.lit(frame["employee"][place]) for place in (0, -1))
        theirs = pl.col("employee").is_between(first, last)
        people = rows.select(asked).filter(theirs).collect().sort("effective_on")
        people = people.unique("employee", keep="last")
        parts.append(shares(frame, people, chart, tas=account.tas, on=run.pays_on, unpaid=unpaid))
    return added(parts)


def _chunks(run: PayRun) -> tuple[Path, ...]:
    held = Chunk.seen_by(PROGRAM).filter(run=run, people__gt=0).order_by("number")
    return tuple(files.path(digest) for digest in held.values_list("file", flat=True))


def _hr(run: PayRun) -> Path:
    return files.path(Intake.seen_by(PROGRAM).get(run=run, kind="hr", is_current=True).accepted_file)


def _kept_items(paying: dict[str, dict[str, str]]) -> dict[str, str]:
    digest = paying.get("office", {}).get("kept", "")
    items: dict[str, str] = json.loads(files.path(digest).read_text(encoding="utf-8")) if digest else {}
    return items


def _kept_frame(paying: dict[str, dict[str, str]], kind: str, empty: pl.DataFrame) -> pl.DataFrame:
    digest = paying.get(kind, {}).get("kept", "")
    return pl.read_parquet(files.path(digest)) if digest else empty


def own_wages(viewer: Viewer) -> list[OwnWages]:
    """The viewer's own amounts of Form W-2, year by year, newest first: of certified runs, so far."""
    if not viewer.person:
        return []
    account = Prefetch("account", Account.seen_by(PROGRAM).select_related("customer"))
    links = PayPerson.seen_by(viewer).filter(person_id=viewer.person).prefetch_related(account)
    found: list[OwnWages] = []
    for link in links.order_by("account_id", "employee"):
        standing = PayRun.seen_by(PROGRAM).filter(account=link.account_id).order_by("pays_on", "made_at")
        by_year: dict[int, list[PayRun]] = {}
        for run in standing:
            if run.is_paid:
                by_year.setdefault(run.tax_year, []).append(run)
        found += [each for year, runs in by_year.items() if (each := _own_year(link, year, runs)) is not None]
    return sorted(found, key=lambda each: -each.year)


def _own_year(link: PayPerson, year: int, runs: list[PayRun]) -> OwnWages | None:
    frames = [pl.scan_parquet(list(chunks)) for chunks in map(_chunks, runs) if chunks]
    told = wages(frames, runs[-1].pays_on, link.employee)
    if told.frame.is_empty() and not told.findings:
        return None
    row = told.frame.row(0, named=True) if told.frame.height else {}
    amounts = tuple((TITLES[name], row[name]) for name in TITLES if row.get(name))
    return OwnWages(link.account, link.employee, year, amounts, tuple(told.findings))
