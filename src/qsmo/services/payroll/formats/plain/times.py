"""A large Parquet file of time: the people whose rows all say what they should, and those whose rows are read."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import polars as pl

from qsmo.kernel.finding import Finding
from qsmo.kernel.period import Period
from qsmo.services.payroll.formats.message import refuse_file
from qsmo.services.payroll.formats.plain.parquet import ROW, as_written, written
from qsmo.services.payroll.formats.reading import RECORD_ID, Seen
from qsmo.services.payroll.formats.rows import batches, readable, row_of
from qsmo.services.payroll.formats.tables import TIMES, time_of, time_rows
from qsmo.services.payroll.formats.time_xml import ADD_ONS, CODES, DAY_CENTIHOURS

BATCH, TOGETHER = 1_000_000, 500_000
AGENCY = "^[0-9A-Z]{4}$"
WHO = "who"


def take_times(
    path: Path, target: Path, *, during: Period, agencies: Collection[str] = (), name: str = ""
) -> tuple[int, list[Finding]]:
    """Write what can be used of a file of time: how many people's, and the findings on the others.

    The same as reading every row and writing what came of it, for a file that `fits`.
    """
    called = name or path.name
    with readable(called):
        columns = as_written(path, TIMES)
        sheets = _sheets(path)
        if sheets.is_empty():
            refuse_file("records-none", "The file has no rows.", called, expected="at least one row")
        doubtful = sheets["employee"].is_duplicated() | sheets["ssn"].is_duplicated()
        accepted, seen = sheets.height, Seen()
        left, read, found = [], [], []
        for rows in _whole_people(path, columns, sheets):
            odd = rows.with_columns(odd=~_plain(rows, during, agencies) | doubtful.gather(rows[WHO]))
            odd = odd.filter(pl.col("odd").any().over(WHO)).drop("odd")
            people, good, faults = _read(odd, called, during, agencies, seen)
            accepted += people - odd[WHO].n_unique()
            left.append(odd[ROW].cast(pl.Int64))
            read.append(good)
            found += faults
        written(path, target, columns, pl.concat(left), pl.concat(read), TOGETHER)
    return accepted, found


def _sheets(path: Path) -> pl.DataFrame:
    """The first row of each stretch of rows of one employee: who, and where it begins."""
    found: list[pl.DataFrame] = []
    last, start = None, 0
    for batch in batches(path, ("employee", "ssn"), BATCH):
        batch = batch.with_columns(pl.col("employee").fill_null(""))
        before = batch["employee"].shift(1, fill_value=None)
        differs = batch["employee"].ne_missing(before)
        differs[0] = not found or batch["employee"][0] != last
        found.append(batch.with_row_index(ROW, offset=start).filter(differs))
        last, start = batch["employee"][-1], start + batch.height
    schema = {ROW: pl.UInt32, "employee": pl.String, "ssn": pl.String}
    return pl.concat(found) if found else pl.DataFrame(schema=schema)


def _whole_people(path: Path, columns: list[pl.Expr], sheets: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The rows of the file in stretches of whole people, with the number of the row and of the person."""
    begins = sheets[ROW].cast(pl.Int64)
    rows = pl.scan_parquet(path).select(columns)
    first = 0
    while first < begins.len():
        last = max(int(begins.search_sorted(begins[first] + BATCH)), first + 1)
        end = begins[last] if last < begins.len() else None
        length = None if end is None else end - begins[first]
        batch = rows.slice(begins[first], length).collect().with_row_index(ROW, offset=begins[first])
        yield batch.with_columns((pl.col("employee").fill_null("").rle_id() + first).alias(WHO))
        first = last


def _plain(rows: pl.DataFrame, during: Period, agencies: Collection[str]) -> pl.Series:
    """For each row whether it, and what its day adds up to, is as it should be, and as its person's first."""
    of_agency = pl.col("agency").str.contains(AGENCY)
    if agencies:
        of_agency &= pl.col("agency").is_in(list(agencies))
    same = [pl.col(name) == pl.col(name).first().over(WHO) for name in ("ssn", "agency")]
    code = pl.col("code").cast(pl.Enum(list(CODES)), strict=False).to_physical().cast(pl.Int64)
    by_itself = rows.select(
        pl.all_horizontal(
            pl.col("employee").str.contains(f"^(?:{RECORD_ID.pattern})$"),
            pl.col("ssn").str.contains("^[0-9]{9}$") & (pl.col("ssn") != "0" * 9),
            of_agency,
            *same,
            (pl.col("during_start") == during.start) & (pl.col("during_end") == during.end),
            pl.col("on").is_between(during.start, during.last),
            code.is_not_null(),
            pl.col("centihours").is_between(1, DAY_CENTIHOURS),
        ).fill_null(False)
    ).to_series()
    days = rows.select(
        "code",
        day=(pl.col(WHO).cast(pl.Int64) * during.days + (pl.col("on") - during.start).dt.total_days()),
        hours=pl.when(pl.col("code").is_in(list(ADD_ONS))).then(0).otherwise("centihours"),
        number=code,
    )
    several = days.with_row_index("place").filter(pl.col("day").is_duplicated())
    wrong = several.filter(
        (pl.col("day") * len(CODES) + pl.col("number")).is_duplicated()
        | (pl.col("hours").sum().over("day") > DAY_CENTIHOURS)
    )
    return by_itself & ~pl.int_range(rows.height, eager=True).is_in(wrong["place"].implode())


def _read(
    left: pl.DataFrame, called: str, during: Period, agencies: Collection[str], seen: Seen
) -> tuple[int, pl.DataFrame, list[Finding]]:
    """Those people's rows as the reader reads them, and of how many people; who has no hours has no row."""
    accepted, found, rows = 0, [], []
    for (who,), own in left.group_by(WHO, maintain_order=True):
        cells = own.drop(ROW, WHO).iter_rows(named=True)
        given = [row_of(row, place + 1) for place, row in zip(own[ROW], cells, strict=True)]
        for each in time_of(given, who + 1, called, agencies, during, seen):
            if isinstance(each, Finding):
                found.append(each)
            else:
                accepted += 1
                rows += [{ROW: own[ROW][0], **row} for row in time_rows(each)]
    return accepted, pl.DataFrame(rows, schema={ROW: pl.Int64, **TIMES}), found
