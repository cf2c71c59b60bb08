"""Rows of the adjusted trial balance, the gate with its edits, and the books against an apportionment."""

from __future__ import annotations

from dataclasses import replace

from qsmo.services.ledger.rules.attributes import missing, needs, reported
from qsmo.services.ledger.rules.position import Attributes, Position
from qsmo.services.ledger.rules.report.apportionment import Approved, compare
from qsmo.services.ledger.rules.report.crosswalk import version
from qsmo.services.ledger.rules.report.fund import Fund
from qsmo.services.ledger.rules.report.gate import TESTS, Beside, gate
from qsmo.services.ledger.rules.report.gtas import trial_rows, unrowed
from qsmo.services.ledger.rules.report.sf133 import sf133
from qsmo.services.ledger.rules.report.ties import broken
from qsmo.services.ledger.tests.report.events import Books
from qsmo.services.ledger.tests.report.test_sf133 import YEAR, first_year, report

FUND = Fund(Books().symbol)
WIDTHS = (4, 2, 3, 3, 4, 4, 1, 4, 3, 6, 21, 1, 1, 1, 1, 1, 4, 2, 1, 3, 4, 3, 1, 1, 1, 1, 1, 1, 1, 4, 3, 3, 4)
LAYOUT = """FiscalYear ReportingPeriod AllocationTransferAgencyIdentifier AgencyIdentifier BeginningPeriodOfAvailability
EndingPeriodOfAvailability AvailabilityTypeCode MainAccountCode SubAccountCode USSGL_AccountNumber DollarAmount
DebitCreditIndicator BeginEndIndicator AuthorityTypeCode ReimbursableFlagIndicator ApportionmentCategoryCode
ApportionmentCategoryB_Program ProgramReportCategoryNumber FederalNonFederalIndicator TradingPartnerAgencyIdentifier
TradingPartnerMainAccountCode YearOfBudgetAuthorityCode AvailabilityTimeIndicator BEA_CategoryIndicator BorrowingSource
ExchangeNonexchangeIndicator CustodialNoncustodialIndicator BudgetImpactIndicator PriorYearAdjustmentCode
CreditCohortYear DisasterEmergencyFundCode ReductionType BudgetObjectClass"""
FIELDS = LAYOUT.split()
WORKED = "202603   019        X0306000480100000000000000000123456CE DB6011  N           D    X    Q     2520"


def fixed(cells: dict[str, str]) -> str:
    """A row in fixed width, by the published widths, apart from the product's own writer."""
    assert sorted(cells) == sorted(FIELDS)
    parts = []
    for name, width in zip(FIELDS, WIDTHS, strict=True):
        filled = cells[name].rjust(width, "0") if name == "DollarAmount" else cells[name].ljust(width)
        assert len(filled) == width, name
        parts.append(filled)
    return "".join(parts)


def test_the_worked_row_of_the_layout_is_written_to_the_character():
    attributes = Attributes(
        reimbursable="D",
        category="B",
        program_b="6011",
        federal="N",
        bea="D",
        adjustment="X",
        defc="Q",
        object_class="252",
        activity="0001ABCD",  # not a field of this file
        organization="HQ",
        exchange="X",  # not reported for the account
    )
    position = Position("019-X-0306-000", "480100", attributes, 0, -1234_56)
    (row,) = trial_rows([position], 2026, 3)
    assert sum(WIDTHS) == 98
    assert fixed(row.cells) == WORKED
    (before,) = trial_rows([position], 2025, 3)
    assert before.cells["BudgetObjectClass"] == "", "the object class came with FY2026"
    (adjusting,) = trial_rows([position], 2026, 14)
    assert adjusting.cells["ReportingPeriod"] == "12"


def test_openings_and_endings_are_rows_of_their_own_and_nil_is_none():
    books = first_year()
    books.before_closing()
    books.close()
    books.pay(500)
    rows = trial_rows(books.positions(), YEAR + 1, 1)
    unpaid = [(row.side, row.attributes.reimbursable, row.cents) for row in rows if row.account == "490100"]
    assert sorted(unpaid) == [("B", "D", -500), ("B", "R", -200), ("E", "R", -200)]
    assert all(row.cents for row in rows)
    assert sum(row.cents for row in rows if row.side == "E") == 0
    assert sum(row.cents for row in rows if row.side == "B") == 0


def test_the_sf133_from_the_rows_of_the_file_is_that_from_the_books():
    books = first_year()
    whole = sf133(FUND, books.positions(), YEAR)
    again = sf133(FUND, unrowed(trial_rows(books.positions(), YEAR, 6)), YEAR)
    assert {number: line.amount for number, line in again.lines.items()} == {
        number: line.amount for number, line in whole.lines.items()
    }
    assert broken(again, 6) == ()


def test_what_an_account_reports_and_lacks():
    assert needs("101000", YEAR) == ()
    assert [need.name for need in needs("445000", YEAR)] == ["availability_time", "bea", "defc"]
    assert "object_class" in {need.name for need in needs("490100", 2026) if need.required}
    assert "object_class" not in {need.name for need in needs("490100", 2025)}
    federal = Attributes(federal="F", bea="D", defc="Q", reimbursable="R")
    assert [finding.field for finding in missing("425100", federal, YEAR)] == ["partner", "partner_main"]
    assert missing("425100", replace(federal, partner="047", partner_main="4534"), YEAR) == ()
    unsure = missing("610000", Attributes(), YEAR) + missing("465000", Attributes(defc="Q"), YEAR)
    assert [(each.field, each.severity) for each in unsure] == [("federal", "error"), ("bea", "warning")]
    general = Attributes(federal="G", partner="099")
    assert reported("310100", Attributes(federal="N"), YEAR) == general, "fixed, whatever the line says"
    assert reported("520000", federal, YEAR).exchange == "X"
    assert reported("480100", Attributes(), YEAR).adjustment == "X"


