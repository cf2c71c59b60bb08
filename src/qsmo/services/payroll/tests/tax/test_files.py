"""Certificates in files: tables and federal messages give back what was written, and name the entry that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from qsmo.contract.documents import PayAssignment, StateWithholding, Withholding
from qsmo.kernel.finding import Finding
from qsmo.kernel.money import Money
from qsmo.services.payroll.formats.hr_xml import read_assignments, write_assignments
from qsmo.services.payroll.formats.tables import read_assignments_table, write_assignments_table
from qsmo.services.payroll.rules.intake.documents import assignment_frame, complete
from qsmo.services.payroll.tests.people import ANA, AT, CAY

FORM = Withholding(
    exempt=True,
    signed_on=date(2025, 3, 1),
    nonresident_alien=True,
    letter=Withholding(status="single", step3=Money.parse("500")),
)
DEE = replace(ANA, withholding=FORM, state=StateWithholding(state="VA", status="all", exemptions=2))
Read = Callable[[Path], Iterator[PayAssignment | Finding]]
FILES: dict[str, tuple[Callable[[Path, Iterable[PayAssignment]], object], Read]] = {
    "people.csv": (write_assignments_table, read_assignments_table),
    "people.parquet": (write_assignments_table, read_assignments_table),
    "people.xml": (lambda path, people: write_assignments(path, people, at=AT), read_assignments),
}


@pytest.mark.parametrize("name", FILES)
def test_forms_and_certificates_are_read_back_equal(tmp_path: Path, name: str) -> None:
    write, read = FILES[name]
    write(tmp_path / name, [DEE, CAY])
    assert list(read(tmp_path / name)) == [DEE, CAY]


def test_a_table_read_as_a_frame_is_the_frame_of_its_people(tmp_path: Path) -> None:
    write_assignments_table(tmp_path / "people.parquet", [DEE, CAY])
    read = complete(pl.read_parquet(tmp_path / "people.parquet"))
    names = ["employee", "form_on", "alien", "letter", "state_form"]
    assert read.select(names).equals(assignment_frame([DEE, CAY]).select(names))
    assert "state" not in read.columns


@pytest.mark.parametrize("name", ["people.csv", "people.xml"])
@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        ("VA status=all exemptions=2", "VA spouse=1", "certificate-wrong"),
        ("2020 status=single step3=500.00", "2018 status=single", "certificate-wrong"),
        ("2025-03-01", "2025-02-30", "date-wrong"),
    ],
)
def test_an_entry_that_cannot_be_read_refuses_its_person(
    tmp_path: Path, name: str, right: str, wrong: str, code: str
) -> None:
    write, read = FILES[name]
    path = tmp_path / name
    write(path, [DEE, CAY])
    text = path.read_text("utf-8")
    assert text.count(right) == 1
    path.write_text(text.replace(right, wrong), "utf-8")
    finding, other = read(path)
    assert isinstance(finding, Finding)
    assert finding.code == code
    assert other == CAY
