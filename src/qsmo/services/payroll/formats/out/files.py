"""Every file that a run is written as: what each is called, what it holds, and the function that writes it.

The same run with the same lists gives the same bytes: nothing here looks at a clock.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import polars as pl

from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.ids import plain as as_plain
from qsmo.kernel.period import PayPeriod
from qsmo.services.payroll.formats.out.bank.disbursing import (
    Adapter,
    Day,
    Written,
    each_payment,
    write_requests,
)
from qsmo.services.payroll.formats.out.bank.nacha import write_nacha
from qsmo.services.payroll.formats.out.bank.spr import write_spr
from qsmo.services.payroll.formats.out.report import tables
from qsmo.services.payroll.formats.out.report.everybody import lines_of
from qsmo.services.payroll.formats.out.statement_xml import columns, write_statements
from qsmo.services.payroll.formats.out.tax.w2 import people_of, write_w2
from qsmo.services.payroll.formats.paying.office import Office
from qsmo.services.payroll.rules.outcome import accounting, destinations, payments, wages
from qsmo.services.payroll.rules.outcome.journal import Event, payroll_journal

SAME_TIME = (1980, 1, 1, 0, 0, 0)
"""Every member of a bundle is dated so: the digest is that of the content."""
NO_BANKS = "No list of bank accounts is kept, so nobody's pay has a way to go"


@dataclass(frozen=True)
class Bundle:
    """A run as its files need it: its results and people as files, the lists of the payroll office, the year's runs.

    `stopped` are employees whose net pay was stopped. `year` holds the chunks of the runs of the tax year through this
    one, oldest first, and `year_hr` the HR files of the same runs: somebody who left is in an earlier one alone.
    """

    run: str
    label: str
    pay_period: PayPeriod
    payer: str
    tas: str
    made_at: datetime
    chunks: tuple[Path, ...]
    hr: Path
    year: tuple[tuple[Path, ...], ...]
    year_hr: tuple[Path, ...]
    office: Office
    banks: pl.DataFrame
    chart: pl.DataFrame
    stopped: frozenset[str] = frozenset()

    @property
    def day(self) -> Day:
        """When and for whom the payments are."""
        return Day(self.pay_period.pay_date, self.made_at, self.run, self.payer, self.tas)

    @property
    def frames(self) -> Iterator[pl.DataFrame]:
        """The computed rows, a chunk at a time."""
        return (pl.read_parquet(path) for path in self.chunks)

    @cached_property
    def people(self) -> pl.DataFrame:
        """The HR rows of everybody in the run's file, the last one of each person."""
        return pl.read_parquet(self.hr).sort("effective_on").unique("employee", keep="last").sort("employee")

    def named(self, employees: pl.Series) -> dict[str, dict[str, Any]]:
        """HR rows by employee, of these employees."""
        rows = self.people.filter(pl.col("employee").is_in(employees.implode())).iter_rows(named=True)
        return {row["employee"]: row for row in rows}

    def named_in_year(self, employees: pl.Series) -> dict[str, dict[str, Any]]:
        """The last HR rows of the year, by employee, of these employees."""
        found: dict[str, dict[str, Any]] = {}
        for path in reversed(self.year_hr):
            left = employees.filter(~employees.is_in(list(found)))
            if left.is_empty():
                break
            rows = pl.scan_parquet(path).filter(pl.col("employee").is_in(left.implode())).sort("effective_on")
            found |= {row["employee"]: row for row in rows.collect().iter_rows(named=True)}
        return found

    @cached_property
    def payments(self) -> payments.Payments:
        """Everything that is paid, and all that is due and has no way to be paid."""
        paid_on = destinations.paid_on(self.pay_period.pay_date)
        wanted = pl.concat(
            [pl.DataFrame(schema=payments.DUE), *(payments.due(each, paid_on) for each in self.frames)]
        )
        kept = wanted.filter(
            (pl.col("purpose") != payments.NET) | ~pl.col("employee").is_in(list(self.stopped))
        )
        return payments.payments(kept, self.banks)

    def shares(self, unpaid: frozenset[str] = frozenset()) -> pl.DataFrame:
        """Whose money the run spends; without the net pay of those who are not paid."""
        on = self.pay_period.pay_date
        return accounting.added(
            accounting.shares(each, self.people, self.chart, tas=self.tas, on=on, unpaid=unpaid)
            for each in self.frames
        )


