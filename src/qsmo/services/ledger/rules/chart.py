"""The accounts of the US Standard General Ledger in a fiscal year: title, normal side, half, and how each closes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, cast

from qsmo.kernel.fiscal import FiscalYear
from qsmo.kernel.law import LawGap, Register, register

LAW = Path(__file__).parent.parent / "law"
Half = Literal["budgetary", "proprietary", "memorandum"]
Side = Literal["debit", "credit"]


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the chart. `closes_to` as the table `chart` says it; `mark` is how sure the row is."""

    number: str
    title: str
    normal: Side
    half: Half
    anticipated: bool
    closes_to: str
    mark: str


def law() -> Register:
    """The tables of the ledger."""
    return register(LAW)


@cache
def chart(year: int) -> dict[str, Account]:
    """Every account that may be posted to in a fiscal year, by its six digits. LawGap before the first chart."""
    version = law()["chart"].at(on=FiscalYear(year).during.start)
    return {
        row.text("account"): Account(
            number=row.text("account"),
            title=row.text("title"),
            normal=cast(Side, row.text("normal")),
            half=cast(Half, row.text("half")),
            anticipated=row.cells["anticipated"] == "yes",
            closes_to=row.cells["closes_to"],
            mark=row.text("mark"),
        )
        for row in version.rows
        if row.integer("from_year") <= year
    }


def account(number: str, year: int) -> Account:
    """One account; LawGap, with what the number is in other years, where the chart of the year has none."""
    found = chart(year).get(number)
    if found is None:
        raise LawGap(f"The chart of FY{year} has no account {number or '(empty)'}")
    return found
