"""Trial balance, status of funds and statements: figures worked by hand, and identities after events at random."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from qsmo.services.ledger.rules.chart import chart
from qsmo.services.ledger.rules.position import Attributes, Position
from qsmo.services.ledger.rules.report.balance import Columns, trial_balance
from qsmo.services.ledger.rules.report.fund import Fund
from qsmo.services.ledger.rules.report.statements import budget_to_accrual, disagreements, statement
from qsmo.services.ledger.rules.report.status import status
from qsmo.services.ledger.tests.report.events import Books
from qsmo.services.ledger.tests.report.test_sf133 import EVENTS, YEAR, first_year, report

FUND = Fund(Books().symbol)


def test_the_trial_balance_of_a_first_year():
    got = trial_balance(first_year().positions(), YEAR)
    rows = {row.position.account: row for row in got.rows}
    assert rows["101000"].title == "Fund Balance With Treasury"
    assert rows["101000"].ending == Columns(10_000 - 2_150 + 150, 0)
    assert rows["480100"].ending == Columns(0, 600 + 100)
    assert rows["310700"].ending == Columns(2_350, 0)
    assert not any(row.abnormal for row in got.rows)
    opening, movement, ending = got.totals["budgetary"]
    assert (opening, movement.debit, movement.credit) == (Columns(0, 0), ending.debit, ending.credit)
    assert ending.debit == ending.credit == 10_000 + 500 + 500 + 50 + 150
    assert got.findings == ()


def test_halves_that_do_not_balance_and_unknown_accounts_are_named():
    books = first_year()
    books.now["101000", Attributes()] = 25
    books.now["999999", Attributes()] = -25
    found = trial_balance(books.positions(), YEAR).findings
    assert [finding.code for finding in found] == ["account-unknown"]
    books.opening["101000", Attributes()] = 30
    found = trial_balance(books.positions(), YEAR, "bea").findings
    assert found[0].words == "The opening proprietary balances do not balance: debits 0.30, credits 0.00"
    books.now["101000", Attributes()] = -80_01
    row = next(row for row in trial_balance(books.positions(), YEAR).rows if row.position.account == "101000")
    assert row.abnormal


def test_the_status_of_funds_worked_by_hand():
    (whole,) = status(FUND, first_year().positions(), YEAR)
    assert {name: column.amount for name, column in whole.columns.items()} == {
        "authority": 11_200,
        "unapportioned": 1_000,
        "apportioned": 10_200,  # 9,000 of its own, 1,200 of expected work
        "allotted": 8_700,
        "committed": 500,
        "obligated": 3_550,
        "expended": 2_550,  # 2,000 and 200 received, 100 against the advance, 250 charged
        "paid": 2_150,
        "unpaid": 1_400,
        "advanced": 300,
        "recovered": 0,
        "available": 4_650,
        "expired": 0,
        "unobligated": 7_650,
    }
    assert whole.obligation_rate == Fraction(3_550, 8_700)
    assert whole.payment_rate == Fraction(2_150, 3_550)
    assert sum(part.amount for part in whole.columns["obligated"].parts) == 3_550


def test_the_status_by_attribute_adds_up_to_the_whole():
    books = first_year()
    parts = status(FUND, books.positions(), YEAR, "reimbursable", "object_class")
    (whole,) = status(FUND, books.positions(), YEAR)
    for name, column in whole.columns.items():
        assert sum(part.amount(name) for part in parts) == column.amount
    assert [part.group for part in parts] == [("D", "252"), ("R", "252")]
    assert parts[1].amount("obligated") == 300
    assert status(FUND, [], YEAR) == ()


def test_the_statements_of_a_first_year_worked_by_hand():
    books = first_year()
    books.wear(40)
    books.impute(60)
    books.leave(15)
    positions = books.positions()
    sheet = statement("balance-sheet", positions, YEAR)
    assert sheet.amount("cash") == 8_000
    assert sheet.amount("receivables-intragovernmental") == 50
    assert sheet.amount("advances") == 300
    assert sheet.amount("property") == -40
    assert sheet.amount("assets") == 8_310
    assert sheet.amount("payables") == 500
    assert sheet.amount("payables-intragovernmental") == 200
    assert sheet.amount("benefits") == 15
    assert sheet.amount("unexpended") == 10_000 - 2_350
    assert sheet.amount("liabilities-and-net-position") == 8_310
    assert (sheet.lines["cash"].mark, sheet.lines["property"].mark) == ("sourced", "high")
    cost = statement("net-cost", positions, YEAR)
    assert cost.amount("gross-cost") == 2_350 + 200 + 40 + 60 + 15
    assert cost.amount("earned-revenue") == 200
    assert cost.amount("net-cost") == 2_465
    changes = statement("net-position", positions, YEAR)
    assert changes.amount("appropriations-received") == 10_000
    assert changes.amount("appropriations-used") == -2_350
    assert changes.amount("imputed") == 60
    assert changes.amount("results") == 2_350 + 60 - 2_465
    assert disagreements(positions, YEAR) == ()


def test_net_cost_leads_to_net_outlays():
    books = first_year()
    books.wear(40)
    books.impute(60)
    books.leave(15)
    books.post(70, "175000>610000")
    got = budget_to_accrual(report(books))
    amounts = {name: line.amount for name, line in got.lines.items()}
    assert amounts["net-cost"] == 2_465 - 70
    assert amounts["depreciation"] == -40
    assert amounts["assets-bought"] == 70
    assert amounts["receivables"] == 50
    assert amounts["advances"] == 300
    assert amounts["payables"] == -700
    assert amounts["payroll"] == -15
    assert amounts["imputed"] == -60
    assert amounts["net-outlays"] == 2_000
    assert got.difference == 0


def test_what_no_line_names_stands_in_a_line_of_its_own():
    positions = [*first_year().positions(), Position(Books().symbol, "320000", Attributes(), 0, -5)]
    sheet = statement("balance-sheet", positions, YEAR)
    assert (sheet.amount("outside"), sheet.outside) == (-5, ("320000",))
    found = disagreements(positions, YEAR)
    assert [(each.code, each.severity) for each in found] == [
        ("statement-balance", "error"),
        ("statement-outside", "warning"),
        ("statement-outside", "warning"),
    ]
    assert "320000" in found[1].words


def test_every_proprietary_account_of_the_chart_stands_in_the_statements():
    for exchange in "XT":
        for federal in "FN":
            kind = Attributes(exchange=exchange, federal=federal)
            positions = [
                Position("S", number, kind, 3 if number[0] in "123" else 0, 11)
                for number in chart(YEAR)
                if number[0] in "123567"
            ]
            total = sum(position.ending for position in positions)
            opening = sum(position.opening for position in positions)
            positions += [Position("S", "101000", kind, -opening, -total)]
            assert disagreements(positions, YEAR) == ()
            assert statement("balance-sheet", positions, YEAR).outside == ()


@settings(max_examples=15, deadline=None)
@given(events=st.lists(st.tuples(st.sampled_from(sorted(EVENTS)), st.integers(1, 100)), max_size=25))
def test_statements_tie_and_net_cost_reconciles_whatever_happens(events):
    books = Books()
    for number, name in enumerate(("appropriate", "apportion", "allot")):
        getattr(books, name)(90_000 - number)
    for turn in (0, 1):
        for name, percent in events:
            amount = EVENTS[name](books) * percent // 100
            if amount > 0:
                getattr(books, name)(amount)
        assert disagreements(books.positions(), YEAR + turn) == ()
        assert budget_to_accrual(report(books, YEAR + turn)).difference == 0
        assert trial_balance(books.positions(), YEAR + turn).findings == ()
        books.before_closing()
        books.close()
