"""Federal figures against those that another open program published, collected from the same law by others."""

from __future__ import annotations

import tomllib
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from qsmo.kernel.law import register
from qsmo.services.payroll.rules.rule import LAW

THEIRS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "policyengine.toml").read_text("utf-8"))
REGISTER = register(LAW)
BUILT_IN = {"mfj": 12_900, "single_or_mfs": 8_600, "hoh": 8_600}


def begins(year: int, status: str) -> list[Fraction]:
    """Where the rates of our table begin, the one of nothing left out."""
    rows = REGISTER["withholding"].at(on=date(year, 7, 1)).rows
    own = [row for row in rows if (row.text("status"), row.text("schedule")) == (status, "standard")]
    return [Fraction(row.text("at_least")) for row in own[1:]]


@pytest.mark.parametrize("year", THEIRS["brackets"])
def test_the_rates_of_the_table_are_as_wide_as_those_of_their_schedule(year: str) -> None:
    for status, bounds in THEIRS["brackets"][year].items():
        first, *others = begins(int(year), status)
        assert [each - first for each in others] == bounds, status


@pytest.mark.parametrize("year", THEIRS["standard"])
def test_the_table_begins_at_their_standard_deduction_less_what_the_worksheet_takes(year: str) -> None:
    for status, standard in THEIRS["standard"][year].items():
        assert begins(int(year), status)[0] == standard - BUILT_IN[status], status


def test_social_security_and_medicare_are_theirs() -> None:
    for year, base in THEIRS["oasdi_base"].items():
        assert Fraction(REGISTER["fica"].at(on=date(int(year), 7, 1)).text("oasdi_base")) == base
    for year in (2021, 2025, 2026):
        fica = REGISTER["fica"].at(on=date(year, 7, 1))
        for name, figure in THEIRS["fica"].items():
            assert Fraction(fica.text(name)) == Fraction(figure), (year, name)


@pytest.mark.parametrize("year", THEIRS["savings"])
def test_the_limits_of_savings_are_theirs(year: str) -> None:
    ours = REGISTER["savings"].at(on=date(int(year), 7, 1))
    assert {name: int(ours.text(name)) for name in THEIRS["savings"][year]} == THEIRS["savings"][year]
