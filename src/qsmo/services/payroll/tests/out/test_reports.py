"""Reports of a run: each amount is added up once more from the computed rows, and every deduction goes to somebody."""

from __future__ import annotations

import csv
from fractions import Fraction

import polars as pl
import pytest

from qsmo.kernel.money import Money
from qsmo.services.payroll.formats.out.report.everybody import lines_of
from qsmo.services.payroll.formats.out.report.tables import (
    decimal,
    federal_taxes,
    feed,
    savings,
    write_table,
)
from qsmo.services.payroll.formats.out.results import ResultLine, read_results
from qsmo.services.payroll.rules import RULES, lines, totals
from qsmo.services.payroll.rules.control import plain_totals
from qsmo.services.payroll.rules.outcome.destinations import (
    PAYEE,
    added,
    destinations,
    paid_on,
    remittances,
    ties,
)
from qsmo.services.payroll.rules.outcome.payments import due
from qsmo.services.payroll.tests.out.paid import PERIOD, hr, paid

PAY_DATE = PERIOD.pay_date
KNOWN = {"opm", "irs", "tsp", "state", "locality", "benefits", "payee", "treasury", "agency"}


def test_every_deduction_and_contribution_goes_to_somebody():
    withheld = {rule.name for rule in RULES if rule.kind in ("deduction", "employer")}
    found = destinations(PAY_DATE)
    assert set(found) == withheld
    assert {each.name for each in found.values()} <= KNOWN
    assert all(each.group for each in found.values())


def test_what_goes_out_ties_to_the_control_totals_line_by_line():
    frame = paid()
    found = remittances(frame, PAY_DATE)
    assert ties(found, plain_totals(totals(frame)))
    by_hand: dict[str, int] = {}
    for row in frame.iter_rows(named=True):
        for name, each in destinations(PAY_DATE).items():
            by_hand[each.name] = by_hand.get(each.name, 0) + row[name]
    assert {name: cents for name, cents in by_hand.items() if cents} == dict(
        found.group_by("destination").agg(pl.col("amount_cents").sum()).iter_rows()
    )
    assert not ties(found.with_columns(pl.col("amount_cents") + 1), plain_totals(totals(frame)))


def test_opm_gets_retirement_by_code_and_health_by_plan():
    frame = paid()
    found = remittances(frame, PAY_DATE).filter(pl.col("line") == "retirement_cents")
    by_hand: dict[str, list[int]] = {}
    for row in frame.iter_rows(named=True):
        by_hand.setdefault(row["retirement"], []).append(row["retirement_cents"])
    assert dict(found.select("detail", "amount_cents").iter_rows()) == {
        code: sum(cents) for code, cents in by_hand.items()
    }
    assert dict(found.select("detail", "people").iter_rows()) == {
        code: sum(1 for each in cents if each) for code, cents in by_hand.items()
    }
    plans = remittances(frame, PAY_DATE).filter(pl.col("line") == "health_cents")
    assert plans["detail"].to_list() == ["111"]


def test_remittances_of_parts_add_up_to_those_of_the_whole():
    frame = paid()
    parts = [remittances(frame[:13], PAY_DATE), remittances(frame[13:], PAY_DATE)]
    assert added(parts).equals(remittances(frame, PAY_DATE))


def test_the_record_keeper_is_told_of_each_participant_and_of_nobody_else():
    frame, people = paid(), hr()
    found = savings(frame, people, "97380000", PAY_DATE, PERIOD.during.last)
    by_hand = [
        row["employee"]
        for row in frame.iter_rows(named=True)
        if row["savings_cents"] or row["savings_automatic_cents"]
    ]
    assert found["employee"].to_list() == by_hand
    columns = (
        "savings_traditional_cents",
        "savings_roth_cents",
        "savings_automatic_cents",
        "savings_match_cents",
    )
    assert set(columns) <= set(found.columns)
    assert found["amount_cents"].sum() == sum(frame[name].sum() for name in columns)


def test_federal_taxes_are_the_sums_of_the_people_and_close_to_the_rates_on_the_sums():
    frame = paid()
    found = dict(federal_taxes([frame[:9], frame[9:]], PAY_DATE).select("line", "amount_cents").iter_rows())
    assert found["federal income tax withheld"] == frame["income_tax_cents"].sum()
    assert found["Social Security wages"] == sum(
        row["closing_oasdi_wages_cents"] - row["ytd_oasdi_wages_cents"] for row in frame.iter_rows(named=True)
    )
    both = found["Medicare, employees"] + found["Medicare, agency"]
    at_rate = Fraction(29, 1000) * found["Medicare wages"]
    assert abs(both - at_rate) <= 2 * frame.height
    due_ = [name for name in found if name.endswith(("withheld", "employees", "agency"))]
    assert found["taxes due for the run"] == sum(found[name] for name in due_)


def test_every_line_of_everybody_is_the_line_of_the_statement(tmp_path):
    frame = paid()
    written = lines_of(frame, "2026-02", PERIOD.during.start, PAY_DATE)
    for suffix in (".csv", ".parquet"):
        target = tmp_path / f"lines{suffix}"
        written.write_csv(target) if suffix == ".csv" else written.write_parquet(target)
        read = list(read_results(target))
        assert all(isinstance(each, ResultLine) for each in read)
    mine = [(row["employee"], line.section, line.name, line.title, line.amount) for row in frame.iter_rows(named=True)
            for line in lines(row)]  # fmt: skip
    theirs = [(each.employee, each.section, each.name, each.title, each.amount) for each in read]  # type: ignore[union-attr]
    assert theirs == mine


def test_the_feed_has_everybody_once_with_their_gross_and_net(tmp_path):
    frame = paid()
    found = feed(frame, hr(), PERIOD)
    assert found.height == frame.height
    assert found["gross_cents"].sum() == frame["gross_cents"].sum()
    assert found["net_cents"].sum() == frame["net_cents"].sum()
    written = write_table(tmp_path / "feed.csv", found, "net_cents")
    assert (written.records, written.cents) == (frame.height, frame["net_cents"].sum())
    with (tmp_path / "feed.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sum(Fraction(row["gross_dollars"]) for row in rows) * 100 == frame["gross_cents"].sum()


@pytest.mark.parametrize(
    ("cents", "shown"), [(0, "0.00"), (-5, "-0.05"), (123_456, "1234.56"), (-100, "-1.00")]
)
def test_cents_are_shown_as_exact_dollars(cents, shown):
    assert pl.DataFrame({"a": [cents]}).select(decimal(pl.col("a"))).item() == shown
    assert str(Money(cents)).replace(",", "") == shown


def test_what_is_due_is_net_pay_and_what_is_paid_on():
    frame = paid()
    found = due(frame, paid_on(PAY_DATE))
    net = found.filter(pl.col("purpose") == "net")
    assert net["due_cents"].sum() == frame["net_cents"].sum()
    payees = [name for name, each in destinations(PAY_DATE).items() if each.name == PAYEE]
    others = found.filter(pl.col("purpose") != "net")
    assert others["due_cents"].sum() == sum(frame[name].sum() for name in payees)
