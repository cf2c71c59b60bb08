"""CSV and Parquet of people and time: the same columns, read back equal, each wrong cell with its line and column."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.services.payroll.formats.tables import (
    ASSIGNMENTS,
    FURTHER,
    TIMES,
    read_assignments_table,
    read_times_table,
    write_assignments_table,
    write_times_table,
)
from qsmo.services.payroll.tests import people
from qsmo.services.payroll.tests.people import ANA, DURING, PEOPLE, apart, edited

KINDS = ("csv", "parquet")


@pytest.mark.parametrize("kind", KINDS)
def test_people_and_time_are_read_back_equal(tmp_path: Path, kind: str) -> None:
    assert write_assignments_table(tmp_path / f"p.{kind}", PEOPLE) == 3
    assert write_times_table(tmp_path / f"t.{kind}", people.TIMES) == 33
    assert list(read_assignments_table(tmp_path / f"p.{kind}", agencies={"GS28"})) == list(PEOPLE)
    assert list(read_times_table(tmp_path / f"t.{kind}", agencies={"GS28"}, during=DURING)) == list(
        people.TIMES
    )


def test_parquet_holds_whole_cents_and_days(tmp_path: Path) -> None:
    write_assignments_table(tmp_path / "p.parquet", PEOPLE)
    frame = pl.read_parquet(tmp_path / "p.parquet")
    assert frame.schema == pl.Schema(ASSIGNMENTS | FURTHER)
    assert frame["basic_pay_cents"].to_list() == [5624300, 5624300, 1862]
    assert frame["tsp_numerator"].to_list() == [1, 0, 1]
    assert frame["tsp_denominator"].to_list() == [20, 1, 20]
    assert frame["ytd_oasdi_wages_cents"].to_list() == [None, 1234567, None]


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("employee", "", "id-wrong"),
        ("employee", "00000001", "employee-twice"),
        ("ssn", "900000001", "ssn-twice"),
        ("ssn", "12345", "ssn-wrong"),
        ("given_name", "", "name-wrong"),
        ("born_on", "1990-02-30", "date-wrong"),
        ("agency", "TR93", "agency-other"),
        ("grade", "17", "code-unknown"),
        ("basic_pay_cents", "56243.5", "amount-wrong"),
        ("basic_pay_cents", "-1", "amount-wrong"),
        ("adjusted_pay_cents", "1", "pay-sum-wrong"),
        ("flsa", "E", "code-unknown"),
        ("fehb", "Z1", "fehb-wrong"),
        ("tsp_numerator", "2", "number-wrong"),
        ("tsp_denominator", "0", "number-wrong"),
        ("tsp_roth", "TRUE", "code-unknown"),
        ("form", "2018", "code-unknown"),
        ("allowances", "2", "w4-mixed"),
        ("exempt", "", "code-unknown"),
        ("ytd_oasdi_cents", "x", "amount-wrong"),
    ],
)
def test_a_wrong_cell_refuses_its_row_with_line_and_column(
    tmp_path: Path, column: str, value: str, code: str
) -> None:
    path = tmp_path / "p.csv"
    write_assignments_table(path, PEOPLE)
    lines = path.read_text("utf-8").splitlines()
    assert lines[2].startswith("00000002,")
    cells = lines[2].split(",")
    place = list(ASSIGNMENTS).index(column)
    assert len(cells) == len(ASSIGNMENTS | FURTHER), "the row has no quoted comma"
    lines[2] = ",".join([*cells[:place], value, *cells[place + 1 :]])
    path.write_text("\n".join(lines) + "\n", "utf-8")
    read, findings = apart(read_assignments_table(path, agencies={"GS28"}))
    assert read == [PEOPLE[0], PEOPLE[2]]
    assert [(found.code, found.file, found.line) for found in findings] == [(code, "p.csv", 3)]
    assert findings[0].field in (column, "form", "tsp_numerator")
    assert findings[0].expected


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (",800\n", ",8:00\n", "number-wrong"),
        (",800\n", ",2401\n", "number-wrong"),
        (",800\n", ",2400\n", "hours-too-many"),
        (",1037,", ",1038,", "code-unknown"),
        ("2026-03-09,1037", "2026-04-09,1037", "day-outside"),
        ("2026-03-09,1037", "2026-03-10,1037", "entry-twice"),
        ("2026-03-22,2026-03-09,1037", "2026-03-15,2026-03-09,1037", "period-wrong"),
        (",800\n", "\n", "row-width"),
    ],
)
def test_a_wrong_row_of_time_refuses_that_person(tmp_path: Path, old: str, new: str, code: str) -> None:
    write_times_table(tmp_path / "t.csv", people.TIMES)
    path = edited(tmp_path / "t.csv", old, new)
    read, findings = apart(read_times_table(path, agencies={"GS28"}, during=DURING))
    assert read == list(people.TIMES[1:])
    assert findings[0].code == code
    assert {found.who for found in findings} == {"00000001"}


def test_rows_of_one_person_in_two_places_are_not_added_up(tmp_path: Path) -> None:
    write_times_table(tmp_path / "t.csv", people.TIMES)
    path = tmp_path / "t.csv"
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1]]) + "\n", "utf-8")
    read, findings = apart(read_times_table(path))
    assert read == list(people.TIMES)
    assert {found.code for found in findings} == {"employee-twice"}


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("p.csv", b"", "file-empty"),
        ("p.parquet", b"", "file-empty"),
        ("p.parquet", b"PAR1 nothing PAR1", "parquet-unreadable"),
        ("p.csv", b"\xff\xfea\x00,\x00", "encoding-wrong"),
        ("p.csv", b"<?xml version='1.0'?>\n", "columns-wrong"),
        ("p.csv", (",".join(ASSIGNMENTS) + "\n").encode(), "records-none"),
        ("p.csv", (",".join(ASSIGNMENTS) + ',"\n').encode(), "csv-malformed"),
        ("p.csv", (",".join([*ASSIGNMENTS, "ssn"]) + "\n").encode(), "columns-wrong"),
        ("p.csv", (",".join(TIMES) + "\n1,2\n").encode(), "columns-wrong"),
    ],
)
def test_what_is_not_such_a_table_is_refused_whole(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Refusal) as caught:
        next(read_assignments_table(tmp_path / name))
    assert (caught.value.code, caught.value.status, caught.value.findings[0].file) == (code, 422, name)


def test_a_parquet_file_broken_off_is_refused_whole(tmp_path: Path) -> None:
    path = tmp_path / "p.parquet"
    write_assignments_table(path, PEOPLE)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(Refusal, match="cannot be read as Parquet"):
        next(read_assignments_table(path))


def test_floats_in_a_money_column_are_refused_person_by_person(tmp_path: Path) -> None:
    path = tmp_path / "p.parquet"
    write_assignments_table(path, [ANA, replace(PEOPLE[1], basic_pay=Money(100))])
    pl.read_parquet(path).with_columns(pl.col("basic_pay_cents").cast(pl.Float64)).write_parquet(path)
    read, findings = apart(read_assignments_table(path))
    assert read == []
    assert [(found.code, found.line, found.field) for found in findings] == [
        ("amount-wrong", 1, "basic_pay_cents"),
        ("amount-wrong", 2, "basic_pay_cents"),
    ]


def test_a_parquet_file_damaged_inside_is_refused_before_its_first_row(tmp_path: Path) -> None:
    path = tmp_path / "p.parquet"
    write_assignments_table(path, PEOPLE)
    whole = bytearray(path.read_bytes())
    whole[4:400] = b"\xff" * 396
    path.write_bytes(whole)
    with pytest.raises(Refusal) as caught:
        next(read_assignments_table(path))
    assert caught.value.code == "parquet-unreadable"


def test_a_table_without_rows_is_refused(tmp_path: Path) -> None:
    write_assignments_table(tmp_path / "p.parquet", [])
    with pytest.raises(Refusal) as caught:
        next(read_assignments_table(tmp_path / "p.parquet"))
    assert caught.value.code == "records-none"
