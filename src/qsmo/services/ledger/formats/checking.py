"""From bytes to a report: the checks of files of others as pure functions, for commands, pages and API."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from qsmo.kernel.finding import Refusal
from qsmo.services.ledger.formats.dataact import read_sheet
from qsmo.services.ledger.formats.gtas_bulk import read_bulk
from qsmo.services.ledger.formats.lists import is_budget, read_list, together
from qsmo.services.ledger.formats.payment_request import read_requests
from qsmo.services.ledger.rules.chart import law
from qsmo.services.ledger.rules.checking import gtas, payments
from qsmo.services.ledger.rules.checking.dataact import Given, check_sheets, rules
from qsmo.services.ledger.rules.checking.report import Report
from qsmo.services.ledger.rules.checking.sheet import Sheet
from qsmo.services.ledger.rules.report.gtas import TrialRow

File = tuple[str, bytes]
"""The name of a file and what is in it."""
SAID = re.compile(r"(?<!\d)(20\d\d)\D{0,3}[PMQ_-](0?[1-9]|1[0-2])(?!\d)", re.IGNORECASE)


@dataclass(frozen=True)
class Beside:
    """Files given beside those checked. `prior` is file C of the period before, or SF-133 data of last year."""

    tas: File | None = None
    sf133: Sequence[File] = field(default_factory=tuple)
    prior: Sequence[File] = field(default_factory=tuple)
    d1: File | None = None
    d2: File | None = None
    keys: File | None = None
    activities: File | None = None


def check_dataact(
    files: Mapping[str, File],
    beside: Beside | None = None,
    *,
    year: int | None = None,
    period: int | None = None,
    agency: str = "",
) -> Report:
    """Check DATA Act files A, B and C, as many as are given. Refused (422) where a list beside them cannot be used."""
    beside = beside or Beside()
    report = Report("dataact", rules())
    sheets = {}
    for of, (name, content) in files.items():
        sheet = read_sheet(content, name, of, report)
        if sheet is not None:
            sheets[of] = sheet
    budgets = [*beside.sf133, *(each for each in beside.prior if is_budget(each[1]))]
    prior = next((each for each in beside.prior if not is_budget(each[1])), None)
    given = Given(
        year=year,
        period=period,
        agency=agency.rjust(3, "0") if agency else "",
        at_least=_at_least(sheets),
        accounts=_list(beside.tas, "tas"),
        budget=together([read_list(content, name, "sf133") for name, content in budgets])
        if budgets
        else None,
        keys=_list(beside.keys, "keys"),
        activities=_list(beside.activities, "activities"),
        procurement=_list(beside.d1, "d1"),
        assistance=_list(beside.d2, "d2"),
        prior=_prior(prior),
    )
    given = _dated(given, files, report)
    if len(sheets) < len(files):
        lost = [of for of in files if of not in sheets]
        report.notes.append(
            f"No row of file {' and '.join(lost)} was checked; rules that need it did not run"
        )
    check_sheets(sheets, given, report)
    report.complete(files)
    return report


def check_gtas(
    file: File, *, year: int | None = None, tas: File | None = None, prior: File | None = None
) -> Report:
    """Check a GTAS bulk file. `prior` is that of period 12 of last year, or of an earlier period of the same year."""
    report = Report("gtas", gtas.rules())
    bulk = read_bulk(file[1], file[0], report)
    if bulk is not None:
        rows = _before(prior) if prior else None
        gtas.check_trial(gtas.Trial(file[0], bulk.rows, bulk.lines, report, year, _list(tas, "tas"), rows))
    report.complete(["GTAS"])
    return report


def _before(file: File) -> Sequence[TrialRow]:
    report = Report("gtas", gtas.rules())
    bulk = read_bulk(file[1], file[0], report)
    if bulk is None or not bulk.rows:
        words = f"{file[0]} is no bulk file with rows"
        raise Refusal("prior-unreadable", words, status=422, findings=tuple(report.findings))
    return bulk.rows


def check_payments(file: File) -> Report:
    """Check a Standard Payment Request file."""
    report = Report("payments", payments.rules())
    records = read_requests(file[1], file[0], report)
    if records is not None:
        payments.check_records(records)
    report.complete(["PAM"])
    return report


def _list(file: File | None, what: str) -> list[dict[str, str]] | None:
    return None if file is None else read_list(file[1], file[0], what)


def _prior(file: File | None) -> Sheet | None:
    if file is None:
        return None
    report = Report("dataact", rules())
    sheet = read_sheet(file[1], file[0], "C", report)
    if sheet is None:
        words = f"{file[0]} is neither a file C nor SF-133 data"
        raise Refusal("prior-unreadable", words, status=422, findings=tuple(report.findings))
    return sheet


def _at_least(sheets: Mapping[str, Sheet]) -> int | None:
    """A year before which the files cannot be: the column of program activity keys came with fiscal year 2025."""
    has = any(sheet.has("ProgramActivityReportingKey") for sheet in sheets.values())
    return law()["dataact_rules"].versions[-1].integer("key_column_year") if has else None


def _dated(given: Given, files: Mapping[str, File], report: Report) -> Given:
    """The year and period asked for, or those that the SF-133 or the names of the files say; noted in the report."""
    if given.year is not None:
        return given
    said = {(row.get("FiscalYear", ""), row.get("ReportingPeriod", "")) for row in given.budget or ()}
    whole = {(int(year), int(period)) for year, period in said if year.isdigit() and period.isdigit()}
    where = "the SF-133"
    if not whole:
        matches = [SAID.search(name) for name, _ in files.values()]
        whole = {(int(match[1]), int(match[2])) for match in matches if match}
        where = "the names of the files"
    if len(whole) == 1:
        [(year, period)] = whole
        report.notes.append(f"Fiscal year {year}, period {period} as {where} say")
        return replace(given, year=year, period=given.period or period)
    if len(whole) > 1 and where == "the SF-133":
        year, period = max(whole)
        report.notes.append(f"Fiscal year {year}, period {period}: the latest of the SF-133 data")
        return replace(given, year=year, period=given.period or period)
    return given
