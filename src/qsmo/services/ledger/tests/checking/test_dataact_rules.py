"""Each rule of DATA Act files A, B and C: kept by the submission, broken by one change, found on its line."""

import pytest

from qsmo.services.ledger.formats.checking import check_dataact
from qsmo.services.ledger.rules.checking.dataact.tables import rules
from qsmo.services.ledger.tests.checking.submission import (
    B_OUTLAY,
    C_OUTLAY,
    C_RECOVERED,
    DELIVERED,
    PAID,
    PREPAID,
    UNDELIVERED,
    changed,
    given,
    ledger,
    submission,
    written,
)

C_ALL = ledger("C", a487100_CPE=0, a487200_CPE=0, a497100_CPE=0, a497200_CPE=0, a497210_CPE=0)
TOA = {"TransactionObligatedAmount": -1}
OLD = {"ProgramActivityReportingKey": "", "ProgramActivityCode": "1", "ProgramActivityName": "Works"}
ROW_RULES = [
    ("A2", "A", 0, {"BudgetAuthorityAppropriatedAmount_CPE": 1}),
    ("A3", "A", 0, {"ContractAuthorityAmountTotal_CPE": 1}),
    ("A4", "A", 0, {"UnobligatedBalance_CPE": 1}),
    ("A24", "A", 0, {"TotalBudgetaryResources_CPE": 1}),
    ("A18", "A", 0, {"GrossOutlayAmountByTAS_CPE": 1}),
    ("A19", "A", 0, {"ObligationsIncurredTotalByTAS_CPE": 1}),
    ("A35", "A", 0, {"DeobligationsRecoveriesRefundsOfPriorYearByTAS_CPE": 1}),
    ("A30.1", "A", 0, {"MainAccountCode": "0307"}),
    ("A30.2", "B", 1, {"MainAccountCode": "0307"}),
    ("B3.1", "B", 0, {f"{UNDELIVERED}_FYB": 1}),
    ("B3.2", "B", 0, {f"{UNDELIVERED}_CPE": 1}),
    ("B4.1", "B", 1, {f"{DELIVERED}_FYB": 1}),
    ("B4.2", "B", 1, {f"{DELIVERED}_CPE": 1}),
    ("B5.1", "B", 2, {f"{B_OUTLAY}_FYB": 1}),
    ("B5.2", "B", 2, {f"{B_OUTLAY}_CPE": 1}),
    ("B6.1", "B", 0, {f"{PREPAID}_FYB": 1}),
    ("B6.2", "B", 0, {f"{PREPAID}_CPE": 1}),
    ("B7.1", "B", 0, {f"{PAID}_FYB": 1}),
    ("B7.2", "B", 0, {f"{PAID}_CPE": 1}),
    ("B9", "B", 0, {"ProgramActivityCode": "0000", "ProgramActivityName": "Unknown/Other"}),
    ("B9", "C", 0, {"ProgramActivityCode": "0000", "ProgramActivityName": "Unknown/Other"}),
    ("B11.1", "C", 0, {"ObjectClass": "999"}),
    ("B11.2", "C", 0, {"ObjectClass": "000"}),
    ("B11.3", "B", 0, {"ObjectClass": "25.2"}),
    ("B11.4", "B", 0, {"ObjectClass": "000"}),
    ("B12.2", "C", 0, {"ByDirectReimbursableFundingSource": "Z"}),
    ("B12.3", "B", 0, {"ByDirectReimbursableFundingSource": ""}),
    ("B12.4", "B", 0, {"ByDirectReimbursableFundingSource": "Z"}),
    ("B13", "B", 0, ledger("B", a497210_CPE=1)),
    ("B19.2", "B", 1, {"ObjectClass": "2520", "ProgramActivityReportingKey": "key0000001"}),
    ("B20.2.1", "C", 0, {"DisasterEmergencyFundCode": "N"}),
    ("B20.2.2", "C", 2, {"ObjectClass": "111"}),
    ("B20.1.1", "C", 0, {"ProgramActivityCode": "1", "ProgramActivityName": "Works"}),
    ("B20.1.2", "C", 2, {"ProgramActivityCode": "1", "ProgramActivityName": "Works"}),
    ("B24", "B", 0, {"DisasterEmergencyFundCode": "9"}),
    ("B24", "C", 0, {"DisasterEmergencyFundCode": "ZZ"}),
    ("B27.1", "B", 0, {"ProgramActivityReportingKey": ""}),
    ("B27.2", "C", 0, {"ProgramActivityReportingKey": ""}),
    ("B27.5", "B", 0, {"ProgramActivityCode": "1"}),
    ("B27.6", "C", 0, {"ProgramActivityName": "Works"}),
    ("B28.1", "B", 0, {"ProgramActivityReportingKey": "0000"}),
    ("B28.2", "C", 0, {"ProgramActivityReportingKey": "0000"}),
    ("B29", "B", 0, {"PriorYearAdjustment": "Q"}),
    ("B29.1", "C", 0, {"PriorYearAdjustment": "Q"}),
    ("B29.2", "C", 0, {"PriorYearAdjustment": ""}),
    ("C3.1", "C", 0, {f"{UNDELIVERED}_FYB": -1}),
    ("C3.2", "C", 0, {f"{UNDELIVERED}_CPE": -1}),
    ("C4.1", "C", 0, {f"{DELIVERED}_FYB": -1}),
    ("C4.2", "C", 0, {f"{DELIVERED}_CPE": -1}),
    ("C5.1", "C", 0, {f"{C_OUTLAY}_FYB": -1}),
    ("C5.2", "C", 0, {f"{C_OUTLAY}_CPE": -1}),
    ("C6.1", "C", 0, {f"{PREPAID}_FYB": -1}),
    ("C6.2", "C", 0, {f"{PREPAID}_CPE": -1}),
    ("C7.1", "C", 0, {f"{PAID}_FYB": -1}),
    ("C7.2", "C", 0, {f"{PAID}_CPE": -1}),
    ("C14.1", "C", 0, {"PIID": ""}),
    ("C14.2", "C", 0, {"FAIN": "GRANT9"}),
    ("C17", "C", 0, TOA),
    ("C18", "C", 0, C_ALL | {C_RECOVERED: 1}),
    ("C20.1", "C", 0, ledger("C", a490200_CPE=-100_001)),
    ("C21.2.1", "C", 0, ledger("C", a487200_CPE=1)),
    ("C26.1", "C", 0, ledger("C", a490200_CPE=-400_001)),
    ("C25", "C", 0, {f"{C_OUTLAY}_CPE": ""}),
    (
        "C28.2",
        "C",
        1,
        {"ObjectClass": "252", "ProgramActivityReportingKey": "KEY0000001", "FAIN": "", "PIID": "award1"},
    ),
    ("C29", "C", 0, {"GeneralLedgerPostDate": "20260115"}),
    ("C30", "C", 0, {**{name: "" for name in ledger("C", a487200_CPE=0)}}),
    ("tas-form", "A", 0, {"BeginningPeriodOfAvailability": "2026", "EndingPeriodOfAvailability": "2026"}),
    ("required", "A", 0, {"AgencyIdentifier": ""}),
    ("type", "B", 1, {f"{PAID}_CPE": "1.005"}),
    ("length", "B", 1, {f"{PAID}_CPE": "1234567890123456789012"}),
    ("amount-form", "B", 1, {f"{PAID}_CPE": "-1,000.00"}),
    ("type", "C", 2, {"GeneralLedgerPostDate": "20260231"}),
    ("length", "C", 0, {"PIID": "P" * 51}),
]


