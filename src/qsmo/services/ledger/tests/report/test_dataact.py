"""Files A, B and C from books: figures worked by hand, and the checker of such files finds nothing in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from qsmo.services.ledger.formats.checking import Beside, check_dataact
from qsmo.services.ledger.formats.spending import dollars_plain, write_budget, write_spending
from qsmo.services.ledger.rules.position import Attributes, Position
from qsmo.services.ledger.rules.report.dataact import (
    Award,
    Awarded,
    Obligated,
    budget_lines,
    file_a,
    file_b,
    file_c,
)
from qsmo.services.ledger.rules.report.fund import Fund
from qsmo.services.ledger.tests.report.events import DIRECT, Books
from qsmo.services.ledger.tests.report.test_sf133 import YEAR, first_year

FUND = Fund(Books().symbol)
QUIET = Fund("047-2026/2026-0200-000")
CONTRACT = Award(piid="GS00Q14OADU130", parent="GS00Q14OADU100")
GRANT = Award(fain="FA0001")


def second_year() -> Books:
    """A year with openings: orders paid, recovered, raised and refunded."""
    books = first_year()
    books.before_closing()
    books.close()
    books.apportion(5_000)
    books.allot(5_000)
    books.recover_order(100)
    books.recover_receipt(50)
    books.refund_prior(30)
    books.raise_order(70)
    books.receive_raised(60)
    books.pay_raised(40)
    books.pay(20)
    books.order(900)
    books.charge(10)
    return books


def positions() -> list[Position]:
    """The books of the second year, and an account that only has its appropriation."""
    quiet = Attributes(bea="D", defc="AAB", category="A")
    return [
        *second_year().positions(),
        Position(QUIET.symbol, "411900", quiet, 0, 777),
        Position(QUIET.symbol, "445000", quiet, 0, -777),
    ]


def test_file_a_is_the_sf133_by_account():
    got = file_a([FUND, QUIET], positions(), YEAR)
    row = got.rows[0]
    assert row.texts["AgencyIdentifier"] == "047"
    assert row.amounts == {
        "TotalBudgetaryResources_CPE": 7_330,
        "BudgetAuthorityUnobligatedBalanceBroughtForward_FYB": 7_150,
        "BudgetAuthorityAppropriatedAmount_CPE": 0,
        "ContractAuthorityAmountTotal_CPE": 0,
        "BorrowingAuthorityAmountTotal_CPE": 0,
        "SpendingAuthorityfromOffsettingCollectionsAmountTotal_CPE": 0,
        "AdjustmentsToUnobligatedBalanceBroughtForward_CPE": 180,
        "GrossOutlayAmountByTAS_CPE": -70,
        "UnobligatedBalance_CPE": 6_350,
        "ObligationsIncurredTotalByTAS_CPE": 980,
        "StatusOfBudgetaryResourcesTotal_CPE": 7_330,
        "DeobligationsRecoveriesRefundsOfPriorYearByTAS_CPE": 180,
        "OtherBudgetaryResourcesAmount_CPE": 0,
    }
    assert len(got.rows) == 2
    assert file_a([replace(FUND, financing=True), Fund("047-X-0001-000")], positions(), YEAR).rows == ()


def test_file_b_by_program_activity_and_object_class():
    got = file_b([FUND, QUIET], positions(), YEAR)
    direct, earned, quiet = got.rows
    assert (direct.texts["ObjectClass"], direct.texts["ProgramActivityReportingKey"]) == ("2520", "0001ABCD")
    shown = {
        "USSGL480100_UndeliveredOrdersObligationsUnpaid_FYB": -600,
        "USSGL480100_UndeliveredOrdersObligationsUnpaid_CPE": -1_500,
        "ObligationsUndeliveredOrdersUnpaidTotal_CPE": -1_510,  # with 10 raised and not received
        "ObligationsDeliveredOrdersUnpaidTotal_CPE": -480 - 20,
        "GrossOutlaysUndeliveredOrdersPrepaidTotal_FYB": -300,
        "GrossOutlayAmountByProgramObjectClass_CPE": -70,
        "ObligationsIncurredByProgramObjectClass_CPE": -980,
        "DeobligationsRecoveriesRefundsdOfPriorYearByProgramObjectClass_CPE": 180,
    }
    assert {name: direct.amounts[name] for name in shown} == shown
    assert earned.texts["ByDirectReimbursableFundingSource"] == "R"
    assert (quiet.texts["ObjectClass"], quiet.texts["DisasterEmergencyFundCode"]) == ("0000", "AAB")
    assert not any(quiet.amounts.values())


def awarded() -> list[Awarded]:
    """Of the direct obligations, those of a contract and of a grant."""
    parts = {"480100": (-200, -700), "490100": (-100, -90), "490200": (0, -10), "487100": (0, 60)}
    found = [
        Awarded(CONTRACT, Position(FUND.symbol, account, DIRECT, *balances))
        for account, balances in parts.items()
    ]
    return [*found, Awarded(GRANT, Position(FUND.symbol, "480100", DIRECT, 0, -25))]


def test_file_c_by_award_with_a_row_for_each_obligation():
    moved = [
        Obligated(CONTRACT, FUND.symbol, DIRECT, -500, date(2025, 12, 3)),
        Obligated(GRANT, FUND.symbol, DIRECT, -25),
    ]
    got = file_c([FUND], awarded(), moved, YEAR)
    by_award = {row.texts["PIID"] or row.texts["FAIN"]: row.amounts for row in got.rows[:2]}
    assert by_award["GS00Q14OADU130"]["ObligationsIncurredTotalByAward_CPE"] == -500 + 10 - 10
    assert by_award["GS00Q14OADU130"]["GrossOutlayAmountByAward_CPE"] == -10
    assert by_award["GS00Q14OADU130"]["DeobligationsRecoveriesRefundsOfPriorYearByAward_CPE"] == 60
    assert by_award["FA0001"]["ObligationsUndeliveredOrdersUnpaidTotal_CPE"] == -25
    assert [(row.amounts, row.texts.get("GeneralLedgerPostDate", "")) for row in got.rows[2:]] == [
        ({"TransactionObligatedAmount": -500}, "20251203"),
        ({"TransactionObligatedAmount": -25}, ""),
    ]
    assert file_c([QUIET], awarded(), moved, YEAR).rows == ()


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_checker_finds_nothing_in_the_files(year):
    books = positions()
    if year < 2026:
        books = [replace(each, symbol=each.symbol.replace("2026/2026", "2025/2025")) for each in books]
    funds = [FUND, replace(QUIET, symbol=QUIET.symbol.replace("2026/2026", f"{year}/{year}"))]
    moved = [Obligated(CONTRACT, FUND.symbol, DIRECT, -500, date(year, 2, 3))]
    files = {
        "A": ("a.csv", write_spending(file_a(funds, books, year))),
        "B": ("b.csv", write_spending(file_b(funds, books, year))),
        "C": ("c.csv", write_spending(file_c(funds, awarded(), moved, year))),
    }
    before = first_year()
    before.before_closing()
    budgets = [
        ("this.csv", write_budget(budget_lines(funds, books, year, 6))),
        ("last.csv", write_budget(budget_lines([FUND], before.positions(), year - 1, 12))),
    ]
    report = check_dataact(files, Beside(sf133=budgets), year=year, period=6, agency="047")
    assert [str(finding) for finding in report.findings] == []
    ran = {each["rule"] for each in report.run() if each["state"] == "ran"}
    assert {
        "A34",
        "A18",
        "A19",
        "A35",
        "B14",
        "B15",
        "B22",
        "B25",
        "B26",
        "B21",
        "B20.2.1",
        "C20.1",
        "C26.1",
    } <= ran
    reasons = {str(each["why"]) for each in report.run() if each["state"] == "not run"}
    assert not [why for why in reasons if "sf133" in why]


def test_amounts_are_written_plainly():
    assert [dollars_plain(cents) for cents in (0, 5, -123_456, 100)] == ["0.00", "0.05", "-1234.56", "1.00"]
    assert write_budget([]) == b""
