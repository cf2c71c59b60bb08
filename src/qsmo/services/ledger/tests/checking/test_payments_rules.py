"""Payment request files: two schedules by hand that keep every rule, each rule broken once, and any damage."""

import json

import pytest
from hypothesis import given as always
from hypothesis import settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from qsmo.services.ledger.cli import app
from qsmo.services.ledger.formats.checking import check_payments
from qsmo.services.ledger.rules.checking.payments.records import forms, rules, width

FIRST, SECOND = "011000015", "021000021"
"""Two routing numbers that pass: 3x0+7x1+1x1+... = 30 and 20 plus their last digits."""


def record(code, **cells):
    signs = list(code.ljust(width()))
    form = forms()[code]
    for name, value in cells.items():
        place = form.places[name.replace("Sub_account", "Sub-account")]
        size = place.end - place.start
        text = str(value).rjust(size, "0") if place.digits else str(value).ljust(size)
        signs[place.start : place.end] = text[:size] if isinstance(value, str) and len(text) > size else text
    return "".join(signs)


def header(**cells):
    values = {"InputSystem": "LEDGER", "StandardPaymentRequestVersionNumber": "502"}
    return record("H", **values | {"IsRequestedForSameDayACH": "0"} | cells)


def ach(**cells):
    values = {"ScheduleNumber": "26A-1", "PaymentTypeCode": "Vendor", "StandardEntryClassCode": "CCD"}
    return record("01", **values | {"AgencyLocationCode": "20180002"} | cells)


def pay(id_, cents, routing=FIRST, **cells):
    values = {"PaymentID": id_, "Amount": cents, "RoutingNumber": routing, "PayeeName": "Supplier"}
    return record("02", **values | {"AccountNumber": "12345", "ACH_TransactionCode": "22"} | cells)


def tas(id_, cents, **cells):
    values = {"AgencyIdentifier": "020", "AvailabilityTypeCode": "X", "MainAccountCode": "0108"}
    values |= {"Sub_accountCode": "000", "BusinessEventTypeCode": "DISB", "IsCredit": "0"}
    return record("G", PaymentID=id_, AccountClassificationAmount=cents, **values | cells)


def checks(**cells):
    values = {"ScheduleNumber": "26A-2", "PaymentTypeCode": "Refund", "AgencyLocationCode": "20180002"}
    return record("11", **values | {"CheckPaymentEnclosureCode": "stub"} | cells)


def check(id_, cents, **cells):
    values = {"PaymentID": id_, "Amount": cents, "PayeeName": "Payee", "PayeeAddressLine_1": "1 Street"}
    return record("12", **values | {"PostalCode": "20001"} | cells)


def trailer(count, cents):
    return record("T", ScheduleCount=count, ScheduleAmount=cents)


def end(records, payments, cents):
    return record("E", TotalCount_Records=records, TotalCount_Payments=payments, TotalAmount_Payments=cents)


def good():
    return [
        header(),
        ach(),
        pay("P1", 10_000),
        tas("P1", 6_000),
        tas("P1", 4_000),
        record("03", PaymentID="P1", AddendaInformation="Invoice 1"),
        pay("P2", 500, SECOND),
        record("DD", PaymentID="P2", DNPDetail="seen"),
        trailer(2, 10_500),
        checks(),
        check("P3", 2_000),
        record("13", PaymentID="P3", **{"PaymentIdentificationLine_1": "Refund"}),
        trailer(1, 2_000),
        end(14, 3, 12_500),
    ]


def report(records, ends="\n"):
    return check_payments(("pay.spr", (ends.join(records) + ends).encode("latin-1")))


def hits(records, rule):
    return [each.line for each in report(records).findings if each.code == rule]


def with_(place, new, *more):
    records = good()
    records[place : place + 1] = [new, *more] if new is not None else []
    return records


def test_every_record_fills_its_width():
    assert {
        form.places[max(form.places, key=lambda name: form.places[name].end)].end for form in forms().values()
    } == {width()}


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_a_file_that_keeps_every_rule_has_no_findings(ends):
    found = report(good(), ends)
    assert [str(each) for each in found.findings] == []
    assert found.exit_code == 0
    assert {row["rule"] for row in found.run()} == {code for code, _ in rules()}


