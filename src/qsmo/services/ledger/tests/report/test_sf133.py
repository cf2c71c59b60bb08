"""The SF-133: lines worked by hand, every account in both totals, and the tie points after events chosen at random."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qsmo.kernel.law import LawFault, LawGap
from qsmo.services.ledger.rules.chart import chart
from qsmo.services.ledger.rules.position import Attributes, Position
from qsmo.services.ledger.rules.report.crosswalk import terms
from qsmo.services.ledger.rules.report.fund import Fund
from qsmo.services.ledger.rules.report.sf133 import Execution, sf133
from qsmo.services.ledger.rules.report.ties import after_closing, broken, carried, opened, ties
from qsmo.services.ledger.tests.report.events import EARNED, Books

YEAR = 2026


def report(books: Books, year: int = YEAR) -> Execution:
    fund = Fund(books.symbol, life=books.life, exempt=books.exempt)
    return sf133(fund, books.positions(), year)


def first_year() -> Books:
    """10,000 appropriated; orders, receipts, payments, an advance, reimbursable work: the lines are worked below."""
    books = Books()
    books.appropriate(10_000)
    books.apportion(9_000)
    books.allot(8_000)
    books.commit(500)
    books.order(3_000)
    books.receive(2_000)
    books.pay(1_500)
    books.advance(400)
    books.receive_advance(100)
    books.charge(250)
    books.expect_work(1_200)
    books.take_order(700)
    books.order(300, EARNED)
    books.receive(200, EARNED)
    books.earn(200)
    books.collect(150)
    return books


BY_HAND = {
    "1000": 0,
    "1100": 10_000,
    "1160": 10_000,
    "1700": 150,
    "1701": 550,  # 700 ordered less 150 collected
    "1740": 500,  # 1,200 expected, 700 ordered
    "1750": 1_200,
    "1900": 11_200,
    "1910": 11_200,
    "2001": 3_250,  # orders of 3,000 and a charge of 250
    "2004": 3_250,
    "2101": 300,
    "2190": 3_550,
    "2201": 6_150,  # 1,000 not allotted, 8,000 + 700 allotted less 3,550 obligated
    "2203": 500,
    "2403": 1_000,
    "2490": 7_650,
    "2500": 11_200,
    "3000": 0,
    "3020": -2_150,  # 1,500 paid, 400 in advance, 250 charged
    "3050": 1_400,
    "3090": -550,
    "3200": 850,
    "4000": 11_200,
    "4010": 2_150,
    "4030": -150,
    "4050": -550,
    "4070": 10_500,
    "4180": 10_500,
    "4190": 2_000,
}


def test_the_lines_of_a_first_year_are_those_worked_by_hand():
    got = report(first_year())
    assert {number: got.amount(number) for number in BY_HAND} == BY_HAND
    assert broken(got, 6) == ()


def test_the_next_year_brings_forward_what_the_last_ended_with():
    books = first_year()
    books.before_closing()
    last = report(books)
    assert broken(last, 12) == ()
    assert last.amount("2490") == 7_150  # 500 of expected work gone
    closed = books
    closed.close()
    books.recover_order(100)
    books.recover_receipt(50)
    books.refund_prior(30)
    books.apportion(5_000)
    books.allot(5_000)
    books.raise_order(70)
    books.receive_raised(60)
    books.pay_raised(40)
    books.pay(20)
    this = report(books, YEAR + 1)
    by_hand = {
        "1000": 7_150,
        "1021": 150,
        "1033": 30,
        "1910": 7_330,
        "2190": 70,
        "2490": 7_260,
        "3000": 1_400,
        "3020": -60,
        "3040": -150,
        "3050": 1_260,
        "3060": -550,
        "3090": -550,
        "4033": -30,
        "4053": 30,
        "4190": 30,
    }
    assert {number: this.amount(number) for number in by_hand} == by_hand
    assert broken(this, 3) == ()
    assert carried(last, this) == ()


def test_what_is_not_carried_is_told_with_both_amounts():
    last, this = report(first_year()), report(Books())
    found = carried(last, this)
    assert [finding.code for finding in found] == ["sf133-brought-forward", "sf133-unpaid-brought-forward"]
    assert "line 1000 0.00" in found[0].words
    assert "line 2490 76.50" in found[0].words


def test_a_line_opens_into_the_balances_that_make_it_up():
    line = report(first_year()).lines["2190"]
    assert sum(part.amount for part in line.parts) == line.amount
    assert {(part.position.account, part.position.attributes.reimbursable) for part in line.parts} == {
        ("480100", "D"),
        ("480100", "R"),
        ("480200", "D"),
        ("490100", "D"),
        ("490100", "R"),
        ("490200", "D"),
    }
    total = report(first_year()).lines["1910"]
    assert sum(part.amount for part in total.parts) == 11_200


def test_an_account_outside_the_crosswalk_and_a_lost_amount_are_findings():
    books = first_year()
    books.now["429999", Attributes()] = 5
    found = {finding.code: finding for finding in broken(report(books), 6)}
    assert set(found) == {"account-not-in-crosswalk", "budgetary-zero"}
    assert found["account-not-in-crosswalk"].field == "429999"
    assert found["account-not-in-crosswalk"].who == books.symbol
    books = first_year()
    books.now["461000", Attributes(bea="D")] = -1_00
    found = {finding.code: finding for finding in broken(report(books), 6)}
    assert {"budgetary-zero", "sf133-resources-status", "cash"} == set(found)
    assert "line 1910 112.00, line 2500 113.00, apart by -1.00" in found["sf133-resources-status"].words


def test_year_end_wants_estimates_and_commitments_gone():
    codes = [finding.code for finding in broken(report(first_year()), 12)]
    assert codes == ["anticipated-zero", "anticipated-status-zero", "commitments-zero"]
    severities = [finding.severity for finding in broken(report(first_year()), 12)]
    assert severities == ["error", "error", "warning"]


def test_the_use_of_an_appropriation_that_was_forgotten_is_found():
    books = first_year()
    books.post(10, "310700>331000")
    assert [finding.code for finding in broken(report(books), 6)] == ["appropriations-used"]


def test_an_expired_fund_reports_in_its_own_lines_and_a_canceled_one_holds_nothing():
    books = first_year()
    books.before_closing()
    books.close(expiring=True)
    books.raise_order(40)
    books.recover_order(25)
    got = report(books, YEAR + 1)
    assert (got.amount("2180"), got.amount("2170")) == (40, 0)
    assert (got.amount("2413"), got.amount("2412")) == (7_150 + 25 - 40, 0)
    assert (got.amount("3041"), got.amount("3040")) == (-25, 0)
    assert broken(got, 2) == ()
    books.life = "canceled"
    assert {"canceled-cash", "canceled-status"} <= {finding.code for finding in broken(report(books), 12)}


def test_openings_must_be_the_closings_of_the_year_before():
    books = first_year()
    books.close()
    closed = books.positions()
    assert opened(books.symbol, closed, closed) == ()
    changed = [replace(each, opening=each.opening + (each.account == "101000")) for each in closed]
    found = opened(books.symbol, closed, changed)
    assert [(each.code, "101000" in each.words) for each in found] == [("opening-not-closing", True)]


@pytest.mark.parametrize("exempt", [False, True])
def test_after_closing_only_what_stays_open_is_left(exempt):
    books = Books(exempt=exempt)
    books.appropriate(900)
    if not exempt:
        books.apportion(800)
        books.allot(700)
    books.order(600)
    books.receive(300)
    books.pay(200)
    before = after_closing(report(books))
    assert "not-closed" in {finding.code for finding in before}
    assert "411900" in {finding.field for finding in before}
    books.close()
    assert after_closing(report(books)) == ()
    books.now["101000", Attributes()] = 1
    assert [finding.code for finding in after_closing(report(books))] == ["closed-cash"]


CODES = {
    "bea": "DM",
    "reimbursable": "DR",
    "category": ("", "B", "E"),
    "availability_time": ("", "S"),
    "authority": "PD",
    "authority_year": ("", "BAL"),
    "adjustment": ("", "B"),
    "federal": "FN",
}


@pytest.mark.parametrize("life", ["unexpired", "expired"])
def test_every_budgetary_account_stands_in_both_totals_exactly_once(life):
    """1910 less 2500 is the balance itself, so that equal totals say that the books balance."""
    kinds = [
        Attributes(**dict(zip(CODES, codes, strict=True))) for codes in itertools.product(*CODES.values())
    ]
    accounts = [number for number in chart(YEAR) if number.startswith("4")]
    assert len(accounts) > 130
    for number, account in enumerate(accounts):
        for kind in kinds[number % 29 :: 29]:
            got = sf133(Fund("S", life), [Position("S", account, kind, 7, -12)], YEAR)
            assert got.value("L1910 -L2500 Lmoved") == -19, (account, kind)
            assert got.value("L3050 -L3000 -L3001 -L2190 -L3020 L1021 -L3030") == 0, (account, kind)
            assert got.value("L3090 -L3060 -L3061 -L3070 -L3071 -L3080") == 0, (account, kind)


def test_of_another_symbol_nothing_is_taken_and_years_before_the_tables_are_refused():
    books = first_year()
    assert sf133(Fund("047-X-9999-000"), books.positions(), YEAR).amount("1910") == 0
    with pytest.raises(LawGap):
        report(books, 2019)
    with pytest.raises(LawFault, match="not a term"):
        terms("-E480100 490100")


EVENTS = {
    "appropriate": lambda _: 100_000,
    "rescind": lambda books: -books.e("445000"),
    "apportion": lambda books: -books.e("445000"),
    "allot": lambda books: -books.e("451000"),
    "commit": lambda books: -books.e("461000"),
    "order_committed": lambda books: -books.e("470000"),
    "order": lambda books: -books.e(books.free) if books.life == "unexpired" else 0,
    "advance": lambda books: min(-books.e("480100") - books.e("487100"), books.e("101000")),
    "receive": lambda books: -books.e("480100") - books.e("487100"),
    "receive_advance": lambda books: -books.e("480200"),
    "pay": lambda books: min(-books.e("490100") - books.e("497100"), books.e("101000"), -books.e("211000")),
    "charge": lambda books: min(-books.e(books.free), books.e("101000")) if books.life == "unexpired" else 0,
    "payroll": lambda books: -books.e(books.free) if books.life == "unexpired" else 0,
    "expect_work": lambda books: 50_000 if books.life == "unexpired" else 0,
    "take_order": lambda books: books.e("421000"),
    "take_advance": lambda books: books.e("421000"),
    "earn": lambda books: books.e("422100"),
    "earn_advance": lambda books: books.e("422200"),
    "collect": lambda books: books.e("425100"),
    "cancel_order": lambda books: -books.e("480100") + books.b("480100"),
    "refund": lambda books: -books.e("490200"),
    "recover_order": lambda books: min(-books.b("480100"), -books.e("480100")) - books.e("487100"),
    "recover_receipt": lambda books: min(-books.b("490100"), -books.e("490100")) - books.e("497100"),
    "refund_prior": lambda books: -books.b("420100") // 10,
    "raise_order": lambda books: -books.e(books.free),
    "receive_raised": lambda books: -books.e("488100"),
    "pay_raised": lambda books: min(-books.e("498100"), books.e("101000")),
    "leave": lambda _: 500,
    "wear": lambda _: 300,
    "impute": lambda _: 200,
}


@settings(max_examples=40, deadline=None)
@given(
    years=st.lists(
        st.lists(st.tuples(st.sampled_from(sorted(EVENTS)), st.integers(1, 100)), min_size=4, max_size=30),
        min_size=3,
        max_size=3,
    ),
    expiring=st.booleans(),
)
def test_everything_ties_after_every_event_of_three_years(years, expiring):
    books = Books()
    last: Execution | None = None
    for number, events in enumerate([[("appropriate", 90), ("apportion", 80), ("allot", 90)], *years]):
        for name, percent in events:
            most = EVENTS[name](books)
            if books.life == "expired" and name in ("appropriate", "rescind"):
                continue
            if most * percent // 100 > 0:
                getattr(books, name)(most * percent // 100)
                assert broken(report(books, YEAR + number), 6) == (), name
        books.before_closing()
        got = report(books, YEAR + number)
        assert broken(got, 12) == ()
        if last is not None:
            assert carried(last, got) == ()
        last = got
        books.close(expiring=expiring and number == 2)
        assert after_closing(report(books, YEAR + number)) == ()


def test_every_point_that_is_looked_at_says_both_sides():
    points = ties(report(first_year()), 12)
    assert len(points) > 15
    cash = next(point for point in points if point.code == "cash")
    assert cash.left == cash.right == 10_000 - 2_150 + 150
    assert all(point.left_words and point.right_words and point.mark for point in points)