def test_a_submission_that_keeps_every_rule_has_no_findings():
    report = check_dataact(given(submission()), year=2026, period=3)
    assert [str(each) for each in report.findings] == []
    assert report.exit_code == 0
    assert report.as_document()["passed"] is True


@pytest.mark.parametrize(("rule", "of", "place", "changes"), ROW_RULES)
def test_a_broken_rule_is_found_on_its_line(rule, of, place, changes):
    report = check_dataact(given(changed(of, place, changes)), year=2026, period=3)
    hits = [each for each in report.findings if each.code == rule and each.file == f"{of.lower()}.csv"]
    assert [each.line for each in hits] == [place + 2]
    known = report.rule(rule, of)
    assert hits[0].severity == {"fatal": "error", "warning": "warning"}[known.severity]


def test_two_rows_of_one_account_break_a32():
    files = submission()
    files["A"] *= 2
    report = check_dataact(given(files), year=2026, period=3)
    assert [(each.line, each.words) for each in report.findings if each.code == "A32"] == [
        (3, "The account 019-X-0306-000 has another row, on line 2")
    ]


def test_before_2026_code_and_name_do_instead_of_the_key():
    files = submission()
    for row in [*files["B"], *files["C"]]:
        row |= OLD
    report = check_dataact(given(files), year=2024, period=3)
    assert {each.code for each in report.findings} == set()
    files["B"][0] |= {"ProgramActivityName": ""}
    files["C"][0] |= {"ProgramActivityCode": ""}
    files["C"].append(files["C"][1])
    files["B"].append(files["B"][1] | {"ObjectClass": "3100", "ProgramActivityName": "WORKS"})
    codes = {each.code for each in check_dataact(given(files), year=2024, period=3).findings}
    assert {"B27.3", "B27.4", "B19.1", "C28.1"} <= codes
    assert not codes & {"B27.1", "B27.2", "B27.5", "B27.6"}


