"""The tables of payroll law: each figure as published, and related to the others as the law says."""

from __future__ import annotations

import csv
import math
from datetime import date
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from qsmo.kernel.law import LawGap, register
from qsmo.kernel.money import Money
from qsmo.services.payroll.rules.calculation import rules_on
from qsmo.services.payroll.rules.intake.earnings import area_cells
from qsmo.services.payroll.rules.rule import BY_PAY_DATE, BY_PERIOD, LAW, figures
from qsmo.services.payroll.rules.totals import RULES
from qsmo.services.payroll.tests.pay.random_people import FIRST

REGISTER = register(LAW)
YEAR = date(2026, 6, 1)
READ = {name for rule in RULES for name in rule.tables}
FIGURES = figures(FIRST.during.start, FIRST.pay_date)
BY_ROW = {
    "tax_bracket": {"withholding"},
    "state_bracket": {"state_schedules", "state_methods"},
    "local_bracket": {"state_schedules", "local_taxes"},
}
"""Rules that go through all rows of a table and note none of them."""


def published(reference: Path, name: str) -> list[dict[str, str]]:
    with (reference / "payroll" / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("year", ["2024", "2025", "2026"])
def test_every_cell_of_the_general_schedule_is_as_published(year: str, reference: Path) -> None:
    rows = [row for row in published(reference, "gs.csv") if row["year"] == year]
    version = REGISTER["gs"].at(on=date.fromisoformat(rows[0]["effective_date"]))
    assert len(rows) == len(version.rows) == 150
    for row in rows:
        assert version.row(grade=row["grade"], step=row["step"]).text("annual") == row["annual_base"]


@pytest.mark.parametrize(
    ("on", "annual"),
    [("2025-01-11", "56528"), ("2025-01-12", "57489"), ("2026-01-10", "57489"), ("2026-01-11", "58064")],
)
def test_a_day_picks_its_general_schedule(on: str, annual: str) -> None:
    assert REGISTER["gs"].at(on=date.fromisoformat(on)).row(grade=10, step=1).text("annual") == annual


def test_every_locality_percentage_is_as_published(reference: Path) -> None:
    for year, on in (("2025", date(2025, 1, 12)), ("2026", date(2026, 1, 11))):
        rows = [row for row in published(reference, "locality.csv") if row["year"] == year]
        version = REGISTER["locality"].at(on=on)
        assert len(rows) == len(version.rows) == 58
        for row in rows:
            assert version.row(area=row["code"]).text("percent") == row["percent"]


def test_all_8700_cells_of_locality_pay_follow_from_base_percentage_and_cap() -> None:
    cells = area_cells(FIGURES)
    percents = {row.text("area"): Fraction(row.text("percent")) for row in FIGURES.version("locality").rows}
    expected = [
        min(math.floor(base // 100 * (1 + percents[area] / 100) + Fraction(1, 2)), 197_200) * 100
        for base, area in cells.select("basic_pay_cents", "area").rows()
    ]
    assert cells.height == 8_700
    assert cells["adjusted_pay_cents"].to_list() == expected
    assert cells.filter(pl.col("adjusted_pay_cents") == 19_720_000).height == 97


@pytest.mark.parametrize(
    ("grade", "step", "area", "annual"),
    [("09", "03", "SF", 82_306), ("11", "01", "SF", 93_358), ("15", "10", "SF", 197_200)],
)
def test_locality_pay_of_published_examples(grade: str, step: str, area: str, annual: int) -> None:
    key = (pl.col("grade") == grade) & (pl.col("step") == step) & (pl.col("area") == area)
    assert area_cells(FIGURES).filter(key)["adjusted_pay_cents"].to_list() == [annual * 100]


def test_every_cell_of_the_withholding_tables_is_as_published(reference: Path) -> None:
    rows = published(reference, "fit_percentage_method.csv")
    assert len(rows) == 96
    for row in rows:
        version = REGISTER["withholding"].at(on=date(int(row["year"]), 7, 1))
        schedule = row["schedule"].removesuffix("_checkbox")
        cell = version.row(status=row["status"], schedule=schedule, bracket=row["row"])
        assert (cell.text("at_least"), cell.text("base_tax"), cell.text("rate")) == (
            row["at_least"],
            row["base_tax"],
            row["rate"],
        )


@pytest.mark.parametrize("year", [2021, 2025, 2026])
def test_withholding_tables_are_built_as_publication_15t_says(year: int) -> None:
    """Base taxes run on from row to row; the Step 2 schedule is half of the standard one with line 1g added back."""
    version = REGISTER["withholding"].at(on=date(year, 7, 1))
    one_g = {"mfj": 12_900, "single_or_mfs": 8_600, "hoh": 8_600}
    for status, added in one_g.items():
        standard = [version.row(status=status, schedule="standard", bracket=number) for number in range(8)]
        step2 = [version.row(status=status, schedule="step2", bracket=number) for number in range(8)]
        exact = [(Fraction(row.text("at_least")) + added) / 2 for row in standard[1:]]
        assert [Fraction(row.text("at_least")) for row in step2[1:]] == [
            math.floor(b + Fraction(1, 2)) for b in exact
        ]
        bounds = [Fraction(row.text("at_least")) for row in standard]
        for rows, starts in ((standard, bounds), (step2, [Fraction(0), *exact])):
            for number in range(1, 7):
                span = starts[number + 1] - starts[number]
                base = Fraction(rows[number].text("base_tax")) + Fraction(rows[number].text("rate")) * span
                assert abs(base - Fraction(rows[number + 1].text("base_tax"))) <= Fraction(1, 200)


def test_annual_figures_are_as_published(reference: Path) -> None:
    limits = {row["item"]: row["2026"] for row in published(reference, "limits.csv")}
    fica, savings = REGISTER["fica"].at(on=YEAR), REGISTER["savings"].at(on=YEAR)
    assert fica.text("oasdi_base") == limits["OASDI wage base"]
    assert fica.rate("oasdi") * 100 == Fraction(limits["OASDI rate each side"])
    assert fica.rate("medicare") * 100 == Fraction(limits["Medicare rate each side"])
    assert fica.rate("additional_medicare") * 100 == Fraction(
        limits["Additional Medicare rate (employee only)"]
    )
    assert fica.text("additional_medicare_over") == limits["Additional Medicare withholding threshold"]
    assert savings.text("elective_deferral") == limits["TSP elective deferral 402(g)"]
    assert savings.text("catch_up") == limits["TSP catch-up age 50-59 and 64+"]
    assert savings.text("higher_catch_up") == limits["TSP catch-up age 60-63"]
    assert REGISTER["withholding"].at(on=YEAR).text("allowance") == limits["W-4 pre-2020 allowance"]
    levels = {
        row["level"]: row["annual"]
        for row in published(reference, "executive_schedule.csv")
        if row["year"] == "2026"
    }
    executive = REGISTER["executive"].at(on=YEAR)
    assert (executive.text("level_iv"), executive.text("level_v")) == (levels["IV"], levels["V"])


def test_health_maxima_are_72_per_cent_of_the_weighted_averages() -> None:
    health = REGISTER["health"].at(on=YEAR)
    averages = {"self_only": "451.05", "self_plus_one": "987.73", "self_and_family": "1080.60"}
    for tier, average in averages.items():
        assert health.cents(tier) == Money.parse(average).times(Fraction(72, 100))


def test_equal_savings_elections_reach_the_limit_as_gsas_chart_says() -> None:
    limit = REGISTER["savings"].at(on=YEAR).integer("elective_deferral")
    assert [-(-limit // left) for left in (27, 26, 25, 24)] == [908, 943, 980, 1021]


def test_the_states_without_a_tax_on_wages_are_nine() -> None:
    rows = REGISTER["states"].at(on=YEAR).rows
    assert len(rows) == 51
    none = [row.text("state") for row in rows if row.text("wage_tax") == "none"]
    assert none == ["AK", "FL", "NV", "NH", "SD", "TN", "TX", "WA", "WY"]


@pytest.mark.parametrize("name", ["gs", "locality", "executive", "health", "savings", "withholding"])
def test_a_year_without_figures_is_a_gap_that_names_the_table(name: str) -> None:
    table = REGISTER[name]
    with pytest.raises(LawGap) as gap:
        table.at(on=date(2027, 3, 1))
    assert table.title in gap.value.words
    assert "2027-03-01" in gap.value.words


def test_figures_that_could_not_be_verified_are_a_gap() -> None:
    with pytest.raises(LawGap):
        REGISTER["executive"].at(on=date(2024, 6, 1))
    with pytest.raises(LawGap):
        REGISTER["health"].at(on=date(2024, 6, 1))
    assert not REGISTER["normal_cost"].at(on=YEAR).values.cells
    assert not REGISTER["health_plans"].at(on=YEAR).rows


@pytest.mark.parametrize("name", sorted(READ))
def test_every_table_that_a_rule_reads_has_a_known_clock_and_is_in_force(name: str) -> None:
    assert REGISTER[name].clock in (BY_PAY_DATE, BY_PERIOD)
    assert FIGURES.version(name).source


def test_every_rule_says_what_it_is_in_a_sentence_with_its_law() -> None:
    for rule in RULES:
        assert rule.words.endswith("."), rule.name
        assert rule.cite, rule.name
        assert rule.title, rule.name
        assert (rule.expression is None) == (rule.lookup is not None), rule.name
        assert rule.lookup is None or (rule.lookup.on == rule.inputs and rule.lookup.tables == rule.tables), (
            rule.name
        )


def test_every_rule_reads_exactly_the_tables_that_it_declares() -> None:
    for rule in RULES:
        if rule.lookup is None:
            reading = FIGURES.within(rule.tables)
            rule.read(reading)
            asked = {name for name, _, _ in reading.read} | BY_ROW.get(rule.name, set())
            assert asked == set(rule.tables), rule.name


def test_exactly_one_rule_of_each_name_holds_on_every_pay_date_of_the_year() -> None:
    names = {rule.name for rule in RULES}
    for month in range(1, 13):
        assert {rule.name for rule in rules_on(date(2026, month, 1))} == names
