"""Results of a pay run as a file: read back equal, and a wrong row is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from qsmo.kernel.money import Money
from qsmo.services.payroll.formats.out.results import ResultLine, read_results, write_results
from qsmo.services.payroll.tests.people import apart, edited

REGULAR = ResultLine(
    *("00000001", "2026-05", "earning", "regular_pay_cents", 'Regular, "plain" pay', "72.00 h", "50.41"),
    Money(362952),
    "pay_rates from 2021-01-31; 5 U.S.C. 5504(b)",
)
CAP = replace(
    REGULAR, name="over_cap_cents", title="Over the cap\nof two lines", amount=Money(-259), quantity=""
)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_results_are_read_back_equal(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"results.{kind}"
    assert write_results(path, [REGULAR, CAP]) == 2
    assert list(read_results(path)) == [REGULAR, CAP]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (",362952,", ",3629.52,", "amount-wrong"),
        (",2026-05,", ",2026/05,", "pay-period-wrong"),
        (",earning,", ",bonus,", "code-unknown"),
        ("00000001,", ",", "id-wrong"),
        (",362952,", ",", "row-width"),
    ],
)
def test_a_wrong_row_is_told_and_the_others_are_read(tmp_path: Path, old: str, new: str, code: str) -> None:
    write_results(tmp_path / "results.csv", [REGULAR, CAP])
    read, findings = apart(read_results(edited(tmp_path / "results.csv", old, new)))
    assert read == [CAP]
    assert [(found.code, found.line) for found in findings] == [(code, 2)]
