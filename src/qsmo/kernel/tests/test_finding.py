"""Findings and refusals read as sentences that say what to mend."""

import pytest

from qsmo.kernel.finding import Finding, Refusal


@pytest.mark.parametrize(
    ("finding", "text"),
    [
        (Finding("x", "Hours are missing"), "Hours are missing"),
        (Finding("x", "Hours are missing", expected="8.00"), "Hours are missing. Right would be: 8.00."),
        (Finding("x", "Hours are missing.", expected="8.00"), "Hours are missing. Right would be: 8.00."),
        (Finding("x", "Hours are missing", file="t.csv", line=7), "t.csv:7: Hours are missing"),
        (
            Finding("x", "Hours are missing", file="t.csv", line=7, field="hours", who="E1", expected="8.00"),
            "t.csv:7 hours [E1]: Hours are missing. Right would be: 8.00.",
        ),
        (Finding("x", "Hours are missing", line=7), "line 7: Hours are missing"),
        (Finding("x", "Hours are missing", file="t.csv"), "t.csv: Hours are missing"),
        (Finding("x", "Hours are missing", who="E1"), "Hours are missing [E1]"),
    ],
)
def test_a_finding_says_where_what_and_what_would_be_right(finding, text):
    assert str(finding) == text


def test_a_finding_is_plain_data():
    assert Finding("x", "Hours are missing", line=7).as_dict() == {
        "code": "x",
        "words": "Hours are missing",
        "severity": "error",
        "file": "",
        "line": 7,
        "field": "",
        "expected": "",
        "who": "",
    }


def test_a_refusal_carries_code_words_status_and_particulars():
    finding = Finding("x", "Hours are missing")
    refusal = Refusal("time-form", "The time file cannot be read", status=422, findings=(finding,))
    assert str(refusal) == "The time file cannot be read"
    assert (refusal.code, refusal.status, refusal.findings) == ("time-form", 422, (finding,))
    assert Refusal("a", "b").status == 409
