"""GTAS bulk files: a file made from books that keep every edit, each rule broken once, and any damage."""

import json
from dataclasses import replace

import pytest
from hypothesis import given as always
from hypothesis import settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from qsmo.kernel.finding import Refusal
from qsmo.services.ledger.cli import app
from qsmo.services.ledger.formats.checking import check_gtas
from qsmo.services.ledger.formats.gtas_bulk import layout, read_bulk, width, write_bulk
from qsmo.services.ledger.rules.checking.gtas import rules
from qsmo.services.ledger.rules.checking.report import Report
from qsmo.services.ledger.rules.position import Attributes
from qsmo.services.ledger.rules.report.gtas import trial_rows
from qsmo.services.ledger.tests.report.events import Books

WORKED = "202603   019        X0306000480100000000000000000123456CE DB6011  N           D    X    Q     2520"
"""The row that the standard's own notes work out."""
PLACES = {field.name: field for field in layout()}


def books():
    made = Books()
    made.appropriate(10_000)
    made.apportion(9_000)
    made.allot(8_000)
    made.order(3_000)
    made.receive(2_000)
    made.pay(1_500)
    return made


def file(made=None, year=2026, period=3):
    """The file of these books; appropriations are used between the fund and the General Fund, as the table fills in."""
    positions = [
        replace(each, attributes=Attributes()) if each.account.startswith(("31", "57")) else each
        for each in (made or books()).positions()
    ]
    return write_bulk(trial_rows(positions, year, period))


GOOD = file()


def check(content, **how):
    return check_gtas(("gtas.txt", content), **how)


def row_of(account, content=GOOD):
    lines = content.decode().splitlines()
    return next(place for place, line in enumerate(lines) if line[28:34] == account)


def put(account, name, value, content=GOOD):
    """The file with one field of the first row of an account changed, and the line of that row."""
    lines = content.decode().splitlines()
    place, field = row_of(account, content), PLACES[name]
    lines[place] = (
        lines[place][: field.start] + value.ljust(field.width) + lines[place][field.start + field.width :]
    )
    return ("\n".join(lines) + "\n").encode("latin-1"), place + 1


def hits(report, code):
    return [(each.line, each.field) for each in report.findings if each.code == code]


def test_the_fields_fill_a_row_and_the_worked_row_reads_and_writes_the_same():
    assert sum(field.width for field in layout()) == width() == len(WORKED)
    bulk = read_bulk(WORKED.encode() + b"\n", "x", Report("gtas", rules()))
    assert bulk is not None
    row = bulk.rows[0]
    assert (row.symbol.display, row.account, row.cents, row.side) == (
        "019-X-0306-000",
        "480100",
        -123456,
        "E",
    )
    assert write_bulk(bulk.rows).decode() == WORKED + "\n"


def test_a_file_made_from_books_that_tie_has_no_fatal_findings():
    report = check(GOOD, year=2026)
    assert [str(each) for each in report.findings] == []
    assert report.exit_code == 0
    states = {row["rule"]: row["state"] for row in report.run()}
    assert states["edit-2"] == states["edit-zero"] == states["edit-used"] == "ran"
    assert {code for code, of in rules() if of == "*"} == set(states)


@pytest.mark.parametrize(
    ("account", "name", "value", "rule"),
    [
        ("480100", "ReportingPeriod", "13", "field-code"),
        ("480100", "FiscalYear", "1850", "field-code"),
        ("480100", "FiscalYear", "2025", "one-period"),
        ("480100", "AgencyIdentifier", "", "field-required"),
        ("480100", "AgencyIdentifier", "A19", "field-number"),
        ("480100", "MainAccountCode", " 306", "field-number"),
        ("480100", "DollarAmount", "-00000000000000000100", "field-number"),
        ("480100", "DebitCreditIndicator", "X", "field-code"),
        ("480100", "BeginEndIndicator", "C", "field-code"),
        ("480100", "ReimbursableFlagIndicator", "Z", "field-code"),
        ("480100", "DisasterEmergencyFundCode", " Q", "field-place"),
        ("480100", "DisasterEmergencyFundCode", "9", "field-code"),
        ("480100", "BudgetObjectClass", "9999", "field-code"),
        ("480100", "BudgetObjectClass", "", "edit-attributes"),
        ("480100", "DisasterEmergencyFundCode", "", "edit-attributes"),
        ("480100", "USSGL_AccountNumber", "480199", "edit-accounts"),
        ("480100", "FederalNonFederalIndicator", "F", "partner"),
        ("480100", "TradingPartnerAgencyIdentifier", "020", "partner-none"),
        ("101000", "BEA_CategoryIndicator", "D", "attribute-not-reported"),
        ("480100", "BeginningPeriodOfAvailability", "2026", "symbol"),
        ("490200", "BeginEndIndicator", "B", "opening-of-closed"),
        ("101000", "DebitCreditIndicator", "C", "edit-zero"),
        ("480100", "DollarAmount", "000000000000000000001", "edit-2"),
        ("570000", "DollarAmount", "000000000000000000001", "edit-used"),
        ("101000", "DebitCreditIndicator", "C", "edit-normal"),
    ],
)
def test_a_broken_rule_is_found_on_its_line(account, name, value, rule):
    content, line = put(account, name, value)
    found = hits(check(content), rule)
    assert found
    assert line in [place for place, _ in found] or rule in ("edit-zero", "edit-2", "edit-used", "one-period")