BROKEN = [
    ("record-length", 3, with_(2, pay("P1", 10_000).rstrip())),
    ("record-length", 3, with_(2, pay("P1", 10_000) + "x")),
    ("record-code", 3, with_(2, "99" + " " * 848)),
    ("record-code", 9, with_(8, "TX" + trailer(2, 10_500)[2:])),
    ("record-order", 2, with_(1, pay("P0", 1))),
    ("record-order", 3, with_(2, tas("P1", 1))),
    ("file-header", 1, good()[1:]),
    ("file-header", 2, with_(1, header(), ach())),
    ("file-trailer", 13, good()[:-1]),
    ("file-trailer", 15, [*good(), trailer(0, 0)]),
    ("file-empty", None, [header(), end(2, 0, 0)]),
    ("schedule-empty", 2, [header(), ach(), trailer(0, 0), end(4, 0, 0)]),
    ("schedule-trailer", 9, with_(8, None)),
    ("schedule-kind", 7, with_(6, check("P2", 500))),
    ("character", 3, with_(2, pay("P1", 10_000, PayeeName="Caf\xe9"))),
    ("character", 3, with_(2, pay("P1", 10_000, PayeeName="Tab\tbed"))),
    ("version", 1, with_(0, header(StandardPaymentRequestVersionNumber="501"))),
    ("input-system", 1, with_(0, header(InputSystem=""))),
    ("field-number", 3, with_(2, pay("P1", "  10000"))),
    ("field-number", 3, with_(2, pay("P1", "-000010000"))),
    ("field-code", 3, with_(2, pay("P1", 10_000, ACH_TransactionCode="99"))),
    ("field-code", 1, with_(0, header(IsRequestedForSameDayACH="2"))),
    ("filler", 1, with_(0, header(Filler="note"))),
    ("schedule-number", 2, with_(1, ach(ScheduleNumber=""))),
    ("schedule-number", 2, with_(1, ach(ScheduleNumber="26_A"))),
    ("schedule-once", 10, with_(9, checks(ScheduleNumber="26a-1"))),
    ("payment-type", 2, with_(1, ach(PaymentTypeCode="Wages"))),
    ("entry-class", 2, with_(1, ach(StandardEntryClassCode="WEB"))),
    ("entry-class", 2, with_(1, ach(StandardEntryClassCode=""))),
    ("location-code", 2, with_(1, ach(AgencyLocationCode="2018    "))),
    ("payment-id", 7, with_(6, pay("", 500, SECOND))),
    ("payment-once", 7, with_(6, pay("P1", 500, SECOND))),
    ("payment-together", 5, with_(4, tas("P9", 4_000))),
    ("schedule-count", 9, with_(8, trailer(3, 10_500))),
    ("schedule-amount", 9, with_(8, trailer(2, 10_501))),
    ("file-records", 14, with_(13, end(13, 3, 12_500))),
    ("file-payments", 14, with_(13, end(14, 2, 12_500))),
    ("file-amount", 14, with_(13, end(14, 3, 12_501))),
    ("routing-order", 7, with_(2, pay("P1", 10_000, "121000248"))),
    ("routing-number", 7, with_(6, pay("P2", 500, "021000022"))),
    ("account-number", 3, with_(2, pay("P1", 10_000, AccountNumber="0000"))),
    ("payee", 3, with_(2, pay("P1", 10_000, PayeeName=""))),
    ("taxpayer", 3, with_(2, pay("P1", 10_000, TIN="12-345678"))),
    ("prenote", 3, with_(6, pay("P2", 0, SECOND, ACH_TransactionCode="23"))),
    ("zero-amount", 7, with_(6, pay("P2", 0, SECOND))),
    ("zero-code", 7, with_(6, pay("P2", 500, SECOND, ACH_TransactionCode="24"))),
    ("check-amount", 11, with_(10, check("P3", 0))),
    ("check-address", 11, with_(10, check("P3", 2_000, PostalCode=""))),
    ("small-check", 11, with_(10, check("P3", 499))),
    ("symbol-amount", 3, with_(4, tas("P1", 4_001))),
    ("symbol", 5, with_(4, tas("P1", 4_000, BeginningPeriodOfAvailability="2026"))),
    ("event-type", 5, with_(4, tas("P1", 4_000, BusinessEventTypeCode=""))),
    ("symbol-count", 3, with_(4, *[tas("P1", 4_000)] + [tas("P1", 0)] * 99)),
    ("addendum-count", 3, with_(5, *[record("03", PaymentID="P1")] * 2)),
    ("addendum-kind", 6, with_(5, record("04", PaymentID="P1"))),
    ("stub", 11, with_(11, None)),
    ("stub", 11, with_(9, checks(CheckPaymentEnclosureCode="letter"))),
    ("screening", 7, with_(7, *[record("DD", PaymentID="P2")] * 2)),
    ("foreign-address", 3, with_(1, ach(StandardEntryClassCode="IAT"))),
    ("addendum-start", 6, with_(1, ach(StandardEntryClassCode="CTX"))),
]


