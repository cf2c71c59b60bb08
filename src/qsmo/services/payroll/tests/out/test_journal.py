"""The journals of a run: by account symbol, fund, program and object class, balanced, against sums made by hand."""

from __future__ import annotations

from datetime import date

import polars as pl

from qsmo.kernel.money import Money
from qsmo.services.payroll.rules import RULES
from qsmo.services.payroll.rules.outcome.accounting import CHART, added, shares, unlisted
from qsmo.services.payroll.rules.outcome.journal import payroll_journal

ON = date(2026, 3, 13)
TAS, OTHER = "073-2026/2026-0100-000", "073-2025/2029-0400-000"
CHART_FRAME = pl.DataFrame([("105.S00", OTHER, "F1", "P7", "test")], schema=CHART, orient="row")
PEOPLE = pl.DataFrame(
    {
        "employee": ["1", "2", "3"],
        "work_schedule": ["F", "P", "F"],
        "accounting": ["", "105.S00", "999"],
    }
)


def frame() -> pl.DataFrame:
    """Three people: one with overtime, one part-time under another symbol, one whose accounting nobody knows."""
    rows = {
        "employee": ["1", "2", "3"],
        "regular_pay_cents": [100_000, 40_000, 21_000],
        "overtime_cents": [5_000, 0, 0],
        "gross_cents": [105_000, 40_000, 21_000],
        "net_cents": [80_000, 30_000, 20_000],
        "employer_cents": [30_000, 10_000, 2_000],
    }
    names = [rule.name for rule in RULES if rule.kind == "earning"]
    assert {"regular_pay_cents", "overtime_cents"} <= set(names)
    return pl.DataFrame(rows)


def found() -> pl.DataFrame:
    """The shares of those three."""
    return shares(frame(), PEOPLE, CHART_FRAME, tas=TAS, on=ON)


def test_shares_stand_by_symbol_fund_program_and_object_class():
    cents = {(row[0], row[1], row[2], row[3], row[4]): row[5] for row in found().rows()}
    assert cents == {
        (TAS, "", "", "gross", "11.1"): 121_000,
        (TAS, "", "", "gross", "11.5"): 5_000,
        (TAS, "", "", "net", ""): 100_000,
        (TAS, "", "", "withheld", ""): 26_000,
        (TAS, "", "", "employer", "12.1"): 32_000,
        (OTHER, "F1", "P7", "gross", "11.3"): 40_000,
        (OTHER, "F1", "P7", "net", ""): 30_000,
        (OTHER, "F1", "P7", "withheld", ""): 10_000,
        (OTHER, "F1", "P7", "employer", "12.1"): 10_000,
    }


def test_shares_of_two_parts_are_those_of_the_whole():
    parts = [
        shares(frame().filter(pl.col("employee") == who), PEOPLE, CHART_FRAME, tas=TAS, on=ON)
        for who in "123"
    ]
    assert added(parts).equals(added([found()]))


def test_the_journal_balances_in_each_symbol_and_carries_class_fund_and_program():
    journal = payroll_journal("r", found(), entity="tests/agency", on=ON)
    lines = {
        (line.tas, line.account, line.side, line.object_class): line.amount.cents for line in journal.lines
    }
    assert lines[(TAS, "610000", "debit", "11.1")] == 121_000
    assert lines[(TAS, "610000", "debit", "11.5")] == 5_000
    assert lines[(OTHER, "610000", "debit", "11.3")] == 40_000
    assert lines[(OTHER, "640000", "debit", "12.1")] == 10_000
    assert lines[(TAS, "461000", "debit", "")] == 158_000
    assert lines[(OTHER, "221100", "credit", "")] == 10_000
    assert {(line.fund, line.program) for line in journal.lines if line.tas == OTHER} == {("F1", "P7")}
    assert journal.debits == journal.credits
    assert journal.key == "payroll-r"


def test_paying_takes_away_what_was_owed():
    earned = payroll_journal("r", found(), entity="tests/agency", on=ON)
    paid = payroll_journal("r", found(), entity="tests/agency", on=ON, event="disburse")
    for account in ("221000", "221100", "221300"):
        owed = [line for line in earned.lines if line.account == account]
        met = [line for line in paid.lines if line.account == account]
        assert {line.side for line in owed} == {"credit"}
        assert {line.side for line in met} == {"debit"}
        assert Money.total(line.amount for line in owed) == Money.total(line.amount for line in met)
    assert sum(line.amount.cents for line in paid.lines if line.account == "101000") == 208_000


def test_pay_that_is_taken_back_turns_the_side():
    back = frame().with_columns(
        pl.when(pl.col("employee") == "1").then(-5_000).otherwise("overtime_cents").alias("overtime_cents"),
        pl.when(pl.col("employee") == "1").then(95_000).otherwise("gross_cents").alias("gross_cents"),
        pl.when(pl.col("employee") == "1").then(70_000).otherwise("net_cents").alias("net_cents"),
    )
    journal = payroll_journal("r", shares(back, PEOPLE, CHART_FRAME, tas=TAS, on=ON), entity="a", on=ON)
    found = {
        each.account: (each.side, each.amount.cents) for each in journal.lines if each.object_class == "11.5"
    }
    assert found == {"490100": ("debit", 5_000), "610000": ("credit", 5_000)}


def test_authority_is_expended_by_object_class_also_where_pay_was_stopped():
    unpaid = shares(frame(), PEOPLE, CHART_FRAME, tas=TAS, on=ON, unpaid=["1"])
    stopped = frame().filter(pl.col("employee") == "1")["net_cents"].item()
    for journal, less in (
        (payroll_journal("r", found(), entity="a", on=ON), 0),
        (payroll_journal("r", unpaid, entity="a", on=ON, event="disburse"), stopped),
    ):
        for tas in (TAS, OTHER):
            own = [line for line in journal.lines if line.tas == tas]
            expended = [line for line in own if line.account == "490100"]
            assert {line.object_class for line in expended} >= {"12.1"}
            assert "" not in {line.object_class for line in expended}
        expended = [line for line in journal.lines if line.account == "490100"]
        assert sum(line.amount.cents for line in expended) == 208_000 - less


def test_accounting_that_the_agency_has_not_listed_is_told():
    assert unlisted(PEOPLE, CHART_FRAME) == ["999"]
    assert unlisted(PEOPLE.drop("accounting"), CHART_FRAME) == []


def test_every_earning_has_an_object_class():
    for name in (rule.name for rule in RULES if rule.kind == "earning"):
        one = pl.DataFrame(
            {"employee": ["1"], name: [700], "gross_cents": [700], "net_cents": [700], "employer_cents": [0]}
        )
        classed = shares(one, PEOPLE, CHART_FRAME, tas=TAS, on=ON).filter(pl.col("measure") == "gross")
        assert classed["cents"].to_list() == [700], name
        assert classed["object_class"].item() in ("11.1", "11.5", "13.0"), name