def test_without_adjustment_codes_in_c_the_rules_for_that_run():
    files = submission()
    for row in files["C"]:
        row["PriorYearAdjustment"] = ""
    report = check_dataact(given(files), year=2026, period=3)
    assert report.findings == []
    files["C"][0] |= ledger("C", a490200_CPE=-400_000)
    codes = {each.code for each in check_dataact(given(files), year=2026, period=3).findings}
    assert {"C20.2", "C21.2.2", "C26.2"} <= codes
    for row in [*files["B"], *files["C"]]:
        row |= OLD
    assert "C21.1.2" in {each.code for each in check_dataact(given(files), year=2024, period=3).findings}
    for row in files["C"]:
        row["PriorYearAdjustment"] = "X"
    assert "C21.1.1" in {each.code for each in check_dataact(given(files), year=2024, period=3).findings}


def test_the_outlay_alone_may_stand_on_a_row_of_balances():
    files = submission()
    row = files["C"][0]
    for name in ledger("C", a490200_CPE=0):
        row[name] = ""
    row[f"{PAID}_CPE"] = ""
    assert [each.code for each in check_dataact(given(files), year=2026, period=3).findings] == []


def test_every_rule_of_the_register_says_whether_it_ran():
    report = check_dataact(given(submission()), year=2026, period=3)
    stated = {(row["rule"], row["file"]) for row in report.run()}
    wanted = {(code, of) for code, of in rules() if of != "*"}
    assert wanted <= stated
    waiting = {row["rule"]: row["why"] for row in report.run() if row["state"] == "not run"}
    assert waiting["A6"] == "needs the SF-133 of the period (--sf133)"
    assert waiting["C11"] == "needs the procurement awards (--d1)"
    assert waiting["A1.1"] == "needs the list of Treasury accounts (--tas)"


def test_a_rule_that_another_file_must_decide_is_not_passed_in_silence():
    alone = {"C": given(submission())["C"]}
    report = check_dataact(alone, year=2026, period=3)
    waiting = {row["rule"]: row["why"] for row in report.run() if row["state"] == "not run"}
    assert {rule for rule, why in waiting.items() if why == "needs file B"} == {
        *(f"B20.{one}.{two}" for one in (1, 2) for two in (1, 2)),
        *("C20.1", "C20.2", "C21.1.1", "C21.1.2", "C21.2.1", "C21.2.2", "C26.1", "C26.2"),
    }


def test_an_amount_that_cannot_be_read_is_one_finding_and_no_sum_is_held_against_it():
    report = check_dataact(given(changed("B", 0, {f"{PAID}_CPE": "(5.00)"})), year=2026, period=3)
    assert [(each.code, each.line, each.field) for each in report.findings] == [("type", 2, f"{PAID}_CPE")]
    assert "parentheses" in report.findings[0].words


def test_amounts_of_21_digits_are_added_to_the_cent():
    files = submission()
    most = 999_999_999_999_999_999_999
    files["A"][0] |= {"TotalBudgetaryResources_CPE": most, "StatusOfBudgetaryResourcesTotal_CPE": most - 1}
    report = check_dataact({"A": ("a.csv", written("A", files["A"]))}, year=2026, period=3)
    words = next(each.words for each in report.findings if each.code == "A24")
    assert (
        "9,999,999,999,999,999,999.98, but TotalBudgetaryResources_CPE is 9,999,999,999,999,999,999.99"
        in words
    )