@pytest.mark.parametrize(("rule", "line", "records"), BROKEN, ids=[f"{rule}" for rule, _, _ in BROKEN])
def test_a_broken_rule_is_found_on_its_line(rule, line, records):
    assert line in hits(records, rule)


def test_every_rule_of_the_register_is_broken_once_here():
    apart = {"unreadable", "encoding", "null-byte", "same-day"}
    assert {rule for rule, _, _ in BROKEN} | apart == {code for code, _ in rules()}


def test_same_day_payments_are_ach_within_the_country_and_within_their_limit():
    asked = header(IsRequestedForSameDayACH="1")
    assert hits(with_(0, asked), "same-day") == [10]
    assert hits([asked, ach(StandardEntryClassCode="IAT"), *good()[2:]], "same-day")[0] == 2
    assert 3 not in hits([asked, ach(), pay("P1", 100_000_000), *good()[3:]], "same-day")
    assert 3 in hits([asked, ach(), pay("P1", 100_000_001), *good()[3:]], "same-day")


def test_a_schedule_that_tries_accounts_may_be_all_zero():
    trying = [pay("P1", 0, ACH_TransactionCode="23"), pay("P2", 0, SECOND, ACH_TransactionCode="33")]
    assert report([header(), ach(), *trying, trailer(2, 0), end(6, 2, 0)]).findings == []


def test_ctx_payments_carry_their_segments_and_may_be_zero():
    segment = record("04", PaymentID="P1", AddendaInformation="ISA*00*")
    zero = pay("P1", 0, ACH_TransactionCode="24")
    file = [header(), ach(StandardEntryClassCode="CTX"), zero, segment, trailer(1, 0), end(6, 1, 0)]
    assert report(file).findings == []
    assert hits([*file[:3], *file[4:]], "addendum-count") == [3]


def test_an_amount_that_cannot_be_read_is_not_held_against_the_trailers():
    found = report(with_(6, pay("P2", "12.3", SECOND)))
    assert [(each.code, each.line, each.field) for each in found.findings] == [("field-number", 7, "Amount")]


def test_the_effect_at_treasury_is_in_the_document():
    document = report(with_(8, trailer(3, 10_500))).as_document()
    assert [(each["rule"], each["effect"], each["severity"]) for each in document["findings"]] == [
        ("schedule-count", "schedule", "fatal")
    ]


def test_a_file_without_line_ends_is_cut_and_said():
    found = check_payments(("p", "".join(good()).encode()))
    assert [each.code for each in found.findings] == ["record-length"]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PK\x03\x04", b"<?xml?>", b"\x00" * 850])
def test_what_is_no_payment_request_ends_with_two(content):
    found = check_payments(("p", content))
    assert (found.exit_code, [each.code for each in found.findings]) == (2, ["unreadable"])


def test_the_command_prints_the_report(tmp_path):
    path = tmp_path / "pay.spr"
    path.write_text("\n".join(good()) + "\n")
    ran = CliRunner().invoke(app, ["check-payments", str(path), "--json"])
    assert (ran.exit_code, json.loads(ran.stdout)["passed"]) == (0, True)
    path.write_text("\n".join(good()[:-1]) + "\n")
    ran = CliRunner().invoke(app, ["check-payments", str(path)])
    assert ran.exit_code == 1
    assert "FATAL file-trailer (PAM), file" in ran.stdout


@settings(max_examples=80, deadline=None)
@always(st.data())
def test_no_damage_ends_in_anything_but_a_report(data):
    records = data.draw(st.permutations(good())) if data.draw(st.booleans()) else good()
    content = bytearray("\n".join(records).encode())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        if data.draw(st.booleans()):
            content[at] = data.draw(st.integers(0, 255))
        else:
            content[at:at] = data.draw(st.sampled_from([b"9", b" ", b"\n", b"\x00", b"\xe9", b"\r\n"]))
    found = check_payments(("p", bytes(content)))
    assert found.exit_code in (0, 1, 2)
    json.dumps(found.as_document())
