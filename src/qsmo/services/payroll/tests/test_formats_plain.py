"""A Parquet file taken in by columns comes to what reading it row by row comes to: the same rows, the same findings."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from qsmo.contract.documents import PayAssignment, TimeRecord
from qsmo.kernel.finding import Refusal
from qsmo.services.payroll.formats.plain import people, times
from qsmo.services.payroll.formats.plain.parquet import fits
from qsmo.services.payroll.formats.sample import PERIOD, generate
from qsmo.services.payroll.formats.tables import (
    ASSIGNMENTS,
    FURTHER,
    TIMES,
    read_assignments_table,
    read_times_table,
    write_assignments_table,
    write_times_table,
)
from qsmo.services.payroll.tests.people import apart

AGENCIES = ("ZZ00",)
CELLS: dict[str, list[Any]] = {
    "employee": ["", "00000001", "a b", "x" * 21, None, "00000007\n"],
    "ssn": ["900000001", "12345", "000000000", "90000000１", None, "900000009\n"],
    "given_name": ["", "Zoë", " ", "A\tB", "x" * 61, "O'Neil", "Ann-", "-", None],
    "born_on": [None, date(1899, 12, 31), date(1900, 1, 1)],
    "agency": ["TR93", "zz00", "", None],
    "duty_station": ["11001000", "24X010001", None],
    "pay_plan": ["ES", "gs", ""],
    "grade": ["17", "5", "00", ""],
    "step": ["11", "00"],
    "basic_pay_cents": [0, -1, None, 10**14],
    "adjusted_pay_cents": [1, None, 10**14 - 1],
    "pay_basis": ["PH", "XX"],
    "work_schedule": ["P", "?"],
    "tour_hours": [81, 20, -1, None],
    "flsa": ["nonexempt", "E"],
    "retirement": ["C", "?"],
    "fegli": ["", "Z"],
    "fehb": ["", "Z1", None],
    "tsp_numerator": [2, 200, -1, 100, None],
    "tsp_denominator": [0, 1, 50],
    "tsp_amount_cents": [-1, 10**14, 100],
    "tsp_roth": [None, True],
    "form": ["2018", "2019"],
    "status": ["head", "?"],
    "step2_checked": [True, None],
    "step3_cents": [50_000, -5, None],
    "allowances": [2, 100, None],
    "exempt": [True, None],
    "ytd_oasdi_cents": [0, -1, None, 10**14],
    "elections": ["levy", "nonsense", "union_dues 5.00"],
    "accounting": ["x" * 61, "097-0100", "é"],
    "address": ["1 A St|Town|VA|22201", "1 A St|Town|VA|2220", "|Town|VA|22201"],
    "ends_on": ["2026-02-14", "2026-02-30", "2026-2-1"],
    "terms": ["schedule=flexible", "schedule=other", "availability;standby=0.1"],
    "entitlements": ["award 500.00", "award 500", "award x"],
    "form_on": ["2026-01-02", "no"],
    "alien": ["true", "yes"],
    "letter": ["2020 status=single step3=500.00", "2020 status=?"],
    "state_form": ["VA status=all exemptions=2", "VA  status=all exemptions=2", "VA exemptions=x"],
}
HOURS: dict[str, list[Any]] = {
    "employee": ["", "00000001", None, "x y"],
    "ssn": ["900000002", "1", None],
    "agency": ["TR93", "zz00"],
    "during_start": [date(2026, 2, 22), None],
    "on": [date(2026, 2, 7), date(2026, 2, 9), date(2026, 2, 10), date(2026, 2, 22), None],
    "code": ["9999", "816", "1047", "838", "", None],
    "centihours": [0, -1, 2400, 2401, 1700, None],
}


def mangled(frame: pl.DataFrame, cells: dict[str, list[Any]], seed: int) -> pl.DataFrame:
    """A third of the rows with one cell that is another, some rows twice, some at the end once more."""
    chance = random.Random(seed)
    rows = []
    for row in frame.to_dicts():
        if chance.random() < 0.3:
            name = chance.choice(list(cells))
            row = row | {name: chance.choice(cells[name])}
        rows += [row] * (2 if chance.random() < 0.02 else 1)
    return pl.DataFrame([*rows, *rows[5:9]], schema=frame.schema)


@pytest.mark.parametrize("seed", range(3))
def test_people_by_columns_are_people_by_rows(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "BATCH", 170)
    source, target, other = (tmp_path / f"{name}.parquet" for name in ("given", "columns", "rows"))
    write_assignments_table(source, (person for person, _ in generate(500, seed=seed)))
    mangled(pl.read_parquet(source), CELLS, seed).write_parquet(source)
    assert fits(source, ASSIGNMENTS, "given", FURTHER)
    accepted, found = people.take_people(source, target, agencies=AGENCIES, name="given")
    good, faults = apart(read_assignments_table(source, agencies=AGENCIES, name="given"))
    write_assignments_table(other, (each for each in good if isinstance(each, PayAssignment)))
    assert_frame_equal(pl.read_parquet(target), pl.read_parquet(other))
    assert (accepted, found) == (len(good), faults)
    assert accepted > 300
    assert len({each.code for each in found}) > 10


@pytest.mark.parametrize("seed", range(3))
def test_time_by_columns_is_time_by_rows(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(times, "BATCH", 1_000)
    source, target, other = (tmp_path / f"{name}.parquet" for name in ("given", "columns", "rows"))
    write_times_table(source, (worked for _, worked in generate(900, seed=seed)))
    given = pl.read_parquet(source)
    kept = given.filter(pl.col("employee") <= "00000600")
    pl.concat([mangled(given.filter(pl.col("employee") > "00000600"), HOURS, seed), kept]).write_parquet(
        source
    )
    assert fits(source, TIMES, "given")
    accepted, found = times.take_times(source, target, during=PERIOD, agencies=AGENCIES, name="given")
    good, faults = apart(read_times_table(source, agencies=AGENCIES, during=PERIOD, name="given"))
    write_times_table(other, (each for each in good if isinstance(each, TimeRecord)))
    assert_frame_equal(pl.read_parquet(target), pl.read_parquet(other))
    assert (accepted, found) == (len(good), faults)
    assert accepted > 500
    assert len({each.code for each in found}) > 5


def test_what_is_plainly_right_never_meets_the_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = list(generate(50, seed=1))
    write_assignments_table(tmp_path / "people.parquet", (person for person, _ in pairs))
    write_times_table(tmp_path / "times.parquet", (worked for _, worked in pairs))
    monkeypatch.setattr(times, "time_of", None)
    monkeypatch.setattr(people, "_read", lambda left, *_: (_none(left), []))
    assert people.take_people(tmp_path / "people.parquet", tmp_path / "p")[0] == 50
    assert times.take_times(tmp_path / "times.parquet", tmp_path / "t", during=PERIOD)[0] == 50


def _none(left: pl.DataFrame) -> pl.DataFrame:
    assert left.is_empty()
    return left


def test_files_that_cannot_be_taken_by_columns(tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    write_assignments_table(path, [])
    with pytest.raises(Refusal) as caught:
        people.take_people(path, tmp_path / "out")
    assert caught.value.code == "records-none"
    write_assignments_table(path, (person for person, _ in generate(3, seed=1)))
    pl.read_parquet(path).with_columns(pl.col("basic_pay_cents").cast(pl.Float64)).write_parquet(path)
    assert not fits(path, ASSIGNMENTS, "people", FURTHER)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(Refusal) as caught:
        fits(path, ASSIGNMENTS, "people", FURTHER)
    assert caught.value.code == "parquet-unreadable"
