"""Terms of pay and payments in a table of people: written, read back equal, and paid as from documents."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from qsmo.contract.documents import Entitlement, PayAssignment, PayTerms
from qsmo.kernel.finding import Finding, Refusal
from qsmo.kernel.money import Money
from qsmo.services.payroll.formats.tables import read_assignments_table, write_assignments_table
from qsmo.services.payroll.rules import prepare
from qsmo.services.payroll.rules.intake.earnings.terms import terms_of, terms_text
from qsmo.services.payroll.rules.intake.opening import opening
from qsmo.services.payroll.tests.pay.people import ANALYST, RATES, time_of
from qsmo.services.payroll.tests.pay.random_people import FIRST

TERMS = PayTerms(
    schedule="compressed",
    pay_table="L002",
    standby=Fraction(15, 100),
    law_enforcement=True,
    environment_base=Money.parse("26.11"),
)
PERSON = replace(
    ANALYST,
    ends_on=date(2026, 1, 24),
    terms=TERMS,
    entitlements=(Entitlement("award", Money.parse("500")), Entitlement("annual_leave", centihours=1_050)),
)


def test_terms_are_read_back_as_they_were_written() -> None:
    text = "schedule=compressed; pay_table=L002; standby=0.15; law_enforcement; environment_base=26.11"
    assert terms_text(TERMS) == text
    assert terms_of(text) == TERMS
    assert terms_of(terms_text(PayTerms())) == PayTerms()


@pytest.mark.parametrize(
    "text", ["standby=25", "schedule=odd", "availability=1", "bonus", "environment_base=much"]
)
def test_terms_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(Refusal):
        terms_of(text)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_table_carries_terms_payments_and_the_end_of_employment(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"people{suffix}"
    write_assignments_table(path, [PERSON])
    (read,) = read_assignments_table(path)
    assert isinstance(read, PayAssignment)
    assert (read.terms, read.entitlements, read.ends_on) == (
        PERSON.terms,
        PERSON.entitlements,
        PERSON.ends_on,
    )


def test_a_cell_that_cannot_be_read_is_a_finding_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    write_assignments_table(path, [PERSON])
    path.write_text(path.read_text("utf-8").replace("award 500.00", "award lots"), "utf-8")
    (found,) = read_assignments_table(path)
    assert isinstance(found, Finding)
    assert (found.field, found.line, found.who) == ("entitlements", 2, PERSON.employee)


def test_a_stored_table_is_taken_in_as_the_documents_are(tmp_path: Path) -> None:
    person = replace(PERSON, terms=PayTerms(schedule="compressed", auo=Fraction(25, 100)), ends_on=None)
    path = tmp_path / "people.parquet"
    write_assignments_table(path, [person])
    from_frame = prepare(opening(pl.read_parquet(path), []), [time_of(person.employee)], RATES, FIRST)
    from_documents = prepare([person], [time_of(person.employee)], RATES, FIRST)
    assert from_frame.findings == from_documents.findings
    assert from_frame.facts.equals(from_documents.facts)
    assert from_frame.facts["auo_millionths"].to_list() == [250_000]


def test_a_table_holds_the_parts_of_a_pay_period_and_no_day_twice(tmp_path: Path) -> None:
    later = replace(PERSON, effective_on=date(2026, 1, 18), step="06", basic_pay=Money.parse("89135"))
    path = tmp_path / "people.csv"
    write_assignments_table(path, [PERSON, later])
    found = list(read_assignments_table(path))
    assert [each.effective_on for each in found if isinstance(each, PayAssignment)] == [
        PERSON.effective_on,
        later.effective_on,
    ]
    write_assignments_table(path, [PERSON, later, replace(later, step="07")])
    assert [each.code for each in read_assignments_table(path) if isinstance(each, Finding)] == [
        "employee-twice"
    ]


def test_an_employee_number_is_one_persons(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    write_assignments_table(path, [PERSON, replace(PERSON, ssn="900000009", effective_on=date(2026, 1, 18))])
    assert [each.code for each in read_assignments_table(path) if isinstance(each, Finding)] == [
        "employee-twice"
    ]
