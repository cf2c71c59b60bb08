"""Every line of a statement opens into its rule, inputs, table versions and source, down to the facts."""

from __future__ import annotations

import re
from typing import Any

import pytest

from qsmo.kernel.finding import Refusal
from qsmo.kernel.money import Money
from qsmo.services.payroll.rules import calculate, explain, lines, prepare, totals, year_to_date
from qsmo.services.payroll.rules.calculation import rules_on
from qsmo.services.payroll.tests.pay.people import ANALYST, RATES, prepared, time_of
from qsmo.services.payroll.tests.pay.random_people import CALENDAR, FIRST


@pytest.fixture(scope="module")
def row() -> dict[str, Any]:
    facts = prepared(time={3: [("1037", "8"), ("1002", "3.5")]}).facts
    return calculate(facts, FIRST).frame.row(0, named=True)


def test_a_statement_lists_its_lines_in_order_and_leaves_nothings_out(row: dict[str, Any]) -> None:
    shown = [(line.section, line.title, str(line.amount), line.quantity, line.rate) for line in lines(row)]
    assert shown[:3] == [
        ("earning", "Regular pay", "3,933.36", "72.00 h", "54.63"),
        ("earning", "Holiday not worked", "437.04", "8.00 h", "54.63"),
        ("earning", "Overtime (title 5)", "192.22", "3.50 h", "54.92"),
    ]
    assert [title for section, title, *_ in shown if section == "deduction"] == [
        "Retirement",
        "Social Security (OASDI)",
        "Medicare",
        "Federal income tax",
        "Health benefits (FEHB)",
        "Life insurance, basic (FEGLI)",
        "TSP traditional",
    ]
    assert [(title, amount) for section, title, amount, *_ in shown if section == "total"] == [
        ("Gross pay", "4,562.62"),
        ("Total deductions", "1,465.02"),
        ("Net pay", "3,097.60"),
        ("Agency contributions", "1,590.39"),
    ]


def test_the_lines_of_a_statement_add_up(row: dict[str, Any]) -> None:
    sums = {
        section: Money.total(line.amount for line in lines(row) if line.section == section)
        for section in ("earning", "deduction", "employer")
    }
    assert sums["earning"].cents == row["gross_cents"]
    assert sums["deduction"].cents == row["deductions_cents"]
    assert sums["employer"].cents == row["employer_cents"]
    assert (sums["earning"] - sums["deduction"]).cents == row["net_cents"]


def test_every_line_names_a_table_version_or_the_agency_and_its_law(row: dict[str, Any]) -> None:
    for line in lines(row):
        if line.section == "total":
            continue
        named = re.match(r"[a-z_]+ from \d{4}-\d\d-\d\d", line.because)
        assert named or line.name == "agency_retirement_cents", line.name
        assert re.search(r"U\.S\.C\.", line.because), line.name


def test_a_line_names_the_table_of_its_rate_and_not_the_order_in_which_it_was_taken(
    row: dict[str, Any],
) -> None:
    named = {line.name: line.because for line in lines(row)}
    assert re.match(r"fica from 20\d\d-01-01.*26 U\.S\.C\. 3101\(a\)", named["oasdi_cents"])
    assert "life_insurance from" in named["life_cents"]
    assert not [name for name, because in named.items() if "precedence" in because]


def test_each_line_opens_down_to_the_facts(row: dict[str, Any]) -> None:
    opened: set[str] = set()
    waiting = [line.name for line in lines(row)]
    while waiting:
        found = explain(row, waiting.pop())
        opened.add(found.name)
        assert found.words
        assert found.shown or found.value == ""
        for each in found.inputs:
            assert each.opens, (found.name, each.name)
        waiting += [each.name for each in found.inputs if each.name not in opened]
    rules = {rule.name for rule in rules_on(row["pay_date"])}
    assert "net_cents" in opened
    assert {
        "grade",
        "area",
        "tsp_millionths",
        "overtime_week1_centihours",
        "fehb_premium_cents",
    } <= opened - rules


def test_every_rule_can_be_explained(row: dict[str, Any]) -> None:
    rules = {rule.name: rule for rule in rules_on(row["pay_date"])}
    for rule in rules.values():
        found = explain(row, rule.name)
        assert (found.value, found.cite) == (row[rule.name], rule.cite)
        due = (
            rules.get(f"{rule.name.removesuffix('_cents')}_due_cents")
            if "precedence" in rule.tables
            else None
        )
        wanted = {*rule.tables, *(due.tables if due else ())}
        assert {use.name for use in found.tables} == wanted


