"""A large Parquet file of people: a kind of cell that many rows share is tried once, by the reader itself."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from qsmo.contract.documents import PayAssignment
from qsmo.kernel.finding import Finding
from qsmo.services.payroll.formats.message import refuse_file
from qsmo.services.payroll.formats.more import ACCOUNTING_FORM, ADDRESS_FORM
from qsmo.services.payroll.formats.plain.parquet import ROW, TOGETHER, as_written, written
from qsmo.services.payroll.formats.reading import BALANCES, EARLIEST, RECORD_ID, Seen
from qsmo.services.payroll.formats.rows import readable, row_of
from qsmo.services.payroll.formats.tables import ASSIGNMENTS, FURTHER, assignment_of, assignment_row

BATCH = 100_000
LATEST = date.max
MOST = 10**14
"""More cents than a cell may say."""
NAME = r"^[A-Za-z]([A-Za-z .'-]{0,58}[A-Za-z.])?$"
"""Names that nobody can find fault with: they are as good as one of them. Others are tried."""
BY_FORM = {"accounting": ACCOUNTING_FORM, "address": ADDRESS_FORM}
W4 = ("form", "status", "step2_checked", "step3_cents", "step4a_cents", "step4b_cents", "extra_cents")
AMOUNTS = ("step3_cents", "step4a_cents", "step4b_cents", "extra_cents")
TRIED = (
    *(
        ("given_name",),
        ("last_name",),
        ("agency",),
        ("duty_station",),
        ("pay_plan", "grade", "step"),
        ("pay_basis",),
        ("work_schedule",),
    ),
    *(("tour_hours",), ("flsa",), ("retirement",), ("fegli",), ("fehb",)),
    *(("tsp_numerator", "tsp_denominator"), ("tsp_roth",), (*W4, "allowances", "exempt")),
    *((name,) for name in FURTHER if name not in BY_FORM),
)
"""Cells that are tried together, because what one may say depends on the others."""
PLAIN: dict[str, Any] = {
    **{name: None for name in ASSIGNMENTS if name.startswith("ytd_")},
    **dict.fromkeys(FURTHER, ""),
    **dict.fromkeys((*AMOUNTS, "tsp_numerator", "tsp_amount_cents", "allowances"), 0),
    **dict.fromkeys(("step2_checked", "exempt", "tsp_roth"), False),
    **{"employee": "1", "ssn": "900000001", "given_name": "A", "last_name": "B", "tsp_denominator": 1},
    **{"born_on": date(1980, 1, 1), "effective_on": date(2020, 1, 1), "agency": "GS28"},
    **{"duty_station": "110010001", "pay_plan": "GS", "grade": "05", "step": "01", "tour_hours": 40},
    **{"basic_pay_cents": 1, "adjusted_pay_cents": 1, "pay_basis": "PA", "work_schedule": "F"},
    **{"flsa": "exempt", "retirement": "K", "fegli": "C0", "fehb": "", "form": "2020", "status": "single"},
}
"""A row with which nothing is wrong, into which cells are put to be tried."""


def take_people(
    path: Path, target: Path, *, agencies: Collection[str] = (), name: str = ""
) -> tuple[int, list[Finding]]:
    """Write what can be used of a file of people: how many records, and the findings on the others.

    The same as reading every row and writing what came of it, for a file that `fits`.
    """
    called = name or path.name
    with readable(called):
        columns = as_written(path, ASSIGNMENTS, FURTHER)
        rows = pl.scan_parquet(path).select(columns)
        ids = rows.select("employee", "ssn").collect()
        if ids.is_empty():
            refuse_file("records-none", "The file has no rows.", called, expected="at least one row")
        doubtful = ids["employee"].is_duplicated() | ids["ssn"].is_duplicated()
        sieve, seen = Sieve(agencies), Seen()
        left, read, found = [], [], []
        for start in range(0, ids.height, BATCH):
            batch = rows.slice(start, BATCH).collect().with_row_index(ROW, offset=start)
            odd = batch.filter(~sieve.plain(batch) | doubtful.slice(start, BATCH))
            left.append(odd[ROW].cast(pl.Int64))
            good, faults = _read(odd, called, agencies, seen)
            read.append(good)
            found += faults
        numbers, good = pl.concat(left), pl.concat(read)
        written(path, target, columns, numbers, good, TOGETHER)
    return ids.height - numbers.len() + good.height, found


def _read(
    left: pl.DataFrame, called: str, agencies: Collection[str], seen: Seen
) -> tuple[pl.DataFrame, list[Finding]]:
    """Those rows as the reader reads them."""
    found, rows = [], []
    for cells in left.iter_rows(named=True):
        number = cells.pop(ROW) + 1
        for each in assignment_of(row_of(cells, number), number, called, agencies, seen):
            if isinstance(each, Finding):
                found.append(each)
            else:
                rows.append({ROW: number - 1, **assignment_row(each)})
    return pl.DataFrame(rows, schema={ROW: pl.Int64, **ASSIGNMENTS, **FURTHER}), found


class Sieve:
    """Which rows the reader would hand back as they are. What was tried once is remembered for the whole file."""

    def __init__(self, agencies: Collection[str]) -> None:
        self._agencies = agencies
        self._tried: dict[tuple[str, ...], dict[tuple[Any, ...], bool]] = {group: {} for group in TRIED}

    def plain(self, batch: pl.DataFrame) -> pl.Series:
        """For each row whether it is."""
        good = batch.select(pl.all_horizontal(_by_itself()).fill_null(False)).to_series()
        names = (pl.col(name) for name in ("given_name", "last_name"))
        usual = (
            pl.when(each.str.contains(NAME)).then(pl.lit("A")).otherwise(each).alias(each.meta.output_name())
            for each in names
        )
        shown = batch.with_columns(pl.col(AMOUNTS).clip(0, 1), *usual)
        for group in TRIED:
            wrong = [
                cells for cells in shown.select(group).unique().rows() if not self._is_plain(group, cells)
            ]
            if wrong:
                those = pl.DataFrame(wrong, {name: shown.schema[name] for name in group}, orient="row")
                found = shown.select(group).join(
                    those.with_columns(wrong=True),
                    on=group,
                    how="left",
                    nulls_equal=True,
                    maintain_order="left",
                )
                good &= found["wrong"].is_null()
        return good

    def _is_plain(self, group: tuple[str, ...], cells: tuple[Any, ...]) -> bool:
        known = self._tried[group]
        if cells not in known:
            row = PLAIN | dict(zip(group, cells, strict=True))
            agencies = self._agencies if group == ("agency",) else ()
            (read, *_) = assignment_of(row_of(row, 1), 1, "", agencies, Seen())
            known[cells] = isinstance(read, PayAssignment) and assignment_row(read) == row
        return known[cells]


def _by_itself() -> list[pl.Expr]:
    """What can be said of a cell without the reader."""
    base, adjusted = pl.col("basic_pay_cents"), pl.col("adjusted_pay_cents")
    return [
        pl.col("employee").str.contains(f"^(?:{RECORD_ID.pattern})$"),
        pl.col("ssn").str.contains("^[0-9]{9}$") & (pl.col("ssn") != "0" * 9),
        *(pl.col(name).is_between(EARLIEST, LATEST) for name in ("born_on", "effective_on")),
        *(
            (pl.col(name) == "") | pl.col(name).str.contains(f"^(?:{form.pattern})$")
            for name, form in BY_FORM.items()
        ),
        (base > 0) & (base <= adjusted) & (adjusted < MOST),
        *(pl.col(name).is_between(0, MOST - 1) for name in ("tsp_amount_cents", *AMOUNTS)),
        *(pl.col(f"ytd_{name}_cents").fill_null(0).is_between(0, MOST - 1) for name in BALANCES),
    ]
