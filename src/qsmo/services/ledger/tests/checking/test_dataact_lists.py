"""Rules of DATA Act files that need a list from elsewhere: accounts, the SF-133, awards, the period before."""

import pytest

from qsmo.kernel.finding import Refusal
from qsmo.services.ledger.formats.checking import Beside, check_dataact
from qsmo.services.ledger.tests.checking.submission import changed, given, submission, written

HEADING = "ATA,AID,Availability Type Code,BPOA,EPOA,Main Account,Sub Account,Fiscal Year,Period,Line Num,"
HEADING += "Amount Summed,DEFC"
LINES = {
    1000: 0,
    1021: 6000,
    1033: 1500,
    1160: 1000000,
    1910: 1007500,
    2004: 483000,
    2104: 0,
    2190: 483000,
    2490: 524500,
    2500: 1007500,
    3020: -303000,
}


def sf133(changes=None, account=",19,X,,,306,0", year=2026, period=3, fund="Q", more=()):
    lines = LINES | (changes or {})
    rows = [f"{account},{year},{period},{line},{cents / 100:.2f},{fund}" for line, cents in lines.items()]
    return ("sf133.csv", "\n".join([HEADING, *rows, *more]).encode())


def codes(files=None, **beside):
    report = check_dataact(given(files or submission()), Beside(**beside), year=2026, period=3)
    return {each.code for each in report.findings}, report


def test_the_submission_agrees_with_its_sf133():
    found, report = codes(sf133=[sf133()])
    assert found == set()
    waiting = {row["rule"] for row in report.run() if row["state"] == "not run"}
    assert not waiting & {"A6", "A12", "A33.1", "A33.2", "B14", "B15", "B21", "B22", "B25", "B26"}


@pytest.mark.parametrize(
    ("line", "rules"),
    [
        (1910, {"A6"}),
        (1000, {"A7"}),
        (1160, {"A8"}),
        (1640, {"A9"}),
        (1340, {"A10"}),
        (1850, {"A11"}),
        (1042, {"A12"}),
        (3020, {"A14", "B22"}),
        (2490, {"A15"}),
        (2190, {"A22", "B25"}),
        (2500, {"A23"}),
        (1033, {"A12", "A29", "B26"}),
        (1902, {"A2"}),
        (2004, {"B14"}),
    ],
)
def test_a_line_of_the_sf133_that_differs_by_a_cent_is_found(line, rules):
    found, _ = codes(sf133=[sf133({line: LINES.get(line, 0) + 1})])
    assert found == rules


def test_reimbursable_obligations_are_held_against_line_2104():
    files = submission()
    files["B"][0]["ByDirectReimbursableFundingSource"] = "R"
    files["C"][0]["ByDirectReimbursableFundingSource"] = "R"
    found, _ = codes(files, sf133=[sf133({2004: 322000, 2104: 161000})])
    assert found == set()
    found, _ = codes(files, sf133=[sf133({2004: 322000, 2104: 161001})])
    assert found == {"B15"}


def test_an_account_or_fund_code_that_the_files_lack_is_found():
    other = ",19,X,,,999,0,2026,3,1910,5.00,Q"
    found, report = codes(sf133=[sf133(more=[other])])
    assert found == {"A33.1", "B21"}
    assert "019-X-0999-000" in report.findings[0].words
    found, _ = codes(
        sf133=[sf133(more=[",19,X,,,306,0,2026,3,1910,0.00,N", ",20,X,,,306,0,2026,3,1910,5.00,Q"])]
    )
    assert found == set()


def test_an_account_that_the_sf133_lacks_is_found():
    found, _ = codes(sf133=[sf133(account=",19,X,,,999,0")])
    assert {"A33.1", "A33.2", "B21"} <= found


def test_last_years_end_is_this_years_beginning():
    last = sf133({2490: 700}, year=2025, period=12)
    found, report = codes(sf133=[sf133()], prior=[last])
    assert found == {"A34"}
    assert report.findings[0].expected == "7.00"


def test_the_list_of_accounts_decides_a1_by_date():
    heading = b"ATA,AID,BPOA,EPOA,A,MAIN,SUB,internal_start_date,internal_end_date\n"
    known = heading + b" ,019, , ,X,0306,000,10/1/2015,\n"
    assert codes(tas=("tas.csv", known))[0] == set()
    ended = heading + b" ,019, , ,X,0306,000,10/1/2015,9/30/2024\n"
    assert codes(tas=("tas.csv", ended))[0] == {"A1.1", "A1.2", "A1.3"}


