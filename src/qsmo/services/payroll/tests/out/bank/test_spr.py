"""Treasury's payment request: positions from the table, order, trailers, and what is not written."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from qsmo.kernel.finding import Refusal
from qsmo.services.payroll.formats.out.bank.disbursing import each_payment, write_requests
from qsmo.services.payroll.formats.out.bank.spr import symbol, write_spr
from qsmo.services.payroll.formats.paying.office import Office
from qsmo.services.payroll.tests.out.bank.money import DAY, OFFICE, people
from qsmo.services.payroll.tests.out.bank.test_nacha import example


def records(path: Path, office: Office = OFFICE) -> list[str]:
    """The lines of the example's file."""
    target = path / "spr.txt"
    write_spr(target, office, each_payment(example().frame, people("00000001", "00000002")), DAY)
    return target.read_text(encoding="ascii").splitlines()


def test_every_record_has_850_characters_and_stands_in_its_order(tmp_path):
    lines = records(tmp_path)
    assert {len(line) for line in lines} == {850}
    codes = [line[:2] for line in lines]
    assert codes == ["H ", "01", "02", "03", "G ", "T ", "01", "02", "G ", "02", "G ", "02", "G ", "T ", "E "]


def test_fields_stand_where_the_layout_says(tmp_path):
    lines = records(tmp_path)
    assert lines[0][2:46] == "QSMO".ljust(40) + "5020"
    salary = lines[6]
    assert salary[6:20] == "QS26031302    "
    assert salary[20:56] == "Salary".ljust(25) + "PPD" + "12345678"
    first, second, third = lines[7], lines[9], lines[11]
    assert [line[186:195] for line in (first, second, third)] == ["021000021", "021000021", "121042882"]
    assert first[18:28] == "0000123456"
    assert first[30:65] == "LAST00000001 ANN".ljust(35)
    assert third[195:214] == "77".ljust(17) + "32"
    assert first[258:278] == "n-00000001-00000002 "
    assert first[378:388] == "9000000011"
    assert lines[3][22:102] == "DED*CS*CASE 77*260313*30000*900000001*Y*LAST000ANN*51000\\".ljust(80)
    assert (
        lines[8][22:65]
        == "  " + "   " + "073" + "20262026" + " " + "0100" + "000" + "DISB    " + "0000123456" + "0"
    )


def test_the_trailers_count_what_is_there(tmp_path):
    lines = records(tmp_path)
    assert (lines[5][12:20], lines[5][23:38]) == ("00000001", "000000000030000")
    assert (lines[13][12:20], lines[13][23:38]) == ("00000003", "000000000323456")
    assert (int(lines[14][2:20]), int(lines[14][20:38]), int(lines[14][38:56])) == (15, 4, 353_456)


def test_nothing_is_written_unless_the_office_states_what_it_agreed_on(tmp_path):
    lacking = Office(
        {name: OFFICE[name] for name in OFFICE if name not in ("request_version", "location_code")}
    )
    with pytest.raises(Refusal) as refused:
        records(tmp_path, lacking)
    assert refused.value.code == "office-incomplete"
    assert "request_version" in refused.value.words
    without = Office({name: OFFICE[name] for name in OFFICE if name != "event_type"})
    assert not any(line.startswith("G") for line in records(tmp_path, without))


def test_account_symbols_are_cut_into_their_parts():
    assert symbol("019-072-X-0306-000") == {
        "AllocationTransferAgencyIdentifier": "019",
        "AgencyIdentifier": "072",
        "MainAccountCode": "0306",
        "Sub-accountCode": "000",
        "AvailabilityTypeCode": "X",
    }
    with pytest.raises(Refusal, match="is not a Treasury account symbol"):
        symbol("0730100")


def test_payment_requests_are_documents_without_accounts(tmp_path):
    target = tmp_path / "requests.jsonl"
    paid = each_payment(example().frame, people("00000001", "00000002"))
    said = write_requests(target, OFFICE, paid, DAY)
    lines = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert (said.records, said.cents) == (4, 353_456)
    assert lines[1] == {
        "amount": 123_456,
        "key": "payroll-run-00000001-00000002",
        "kind": "payment-request",
        "on": "2026-03-13",
        "payee": "00000001",
        "payer": "tests/agency",
        "tas": "073-2026/2026-0100-000",
        "words": "Net pay",
    }
    told = target.read_text(encoding="utf-8")
    assert "ACC-" not in told
    assert "021000021" not in told


def test_a_payment_of_too_many_digits_is_refused(tmp_path):
    paid = [
        replace(each, cents=10**10) for each in each_payment(example().frame, people("00000001", "00000002"))
    ]
    with pytest.raises(Refusal):
        write_spr(tmp_path / "x", OFFICE, paid, DAY)
