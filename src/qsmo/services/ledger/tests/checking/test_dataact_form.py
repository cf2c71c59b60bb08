"""The form of DATA Act files: encodings, headings, separators, lines as an editor counts them, and any damage."""

import json

import pytest
from hypothesis import given as always
from hypothesis import settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from qsmo.services.ledger.cli import app
from qsmo.services.ledger.formats.checking import check_dataact
from qsmo.services.ledger.tests.checking.submission import changed, given, submission, written

A = submission()["A"]
B = submission()["B"]
PLAIN = written("B", B)


def b(content):
    return check_dataact({"B": ("b.csv", content)}, year=2026, period=3)


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + PLAIN,
        PLAIN.replace(b"\n", b"\r\n"),
        PLAIN.replace(b"\n", b"\r"),
        written("B", B, between="|"),
        written("B", B, short=True),
        PLAIN.split(b"\n", 1)[0].upper() + b"\n" + PLAIN.split(b"\n", 1)[1],
        PLAIN.replace(b",019,", b",19,").replace(b",0306,", b",306,").replace(b",000,", b",0,"),
        PLAIN.rstrip(b"\n"),
        b"\n" + PLAIN + b"\n\n",
        PLAIN.replace(b"AgencyIdentifier", b'"Agency Identifier"', 1),
        b"Mine," + PLAIN.replace(b"\n", b"\nmine,").removesuffix(b"mine,"),
    ],
    ids=[
        "mark",
        "crlf",
        "cr",
        "bars",
        "short",
        "capitals",
        "zeros",
        "no end",
        "blank rows",
        "quoted",
        "extra column",
    ],
)
def test_what_the_conventions_allow_has_no_findings(content):
    report = b(content)
    assert [str(each) for each in report.findings] == []
    assert report.files[0].rows == len(B)


@pytest.mark.parametrize(
    ("content", "rule", "line", "words"),
    [
        (PLAIN.decode().encode("utf-16"), "encoding", None, "UTF-16"),
        (PLAIN.decode().encode("utf-16-le"), "encoding", None, "UTF-16"),
        (PLAIN.replace(b"KEY0000002", b"KEY\xe9000002"), "encoding", 3, "E9 is not UTF-8"),
        (PLAIN.replace(b"KEY0000002", b"KEY\x000000002"), "null-byte", 3, "1 null bytes"),
        (written("B", B, between="\t"), "separator", 1, "separated by tabs"),
        (written("B", B, between=";"), "separator", 1, "separated by semicolons"),
        (PLAIN.replace(b",310,", b",310,,", 1), "field-count", 3, "more than the 50"),
        (PLAIN.replace(b",310,", b",", 1), "field-count", 3, "fewer than the 50"),
        (PLAIN.replace(b"ObjectClass,", b"ObjectKlass,"), "header-missing", 1, "“ObjectKlass” looks like it"),
        (
            PLAIN.replace(b"FAIN", b"X").replace(b"ProgramActivityCode", b"object_class"),
            "header-duplicate",
            1,
            "twice",
        ),
        (PLAIN.replace(b"KEY0000002", b'"KEY0000002'), "quote", 3, "never closed"),
        (PLAIN.replace(b",310,", b",,", 1), "required", 3, "blank"),
        (PLAIN.replace(b"-1000.00", b"-1000.005", 1), "type", 2, "more than two decimals"),
        (PLAIN.replace(b"-1000.00", b"(1000.00)", 1), "type", 2, "in parentheses"),
        (PLAIN.replace(b"-1000.00", b"1E+05", 1), "type", 2, "powers of ten"),
        (PLAIN.replace(b"-1000.00", b"1000.00-", 1), "type", 2, "minus sign behind"),
        (PLAIN.replace(b"-1000.00", b"ten", 1), "type", 2, "not an amount"),
        (PLAIN.replace(b"-1000.00", b"9" * 22, 1), "length", 2, "22 digits; 21 have room"),
        (PLAIN.replace(b"-1000.00", b"9" * 400, 1), "length", 2, "400 digits"),
    ],
)
def test_what_they_do_not_allow_is_said_with_its_line(content, rule, line, words):
    hits = [each for each in b(content).findings if each.code == rule]
    assert [each.line for each in hits] == [line]
    assert words in hits[0].words


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"\x00\x00",
        b"PK\x03\x04rest",
        b"%PDF-1.7",
        b"<?xml version='1.0'?><a/>",
        b'{"a": 1}',
        b"\xff\xd8\xff\xe0",
        b"one,two\n1,2\n",
    ],
    ids=["empty", "blank", "null", "zip", "pdf", "xml", "json", "picture", "other table"],
)
def test_what_is_no_such_file_at_all_ends_with_two(content):
    report = b(content)
    assert report.exit_code == 2
    assert [each.code for each in report.findings] == ["unreadable"]
    assert all(row["state"] == "not run" for row in report.run() if row["rule"].startswith("B"))