def test_the_agency_decides_whose_transfer_it_is():
    files = changed("A", 0, {"AllocationTransferAgencyIdentifier": "72"})
    report = check_dataact({"A": ("a.csv", written("A", files["A"]))}, year=2026, period=3, agency="19")
    assert {each.code for each in report.findings} == {"A33.3"}


def test_program_activities_are_held_against_their_lists():
    keys = (
        b"agency_id,main_account_number,park_code\n19,306,KEY0000001\n19,306,KEY0000002\n19,306,KEY0000003\n"
    )
    assert codes(keys=("park.csv", keys))[0] == set()
    assert codes(keys=("park.csv", keys[:-20]))[0] == {"B28.1", "B28.2"}
    listed = b"agency_id,main_account_number,program_activity_code,program_activity_name\n19,306,1,Works\n"
    files = changed("B", 0, {"ProgramActivityCode": "0001", "ProgramActivityName": "Other works"})
    assert "B9" in codes(files, activities=("pa.csv", listed))[0]
    files = changed("B", 0, {"ProgramActivityCode": "0001", "ProgramActivityName": "works"})
    assert "B9" not in codes(files, activities=("pa.csv", listed))[0]


def test_awards_are_held_against_the_award_files():
    d1 = b"PIID,ParentAwardId,FederalActionObligation\nAWARD1,,123.45\n"
    d2 = (
        b"FAIN,URI,RecordType,AssistanceType,FederalActionObligation,OriginalLoanSubsidyCost\n"
        b"GRANT1,,2,04,0,\n,AID1,1,06,123.45,\n"
    )
    assert codes(d1=("d1.csv", d1), d2=("d2.csv", d2))[0] == set()
    assert codes(d1=("d1.csv", d1.replace(b"123.45", b"1.00")))[0] == {"C23.1"}
    assert codes(d1=("d1.csv", d1.replace(b"AWARD1", b"AWARD2")))[0] == {"C11", "C12"}
    assert codes(d2=("d2.csv", d2.replace(b"AID1", b"AID2")))[0] == {"C8", "C9"}
    assert codes(d2=("d2.csv", d2.replace(b"GRANT1,,2,04,0,", b"GRANT1,,2,04,7,")))[0] == {"C23.3"}
    assert codes(d2=("d2.csv", d2.replace(b"06,123.45,", b"07,123.45,1.00")))[0] == {"C23.4"}
    files = changed("C", 2, {"ParentAwardId": "PARENT"})
    parent = d1.replace(b"AWARD1,,123.45", b"AWARD1,PARENT,1")
    assert codes(files, d1=("d1.csv", parent))[0] == {"C23.2"}


def test_an_outlay_balance_of_the_period_before_must_come_again():
    prior = ("c-p02.csv", written("C", submission()["C"]))
    assert codes(prior=[prior])[0] == set()
    files = submission()
    files["C"][0]["PIID"] = "AWARD7"
    found, report = codes(files, prior=[prior])
    assert found == {"C27.2"}
    assert "AWARD1" in report.findings[0].words
    assert "line 2 of c-p02.csv" in report.findings[0].words
    for row in (old := submission())["C"]:
        row |= {"ProgramActivityCode": "1", "ProgramActivityName": "Works"}
    files = submission()
    assert "C27.1" in codes(files, prior=[("c.csv", written("C", old["C"]))])[0]


def test_a_list_that_is_none_is_refused_with_what_it_lacks():
    with pytest.raises(Refusal) as refused:
        codes(sf133=[("wrong.csv", b"a,b\n1,2\n")])
    assert "lacks the column" in refused.value.words
    with pytest.raises(Refusal) as refused:
        codes(prior=[("c.csv", b"nothing of the kind")])
    assert refused.value.words == "c.csv is neither a file C nor SF-133 data"
    with pytest.raises(Refusal):
        codes(tas=("tas.xlsx", b"PK\x03\x04rest"))


def test_year_and_period_are_read_from_the_sf133_or_the_names_of_the_files():
    report = check_dataact(given(submission()), Beside(sf133=[sf133()]))
    assert report.notes == ["Fiscal year 2026, period 3 as the SF-133 say"]
    files = {of: (f"2026-P03-{of}.csv", content) for of, (_, content) in given(submission()).items()}
    assert "Fiscal year 2026, period 3 as the names of the files say" in check_dataact(files).notes