def test_rows_of_another_length_blank_rows_and_signs_that_are_none_are_said():
    lines = GOOD.split(b"\n")
    report = check(b"\n".join([lines[0] + b" ", lines[1].rstrip(), b"", lines[2][:40], *lines[3:]]))
    assert hits(report, "row-length")[0] == (1, "")
    assert (4, "") in hits(report, "row-length")
    assert hits(report, "row-blank") == [(3, "")]
    report = check(GOOD.replace(b"202603", b"20\t603", 1))
    assert hits(report, "row-character") == [(1, "")]
    assert "Character 3" in next(each.words for each in report.findings if each.code == "row-character")


def test_one_row_twice_and_another_year_than_asked_are_found():
    lines = GOOD.splitlines(keepends=True)
    assert hits(check(GOOD + lines[0]), "row-once") == [(len(lines) + 1, "")]
    assert len(hits(check(GOOD, year=2025), "fiscal-year")) == len(lines)


def test_the_list_of_accounts_says_what_is_open():
    heading = b"ATA,AID,BPOA,EPOA,A,MAIN,SUB,internal_start_date,internal_end_date\n"
    symbol = books().positions()[0].symbol
    agency, years, main, sub = symbol.split("-")
    begins, _, ends = years.partition("/")
    parts = f",{agency},{begins if ends else ''},{ends},{'' if ends else years},{main},{sub},"
    open_ = check(GOOD, tas=("tas.csv", heading + f"{parts}2020-10-01,\n".encode()))
    assert open_.findings == []
    ended = check(GOOD, tas=("tas.csv", heading + f"{parts}2020-10-01,2021-09-30\n".encode()))
    assert hits(ended, "listed")
    assert hits(check(GOOD, tas=("tas.csv", heading)), "listed")


def test_openings_are_held_against_an_earlier_file_of_the_year():
    earlier = ("p2.txt", file(period=2))
    assert check(GOOD, prior=earlier).findings == []
    line = GOOD.splitlines()[row_of("101000")].decode()
    opening = line[:34] + "5".rjust(21, "0") + "D" + "B" + line[57:]
    report = check(GOOD + opening.encode() + b"\n", prior=earlier)
    assert hits(report, "same-opening")


def test_an_earlier_file_that_is_none_is_refused():
    with pytest.raises(Refusal) as refused:
        check(GOOD, prior=("p.txt", b"nothing of the kind"))
    assert refused.value.words == "p.txt is no bulk file with rows"


def test_anticipated_amounts_at_the_end_of_the_year_are_found():
    made = books()
    made.expect_work(500)
    assert not hits(check(file(made)), "edit-anticipated")
    assert hits(check(file(made, period=12)), "edit-anticipated")


def test_last_years_end_is_this_years_beginning():
    last = ("p12.txt", file(year=2025, period=12))
    report = check(GOOD, prior=last)
    assert hits(report, "edit-brought-forward")
    states = {row["rule"]: row["state"] for row in report.run()}
    assert states["edit-opening"] == states["edit-brought-forward"] == "ran"


@pytest.mark.parametrize("content", [b"", b"a,b,c\n1,2,3\n", b"PK\x03\x04", b"<?xml?>", b"\x00" * 99])
def test_what_is_no_bulk_file_ends_with_two(content):
    report = check(content)
    assert (report.exit_code, [each.code for each in report.findings]) == (2, ["unreadable"])


def test_the_command_prints_the_report(tmp_path):
    path = tmp_path / "gtas.txt"
    path.write_bytes(GOOD)
    ran = CliRunner().invoke(app, ["check-gtas", str(path), "--fiscal-year", "2026", "--json"])
    assert (ran.exit_code, json.loads(ran.stdout)["passed"]) == (0, True)
    path.write_bytes(put("480100", "DebitCreditIndicator", "X")[0])
    ran = CliRunner().invoke(app, ["check-gtas", str(path)])
    assert ran.exit_code == 1
    assert "FATAL field-code" in ran.stdout


@settings(max_examples=60, deadline=None)
@always(st.data())
def test_no_damage_ends_in_anything_but_a_report(data):
    content = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        if data.draw(st.booleans()):
            content[at] = data.draw(st.integers(0, 255))
        else:
            content[at:at] = data.draw(st.sampled_from([b"9", b" ", b"\n", b"\x00", b"\xe9", b"\r\n"]))
    report = check(bytes(content), prior=("p.txt", GOOD))
    assert report.exit_code in (0, 1, 2)
    json.dumps(report.as_document())