def test_a_heading_that_lacks_a_column_stops_the_rows_and_says_so():
    report = b(PLAIN.replace(b"ObjectClass,", b"Nothing,"))
    assert report.exit_code == 1
    waiting = {row["rule"] for row in report.run() if row["state"] == "not run"}
    assert "B3.1" in waiting


def test_a_heading_without_rows_has_no_findings():
    report = b(PLAIN.split(b"\n", 1)[0])
    assert (report.findings, report.files[0].rows) == ([], 0)


def test_lines_are_counted_as_an_editor_does_with_breaks_inside_quotes_and_blank_rows():
    rows = [{**row} for row in B]
    rows[0]["ProgramActivityReportingKey"] = "KEY\n0000001"
    rows[2]["ObjectClass"] = "999"
    content = written("B", rows).replace(b"\n310", b"\n310")
    first, second, third, fourth, rest = content.split(b"\n", 4)
    report = b(b"\n".join([first, second, third, b"", b",,,", fourth, rest]))
    assert [(each.line, each.code) for each in report.findings] == [(7, "B11.3")]


def test_the_command_prints_a_document_and_ends_with_its_code(tmp_path):
    for name, content in given(changed("B", 0, {"ObjectClass": "999"})).values():
        (tmp_path / name).write_bytes(content)
    files = [part for of in "abc" for part in (f"--{of}", str(tmp_path / f"{of}.csv"))]
    ran = CliRunner().invoke(
        app, ["check-dataact", *files, "--fiscal-year", "2026", "--period", "3", "--json"]
    )
    document = json.loads(ran.stdout)
    assert ran.exit_code == 1
    assert document["counts"]["fatal"] == sum(each["severity"] == "fatal" for each in document["findings"])
    finding = next(each for each in document["findings"] if each["rule"] == "B11.3")
    assert finding | {"words": ""} == {
        "rule": "B11.3",
        "severity": "fatal",
        "file": "b.csv",
        "of": "B",
        "line": 2,
        "field": "ObjectClass",
        "words": "",
        "expected": "three digits of Circular A-11, section 83",
        "who": "019-X-0306-000",
        "effect": "",
    }
    plain = CliRunner().invoke(app, ["check-dataact", *files])
    assert plain.exit_code == 1
    assert "FATAL B11.3 (B)" in plain.stdout
    assert "needs the SF-133" in plain.stdout
    assert CliRunner().invoke(app, ["check-dataact"]).exit_code == 2


@settings(max_examples=60, deadline=None)
@always(st.data())
def test_no_damage_ends_in_anything_but_a_report(data):
    content = bytearray(data.draw(st.sampled_from([written("A", A), PLAIN, written("C", submission()["C"])])))
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(content) - 1))
        kind = data.draw(st.sampled_from(["set", "cut", "put", "swap"]))
        if kind == "set":
            content[at] = data.draw(st.integers(0, 255))
        elif kind == "cut" and len(content) > 10:
            del content[at : at + data.draw(st.integers(1, 200))]
            content = content or bytearray(b"x")
        else:
            content[at:at] = data.draw(
                st.sampled_from([b'"', b"\n", b",", b"\r\n", b"\x00", b"|", b"\xff\xfe", "é".encode()])
            )
    report = check_dataact(
        {of: (f"{of}.csv", bytes(content)) for of in data.draw(st.sampled_from(["A", "B", "C", "BC"]))}
    )
    assert report.exit_code in (0, 1, 2)
    json.dumps(report.as_document())


@settings(max_examples=40, deadline=None)
@always(st.binary(max_size=300))
def test_no_bytes_end_in_anything_but_a_report(content):
    assert b(content).exit_code in (1, 2)
