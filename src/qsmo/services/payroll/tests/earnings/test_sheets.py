"""Reading the time of those who are alike once gives what reading everybody's gives: the same facts, the same words."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from qsmo.kernel.period import PayPeriod
from qsmo.services.payroll.formats.rates import read_rates
from qsmo.services.payroll.formats.sample import PERIOD, generate, write_sample_rates
from qsmo.services.payroll.rules import Prepared, prepare
from qsmo.services.payroll.rules.earnings.codes import TIME_CODES
from qsmo.services.payroll.rules.facts import AgencyRates
from qsmo.services.payroll.rules.intake.documents import assignment_frame, time_frame
from qsmo.services.payroll.rules.intake.time import reading, sheets

PAY_PERIOD = PayPeriod(PERIOD, 5, date(2026, 3, 5))
Frames = tuple[pl.DataFrame, pl.DataFrame, AgencyRates]


@pytest.fixture(scope="module")
def agency(tmp_path_factory: pytest.TempPathFactory) -> Frames:
    """People with time of which a tenth is not as it should be, and people whose pay changed or ended."""
    chance = random.Random(7)
    pairs = list(generate(600, seed=5))
    entries = time_frame(time for _, time in pairs)
    wrong = [each for row in entries.to_dicts() for each in _worse(chance, row)]
    people = assignment_frame(person for person, _ in pairs)
    listed = tmp_path_factory.mktemp("rates") / "rates.csv"
    write_sample_rates(Path(listed), PERIOD.start)
    rates, _ = read_rates(Path(listed), on=PERIOD.start)
    changed = [each for row in people.to_dicts() for each in _changed(chance, row)]
    return pl.DataFrame(changed, people.schema), pl.DataFrame(wrong, entries.schema), rates


def test_people_who_are_alike_are_read_once_and_nothing_else_changes(
    agency: Frames, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = _prepared(agency)
    monkeypatch.setattr(reading, "alike", _nobody)
    assert once.facts.equals(_prepared(agency).facts)
    assert once.findings == _prepared(agency).findings
    assert {"tour", "time-twice", "not-employed", "no-assignment"} <= {each.code for each in once.findings}


def test_sheets_are_compared_whole_whatever_number_proposes_them(
    agency: Frames, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = _prepared(agency)
    monkeypatch.setattr(sheets, "_MOST", 1)
    assert once.facts.equals(_prepared(agency).facts)
    assert once.findings == _prepared(agency).findings


def test_most_of_an_agency_is_read_once() -> None:
    pairs = list(generate(600, seed=5))
    entries = time_frame(time for _, time in pairs)
    people = pl.DataFrame({"employee": [person.employee for person, _ in pairs], "plan": "GS"})
    ones, others = sheets.alike(entries, people, PAY_PERIOD)
    assert ones["employee"].n_unique() + others.height == 600
    assert others.height > 300
    whole = {who: rows for (who,), rows in entries.drop("employee").with_columns(
        who=entries["employee"]).group_by("who", maintain_order=True)}  # fmt: skip
    for who, like in others.rows():
        assert whole[who].drop("who").equals(whole[like].drop("who"))


def _prepared(agency: Frames) -> Prepared:
    people, entries, rates = agency
    return prepare(people, entries, rates, PAY_PERIOD)


def _nobody(entries: pl.DataFrame, _: pl.DataFrame, __: PayPeriod) -> tuple[pl.DataFrame, pl.DataFrame]:
    return entries, pl.DataFrame(schema={"employee": pl.String, sheets.LIKE: pl.String})


def _worse(chance: random.Random, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    lot = chance.random()
    if lot < 0.02:
        row = row | {"code": chance.choice([*TIME_CODES, "9999"])}
    elif lot < 0.03:
        row = row | {"centihours": chance.choice([0, -100, 1, 1200, 2500, 20_000])}
    elif lot < 0.04:
        row = row | {"on": PERIOD.start + timedelta(days=chance.randrange(-2, 16))}
    elif lot < 0.05:
        yield row
    elif lot < 0.06:
        yield row | {"code": chance.choice([*TIME_CODES]), "centihours": 400}
    elif lot < 0.061:
        row = row | {"employee": f"nobody {chance.randrange(9)}"}
    elif lot < 0.062:
        row = row | {"during_start": PERIOD.start - timedelta(days=14)}
    yield row


def _changed(chance: random.Random, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    lot = chance.random()
    day = PERIOD.start + timedelta(days=chance.randrange(-3, 15))
    if lot < 0.05:
        yield row
        row = row | {"effective_on": day, "flsa": "exempt"}
    elif lot < 0.08:
        row = row | {"ends_on": day}
    elif lot < 0.12:
        row = row | {"schedule": chance.choice(["standard", "flexible"])}
    elif lot < 0.14:
        row = row | {"adjusted_pay_cents": row["adjusted_pay_cents"] + 100}
    elif lot < 0.15:
        return
    yield row
