"""Why net pay differs: the causes add up to the cent whatever changes, and each is what was worked out by hand."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qsmo.contract.documents import TimeEntry, TimeRecord
from qsmo.kernel.money import Money
from qsmo.kernel.period import PayCalendar, PayPeriod
from qsmo.services.payroll.rules import AgencyRates, RetirementRate, calculate, prepare
from qsmo.services.payroll.rules.asking.causes import GROUPS, LAW, NO_PAY
from qsmo.services.payroll.rules.asking.why import LineChange, Why, why
from qsmo.services.payroll.rules.earnings.segments import RULES_OF_PARTS
from qsmo.services.payroll.rules.earnings.stages import OF_PARTS
from qsmo.services.payroll.rules.facts import FACTS, NAMED
from qsmo.services.payroll.rules.single import facts_of, pay_of
from qsmo.services.payroll.tests.pay.random_people import FIRST, random_facts
from qsmo.services.payroll.tests.people import ANA, DURING

LAST_YEAR = PayCalendar(date(2025, 1, 12), 6).period_of(date(2025, 12, 14))
PERIOD = PayPeriod(DURING, 6, date(2026, 3, 27))
RATES = AgencyRates(retirement={"KF": RetirementRate(Fraction(165, 1000), "a notice")})
Row = dict[str, Any]


@pytest.fixture(scope="module")
def many() -> list[Row]:
    """The pay of random people, some of them last year."""
    now = random_facts(120, 8)
    earlier = random_facts(60, 9).with_columns(
        period_start=pl.lit(LAST_YEAR.during.start),
        pay_date=pl.lit(LAST_YEAR.pay_date),
        period_number=pl.lit(LAST_YEAR.number, pl.Int64),
    )
    frames = [calculate(now, FIRST).frame, calculate(earlier, LAST_YEAR).frame]
    return [row for frame in frames for row in frame.iter_rows(named=True)]


@given(seed=st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_causes_and_lines_add_up_to_the_difference(many: list[Row], seed: int) -> None:
    before, after = random.Random(seed).sample(many, 2)
    found = why(before, after)
    assert found.by == after["net_cents"] - before["net_cents"]
    assert sum(cause.by for cause in found.causes) == found.by
    assert sum(line.by for line in found.lines) == found.by
    by_line: dict[str, int] = {}
    for cause in found.causes:
        for line in cause.lines:
            by_line[line.name] = by_line.get(line.name, 0) + line.after - line.before
    assert {name: by for name, by in by_line.items() if by} == {
        line.name: line.after - line.before for line in found.lines if line.after != line.before
    }


def test_each_fact_is_in_one_group() -> None:
    named = [name for group in GROUPS for name in group.facts]
    assert len(named) == len(set(named))
    kept = {fact.name for fact in FACTS if not fact.name.endswith("_uncovered_cents")}
    assert set(named) | NO_PAY == kept


def test_rules_of_parts_read_facts_of_parts_alone() -> None:
    """Otherwise parts could not be put in the place of other parts by themselves."""
    of_parts = {name for group in GROUPS if group.of_parts for name in group.facts} | set(LAW.facts)
    read = {name for rule in OF_PARTS for name in (rule.lookup.on if rule.lookup else rule.inputs)}
    assert {name for name in read - RULES_OF_PARTS if name in NAMED} <= of_parts


def same_but(**changes: Any) -> Why:
    """The pay of an ordinary person of Texas beside the same with other facts."""
    facts = facts_of(ordinary())[0]
    return why(pay_of([facts]), pay_of([{**facts, **changes}]))


def ordinary() -> Row:
    prepared = prepare([replace(ANA, fehb="")], [time_()], RATES, PERIOD)
    return calculate(prepared.facts, PERIOD).frame.row(0, named=True)


def time_(overtime: int = 0) -> TimeRecord:
    days = [DURING.start + timedelta(days=place) for place in (1, 2, 3, 4, 5, 8, 9, 10, 11, 12)]
    entries = [TimeEntry(day, "1037", 800) for day in days]
    entries += [TimeEntry(days[0], "1002", overtime)] if overtime else []
    return TimeRecord(ANA.employee, ANA.ssn, ANA.agency, DURING, tuple(entries))


def effects(found: Why) -> dict[str, dict[str, str]]:
    """What each cause does to each line, in dollars."""
    return {
        cause.name: {line.name.removesuffix("_cents"): str(Money(line.by)) for line in cause.lines}
        for cause in found.causes
    }


def test_an_award_is_a_one_off_payment_with_its_taxes() -> None:
    """500.00: 22 percent for income tax at the flat rate, 6.2 and 1.45 percent."""
    found = same_but(award_due_cents=50_000, supplemental_due_cents=50_000)
    assert effects(found) == {
        "payments": {"award": "500.00", "income_tax": "-110.00", "oasdi": "-31.00", "medicare": "-7.25"}
    }
    assert found.causes[0].title == "One-off payments"
    assert found.by == 35_175


def test_back_pay_is_named_as_such() -> None:
    found = same_but(back_pay_due_cents=10_000, supplemental_due_cents=10_000)
    assert found.causes[0].title == "Back pay for earlier pay periods, known late"
    assert effects(found)["payments"]["back_pay"] == "100.00"


def test_the_wage_base_is_a_limit_of_the_year() -> None:
    """100.00 are left under the base of 2026, 184,500.00: 6.2 percent of them is all that is still taken."""
    wages, gross = 18_440_000, ordinary()["gross_cents"]
    found = same_but(ytd_oasdi_wages_cents=wages, ytd_oasdi_cents=(wages * 62 + 500) // 1000)
    (cause,) = found.causes
    (line,) = cause.lines
    assert (cause.name, line.name, line.after) == ("year", "oasdi_cents", 620)
    assert line.before == (gross * 62 + 500) // 1000
    assert found.by == line.before - 620


def test_the_limit_of_contributions_is_a_limit_of_the_year_and_lowers_tax_with_it() -> None:
    """The elective limit of 2026 is 24,500.00; 40.00 are left of it. What is not saved is taxed at 22 percent."""
    before = ordinary()["savings_traditional_cents"]
    found = same_but(ytd_tsp_cents=24_460_00)
    lines = {line.name: line for line in found.causes[0].lines}
    assert found.causes[0].name == "year"
    assert lines["savings_traditional_cents"].after == 4_000
    assert lines["income_tax_cents"].by == -((before - 4_000) * 22 // 100)


def test_a_new_rate_of_premiums_is_the_health_plan() -> None:
    plan = {"fehb": "ZA1", "fehb_tier": "self_only", "fehb_premium_cents": 40_000}
    found = same_but(**plan)
    assert {*effects(found)} == {"health"}
    assert effects(found)["health"]["health"] == "-100.00"  # a quarter of 400.00


def test_law_of_another_year_is_told_from_pay() -> None:
    """The same facts a year earlier: what is different are tables, rates and the tax that they make."""
    now = facts_of(ordinary())[0]
    then = {**now, "period_start": LAST_YEAR.during.start, "pay_date": date(2025, 12, 31)}
    found = why(pay_of([then]), pay_of([now]))
    (cause,) = found.causes
    assert cause.name == "law"
    assert [fact.title for fact in cause.facts] == ["First day of the pay period", "Pay date"]
    lines: dict[str, LineChange] = {line.name: line for line in cause.lines}
    # GS-9 step 3 in Houston: 55,685 and 35 percent in 2025, 56,243 and 35 percent in 2026; 2,087 hours.
    assert lines["regular_pay_cents"].before == 80 * 36_02
    assert lines["regular_pay_cents"].after == 80 * 36_38


def test_hours_are_told_by_kind_and_grade_from_hours() -> None:
    facts = facts_of(ordinary())[0]
    more = {**facts, "overtime_week1_centihours": 500, "step": 4, "night_week1_centihours": 800}
    found = why(pay_of([facts]), pay_of([more]))
    assert [cause.name for cause in found.causes] == ["position", "overtime-hours", "night-hours"]
    assert [cause.facts[0].after for cause in found.causes] == ["4", "5.00 h", "8.00 h"]


def test_a_pay_period_in_parts_changes_with_its_parts() -> None:
    promoted = replace(ANA, fehb="", effective_on=date(2026, 3, 15), step="04", basic_pay=Money(5800100),
                       adjusted_pay=Money(7830100))  # fmt: skip
    prepared = prepare([replace(ANA, fehb=""), promoted], [time_(overtime=200)], RATES, PERIOD)
    assert prepared.findings == []
    parted = calculate(prepared.facts, PERIOD).frame.row(0, named=True)
    for before, after in ((ordinary(), parted), (parted, ordinary())):
        found = why(before, after)
        assert [cause.name for cause in found.causes] == ["parts"]
        assert sum(cause.by for cause in found.causes) == found.by != 0


def test_what_the_law_lacks_on_the_way_is_joined_to_the_next_cause() -> None:
    """Houston's locality is in no table of 2021: only with the rate given as it stands can that year be computed."""
    now = facts_of(ordinary())[0]
    year = {"period_start": date(2021, 3, 14), "pay_date": date(2021, 4, 2)}
    stands = {"rate_stands": 1, "given_base_cents": 5_000_000, "given_pay_cents": 6_000_000, "area": ""}
    found = why(pay_of([now]), pay_of([{**now, **year, **stands}]))
    first = found.causes[0]
    assert first.name == "law"
    assert first.title == "Law, tables and rates of the pay date and Position and rate of basic pay"
    assert sum(cause.by for cause in found.causes) == found.by


def test_corrected_rules_are_a_cause_of_their_own() -> None:
    row = ordinary()
    paid = {**row, "income_tax_cents": row["income_tax_cents"] + 100, "net_cents": row["net_cents"] - 100}
    found = why(paid, row)
    assert [(cause.name, cause.by) for cause in found.causes] == [("drift-before", 100)]
