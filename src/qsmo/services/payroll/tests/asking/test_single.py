"""One person in plain Python and everybody on Polars: the same figure in every column."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date

import polars as pl
import pytest

from qsmo.kernel.period import PayCalendar, PayPeriod
from qsmo.services.payroll.rules.calculation import calculate, rules_on
from qsmo.services.payroll.rules.facts import NAMED
from qsmo.services.payroll.rules.rule import Lookup, figures
from qsmo.services.payroll.rules.single import NotComputedError, facts_of, pay_of
from qsmo.services.payroll.tests.pay.random_people import FIRST, random_facts

PEOPLE = 700
LATER = PayCalendar(date(2025, 1, 12), 6).period_of(date(2025, 6, 1))


def everywhere(period: PayPeriod) -> pl.DataFrame:
    """Random people, in turn under every method of every state and place, of every plan of the pay plan table."""
    law = figures(period.during.start, period.pay_date)
    facts = random_facts(PEOPLE, 4)
    facts = facts.with_columns(period_start=pl.lit(period.during.start), pay_date=pl.lit(period.pay_date))
    areas = [row.text("area") for row in law.version("locality").rows]
    facts = facts.with_columns(area=_in_turn(areas, facts.height), alien=_in_turn([0, 0, 0, 1], facts.height))
    for key in ("state_key", "local_key", "pay_plan"):
        held: Lookup = next(
            rule.lookup for rule in rules_on(period.pay_date) if rule.lookup and rule.lookup.on == (key,)
        )
        keys = [row[key] for row in held.rows(law.within(held.tables))]
        facts = facts.with_columns(_in_turn(keys, facts.height).alias(key))
    state = pl.col("state_key").str.head(2)
    award = _in_turn([0, 0, 50_000, 5_000_000], facts.height)
    return facts.with_columns(tax_state=state, award_due_cents=award, supplemental_due_cents=award)


def _in_turn(values: Sequence[object], count: int) -> pl.Series:
    return pl.Series(list(itertools.islice(itertools.cycle(values), count)))


@pytest.mark.parametrize("period", [FIRST, LATER])
def test_every_column_of_everybody_is_the_same(period: PayPeriod) -> None:
    facts = everywhere(period)
    done = {row["employee"]: row for row in calculate(facts, period).frame.iter_rows(named=True)}
    assert len(done) > PEOPLE * 9 // 10
    for row in facts.iter_rows(named=True):
        if row["employee"] not in done:
            with pytest.raises(NotComputedError):
                pay_of([row])
            continue
        expected = done[row["employee"]]
        assert {name: value for name, value in expected.items() if name != "cases_after"} == {
            name: value for name, value in pay_of([row]).items() if name != "cases_after"
        }


def test_a_calculated_row_gives_its_facts_and_its_pay_again() -> None:
    facts = random_facts(60, 5)
    for row in calculate(facts, FIRST).frame.iter_rows(named=True):
        again = pay_of(facts_of(row))
        assert all(again[name] == row[name] for name in again if name not in NAMED)


def test_a_key_that_the_law_does_not_hold_is_said() -> None:
    facts = {**random_facts(1, 6).row(0, named=True), "area": "NOWHERE"}
    with pytest.raises(NotComputedError, match="locality has no figure for area NOWHERE on 2026-01-30"):
        pay_of([facts])