Outcome = tuple[Written, list[Finding]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file. `suffix` names the form; `words` say what it holds and for whom."""

    title: str
    suffix: str
    words: str
    write: Callable[[Bundle, Path], Outcome]

    @property
    def media(self) -> str:
        """The media type."""
        return MEDIA[self.suffix]


MEDIA = {
    ".txt": "text/plain",
    ".csv": "text/csv",
    ".xml": "application/xml",
    ".jsonl": "application/x-ndjson",
    ".parquet": "application/vnd.apache.parquet",
    ".zip": "application/zip",
}


def _paid(adapter: Adapter) -> Callable[[Bundle, Path], Outcome]:
    def write(bundle: Bundle, path: Path) -> Outcome:
        if bundle.banks.is_empty():
            raise Refusal("banks-missing", NO_BANKS, status=422)
        found = bundle.payments
        people = bundle.named(found.frame["employee"])
        return adapter(path, bundle.office, each_payment(found.frame, people), bundle.day), []

    return write


def _unpaid(bundle: Bundle, path: Path) -> Outcome:
    found = bundle.payments.findings
    rows = [(each.who, each.field, each.words) for each in found]
    frame = pl.DataFrame(
        rows, schema=dict.fromkeys(("employee", "purpose", "words"), pl.String), orient="row"
    )
    stopped = pl.DataFrame(
        [(who, payments.NET, "Net pay was stopped.") for who in sorted(bundle.stopped)],
        schema=frame.schema,
        orient="row",
    )
    written = tables.write_table(path, pl.concat([frame, stopped]))
    if bundle.banks.is_empty():
        return written, [
            Finding("banks-missing", NO_BANKS, field="banks", expected="the list `banks` of the account")
        ]
    return written, list(found)


def _remittances(bundle: Bundle, path: Path) -> Outcome:
    on = bundle.pay_period.pay_date
    whole = destinations.added(destinations.remittances(each, on) for each in bundle.frames)
    return tables.write_table(path, whole), []


def _taxes(bundle: Bundle, path: Path) -> Outcome:
    found = tables.federal_taxes(bundle.frames, bundle.pay_period.pay_date)
    written = tables.write_table(path, found)
    return Written(written.records, int(found["amount_cents"][-1])), []


def _savings(bundle: Bundle, path: Path) -> Outcome:
    office = bundle.office.need("The savings plan file", "payroll_office")["payroll_office"]
    period = bundle.pay_period
    parts = [
        tables.savings(each, bundle.people, office, period.pay_date, period.during.last)
        for each in bundle.frames
    ]
    return tables.write_table(path, pl.concat(parts)), []


def _wages(bundle: Bundle, path: Path) -> Outcome:
    runs = [pl.scan_parquet(list(chunks)) for chunks in bundle.year if chunks]
    found = wages.wages(runs, bundle.pay_period.pay_date)
    people = people_of(found.frame.iter_rows(named=True), bundle.named_in_year(found.frame["employee"]))
    written, faults = write_w2(path, bundle.office, people, bundle.pay_period.pay_date.year)
    return written, [*found.findings, *faults]


def _statements(bundle: Bundle, path: Path) -> Outcome:
    people = {row["employee"]: row for row in bundle.people.iter_rows(named=True)}
    wanted = set(columns(bundle.pay_period))
    told = (frame.select(name for name in frame.columns if name in wanted) for frame in bundle.frames)
    rows = (row for frame in told for row in frame.iter_rows(named=True))
    return write_statements(path, rows, people, bundle.pay_period, at=bundle.made_at), []


def _books(bundle: Bundle, path: Path) -> Outcome:
    """Both journals of the run, earned and paid, as documents of one line each."""
    on = bundle.pay_period.pay_date
    shares = {"accrue": bundle.shares(), "disburse": bundle.shares(bundle.stopped)}
    journals = [
        payroll_journal(bundle.run, own, entity=bundle.payer, on=on, event=cast(Event, event))
        for event, own in shares.items()
    ]
    text = "".join(json.dumps(as_plain(each.body()), sort_keys=True) + "\n" for each in journals)
    path.write_text(text, encoding="utf-8", newline="\n")
    unlisted = accounting.unlisted(bundle.people, bundle.chart)
    words = "“{}” is not on the agency's list of accounts; the account's own symbol pays for it."
    return Written(len(journals), journals[0].debits.cents), [
        Finding("accounting-unlisted", words.format(text), severity="warning", field="accounting",
                expected="an accounting text of the agency's list")
        for text in unlisted
    ]  # fmt: skip


def _costs(bundle: Bundle, path: Path) -> Outcome:
    frame = bundle.shares().rename({"cents": "amount_cents"})
    written = tables.write_table(path, frame)
    cost = frame.filter(pl.col("measure").is_in([accounting.GROSS, accounting.EMPLOYER]))[
        "amount_cents"
    ].sum()
    return Written(written.records, int(cost)), []


def _feed(bundle: Bundle, path: Path) -> Outcome:
    parts = [tables.feed(each, bundle.people, bundle.pay_period) for each in bundle.frames]
    return tables.write_table(path, pl.concat(parts, how="diagonal"), "net_cents"), []


def _lines(bundle: Bundle, path: Path) -> Outcome:
    period = bundle.pay_period
    parts = [lines_of(each, bundle.label, period.during.start, period.pay_date) for each in bundle.frames]
    whole = pl.concat(parts)
    if path.suffix == ".csv":
        whole.write_csv(path, line_terminator="\n")
    else:
        whole.write_parquet(path, compression="zstd", statistics=True)
    net = whole.filter(pl.col("name") == "net_cents")["amount_cents"].sum()
    return Written(whole.height, int(net)), []


def _rows(bundle: Bundle, path: Path) -> Outcome:
    whole = pl.concat(list(bundle.frames), how="diagonal")
    return tables.write_table(path, whole, "net_cents"), []


KINDS: Mapping[str, Kind] = {
    "ach": Kind(
        "ACH file", ".txt", "payments to banks: people, and support with its addenda", _paid(write_nacha)
    ),
    "treasury": Kind("Treasury payment request", ".txt", "the same payments for Treasury", _paid(write_spr)),
    "requests": Kind("Payment requests", ".jsonl", "the same payments as documents", _paid(write_requests)),
    "unpaid": Kind("No way to be paid", ".csv", "who is owed pay that no payment carries", _unpaid),
    "remittances": Kind(
        "Remittances", ".csv", "what OPM, IRS, the savings plan and others get", _remittances
    ),
    "taxes": Kind("Federal taxes", ".csv", "wages and taxes as the quarterly return asks", _taxes),
    "savings": Kind("Savings plan", ".csv", "contributions and loans for the record keeper", _savings),
    "wages": Kind("Wage statements", ".txt", "Forms W-2 of the year so far, for SSA (EFW2)", _wages),
    "statements": Kind("Statements", ".xml", "everybody's statement in the federal XML form", _statements),
    "journals": Kind("Journals", ".jsonl", "the books, as documents for the ledger", _books),
    "costs": Kind("Costs", ".csv", "by account symbol, fund, program and object class", _costs),
    "feed": Kind("Payroll feed", ".csv", "everybody's pay data in the terms of EHRI", _feed),
    "lines": Kind("Lines", ".csv", "every line of everybody", _lines),
    "columns": Kind("Columns", ".parquet", "every fact and every figure of everybody", _rows),
}
"""In the order in which they are written and shown. State wage records are in none: no layout of them is on file."""
EVERYTHING = "everything"
PAYING = ("ach", "treasury", "requests")
"""Files that move money: once a run is paid out they are never written anew."""


def write_everything(path: Path, members: Mapping[str, tuple[Path, str, Written]]) -> Written:
    """One archive of all files, with an index of their digests; `members` by name: content, digest, what it holds."""
    index = ["file,sha256,records,cents"]
    index += [f"{name},{digest},{held.records},{held.cents}" for name, (_, digest, held) in members.items()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, (content, _, _) in members.items():
            member = zipfile.ZipInfo(name, SAME_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            with content.open("rb") as source, archive.open(member, "w", force_zip64=True) as target:
                while piece := source.read(1 << 20):
                    target.write(piece)
        archive.writestr(zipfile.ZipInfo("index.csv", SAME_TIME), "\n".join([*index, ""]))
    return Written(len(members), 0)
