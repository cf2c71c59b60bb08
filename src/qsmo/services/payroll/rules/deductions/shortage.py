"""What pay did not cover, by name; and what was paid on each case."""

from __future__ import annotations

import polars as pl

from qsmo.kernel.finding import Finding
from qsmo.kernel.money import Money
from qsmo.services.payroll.rules.deductions.cases import paid_after
from qsmo.services.payroll.rules.deductions.precedence import due_of, order


def shortages(frame: pl.DataFrame) -> list[Finding]:
    """A warning for each deduction of each person that could not be taken in full."""
    found = []
    short = frame.filter(pl.col("uncovered_cents") > 0)
    for row in short.iter_rows(named=True):
        for place in order():
            name = place.text("name")
            due, taken = row.get(due_of(name), 0), row.get(f"{name}_cents", 0)
            if due > taken:
                found.append(_finding(row["employee"], place.text("deduction"), name, due, taken))
    return found


def _finding(who: str, title: str, name: str, due: int, taken: int) -> Finding:
    debt = " The rest is a debt to the United States." if name == "health" else ""
    return Finding(
        code="deduction-not-covered",
        words=f"Pay does not cover {title}: {Money(due)} is due, {Money(taken)} was taken, {Money(due - taken)} was "
        f"not.{debt}",
        severity="warning",
        field="order of precedence",
        expected="pay that covers all deductions, or an agreement with the employee",
        who=who,
    )


def paid_on_cases(frame: pl.DataFrame) -> pl.Series:
    """What was paid on the cases of each row: only rows with a whole amount to be collected are looked at."""
    if not frame.height:
        return pl.Series("cases_after", [], dtype=pl.String)
    wanted = pl.col("elections").str.contains(" of ", literal=True) | (pl.col("ytd_cases") != "")
    rows = frame.with_row_index("place").filter(wanted)
    texts = [""] * frame.height
    for row in rows.iter_rows(named=True):
        texts[row["place"]] = paid_after(row)
    return pl.Series("cases_after", texts)
