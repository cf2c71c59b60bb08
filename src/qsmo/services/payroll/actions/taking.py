"""A file that is taken in, read: what can be used of it is kept as a table, the rest is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from qsmo.contract.documents import PayAssignment, TimeRecord
from qsmo.kernel.finding import Finding
from qsmo.platform.store import files
from qsmo.services.payroll.formats.hr_xml import read_assignments
from qsmo.services.payroll.formats.plain.parquet import fits
from qsmo.services.payroll.formats.plain.people import take_people
from qsmo.services.payroll.formats.plain.times import take_times
from qsmo.services.payroll.formats.rates import read_rates
from qsmo.services.payroll.formats.tables import (
    ASSIGNMENTS,
    FURTHER,
    TIMES,
    read_assignments_table,
    read_times_table,
    write_assignments_table,
    write_times_table,
)
from qsmo.services.payroll.formats.time_xml import read_times
from qsmo.services.payroll.models import PayRun

PARQUET = ".parquet"
TABLES = (".csv", PARQUET)
Document = TypeVar("Document", PayAssignment, TimeRecord)


@dataclass
class Taken:
    """What reading a file came to: how many records are used, what was found, and the digest of what is kept."""

    accepted: int = 0
    found: list[Finding] = field(default_factory=list)
    kept: str = ""

    @property
    def refused(self) -> int:
        """How many records (people, rows) cannot be used."""
        return len(
            {each.who or f"{each.file}:{each.line}" for each in self.found if each.severity == "error"}
        )


def _good(stream: Iterator[Document | Finding], taken: Taken) -> Iterator[Document]:
    """The records that can be used; what was found about the others goes to `taken`."""
    for each in stream:
        if isinstance(each, Finding):
            taken.found.append(each)
        else:
            taken.accepted += 1
            yield each


def _take_hr(run: PayRun, path: Path, name: str, _stored: str) -> Taken:
    agencies = run.account.agency_codes
    if path.suffix.lower() == PARQUET and fits(path, ASSIGNMENTS, name, FURTHER):
        return _by_columns(partial(take_people, path, agencies=agencies, name=name))
    read = read_assignments_table if path.suffix.lower() in TABLES else read_assignments
    taken = Taken()
    good = _good(read(path, agencies=agencies, name=name), taken)
    taken.kept = files.keep(PARQUET, partial(write_assignments_table, assignments=good))
    return taken


def _take_time(run: PayRun, path: Path, name: str, _stored: str) -> Taken:
    agencies, during = run.account.agency_codes, run.during
    if path.suffix.lower() == PARQUET and fits(path, TIMES, name):
        return _by_columns(partial(take_times, path, agencies=agencies, during=during, name=name))
    read = read_times_table if path.suffix.lower() in TABLES else read_times
    taken = Taken()
    good = _good(read(path, agencies=agencies, during=during, name=name), taken)
    taken.kept = files.keep(PARQUET, partial(write_times_table, times=good))
    return taken


def _by_columns(take: Callable[[Path], tuple[int, list[Finding]]]) -> Taken:
    came: list[tuple[int, list[Finding]]] = []
    kept = files.keep(PARQUET, lambda target: came.append(take(target)))
    return Taken(*came[0], kept)


def _take_rates(run: PayRun, path: Path, name: str, stored: str) -> Taken:
    rates, found = read_rates(path, on=run.starts_on, name=name)
    return Taken(len(rates.fehb) + len(rates.retirement), found, stored)


READERS: dict[str, Callable[[PayRun, Path, str, str], Taken]] = {
    "hr": _take_hr,
    "time": _take_time,
    "rates": _take_rates,
}
"""How a file of each kind is read: for a run, from a path, called so, stored under that digest."""