def test_a_deduction_says_by_what_it_is_due_and_how_far_pay_covers_it(row: dict[str, Any]) -> None:
    found = explain(row, "oasdi_cents")
    assert [use.name for use in found.tables] == ["fica", "precedence"]
    assert found.tables[0].figures == (("oasdi", "0.062"),)
    assert found.words.startswith("The rate times the wages of the year up to the wage base")
    assert found.words.endswith("number 2 in the order of precedence.")


def test_an_explanation_shows_the_figures_that_were_read_and_their_source(row: dict[str, Any]) -> None:
    found = explain(row, "oasdi_due_cents")
    (use,) = found.tables
    assert (use.reference, use.figures) == ("fica from 2026-01-01", (("oasdi", "0.062"),))
    assert use.source
    assert use.checked
    assert [(each.name, each.shown) for each in found.inputs] == [
        ("closing_oasdi_wages_cents", "4,462.62"),
        ("ytd_oasdi_cents", "0.00"),
    ]
    assert found.shown == "276.68"
    base = explain(row, "table_base_cents")
    assert base.tables[0].figures == (("grade", "12"), ("step", "5"), ("table_base_cents", "86,659.00"))


def test_a_fact_of_the_agency_shows_the_agencys_source(row: dict[str, Any]) -> None:
    assert "the agency's rate list of 2026" in explain(row, "fehb_premium_cents").words
    assert "a notice that the test invents" in explain(row, "agency_retirement_millionths").words
    assert explain(row, "agency_retirement_millionths").shown == "16.50 %"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("tax_bracket", "3"),
        ("tax_millionths", "22.00 %"),
        ("tentative_tax_millionths", "15,446.252"),
        ("locality_millionths", "31.57 %"),
        ("basic_centihours", "80.00 h"),
        ("nonexempt", "no"),
        ("tax_table", "single_or_mfs standard"),
    ],
)
def test_a_value_is_shown_in_its_unit(row: dict[str, Any], name: str, shown: str) -> None:
    assert explain(row, name).shown == shown


def test_a_figure_that_is_not_there_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as refused:
        explain(row, "bonus_cents")
    assert refused.value.status == 404


def test_closing_balances_open_the_next_pay_period(row: dict[str, Any]) -> None:
    balances = dict(year_to_date(row))
    assert balances["gross"] == row["gross_cents"]
    assert balances["oasdi"] == row["oasdi_cents"]
    changes = {"year_to_date": tuple(balances.items())}
    following = calculate(prepared(changes).facts, FIRST).frame.row(0, named=True)
    assert following["closing_gross_cents"] == row["gross_cents"] + following["gross_cents"]
    assert following["closing_oasdi_cents"] == round_half_up(
        following["closing_oasdi_wages_cents"] * 62, 1_000
    )


def round_half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


def test_control_totals_tie_from_hours_to_net(row: dict[str, Any]) -> None:
    frame = calculate(prepared(time={3: [("1037", "8"), ("1002", "3.5")]}).facts, FIRST).frame
    found = totals(frame)
    assert found.holds
    assert found.people == 2
    assert found.hours["1037"] == 2 * 7_200
    assert (found.hours["816"], found.hours["1002"], found.hours["940"]) == (1_600, 350, 0)
    assert found.earnings["overtime_cents"] == Money.parse("192.22")
    assert found.gross - Money.total(found.deductions.values()) == found.net
    assert found.employer_cost == found.gross + Money.total(found.employer.values())
    assert found.title("oasdi_cents") == "Social Security (OASDI)"


def test_control_totals_notice_a_cent_that_is_missing() -> None:
    frame = calculate(prepared().facts, FIRST).frame
    for name in ("regular_pay_cents", "medicare_cents", "net_cents", "agency_life_cents", "basic_centihours"):
        assert not totals(frame.with_columns(frame[name] - 1)).holds, name


def test_a_run_can_be_made_again_with_the_law_as_it_was_known() -> None:
    known = prepare([ANALYST], [time_of(ANALYST.employee)], RATES, FIRST, known_by=FIRST.pay_date)
    frame = calculate(known.facts, FIRST).frame
    assert explain(frame.row(0, named=True), "base_pay_cents").shown == "86,659.00"
    with pytest.raises(Refusal, match="as known on 2025-06-01"):
        prepare(
            [ANALYST], [time_of(ANALYST.employee)], RATES, FIRST, known_by=CALENDAR.anchor.replace(2025, 6, 1)
        )
