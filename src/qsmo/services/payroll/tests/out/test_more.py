"""Columns that a table of people may leave out: read back equal, empty is the default, a wrong cell is named."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from qsmo.contract.documents import PayAssignment
from qsmo.kernel.finding import Finding
from qsmo.services.payroll.formats.hr_xml import read_assignments, write_assignments
from qsmo.services.payroll.formats.more import MORE
from qsmo.services.payroll.formats.tables import FURTHER, read_assignments_table, write_assignments_table
from qsmo.services.payroll.tests.people import ANA, AT, BEN

WHOLE = replace(ANA, accounting="105.S00I0321.50.11.H40..", address="1319 Main St|Wilmington|DE|19801")


def test_the_federal_message_carries_them_too(tmp_path):
    target = tmp_path / "people.xml"
    write_assignments(target, [WHOLE, BEN], at=AT)
    assert list(read_assignments(target)) == [WHOLE, BEN]
    text = target.read_text(encoding="utf-8").replace('hc:AddrState="DE"', 'hc:AddrState="Delaware"')
    target.write_text(text, encoding="utf-8")
    assert list(read_assignments(target)) == [replace(WHOLE, address=""), BEN]


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_further_columns_are_read_back_equal_and_may_be_empty(tmp_path, suffix):
    target = tmp_path / f"people{suffix}"
    write_assignments_table(target, [WHOLE, BEN])
    assert list(read_assignments_table(target)) == [WHOLE, BEN]


def test_a_table_without_them_is_read_as_before(tmp_path):
    target = tmp_path / "people.parquet"
    write_assignments_table(target, [WHOLE])
    pl.read_parquet(target).drop(*FURTHER).write_parquet(target)
    assert list(read_assignments_table(target)) == [replace(WHOLE, accounting="", address="")]


def test_a_wrong_cell_is_named(tmp_path):
    target = tmp_path / "people.csv"
    write_assignments_table(target, [WHOLE])
    target.write_text(target.read_text(encoding="utf-8").replace("|DE|", "|Delaware|"), encoding="utf-8")
    (found,) = read_assignments_table(target)
    assert isinstance(found, Finding)
    assert (found.code, found.field, found.line) == ("text-wrong", "address", 2)


def test_every_further_column_is_a_field_with_a_default():
    fields = PayAssignment.__dataclass_fields__
    assert {each.name for each in MORE} <= set(fields)
    plain = replace(ANA)
    for each in MORE:
        assert each.shown(getattr(plain, each.name)) == "", each.name