def test_the_year_of_authority_follows_where_only_one_is_possible():
    paid = Position(FUND.symbol, "490200", Attributes(bea="D"), 0, -5)
    new = Position(FUND.symbol, "411900", Attributes(bea="D"), 0, 9)
    old = Position(FUND.symbol, "480100", Attributes(bea="D"), -4, -4)

    def year_of(*positions: Position) -> str:
        rows = trial_rows(positions, YEAR, 1)
        return next(row.attributes.authority_year for row in rows if row.account == "490200")

    assert [year_of(paid, new), year_of(paid, old), year_of(paid, new, old)] == ["NEW", "BAL", ""]


def test_a_sound_fund_passes_the_gate_and_what_did_not_run_says_why():
    got = gate(FUND, first_year().positions(), YEAR, 6)
    assert got.findings == ()
    assert {edit.code for edit in got.left_out} == {
        "1", "5", "20", "75", "opening", "brought-forward", "outlays", "warrants", "debt", "apportioned", "partners"
    }  # fmt: skip
    assert all(edit.left_out for edit in got.left_out)
    given = Beside(
        cash=8_000,
        outlays=2_000,
        warrants=10_000,
        held=0,
        closed=(),
        last=report(Books(), YEAR - 1),
        approved=(Approved("6001", 10_200),),
    )
    whole = gate(FUND, first_year().positions(), YEAR, 6, given)
    assert whole.stops == ()
    assert {edit.code for edit in whole.left_out} == {"20", "75", "debt", "partners"}
    assert sum(edit.passed for edit in whole.edits) == len(whole.edits) - 4


def test_every_tie_point_stands_in_an_edit_and_every_edit_can_run():
    rows = version("gtas_edits", YEAR).rows
    named = [
        code
        for row in rows
        if row.cells["test"].startswith("ties: ")
        for code in row.cells["test"].removeprefix("ties: ").split()
    ]
    codes = [row.text("code") for row in version("ties", YEAR).rows if row.cells["when"] != "closed"]
    assert sorted(named) == sorted([*codes, "account-not-in-crosswalk"])
    tests = {row.cells["test"] for row in rows if row.cells["test"] and "ties: " not in row.cells["test"]}
    assert tests == set(TESTS)


def test_the_gate_stops_what_is_wrong():
    books = first_year()
    wrong = Beside(cash=8_100, outlays=1, warrants=9, held=7, closed=tuple(books.positions()))
    codes = {finding.code for finding in gate(FUND, books.positions(), YEAR, 6, wrong).stops}
    assert codes == {
        "cash-records",
        "outlay-records",
        "warrant-records",
        "held-records",
        "opening-not-closing",
    }
    bare = [replace(each, attributes=Attributes()) for each in books.positions()]
    found = [each for each in gate(FUND, bare, YEAR, 6).stops if each.code == "attribute-missing"]
    assert ("480100", "bea") in {(each.words.split()[1], each.field) for each in found}
    books.now["999000", Attributes()] = 3
    books.now["101000", Attributes()] = -90_00
    got = gate(FUND, books.positions(), YEAR, 6)
    assert {"account-unknown", "proprietary-zero", "cash"} <= {finding.code for finding in got.stops}
    assert [each.severity for each in got.findings if each.code == "wrong-side"] == ["warning"]
    cash = next(
        each for each in gate(FUND, books.positions(), YEAR, 6, wrong).stops if each.code == "cash-records"
    )
    assert "101000 -10.00, the central accounting system 81.00" in cash.words


def test_the_books_against_the_apportionment_by_quarter():
    books = first_year()
    execution = report(books)
    approved = [
        Approved("6001", 3_000),
        Approved("6002", 3_000),
        Approved("6003", 6_000),
        Approved("1100", 9_999),
    ]
    got = compare(execution, approved, 4)
    rows = {row.line: row for row in got.rows}
    assert (rows["A"].approved, rows["A"].usable) == (12_000, 6_000)
    assert (rows["A"].booked, rows["A"].used) == (10_200, 3_550 + 500)
    assert [each.code for each in got.findings] == ["apportionment-resources"]
    early = compare(execution, approved[:3], 3)
    assert [each.code for each in early.findings] == ["used-over-apportionment"]
    assert "40.50 are obligated or committed, by now 30.00 may be" in early.findings[0].words
    less = compare(execution, [Approved("6001", 10_000), Approved("7777", 1)], 12)
    assert [each.code for each in less.findings] == ["apportionment-line", "apportioned-over-approval"]


def test_the_books_against_the_apportionment_by_program():
    programs = {"6011": 700, "6012": 400}
    positions = []
    for line, amount in programs.items():
        own = Attributes(bea="D", category="B", program_b=line, reimbursable="D", defc="Q")
        positions += [
            Position(FUND.symbol, "411900", own, 0, amount),
            Position(FUND.symbol, "461000", own, 0, 300 - amount),
            Position(FUND.symbol, "480100", own, 0, -300),
        ]
    got = compare(sf133(FUND, positions, YEAR), [Approved("6011", 700), Approved("6012", 250)], 1)
    assert [(row.line, row.approved, row.booked, row.used) for row in got.rows] == [
        ("6011", 700, 700, 300),
        ("6012", 250, 400, 300),
    ]
    assert [(each.code, each.field) for each in got.findings] == [
        ("apportioned-over-approval", "6012"),
        ("used-over-apportionment", "6012"),
    ]
    unknown = compare(sf133(FUND, positions, YEAR), [Approved("6011", 700)], 1)
    assert {each.field for each in unknown.findings} == {"6012"}
