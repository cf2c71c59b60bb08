"""Cases by hand: each file under cases/ is a person, the hours, and a statement computed apart from the rules."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from qsmo.kernel.money import Money
from qsmo.services.payroll.rules import calculate, totals
from qsmo.services.payroll.rules.earnings.stages import EARNINGS
from qsmo.services.payroll.rules.totals import DEDUCTIONS, EMPLOYER
from qsmo.services.payroll.tests.pay.cases import CASES, facts_of
from qsmo.services.payroll.tests.pay.random_people import FIRST

FILES = sorted(CASES.glob("*.toml"))


def calculated(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    facts = pl.DataFrame([facts_of(case)], schema_overrides={"known_by": pl.Date})
    frame = calculate(facts, FIRST).frame
    assert totals(frame).holds
    return case, frame.row(0, named=True)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_case_comes_out_to_the_cent(path: Path) -> None:
    case, row = calculated(path)
    got = {name: str(Money(row[f"{name}_cents"])).replace(",", "") for name in case["expected"]}
    assert got == case["expected"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_case_leaves_no_amount_out(path: Path) -> None:
    case, row = calculated(path)
    lines = [*EARNINGS, *DEDUCTIONS, *EMPLOYER]
    amounts = {name.removesuffix("_cents") for name in lines if row[name] and not name.endswith("_pay_cents")}
    assert amounts - {"agency_oasdi", "agency_medicare"} <= set(case["expected"])


def test_there_are_cases() -> None:
    assert len(FILES) >= 9
